"""The catalogue's commands and events: procedures, agencies, officers' seats, calendars.

Read whole by every service as `Catalogue`.
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ..rules.decision import PrivateRecord
from ..rules.terms import Terms
from ..values.bounds import (
    LINE,
    MAX_HOLIDAYS,
    MAX_PUBLICATION_BYTES,
    Day,
    Digest,
    Guide,
    Hour,
    Id,
    Instant,
    Key,
    Line,
    LongLine,
    Note,
    Number,
    PersonName,
    Schema,
    Slug,
    Weekday,
    json_bytes,
)
from ..wire.doers import Named, Somebody
from ..wire.payload import Command, Event, Model
from ..wire.personal import Personal

ReasonCode = Slug
"""A reason of `reasons.SUSPENSION`."""
Role = Literal["clerk", "officer", "leader", "cashier"]
Part = Literal["days", "fee", "workflow", "papers"]
"""Parts of the terms that a source may leave open; `papers`: whether each is required, original, in
how many copies.
"""


class FieldGroup(Model):
    """A field as the authority publishes its procedures (226 in 11 fields): the data's finer fields
    are under it.
    """

    id: Id
    name_vi: Line
    name_en: Line


class FormSheet(Model):
    """One form of a procedure (mẫu đơn, tờ khai).

    `declarative`: it is the one that `form_schema` and `layout` describe.
    """

    id: Id
    name_vi: Line
    name_en: Line = ""
    declarative: bool = False


class FormSection(Model):
    """A part of the declarative form as it is laid out: its heading and its fields in order
    (`owner.full_name`; a list or object whole).
    """

    title_vi: Line = ""
    title_en: Line = ""
    fields: Annotated[tuple[Id, ...], Field(min_length=1, max_length=200)]
    columns: Annotated[int, Field(ge=1, le=3)] = 1


class Publication(Model):
    """What the public reads about a procedure beside its terms.

    `level_source`: configured or published; unknown stays None.
    """

    most_bytes: ClassVar[int] = MAX_PUBLICATION_BYTES

    level_source: Literal["configured", "published"] | None = None
    legal_basis: Annotated[tuple[LongLine, ...], Field(max_length=100)] = ()
    forms: Annotated[tuple[Line, ...], Field(max_length=50)] = ()
    form_schema: Schema = {}
    """JSON Schema of the declarative form; gateway and intake validate by the same one."""
    processing_note_vi: Note | None = None
    fee_note_vi: Note | None = None
    source: LongLine = ""
    other_sources: Annotated[tuple[LongLine, ...], Field(max_length=50)] = ()
    confidence: Id = ""
    agency_note_vi: Note | None = None
    """The agency as the source names it; the demo district's own agency is in the terms."""
    notes_vi: Note | None = None
    unknown: Annotated[tuple[Part, ...], Field(max_length=10)] = ()
    """Parts of the terms that nothing states. What the terms hold there is a stand-in and is
    neither shown nor used.
    """
    origins: Annotated[dict[Id, Id], Field(max_length=50)] = {}
    """For parts that were not taken from the source: part ->
    `authored-for-demo` or `configured`.
    """
    sample: bool = False
    """Created to match the published counts; marked wherever it is shown."""
    sheets: Annotated[tuple[FormSheet, ...], Field(max_length=50)] = ()
    """The forms with their ids; `forms` has their names alone."""
    layout: Annotated[tuple[FormSection, ...], Field(max_length=100)] = ()
    """Empty: the form's top-level objects one after the other."""
    guide_vi: Guide = ""
    guide_en: Guide = ""
    """The user guide (tài liệu hướng dẫn) in Markdown; empty: none was written."""
    group: FieldGroup | None = None
    """The published field above `terms.field`; `origins["group"]` says who named it."""

    @property
    def takes_dossiers(self) -> bool:
        """Whether a dossier can run on these terms: days, fee and workflow are known."""
        return not {"days", "fee", "workflow"} & set(self.unknown)


class Department(Model):
    """A department (phòng) of an agency."""

    id: Key
    name_vi: Line
    name_en: Line


class Agency(Model):
    """A public agency.

    `code` is its identifier in dossier codes, with any number of groups (`H40.12`).
    """

    id: Key
    code: Key
    name_vi: Line
    name_en: Line
    parent: Id | None = None
    authority_level: Literal["province", "district", "commune"]
    calendar: Id
    address_vi: Line = ""
    phone: Id = ""
    departments: Annotated[tuple[Department, ...], Field(max_length=100)] = ()


class Seat(Model):
    """An officer's seat: agency, department, post and roles. The name is in catalog.people."""

    officer: Key
    agency: Key
    department: Key
    post_vi: Line
    post_en: Line
    roles: Annotated[tuple[Role, ...], Field(max_length=10)]


class Span(Model):
    """Opening hours within a day, local time, `opens` before `closes`."""

    opens: Hour
    closes: Hour


class Holiday(Model):
    """A day off, or (`working=True`) a make-up day on which the office is open although its weekday
    is off.
    """

    day: Day
    name_vi: Annotated[str, Field(max_length=100, pattern=LINE)]
    working: bool = False


