"""The charge (khoản phải nộp) of one dossier: the fold of payment's own facts of it, and what is open because of them. No rules here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from motcua_contracts.decision import Effect
from motcua_contracts.envelope import Message
from motcua_contracts.payload import Model, Payload
from motcua_contracts.payment import (
    CashCollected,
    CashDeclined,
    FeeAssessed,
    FeeWaived,
    MismatchFound,
    PaymentAwaited,
    PaymentExpired,
    PaymentFailed,
    PaymentHeld,
    PaymentRequested,
    PaymentSettled,
    PaymentStarted,
    ReceiptIssued,
)

START_PAYMENT = "start-payment"
"""Effect: ask the provider for the address of its pay page."""
ISSUE_RECEIPT = "issue-receipt"
"""Effect: take a number from the receipt book, render, sign and store the receipt (biên lai)."""

Stage = Literal["unregistered", "free", "assessed", "awaited", "settled", "expired"]
"""`assessed`: owed, but intake's demand was not read yet. `awaited`: owed until `expires_at`."""


class Attempt(Model):
    """One try to pay online. `paid`: money came for it, whatever became of that money. `forged` counts calls with a wrong signature."""

    request: PaymentRequested
    state: Literal["requested", "started", "failed", "paid"] = "requested"
    forged: int = 0


class Charge(Model):
    """What later decisions need of one dossier. `Charge()` is a dossier that was never heard of."""

    id: str = ""
    stage: Stage = "unregistered"
    fee: FeeAssessed | None = None
    expires_at: datetime | None = None
    attempts: tuple[Attempt, ...] = ()
    held: tuple[PaymentHeld, ...] = ()
    declined: tuple[CashDeclined, ...] = ()
    """Cash whose verdict its till has still to read, or has read."""
    settlement: PaymentSettled | None = None
    receipt: str = ""

    @property
    def owed(self) -> FeeAssessed:
        """The fee. Only a charge that was assessed has one."""
        assert self.fee is not None, "asked for the fee of a charge that owes nothing"
        return self.fee

    def attempt(self, number: int) -> Attempt | None:
        """Attempts count from 1."""
        return self.attempts[number - 1] if 1 <= number <= len(self.attempts) else None

    def verdict_on_cash(self, reference: str) -> str | None:
        """What became of a till's cash: "" it settled the fee, the slug of the reason it goes back, or None while it is held."""
        if self.settlement is not None and self.settlement.reference == reference:
            return ""
        return next((one.reason for one in self.declined if one.reference == reference), None)


def evolve(charge: Charge, event: Message[Payload]) -> Charge:
    """The charge after one of its own facts. Raises `TypeError` for a fact that a charge does not say."""
    return charge.model_copy(update={"id": event.subject, **_changes(charge, event.data)})


def _changes(charge: Charge, said: Payload) -> dict[str, Any]:
    match said:
        case FeeAssessed(amount_vnd=0):
            return {"stage": "free"}
        case FeeAssessed() as fact:
            return {"stage": "assessed", "fee": fact}
        case FeeWaived() as fact:
            return {"stage": "free"} if fact.percent >= 100 else {}
        case PaymentAwaited() as fact:
            return {"stage": "awaited", "expires_at": fact.expires_at}
        case PaymentRequested() as fact:
            return {"attempts": (*charge.attempts, Attempt(request=fact))}
        case PaymentStarted() as fact:
            return _attempt(charge, fact.attempt, state="started")
        case PaymentFailed() as fact:
            return _attempt(charge, fact.attempt, state="failed")
        case PaymentHeld() as fact:
            return {"held": (*charge.held, fact), **_attempt(charge, fact.attempt, state="paid")}
        case PaymentSettled() as fact:
            return (
                {"stage": "settled", "settlement": fact} | _released(charge, fact.reference) | _attempt(charge, fact.attempt, state="paid")
            )
        case MismatchFound(reason="bad_signature") as fact:
            known = charge.attempt(fact.attempt)
            return _attempt(charge, fact.attempt, forged=known.forged + 1 if known else 0)
        case MismatchFound(reason="amount_differs"):
            return {}
        case MismatchFound() as fact:
            return _released(charge, fact.reference) | _attempt(charge, fact.attempt, state="paid")
        case CashCollected():
            return {}
        case CashDeclined() as fact:
            return {"declined": (*charge.declined, fact)} | _released(charge, fact.reference)
        case PaymentExpired():
            return {"stage": "expired"}
        case ReceiptIssued() as fact:
            return {"receipt": fact.number}
        case _:
            raise TypeError(f"a charge does not say {type(said).__name__}")


def _attempt(charge: Charge, number: int, **changes: Any) -> dict[str, Any]:
    """The attempts with one of them changed; cash has none (number 0)."""
    return {"attempts": tuple(one.model_copy(update=changes) if one.request.attempt == number else one for one in charge.attempts)}


def _released(charge: Charge, reference: str) -> dict[str, Any]:
    return {"held": tuple(one for one in charge.held if one.reference != reference)}


def effects(charge: Charge) -> Sequence[Effect]:
    """Attempts to be started while money is still wanted; the receipt once it is there."""
    if charge.stage == "settled":
        return [] if charge.receipt else [Effect(f"{charge.id}/{ISSUE_RECEIPT}", ISSUE_RECEIPT)]
    if charge.stage not in ("assessed", "awaited"):
        return []
    waiting = (one.request for one in charge.attempts if one.state == "requested")
    return [Effect(f"{request.reference}/{START_PAYMENT}", START_PAYMENT) for request in waiting]


def due(charge: Charge) -> datetime | None:
    """The end of the time to pay; or, for held money, its own moment: by then everything that was said before it has been read."""
    match charge.stage:
        case "awaited":
            return charge.expires_at
        case "assessed" if charge.held:
            return charge.held[0].received_at
        case _:
            return None
