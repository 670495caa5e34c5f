"""What routing's events change of a dossier's view: `case`, `desks` (who may see it), `asked`
(whose opinion is awaited), `escalated_to`.
"""

from motcua_contracts import Payload
from motcua_contracts.messages.routing import (
    ApologyPrepared,
    CaseClosed,
    CaseDecided,
    CaseEscalated,
    CaseOpened,
    ClockResumed,
    ConsultationAnswered,
    ConsultationDateMoved,
    ConsultationRequested,
    DeadlineExtended,
    DecisionApproved,
    DueDateMoved,
    ExtensionDecided,
    ReminderDue,
    StepCompleted,
    StepReturned,
    SupplementNeeded,
    TaskAssigned,
    TaskDateMoved,
)

from ..changes import Changing
from ..stored import Apology, Asked, More, Task
from .common import Handler, asked_lines, due, reference, why


def _opened(document: Changing, event: CaseOpened) -> More:
    case = document.part("case")
    case["agency"], case["due"] = event.agency, due(event)
    case["extensions_allowed"] = event.case.lateness.extensions
    steps = event.case.workflow.steps if event.case.workflow is not None else ()
    case["by_hand"] = [step.id for step in steps if not step.automatic]
    return {"agency": event.agency}


def _assigned(document: Changing, event: TaskAssigned) -> More:
    task: Task = {
        "step": event.step,
        "step_vi": event.step_vi,
        "step_en": event.step_en,
        "does": event.does,
        "agency": event.agency,
        "department": event.department,
        "officer": event.officer,
        "post_vi": event.post_vi,
        "post_en": event.post_en,
        "due_at": event.due_at,
    }
    document.part("case")["task"] = task
    _may_see(document, desk_of(event.agency, event.department))
    return {
        "agency": event.agency,
        "department": event.department,
        "officer": event.officer,
        "step_vi": event.step_vi,
        "step_en": event.step_en,
        "post_vi": event.post_vi,
        "post_en": event.post_en,
        "step_due_at": event.due_at,
    }


def _may_see(document: Changing, desk: str) -> None:
    desks = document.setdefault("desks", [])
    if desk not in desks:
        desks.append(desk)
        document.rewritten("desks")


def desk_of(agency: str, department: str) -> str:
    """A department as documents name it: whoever was given a step of a dossier, or asked about it,
    may see it from then on.
    """
    return f"{agency}/{department}"


def _step_completed(document: Changing, event: StepCompleted) -> More:
    case = document.part("case")
    done, case["task"] = case.get("task"), None
    if event.outcome is not None:
        case["draft"] = {"outcome": event.outcome, "reason_code": event.reason_code}
    return {**_step_names(done), "revision": event.revision}


def _step_returned(document: Changing, event: StepReturned) -> More:
    case = document.part("case")
    done, case["task"] = case.get("task"), None
    return {**_step_names(done), "reason_code": event.reason_code, "revision": event.revision}


def _step_names(task: Task | None) -> More:
    return {"step_vi": task["step_vi"], "step_en": task["step_en"]} if task is not None else {}


def _approved(document: Changing, event: DecisionApproved) -> None:
    """The leader is done; signing is the system's. What follows says the rest."""
    _ended(document)


def _decided(document: Changing, event: CaseDecided) -> More:
    _ended(document)
    case = document.part("case")
    case["result"] = reference(event.result)
    case["decision"] = {
        "outcome": event.outcome,
        "reason_code": event.reason_code,
        "decided_at": event.decided_at,
    }
    return {"outcome": event.outcome}


def _case_closed(document: Changing, event: CaseClosed) -> More:
    _ended(document)
    return {"reason": event.reason}


def _ended(document: Changing) -> None:
    """Nobody has anything to do in the case any more."""
    case = document.part("case")
    case["task"] = case["waiting"] = case["prepared"] = None
    document.put("asked", [])
    document.put("escalated_to", "")


def _supplement_needed(document: Changing, event: SupplementNeeded) -> More:
    case = document.part("case")
    case["supplements"] = case.get("supplements", 0) + 1
    case["waiting"] = {
        "since": document.at,
        "number": event.number,
        "clock": event.clock,
        "papers": asked_lines(event.papers),
    }
    return {"reason_code": event.reason_code, "revision": event.revision}


def _clock_resumed(document: Changing, event: ClockResumed) -> More:
    case = document.part("case")
    case["waiting"], case["due"], case["prepared"] = None, due(event), None
    return {"due_at": event.due_at}


