"""The deadline of a dossier: a pure function of the terms, the office's calendar and what happened.

Anyone can compute it again.

The rules, in the office's local time (`office.py`):

- The day of receipt is not counted (`tính từ ngày làm việc tiếp theo`). What comes while the office
  is closed was received when it
  opens next.
- `working` days: the last of so many days on which the office opens. `calendar` days: so many days
  on; a last day off moves to the next
  working day.
- Due is the **same hour** (and minute) of the last day as that of the receipt, as receipts print it
  (`hẹn trả kết quả: 10 giờ 30 ngày
  27/11`). Where the office is closed at that hour, it is its next opening of the day, and past the
  day's last closing that closing.
- A part of a day is that part of 8 working hours, counted through the opening hours after the whole
  days.
- `same_day` (and 0 days): the closing of the day of receipt; received after the cut-off (15:00),
  the closing of the next working day.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Protocol

from pydantic import AfterValidator, Field

from ..messages.catalog import Calendar
from ..values.bounds import MAX_HOLIDAYS, AtMost, Instant, LongLine
from ..wire.payload import Model
from .office import DAY, Office, office_of
from .terms import DayUnit

MAX_STEPS = MAX_HOLIDAYS + 50
MAX_STEPS_LETTERS = 130_000
WORKING_DAY_HOURS = 8
"""What a part of a working day is a part of."""

WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# Spelt out here: `%A` and `%B` depend on the machine's locale, and the computation must read the
# same everywhere.


class DeadlineStep(Model):
    """One line of the computation, as a person reads it (`why is it due on 27 November 10:30?`)."""

    at: Instant
    text_vi: LongLine
    text_en: LongLine


def _few_words(steps: tuple[DeadlineStep, ...]) -> tuple[DeadlineStep, ...]:
    if sum(len(step.text_vi) + len(step.text_en) for step in steps) > MAX_STEPS_LETTERS:
        raise ValueError(f"at most {MAX_STEPS_LETTERS} characters together")
    return steps


Steps = Annotated[
    tuple[DeadlineStep, ...],
    Field(max_length=MAX_STEPS),
    AfterValidator(_few_words),
    AtMost(4 * MAX_STEPS_LETTERS + MAX_STEPS * 80),
]
"""A whole computation: a calendar of the most holidays fits."""


class Deadline(Model):
    """When it is due (UTC), and the computation step by step."""

    due_at: Instant
    steps: Steps


class Period(Protocol):
    """The part of the terms that a deadline is computed from: `Terms` and
    `CaseTerms` both have it.
    """

    @property
    def days(self) -> float: ...
    @property
    def day_unit(self) -> DayUnit: ...
    @property
    def cutoff(self) -> str: ...


def deadline(terms: Period, calendar: Calendar, counts_from: datetime) -> Deadline:
    """When a dossier that was received at `counts_from` (aware) is due.

    Raises `ValueError` for a calendar that never opens.
    """
    office = office_of(calendar)
    said = _Computation(office)
    came = office.local(counts_from)
    received = office.opening_at_or_after(came)
    said.line(came, f"Nhận hồ sơ lúc {spoken_vi(came)}.", f"Received at {spoken_en(came)}.")
    if received != came:
        said.line(
            received,
            f"Ngoài giờ làm việc: coi như nhận khi mở cửa, lúc {spoken_vi(received)}.",
            "Outside opening hours: counts as received at the next opening,"
            f" {spoken_en(received)}.",
        )
    if terms.day_unit == "same_day" or terms.days == 0:
        due = _same_day(terms, office, received, said)
    else:
        due = _days(terms, office, received, said).replace(second=0, microsecond=0)
    said.steps += forecast(office, due)
    said.line(due, f"Hẹn trả kết quả lúc {spoken_vi(due)}.", f"Due at {spoken_en(due)}.")
    return Deadline(due_at=office.instant(due), steps=tuple(said.steps))


def working_hours_later(calendar: Calendar, at: datetime, hours: float) -> datetime:
    """The instant (UTC) at which the office has been open for `hours` since `at`, for a task's own
    due date.
    """
    office = office_of(calendar)
    return office.instant(office.later(office.local(at), timedelta(hours=hours)))


def forecast(office: Office, due: datetime) -> list[DeadlineStep]:
    """A warning where the computation reaches a year whose days off are not decided yet; nothing
    before that.
    """
    if not office.is_forecast(due.date()):
        return []
    return [
        DeadlineStep(
            at=office.instant(due),
            text_vi=(
                f"Lịch nghỉ năm {due.year} mới là dự kiến, chưa có quyết định: ngày hẹn có thể thay"
                " đổi."
            ),
            text_en=(
                f"The days off of {due.year} are a forecast, not decided yet: the date may still"
                " move."
            ),
        )
    ]


class _Computation:
    """The lines of one computation."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.steps: list[DeadlineStep] = []

    def line(self, local: datetime, vi: str, en: str) -> None:
        self.steps.append(DeadlineStep(at=self._office.instant(local), text_vi=vi, text_en=en))

    def days_off(self, first: date, last: date) -> None:
        """Say which of those days (inclusive) are no working days, and which are only because they
        make up for one.
        """
        weekly: list[date] = []
        for day in _days_between(first, last):
            named, at = self._office.named(day), datetime.combine(day, time())
            if named is not None and named.working:
                self.line(
                    at,
                    f"Ngày {_day_vi(day)} làm bù, được tính.",
                    f"{_day_en(day)} is a make-up day and counts.",
                )
            elif named is not None:
                self.line(
                    at,
                    f"Nghỉ ngày {_day_vi(day)}: {named.name_vi}.",
                    f"{_day_en(day)} is off: {named.name_vi}.",
                )
            elif not self._office.is_open_on(day):
                weekly.append(day)
        if weekly:
            vi = ", ".join(f"{day:%d/%m}" for day in weekly)
            en = ", ".join(f"{day.day} {MONTHS_EN[day.month - 1]}" for day in weekly)
            self.line(
                datetime.combine(weekly[-1], time()),
                f"Nghỉ hằng tuần: {vi}.",
                f"Weekly days off: {en}.",
            )


