"""The charge (khoản phải nộp) of one dossier: the fold of payment's own events of it, and what is
open because of them. No rules here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from motcua_contracts import Effect, Event, Message, Payload
from motcua_contracts.messages.payment import (
    CashCollected,
    CashDeclined,
    ChargeClosed,
    FeeAssessed,
    FeeWaived,
    MismatchFound,
    PayerCorrectionSeen,
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
from motcua_contracts.wire.payload import CommandRejected

from .money import BY_HAND, Attempt, Money, MoneyBack, Refund, Stage

START_PAYMENT = "start-payment"
"""Effect: ask the provider for the address of its pay page."""
ASK_PROVIDER = "ask-provider"
"""Effect: ask the provider what became of an attempt of which it has not called."""
ISSUE_RECEIPT = "issue-receipt"
"""Effect: take a number from the receipt book, render, sign and store the receipt (biên lai)."""
REFUND = "refund"
"""Effect: have the provider send money back."""
ASK_AFTER_SECONDS = 60
"""So long after an attempt's end its provider may still call by itself."""
OPEN: tuple[Stage, ...] = ("assessed", "awaited")
UNDECIDED = ("started", "doubted")
"""States of an attempt in which its provider may still say something new."""


class Charge(MoneyBack):
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

    @property
    def asking(self) -> tuple[Attempt, ...]:
        """Attempts whose provider was asked and has not answered."""
        return tuple(one for one in self.attempts if one.asked and one.state in UNDECIDED)

    @property
    def doubted(self) -> tuple[Attempt, ...]:
        """Attempts of which nobody can say whether they brought money."""
        return tuple(one for one in self.attempts if one.state == "doubted")

    @property
    def to_ask(self) -> tuple[Attempt, ...]:
        """Attempts that may have been paid without a call, or are in doubt, whose provider answers
        questions and is not being asked.
        """
        return tuple(
            one
            for one in self.attempts
            if one.request.asked and one.state in UNDECIDED and not one.asked
        )

    def attempt(self, number: int) -> Attempt | None:
        """Attempts count from 1."""
        return self.attempts[number - 1] if 1 <= number <= len(self.attempts) else None

    def knows(self, provider: str, transaction: str) -> bool:
        """Whether this money came before, by the provider's number of it."""
        every: Iterable[Money | PaymentHeld] = (*self.moneys, *self.held)
        return any((one.provider, one.reference) == (provider, transaction) for one in every)

    def verdict_on_cash(self, reference: str) -> str | None:
        """What became of a till's cash: "" it settled the fee, the slug of the reason it goes back,
        or None while it is held.
        """
        if self.settlement is not None and self.settlement.reference == reference:
            return ""
        return next((one.reason for one in self.declined if one.reference == reference), None)


def evolve(charge: Charge, event: Message[Payload]) -> Charge:
    """The charge after one of its own events.

    Raises `TypeError` for an event that a charge does not say.
    """
    if isinstance(event.data, CommandRejected):
        return charge
    return charge.model_copy(update={"id": event.subject, **_changes(charge, event.data)})


def after(charge: Charge, events: Iterable[Event]) -> Charge:
    """The charge as it will be once these events are said."""
    for event in events:
        charge = charge.model_copy(update=_changes(charge, event))
    return charge


def _changes(charge: Charge, said: Payload) -> dict[str, Any]:
    match said:
        case FeeAssessed(amount_vnd=0):
            return {"stage": "free"}
        case FeeAssessed() as event:
            return {"stage": "assessed", "fee": event}
        case PayerCorrectionSeen() as event:
            assert charge.fee is not None, "a correction of a charge without a fee"
            return {"fee": charge.fee.model_copy(update={"revision": event.revision})}
        case FeeWaived() as event:
            return {"stage": "free"} if event.percent >= 100 else {}
        case PaymentAwaited() as event:
            return {"stage": "awaited", "expires_at": event.expires_at}
        case PayTermMoved() as event:
            return {"expires_at": event.expires_at}
        case PaymentRequested() as event:
            return {"attempts": (*charge.attempts, Attempt(request=event))}
        case PaymentStarted() as event:
            return _attempt(charge, event.attempt, state="started")
        case ProviderAsked() as event:
            return _attempt(charge, event.attempt, asked=True)
        case PaymentFailed() as event:
            return _attempt(
                charge, event.attempt, state="failed", ended=event.provider_code == BY_HAND
            )
        case PaymentDoubted() as event:
            return _attempt(charge, event.attempt, state="doubted", asked=False, doubt=event)
        case PaymentHeld() as event:
            return {"held": (*charge.held, event), **_attempt(charge, event.attempt, state="paid")}
        case PaymentSettled() as event:
            settled = {
                "stage": "settled",
                "settlement": event,
                "moneys": (*charge.moneys, Money.of_settlement(event)),
            }
            return (
                settled
                | _released(charge, event.reference)
                | _attempt(charge, event.attempt, state="paid")
            )
        case MismatchFound(reason="bad_signature") as event:
            known = charge.attempt(event.attempt)
            return _attempt(charge, event.attempt, forged=known.forged + 1 if known else 0)
        case MismatchFound() as event if event.is_money:
            stray = {"moneys": (*charge.moneys, Money.of_mismatch(event))}
            return (
                stray
                | _released(charge, event.reference)
                | _attempt(charge, event.attempt, state="paid")
            )
        case MismatchFound() | CashCollected():
            return {}
        case CashDeclined() as event:
            return {"declined": (*charge.declined, event)} | _released(charge, event.reference)
        case PaymentExpired():
            return {"stage": "expired"}
        case ChargeClosed() as event:
            return {"closed": event, "stage": "closed" if charge.stage in OPEN else charge.stage}
        case ReceiptIssued() as event:
            return {"receipt": event.number}
        case RefundRequested() as event:
            return {"refunds": (*charge.refunds, Refund(request=event))}
        case Refunded() as event:
            return _refund(charge, event.refund, "done")
        case RefundFailed() as event:
            return _refund(charge, event.refund, "failed")
        case PaymentReversed() as event:
            return _reversed(charge, event)
        case _:
            raise TypeError(f"a charge does not say {type(said).__name__}")


