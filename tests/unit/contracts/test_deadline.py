"""Deadlines: a table around Tết, the spring holidays and make-up days, and a slow reader of the
calendar that must agree.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from motcua_contracts.messages.catalog import Calendar, Holiday, Span
from motcua_contracts.messages.intake import CaseTerms
from motcua_contracts.rules.deadline import Deadline, deadline, working_hours_later
from motcua_contracts.rules.office import Office
from motcua_contracts.rules.terms import DayUnit

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING, AFTERNOON = Span(opens="07:00", closes="11:30"), Span(opens="13:30", closes="17:00")
DAY = timedelta(days=1)


@cache
def office(name: str) -> Calendar:
    """A demo office's calendar as the catalogue's files have it: haihau Monday to Friday, haiminh
    on Saturday morning too.
    """
    folder = Path(__file__).parents[3] / "services/catalog/organisation"
    written = yaml.load((folder / f"calendar-{name}.yaml").read_text(), yaml.BaseLoader)
    listed = yaml.load((folder / "holidays.yaml").read_text(), yaml.BaseLoader)
    days = tuple(Holiday.model_validate(day) for day in listed["days"])
    return Calendar(
        id=name, week=written["week"], holidays=days, decided_until=listed["decided_until"]
    )


def period(days: float, unit: DayUnit = "working", cutoff: str = "15:00") -> CaseTerms:
    return CaseTerms(
        procedure="1",
        code="1",
        name_vi="",
        name_en="",
        revision=1,
        days=days,
        day_unit=unit,
        cutoff=cutoff,
    )


def at(text: str) -> datetime:
    """`2026-11-26 10:30` in Vietnam, as the instant."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM).astimezone(UTC)


