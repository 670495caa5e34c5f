"""The terms of a procedure: a dossier keeps those it was registered under, whatever is published
later.

Levels: 1 information; 2 and forms; 3 and submission online; 4 and payment and result online (Decree
42/2022: full = 4, partial = 3).
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ..values.bounds import (
    MAX_INPUTS,
    MAX_TERMS_BYTES,
    Count,
    Days,
    Hour,
    Hours,
    Id,
    Key,
    Line,
    Money,
    Number,
)
from ..wire.payload import Model
from .archive import Archive
from .conditions import Condition, all_hold, value_of

Level = Literal[1, 2, 3, 4]
DayUnit = Literal["working", "calendar", "same_day"]
SupplementClock = Literal["restart", "pause"]
"""What happens to the time limit while papers are awaited: it restarts when the dossier is
complete, or continues.
"""
Moment = Literal["before_acceptance", "before_result"]
PaperKind = Literal["original", "certified", "photocopy"]
"""Bản chính, bản sao có chứng thực, bản chụp."""


class FeeCase(Model):
    """A special fee for a case (mức thu theo trường hợp): `amount_vnd` applies if all of `when`
    hold.
    """

    id: Id
    name_vi: Line
    name_en: Line = ""
    when: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=20)]
    amount_vnd: Money


class Waiver(Model):
    """A group of people who pay less or nothing (đối tượng được miễn, giảm).

    Claimed by the yes/no field `input` of the form. Which group it is stays in the private records
    (`waiver_ground` is the `id`); events say the percentage alone. `paper`: the paper of the terms
    that proves it, required from whoever claims it.
    """

    id: Key
    name_vi: Line
    name_en: Line = ""
    percent: Annotated[int, Field(ge=1, le=100)]
    input: Id
    paper: Id = ""


class FeeRule(Model):
    """How the fee is computed, in this order, every share rounded down to a whole đồng:

    1. the amount of one set: that of the first of `cases` whose conditions hold (`case_of`), else
       `amount_vnd`;
    2. times the copies, where `per_copy`: `copies_of` (the form's whole number `copies_input`, else
       the filing's own `copies`), less
       the `free_copies`, at least none; not more than `max_vnd`;
    3. `online_discount_percent` off for a filing online;
    4. the waiver's percentage off: the highest of `waivers` that the form claims (`waiver_of`),
       never added up.

    `inputs` names the numbers and yes/no values of the form that the rule needs (a case's fields
    and `copies_input` among them, by their whole name as `owner.age`); only those travel in events,
    and no waiver's. `pay_within_hours` counts from the demand.
    """

    amount_vnd: Money
    moment: Moment = "before_result"
    pay_within_hours: Annotated[float, Field(gt=0, le=8_784, allow_inf_nan=False)] = 240
    per_copy: bool = False
    online_discount_percent: Annotated[int, Field(ge=0, le=100)] = 0
    refundable_on_refusal: bool = False
    inputs: Annotated[tuple[Id, ...], Field(max_length=MAX_INPUTS)] = ()
    authority: Id = ""
    """Agency that collects the fee; also that of the receipt book."""
    cases: Annotated[tuple[FeeCase, ...], Field(max_length=100)] = ()
    copies_input: Id = ""
    free_copies: Count = 0
    max_vnd: Money | None = None
    waivers: Annotated[tuple[Waiver, ...], Field(max_length=50)] = ()

    def case_of(self, inputs: Mapping[str, Any]) -> FeeCase | None:
        """The first case that holds for a form or for the `fee_inputs` of a registration."""
        return next((case for case in self.cases if all_hold(case.when, inputs)), None)

    def copies_of(self, inputs: Mapping[str, Any]) -> int:
        """How many copies are paid for, from a registration's `fee_inputs`; 1 by default."""
        asked = value_of(inputs, self.copies_input) if self.copies_input else inputs.get("copies")
        copies = asked if isinstance(asked, int) and not isinstance(asked, bool) else 1
        return max(0, copies - self.free_copies)

    def full_vnd(self, inputs: Mapping[str, Any]) -> int:
        """What all copies cost before reductions."""
        case = self.case_of(inputs)
        one_vnd = self.amount_vnd if case is None else case.amount_vnd
        return one_vnd * self.copies_of(inputs) if self.per_copy else one_vnd

    def waiver_of(self, form: Mapping[str, Any]) -> Waiver | None:
        """The waiver that applies to a filled form: the highest that is claimed, the first of
        equals.
        """
        claimed = [waiver for waiver in self.waivers if value_of(form, waiver.input) is True]
        return max(claimed, key=lambda waiver: waiver.percent, default=None)

    def inputs_of(self, form: Mapping[str, Any]) -> dict[str, int | bool]:
        """The parts of a filled form that events may hold: the whole numbers and yes/no values that
        `inputs` names.
        """
        values = {name: value_of(form, name) for name in self.inputs}
        return {name: value for name, value in values.items() if isinstance(value, int)}


class ConsultedPlace(Model):
    """A department whose opinion a step asks for; `agency` empty: the deciding agency."""

    department: Id
    agency: Id = ""
    working_hours: Annotated[float, Field(gt=0, le=400, allow_inf_nan=False)] = 16


class Step(Model):
    """One step of a workflow (bước xử lý).

    `working_hours` is the time it may take, for the task's own due date.

    `consults`: who is asked for an opinion beside this step (lấy ý kiến phối hợp). `automatic`:
    decided by the rules, nobody does it.
    """

    id: Key
    name_vi: Line
    name_en: Line
    department: Id
    role: Literal["officer", "leader"]
    does: Literal["process", "draft", "approve"]
    working_hours: Hours = 8
    automatic: bool = False
    consults: Annotated[tuple[ConsultedPlace, ...], Field(max_length=20)] = ()


class Workflow(Model):
    """The steps in order.

    The last one approves. `automatic_acceptance`: the counter's check is decided by the rules.
    """

    most_bytes: ClassVar[int] = MAX_TERMS_BYTES

    id: Id
    version: Number = 1
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=50)]
    automatic_acceptance: bool = False


