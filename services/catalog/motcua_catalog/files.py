"""What the catalogue's YAML files may hold, one model a kind of file. Names of fields are what people write; unknown names are errors.

`null` means that no source says it. `source` marks a part that was not taken from the procedure's own source: `authored-for-demo` (written
as the real forms have it) or `configured` (the demo district's decision). Nothing is looked up or computed here.
"""

from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated, Any, Literal

from motcua_contracts.catalog import Department, Holiday, Role, Span
from motcua_contracts.terms import DayUnit, Level, Moment, Step
from pydantic import BaseModel, ConfigDict, Field

Origin = Literal["authored-for-demo", "configured"]
AuthorityLevel = Literal["province", "district", "commune"]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=60)]
VIETNAM = timezone(timedelta(hours=7))


class Written(BaseModel):
    """Base of everything that a person writes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Names(Written):
    vi: Annotated[str, Field(min_length=1)]
    en: str = ""


class Agencies(Written):
    """Who takes the dossier and who decides; the deciding agency's calendar counts unless another is named."""

    source: Origin | None = None
    receiving: Id
    deciding: Id
    calendar: Id | None = None
    as_stated: str | None = None


class Stated(Written):
    """The level of service and its label as the source gives them; `levels.yaml` speaks where it gives none."""

    stated: Level | None = None
    label: str | None = None


class Processing(Written):
    """Time to decide. `unit_as_stated`: the source's own words where the unit is not one of ours."""

    source: Origin | None = None
    days: Annotated[float, Field(ge=0)] | None
    unit: DayUnit | None
    unit_as_stated: str | None = None
    note: str | None = None
    cutoff: Annotated[str, Field(pattern=r"^\d\d:\d\d$")] = "15:00"
    supplement_clock: Literal["restart", "pause"] = "restart"


class FeeRuleEntry(Written):
    """How and when the fee is taken; where it is left out, the rules' own defaults hold and are marked configured."""

    source: Origin
    moment: Moment = "before_result"
    pay_within_hours: Annotated[float, Field(gt=0)] = 240
    per_copy: bool = False
    online_discount_percent: Annotated[int, Field(ge=0, le=100)] = 0
    refundable_on_refusal: bool = False
    inputs: tuple[str, ...] = ()
    authority: Id | None = None


class Fee(Written):
    """The fee as the source gives it, and the rule."""

    amount_vnd: Annotated[int, Field(ge=0)] | None
    note: str | None = None
    rule: FeeRuleEntry | None = None


class PaperLine(Written):
    """One paper of the dossier; `required`, `original` and `copies` are null where nothing says it."""

    id: Id
    name: Annotated[str, Field(min_length=1)]
    name_en: str = ""
    required: bool | None = None
    original: bool | None = None
    copies: Annotated[int, Field(ge=1)] | None = None


class Form(Written):
    source: Origin | None = None
    form_schema: Annotated[dict[str, Any], Field(alias="schema")]


class Sources(Written):
    first: str | None
    others: tuple[str, ...] = ()
    confidence: str
    notes: str | None = None


class ProcedureFile(Written):
    """One procedure (thủ tục hành chính)."""

    kind: Literal["procedure"]
    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$", max_length=60)]
    effective_from: date
    name: Names
    field: Id
    authority: AuthorityLevel
    agencies: Agencies
    level: Stated
    processing: Processing
    fee: Fee
    workflow: Id | None
    legal_basis: tuple[str, ...] = ()
    papers_source: Origin | None = None
    papers: tuple[PaperLine, ...] = ()
    forms: tuple[str, ...] = ()
    form: Form | None = None
    result: str = ""
    issues_documents: bool = True
    sources: Sources
    sample: bool = False


class WorkflowEntry(Written):
    source: Origin
    automatic_acceptance: bool = False
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


class WorkflowsFile(Written):
    """The ways through the departments that procedures refer to by name."""

    kind: Literal["workflows"]
    workflows: dict[Id, WorkflowEntry]


class LevelsFile(Written):
    """Levels that the demo district sets for procedures whose source states none."""

    kind: Literal["levels"]
    levels: dict[str, Level]


class FieldEntry(Written):
    """A field (lĩnh vực). `short` goes into local codes."""

    vi: str
    en: str
    short: str


class FieldsFile(Written):
    kind: Literal["fields"]
    fields: dict[Id, FieldEntry]


class OfficerEntry(Written):
    """An officer's place; the name goes to catalog.people alone."""

    id: Id
    full_name: Annotated[str, Field(min_length=1)]
    department: Id
    post_vi: str
    post_en: str
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]


class AgencyFile(Written):
    """One agency with its departments and officers."""

    kind: Literal["agency"]
    source: Origin
    effective_from: date
    id: Id
    code: Annotated[str, Field(pattern=r"^[A-Z0-9]+(\.[A-Z0-9]+)*$")]
    name: Names
    parent: Id | None = None
    authority: AuthorityLevel
    calendar: Id
    address: str = ""
    phone: str = ""
    departments: tuple[Department, ...] = ()
    officers: tuple[OfficerEntry, ...] = ()


class HolidaysFile(Written):
    """Days off and make-up days of a country, referred to by name."""

    kind: Literal["holidays"]
    id: Id
    source: str
    days: tuple[Holiday, ...]


class CalendarFile(Written):
    """Opening hours of an office: `week` by ISO weekday, `extra` its own days off and make-up days."""

    kind: Literal["calendar"]
    source: Origin
    effective_from: date
    id: Id
    week: dict[int, tuple[Span, ...]]
    holidays: Id | None = None
    extra: tuple[Holiday, ...] = ()


KINDS: dict[str, type[Written]] = {
    "procedure": ProcedureFile,
    "workflows": WorkflowsFile,
    "levels": LevelsFile,
    "fields": FieldsFile,
    "agency": AgencyFile,
    "holidays": HolidaysFile,
    "calendar": CalendarFile,
}
"""Kind of file -> its model."""
SETTINGS = ("workflows", "levels", "fields", "holidays")
"""Kinds that publish nothing by themselves: others refer to them."""


def midnight(day: date) -> datetime:
    """The start of a day in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)
