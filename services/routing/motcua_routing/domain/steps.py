"""The way through the steps: what an officer or leader may do with the open task, and what follows.

Automatic steps are run through by the rules.
"""

from datetime import datetime

from motcua_contracts.catalog import Place
from motcua_contracts.catalogue import Catalogue
from motcua_contracts.payload import Event
from motcua_contracts.refusals import (
    DossierUnknown,
    ForeignAgency,
    NoOfficer,
    NotYourTask,
    ReasonRequired,
    RoleRequired,
    StepNeedsOther,
    StepOutOfOrder,
    WrongStatus,
)
from motcua_contracts.routing import (
    Approve,
    AssignTask,
    CaseDecided,
    CompleteStep,
    DecisionApproved,
    DraftDecision,
    RecordSignedDecision,
    ReturnStep,
    StepCompleted,
    StepReturned,
    TaskAssigned,
)
from motcua_contracts.terms import Step

from .assignment import Given, assigned, candidates, task_of
from .state import Case, Draft, Stage, position

_STATUS: dict[Stage, str] = {"open": "processing", "approved": "completed", "decided": "completed", "closed": "stopped"}
"""Routing's own part of the status, as a refusal names it."""


def complete(case: Case, command: CompleteStep, actor: str, at: datetime, facts: Catalogue, given: Given) -> tuple[Event, ...]:
    """Raises `DossierUnknown`, `WrongStatus`, `RoleRequired`, `ForeignAgency`, `StepOutOfOrder`, `NotYourTask`, `StepNeedsOther`."""
    step, officer = _own(case, command.step, actor, facts)
    _does(step, "process")
    return _done(case, step, officer, case.draft, at, facts, given)


def draft(case: Case, command: DraftDecision, actor: str, at: datetime, facts: Catalogue, given: Given) -> tuple[Event, ...]:
    """The officer drafts. Raises what `complete` does, and `ReasonRequired` for a refusal without a reason."""
    step, officer = _own(case, command.step, actor, facts)
    _does(step, "draft")
    refused = command.outcome == "refused"
    if refused and not command.reason_code:
        raise ReasonRequired()
    drafted = Draft(outcome=command.outcome, reason_code=command.reason_code if refused else "")
    return _done(case, step, officer, drafted, at, facts, given)


def approve(case: Case, command: Approve, actor: str, at: datetime, facts: Catalogue, given: Given) -> tuple[Event, ...]:
    """The leader approves what was drafted. Raises what `complete` does."""
    step, officer = _own(case, command.step, actor, facts)
    _does(step, "approve")
    return _done(case, step, officer, case.draft, at, facts, given)


def give_back(case: Case, command: ReturnStep, actor: str, at: datetime, facts: Catalogue, given: Given) -> tuple[Event, ...]:
    """The leader sends the case back to whoever drafted it. Raises what `complete` does, and `ReasonRequired`."""
    step, _ = _own(case, command.step, actor, facts)
    _does(step, "approve")
    to = _sent_back_to(case, step)
    if to is None:
        raise StepNeedsOther(does=step.does)
    if not command.reason_code:
        raise ReasonRequired()
    returned = StepReturned(step=step.id, to=to.id, reason_code=command.reason_code)
    return (returned, *walk(case, position(case.workflow, to.id), None, at, facts, given))


def assign(case: Case, command: AssignTask, actor: str, at: datetime, facts: Catalogue) -> tuple[Event, ...]:
    """A leader of the agency gives the open task to somebody who may have it; so an unassigned task finds its officer.

    Raises `DossierUnknown`, `WrongStatus`, `RoleRequired`, `ForeignAgency`, `StepOutOfOrder`, `NoOfficer`.
    """
    step = _open_step(case)
    _placed(case, actor, "leader", facts)
    _current(case, command.step)
    place = next((place for place in candidates(case.agency, step, facts) if place.officer == command.officer), None)
    if place is None:
        raise NoOfficer(department=step.department)
    return (task_of(step, case.agency, place, (case.calendar, case.calendar_version), at, facts),)


