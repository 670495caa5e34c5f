"""What the YAML files may hold that procedures refer to by name: workflows, levels, fields in two
levels.
"""

from typing import Annotated, Literal

from motcua_contracts.rules.terms import ConsultedPlace, Level, Step
from pydantic import Field

from .file_base import AuthorityLevel, Id, Origin, Written


class ConsultedEntry(ConsultedPlace, Written):
    """Who is asked for an opinion beside a step."""


class StepEntry(Step, Written):
    """One step, as the terms have it."""

    consults: tuple[ConsultedEntry, ...] = ()


class WorkflowEntry(Written):
    """A way through the departments.

    Procedures hold a copy of it in their terms, so that a change is a new version of each of them.
    """

    source: Origin
    version: Annotated[int, Field(ge=1)] = 1
    automatic_acceptance: bool = False
    steps: Annotated[tuple[StepEntry, ...], Field(min_length=1)]


class WorkflowsFile(Written):
    """The ways through the departments that procedures refer to by name."""

    kind: Literal["workflows"]
    workflows: dict[Id, WorkflowEntry]


class LevelsFile(Written):
    """Levels that the demo district sets for procedures whose source states none."""

    kind: Literal["levels"]
    levels: dict[str, Level]


class FieldEntry(Written):
    """A field (lĩnh vực) as the sources name it.

    `short` goes into local codes; `group` by authority: the published field above it.
    """

    vi: str
    en: str
    short: str
    group: dict[AuthorityLevel, Id] = {}


class GroupEntry(Written):
    """A field as the authority publishes its procedures.

    `source`: configured where no source gives the name.
    """

    source: Origin
    vi: str
    en: str
    short: str


class FieldsFile(Written):
    kind: Literal["fields"]
    groups: dict[AuthorityLevel, dict[Id, GroupEntry]] = {}
    fields: dict[Id, FieldEntry]
