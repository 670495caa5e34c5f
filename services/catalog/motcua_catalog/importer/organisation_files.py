"""What the organisation's YAML files may hold: agencies with departments, officers and absences;
calendars; public holidays.
"""

from typing import Annotated, Literal, Self

from motcua_contracts.messages.catalog import Department, Holiday, Role, Span
from pydantic import Field, model_validator

from .file_base import AuthorityLevel, Clock, Day, Email, Id, Names, Origin, Written


class DepartmentEntry(Department, Written):
    """A department, as the events have it."""


class HolidayEntry(Holiday, Written):
    """A day off or a make-up day, as the events have it."""

    day: Day


class SpanEntry(Span, Written):
    """Opening hours, as the events have them."""

    opens: Clock
    closes: Clock


class OfficerEntry(Written):
    """An officer's seat; name and `email` (the office's own address of the officer, for digests)
    go to catalog.people alone.
    """

    id: Id
    full_name: Annotated[str, Field(min_length=1)]
    email: Email = ""
    department: Id
    post_vi: str
    post_en: str
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]


class AbsenceEntry(Written):
    """Whole days on which an officer is away, the last one too. Why is not written."""

    officer: Id
    first: Day
    last: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("last must not be before first")
        return self


class AgencyFile(Written):
    """One agency with its departments, officers and their absences."""

    kind: Literal["agency"]
    source: Origin
    effective_from: Day
    id: Id
    code: Annotated[str, Field(pattern=r"^[A-Z0-9]+(\.[A-Z0-9]+)*$")]
    name: Names
    parent: Id | None = None
    authority: AuthorityLevel
    calendar: Id
    address: str = ""
    phone: str = ""
    departments: tuple[DepartmentEntry, ...] = ()
    officers: tuple[OfficerEntry, ...] = ()
    absences: tuple[AbsenceEntry, ...] = ()


class HolidaysFile(Written):
    """Days off and make-up days of a country, referred to by name.

    Days after `decided_until` are a forecast.
    """

    kind: Literal["holidays"]
    id: Id
    source: str
    decided_until: Day | None = None
    days: tuple[HolidayEntry, ...]


class CalendarFile(Written):
    """Opening hours of an office: `week` by ISO weekday, `extra` its own days
    off and make-up days.
    """

    kind: Literal["calendar"]
    source: Origin
    effective_from: Day
    id: Id
    week: dict[int, tuple[SpanEntry, ...]]
    holidays: Id | None = None
    extra: tuple[HolidayEntry, ...] = ()
