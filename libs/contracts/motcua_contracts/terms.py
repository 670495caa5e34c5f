"""The terms of a procedure: what a dossier is registered under and keeps, whatever is published later.

Levels: 1 information; 2 and forms; 3 and submission online; 4 and payment and result online (Decree 42/2022: full = 4, partial = 3).
"""

from typing import Annotated, Literal

from pydantic import Field

from .payload import Model

Level = Literal[1, 2, 3, 4]
DayUnit = Literal["working", "calendar", "same_day"]
SupplementClock = Literal["restart", "pause"]
"""What becomes of the time while papers are awaited: it begins anew when the dossier is complete, or goes on."""
Moment = Literal["before_acceptance", "before_result"]


class FeeRule(Model):
    """How the fee is computed. `amount_vnd` a set (or a copy when `per_copy`); `online_discount_percent` off for filing online.

    `inputs` names the numbers and yes/no values of the form that the rule needs; only those travel in facts.
    `pay_within_hours` counts from the demand.
    """

    amount_vnd: Annotated[int, Field(ge=0)]
    moment: Moment = "before_result"
    pay_within_hours: Annotated[float, Field(gt=0)] = 240
    per_copy: bool = False
    online_discount_percent: Annotated[int, Field(ge=0, le=100)] = 0
    refundable_on_refusal: bool = False
    inputs: tuple[str, ...] = ()
    authority: str = ""
    """Agency that collects; also the receipt book's."""


class Step(Model):
    """One step of a workflow (bước xử lý). `working_hours` is the time it may take, for the task's own due date."""

    id: str
    name_vi: str
    name_en: str
    department: str
    role: Literal["officer", "leader"]
    does: Literal["process", "draft", "approve"]
    working_hours: Annotated[float, Field(ge=0)] = 8
    automatic: bool = False


class Workflow(Model):
    """The steps in order. The last one approves. `automatic_acceptance`: the counter's check is decided by the rules."""

    id: str
    version: int = 1
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    automatic_acceptance: bool = False


class RequiredPaper(Model):
    """One paper of the dossier (thành phần hồ sơ)."""

    id: str
    name_vi: str
    name_en: str = ""
    required: bool = True
    original: bool = False
    copies: int = 1


class Terms(Model):
    """The pinned terms of one procedure version."""

    code: str
    version: int
    name_vi: str
    name_en: str
    field: str
    field_vi: str
    authority_level: Literal["province", "district", "commune"]
    level: Level | None = None
    online_scope: Literal["full", "partial"] | None = None
    receiving_agency: str
    deciding_agency: str
    days: Annotated[float, Field(ge=0)]
    day_unit: DayUnit = "working"
    cutoff: Annotated[str, Field(pattern=r"^\d\d:\d\d$")] = "15:00"
    """Same-day procedures: received after this local time, due the next working day."""
    supplement_clock: SupplementClock = "restart"
    supplement_days: Annotated[float, Field(gt=0)] = 30
    """Days of the calendar in which the owner may answer a supplement request; then the dossier is stopped."""
    calendar: str
    fee: FeeRule
    workflow: Workflow
    papers: tuple[RequiredPaper, ...] = ()
    result_vi: str = ""
    issues_documents: bool = True
    """False only for procedures without slip and result (the bench procedure)."""

    @property
    def service_level(self) -> Level:
        """The level that the rules go by: a procedure whose source states none allows level-1 commands only."""
        return self.level or 1