CASES: list[tuple[str, str, float, DayUnit, str, str]] = [
    # office, received, days, unit, due, what it shows
    (
        "haihau",
        "2026-12-07 10:30",
        3,
        "working",
        "2026-12-10 10:30",
        "the same hour; the day of receipt is not counted",
    ),
    (
        "haihau",
        "2026-11-20 10:30",
        3,
        "working",
        "2026-11-26 10:30",
        "over a weekend and 24 November, a holiday since 2026",
    ),
    ("haihau", "2026-12-11 16:59", 1, "working", "2026-12-14 16:59", "Friday to Monday"),
    (
        "haiminh",
        "2026-12-11 10:30",
        1,
        "working",
        "2026-12-12 10:30",
        "an office that opens on Saturday morning counts it",
    ),
    (
        "haiminh",
        "2026-12-11 15:30",
        1,
        "working",
        "2026-12-12 11:30",
        "clipped to the Saturday's closing",
    ),
    ("haiminh", "2026-12-12 10:00", 1, "working", "2026-12-14 10:00", "received on the Saturday"),
    (
        "haihau",
        "2026-12-12 10:00",
        1,
        "working",
        "2026-12-15 07:00",
        "received on a day off: on Monday at opening, due on Tuesday",
    ),
    (
        "haihau",
        "2026-12-11 17:00",
        1,
        "working",
        "2026-12-14 17:00",
        "at closing time is still open",
    ),
    (
        "haihau",
        "2026-12-11 17:01",
        1,
        "working",
        "2026-12-15 07:00",
        "after closing: received on Monday",
    ),
    (
        "haihau",
        "2026-12-07 12:15",
        2,
        "working",
        "2026-12-09 13:30",
        "in the noon break: received when it ends",
    ),
    (
        "haihau",
        "2026-12-07 05:00",
        2,
        "working",
        "2026-12-09 07:00",
        "before opening: received at opening",
    ),
    (
        "haihau",
        "2025-12-31 10:00",
        3,
        "working",
        "2026-01-07 10:00",
        "Friday 2 January 2026 is off, decided on 25 December 2025",
    ),
    (
        "haihau",
        "2026-01-08 10:00",
        2,
        "working",
        "2026-01-10 10:00",
        "and Saturday 10 January is worked for it",
    ),
    (
        "haihau",
        "2026-01-08 10:00",
        3,
        "working",
        "2026-01-12 10:00",
        "so that three days end on the Monday after",
    ),
    (
        "haiminh",
        "2026-01-09 15:30",
        1,
        "working",
        "2026-01-10 15:30",
        "a full day where Saturday is half a one",
    ),
    (
        "haihau",
        "2026-02-13 09:00",
        1,
        "working",
        "2026-02-23 09:00",
        "over Tết 2026, 16 to 20 February",
    ),
    (
        "haihau",
        "2026-02-18 09:00",
        3,
        "working",
        "2026-02-26 07:00",
        "received in Tết 2026: on the 23rd",
    ),
    ("haihau", "2026-02-12 14:00", 3, "working", "2026-02-24 14:00", "around Tết 2026"),
    (
        "haihau",
        "2027-02-03 08:00",
        2,
        "working",
        "2027-02-12 08:00",
        "over Tết 2027, 4 to 10 February",
    ),
    (
        "haihau",
        "2027-02-03 08:00",
        5,
        "calendar",
        "2027-02-11 08:00",
        "the 8th is in Tết 2027: the next working day",
    ),
    (
        "haihau",
        "2027-02-03 08:00",
        8,
        "calendar",
        "2027-02-11 08:00",
        "plain days run on through Tết",
    ),
    (
        "haihau",
        "2026-04-24 15:00",
        2,
        "working",
        "2026-04-29 15:00",
        "over Hùng Kings' day and its substitute, 26 and 27 April",
    ),
    ("haihau", "2026-04-29 10:00", 1, "working", "2026-05-04 10:00", "over 30 April and 1 May"),
    (
        "haihau",
        "2027-04-29 10:00",
        1,
        "working",
        "2027-05-04 10:00",
        "over 30 April, 1 May and its substitute on the 3rd",
    ),
    ("haihau", "2026-08-21 10:00", 1, "working", "2026-08-22 10:00", "a make-up Saturday counts"),
    (
        "haiminh",
        "2026-08-21 15:30",
        1,
        "working",
        "2026-08-22 15:30",
        "and is a full day where Saturday is half a one",
    ),
    (
        "haihau",
        "2026-08-22 10:00",
        6,
        "working",
        "2026-09-03 10:00",
        "received on the make-up day; the week off it stood for",
    ),
    ("haihau", "2026-12-07 10:30", 10, "calendar", "2026-12-17 10:30", "plain days count weekends"),
    (
        "haihau",
        "2026-12-07 10:30",
        5,
        "calendar",
        "2026-12-14 10:30",
        "the last one a Saturday: Monday",
    ),
    (
        "haihau",
        "2026-12-07 10:30",
        0.5,
        "working",
        "2026-12-07 16:30",
        "half a day is four working hours",
    ),
    ("haihau", "2026-12-07 10:30", 1.5, "working", "2026-12-08 16:30", "a day and a half"),
    (
        "haihau",
        "2026-12-11 16:00",
        0.5,
        "working",
        "2026-12-14 10:00",
        "half a day over the weekend",
    ),
    ("haihau", "2026-12-07 08:00", 1, "same_day", "2026-12-07 17:00", "same day"),
    (
        "haihau",
        "2026-12-07 15:00",
        1,
        "same_day",
        "2026-12-07 17:00",
        "at 15:00 still the same day",
    ),
    (
        "haihau",
        "2026-12-07 15:01",
        1,
        "same_day",
        "2026-12-08 17:00",
        "after 15:00 the next working day",
    ),
    ("haihau", "2026-12-11 15:01", 1, "same_day", "2026-12-14 17:00", "after 15:00 on a Friday"),
    (
        "haihau",
        "2026-12-11 17:01",
        1,
        "same_day",
        "2026-12-14 17:00",
        "after closing: Monday's, due on Monday",
    ),
    ("haihau", "2026-12-12 16:00", 1, "same_day", "2026-12-14 17:00", "on a Saturday: Monday's"),
    (
        "haiminh",
        "2026-12-12 09:00",
        1,
        "same_day",
        "2026-12-12 11:30",
        "by the closing of a short day",
    ),
    (
        "haihau",
        "2026-04-29 15:30",
        1,
        "same_day",
        "2026-05-04 17:00",
        "after 15:00 before the spring holidays",
    ),
    (
        "haihau",
        "2026-12-07 15:01",
        0,
        "working",
        "2026-12-08 17:00",
        "no days at all is the same day",
    ),
]