def _reversed(charge: Charge, event: PaymentReversed) -> dict[str, Any]:
    """The fee is owed again where the dossier goes on, and its time to pay has no end any more; the
    receipt stays as it was issued.
    """
    named = (event.provider, event.reference)
    moneys = tuple(
        one.model_copy(update={"reversed": True}) if (one.provider, one.reference) == named else one
        for one in charge.moneys
    )
    if not event.fee:
        return {"moneys": moneys}
    return {
        "moneys": moneys,
        "settlement": None,
        "expires_at": None,
        "stage": "awaited" if event.owed else "closed",
    }


def _attempt(charge: Charge, number: int, **changes: Any) -> dict[str, Any]:
    """The attempts with one of them changed; cash has none (number 0)."""
    return {
        "attempts": tuple(
            one.model_copy(update=changes) if one.request.attempt == number else one
            for one in charge.attempts
        )
    }


def _released(charge: Charge, reference: str) -> dict[str, Any]:
    return {"held": tuple(one for one in charge.held if one.reference != reference)}


def _refund(charge: Charge, number: int, state: Literal["done", "failed"]) -> dict[str, Any]:
    change = {"state": state}
    return {
        "refunds": tuple(
            one.model_copy(update=change) if one.request.refund == number else one
            for one in charge.refunds
        )
    }


def effects(charge: Charge) -> Sequence[Effect]:
    """Attempts to be started while money is still wanted, questions to providers, the receipt once
    it is paid, refunds that go online.
    """
    found = [Effect(ask_key(one), ASK_PROVIDER) for one in charge.asking]
    if charge.settlement is not None and not charge.receipt:
        found.append(Effect(f"{charge.id}/{ISSUE_RECEIPT}", ISSUE_RECEIPT))
    if charge.stage in OPEN:
        waiting = (one.request for one in charge.attempts if one.state == "requested")
        found += [
            Effect(f"{request.reference}/{START_PAYMENT}", START_PAYMENT) for request in waiting
        ]
    online = (
        one.request
        for one in charge.refunds
        if one.state == "requested" and one.request.channel == "online"
    )
    return found + [Effect(f"{charge.id}/{REFUND}-{request.refund}", REFUND) for request in online]


def due(charge: Charge) -> datetime | None:
    """The end of the time to pay, and of each attempt of which nobody called; for held money its
    own moment: by then everything that was said before it has been read. While a provider is being
    asked, or a payment is in doubt, the end waits.
    """
    moments = [ask_at(one) for one in charge.to_ask]
    if (
        charge.stage == "awaited"
        and charge.expires_at is not None
        and not charge.asking
        and not charge.doubted
    ):
        moments.append(charge.expires_at)
    if charge.stage == "assessed" and charge.held:
        moments.append(charge.held[0].received_at)
    return min(moments, default=None)


def ask_at(attempt: Attempt) -> datetime:
    """When the provider of an attempt is asked, if the time to pay does not end before; of a
    doubted one when the doubt says.
    """
    if attempt.state == "doubted" and attempt.doubt is not None:
        return attempt.doubt.ask_at
    return attempt.request.expires_at + timedelta(seconds=ASK_AFTER_SECONDS)


def ask_key(attempt: Attempt) -> str:
    """The effect's key: of one question, so that the next one is no repeat of it."""
    again = f"-{attempt.doubt.asks + 1}" if attempt.doubt is not None else ""
    return f"{attempt.request.reference}/{ASK_PROVIDER}{again}"


def asked_reference(key: str) -> str:
    """The attempt's reference of such a key."""
    return key.rpartition("/")[0]
