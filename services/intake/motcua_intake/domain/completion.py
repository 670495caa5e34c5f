"""Completion and return (trả kết quả): from the department's decision to the result in its owner's
hands, at the counter or by post.
"""

from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue, Decision, Event
from motcua_contracts.messages.intake import (
    CaseDecisionSeen,
    DossierCompleted,
    DossierReturned,
    DossierWithdrawn,
    HandOver,
    PaymentDemanded,
    PostCameBack,
    PostResult,
    RecordPost,
    ResultPosted,
)
from motcua_contracts.messages.routing import CaseDecided
from motcua_contracts.rules.reasons import POST
from motcua_contracts.rules.refusals import AuthorityMissing, DeliveryDiffers, IdentityNotChecked

from . import terms
from .case import Dossier
from .counter import require_own_counter, require_reason, require_stage, revised


def case_decided(
    dossier: Dossier, event: CaseDecided, at: datetime, catalogue: Catalogue
) -> tuple[Event, ...]:
    """The department decided: a deferred fee is demanded now, otherwise the dossier is complete.

    A withdrawal that was decided here first is final, and says so once more. Any other dossier that
    ended stays as it is.
    """
    if dossier.stage == "withdrawn":
        return (DossierWithdrawn(standing=True),)
    if dossier.stage != "accepted" or dossier.decision is not None:
        return ()
    seen = CaseDecisionSeen(outcome=event.outcome, result=event.result, decided_at=event.decided_at)
    if dossier.fee.state == "deferred":
        seconds = dossier.fee.pay_within_seconds
        demanded = PaymentDemanded(
            amount_vnd=dossier.fee.amount_vnd,
            pay_within_seconds=seconds,
            moment="before_result",
            pay_by=terms.pay_by(dossier, at, seconds, catalogue),
        )
        return (seen, demanded)
    return (seen, *complete(dossier, seen, dossier.fee.settled))


def complete(dossier: Dossier, decision: CaseDecisionSeen, paid: bool) -> tuple[Event, ...]:
    """Done. Online the result is with its owner at once; else it waits at the counter."""
    refundable = paid and decision.outcome == "refused" and dossier.pinned.fee.refundable_on_refusal
    completed = DossierCompleted(
        outcome=decision.outcome, refundable=refundable, result=decision.result
    )
    if dossier.result_delivery == "online":
        return (completed, DossierReturned(channel="online"))
    return (completed,)


def hand_over(
    dossier: Dossier, command: HandOver, actor: str, catalogue: Catalogue, given: Any
) -> Decision:
    """A clerk of the receiving agency hands the result over; who took it in the applicant's place
    is a paper.

    Raises what `require_hand_over` raises, and `PapersNotReady`.
    """
    require_hand_over(dossier, command, actor, catalogue)
    if not command.recipient:
        return Decision((DossierReturned(channel="counter"),))
    paper, _ = revised(dossier, given, recipient=command.recipient)
    return Decision(
        (DossierReturned(channel="counter", revision=paper.revision, commitment=paper.commitment),),
        (paper,),
    )


def require_hand_over(
    dossier: Dossier, command: HandOver, actor: str, catalogue: Catalogue
) -> None:
    """Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `WrongStatus`,
    `IdentityNotChecked`, `AuthorityMissing`.
    """
    require_own_counter(dossier, command.agency, actor, catalogue)
    require_stage(dossier, "completed")
    if not command.identity_checked:
        raise IdentityNotChecked()
    if command.recipient and not command.written_authority:
        raise AuthorityMissing()


def post(
    dossier: Dossier,
    command: PostResult,
    actor: str,
    at: datetime,
    catalogue: Catalogue,
    given: Any,
) -> Decision:
    """A clerk hands the result to the post; the item's number is a paper.

    Raises what `require_postal_delivery` raises, and `PapersNotReady`.
    """
    require_postal_delivery(dossier, command, actor, catalogue)
    paper, _ = revised(dossier, given, postal_item=command.item_number)
    return Decision(
        (ResultPosted(revision=paper.revision, commitment=paper.commitment, posted_at=at),),
        (paper,),
    )


def require_postal_delivery(
    dossier: Dossier, command: PostResult, actor: str, catalogue: Catalogue
) -> None:
    """Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `WrongStatus`,
    `DeliveryDiffers`.
    """
    require_own_counter(dossier, command.agency, actor, catalogue)
    require_stage(dossier, "completed")
    if dossier.result_delivery != "post":
        raise DeliveryDiffers(delivery=dossier.result_delivery)


def record_post(
    dossier: Dossier, command: RecordPost, actor: str, catalogue: Catalogue
) -> tuple[Event, ...]:
    """What became of the posted result; one that came back waits at the counter and may be handed
    over or posted again.

    Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `WrongStatus`, `ReasonUnknown`.
    """
    require_own_counter(dossier, command.agency, actor, catalogue)
    require_stage(dossier, "posted")
    if command.delivered:
        return (DossierReturned(channel="post"),)
    require_reason(command.reason_code, POST)
    return (PostCameBack(reason_code=command.reason_code),)
