"""The fold of routing's own facts, and what is read off it: effects that are open, when time has
something to say, the index. No rules.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

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
from motcua_contracts.rules.decision import Effect
from motcua_contracts.wire.envelope import Message
from motcua_contracts.wire.payload import CommandRejected, Payload

from .state import Asked, Case, Draft, Task, desk_hand, hand_of, position

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
    """The case after one of its own facts.

    Raises `TypeError` for a fact that routing does not say.
    """
    changes = _changes(case, event)
    revision = getattr(event.data, "revision", None)
    if revision is not None and revision > NOTES_FROM:
        changes["notes"] = revision - NOTES_FROM
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
                "first_due_at": fact.due_at,
                "calendar": fact.calendar,
                "calendar_version": fact.calendar_version,
                "supplements_used": fact.supplements_used,
                "watch": fact.watch,
            }
        case TaskAssigned() as fact:
            changes: dict[str, Any] = {
                "task": Task(step=fact.step, officer=fact.officer, due_at=fact.due_at)
            }
            if fact.officer:
                step = case.workflow.steps[position(case.workflow, fact.step)]
                changes["hands"] = case.hands | {hand_of(step): fact.officer}
            return changes
        case StepCompleted(outcome=None):
            return {"task": None}
        case StepCompleted(outcome=outcome) as fact:
            draft = Draft(
                outcome=outcome or "granted", reason_code=fact.reason_code, revision=fact.revision
            )
            return {"task": None, "draft": draft}
        case StepReturned():
            return {"task": None, "draft": None}
        case DecisionApproved() as fact:
            return {**_ENDED, "stage": "approved", "approval": fact}
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
        case SupplementNeeded() as fact:
            return {
                "stage": "waiting",
                "supplements": fact.number,
                "supplements_used": case.supplements_used + 1,
                "stopped_at": event.time,
            }
        case ClockResumed() as fact:
            assert case.terms is not None, "a clock that goes on in a case that was never opened"
            papers = (
                {}
                if fact.revision is None
                else {"revision": fact.revision, "contacts": fact.contacts}
            )
            return {
                "stage": "open",
                "stopped_at": None,
                "terms": case.terms.model_copy(update=papers),
                "due_at": fact.due_at,
                "first_due_at": fact.first_due_at or case.first_due_at,
                "calendar": fact.calendar,
                "calendar_version": fact.calendar_version,
                "watch": fact.watch,
                "prepared": None,
            }
        case ApplicantCorrectionSeen() as fact:
            assert case.terms is not None, "a correction in a case that was never opened"
            return {
                "terms": case.terms.model_copy(
                    update={"revision": fact.revision, "contacts": fact.contacts}
                )
            }
        case ConsultationRequested() as fact:
            one = Asked(
                number=fact.consultation,
                agency=fact.agency,
                department=fact.department,
                respond_by=fact.respond_by,
            )
            return {"consulted": fact.consultation, "asked": (*case.asked, one)}
        case ConsultationAnswered() as fact:
            return {"asked": tuple(one for one in case.asked if one.number != fact.consultation)}
        case ReminderDue() as fact:
            left = tuple(one for one in case.watch.reminders if one.percent != fact.percent)
            return {"watch": case.watch.model_copy(update={"reminders": left})}
        case ApologyPrepared() as fact:
            return {"prepared": fact, "watch": case.watch.model_copy(update={"prepare_at": None})}
        case ExtensionDecided() as fact:
            over = {"apology_at": None, "prepare_at": None}
            return {
                "extending": fact,
                "prepared": None,
                "watch": case.watch.model_copy(update=over),
            }
        case DeadlineExtended() as fact:
            given = {"due_at": fact.due_at, "calendar_version": fact.calendar_version}
            return {
                **given,
                "extending": None,
                "extensions": case.extensions + 1,
                "watch": _joined(case.watch, fact.watch),
            }
        case DueDateMoved() as fact:
            moved = fact.model_dump(
                include={"due_at", "first_due_at", "calendar", "calendar_version"}
            )
            return {**moved, "watch": fact.watch, "prepared": None}
        case TaskDateMoved() as fact:
            return {"task": case.open_task.model_copy(update={"due_at": fact.due_at})}
        case ConsultationDateMoved() as fact:
            until = {"respond_by": fact.respond_by}
            return {
                "asked": tuple(
                    one.model_copy(update=until) if one.number == fact.consultation else one
                    for one in case.asked
                )
            }
        case CaseEscalated() as fact:
            return {"escalated": (*case.escalated, fact.due_at), "escalated_to": fact.to}
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
    """`officer`: with whom the case lies now, so that open tasks can be counted by officer; None
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
