"""The rules of paying: demand, attempts, cash, the deadline, the receipt.

What a provider says of an attempt is in `calls`, what money is worth once it is here (in time,
late, twice) in `verdict`, what goes back in `refunding`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from motcua_contracts import Catalogue, Decision, Event, Message, Payload
from motcua_contracts.messages.intake import ApplicantCorrected, DossierRegistered, PaymentDemanded
from motcua_contracts.messages.payment import (
    EndDoubt,
    FollowCalendar,
    PayerCorrectionSeen,
    PaymentAwaited,
    PaymentExpired,
    PaymentHeld,
    PaymentRequested,
    PaymentStarted,
    ReceiptIssued,
    RecordCash,
    RecordPaymentStarted,
    RecordProviderAnswer,
    RecordProviderDoubt,
    RecordProviderResult,
    RecordReceipt,
    RecordTransfer,
    StartPayment,
    reference_of,
    short_reference_of,
)
from motcua_contracts.messages.refunds import (
    RecordPayOut,
    RecordRefund,
    RefundByHand,
    ReversePayment,
)
from motcua_contracts.rules.decision import Wake
from motcua_contracts.rules.refusals import (
    AlreadySettled,
    AmountDiffers,
    AttemptUnknown,
    DossierUnknown,
    FeeExpired,
    ForeignAgency,
    LevelTooLow,
    NothingOwed,
    PaymentInDoubt,
    PaymentNotDemanded,
    ProviderUnknown,
)

from . import calls, fee, refunds, term, transfer
from .calls import PAID as PAID
from .calls import ProviderResult as ProviderResult
from .charge import Charge, after
from .till import agency_of
from .verdict import judged, received

ONLINE_PAYMENT_LEVEL = 4


@dataclass(frozen=True, slots=True)
class Offer:
    """What a provider can do, as its adapter says.

    `pay_seconds`: how long one attempt takes money; None: as long as the time to pay.

    `known` False: there is no such provider, `allowed` says which there are.
    """

    known: bool = True
    allowed: str = ""
    pay_seconds: int | None = 900
    asked: bool = True
    refunds_by: Literal["provider", "counter"] = "provider"


def decide(
    charge: Charge, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
) -> Decision:
    """Commands move the charge or are refused by name; events and wakes move it or change nothing.

    `given` is a `ProviderResult` for RecordProviderResult, an `Offer` for StartPayment. Refunds
    follow by themselves.

    First of all the time to pay follows the calendar (`term.follow`): what is said after it goes by
    the date that counts.
    """
    moved = term.follow(charge, at, catalogue)
    charge = after(charge, moved)
    said = refunds.with_refunds(charge, _decided(charge, message, at, catalogue, given))
    return Decision((*moved, *said))


def _decided(
    charge: Charge, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
) -> tuple[Event, ...]:
    match message.data:
        case DossierRegistered() as event:
            return fee.assess(event) if charge.stage == "unregistered" else ()
        case ApplicantCorrected() as event:
            return (PayerCorrectionSeen(revision=event.revision),) if charge.fee is not None else ()
        case PaymentDemanded() as event:
            return _demanded(
                charge, event.pay_by or message.time + timedelta(seconds=event.pay_within_seconds)
            )
        case StartPayment() as command:
            if not isinstance(given, Offer):
                raise TypeError("an attempt needs its provider's Offer")
            return (_requested(charge, command, message, at, given),)
        case RecordPaymentStarted() as command:
            return (_started(charge, command),)
        case RecordProviderResult() as command:
            if not isinstance(given, ProviderResult):
                raise TypeError("a provider's call needs its ProviderResult")
            return calls.said(charge, command.provider, given, at)
        case RecordProviderAnswer() as command:
            return calls.answered(charge, command, at)
        case RecordProviderDoubt() as command:
            return calls.doubted(charge, command, at)
        case EndDoubt() as command:
            return (refunds.doubt_ended(charge, command, message, catalogue),)
        case RecordCash() as command:
            return _cash(charge, command, at)
        case RecordTransfer() as command:
            return transfer.taken(charge, command, at)
        case RecordReceipt() as command:
            return (_receipt(charge, command),)
        case RefundByHand() as command:
            return (refunds.by_hand(charge, command, message, catalogue),)
        case ReversePayment() as command:
            return refunds.taken_back(charge, command, message, catalogue, at)
        case RecordRefund() as command:
            return (refunds.answered(charge, command),)
        case RecordPayOut() as command:
            return (refunds.paid_out(charge, command),)
        case FollowCalendar():
            return ()  # `decide` has followed it
        case Wake():
            return _woken(charge, at)
        case Event() as event:
            return refunds.ended(charge, event, message.time)
        case _:
            raise TypeError(f"a charge has no rule for {type(message.data).__name__}")


def _demanded(charge: Charge, expires_at: datetime) -> tuple[Event, ...]:
    """The time to pay is known now, and with it what held money is worth.

    Nothing follows where nothing is owed any more.
    """
    if charge.stage != "assessed":
        return ()
    return (
        PaymentAwaited(amount_vnd=charge.owed.amount_vnd, expires_at=expires_at),
        *judged(charge.held, expires_at),
    )


def _woken(charge: Charge, at: datetime) -> tuple[Event, ...]:
    """Providers are asked before the end is declared: money that they took in time is in time,
    though nobody called.

    While a payment is in doubt the end waits: nobody is called unpaid whose money may be gone.
    """
    if charge.stage == "assessed" and charge.held:
        return judged(charge.held, None)  # nobody had demanded the fee by then, so nothing was late
    if asked := calls.asked(charge, at):
        return asked
    over = charge.stage == "awaited" and charge.expires_at is not None and at >= charge.expires_at
    if over and charge.expires_at is not None and not charge.asking and not charge.doubted:
        return (PaymentExpired(amount_vnd=charge.owed.amount_vnd, expired_at=charge.expires_at),)
    return ()


def _requested(
    charge: Charge, command: StartPayment, message: Message[Payload], at: datetime, offer: Offer
) -> PaymentRequested:
    """A new attempt.

    A fee before acceptance may be paid as soon as it is assessed: its demand is on its way.

    Raises `DossierUnknown` (to strangers too), `NothingOwed`, `LevelTooLow`, `AlreadySettled`,
    `FeeExpired`, `PaymentNotDemanded`, `PaymentInDoubt`, `ProviderUnknown`.
    """
    _require_owing(charge)
    owed = charge.owed
    if message.actor != owed.owner_actor:
        raise DossierUnknown()
    if owed.level < ONLINE_PAYMENT_LEVEL:
        raise LevelTooLow(level=owed.level, needed=ONLINE_PAYMENT_LEVEL)
    if charge.stage == "settled" or charge.held:
        raise AlreadySettled()
    if charge.stage == "closed":
        raise NothingOwed()
    _require_not_expired(charge, at)
    if charge.stage == "assessed" and owed.moment == "before_result":
        raise PaymentNotDemanded()
    if charge.doubted:
        raise PaymentInDoubt()
    if not offer.known:
        raise ProviderUnknown(allowed=offer.allowed)
    number = len(charge.attempts) + 1
    pay_until = charge.expires_at or at + timedelta(seconds=owed.pay_within_seconds)
    attempt_until = (
        at + timedelta(seconds=offer.pay_seconds) if offer.pay_seconds is not None else pay_until
    )
    reference = reference_of(message.subject, number)
    return PaymentRequested(
        attempt=number,
        provider=command.provider,
        reference=reference,
        amount_vnd=owed.amount_vnd,
        return_url=command.return_url,
        requested_at=at,
        expires_at=min(pay_until, attempt_until),
        short_reference=short_reference_of(reference),
        asked=offer.asked,
        refunds_by=offer.refunds_by,
    )


def _started(charge: Charge, command: RecordPaymentStarted) -> PaymentStarted:
    """Raises `AttemptUnknown`; `AlreadySettled`, `FeeExpired` or `NothingOwed` where the address
    comes too late to be of use.
    """
    attempt = charge.attempt(command.attempt)
    if attempt is None:
        raise AttemptUnknown()
    if charge.stage == "expired":
        raise FeeExpired()
    if charge.stage == "closed":
        raise NothingOwed()
    if charge.stage == "settled" or attempt.state != "requested":
        raise AlreadySettled()
    request = attempt.request
    return PaymentStarted(
        attempt=request.attempt,
        provider=request.provider,
        reference=request.reference,
        redirect_url=command.redirect_url,
        expires_at=command.expires_at,
        payload=command.payload,
        amount_vnd=request.amount_vnd,
    )


def _cash(charge: Charge, command: RecordCash, at: datetime) -> tuple[Event, ...]:
    """Cash is taken as soon as the fee is assessed, at the counter that received the dossier or at
    the authority whose fee it is.

    Raises `DossierUnknown`, `NothingOwed`, `ForeignAgency`, `FeeExpired`, `AmountDiffers`: the till
    gives the money back.
    """
    _require_owing(charge)
    if charge.stage == "settled" or (charge.closed is not None and at > charge.closed.ended_at):
        raise NothingOwed()
    if agency_of(command.till) not in (charge.owed.receiving_agency, charge.owed.authority):
        raise ForeignAgency()
    _require_not_expired(charge, at)
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


def _require_owing(charge: Charge) -> None:
    """Raises `DossierUnknown` before the dossier was heard of, `NothingOwed` where it is free."""
    match charge.stage:
        case "unregistered":
            raise DossierUnknown()
        case "free":
            raise NothingOwed()
        case "assessed" | "awaited" | "settled" | "expired" | "closed":
            return


def _require_not_expired(charge: Charge, at: datetime) -> None:
    """Raises `FeeExpired`: by its time, whether or not the wake has said so."""
    if charge.stage == "expired" or (charge.expires_at is not None and at > charge.expires_at):
        raise FeeExpired()


def _receipt(charge: Charge, command: RecordReceipt) -> ReceiptIssued:
    """Raises `AttemptUnknown` where no money came, `AlreadySettled` where the receipt is there."""
    if charge.settlement is None:
        raise AttemptUnknown()
    if charge.receipt:
        raise AlreadySettled()
    return ReceiptIssued(
        number=command.number, document=command.document, amount_vnd=charge.settlement.amount_vnd
    )
