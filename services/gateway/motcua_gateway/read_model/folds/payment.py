"""What payment's events change of a dossier's view: `charge`, with its refunds; and `transfers`, by
which a bank's notification is found.
"""

from motcua_contracts import Payload
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
from motcua_payment_providers.base import TRANSFERS

from ..changes import Changing
from ..stored import Doubt, More, Refund, Reversal
from .common import Handler, reference, says, why


def _assessed(document: Changing, event: FeeAssessed) -> More:
    charge = document.part("charge")
    charge["amount_vnd"], charge["computation"] = event.amount_vnd, list(event.computation)
    charge["moment"] = event.moment
    return {"amount_vnd": event.amount_vnd}


def _waived(document: Changing, event: FeeWaived) -> More:
    charge = document.part("charge")
    charge["amount_vnd"], charge["waived_percent"] = 0, event.percent
    return {"percent": event.percent}


def _awaited(document: Changing, event: PaymentAwaited) -> None:
    document.part("charge")["pay_until"] = event.expires_at


def _term_moved(document: Changing, event: PayTermMoved) -> More:
    document.part("charge")["pay_until"] = event.expires_at
    return {"pay_until": event.expires_at, **why(event)}


def _requested(document: Changing, event: PaymentRequested) -> None:
    if event.short_reference:
        document["transfers"] = [*document.get("transfers", ()), event.short_reference]


def _started(document: Changing, event: PaymentStarted) -> More:
    document.part("charge")["attempts"] = event.attempt
    return {"provider": event.provider}


def _credited(document: Changing, provider: str, transaction: str) -> None:
    """A bank tells of a transaction in words that may differ from time to time: its number is what
    makes it known.
    """
    if provider == TRANSFERS and transaction not in document.get("credits", ()):
        document["credits"] = [*document.get("credits", ()), transaction]


def _settled(document: Changing, event: PaymentSettled) -> More:
    _undoubted(document, event.attempt)
    _credited(document, event.provider, event.reference)
    document.part("charge")["settled"] = {"channel": event.channel, "settled_at": event.settled_at}
    return {"amount_vnd": event.amount_vnd, "channel": event.channel}


def _failed(document: Changing, event: PaymentFailed) -> More:
    _undoubted(document, event.attempt)
    return {"provider_code": event.provider_code}


def _doubted(document: Changing, event: PaymentDoubted) -> More | None:
    """Each answer that leaves the doubt changes when it is asked next; the history says it once."""
    charge = document.part("charge")
    others = [one for one in charge.get("doubts", ()) if one["attempt"] != event.attempt]
    doubt: Doubt = {
        "attempt": event.attempt,
        "provider": event.provider,
        "provider_code": event.provider_code,
        "reference": event.reference,
        "amount_vnd": event.amount_vnd,
        "doubted_at": event.doubted_at,
        "ask_at": event.ask_at,
        "asks": event.asks,
    }
    known = len(others) < len(charge.get("doubts", ()))
    charge["doubts"] = [*others, doubt]
    charge["asking"] = [one for one in charge.get("asking", ()) if one != event.attempt]
    return None if known else {"amount_vnd": event.amount_vnd}


def _undoubted(document: Changing, attempt: int) -> None:
    charge = document.part("charge")
    if "doubts" in charge:
        charge["doubts"] = [one for one in charge["doubts"] if one["attempt"] != attempt]


def _asked(document: Changing, event: ProviderAsked) -> None:
    """What it answers says the rest."""
    charge = document.part("charge")
    charge["asking"] = [*charge.get("asking", ()), event.attempt]


def _mismatch(document: Changing, event: MismatchFound) -> More:
    """Money that came for a doubted attempt ends the doubt, whatever becomes of that money."""
    if event.is_money:
        _undoubted(document, event.attempt)
        _credited(document, event.provider, event.reference)
    return {"reason": event.reason, "amount_vnd": event.amount_vnd}


def _held(document: Changing, event: PaymentHeld) -> None:
    _credited(document, event.provider, event.reference)


def _receipt(document: Changing, event: ReceiptIssued) -> More:
    document.part("charge")["receipt"] = {
        "number": event.number,
        "document": reference(event.document),
    }
    return {"number": event.number}


def _closed(document: Changing, event: ChargeClosed) -> None:
    document.part("charge")["closed"] = event.reason


def _refund_requested(document: Changing, event: RefundRequested) -> More:
    refund: Refund = {
        "refund": event.refund,
        "amount_vnd": event.amount_vnd,
        "channel": event.channel,
        "reason": event.reason,
        "state": "requested",
        "fee": event.fee,
    }
    charge = document.part("charge")
    charge["refunds"] = [*charge.get("refunds", ()), refund]
    return {"amount_vnd": event.amount_vnd, "channel": event.channel}


def _refunded(document: Changing, event: Refunded) -> More:
    _mark(document, event.refund, "done")
    return {"amount_vnd": event.amount_vnd, "channel": event.channel}


def _refund_failed(document: Changing, event: RefundFailed) -> More:
    _mark(document, event.refund, "failed")
    return {"amount_vnd": event.amount_vnd, "provider_code": event.provider_code}


def _reversed(document: Changing, event: PaymentReversed) -> More:
    """What paid the fee is gone.

    It is kept until somebody pays again, and longer: the list asks for those that are not paid.
    """
    charge = document.part("charge")
    if event.fee:
        charge["settled"] = None
    line: Reversal = {
        "provider": event.provider,
        "reference": event.reference,
        "amount_vnd": event.amount_vnd,
        "bank_reference": event.bank_reference,
        "fee": event.fee,
        "owed": event.owed,
        "refunded_vnd": event.refunded_vnd,
        "reversed_at": event.reversed_at,
    }
    charge["reversals"] = [*charge.get("reversals", ()), line]
    return {"amount_vnd": event.amount_vnd}


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
