"""What a procedure's YAML file may hold, and every kind of file with its model.

Names of fields are what people write.

`null` means that no source says it. `source` marks a part that was not taken from the procedure's
own source: `authored-for-demo` (written as the real forms have it) or `configured` (the demo
district's decision). Nothing is looked up or computed here.
"""

from typing import Annotated, Any, Literal, Self

from motcua_contracts.rules.archive import Years
from motcua_contracts.rules.terms import DayUnit, Level, Moment, PaperKind
from pydantic import Field, field_validator, model_validator

from .file_base import AuthorityLevel, Clock, Day, Id, Names, Origin, Vnd, Written
from .organisation_files import AgencyFile, CalendarFile, HolidaysFile
from .settings_files import FieldsFile, LevelsFile, WorkflowsFile


class Agencies(Written):
    """Who takes the dossier and who decides; the deciding agency's calendar counts unless another
    is named.
    """

    source: Origin | None = None
    receiving: Id
    deciding: Id
    calendar: Id | None = None
    as_stated: str | None = None


class Stated(Written):
    """The level of service and its label as the source gives them; `levels.yaml` speaks where it
    gives none.
    """

    stated: Level | None = None
    label: str | None = None


class Processing(Written):
    """Time to decide.

    `unit_as_stated`: the source's own words where the unit is not one of ours.
    """

    source: Origin | None = None
    days: Annotated[float, Field(ge=0)] | None
    unit: DayUnit | None
    unit_as_stated: str | None = None
    note: str | None = None
    cutoff: Clock = "15:00"
    supplement_clock: Literal["restart", "pause"] = "restart"
    supplement_days: Annotated[float, Field(gt=0)] = 30


class LatenessEntry(Written):
    """Reminders, apology and new dates, where a procedure has rules of its own (see
    `terms.Lateness`).
    """

    source: Origin
    reminders: tuple[Literal[50, 80], ...] = (50, 80)
    apology_automatic: bool = True
    apology_working_days_before: Annotated[float, Field(ge=0)] = 1
    extension_days: Annotated[float, Field(gt=0)] | None = None
    extensions: Annotated[int, Field(ge=0, le=5)] = 1
    apology_signature: Literal["person", "seal"] = "person"


class ArchiveEntry(Written):
    """How many whole years the papers are kept, where a procedure has terms of its own (see
    `archive.Archive`).
    """

    source: Origin
    returned_years: Years = 10
    not_accepted_years: Years = 1
    stopped_years: Years = 1
    withdrawn_years: Years = 0


class LegalAct(Written):
    """One act of the legal basis; a plain text is its name.

    Dates only where the source gives them.
    """

    name: Annotated[str, Field(min_length=1)]
    issued: Day | None = None
    effective: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    def __str__(self) -> str:
        """As the public reads it: `Nghị định 1/2020/NĐ-CP, ngày 01/02/2020, hiệu lực từ
        01/04/2020`.
        """
        parts = [self.name]
        parts += [f"ngày {self.issued:%d/%m/%Y}"] if self.issued else []
        parts += [f"hiệu lực từ {self.effective:%d/%m/%Y}"] if self.effective else []
        return ", ".join(parts)