class Calendar(Model):
    """Opening hours of an office by ISO weekday (1 = Monday), public holidays and make-up days.

    `decided_until`: the last day for which the days off are decided; what is named after it is a
    forecast. None: nobody says.
    """

    id: Key
    timezone: Id = "Asia/Ho_Chi_Minh"
    week: Annotated[
        dict[Weekday, Annotated[tuple[Span, ...], Field(max_length=10)]], Field(max_length=10)
    ]
    holidays: Annotated[tuple[Holiday, ...], Field(max_length=MAX_HOLIDAYS)] = ()
    decided_until: Day | None = None


class Absence(Model):
    """A time in which an officer is away: from `starts` up to, not including, `ends`.

    Why is nobody's business.
    """

    starts: Instant
    ends: Instant


def _of_bounded_size(terms: Terms, publication: Publication) -> None:
    """A dossier carries its terms from event to event. Raises `ValueError`."""
    for what, model in (("terms", terms), ("publication", publication)):
        if json_bytes(model) > model.most_bytes:
            raise ValueError(f"{what}: at most {model.most_bytes} bytes as JSON")


class PublishProcedure(Command, owner="catalog"):
    closed_by = ("ProcedurePublished",)
    terms: Terms
    publication: Publication
    effective_from: Instant

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _of_bounded_size(self.terms, self.publication)
        return self


class PublishAgency(Command, owner="catalog"):
    closed_by = ("AgencyPublished",)
    agency: Agency
    effective_from: Instant


class PlaceOfficer(Command, owner="catalog"):
    """`full_name` and `email` (the office's own address of the officer) go to
    catalog.people only.
    """

    closed_by = ("OfficerPlaced",)
    place: Seat
    full_name: Annotated[PersonName, Personal("officer's name")]
    email: Annotated[PersonName, Personal("officer's address at the office")] = ""
    effective_from: Instant


class PublishCalendar(Command, owner="catalog"):
    closed_by = ("CalendarPublished",)
    calendar: Calendar
    effective_from: Instant


class RemoveOfficer(Command, owner="catalog"):
    """The organisation's files name the officer no more."""

    closed_by = ("OfficerRemoved",)
    officer: Key


class RecordAbsence(Command, owner="catalog"):
    """All the times in which an officer is away; those told before and missing here are taken back.

    Subject: `absences:<officer>`.
    """

    closed_by = ("AbsenceRecorded",)
    officer: Id
    absences: Annotated[tuple[Absence, ...], Field(max_length=200)]


class SuspendProcedure(Command, owner="catalog"):
    """No new dossiers of this procedure from that instant on (tạm dừng tiếp nhận); None: from now
    on. Running ones go on.
    """

    closed_by = ("ProcedureSuspended",)
    effective_from: Instant | None = None
    reason_code: ReasonCode


class ResumeProcedure(Command, owner="catalog"):
    """The end of a suspension."""

    closed_by = ("ProcedureResumed",)
    effective_from: Instant | None = None


class WithdrawProcedure(Command, owner="catalog"):
    """The procedure is abolished (bãi bỏ) from that instant on: no new
    dossiers, no new versions.
    """

    closed_by = ("ProcedureWithdrawn",)
    effective_from: Instant | None = None
    reason_code: ReasonCode


class Person(PrivateRecord):
    """The private record of an officer: the name, and the address at the office
    where it gave one.
    """

    officer: Id
    full_name: Annotated[PersonName, Personal("officer's name")]
    email: Annotated[PersonName, Personal("officer's address at the office")] = ""


class ProcedurePublished(Event, owner="catalog"):
    """Subject: the procedure's code.

    (code, version) never changes; `terms.version` counts from 1.
    """

    terms: Terms
    publication: Publication
    effective_from: Instant

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _of_bounded_size(self.terms, self.publication)
        return self


class AgencyPublished(Event, owner="catalog"):
    """Subject: `agency:<id>`."""

    agency: Agency
    version: Number
    effective_from: Instant


class OfficerPlaced(Event, owner="catalog"):
    """Subject: `officer:<id>`. `commitment` to the paper with the name, revision `version`."""

    place: Seat
    version: Number
    effective_from: Instant
    commitment: Digest


class OfficerRemoved(Event, owner="catalog"):
    """Subject: `officer:<id>`.

    The officer left: holds no seat from now on. What was done stays, with name and post.
    """

    officer: Annotated[Key, Named.OTHER]
    version: Number


class CalendarPublished(Event, owner="catalog"):
    """Subject: `calendar:<id>`."""

    calendar: Calendar
    version: Number
    effective_from: Instant


class AbsenceRecorded(Event, owner="catalog"):
    """Subject: `absences:<officer>`. `absences` are all that count from this version on."""

    officer: Somebody
    absences: Annotated[tuple[Absence, ...], Field(max_length=200)]
    version: Number


class ProcedureSuspended(Event, owner="catalog"):
    """Subject: the procedure's code. `version` is the last one published."""

    version: Number
    effective_from: Instant
    reason_code: ReasonCode


class ProcedureResumed(Event, owner="catalog"):
    """Subject: the procedure's code."""

    version: Number
    effective_from: Instant


class ProcedureWithdrawn(Event, owner="catalog"):
    """Subject: the procedure's code."""

    version: Number
    effective_from: Instant
    reason_code: ReasonCode
