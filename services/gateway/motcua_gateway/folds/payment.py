"""What payment's facts change of a dossier's view: `charge`."""

from typing import Any

from motcua_contracts.payload import Payload
from motcua_contracts.payment import (
    FeeAssessed,
    FeeWaived,
    MismatchFound,
    PaymentAwaited,
    PaymentExpired,
    PaymentFailed,
    PaymentSettled,
    PaymentStarted,
    ReceiptIssued,
)

from ..changing import Changing
from .common import Handler, reference, says


def _assessed(document: Changing, fact: FeeAssessed) -> dict[str, Any]:
    document.part("charge").update(amount_vnd=fact.amount_vnd, computation=list(fact.computation), moment=fact.moment)
    return {"amount_vnd": fact.amount_vnd}


def _waived(document: Changing, fact: FeeWaived) -> dict[str, Any]:
    document.part("charge").update(amount_vnd=0, waived_percent=fact.percent)
    return {"percent": fact.percent}


def _awaited(document: Changing, fact: PaymentAwaited) -> None:
    document.part("charge")["pay_until"] = fact.expires_at


def _started(document: Changing, fact: PaymentStarted) -> dict[str, Any]:
    document.part("charge")["attempts"] = fact.attempt
    return {"provider": fact.provider}


def _settled(document: Changing, fact: PaymentSettled) -> dict[str, Any]:
    document.part("charge")["settled"] = {"channel": fact.channel, "settled_at": fact.settled_at}
    return {"amount_vnd": fact.amount_vnd, "channel": fact.channel}


def _receipt(document: Changing, fact: ReceiptIssued) -> dict[str, Any]:
    document.part("charge")["receipt"] = {"number": fact.number, "document": reference(fact.document)}
    return {"number": fact.number}


HANDLERS: dict[type[Payload], Handler] = {
    FeeAssessed: _assessed,
    FeeWaived: _waived,
    PaymentAwaited: _awaited,
    PaymentStarted: _started,
    PaymentSettled: _settled,
    PaymentFailed: says("provider_code"),
    PaymentExpired: says("amount_vnd"),
    MismatchFound: says("reason", "amount_vnd"),
    ReceiptIssued: _receipt,
}
