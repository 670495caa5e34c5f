"""The dates of an open case: restarted or continued after a supplement, moved with an apology; and
the moments at which to warn.

Pure functions of the calendar, like `deadline` beside them, and like it explained line by line. All
instants in and out are aware.

- `restarted`: the whole time again, from the moment the papers were complete.
- `gone_on`: the working time that was left when the clock stopped, counted on from the moment the
  papers came.
- `moved_off`: a date that has become a day off since it was given.
- `term_end`: the end of a term in which the citizen has to act.
- `moved_by`, `moved_to`: a new appointment; late is measured against the first one all the same.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

from pydantic import Field

from ..messages.catalog import Calendar
from ..values.bounds import Instant, Percent
from ..wire.payload import Model
from .deadline import Deadline, DeadlineStep, Period, deadline, forecast, spoken_en, spoken_vi
from .office import Office, office_of

A_DAY = timedelta(days=1)


class Moved(NamedTuple):
    """The dates of a case after a change of the calendar, and why."""

    due_at: datetime
    first_due_at: datetime
    steps: tuple[DeadlineStep, ...]


class Reminder(Model):
    """A moment at which so many percent of the working time are over."""

    percent: Percent
    at: Instant


class Watch(Model):
    """What of the time is still to be said: reminders that are to come, when the rule prepares the
    apology for a person to sign, and when it gives the new date itself. Empty: nothing.
    """

    reminders: Annotated[tuple[Reminder, ...], Field(max_length=10)] = ()
    apology_at: Instant | None = None
    prepare_at: Instant | None = None


def restarted(
    terms: Period, calendar: Calendar, stopped_at: datetime, complete_at: datetime
) -> Deadline:
    """The whole time once more, from `complete_at`."""
    office = office_of(calendar)
    again = deadline(terms, calendar, complete_at)
    lines = (
        _stopped(office, stopped_at),
        _line(
            office,
            office.local(complete_at),
            "Hồ sơ đã bổ sung đủ: thời hạn tính lại từ đầu.",
            "The papers are complete: the time begins anew.",
        ),
    )
    return Deadline(due_at=again.due_at, steps=(*lines, *again.steps))


def gone_on(
    calendar: Calendar, due_at: datetime, stopped_at: datetime, resumed_at: datetime
) -> Deadline:
    """The working time that was left at `stopped_at`, counted from `resumed_at`.

    None left: due when the office is open next.
    """
    office = office_of(calendar)
    left = office.worked(office.local(stopped_at), office.local(due_at))
    came = office.local(resumed_at)
    due = _whole_minute(office.later(came, left))
    steps = (
        _stopped(office, stopped_at),
        _line(
            office,
            office.local(due_at),
            f"Còn lại {_hours_vi(left)} làm việc đến ngày hẹn {spoken_vi(office.local(due_at))}.",
            f"{_hours_en(left)} of working time were left until {spoken_en(office.local(due_at))}.",
        ),
        _line(
            office, came, f"Tính tiếp từ khi bổ sung đủ, lúc {spoken_vi(came)}.",
            f"They go on from when the papers were complete, {spoken_en(came)}.",
        ),
        *_due(office, due),
    )  # fmt: skip
    return Deadline(due_at=office.instant(due), steps=steps)


def moved_by(calendar: Calendar, due_at: datetime, days: float) -> Deadline:
    """A new date so many working days after the one before, at the same hour."""
    office = office_of(calendar)
    before = office.local(due_at)
    last = before.date()
    for _ in range(max(1, round(days))):
        last = office.working_day(last + timedelta(days=1))
    due = _whole_minute(office.at_hour(last, before.time()))
    said = _line(
        office,
        before,
        f"Gia hạn {round(days) or 1} ngày làm việc.",
        f"Extended by {round(days) or 1} working days.",
    )
    return Deadline(
        due_at=office.instant(due), steps=(_before(office, before), said, *_due(office, due))
    )


def moved_to(calendar: Calendar, due_at: datetime, new_due_at: datetime) -> Deadline:
    """A new date that somebody chose; where the office is closed then, its next opening."""
    office = office_of(calendar)
    wished = office.local(new_due_at)
    due = _whole_minute(office.opening_at_or_after(wished))
    steps = [_before(office, office.local(due_at))]
    steps.append(
        _line(
            office,
            wished,
            f"Lãnh đạo hẹn lại lúc {spoken_vi(wished)}.",
            f"A leader chose {spoken_en(wished)}.",
        )
    )
    if due != wished.replace(second=0, microsecond=0):
        steps.append(
            _line(
                office,
                due,
                "Ngoài giờ làm việc: chuyển sang khi mở cửa.",
                "Outside opening hours: it moves to the next opening.",
            )
        )
    return Deadline(due_at=office.instant(due), steps=(*steps, *_due(office, due)))


def term_end(calendar: Calendar, since: datetime, term: timedelta) -> datetime:
    """When a term of plain days that began at `since` ends (UTC): where the office is closed then,
    at the end of its next working day.

    A term of less than a day runs on as it is.
    """
    ends = since + term
    if term < A_DAY:
        return ends
    return open_end(calendar, ends)


def open_end(calendar: Calendar, ends: datetime) -> datetime:
    """That end where the office is open then, else the end (UTC) of its next working day; of the
    same one in its noon break.
    """
    office = office_of(calendar)
    local = office.local(ends)
    return ends if office.is_open_at(local) else office.instant(office.closing_at_or_after(local))


def moved_off(calendar: Calendar, due_at: datetime, first_due_at: datetime) -> Moved | None:
    """The dates of a running case where one of them is a day off by now: the next working day, the
    same hour. None: both stand.
    """
    office = office_of(calendar)
    lines: list[DeadlineStep] = []

    def stands(at: datetime) -> datetime:
        local = office.local(at)
        if office.is_open_on(local.date()):
            return at
        named = office.named(local.date())
        vi, en = (f": {named.name_vi}", f": {named.name_vi}") if named is not None else ("", "")
        moved = office.at_hour(office.working_day(local.date()), local.time())
        said = _line(
            office,
            local,
            f"Ngày hẹn {spoken_vi(local)} là ngày nghỉ theo lịch công bố sau khi hẹn{vi}. Chuyển sang ngày làm việc tiếp theo.",  # noqa: E501
            f"{spoken_en(local)} is a day off, which was announced after the date was given{en}. It moves to the next working day.",  # noqa: E501
        )
        if said not in lines:
            lines.append(said)
        return office.instant(moved)

    first, due = stands(first_due_at), stands(due_at)
    if not lines:
        return None
    return Moved(due_at=due, first_due_at=first, steps=(*lines, *_due(office, office.local(due))))


def watch_of(
    calendar: Calendar,
    since: datetime,
    due_at: datetime,
    percents: Iterable[int] = (),
    apology_days: float | None = None,
    *,
    prepared: bool = False,
) -> Watch:
    """When to remind, by share of the working time from `since`, and `apology_days` working days
    before `due_at`.

    No apology where that moment is before `since`: a matter of a day cannot be announced late a
    day before. `prepared`: a person gets a working day to sign it; where there is none, half of the
    working time that there is.
    """
    office = office_of(calendar)
    start, due = office.opening_at_or_after(office.local(since)), office.local(due_at)
    whole = office.worked(start, due)
    reminders = tuple(
        Reminder(percent=n, at=office.instant(_whole_minute(office.later(start, whole * n / 100))))
        for n in sorted(percents)
    )
    apology = prepare = None
    if apology_days is not None:
        days, part = divmod(apology_days, 1)
        warned = office.working_days_before(due, int(days) + (1 if part else 0))
        if warned > start:
            apology = office.instant(warned)
            prepare = _prepare_at(office, start, warned) if prepared else None
    return Watch(reminders=reminders, apology_at=apology, prepare_at=prepare)


def watch_gone_on(
    calendar: Calendar,
    watch: Watch,
    stopped_at: datetime,
    resumed_at: datetime,
    *,
    prepared: bool = False,
) -> Watch:
    """The same watch after a pause: what was to come comes by so much working time later.

    What was prepared for the old date is prepared for the new one.
    """
    office = office_of(calendar)
    stopped, resumed = office.local(stopped_at), office.local(resumed_at)

    def later(at: datetime) -> datetime:
        return office.instant(
            _whole_minute(office.later(resumed, office.worked(stopped, office.local(at))))
        )

    reminders = tuple(Reminder(percent=one.percent, at=later(one.at)) for one in watch.reminders)
    apology = later(watch.apology_at) if watch.apology_at is not None else None
    prepare = (
        _prepare_at(office, resumed, office.local(apology))
        if prepared and apology is not None
        else None
    )
    return Watch(reminders=reminders, apology_at=apology, prepare_at=prepare)


def _prepare_at(office: Office, since: datetime, warned: datetime) -> datetime:
    """A working day before, at the same hour; half of the working time where that is before
    `since`.
    """
    day_before = office.working_days_before(warned, 1)
    half = office.later(since, office.worked(since, warned) / 2)
    return office.instant(_whole_minute(day_before if day_before > since else half))


def _line(office: Office, local: datetime, vi: str, en: str) -> DeadlineStep:
    return DeadlineStep(at=office.instant(local), text_vi=vi, text_en=en)


def _stopped(office: Office, stopped_at: datetime) -> DeadlineStep:
    local = office.local(stopped_at)
    return _line(
        office, local, f"Yêu cầu bổ sung hồ sơ: ngừng tính thời hạn lúc {spoken_vi(local)}.",
        f"More papers were asked for: the clock stopped at {spoken_en(local)}.",
    )  # fmt: skip


def _before(office: Office, before: datetime) -> DeadlineStep:
    return _line(
        office,
        before,
        f"Ngày hẹn trước: {spoken_vi(before)}.",
        f"The appointment before: {spoken_en(before)}.",
    )


def _due(office: Office, due: datetime) -> tuple[DeadlineStep, ...]:
    return *forecast(office, due), _line(
        office, due, f"Hẹn trả kết quả lúc {spoken_vi(due)}.", f"Due at {spoken_en(due)}."
    )


def _whole_minute(local: datetime) -> datetime:
    return local.replace(second=0, microsecond=0)


def _hours_vi(left: timedelta) -> str:
    hours, minutes = _hours(left)
    return f"{hours} giờ {minutes:02d} phút" if minutes else f"{hours} giờ"


def _hours_en(left: timedelta) -> str:
    hours, minutes = _hours(left)
    return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"


def _hours(left: timedelta) -> tuple[int, int]:
    return divmod(int(left.total_seconds()) // 60, 60)