@pytest.mark.parametrize(
    ("name", "received", "days", "unit", "due", "shows"), CASES, ids=[case[-1] for case in CASES]
)
def test_the_table(
    name: str, received: str, days: float, unit: DayUnit, due: str, shows: str
) -> None:
    assert deadline(period(days, unit), office(name), at(received)).due_at == at(due)


def test_the_cutoff_is_the_procedures_and_to_the_second() -> None:
    early = period(1, "same_day", cutoff="10:00")
    assert deadline(early, office("haihau"), at("2026-12-07 10:00")).due_at == at(
        "2026-12-07 17:00"
    )
    just_after = at("2026-12-07 10:00") + timedelta(seconds=1)
    assert deadline(early, office("haihau"), just_after).due_at == at("2026-12-08 17:00")


def test_the_date_is_whole_minutes_as_it_is_printed() -> None:
    received = at("2026-12-07 10:30") + timedelta(seconds=59, microseconds=999_000)
    assert deadline(period(1), office("haihau"), received).due_at == at("2026-12-08 10:30")


def test_the_hours_are_those_of_the_calendars_timezone() -> None:
    """The same instant is Tuesday 8:30 in Tokyo and before opening in Vietnam."""
    week = dict.fromkeys(range(1, 6), (MORNING, AFTERNOON))
    instant = datetime(2026, 12, 7, 23, 30, tzinfo=UTC)
    assert deadline(period(1), Calendar(id="vn", week=week), instant).due_at == at(
        "2026-12-09 07:00"
    )
    tokyo = deadline(period(1), Calendar(id="jp", timezone="Asia/Tokyo", week=week), instant)
    assert tokyo.due_at == instant + DAY


def test_why_is_it_due_then() -> None:
    """The question of a citizen, answered line by line in both languages."""
    computed = deadline(period(2), office("haihau"), at("2026-08-21 18:00"))
    assert [step.text_vi for step in computed.steps] == [
        "Nhận hồ sơ lúc 18:00 ngày 21/08/2026 (thứ Sáu).",
        "Ngoài giờ làm việc: coi như nhận khi mở cửa, lúc 07:00 ngày 22/08/2026 (thứ Bảy).",
        "Thời hạn 2 ngày làm việc, không tính ngày nhận.",
        "Nghỉ hằng tuần: 23/08.",
        "Hẹn trả kết quả lúc 07:00 ngày 25/08/2026 (thứ Ba).",
    ]
    assert [step.text_en for step in computed.steps] == [
        "Received at 18:00 on Friday 21 August 2026.",
        (
            "Outside opening hours: counts as received at the next opening, 07:00 on Saturday 22"
            " August 2026."
        ),
        "2 working days; the day of receipt is not counted.",
        "Weekly days off: 23 August.",
        "Due at 07:00 on Tuesday 25 August 2026.",
    ]
    assert computed.steps[-1].at == computed.due_at


def texts(computed: Deadline) -> str:
    return "\n".join(f"{step.text_vi} | {step.text_en}" for step in computed.steps)


