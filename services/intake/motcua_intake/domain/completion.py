"""Completion and return (trả kết quả): from the department's decision to the result in its owner's hands."""

from motcua_contracts.catalogue import Catalogue
from motcua_contracts.intake import CaseDecisionSeen, DossierCompleted, DossierReturned, HandOver, PaymentDemanded
from motcua_contracts.payload import Event
from motcua_contracts.refusals import ForeignAgency, IdentityNotChecked
from motcua_contracts.routing import CaseDecided

from .counter import clerk_of, in_stage, known
from .state import Dossier


def case_decided(dossier: Dossier, fact: CaseDecided) -> tuple[Event, ...]:
    """The department decided: a deferred fee is demanded now, otherwise the dossier is complete. A dossier that ended stays as it is."""
    if dossier.stage != "accepted" or dossier.decision is not None:
        return ()
    seen = CaseDecisionSeen(outcome=fact.outcome, result=fact.result, decided_at=fact.decided_at)
    if dossier.fee.state == "deferred":
        demanded = PaymentDemanded(
            amount_vnd=dossier.fee.amount_vnd, pay_within_seconds=dossier.fee.pay_within_seconds, moment="before_result"
        )  # fmt: skip
        return (seen, demanded)
    return (seen, *complete(dossier, seen, dossier.fee.settled))


def complete(dossier: Dossier, decision: CaseDecisionSeen, paid: bool) -> tuple[Event, ...]:
    """Done. Online the result is with its owner at once; else it waits at the counter."""
    refundable = paid and decision.outcome == "refused" and dossier.pinned.fee.refundable_on_refusal
    completed = DossierCompleted(outcome=decision.outcome, refundable=refundable, result=decision.result)
    if dossier.result_delivery == "online":
        return (completed, DossierReturned(channel="online"))
    return (completed,)


def hand_over(dossier: Dossier, command: HandOver, actor: str, facts: Catalogue) -> tuple[Event, ...]:
    """A clerk of the receiving agency hands the result over.

    Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `WrongStatus`, `IdentityNotChecked`.
    """
    known(dossier)
    if command.agency != dossier.receiving_agency:
        raise ForeignAgency()
    clerk_of(actor, command.agency, facts)
    in_stage(dossier, "completed")
    if not command.identity_checked:
        raise IdentityNotChecked()
    return (DossierReturned(channel="counter"),)
