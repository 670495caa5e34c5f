"""The terms in which the owner acts end while the counter is open: papers that are asked for, and
fees.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from motcua_contracts import Event
from motcua_contracts.messages.catalog import CalendarPublished, Holiday
from motcua_contracts.messages.intake import (
    AcceptanceOverdue,
    AcceptDossier,
    AnswerTermMoved,
    DossierStopped,
    FollowCalendar,
    PaymentDemanded,
    RecordAcceptanceSlip,
    RecordSlip,
    RequestedPaper,
    RequestPapers,
    SubmitSupplement,
    SupplementDemanded,
    SupplementSubmitted,
    SupplementTermMoved,
)
from motcua_contracts.messages.payment import FeeAssessed
from motcua_contracts.messages.routing import CaseDecided, SupplementNeeded
from motcua_contracts.rules.decision import Wake
from motcua_contracts.rules.refusals import SupplementTooLate
from motcua_contracts.rules.terms import FeeRule
from motcua_intake.domain.evolve import due, index

from .harness import CLERK, FILE, NOW, IntakeHarness, catalogue, message, submit, terms

FREE = FeeAssessed(amount_vnd=0, computation=(), moment="before_result", pay_within_seconds=600)
ASK = RequestPapers(
    agency="haihau", papers=(RequestedPaper(paper="proxy"),), reason_code="paper-missing", note=""
)
TET = tuple(date(2027, 2, day) for day in range(4, 11))
ASKED_AT = datetime(2027, 1, 8, 3, 0, tzinfo=UTC)
"""Friday, 10:00 in Vietnam."""
END = datetime(2027, 2, 11, 10, 0, tzinfo=UTC)
"""Thursday after Tết, 17:00 in Vietnam."""
DAYS = 86_400
DAY = timedelta(days=1)
FOLLOW = FollowCalendar(calendar="haihau", version=2)


def said(desk: IntakeHarness, kind: type[Event]) -> Any:
    return next(event for event in desk.journal if isinstance(event, kind))


def desk(**changes: Any) -> IntakeHarness:
    return IntakeHarness(catalogue(terms(**changes), off=TET))


def test_papers_asked_for_by_the_counter_are_awaited_to_the_end_of_its_next_working_day() -> None:
    at_counter = desk()
    at_counter.tell(submit(), FREE)
    at_counter.tell(ASK, at=ASKED_AT, actor=CLERK)
    assert said(at_counter, SupplementDemanded).respond_by == END


@pytest.mark.parametrize(("days", "ends"), [(30, END), (33, END), (34, END - timedelta(hours=7))])
def test_of_the_departments_request_too(days: int, ends: datetime) -> None:
    """30 and 33 days end in Tết, 34 on the Thursday after it at the hour of the request."""
    accepted = desk(supplement_days=days)
    accepted.tell(submit(), FREE)
    accepted.tell(AcceptDossier(agency="haihau"), RecordAcceptanceSlip(slip=FILE))
    accepted.tell(
        SupplementNeeded(number=1, papers=(), clock="restart", agency="haihau", officer="o"),
        at=ASKED_AT,
    )
    assert said(accepted, SupplementDemanded).respond_by == ends


def test_a_fee_is_awaited_to_the_end_of_a_working_day() -> None:
    before = desk()
    before.tell(submit())
    before.tell(
        FeeAssessed(
            amount_vnd=50_000,
            computation=(),
            moment="before_acceptance",
            pay_within_seconds=30 * DAYS,
        ),
        at=ASKED_AT,
    )
    assert said(before, PaymentDemanded).pay_by == END


def test_a_fee_before_the_result_too() -> None:
    decided = desk(fee=FeeRule(amount_vnd=50_000, moment="before_result"))
    decided.tell(
        submit(),
        FeeAssessed(
            amount_vnd=50_000, computation=(), moment="before_result", pay_within_seconds=30 * DAYS
        ),
    )
    decided.tell(AcceptDossier(agency="haihau"), RecordAcceptanceSlip(slip=FILE))
    decided.tell(CaseDecided(outcome="granted", result=None, decided_at=ASKED_AT), at=ASKED_AT)
    assert said(decided, PaymentDemanded).pay_by == END


@pytest.mark.parametrize("seconds", [600, 27 * DAYS])
def test_where_the_plain_term_ends_in_opening_hours_or_within_a_day_it_stands(seconds: int) -> None:
    before = desk()
    before.tell(submit())
    before.tell(
        FeeAssessed(
            amount_vnd=50_000,
            computation=(),
            moment="before_acceptance",
            pay_within_seconds=seconds,
        ),
        at=NOW,
    )
    assert said(before, PaymentDemanded).pay_by is None


# ------------------------------------------------------------------ days off that are announced
# while a term runs


def declare_off(told: IntakeHarness, *days: date, at: datetime = NOW) -> None:
    """The calendar once more, with these days off beside those that it had."""
    before, _ = told.catalogue.calendar_at("haihau", at)
    holidays = (
        *before.holidays,
        *(Holiday(day=day, name_vi="Nghỉ theo công điện") for day in days),
    )
    again = CalendarPublished(
        calendar=before.model_copy(update={"holidays": holidays}),
        version=2,
        effective_from=NOW - DAY,
    )
    told.catalogue.apply(message(again, "system:catalog", at))


def asked(**changes: Any) -> tuple[IntakeHarness, datetime]:
    """Papers are asked for, and the slip is with the owner."""
    told = desk(**changes)
    told.tell(submit(), FREE)
    told.tell(ASK, at=ASKED_AT, actor=CLERK)
    told.tell(RecordSlip(about="supplement", slip=FILE), at=ASKED_AT)
    assert told.dossier.supplement is not None
    return told, told.dossier.supplement.respond_by


def test_papers_may_be_handed_in_until_the_end_of_the_next_working_day() -> None:
    told, until = asked()
    assert until == END
    assert index(told.dossier)["due_on"] == ["haihau/2027-02-11"]
    declare_off(told, END.date())
    told.tell(FOLLOW, at=ASKED_AT)
    moved = said(told, SupplementTermMoved)
    assert (moved.by, moved.number, moved.respond_by, moved.calendar_version) == (
        "counter",
        1,
        END + DAY,
        2,
    )
    assert (
        moved.steps[0].text_vi
        == "Hạn nộp giấy tờ bổ sung 17:00 ngày 11/02/2027 (thứ Năm) là ngày nghỉ theo lịch công bố"
        " sau: Nghỉ theo công điện. Chuyển sang 17:00 ngày 12/02/2027 (thứ Sáu)."
    )
    assert due(told.dossier) == END + DAY
    assert told.tell(FOLLOW, at=ASKED_AT) == [], "told again, it has followed"


def test_nobody_is_stopped_on_a_day_declared_off_and_late_is_the_day_after() -> None:
    """Nobody told the dossier: the wake looks by itself."""
    told, until = asked()
    declare_off(told, until.date())
    told.tell(Wake(), at=until)
    assert not [one for one in told.journal if isinstance(one, DossierStopped)]
    told.tell(Wake(), at=until + DAY)
    assert said(told, DossierStopped).reason == "not_supplemented_in_time"


def test_papers_that_come_on_the_next_working_day_are_in_time_though_nobody_told_the_dossier() -> (
    None
):
    told, until = asked()
    given_in = SubmitSupplement(agency="haihau", papers_on_paper=("proxy",))
    with pytest.raises(SupplementTooLate):
        told.tell(given_in, at=until + timedelta(hours=15), actor=CLERK)
    declare_off(told, until.date())
    told.tell(given_in, at=until + timedelta(hours=15), actor=CLERK)
    assert said(told, SupplementSubmitted).number == 1


def test_a_slip_that_is_made_after_the_announcement_is_followed_by_the_moved_date() -> None:
    told = desk()
    told.tell(submit(), FREE)
    told.tell(ASK, at=ASKED_AT, actor=CLERK)
    declare_off(told, END.date())
    assert told.tell(FOLLOW, at=ASKED_AT) == [], "nobody is asked yet"
    told.tell(RecordSlip(about="supplement", slip=FILE), at=ASKED_AT)
    assert said(told, SupplementTermMoved).respond_by == END + DAY


def test_another_day_off_or_one_that_was_off_before_moves_nothing() -> None:
    told, until = asked()
    declare_off(told, until.date() - DAY, until.date() + DAY)
    assert told.tell(FOLLOW, at=ASKED_AT) == []
    old, _ = asked()
    assert old.dossier.supplement is not None
    # As an older release promised: plain days that end on a Sunday, which nobody declared off.
    sunday = {"supplement": old.dossier.supplement.model_copy(update={"respond_by": END + 3 * DAY})}
    old.dossier = old.dossier.model_copy(update=sunday)
    declare_off(old, until.date())
    assert old.tell(FOLLOW, at=ASKED_AT) == []


def test_the_counters_hours_to_answer_end_on_the_next_working_day_at_the_same_hour() -> None:
    told = desk()
    told.tell(submit(), FREE)
    until = told.dossier.answer_by
    assert until is not None
    assert index(told.dossier)["due_on"] == [f"haihau/{until.date()}"]
    declare_off(told, until.date())
    told.tell(Wake(), at=until)
    assert said(told, AnswerTermMoved).answer_by == until + DAY
    assert said(told, AnswerTermMoved).steps[0].text_en.startswith("The counter's time to answer, ")
    assert not [one for one in told.journal if isinstance(one, AcceptanceOverdue)], (
        "not late that day"
    )
    told.tell(Wake(), at=until + DAY)
    assert said(told, AcceptanceOverdue).working_hours == 8


def test_a_dossier_in_which_no_term_runs_is_not_found_by_a_day() -> None:
    told = desk()
    assert index(told.dossier)["due_on"] is None
    told.tell(submit(), FREE)
    told.tell(AcceptDossier(agency="haihau"), RecordAcceptanceSlip(slip=FILE))
    assert index(told.dossier)["due_on"] is None
    declare_off(told, *(NOW.date() + n * DAY for n in range(5)))
    assert told.tell(FOLLOW) == []
