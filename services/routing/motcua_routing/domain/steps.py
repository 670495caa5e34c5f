"""The way through the steps: what an officer or leader may do with the open task, and what follows.

Automatic steps are run through by the rules. A decision waits for the opinions that are asked for,
as long as their time runs.
"""

from motcua_contracts import Decision, Event
from motcua_contracts.messages.routing import (
    Approve,
    CaseDecided,
    CompleteStep,
    DecisionApproved,
    DraftDecision,
    RecordSignedDecision,
    ReturnStep,
    StepCompleted,
    StepReturned,
)
from motcua_contracts.rules.reasons import REFUSAL, RETURN
from motcua_contracts.rules.refusals import StepNeedsOther
from motcua_contracts.rules.terms import Step

from .assignment import Now, assigned
from .case import Case, Draft, position
from .consultations import asked_by, require_no_open_consultation
from .notes import note
from .rights import require_open, require_own_step, require_reason, require_step_kind


def complete(case: Case, command: CompleteStep, actor: str, now: Now) -> Decision:
    """Raises `DossierUnknown`, `WrongStatus`, `RoleRequired`, `ForeignAgency`, `StepOutOfOrder`,
    `NotYourTask`, `StepNeedsOther`.
    """
    step, officer = require_own_step(case, command.step, actor, now.catalogue)
    require_step_kind(step, "process")
    return Decision(_done(case, step, officer, case.draft, now))


def draft(case: Case, command: DraftDecision, actor: str, now: Now) -> Decision:
    """The officer drafts.

    Raises what `complete` does, `ConsultationOpen`, and `ReasonRequired`, `ReasonUnknown` for a
    refusal.
    """
    step, officer = require_own_step(case, command.step, actor, now.catalogue)
    require_step_kind(step, "draft")
    code = require_reason(command.reason_code, REFUSAL) if command.outcome == "refused" else ""
    require_no_open_consultation(case, now)
    revision, papers = note(case, command.note, now.given)
    return Decision(
        _done(
            case,
            step,
            officer,
            Draft(outcome=command.outcome, reason_code=code, revision=revision),
            now,
        ),
        papers,
    )


def approve(case: Case, command: Approve, actor: str, now: Now) -> Decision:
    """The leader approves what was drafted. Raises what `complete` does, and `ConsultationOpen`."""
    step, officer = require_own_step(case, command.step, actor, now.catalogue)
    require_step_kind(step, "approve")
    require_no_open_consultation(case, now)
    return Decision(_done(case, step, officer, case.draft, now))


def give_back(case: Case, command: ReturnStep, actor: str, now: Now) -> Decision:
    """The leader sends the case back to whoever drafted it.

    Raises what `complete` does, and `ReasonRequired`, `ReasonUnknown`.
    """
    step, _ = require_own_step(case, command.step, actor, now.catalogue)
    require_step_kind(step, "approve")
    to = _sent_back_to(case, step)
    if to is None:
        raise StepNeedsOther(does=step.does)
    code = require_reason(command.reason_code, RETURN)
    revision, papers = note(case, command.note, now.given)
    returned = StepReturned(step=step.id, to=to.id, reason_code=code, revision=revision)
    return Decision(
        (returned, *walk(case, position(case.workflow, to.id), None, now, again=True)), papers
    )


def record_signed(case: Case, command: RecordSignedDecision, now: Now) -> Decision:
    """The result is signed: decided.

    Raises `DossierUnknown`, `WrongStatus` (the case was closed while it was being signed).
    """
    if case.stage != "approved":
        require_open(case)
        raise StepNeedsOther(does="approve")  # an open case has nothing that is being signed
    assert case.approval is not None, "a case in stage approved without its approval"
    event = case.approval
    # Between topics `at` may run backwards: nothing is decided before it was approved.
    decided_at = max(now.at, event.approved_at)
    return Decision(
        (
            CaseDecided(
                outcome=event.outcome,
                reason_code=event.reason_code,
                result=command.result,
                decided_at=decided_at,
            ),
        )
    )


def walk(
    case: Case, index: int, drafted: Draft | None, now: Now, *, again: bool = False
) -> tuple[Event, ...]:
    """Hand the case to the step at `index`; automatic steps are done by the rules, until somebody
    has to act or it is decided.

    A step asks for its opinions when the case comes to it, and not `again` when it is sent back.
    """
    step = case.workflow.steps[index]
    task = assigned(step, case.agency, case.hands, case.calendar, now)
    if step.automatic:
        return (task, *_done(case, step, "", drafted, now))
    return (task,) if again else (task, *asked_by(case, step, task.officer, now))


def _done(
    case: Case, step: Step, officer: str, drafted: Draft | None, now: Now
) -> tuple[Event, ...]:
    """What follows a step that is done: the next one or, after the last, the decision."""
    following = position(case.workflow, step.id) + 1
    if following == len(case.workflow.steps):
        return _decision(case, step, officer, drafted or Draft(), now)
    if step.does != "draft":
        return (StepCompleted(step=step.id, officer=officer), *walk(case, following, drafted, now))
    drafted = drafted or Draft()
    completed = StepCompleted(
        step=step.id,
        officer=officer,
        outcome=drafted.outcome,
        reason_code=drafted.reason_code,
        revision=drafted.revision,
    )
    return (completed, *walk(case, following, drafted, now))


def _decision(case: Case, step: Step, officer: str, drafted: Draft, now: Now) -> tuple[Event, ...]:
    said = {"outcome": drafted.outcome, "reason_code": drafted.reason_code}
    approved = DecisionApproved(step=step.id, officer=officer, approved_at=now.at, **said)
    if case.pinned.issues_documents:
        return (approved,)
    return (approved, CaseDecided(result=None, decided_at=now.at, **said))


def _sent_back_to(case: Case, step: Step) -> Step | None:
    """The nearest step before that drafts, else the nearest that a person does."""
    before = [
        one for one in case.workflow.steps[: position(case.workflow, step.id)] if not one.automatic
    ]
    drafting = [one for one in before if one.does == "draft"]
    nearest = drafting or before
    return nearest[-1] if nearest else None
