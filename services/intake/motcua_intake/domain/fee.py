"""The fee as intake sees it: open, deferred to the result, or cleared.

How much it is and whether it was paid is payment's word.

Payment's and routing's events come in any order between each other; each rule looks at what was
already answered, so that both orders end in the same dossier.
"""

from datetime import datetime

from motcua_contracts import Catalogue, Event
from motcua_contracts.messages.intake import (
    DossierStopped,
    FeeCleared,
    FeeDeferred,
    PaymentDemanded,
)
from motcua_contracts.messages.payment import FeeAssessed, FeeWaived

from . import acceptance, completion, terms
from .case import Dossier

_OPEN = ("registered", "accepting", "accepted")
"""Stages in which a fee still matters. After them payment answers late money by itself
(MismatchFound, a refund).
"""


def assessed(
    dossier: Dossier, event: FeeAssessed, at: datetime, catalogue: Catalogue
) -> tuple[Event, ...]:
    """Nothing owed is final; before acceptance it is demanded now; before the result it waits for
    the department's decision.
    """
    if dossier.stage != "registered" or dossier.fee.state != "unassessed":
        return ()
    if event.amount_vnd == 0:
        return (
            FeeCleared(reason="free", answer_by=_answer_by(dossier, at, catalogue)),
            *acceptance.by_rules(dossier, at, catalogue),
        )
    if event.moment == "before_acceptance":
        return (
            PaymentDemanded(
                amount_vnd=event.amount_vnd,
                pay_within_seconds=event.pay_within_seconds,
                moment="before_acceptance",
                pay_by=terms.pay_by(dossier, at, event.pay_within_seconds, catalogue),
            ),
        )
    deferred = FeeDeferred(
        amount_vnd=event.amount_vnd,
        pay_within_seconds=event.pay_within_seconds,
        answer_by=_answer_by(dossier, at, catalogue),
    )
    return (deferred, *acceptance.by_rules(dossier, at, catalogue))


def waived(
    dossier: Dossier, event: FeeWaived, at: datetime, catalogue: Catalogue
) -> tuple[Event, ...]:
    """A whole waiver clears the fee. Of a partial one the rest comes as FeeAssessed."""
    if event.percent < 100 or dossier.stage not in _OPEN or dossier.fee.state == "cleared":
        return ()
    return (
        FeeCleared(reason="waived", answer_by=_answer_by(dossier, at, catalogue)),
        *_goes_on(dossier, at, catalogue, paid=False),
    )


def settled(dossier: Dossier, at: datetime, catalogue: Catalogue) -> tuple[Event, ...]:
    """The money is there, whatever was demanded by now."""
    if dossier.stage not in _OPEN or dossier.fee.state == "cleared":
        return ()
    return (
        FeeCleared(reason="settled", answer_by=_answer_by(dossier, at, catalogue)),
        *_goes_on(dossier, at, catalogue, paid=True),
    )


def expired(dossier: Dossier) -> tuple[Event, ...]:
    """Not paid in time stops the dossier, unless it was cleared or has ended before."""
    if dossier.stage not in _OPEN or dossier.fee.state == "cleared":
        return ()
    return (DossierStopped(reason="not_paid_in_time"),)


def _answer_by(dossier: Dossier, at: datetime, catalogue: Catalogue) -> datetime | None:
    """Until when the counter is to answer: its hours run from the receipt or, where a fee held the
    dossier, from now.

    None where the counter has answered, or its hours are running already.
    """
    if dossier.stage != "registered" or dossier.fee.state == "deferred":
        return None
    assert dossier.received_at is not None, "a registered dossier without its time of receipt"
    return acceptance.answer_by(
        dossier, at if dossier.fee.state == "demanded" else dossier.received_at, catalogue
    )


def _goes_on(dossier: Dossier, at: datetime, catalogue: Catalogue, paid: bool) -> tuple[Event, ...]:
    """What waited for the fee: the acceptance by the rules, or the completion after the
    department's decision.
    """
    if dossier.stage == "registered" and dossier.supplement is None:
        return acceptance.by_rules(dossier, at, catalogue)
    if dossier.decision is not None:
        return completion.complete(dossier, dossier.decision, paid)
    return ()
