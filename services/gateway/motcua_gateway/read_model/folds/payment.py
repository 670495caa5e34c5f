"""What payment's facts change of a dossier's view: `charge`, with its refunds; and `transfers`, by
which a bank's notification is found.
"""

from motcua_contracts.messages.payment import (
    ChargeClosed,
    FeeAssessed,
    FeeWaived,
    MismatchFound,
    PaymentAwaited,
    PaymentDoubted,
    PaymentExpired,
    PaymentFailed,
    PaymentHeld,
    PaymentRequested,
    PaymentSettled,
    PaymentStarted,
    PayTermMoved,
    ProviderAsked,
    ReceiptIssued,
)
from motcua_contracts.messages.refunds import (
    PaymentReversed,
    Refunded,
    RefundFailed,
    RefundRequested,
)
from motcua_contracts.wire.payload import Payload
from motcua_payment_providers.base import TRANSFERS

from ..changes import Changing
from ..stored import Doubt, More, Refund, Reversal
from .common import Handler, reference, says, why


def _assessed(document: Changing, fact: FeeAssessed) -> More:
    charge = document.part("charge")
    charge["amount_vnd"], charge["computation"] = fact.amount_vnd, list(fact.computation)
    charge["moment"] = fact.moment
    return {"amount_vnd": fact.amount_vnd}


def _waived(document: Changing, fact: FeeWaived) -> More:
    charge = document.part("charge")
    charge["amount_vnd"], charge["waived_percent"] = 0, fact.percent
    return {"percent": fact.percent}


def _awaited(document: Changing, fact: PaymentAwaited) -> None:
    document.part("charge")["pay_until"] = fact.expires_at


def _term_moved(document: Changing, fact: PayTermMoved) -> More:
    document.part("charge")["pay_until"] = fact.expires_at
    return {"pay_until": fact.expires_at, **why(fact)}


def _requested(document: Changing, fact: PaymentRequested) -> None:
    if fact.short_reference:
        document["transfers"] = [*document.get("transfers", ()), fact.short_reference]


def _started(document: Changing, fact: PaymentStarted) -> More:
    document.part("charge")["attempts"] = fact.attempt
    return {"provider": fact.provider}


def _credited(document: Changing, provider: str, transaction: str) -> None:
    """A bank tells of a transaction in words that may differ from time to time: its number is what
    makes it known.
    """
    if provider == TRANSFERS and transaction not in document.get("credits", ()):
        document["credits"] = [*document.get("credits", ()), transaction]


def _settled(document: Changing, fact: PaymentSettled) -> More:
    _undoubted(document, fact.attempt)
    _credited(document, fact.provider, fact.reference)
    document.part("charge")["settled"] = {"channel": fact.channel, "settled_at": fact.settled_at}
    return {"amount_vnd": fact.amount_vnd, "channel": fact.channel}


def _failed(document: Changing, fact: PaymentFailed) -> More:
    _undoubted(document, fact.attempt)
    return {"provider_code": fact.provider_code}


def _doubted(document: Changing, fact: PaymentDoubted) -> More | None:
    """Each answer that leaves the doubt changes when it is asked next; the history says it once."""
    charge = document.part("charge")
    others = [one for one in charge.get("doubts", ()) if one["attempt"] != fact.attempt]
    doubt: Doubt = {
        "attempt": fact.attempt,
        "provider": fact.provider,
        "provider_code": fact.provider_code,
        "reference": fact.reference,
        "amount_vnd": fact.amount_vnd,
        "doubted_at": fact.doubted_at,
        "ask_at": fact.ask_at,
        "asks": fact.asks,
    }
    known = len(others) < len(charge.get("doubts", ()))
    charge["doubts"] = [*others, doubt]
    charge["asking"] = [one for one in charge.get("asking", ()) if one != fact.attempt]
    return None if known else {"amount_vnd": fact.amount_vnd}


def _undoubted(document: Changing, attempt: int) -> None:
    charge = document.part("charge")
    if "doubts" in charge:
        charge["doubts"] = [one for one in charge["doubts"] if one["attempt"] != attempt]


def _asked(document: Changing, fact: ProviderAsked) -> None:
    """What it answers says the rest."""
    charge = document.part("charge")
    charge["asking"] = [*charge.get("asking", ()), fact.attempt]


def _mismatch(document: Changing, fact: MismatchFound) -> More:
    """Money that came for a doubted attempt ends the doubt, whatever becomes of that money."""
    if fact.is_money:
        _undoubted(document, fact.attempt)
        _credited(document, fact.provider, fact.reference)
    return {"reason": fact.reason, "amount_vnd": fact.amount_vnd}


def _held(document: Changing, fact: PaymentHeld) -> None:
    _credited(document, fact.provider, fact.reference)


def _receipt(document: Changing, fact: ReceiptIssued) -> More:
    document.part("charge")["receipt"] = {
        "number": fact.number,
        "document": reference(fact.document),
    }
    return {"number": fact.number}


def _closed(document: Changing, fact: ChargeClosed) -> None:
    document.part("charge")["closed"] = fact.reason


def _refund_requested(document: Changing, fact: RefundRequested) -> More:
    refund: Refund = {
        "refund": fact.refund,
        "amount_vnd": fact.amount_vnd,
        "channel": fact.channel,
        "reason": fact.reason,
        "state": "requested",
        "fee": fact.fee,
    }
    charge = document.part("charge")
    charge["refunds"] = [*charge.get("refunds", ()), refund]
    return {"amount_vnd": fact.amount_vnd, "channel": fact.channel}


def _refunded(document: Changing, fact: Refunded) -> More:
    _mark(document, fact.refund, "done")
    return {"amount_vnd": fact.amount_vnd, "channel": fact.channel}


def _refund_failed(document: Changing, fact: RefundFailed) -> More:
    _mark(document, fact.refund, "failed")
    return {"amount_vnd": fact.amount_vnd, "provider_code": fact.provider_code}


def _reversed(document: Changing, fact: PaymentReversed) -> More:
    """What paid the fee is gone.

    It is kept until somebody pays again, and longer: the list asks for those that are not paid.
    """
    charge = document.part("charge")
    if fact.fee:
        charge["settled"] = None
    line: Reversal = {
        "provider": fact.provider,
        "reference": fact.reference,
        "amount_vnd": fact.amount_vnd,
        "bank_reference": fact.bank_reference,
        "fee": fact.fee,
        "owed": fact.owed,
        "refunded_vnd": fact.refunded_vnd,
        "reversed_at": fact.reversed_at,
    }
    charge["reversals"] = [*charge.get("reversals", ()), line]
    return {"amount_vnd": fact.amount_vnd}


def _mark(document: Changing, number: int, state: str) -> None:
    for refund in document.part("charge").get("refunds", ()):
        if refund["refund"] == number:
            refund["state"] = state


HANDLERS: dict[type[Payload], Handler] = {
    FeeAssessed: _assessed,
    FeeWaived: _waived,
    PaymentAwaited: _awaited,
    PayTermMoved: _term_moved,
    PaymentRequested: _requested,
    PaymentStarted: _started,
    PaymentSettled: _settled,
    PaymentFailed: _failed,
    PaymentDoubted: _doubted,
    ProviderAsked: _asked,
    PaymentHeld: _held,
    PaymentExpired: says("amount_vnd"),
    MismatchFound: _mismatch,
    ReceiptIssued: _receipt,
    ChargeClosed: _closed,
    RefundRequested: _refund_requested,
    Refunded: _refunded,
    RefundFailed: _refund_failed,
    PaymentReversed: _reversed,
}