def _same_day(terms: Period, office: Office, received: datetime, said: _Computation) -> datetime:
    if received.time() <= time.fromisoformat(terms.cutoff):
        said.line(received, "Giải quyết trong ngày.", "Done on the day of receipt.")
        return office.closing(received.date())
    last = office.working_day(received.date() + DAY)
    said.line(
        received,
        f"Giải quyết trong ngày; nhận sau {terms.cutoff}: trả trong ngày làm việc tiếp theo.",
        f"Done on the day of receipt; received after {terms.cutoff}: on the next working day.",
    )
    said.days_off(received.date() + DAY, last)
    return office.closing(last)


def _days(terms: Period, office: Office, received: datetime, said: _Computation) -> datetime:
    whole, part = divmod(terms.days, 1)
    working = terms.day_unit == "working"
    first = received.date() + DAY
    kind_vi, kind_en = ("ngày làm việc", "working days") if working else ("ngày", "days")
    said.line(
        datetime.combine(first, time()),
        f"Thời hạn {terms.days:g} {kind_vi}, không tính ngày nhận.",
        f"{terms.days:g} {kind_en}; the day of receipt is not counted.",
    )
    if working:
        last = received.date()
        for _ in range(int(whole)):
            last = office.working_day(last + DAY)
        said.days_off(first, last)
    else:
        ends = received.date() + int(whole) * DAY
        last = office.working_day(ends)
        if last != ends:
            said.line(
                datetime.combine(ends, time()),
                f"Ngày cuối {_day_vi(ends)} là ngày nghỉ: chuyển sang ngày làm việc tiếp theo.",
                f"The last day, {_day_en(ends)}, is off: it moves to the next working day.",
            )
            said.days_off(ends, last)
    due = office.at_hour(last, received.time())
    return office.later(due, part * timedelta(hours=WORKING_DAY_HOURS)) if part else due


def _days_between(first: date, last: date) -> Iterator[date]:
    return (first + n * DAY for n in range((last - first).days + 1))


def spoken_vi(local: datetime) -> str:
    """An hour and day of the office's clock as people say it."""
    return f"{local:%H:%M} ngày {_day_vi(local.date())}"


def spoken_en(local: datetime) -> str:
    """The same in English."""
    return f"{local:%H:%M} on {_day_en(local.date())}"


@lru_cache(maxsize=4096)
def _day_vi(day: date) -> str:
    return f"{day:%d/%m/%Y} ({WEEKDAYS_VI[day.weekday()]})"


@lru_cache(maxsize=4096)
def _day_en(day: date) -> str:
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]} {day.year}"
