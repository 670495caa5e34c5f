"""The time to pay moves where its last day is declared off while it runs, and money is judged by
the date that counts.
"""

from datetime import date, datetime, timedelta

import pytest
from motcua_contracts import Catalogue
from motcua_contracts.messages.catalog import (
    Agency,
    AgencyPublished,
    Calendar,
    CalendarPublished,
    Holiday,
    Span,
)
from motcua_contracts.messages.payment import FollowCalendar, PaymentExpired, PayTermMoved
from motcua_contracts.rules.decision import Wake
from motcua_contracts.rules.refusals import FeeExpired
from motcua_contracts.rules.terms import FeeRule
from motcua_payment.domain.term import index

from .harness import (
    FEE_VND,
    NOW,
    START,
    PaymentHarness,
    cash,
    demanded,
    message,
    registered,
    staff,
    terms,
)

DAY = timedelta(days=1)
SPAN_DAYS = 3
PAY_SECONDS = SPAN_DAYS * 86_400
UNTIL = NOW + SPAN_DAYS * DAY
"""Friday, 9:00 in Vietnam; the counter is open until 17:00, and on Monday again."""
MONDAY_EVENING = NOW + timedelta(days=6, hours=8)
FOLLOW = FollowCalendar(calendar="haihau", version=2)
WEEK = dict.fromkeys(
    range(1, 6), (Span(opens="07:00", closes="11:30"), Span(opens="13:30", closes="17:00"))
)


def publish(catalogue: Catalogue, version: int, *days: date) -> None:
    holidays = tuple(Holiday(day=day, name_vi="Nghỉ theo công điện") for day in days)
    calendar = Calendar(id="haihau", week=WEEK, holidays=holidays)
    catalogue.apply(
        message(
            CalendarPublished(calendar=calendar, version=version, effective_from=NOW - DAY),
            "system:catalog",
            NOW,
        )
    )


def awaited(seconds: float = PAY_SECONDS) -> PaymentHarness:
    catalogue = staff()
    office = Agency(
        id="haihau",
        code="H40.12",
        name_vi="Hải Hậu",
        name_en="Hai Hau",
        authority_level="district",
        calendar="haihau",
    )
    catalogue.apply(
        message(
            AgencyPublished(agency=office, version=1, effective_from=NOW), "system:catalog", NOW
        )
    )
    publish(catalogue, 1)
    desk = PaymentHarness(catalogue=catalogue)
    fee = FeeRule(amount_vnd=FEE_VND, moment="before_acceptance", pay_within_hours=seconds / 3600)
    desk.tell(registered(terms(fee=fee)), demanded(seconds))
    return desk


def test_it_moves_to_the_end_of_the_counters_next_working_day_and_says_why() -> None:
    desk = awaited()
    assert index(desk.charge)["due_on"] == [f"haihau/{UNTIL.date()}"]
    publish(desk.catalogue, 2, UNTIL.date())
    assert desk.tell(FOLLOW) == ["PayTermMoved"]
    moved = desk.said[-1]
    assert isinstance(moved, PayTermMoved)
    assert (moved.expires_at, moved.calendar, moved.calendar_version) == (
        MONDAY_EVENING,
        "haihau",
        2,
    )
    assert moved.steps[0].text_vi.startswith(
        "Hạn nộp phí, lệ phí 09:00 ngày 27/11/2026 (thứ Sáu) là ngày nghỉ theo lịch công bố sau"
    )
    assert desk.due == MONDAY_EVENING
    assert desk.tell(FOLLOW) == [], "told again, it has followed"


def test_nothing_expires_on_a_day_declared_off_though_nobody_told_the_charge() -> None:
    desk = awaited()
    publish(desk.catalogue, 2, UNTIL.date())
    assert desk.tell(Wake(), at=UNTIL) == ["PayTermMoved"]
    assert desk.tell(Wake(), at=MONDAY_EVENING) == ["PaymentExpired"]
    assert isinstance(desk.said[-1], PaymentExpired)


def test_money_of_the_next_working_day_is_in_time_though_nobody_told_the_charge() -> None:
    desk = awaited()
    publish(desk.catalogue, 2, UNTIL.date())
    assert desk.tell(cash(), at=MONDAY_EVENING - timedelta(hours=4))[:3] == [
        "PayTermMoved",
        "CashCollected",
        "PaymentSettled",
    ]
    assert index(desk.charge)["due_on"] is None


def test_without_a_day_off_it_is_late() -> None:
    desk = awaited()
    with pytest.raises(FeeExpired):
        desk.tell(cash(), at=MONDAY_EVENING - timedelta(hours=4))


def test_an_attempt_may_be_started_then() -> None:
    desk = awaited()
    publish(desk.catalogue, 2, UNTIL.date())
    assert desk.tell(START, at=MONDAY_EVENING - timedelta(hours=4)) == [
        "PayTermMoved",
        "PaymentRequested",
    ]


@pytest.mark.parametrize("seconds", [600, 86_399])
def test_a_term_of_less_than_a_day_runs_on(seconds: float) -> None:
    desk = awaited(seconds)
    publish(desk.catalogue, 2, NOW.date(), NOW.date() + DAY)
    ends: datetime = NOW + timedelta(seconds=seconds)
    assert desk.tell(Wake(), at=ends) == ["PaymentExpired"]


def test_what_is_paid_or_has_ended_moves_no_more() -> None:
    desk = awaited()
    desk.tell(cash())
    publish(desk.catalogue, 2, UNTIL.date())
    assert desk.tell(FOLLOW) == []