def record_signed(case: Case, command: RecordSignedDecision, at: datetime) -> tuple[Event, ...]:
    """The result is signed: decided. Raises `DossierUnknown`, `WrongStatus` (the case was closed while it was being signed)."""
    if case.stage == "unopened":
        raise DossierUnknown()
    if case.stage != "approved":
        raise WrongStatus(status=_STATUS[case.stage], allowed="processing")
    assert case.approval is not None, "a case in stage approved without its approval"
    fact = case.approval
    # Between topics `at` may run backwards: nothing is decided before it was approved.
    decided_at = max(at, fact.approved_at)
    return (CaseDecided(outcome=fact.outcome, reason_code=fact.reason_code, result=command.result, decided_at=decided_at),)


def walk(case: Case, index: int, drafted: Draft | None, at: datetime, facts: Catalogue, given: Given) -> tuple[Event, ...]:
    """Hand the case to the step at `index`; automatic steps are done by the rules, until somebody has to act or it is decided."""
    step = case.workflow.steps[index]
    task = _task(case, step, at, facts, given)
    return (task, *_done(case, step, "", drafted, at, facts, given)) if step.automatic else (task,)


def _done(
    case: Case, step: Step, officer: str, drafted: Draft | None, at: datetime, facts: Catalogue, given: Given
) -> tuple[Event, ...]:  # fmt: skip
    """What follows a step that is done: the next one or, after the last, the decision."""
    following = position(case.workflow, step.id) + 1
    if following == len(case.workflow.steps):
        return _decision(case, step, officer, drafted or Draft(), at)
    if step.does != "draft":
        return (StepCompleted(step=step.id, officer=officer), *walk(case, following, drafted, at, facts, given))
    drafted = drafted or Draft()
    completed = StepCompleted(step=step.id, officer=officer, outcome=drafted.outcome, reason_code=drafted.reason_code)
    return (completed, *walk(case, following, drafted, at, facts, given))


def _decision(case: Case, step: Step, officer: str, drafted: Draft, at: datetime) -> tuple[Event, ...]:
    said = {"outcome": drafted.outcome, "reason_code": drafted.reason_code}
    approved = DecisionApproved(step=step.id, officer=officer, approved_at=at, **said)
    if case.pinned.issues_documents:
        return (approved,)
    return (approved, CaseDecided(result=None, decided_at=at, **said))


def _task(case: Case, step: Step, at: datetime, facts: Catalogue, given: Given) -> TaskAssigned:
    return assigned(step, case.agency, case.hands, (case.calendar, case.calendar_version), at, facts, given)


def _sent_back_to(case: Case, step: Step) -> Step | None:
    """The nearest step before that drafts, else the nearest that a person does."""
    before = [one for one in case.workflow.steps[: position(case.workflow, step.id)] if not one.automatic]
    drafting = [one for one in before if one.does == "draft"]
    nearest = drafting or before
    return nearest[-1] if nearest else None


def _own(case: Case, step_id: str, actor: str, facts: Catalogue) -> tuple[Step, str]:
    """The open step and its officer, who is the actor. An unassigned task is nobody's until it is assigned."""
    step = _open_step(case)
    place = _placed(case, actor, step.role, facts)
    _current(case, step_id)
    if place.officer != case.open_task.officer:
        raise NotYourTask()
    return step, place.officer


def _open_step(case: Case) -> Step:
    if case.stage == "unopened":
        raise DossierUnknown()
    if case.stage != "open":
        raise WrongStatus(status=_STATUS[case.stage], allowed="processing")
    return case.workflow.steps[position(case.workflow, case.open_task.step)]


def _placed(case: Case, actor: str, role: str, facts: Catalogue) -> Place:
    """Where the actor sits: at the deciding agency, in that role."""
    kind, _, officer = actor.partition(":")
    if kind != "officer":
        raise RoleRequired(role=role)
    place = facts.place(officer)
    if role not in place.roles:
        raise RoleRequired(role=role)
    if place.agency != case.agency:
        raise ForeignAgency()
    return place


def _current(case: Case, step_id: str) -> None:
    if step_id != case.open_task.step:
        raise StepOutOfOrder(step=case.open_task.step)


def _does(step: Step, does: str) -> None:
    if step.does != does:
        raise StepNeedsOther(does=step.does)
