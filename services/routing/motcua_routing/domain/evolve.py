"""The fold of routing's own events, and what is read off it: effects that are open, when time has
something to say, the index. No rules.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from motcua_contracts import Effect, Message, Payload
from motcua_contracts.messages.routing import (
    NOTES_FROM,
    ApologyPrepared,
    ApplicantCorrectionSeen,
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
    NotesForgotten,
    ReminderDue,
    StepCompleted,
    StepReturned,
    SupplementNeeded,
    TaskAssigned,
    TaskDateMoved,
)
from motcua_contracts.rules.appointments import Watch
from motcua_contracts.rules.days_off import due_days
from motcua_contracts.wire.payload import CommandRejected

from .case import Case, Consultation, Draft, Task, desk_hand, hand_of, position

SIGN_DECISION = "sign-decision"
"""Effect: render, sign and store the result."""
APOLOGY_LETTER = "apology-letter"
"""Effect: render, sign and store form 04."""
_ENDED: dict[str, Any] = {
    "task": None,
    "stopped_at": None,
    "approval": None,
    "extending": None,
    "asked": (),
    "watch": Watch(),
    "escalated_to": "",
}


def evolve(case: Case, event: Message[Payload]) -> Case:
    """The case after one of its own events.

    Raises `TypeError` for an event that routing does not say.
    """
    changes = _changes(case, event)
    revision = getattr(event.data, "revision", None)
    if revision is not None and revision > NOTES_FROM:
        changes["notes"] = revision - NOTES_FROM
    return case.model_copy(update=changes) if changes else case


def _changes(case: Case, event: Message[Payload]) -> dict[str, Any]:
    match event.data:
        case CaseOpened() as data:
            return {
                "id": event.subject,
                "stage": "open",
                "terms": data.case,
                "agency": data.agency,
                "due_at": data.due_at,
                "first_due_at": data.due_at,
                "calendar": data.calendar,
                "calendar_version": data.calendar_version,
                "supplements_used": data.supplements_used,
                "watch": data.watch,
            }
        case TaskAssigned() as data:
            changes: dict[str, Any] = {
                "task": Task(step=data.step, officer=data.officer, due_at=data.due_at)
            }
            if data.officer:
                step = case.workflow.steps[position(case.workflow, data.step)]
                changes["hands"] = case.hands | {hand_of(step): data.officer}
            return changes
        case StepCompleted(outcome=None):
            return {"task": None}
        case StepCompleted(outcome=outcome) as data:
            draft = Draft(
                outcome=outcome or "granted", reason_code=data.reason_code, revision=data.revision
            )
            return {"task": None, "draft": draft}
        case StepReturned():
            return {"task": None, "draft": None}
        case DecisionApproved() as data:
            return {**_ENDED, "stage": "approved", "approval": data}
        case CaseDecided():
            return {**_ENDED, "stage": "decided"}
        case CaseClosed():
            return {**_ENDED, "stage": "closed"}
        case CommandRejected():
            return {}
        case _:
            return _beside(case, event)


def _beside(case: Case, event: Message[Payload]) -> dict[str, Any]:
    """What happens beside the steps: papers, opinions, time."""
    match event.data:
        case SupplementNeeded() as data:
            return {
                "stage": "waiting",
                "supplements": data.number,
                "supplements_used": case.supplements_used + 1,
                "stopped_at": event.time,
            }
        case ClockResumed() as data:
            assert case.terms is not None, "a clock that goes on in a case that was never opened"
            papers = (
                {}
                if data.revision is None
                else {"revision": data.revision, "contacts": data.contacts}
            )
            return {
                "stage": "open",
                "stopped_at": None,
                "terms": case.terms.model_copy(update=papers),
                "due_at": data.due_at,
                "first_due_at": data.first_due_at or case.first_due_at,
                "calendar": data.calendar,
                "calendar_version": data.calendar_version,
                "watch": data.watch,
                "prepared": None,
            }
        case ApplicantCorrectionSeen() as data:
            assert case.terms is not None, "a correction in a case that was never opened"
            return {
                "terms": case.terms.model_copy(
                    update={"revision": data.revision, "contacts": data.contacts}
                )
            }
        case ConsultationRequested() as data:
            one = Consultation(
                number=data.consultation,
                agency=data.agency,
                department=data.department,
                respond_by=data.respond_by,
            )
            return {"consulted": data.consultation, "asked": (*case.asked, one)}
        case ConsultationAnswered() as data:
            return {"asked": tuple(one for one in case.asked if one.number != data.consultation)}
        case ReminderDue() as data:
            left = tuple(one for one in case.watch.reminders if one.percent != data.percent)
            return {"watch": case.watch.model_copy(update={"reminders": left})}
        case ApologyPrepared() as data:
            return {"prepared": data, "watch": case.watch.model_copy(update={"prepare_at": None})}
        case ExtensionDecided() as data:
            over = {"apology_at": None, "prepare_at": None}
            return {
                "extending": data,
                "prepared": None,
                "watch": case.watch.model_copy(update=over),
            }
        case DeadlineExtended() as data:
            given = {"due_at": data.due_at, "calendar_version": data.calendar_version}
            return {
                **given,
                "extending": None,
                "extensions": case.extensions + 1,
                "watch": _joined(case.watch, data.watch),
            }
        case DueDateMoved() as data:
            moved = data.model_dump(
                include={"due_at", "first_due_at", "calendar", "calendar_version"}
            )
            return {**moved, "watch": data.watch, "prepared": None}
        case TaskDateMoved() as data:
            return {"task": case.open_task.model_copy(update={"due_at": data.due_at})}
        case ConsultationDateMoved() as data:
            until = {"respond_by": data.respond_by}
            return {
                "asked": tuple(
                    one.model_copy(update=until) if one.number == data.consultation else one
                    for one in case.asked
                )
            }
        case CaseEscalated() as data:
            return {"escalated": (*case.escalated, data.due_at), "escalated_to": data.to}
        case NotesForgotten():
            return {}
        case _:
            raise TypeError(f"routing does not say {type(event.data).__name__}")


def _joined(before: Watch, after: Watch) -> Watch:
    """Reminders that are still to come stay; the new date has its own apology."""
    return Watch(
        reminders=before.reminders, apology_at=after.apology_at, prepare_at=after.prepare_at
    )


def effects(case: Case) -> Sequence[Effect]:
    """The result as long as it is being signed, the apology letter as long as it is being made."""
    if case.stage == "approved":
        return (Effect(f"{case.id}/{SIGN_DECISION}", SIGN_DECISION),)
    if case.extending is not None:
        return (Effect(f"{case.id}/{APOLOGY_LETTER}/{case.extensions + 1}", APOLOGY_LETTER),)
    return ()


def due(case: Case) -> datetime | None:
    """The next moment at which time itself has something to say: a reminder, the apology, a date.

    None while the clock is paused.
    """
    return min(moments(case), default=None) if case.stage == "open" else None


def moments(case: Case) -> list[datetime]:
    """Every such moment that is still to come."""
    when = [one.at for one in case.watch.reminders]
    when += [at for at in (case.watch.prepare_at, case.watch.apology_at) if at is not None]
    return when + dates(case)


def dates(case: Case) -> list[datetime]:
    """The appointments, first and present, at which the case has not gone to the leader yet."""
    return sorted(
        {at for at in (case.first_due_at, case.due_at) if at is not None} - set(case.escalated)
    )


def index(case: Case) -> Mapping[str, str | int | Sequence[str] | None]:
    """`officer`: with whom the case is now, so that open tasks can be counted by officer; None
    where nobody has one.

    `beside`: who else is to look at it: desks asked for an opinion, the leader it was escalated to.
    `due_on`: the days (UTC) of the dates that run, with the calendar's id, so that a day declared
    off finds the cases that have a date on it.
    """
    beside = [desk_hand(one.agency, one.department) for one in case.asked]
    if case.escalated_to:
        beside.append(case.escalated_to)
    days = due_days(case.calendar, promised(case))
    return {
        "due_on": days or None,
        "officer": (case.task.officer or None) if case.task is not None else None,
        "beside": beside or None,
    }


def promised(case: Case) -> list[datetime | None]:
    """Every date that runs: the case's while its clock does, the open step's, and those of opinions
    that are awaited.
    """
    if case.stage not in ("open", "waiting"):
        return []
    own = [case.first_due_at, case.due_at] if case.stage == "open" else []
    return [
        *own,
        case.task.due_at if case.task is not None else None,
        *(one.respond_by for one in case.asked),
    ]