def test_a_date_in_a_year_that_is_not_decided_says_so() -> None:
    warned = "Lịch nghỉ năm 2027 mới là dự kiến, chưa có quyết định: ngày hẹn có thể thay đổi."
    assert warned in texts(deadline(period(3), office("haihau"), at("2026-12-30 10:00")))
    assert warned in texts(
        deadline(period(1, "same_day"), office("haihau"), at("2027-01-04 10:00"))
    )
    assert "dự kiến" not in texts(deadline(period(1), office("haihau"), at("2026-12-30 10:00"))), (
        "due on 31 December"
    )
    silent = office("haihau").model_copy(update={"decided_until": None})
    assert "dự kiến" not in texts(deadline(period(3), silent, at("2026-12-30 10:00"))), (
        "a calendar that does not say"
    )


def test_holidays_and_make_up_days_are_named() -> None:
    over_tet = texts(deadline(period(1), office("haihau"), at("2027-02-03 08:00")))
    assert (
        "Nghỉ ngày 06/02/2027 (thứ Bảy): Tết Nguyên Đán. | Saturday 6 February 2027 is off: Tết"
        " Nguyên Đán." in over_tet
    )
    made_up = texts(deadline(period(1), office("haihau"), at("2026-08-21 10:00")))
    assert (
        "Ngày 22/08/2026 (thứ Bảy) làm bù, được tính. | Saturday 22 August 2026 is a make-up day"
        " and counts." in made_up
    )
    moved = texts(deadline(period(5, "calendar"), office("haihau"), at("2026-12-07 10:30")))
    assert (
        "Ngày cuối 12/12/2026 (thứ Bảy) là ngày nghỉ: chuyển sang ngày làm việc tiếp theo." in moved
    )
    late = texts(deadline(period(1, "same_day"), office("haihau"), at("2026-12-07 15:01")))
    assert "nhận sau 15:00: trả trong ngày làm việc tiếp theo" in late


def test_a_calendar_that_never_opens_is_an_error_and_no_endless_search() -> None:
    closed = Calendar(id="closed", week={1: ()})
    with pytest.raises(ValueError, match="calendar closed opens on none of 366 days"):
        deadline(period(1), closed, at("2026-12-07 10:30"))
    with pytest.raises(ValueError, match="calendar closed"):
        working_hours_later(closed, at("2026-12-07 10:30"), 8)


HOURS: list[tuple[str, str, float, str]] = [
    ("haihau", "2026-12-07 09:00", 8, "2026-12-08 09:00"),
    ("haihau", "2026-12-07 09:00", 2.5, "2026-12-07 11:30"),
    ("haihau", "2026-12-07 09:00", 2.75, "2026-12-07 13:45"),
    ("haihau", "2026-12-07 09:00", 0, "2026-12-07 09:00"),
    ("haihau", "2026-12-07 12:00", 0, "2026-12-07 13:30"),
    ("haihau", "2026-12-11 16:00", 8, "2026-12-14 16:00"),
    ("haihau", "2026-12-12 16:00", 4, "2026-12-14 11:00"),
    ("haihau", "2026-02-13 16:00", 2, "2026-02-23 08:00"),
    ("haiminh", "2026-12-11 16:00", 4, "2026-12-12 10:00"),
    ("haiminh", "2026-12-11 16:00", 8, "2026-12-14 09:30"),
]


@pytest.mark.parametrize(("name", "start", "hours", "end"), HOURS)
def test_working_hours(name: str, start: str, hours: float, end: str) -> None:
    assert working_hours_later(office(name), at(start), hours) == at(end)


# The slow reader: it asks of every single minute whether the office is open, and knows no
# arithmetic of spans.

MINUTE = timedelta(minutes=1)
QUARTERS = st.integers(0, 4 * 365 * 96).map(
    lambda quarter: datetime(2024, 1, 1, tzinfo=VIETNAM) + quarter * timedelta(minutes=15)
)
"""Every quarter of an hour of 2024 to 2027, with those years' real holidays and make-up days."""