class ConditionLine(Written):
    """What one field of the form must be; see `conditions.Condition`."""

    field: str
    any_of: tuple[bool | int | str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    given: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (
            not self.any_of
            and self.at_least is None
            and self.at_most is None
            and self.given is None
        ):
            raise ValueError("needs any_of, at_least, at_most or given")
        return self


Conditions = Annotated[tuple[ConditionLine, ...], Field(min_length=1)]


class FeeCaseEntry(Written):
    """A fee of its own where all of `when` hold; the first that does counts."""

    id: Id
    name: Annotated[str, Field(min_length=1)]
    name_en: str = ""
    when: Conditions
    amount_vnd: Vnd


class WaiverEntry(Written):
    """A group that pays less, claimed by the yes/no field `input`; `paper` proves it."""

    id: Id
    name: Annotated[str, Field(min_length=1)]
    name_en: str = ""
    percent: Annotated[int, Field(ge=1, le=100)]
    input: str
    paper: Id | None = None


class FeeRuleEntry(Written):
    """How and when the fee is taken; where it is left out, the rules' own defaults hold and are
    marked configured.
    """

    source: Origin
    moment: Moment = "before_result"
    pay_within_hours: Annotated[float, Field(gt=0)] = 240
    per_copy: bool = False
    online_discount_percent: Annotated[int, Field(ge=0, le=100)] = 0
    refundable_on_refusal: bool = False
    inputs: tuple[str, ...] = ()
    authority: Id | None = None
    cases: tuple[FeeCaseEntry, ...] = ()
    copies_input: str = ""
    free_copies: Annotated[int, Field(ge=0)] = 0
    max_vnd: Vnd | None = None
    waivers: tuple[WaiverEntry, ...] = ()


class Fee(Written):
    """The fee as the source gives it, and the rule."""

    amount_vnd: Vnd | None
    note: str | None = None
    rule: FeeRuleEntry | None = None


class PaperLine(Written):
    """One paper of the dossier.

    `required`: true, false, `when` (then `when` says in which cases), or null where nothing says
    it.

    `kind` (original, certified, photocopy) and `copies` are null where nothing says them;
    `original: true` is short for the first. `form`: the id of the procedure's form that this paper
    is.
    """

    id: Id
    name: Annotated[str, Field(min_length=1)]
    name_en: str = ""
    required: bool | Literal["when"] | None = None
    when: tuple[ConditionLine, ...] = ()
    kind: PaperKind | None = None
    original: bool | None = None
    copies: Annotated[int, Field(ge=1)] | None = None
    form: Id | None = None

    @field_validator("required", mode="before")
    @classmethod
    def _one_of_four(cls, value: Any) -> Any:
        if value is None or isinstance(value, bool) or value == "when":
            return value
        raise ValueError("must be true, false, when or null")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.required == "when") != bool(self.when):
            raise ValueError("`required: when` and a list `when` belong together")
        if (
            self.kind is not None
            and self.original is not None
            and self.original != (self.kind == "original")
        ):
            raise ValueError("kind and original contradict each other")
        return self


class SectionEntry(Written):
    """A part of the form as it is laid out: its heading, and its fields in order."""

    title: str = ""
    title_en: str = ""
    fields: Annotated[tuple[str, ...], Field(min_length=1)]
    columns: Annotated[int, Field(ge=1, le=3)] = 1


class Form(Written):
    """The declarative form: its JSON Schema and its layout."""

    source: Origin | None = None
    form_schema: Annotated[dict[str, Any], Field(alias="schema")]
    layout: tuple[SectionEntry, ...] = ()


class Guide(Written):
    """The user guide (tài liệu hướng dẫn) in Markdown."""

    source: Origin
    vi: Annotated[str, Field(min_length=1, max_length=20_000)]
    en: Annotated[str, Field(max_length=20_000)] = ""


class Sources(Written):
    first: str | None
    others: tuple[str, ...] = ()
    confidence: str
    notes: str | None = None


class ProcedureFile(Written):
    """One procedure (thủ tục hành chính)."""

    kind: Literal["procedure"]
    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$", max_length=60)]
    effective_from: Day
    name: Names
    field: Id
    authority: AuthorityLevel
    agencies: Agencies
    level: Stated
    processing: Processing
    fee: Fee
    workflow: Id | None
    legal_basis: tuple[LegalAct, ...] = ()
    papers_source: Origin | None = None
    papers: tuple[PaperLine, ...] = ()
    forms: tuple[str, ...] = ()
    form: Form | None = None
    guide: Guide | None = None
    lateness: LatenessEntry | None = None
    archive: ArchiveEntry | None = None
    result: str = ""
    issues_documents: bool = True
    sources: Sources
    sample: bool = False


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
