"""The fold of routing's own facts, what is open outside because of them, and what the database is asked for. No rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from motcua_contracts.decision import Effect
from motcua_contracts.envelope import Message
from motcua_contracts.payload import CommandRejected, Payload
from motcua_contracts.routing import CaseClosed, CaseDecided, CaseOpened, DecisionApproved, StepCompleted, StepReturned, TaskAssigned

from .state import Case, Draft, Task, hand_of, position

SIGN_DECISION = "sign-decision"
"""Effect: render, sign and store the result."""


def evolve(case: Case, event: Message[Payload]) -> Case:
    """The case after one of its own facts. Raises `TypeError` for a fact that routing does not say."""
    changes = _changes(case, event)
    return case.model_copy(update=changes) if changes else case


def _changes(case: Case, event: Message[Payload]) -> dict[str, Any]:
    match event.data:
        case CaseOpened() as fact:
            return {
                "id": event.subject,
                "stage": "open",
                "terms": fact.case,
                "agency": fact.agency,
                "due_at": fact.due_at,
                "calendar": fact.calendar,
                "calendar_version": fact.calendar_version,
            }
        case TaskAssigned() as fact:
            changes: dict[str, Any] = {"task": Task(step=fact.step, officer=fact.officer)}
            if fact.officer:
                step = case.workflow.steps[position(case.workflow, fact.step)]
                changes["hands"] = case.hands | {hand_of(step): fact.officer}
            return changes
        case StepCompleted(outcome=None):
            return {"task": None}
        case StepCompleted(outcome=outcome) as fact:
            return {"task": None, "draft": Draft(outcome=outcome or "granted", reason_code=fact.reason_code)}
        case StepReturned():
            return {"task": None, "draft": None}
        case DecisionApproved() as fact:
            return {"stage": "approved", "task": None, "approval": fact}
        case CaseDecided():
            return {"stage": "decided", "approval": None}
        case CaseClosed():
            return {"stage": "closed", "task": None, "approval": None}
        case CommandRejected():
            return {}
        case _:
            raise TypeError(f"routing does not say {type(event.data).__name__}")


def effects(case: Case) -> Sequence[Effect]:
    """The result, as long as it is being signed."""
    if case.stage == "approved":
        return (Effect(f"{case.id}/{SIGN_DECISION}", SIGN_DECISION),)
    return ()


def index(case: Case) -> Mapping[str, str | int | None]:
    """`officer`: with whom the case lies now, so that open tasks can be counted by officer; None where nobody has one."""
    return {"officer": (case.task.officer or None) if case.task is not None else None}
