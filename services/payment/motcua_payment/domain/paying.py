"""The rules of paying: demand, attempts, the provider's word, cash, the deadline, the receipt.

What money is worth once it is here (in time, late, twice) is `verdict`'s.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from motcua_contracts.decision import Wake
from motcua_contracts.envelope import Message
from motcua_contracts.intake import DossierRegistered, PaymentDemanded
from motcua_contracts.payload import Event, Payload
from motcua_contracts.payment import (
    MismatchFound,
    PaymentAwaited,
    PaymentExpired,
    PaymentFailed,
    PaymentHeld,
    PaymentRequested,
    PaymentStarted,
    ReceiptIssued,
    RecordCash,
    RecordPaymentStarted,
    RecordProviderResult,
    RecordReceipt,
    StartPayment,
    read_reference,
    reference_of,
)
from motcua_contracts.refusals import (
    AlreadySettled,
    AmountDiffers,
    AttemptUnknown,
    BadSignature,
    DossierUnknown,
    FeeExpired,
    ForeignAgency,
    LevelTooLow,
    NothingOwed,
    PaymentNotDemanded,
)

from . import fee
from .charge import Attempt, Charge
from .till import agency_of
from .verdict import judged, received

ONLINE_PAYMENT_LEVEL = 4
ATTEMPT_SECONDS = 900
"""How long a pay page takes money, if the time to pay does not end before."""
FORGED_CALLS_SAID = 3
"""Calls with a wrong signature that become a fact, for each attempt; more are refused only."""
PAID = "00"


@dataclass(frozen=True, slots=True)
class ProviderResult:
    """A provider's call as its adapter read it. Nothing of an invalid one may be believed but that it came.

    `reference` is ours; `code` is `00` for paid, else the provider's reason; `transaction` is the provider's number.
    """

    valid: bool
    reference: str = ""
    amount_vnd: int = 0
    code: str = ""
    transaction: str = ""


def decide(charge: Charge, message: Message[Payload], at: datetime, given: Any) -> tuple[Event, ...]:
    """Commands move the charge or are refused by name; facts and wakes move it or change nothing."""
    match message.data:
        case DossierRegistered() as fact:
            return fee.assess(fact) if charge.stage == "unregistered" else ()
        case PaymentDemanded() as fact:
            return _demanded(charge, message.time + timedelta(seconds=fact.pay_within_seconds))
        case StartPayment() as command:
            return (_requested(charge, command, message, at),)
        case RecordPaymentStarted() as command:
            return (_started(charge, command),)
        case RecordProviderResult() as command:
            if not isinstance(given, ProviderResult):
                raise TypeError("a provider's call needs its ProviderResult")
            return _provider_said(charge, command.provider, given, at)
        case RecordCash() as command:
            return _cash(charge, command, at)
        case RecordReceipt() as command:
            return (_receipt(charge, command),)
        case Wake():
            return _woken(charge, at)
        case Event():
            return ()
        case _:
            raise TypeError(f"a charge has no rule for {type(message.data).__name__}")


def _demanded(charge: Charge, expires_at: datetime) -> tuple[Event, ...]:
    """The time to pay is known now, and with it what held money is worth. Nothing follows where nothing is owed any more."""
    if charge.stage != "assessed":
        return ()
    return (PaymentAwaited(amount_vnd=charge.owed.amount_vnd, expires_at=expires_at), *judged(charge.held, expires_at))


def _woken(charge: Charge, at: datetime) -> tuple[Event, ...]:
    if charge.stage == "assessed":
        return judged(charge.held, None)  # nobody had demanded the fee by then, so nothing was late
    if charge.stage == "awaited" and charge.expires_at is not None and at >= charge.expires_at:
        return (PaymentExpired(amount_vnd=charge.owed.amount_vnd, expired_at=charge.expires_at),)
    return ()


def _requested(charge: Charge, command: StartPayment, message: Message[Payload], at: datetime) -> PaymentRequested:
    """A new attempt. A fee before acceptance may be paid as soon as it is assessed: its demand is on its way.

    Raises `DossierUnknown` (to strangers too), `NothingOwed`, `LevelTooLow`, `AlreadySettled`, `FeeExpired`, `PaymentNotDemanded`.
    """
    _owing(charge)
    owed = charge.owed
    if message.actor != owed.owner_actor:
        raise DossierUnknown()
    if owed.level < ONLINE_PAYMENT_LEVEL:
        raise LevelTooLow(level=owed.level, needed=ONLINE_PAYMENT_LEVEL)
    if charge.stage == "settled" or charge.held:
        raise AlreadySettled()
    _not_expired(charge, at)
    if charge.stage == "assessed" and owed.moment == "before_result":
        raise PaymentNotDemanded()
    number = len(charge.attempts) + 1
    pay_until = charge.expires_at or at + timedelta(seconds=owed.pay_within_seconds)
    return PaymentRequested(
        attempt=number,
        provider=command.provider,
        reference=reference_of(message.subject, number),
        amount_vnd=owed.amount_vnd,
        return_url=command.return_url,
        requested_at=at,
        expires_at=min(pay_until, at + timedelta(seconds=ATTEMPT_SECONDS)),
    )


def _started(charge: Charge, command: RecordPaymentStarted) -> PaymentStarted:
    """Raises `AttemptUnknown`; `AlreadySettled` or `FeeExpired` where the address comes too late to be of use."""
    attempt = charge.attempt(command.attempt)
    if attempt is None:
        raise AttemptUnknown()
    if charge.stage == "expired":
        raise FeeExpired()
    if charge.stage == "settled" or attempt.state != "requested":
        raise AlreadySettled()
    request = attempt.request
    return PaymentStarted(
        attempt=request.attempt,
        provider=request.provider,
        reference=request.reference,
        redirect_url=command.redirect_url,
        expires_at=command.expires_at,
    )


def _provider_said(charge: Charge, provider: str, result: ProviderResult, at: datetime) -> tuple[Event, ...]:
    """In the order in which VNPAY wants it answered: signature, reference, amount, seen before, outcome.

    Raises `AttemptUnknown`, `BadSignature`, `AlreadySettled` (this attempt has its outcome; money for another one is a duplicate).
    """
    attempt = _attempt_named(charge, provider, result.reference)
    if not result.valid:
        return (_forged(attempt),)
    if attempt is None:
        raise AttemptUnknown()
    request = attempt.request
    if result.amount_vnd != request.amount_vnd:
        return (_mismatch(request, "amount_differs", result.amount_vnd, result.transaction),)
    if attempt.state == "paid" or (attempt.state == "failed" and result.code != PAID):
        raise AlreadySettled()
    if result.code != PAID:
        return (PaymentFailed(attempt=request.attempt, provider=provider, provider_code=result.code),)
    money = PaymentHeld(
        channel="online",
        provider=provider,
        attempt=request.attempt,
        reference=result.transaction,
        amount_vnd=result.amount_vnd,
        received_at=at,
    )
    return received(charge, money)


def _attempt_named(charge: Charge, provider: str, reference: str) -> Attempt | None:
    named = read_reference(reference)
    attempt = charge.attempt(named[1]) if named else None
    return attempt if attempt and attempt.request.reference == reference and attempt.request.provider == provider else None


def _forged(attempt: Attempt | None) -> MismatchFound:
    if attempt is None or attempt.forged >= FORGED_CALLS_SAID:
        raise BadSignature()
    return _mismatch(attempt.request, "bad_signature", attempt.request.amount_vnd, attempt.request.reference)


def _mismatch(
    request: PaymentRequested, reason: Literal["bad_signature", "amount_differs"], amount_vnd: int, reference: str
) -> MismatchFound:
    return MismatchFound(
        reason=reason, amount_vnd=amount_vnd, provider=request.provider, attempt=request.attempt, reference=reference
    )  # fmt: skip


def _cash(charge: Charge, command: RecordCash, at: datetime) -> tuple[Event, ...]:
    """Cash is taken as soon as the fee is assessed, at the counter that received the dossier or at the authority whose fee it is.

    Raises `DossierUnknown`, `NothingOwed`, `ForeignAgency`, `FeeExpired`, `AmountDiffers`: the till gives the money back.
    """
    _owing(charge)
    if charge.stage == "settled":
        raise NothingOwed()
    if agency_of(command.till) not in (charge.owed.receiving_agency, charge.owed.authority):
        raise ForeignAgency()
    _not_expired(charge, at)
    if command.amount_vnd != charge.owed.amount_vnd:
        raise AmountDiffers(amount_vnd=charge.owed.amount_vnd)
    money = PaymentHeld(
        channel="cash",
        provider="till",
        attempt=0,
        reference=command.reference,
        amount_vnd=command.amount_vnd,
        received_at=at,
        till=command.till,
    )
    return received(charge, money)


def _owing(charge: Charge) -> None:
    """Raises `DossierUnknown` before the dossier was heard of, `NothingOwed` where it is free."""
    match charge.stage:
        case "unregistered":
            raise DossierUnknown()
        case "free":
            raise NothingOwed()
        case "assessed" | "awaited" | "settled" | "expired":
            return


def _not_expired(charge: Charge, at: datetime) -> None:
    """Raises `FeeExpired`: by its time, whether or not the wake has said so."""
    if charge.stage == "expired" or (charge.expires_at is not None and at > charge.expires_at):
        raise FeeExpired()


def _receipt(charge: Charge, command: RecordReceipt) -> ReceiptIssued:
    """Raises `AttemptUnknown` where no money came, `AlreadySettled` where the receipt is there."""
    if charge.settlement is None:
        raise AttemptUnknown()
    if charge.receipt:
        raise AlreadySettled()
    return ReceiptIssued(number=command.number, document=command.document, amount_vnd=charge.settlement.amount_vnd)
