"""What routing's facts change of a dossier's view: `case`, `desks` (who may see it), `asked` (whose
opinion is awaited), `escalated_to`.
"""

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
from motcua_contracts.wire.payload import Payload

from ..changes import Changing
from ..stored import Apology, Asked, More, Task
from .common import Handler, asked_lines, due, reference, why


def _opened(document: Changing, fact: CaseOpened) -> More:
    case = document.part("case")
    case["agency"], case["due"] = fact.agency, due(fact)
    case["extensions_allowed"] = fact.case.lateness.extensions
    steps = fact.case.workflow.steps if fact.case.workflow is not None else ()
    case["by_hand"] = [step.id for step in steps if not step.automatic]
    return {"agency": fact.agency}


def _assigned(document: Changing, fact: TaskAssigned) -> More:
    task: Task = {
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
    _may_see(document, desk_of(fact.agency, fact.department))
    return {
        "agency": fact.agency,
        "department": fact.department,
        "officer": fact.officer,
        "step_vi": fact.step_vi,
        "step_en": fact.step_en,
        "post_vi": fact.post_vi,
        "post_en": fact.post_en,
        "step_due_at": fact.due_at,
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


def _step_completed(document: Changing, fact: StepCompleted) -> More:
    case = document.part("case")
    done, case["task"] = case.get("task"), None
    if fact.outcome is not None:
        case["draft"] = {"outcome": fact.outcome, "reason_code": fact.reason_code}
    return {**_step_names(done), "revision": fact.revision}


def _step_returned(document: Changing, fact: StepReturned) -> More:
    case = document.part("case")
    done, case["task"] = case.get("task"), None
    return {**_step_names(done), "reason_code": fact.reason_code, "revision": fact.revision}


def _step_names(task: Task | None) -> More:
    return {"step_vi": task["step_vi"], "step_en": task["step_en"]} if task is not None else {}


def _approved(document: Changing, fact: DecisionApproved) -> None:
    """The leader is done; signing is the system's. What follows says the rest."""
    _ended(document)


def _decided(document: Changing, fact: CaseDecided) -> More:
    _ended(document)
    case = document.part("case")
    case["result"] = reference(fact.result)
    case["decision"] = {
        "outcome": fact.outcome,
        "reason_code": fact.reason_code,
        "decided_at": fact.decided_at,
    }
    return {"outcome": fact.outcome}


def _case_closed(document: Changing, fact: CaseClosed) -> More:
    _ended(document)
    return {"reason": fact.reason}


def _ended(document: Changing) -> None:
    """Nobody has anything to do in the case any more."""
    case = document.part("case")
    case["task"] = case["waiting"] = case["prepared"] = None
    document.put("asked", [])
    document.put("escalated_to", "")


def _supplement_needed(document: Changing, fact: SupplementNeeded) -> More:
    case = document.part("case")
    case["supplements"] = case.get("supplements", 0) + 1
    case["waiting"] = {
        "since": document.at,
        "number": fact.number,
        "clock": fact.clock,
        "papers": asked_lines(fact.papers),
    }
    return {"reason_code": fact.reason_code, "revision": fact.revision}


def _clock_resumed(document: Changing, fact: ClockResumed) -> More:
    case = document.part("case")
    case["waiting"], case["due"], case["prepared"] = None, due(fact), None
    return {"due_at": fact.due_at}


def _consulted(document: Changing, fact: ConsultationRequested) -> More:
    case = document.part("case")
    one: Asked = {
        "consultation": fact.consultation,
        "agency": fact.agency,
        "department": fact.department,
        "officer": fact.officer,
        "post_vi": fact.post_vi,
        "post_en": fact.post_en,
        "respond_by": fact.respond_by,
        "opinion": None,
    }
    case["consultations"] = [*case.get("consultations", ()), one]
    desk = desk_of(fact.agency, fact.department)
    _may_see(document, desk)
    document.put("asked", sorted({*document.get("asked", ()), desk}))
    return {**_department(one), "consultation": fact.consultation, "revision": fact.revision}


def _answered(document: Changing, fact: ConsultationAnswered) -> More:
    case = document.part("case")
    listed = case.get("consultations", [])
    asked = next((one for one in listed if one["consultation"] == fact.consultation), None)
    case["consultations"] = [
        {**one, "opinion": fact.opinion} if one is asked else one for one in listed
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
        "consultation": fact.consultation,
        "opinion": fact.opinion,
        "revision": fact.revision,
    }


def _department(asked: Asked) -> More:
    return {
        "agency": asked["agency"],
        "department": asked["department"],
        "officer": asked["officer"],
        "post_vi": asked["post_vi"],
        "post_en": asked["post_en"],
    }


def _prepared(document: Changing, fact: ApologyPrepared) -> More:
    """A letter that waits for a leader's signature."""
    document.part("case")["prepared"] = {
        "new_due_at": fact.due_at,
        "reason_code": fact.reason_code,
        "seal_at": fact.seal_at,
    }
    return {"due_at": fact.due_at, "reason_code": fact.reason_code, "seal_at": fact.seal_at}


def _signed_or_sealed(document: Changing, fact: ExtensionDecided) -> None:
    """The letter is being made; DeadlineExtended says the rest."""
    case = document.part("case")
    case["prepared"], case["extending"] = None, True


def _extended(document: Changing, fact: DeadlineExtended) -> More:
    case = document.part("case")
    letter: Apology = {
        "reason_code": fact.reason_code,
        "due_at": fact.due_at,
        "letter": reference(fact.letter),
    }
    case["due"], case["apologies"] = due(fact), [*case.get("apologies", ()), letter]
    case["extending"] = False
    return {"due_at": fact.due_at, "reason_code": fact.reason_code}


def _moved(document: Changing, fact: DueDateMoved) -> More:
    case = document.part("case")
    case["due"], case["prepared"] = due(fact), None
    return {"due_at": fact.due_at, **why(fact)}


def _task_moved(document: Changing, fact: TaskDateMoved) -> More:
    case = document.part("case")
    if (task := case.get("task")) is not None and task["step"] == fact.step:
        case["task"] = {**task, "due_at": fact.due_at}
    return {"step_due_at": fact.due_at, **why(fact)}


def _opinion_moved(document: Changing, fact: ConsultationDateMoved) -> More:
    case = document.part("case")
    case["consultations"] = [
        {**one, "respond_by": fact.respond_by} if one["consultation"] == fact.consultation else one
        for one in case.get("consultations", ())
    ]
    return {"consultation": fact.consultation, "respond_by": fact.respond_by, **why(fact)}


def _escalated(document: Changing, fact: CaseEscalated) -> More:
    document.put("escalated_to", fact.to)
    return {"officer": fact.to, "due_at": fact.due_at}


def _reminded(document: Changing, fact: ReminderDue) -> More:
    document.part("case")["reminded"] = fact.percent
    return {"percent": fact.percent}


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
