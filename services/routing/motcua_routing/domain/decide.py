"""Every message that routing takes in, and the rule that answers it. The rules are beside."""

from datetime import datetime

from motcua_contracts.catalogue import Catalogue
from motcua_contracts.decision import NOTHING, Decision, Wake
from motcua_contracts.envelope import Message
from motcua_contracts.intake import DossierAccepted, DossierStopped
from motcua_contracts.payload import Event, Payload
from motcua_contracts.routing import (
    Approve,
    AssignTask,
    CaseClosed,
    CaseOpened,
    CompleteStep,
    DraftDecision,
    RecordSignedDecision,
    ReturnStep,
)

from . import steps
from .assignment import NOBODY_CHOSE, Given
from .state import Case


def decide(case: Case, message: Message[Payload], at: datetime, facts: Catalogue, given: Given | None) -> Decision:
    """What follows from one message. `given` is whom `prepare` chose, if there was a choice.

    Commands are refused by name; facts of intake never are: they move the case or change nothing. Raises `FactMissing` where the
    catalogue lacks the calendar, `ValueError` for an acceptance that cannot be routed.
    """
    actor, chosen = message.actor, given or NOBODY_CHOSE
    match message.data:
        case DossierAccepted() as fact:
            return Decision(_opened(case, message.subject, fact, at, facts, chosen))
        case DossierStopped():
            return Decision((CaseClosed(reason="stopped"),) if case.stage in ("open", "approved") else ())
        case CompleteStep() as command:
            return Decision(steps.complete(case, command, actor, at, facts, chosen))
        case DraftDecision() as command:
            return Decision(steps.draft(case, command, actor, at, facts, chosen))
        case ReturnStep() as command:
            return Decision(steps.give_back(case, command, actor, at, facts, chosen))
        case Approve() as command:
            return Decision(steps.approve(case, command, actor, at, facts, chosen))
        case AssignTask() as command:
            return Decision(steps.assign(case, command, actor, at, facts))
        case RecordSignedDecision() as command:
            return Decision(steps.record_signed(case, command, at))
        case Event() | Wake():
            return NOTHING
        case _:
            raise TypeError(f"routing has no rule for {type(message.data).__name__}")


def _opened(case: Case, subject: str, fact: DossierAccepted, at: datetime, facts: Catalogue, given: Given) -> tuple[Event, ...]:
    """The case opens at the deciding agency, with its first task. The date on the applicant's slip is the case's."""
    if case.stage != "unopened":
        return ()
    opened = CaseOpened(
        case=fact.case,
        agency=fact.case.deciding_agency,
        due_at=fact.due_at,
        steps=fact.steps,
        calendar=fact.calendar,
        calendar_version=fact.calendar_version,
    )
    as_opened = Case(
        id=subject,
        stage="open",
        terms=fact.case,
        agency=opened.agency,
        calendar=opened.calendar,
        calendar_version=opened.calendar_version,
    )
    return (opened, *steps.walk(as_opened, 0, None, at, facts, given))
