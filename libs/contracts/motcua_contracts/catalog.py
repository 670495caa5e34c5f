"""Catalog's words: procedures, agencies, officers' places, calendars. Read whole by every service as `Catalogue`."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from .decision import Papers
from .payload import Command, Event, Model
from .terms import Terms

ReasonCode = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9-]*$")]
"""A reason of `reasons.SUSPENSION`."""
Role = Literal["clerk", "officer", "leader", "cashier"]
Part = Literal["days", "fee", "workflow", "papers"]
"""Parts of the terms that a source may leave open; `papers`: whether each is required, original, in how many copies."""


class FieldGroup(Model):
    """A field as the authority publishes its procedures (226 in 11 fields): the data's finer fields lie under it."""

    id: str
    name_vi: str
    name_en: str


class FormSheet(Model):
    """One form of a procedure (mẫu đơn, tờ khai). `declarative`: it is the one that `form_schema` and `layout` describe."""

    id: str
    name_vi: str
    name_en: str = ""
    declarative: bool = False


class FormSection(Model):
    """A part of the declarative form as it is laid out: its heading and its fields in order (`owner.full_name`; a list or object whole)."""

    title_vi: str = ""
    title_en: str = ""
    fields: Annotated[tuple[str, ...], Field(min_length=1)]
    columns: Annotated[int, Field(ge=1, le=3)] = 1


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
    """Made up to fill the counts; marked wherever it shows."""
    sheets: tuple[FormSheet, ...] = ()
    """The forms with their ids; `forms` has their names alone."""
    layout: tuple[FormSection, ...] = ()
    """Empty: the form's top-level objects one after the other (`forms.layout_of`)."""
    guide_vi: str = ""
    guide_en: str = ""
    """The user guide (tài liệu hướng dẫn) in Markdown; empty: none was written."""
    group: FieldGroup | None = None
    """The published field above `terms.field`; `origins["group"]` says who named it."""

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


class Absence(Model):
    """A time in which an officer is away: from `starts` up to, not including, `ends`. Why is nobody's business."""

    starts: datetime
    ends: datetime


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
    """`full_name` and `email` (the office's own address of the officer) go to catalog.people only."""

    closed_by = ("OfficerPlaced",)
    place: Place
    full_name: str
    email: str = ""
    effective_from: datetime


class PublishCalendar(Command, owner="catalog"):
    closed_by = ("CalendarPublished",)
    calendar: Calendar
    effective_from: datetime


class RecordAbsence(Command, owner="catalog"):
    """All the times in which an officer is away; those told before and missing here are taken back. Subject: `absences:<officer>`."""

    closed_by = ("AbsenceRecorded",)
    officer: str
    absences: tuple[Absence, ...]


class SuspendProcedure(Command, owner="catalog"):
    """No new dossiers of this procedure from that instant on (tạm dừng tiếp nhận); None: from now on. Running ones go on."""

    closed_by = ("ProcedureSuspended",)
    effective_from: AwareDatetime | None = None
    reason_code: ReasonCode


class ResumeProcedure(Command, owner="catalog"):
    """The end of a suspension."""

    closed_by = ("ProcedureResumed",)
    effective_from: AwareDatetime | None = None


class WithdrawProcedure(Command, owner="catalog"):
    """The procedure is abolished (bãi bỏ) from that instant on: no new dossiers, no new versions."""

    closed_by = ("ProcedureWithdrawn",)
    effective_from: AwareDatetime | None = None
    reason_code: ReasonCode


class Person(Papers):
    """The private paper of an officer: the name, and the address at the office where it gave one."""

    officer: str
    full_name: str
    email: str = ""


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


class AbsenceRecorded(Event, owner="catalog"):
    """Subject: `absences:<officer>`. `absences` are all that count from this version on."""

    officer: str
    absences: tuple[Absence, ...]
    version: int


class ProcedureSuspended(Event, owner="catalog"):
    """Subject: the procedure's code. `version` is the last one published."""

    version: int
    effective_from: datetime
    reason_code: ReasonCode


class ProcedureResumed(Event, owner="catalog"):
    """Subject: the procedure's code."""

    version: int
    effective_from: datetime


class ProcedureWithdrawn(Event, owner="catalog"):
    """Subject: the procedure's code."""

    version: int
    effective_from: datetime
    reason_code: ReasonCode