class RequiredPaper(Model):
    """One paper of the dossier (thành phần hồ sơ).

    `required`: always. `required_when`: where all of these hold for the form; `needed` tells both.
    `kind` is None where nobody says it. `form`: the id of the procedure's form that this paper is
    (`Publication.sheets`), empty for any other paper.
    """

    id: Key
    name_vi: Line
    name_en: Line = ""
    required: bool = True
    original: bool = False
    copies: Number = 1
    required_when: Annotated[tuple[Condition, ...], Field(max_length=20)] = ()
    kind: PaperKind | None = None
    form: Id = ""

    def needed(self, form: Mapping[str, Any]) -> bool:
        """Whether it must be handed in with this form."""
        return self.required or (bool(self.required_when) and all_hold(self.required_when, form))


class Lateness(Model):
    """What happens as the time limit approaches (nhắc việc, xin lỗi và hẹn lại).

    `reminders`: percent of the time after which the officer is reminded. `apology_automatic`: the
    rule gives the new date by itself, `apology_working_days_before` before it is due,
    `extension_days` working days later (None: half of the procedure's days, at least one); else
    only a leader does. `extensions`: how many new dates there may be; 0: none. `apology_signature`:
    a `person` signs the letter, which the rule prepares a working day earlier, and the agency's
    `seal` what nobody has signed by then, so that it goes out in time; or the seal alone. A sealed
    letter says so.
    """

    reminders: Annotated[tuple[Literal[50, 80], ...], Field(max_length=4)] = (50, 80)
    apology_automatic: bool = True
    apology_working_days_before: Days = 1
    extension_days: Annotated[float, Field(gt=0, le=366, allow_inf_nan=False)] | None = None
    extensions: Annotated[int, Field(ge=0, le=5)] = 1
    apology_signature: Literal["person", "seal"] = "person"


class Terms(Model):
    """The pinned terms of one procedure version.

    Measured as a whole when they are published (`catalog.ProcedurePublished`).
    """

    most_bytes: ClassVar[int] = MAX_TERMS_BYTES

    code: Key
    version: Number
    name_vi: Line
    name_en: Line
    field: Id
    field_vi: Line
    authority_level: Literal["province", "district", "commune"]
    level: Level | None = None
    online_scope: Literal["full", "partial"] | None = None
    receiving_agency: Id
    deciding_agency: Id
    days: Days
    day_unit: DayUnit = "working"
    cutoff: Hour = "15:00"
    """Same-day procedures: received after this local time, due the next working day."""
    supplement_clock: SupplementClock = "restart"
    supplement_days: Annotated[float, Field(gt=0, le=366, allow_inf_nan=False)] = 30
    """Days of the calendar in which the owner may answer a supplement request; then the dossier is
    stopped.
    """
    calendar: Id
    fee: FeeRule
    workflow: Workflow
    papers: Annotated[tuple[RequiredPaper, ...], Field(max_length=100)] = ()
    result_vi: Line = ""
    issues_documents: bool = True
    """False only for procedures without slip and result (the bench procedure)."""
    lateness: Lateness = Lateness()
    archive: Archive = Archive()

    @property
    def service_level(self) -> Level:
        """The level that the rules apply: a procedure whose source states none allows level-1
        commands only.
        """
        return self.level or 1

    def papers_needed(self, form: Mapping[str, Any]) -> tuple[str, ...]:
        """Ids of the papers that must be handed in with this form, in the order of the terms: a
        claimed waiver's proof among them.
        """
        waiver = self.fee.waiver_of(form)
        proof = waiver.paper if waiver else ""
        return tuple(
            paper.id for paper in self.papers if paper.needed(form) or (proof and paper.id == proof)
        )
