"""Every message of a dossier that routing takes in, and the rule that answers it. The rules are
beside, an officer's worklist has its own (`worklist`).
"""

from datetime import datetime

from motcua_contracts import Catalogue, Decision, Event, Message, Payload
from motcua_contracts.messages.intake import (
    ApplicantCorrected,
    DossierAccepted,
    DossierForgotten,
    DossierStopped,
    DossierWithdrawn,
    SupplementSubmitted,
)
from motcua_contracts.messages.routing import (
    AnswerConsultation,
    ApplicantCorrectionSeen,
    Approve,
    AssignTask,
    CaseClosed,
    CaseOpened,
    CompleteStep,
    Consult,
    DecisionApproved,
    DraftDecision,
    Extend,
    FollowCalendar,
    NotesForgotten,
    RecordApology,
    RecordSignedDecision,
    RequestSupplement,
    ReturnStep,
    SetDigest,
    TakeOver,
)
from motcua_contracts.rules.decision import NOTHING, PrivateEntry, Wake
from motcua_contracts.rules.printed import hold_printable

from . import calendars, consultations, digests, hands, lateness, steps, supplements
from .assignment import NOBODY_CHOSE, Drawn, Now
from .case import Case
from .notes import revisions


def decide(
    case: Case, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Drawn | None
) -> Decision:
    """What follows from one message.

    `given` is what `prepare` chose, if there was anything to choose.

    Commands are refused by name; events of intake never are: they move the case or change nothing.
    Raises `CatalogueEntryMissing` where the catalogue lacks what the case needs, `ValueError` for
    an acceptance that cannot be routed.
    """
    actor, now = message.actor, Now(at, catalogue, given or NOBODY_CHOSE)
    hold_printable(message.data)
    match message.data:
        case CompleteStep() as command:
            return steps.complete(case, command, actor, now)
        case DraftDecision() as command:
            return steps.draft(case, command, actor, now)
        case ReturnStep() as command:
            return steps.give_back(case, command, actor, now)
        case Approve() as command:
            return steps.approve(case, command, actor, now)
        case RecordSignedDecision() as command:
            return steps.record_signed(case, command, now)
        case AssignTask() as command:
            return hands.assign(case, command, actor, now)
        case TakeOver() as command:
            return hands.take_over(case, command, actor, now)
        case RequestSupplement() as command:
            return supplements.request(case, command, actor, now)
        case Consult() as command:
            return consultations.consult(case, command, actor, now)
        case AnswerConsultation() as command:
            return consultations.answer(case, command, actor, now)
        case Extend() as command:
            return lateness.extend(case, command, actor, now)
        case RecordApology() as command:
            return lateness.record_apology(case, command, now)
        case FollowCalendar():
            return Decision(calendars.follow(case, now))
        case SetDigest() as command:
            # refused: no dossier is an officer's worklist
            return digests.set_digest(message.subject, command, actor, now)
        case Wake():
            return lateness.ring(case, now)
        case Event():
            return _heard(case, message, now)
        case _:
            raise TypeError(f"routing has no rule for {type(message.data).__name__}")


def _heard(case: Case, message: Message[Payload], now: Now) -> Decision:
    """What intake said."""
    match message.data:
        case DossierAccepted() as event:
            return Decision(_opened(case, message.subject, event, now))
        case SupplementSubmitted() as event:
            return supplements.submitted(case, event, now)
        case ApplicantCorrected() as event if case.terms is not None:
            return Decision(
                (ApplicantCorrectionSeen(revision=event.revision, contacts=event.contacts),)
            )
        case DossierStopped():
            return _closed(case, CaseClosed(reason="stopped"))
        case DossierWithdrawn():
            return _closed(case, CaseClosed(reason="withdrawn"))
        case DossierForgotten() if case.notes:
            gone = revisions(case)
            return Decision(
                (NotesForgotten(revisions=gone),),
                tuple(PrivateEntry.gone(revision) for revision in gone),
            )
        case _:
            return NOTHING


def _closed(case: Case, event: CaseClosed) -> Decision:
    """A decision that intake has not seen yet is undone by what intake said first; one that is said
    is final, and intake answers it.
    """
    return Decision((event,) if case.stage in ("open", "waiting", "approved") else ())


def _opened(case: Case, subject: str, event: DossierAccepted, now: Now) -> tuple[Event, ...]:
    """The case opens at the deciding agency, with its first task.

    The date on the applicant's slip is the case's.
    """
    if case.stage != "unopened":
        return ()
    as_opened = Case(
        id=subject,
        stage="open",
        terms=event.case,
        agency=event.case.deciding_agency,
        due_at=event.due_at,
        first_due_at=event.due_at,
        calendar=event.calendar,
        calendar_version=event.calendar_version,
    )
    # What another agency's counter asked for before is its own once; it does not use up this
    # agency's.
    same_agency = event.case.receiving_agency == event.case.deciding_agency
    walked = steps.walk(as_opened, 0, None, now)
    opened = CaseOpened(
        case=event.case,
        agency=as_opened.agency,
        due_at=event.due_at,
        steps=event.steps,
        calendar=event.calendar,
        calendar_version=event.calendar_version,
        supplements_used=event.supplements_used if same_agency else 0,
        watch=lateness.opening_watch(as_opened, now),
    )
    # The calendar may have changed since intake computed the date.
    moved = calendars.follow(as_opened.model_copy(update={"watch": opened.watch}), now)
    decided = any(isinstance(one, DecisionApproved) for one in walked)
    return (opened, *walked, *(() if decided else moved))
