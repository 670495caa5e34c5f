"""Days that a calendar declares off late (lịch nghỉ công bố sau), and what becomes of a date that
was promised for one.

Pure functions of the calendar's versions. A running date moves only where its own day was open in
some earlier version and is off in the one in force: a day off in between, a Sunday, or a day that
is worked again moves nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ..messages.catalog import CalendarPublished
from ..values.labels import Label
from .deadline import DeadlineStep, forecast, spoken_en, spoken_vi
from .directory import Catalogue
from .office import DAY, Office, office_of

BACK, AHEAD = timedelta(days=31), timedelta(days=400)
"""Days on which something that runs is due, from today."""


class MovedDate(NamedTuple):
    """The date that counts now (UTC), why, and the version of the calendar that says so."""

    at: datetime
    steps: tuple[DeadlineStep, ...]
    calendar: str
    version: int

    @property
    def by(self) -> dict[str, Any]:
        """The fields that every event of a moved date has beside the date."""
        return {"steps": self.steps, "calendar": self.calendar, "calendar_version": self.version}


def days_off_since(
    versions: Sequence[CalendarPublished], version: int, now: datetime
) -> list[date]:
    """The days near today that this version has off and an earlier one had open."""
    current = next(event.calendar for event in versions if event.version == version)
    today = now.astimezone(ZoneInfo(current.timezone)).date()
    return [
        day for day in _days(today - BACK, today + AHEAD) if declared_off(versions, version, day)
    ]


def declared_off(versions: Sequence[CalendarPublished], version: int, day: date) -> bool:
    """Whether this version has that day off, and an earlier one had it open."""
    current = next(event.calendar for event in versions if event.version == version)
    if office_of(current).is_open_on(day):
        return False
    return any(
        office_of(event.calendar).is_open_on(day) for event in versions if event.version < version
    )


def moved_date(
    catalogue: Catalogue,
    calendar: str,
    promised: datetime,
    at: datetime,
    what: Label,
    *,
    day_end: bool = False,
) -> MovedDate | None:
    """Where a date goes whose day was declared off after it was promised: the next working day, at
    the same hour.

    None: the date stands. `at`: by the calendar in force then. `what`: what the line calls the
    date, at the beginning of a sentence. `day_end`: the end of that working day, for a term in
    which a citizen has to act. Raises `CatalogueEntryMissing` for an unknown calendar.
    """
    current, version = catalogue.calendar_at(calendar, at)
    office = office_of(current)
    local = office.local(promised)
    day = local.date()
    if office.is_open_on(day) or not declared_off(
        catalogue.versions_of_calendar(calendar), version, day
    ):
        return None
    working = office.working_day(day)
    moved = office.closing(working) if day_end else office.at_hour(working, local.time())
    return MovedDate(office.instant(moved), _lines(office, local, moved, what), calendar, version)


def due_on(owner: str, day: date) -> str:
    """A day as cases are indexed by it (`i_due_on`): `owner` is the calendar's id, or that of the
    agency whose calendar counts.
    """
    return f"{owner}/{day.isoformat()}"


def due_days(owner: str, dates: Iterable[datetime | None]) -> list[str]:
    """The index of the dates that run, by their days of UTC."""
    return sorted({due_on(owner, at.astimezone(UTC).date()) for at in dates if at is not None})


def agencies_with(catalogue: Catalogue, calendar: str) -> list[str]:
    """The agencies that open by this calendar: whose days an index by agencies names."""
    return [one.id for one in catalogue.agencies() if one.calendar == calendar]


def _lines(
    office: Office, local: datetime, moved: datetime, what: Label
) -> tuple[DeadlineStep, ...]:
    named = office.named(local.date())
    why = f": {named.name_vi}" if named is not None else ""
    said = DeadlineStep(
        at=office.instant(local),
        text_vi=(
            f"{what.vi} {spoken_vi(local)} là ngày nghỉ theo lịch công bố sau{why}. Chuyển sang"
            f" {spoken_vi(moved)}."
        ),
        text_en=(
            f"{what.en}, {spoken_en(local)}, is a day off that was announced later{why}. It moves"
            f" to {spoken_en(moved)}."
        ),
    )
    return (said, *forecast(office, moved))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * DAY for n in range((last - first).days + 1))