@cache
def open_minutes(name: str, day: date) -> frozenset[time]:
    """The minutes of a day, by their beginning, in which the office is open."""
    calendar = office(name)
    named = [holiday for holiday in calendar.holidays if holiday.day == day]
    spans = calendar.week.get(day.isoweekday(), ())
    if named:
        spans = (MORNING, AFTERNOON) if named[0].working else ()
    minutes = (time(n // 60, n % 60) for n in range(24 * 60))
    return frozenset(
        minute
        for minute in minutes
        if any(span.opens <= f"{minute:%H:%M}" < span.closes for span in spans)
    )


def open_minute(name: str, local: datetime) -> bool:
    return local.time() in open_minutes(name, local.date())


def opens_on(name: str, day: date) -> bool:
    return bool(open_minutes(name, day))


def slow_opening(name: str, local: datetime) -> datetime:
    """The next moment that is in, or at the end of, opening hours."""
    while not (open_minute(name, local) or open_minute(name, local - MINUTE)):
        local += (
            MINUTE
            if opens_on(name, local.date())
            else datetime.combine(local.date() + DAY, time()) - local
        )
    return local


def slow_later(name: str, local: datetime, minutes: int) -> datetime:
    while minutes:
        if not opens_on(name, local.date()):
            local = datetime.combine(local.date() + DAY, time())
            continue
        minutes -= open_minute(name, local)
        local += MINUTE
    return local


def slow_deadline(name: str, days: int, unit: DayUnit, counts_from: datetime) -> datetime:
    received = slow_opening(name, counts_from.astimezone(VIETNAM).replace(tzinfo=None))
    last, hour, closing = received.date(), received.time(), time(23, 59)
    counted = 0
    if unit == "same_day":
        hour = closing
        if received.time() > time(15):
            last += DAY
    elif unit == "calendar":
        last += days * DAY
    else:
        while counted < days:
            last += DAY
            counted += opens_on(name, last)
    while not opens_on(name, last):
        last += DAY
    due = datetime.combine(last, hour)
    if due.time() > max(open_minutes(name, last)):  # past the day's last open minute: its end
        due = datetime.combine(last, max(open_minutes(name, last))) + MINUTE
    return slow_opening(name, due).replace(tzinfo=VIETNAM)


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(["haihau", "haiminh"]), received=QUARTERS,
    days=st.integers(1, 40), unit=st.sampled_from(["working", "calendar", "same_day"]),
)  # fmt: skip
@example(name="haiminh", received=at("2026-08-21 16:45"), days=1, unit="working")
@example(name="haihau", received=at("2027-01-29 11:30"), days=4, unit="working")
def test_the_slow_reader_agrees(name: str, received: datetime, days: int, unit: DayUnit) -> None:
    computed = deadline(period(days, unit), office(name), received)
    assert computed.due_at == slow_deadline(name, days, unit, received)
    assert computed.due_at >= received  # received in the very minute of the closing: due at once
    assert [step.at for step in computed.steps][-1] == computed.due_at
    office_ = Office(office(name))
    due = office_.local(computed.due_at)
    assert office_.opening_at_or_after(due) == due, "due while the office is closed"


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(["haihau", "haiminh"]), start=QUARTERS, quarters=st.integers(1, 100))
def test_the_slow_reader_counts_the_same_working_hours(
    name: str, start: datetime, quarters: int
) -> None:
    slow = slow_later(name, start.astimezone(VIETNAM).replace(tzinfo=None), quarters * 15)
    assert working_hours_later(office(name), start, quarters / 4) == slow.replace(tzinfo=VIETNAM)


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(["haihau", "haiminh"]),
    received=QUARTERS,
    later=st.integers(0, 4000),
    days=st.integers(1, 30),
)
def test_who_comes_later_is_not_served_earlier(
    name: str, received: datetime, later: int, days: int
) -> None:
    first = deadline(period(days), office(name), received).due_at
    assert first <= deadline(period(days), office(name), received + later * MINUTE).due_at
    assert first <= deadline(period(days + 1), office(name), received).due_at
