"""Procedures as the public reads them: search, one with everything, counts, open data."""

from datetime import datetime
from typing import Any, Literal

from motcua_contracts.messages.catalog import FieldGroup, Part, Publication
from motcua_contracts.rules.terms import DayUnit, FeeRule, Level, RequiredPaper
from motcua_contracts.values.bounds import Money

from .base import Answer, part_of

AuthorityLevel = Literal["province", "district", "commune"]
State = Literal["open", "suspended", "withdrawn"]


class Words(Answer):
    vi: str
    en: str


class Summary(Answer):
    """A procedure in a list. Null: no source states it."""

    code: str
    version: int
    name_vi: str
    name_en: str
    field: str
    field_vi: str
    group: FieldGroup | None
    authority: AuthorityLevel
    level: Level | None
    level_source: Literal["configured", "published"] | None
    online_scope: Literal["full", "partial"] | None
    days: float | None
    day_unit: DayUnit | None
    fee_vnd: Money | None
    state: State
    takes_dossiers: bool
    sample: bool


class FacetValue(Words):
    """How many procedures a value of a facet would give."""

    value: str
    count: int


class Facets(Answer):
    group: list[FacetValue]
    field: list[FacetValue]
    level: list[FacetValue]
    authority: list[FacetValue]
    agency: list[FacetValue]
    state: list[FacetValue]


class Found(Answer):
    procedures: list[Summary]
    total: int
    facets: Facets
    next_cursor: str | None


class WhyClosed(Words):
    code: str


class Availability(Words):
    state: State
    since: datetime | None
    reason: WhyClosed | None


class Allowed(Words):
    """What the level lets people do, as one sentence."""

    about: str
    allowed: bool


class StepShown(Answer):
    id: str
    name_vi: str
    name_en: str
    department: str
    working_hours: float


class FormShown(Answer):
    """`href` null: the level gives out no forms."""

    id: str
    name_vi: str
    name_en: str
    fields_known: bool
    href: str | None


class UnknownPart(Words):
    part: Part


FeeShown: Any = part_of(FeeRule, "FeeShown", without=frozenset({"inputs"}))
PaperShown: Any = part_of(
    RequiredPaper,
    "PaperShown",
    may_lack=frozenset({"required", "original", "copies", "kind", "required_when"}),
)
PublicationShown: Any = part_of(Publication, "PublicationShown", without=frozenset({"form_schema"}))


class Whole(Summary):
    """One procedure with everything that the public may read."""

    effective_from: datetime
    availability: Availability
    level_vi: str
    level_en: str
    level_source_vi: str
    level_source_en: str
    allows: list[Allowed]
    receiving_agency: str
    deciding_agency: str
    time: Words | None
    fee: FeeShown | None
    fee_explained: list[Words]
    papers: list[PaperShown]
    steps: list[StepShown]
    result_vi: str
    forms: list[FormShown]
    form_schema: dict[str, Any]
    guide_href: str
    unknown: list[UnknownPart]
    marks: list[Words]
    publication: PublicationShown


class FieldCount(Answer):
    authority: AuthorityLevel
    field: str
    name_vi: str
    count: int
    by_level: dict[str, int]


class GroupCount(Answer):
    authority: AuthorityLevel
    group: str
    name_vi: str
    name_en: str
    count: int
    by_level: dict[str, int]


class Counts(Answer):
    total: int
    by_authority: dict[AuthorityLevel, int]
    by_level: dict[str, int]
    by_authority_and_level: dict[AuthorityLevel, dict[str, int]]
    by_group: list[GroupCount]
    by_field: list[FieldCount]


class AllCounts(Counts):
    """All together, real ones and samples apart. What was withdrawn is counted for itself."""

    withdrawn: int
    suspended: int
    real: Counts
    sample: Counts


class OpenRow(Answer):
    """One procedure in the open data; null: no source states it."""

    code: str
    version: int
    name_vi: str
    name_en: str
    authority: AuthorityLevel
    group_vi: str | None
    field: str
    field_vi: str
    level: Level | None
    level_source: str | None
    online_scope: str | None
    days: float | None
    day_unit: DayUnit | None
    fee_vnd: Money | None
    state: State
    takes_dossiers: bool
    receiving_agency: str
    deciding_agency: str
    effective_from: datetime
    legal_basis: str
    unknown: str
    sample: bool
    source: str


class OpenData(Answer):
    licence: str
    publisher: str
    note_vi: str
    note_en: str
    procedures: list[OpenRow]