def _consulted(document: Changing, event: ConsultationRequested) -> More:
    case = document.part("case")
    one: Asked = {
        "consultation": event.consultation,
        "agency": event.agency,
        "department": event.department,
        "officer": event.officer,
        "post_vi": event.post_vi,
        "post_en": event.post_en,
        "respond_by": event.respond_by,
        "opinion": None,
    }
    case["consultations"] = [*case.get("consultations", ()), one]
    desk = desk_of(event.agency, event.department)
    _may_see(document, desk)
    document.put("asked", sorted({*document.get("asked", ()), desk}))
    return {**_department(one), "consultation": event.consultation, "revision": event.revision}


def _answered(document: Changing, event: ConsultationAnswered) -> More:
    case = document.part("case")
    listed = case.get("consultations", [])
    asked = next((one for one in listed if one["consultation"] == event.consultation), None)
    case["consultations"] = [
        {**one, "opinion": event.opinion} if one is asked else one for one in listed
    ]
    document.put(
        "asked",
        sorted(
            {
                desk_of(one["agency"], one["department"])
                for one in case["consultations"]
                if one["opinion"] is None
            }
        ),
    )
    names: More = _department(asked) if asked is not None else {}
    return {
        **names,
        "consultation": event.consultation,
        "opinion": event.opinion,
        "revision": event.revision,
    }


def _department(asked: Asked) -> More:
    return {
        "agency": asked["agency"],
        "department": asked["department"],
        "officer": asked["officer"],
        "post_vi": asked["post_vi"],
        "post_en": asked["post_en"],
    }


def _prepared(document: Changing, event: ApologyPrepared) -> More:
    """A letter that waits for a leader's signature."""
    document.part("case")["prepared"] = {
        "new_due_at": event.due_at,
        "reason_code": event.reason_code,
        "seal_at": event.seal_at,
    }
    return {"due_at": event.due_at, "reason_code": event.reason_code, "seal_at": event.seal_at}


def _signed_or_sealed(document: Changing, event: ExtensionDecided) -> None:
    """The letter is being made; DeadlineExtended says the rest."""
    case = document.part("case")
    case["prepared"], case["extending"] = None, True


def _extended(document: Changing, event: DeadlineExtended) -> More:
    case = document.part("case")
    letter: Apology = {
        "reason_code": event.reason_code,
        "due_at": event.due_at,
        "letter": reference(event.letter),
    }
    case["due"], case["apologies"] = due(event), [*case.get("apologies", ()), letter]
    case["extending"] = False
    return {"due_at": event.due_at, "reason_code": event.reason_code}


def _moved(document: Changing, event: DueDateMoved) -> More:
    case = document.part("case")
    case["due"], case["prepared"] = due(event), None
    return {"due_at": event.due_at, **why(event)}


def _task_moved(document: Changing, event: TaskDateMoved) -> More:
    case = document.part("case")
    if (task := case.get("task")) is not None and task["step"] == event.step:
        case["task"] = {**task, "due_at": event.due_at}
    return {"step_due_at": event.due_at, **why(event)}


def _opinion_moved(document: Changing, event: ConsultationDateMoved) -> More:
    case = document.part("case")
    case["consultations"] = [
        {**one, "respond_by": event.respond_by}
        if one["consultation"] == event.consultation
        else one
        for one in case.get("consultations", ())
    ]
    return {"consultation": event.consultation, "respond_by": event.respond_by, **why(event)}


def _escalated(document: Changing, event: CaseEscalated) -> More:
    document.put("escalated_to", event.to)
    return {"officer": event.to, "due_at": event.due_at}


def _reminded(document: Changing, event: ReminderDue) -> More:
    document.part("case")["reminded"] = event.percent
    return {"percent": event.percent}


HANDLERS: dict[type[Payload], Handler] = {
    CaseOpened: _opened,
    TaskAssigned: _assigned,
    StepCompleted: _step_completed,
    StepReturned: _step_returned,
    DecisionApproved: _approved,
    CaseDecided: _decided,
    CaseClosed: _case_closed,
    SupplementNeeded: _supplement_needed,
    ClockResumed: _clock_resumed,
    ConsultationRequested: _consulted,
    ConsultationAnswered: _answered,
    ReminderDue: _reminded,
    ApologyPrepared: _prepared,
    ExtensionDecided: _signed_or_sealed,
    DeadlineExtended: _extended,
    DueDateMoved: _moved,
    TaskDateMoved: _task_moved,
    ConsultationDateMoved: _opinion_moved,
    CaseEscalated: _escalated,
}
