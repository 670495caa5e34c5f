"""Catalog's words: procedures, agencies, officers' places, calendars. Read whole by every service as `Catalogue`."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from .decision import Papers
from .payload import Command, Event, Model
from .terms import Terms

Role = Literal["clerk", "officer", "leader", "cashier"]
Part = Literal["days", "fee", "workflow", "papers"]
"""Parts of the terms that a source may leave open; `papers`: whether each is required, original, in how many copies."""


class Publication(Model):
    """What the public reads about a procedure beside its terms. `level_source`: configured or published; unknown stays None."""

    level_source: Literal["configured", "published"] | None = None
    legal_basis: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    form_schema: dict[str, Any] = {}
    """JSON Schema of the declarative form; gateway and intake validate by the same one."""
    processing_note_vi: str | None = None
    fee_note_vi: str | None = None
    source: str = ""
    other_sources: tuple[str, ...] = ()
    confidence: str = ""
    agency_note_vi: str | None = None
    """The agency as the source names it; the demo district's own agency is in the terms."""
    notes_vi: str | None = None
    unknown: tuple[Part, ...] = ()
    """Parts of the terms that nothing states. What the terms hold there is a stand-in and is neither shown nor used."""
    origins: dict[str, str] = {}
    """Where a part was not taken from the source: part -> `authored-for-demo` or `configured`."""
    sample: bool = False

    @property
    def takes_dossiers(self) -> bool:
        """Whether a dossier can run on these terms: days, fee and workflow are known."""
        return not {"days", "fee", "workflow"} & set(self.unknown)


class Department(Model):
    """A department (phòng) of an agency."""

    id: str
    name_vi: str
    name_en: str


class Agency(Model):
    """A public agency. `code` is its identifier in dossier codes, with any number of groups (`H40.12`)."""

    id: str
    code: str
    name_vi: str
    name_en: str
    parent: str | None = None
    authority_level: Literal["province", "district", "commune"]
    calendar: str
    address_vi: str = ""
    phone: str = ""
    departments: tuple[Department, ...] = ()


class Place(Model):
    """Where an officer sits: agency, department, post and roles. The name is in catalog.people."""

    officer: str
    agency: str
    department: str
    post_vi: str
    post_en: str
    roles: tuple[Role, ...]


class Span(Model):
    """Opening hours within a day, local time, `opens` before `closes`."""

    opens: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]
    closes: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]


class Holiday(Model):
    """A day off, or (`working=True`) a make-up day on which the office is open although its weekday is off."""

    day: date
    name_vi: str
    working: bool = False


class Calendar(Model):
    """Opening hours of an office by ISO weekday (1 = Monday), public holidays and make-up days."""

    id: str
    timezone: str = "Asia/Ho_Chi_Minh"
    week: dict[int, tuple[Span, ...]]
    holidays: tuple[Holiday, ...] = ()


class PublishProcedure(Command, owner="catalog"):
    closed_by = ("ProcedurePublished",)
    terms: Terms
    publication: Publication
    effective_from: datetime


class PublishAgency(Command, owner="catalog"):
    closed_by = ("AgencyPublished",)
    agency: Agency
    effective_from: datetime


class PlaceOfficer(Command, owner="catalog"):
    """`full_name` goes to catalog.people only."""

    closed_by = ("OfficerPlaced",)
    place: Place
    full_name: str
    effective_from: datetime


class PublishCalendar(Command, owner="catalog"):
    closed_by = ("CalendarPublished",)
    calendar: Calendar
    effective_from: datetime


class Person(Papers):
    """The private paper of an officer: the name."""

    officer: str
    full_name: str


class ProcedurePublished(Event, owner="catalog"):
    """Subject: the procedure's code. (code, version) never changes; `terms.version` counts from 1."""

    terms: Terms
    publication: Publication
    effective_from: datetime


class AgencyPublished(Event, owner="catalog"):
    """Subject: `agency:<id>`."""

    agency: Agency
    version: int
    effective_from: datetime


class OfficerPlaced(Event, owner="catalog"):
    """Subject: `officer:<id>`. `commitment` to the paper with the name, revision `version`."""

    place: Place
    version: int
    effective_from: datetime
    commitment: str


class CalendarPublished(Event, owner="catalog"):
    """Subject: `calendar:<id>`."""

    calendar: Calendar
    version: int
    effective_from: datetime
