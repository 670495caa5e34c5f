"""What routing's facts change of a dossier's view: `case`, `desks`."""

from typing import Any

from motcua_contracts.payload import Payload
from motcua_contracts.routing import CaseClosed, CaseDecided, CaseOpened, DecisionApproved, StepCompleted, StepReturned, TaskAssigned

from ..changing import Changing
from .common import Handler, due, reference


def _opened(document: Changing, fact: CaseOpened) -> dict[str, Any]:
    case = document.part("case")
    case["agency"], case["due"] = fact.agency, due(fact)
    return {"agency": fact.agency}


def _assigned(document: Changing, fact: TaskAssigned) -> dict[str, Any]:
    task = {
        "step": fact.step,
        "step_vi": fact.step_vi,
        "step_en": fact.step_en,
        "does": fact.does,
        "agency": fact.agency,
        "department": fact.department,
        "officer": fact.officer,
        "post_vi": fact.post_vi,
        "post_en": fact.post_en,
        "due_at": fact.due_at,
    }
    document.part("case")["task"] = task
    desk = desk_of(fact.agency, fact.department)
    desks = document.setdefault("desks", [])
    if desk not in desks:
        desks.append(desk)
        document.rewritten("desks")
    return {name: task[name] for name in ("agency", "department", "officer", "step_vi", "step_en", "post_vi", "post_en")}


def desk_of(agency: str, department: str) -> str:
    """A department as documents name it: whoever was given a step of a dossier may see it from then on."""
    return f"{agency}/{department}"


def _step_completed(document: Changing, fact: StepCompleted) -> dict[str, Any]:
    case = document.part("case")
    done, case["task"] = case.get("task"), None
    if fact.outcome is not None:
        case["draft"] = {"outcome": fact.outcome, "reason_code": fact.reason_code}
    return _step_names(done)


def _step_returned(document: Changing, fact: StepReturned) -> dict[str, Any]:
    case = document.part("case")
    done, case["task"] = case.get("task"), None
    return {**_step_names(done), "reason_code": fact.reason_code}


def _step_names(task: dict[str, Any] | None) -> dict[str, Any]:
    return {"step_vi": task["step_vi"], "step_en": task["step_en"]} if task is not None else {}


def _approved(document: Changing, fact: DecisionApproved) -> None:
    """The leader is done; signing is the system's. What follows says the rest."""
    document.part("case")["task"] = None


def _decided(document: Changing, fact: CaseDecided) -> dict[str, Any]:
    case = document.part("case")
    case["task"], case["result"] = None, reference(fact.result)
    case["decision"] = {"outcome": fact.outcome, "reason_code": fact.reason_code, "decided_at": fact.decided_at}
    return {"outcome": fact.outcome}


def _case_closed(document: Changing, fact: CaseClosed) -> dict[str, Any]:
    document.part("case")["task"] = None
    return {"reason": fact.reason}


HANDLERS: dict[type[Payload], Handler] = {
    CaseOpened: _opened,
    TaskAssigned: _assigned,
    StepCompleted: _step_completed,
    StepReturned: _step_returned,
    DecisionApproved: _approved,
    CaseDecided: _decided,
    CaseClosed: _case_closed,
}
