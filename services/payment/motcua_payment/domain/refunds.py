"""The rules of money on its way back: what the dossier's end and stray money demand, what an
officer may give back by hand, how it ends.

Nothing is refunded that is not with us: every sum is guarded by what of it was not sent back yet.
"""

from datetime import datetime
from typing import Literal

from motcua_contracts import Catalogue, Event, Message, Payload
from motcua_contracts.messages.intake import (
    DossierCompleted,
    DossierNotAccepted,
    DossierStopped,
    DossierWithdrawn,
)
from motcua_contracts.messages.payment import ChargeClosed, EndDoubt, PaymentFailed
from motcua_contracts.messages.refunds import (
    PaymentReversed,
    RecordPayOut,
    RecordRefund,
    RefundByHand,
    Refunded,
    RefundFailed,
    RefundReason,
    RefundRequested,
    ReversePayment,
)
from motcua_contracts.rules.refusals import (
    AlreadySettled,
    AmountDiffers,
    AttemptUnknown,
    DossierUnknown,
    ForeignAgency,
    MoneyInMotion,
    PaymentInDoubt,
    RefundTooLarge,
    RefundUnknown,
    RoleRequired,
)

from .charge import Charge, after
from .money import BY_HAND, Money, Refund
from .till import agency_of
from .verdict import judged

REVERSED = "reversed-by-bank"
"""The code of a refund that is not paid out, because the bank took the money back itself."""
ENDS: tuple[RefundReason, ...] = ("not_accepted", "refused", "withdrawn", "stopped", "not_demanded")
"""Reasons for which the fee itself goes back, once."""


def ended(charge: Charge, event: Payload, at: datetime) -> tuple[Event, ...]:
    """The dossier ended without what was asked for: nothing is owed any more.

    `at` is the event's own time.
    """
    match event:
        case DossierNotAccepted():
            return _closed(
                charge,
                ChargeClosed(reason="not_accepted", refundable=event.refundable, ended_at=at),
            )
        case DossierCompleted(outcome="refused"):
            return _closed(
                charge, ChargeClosed(reason="refused", refundable=event.refundable, ended_at=at)
            )
        case DossierWithdrawn():
            return _closed(
                charge, ChargeClosed(reason="withdrawn", refundable=event.refundable, ended_at=at)
            )
        case DossierStopped():
            return _closed(charge, ChargeClosed(reason="stopped", refundable=False, ended_at=at))
        case _:
            return ()


def _closed(charge: Charge, closed: ChargeClosed) -> tuple[Event, ...]:
    """Money that is held was paid without a demand: what came before the end settles, what came
    after goes back.
    """
    if charge.closed is not None or charge.stage in ("unregistered", "free", "expired"):
        return ()
    return (*judged(charge.held, None, closed.ended_at), closed)


def owed_back(charge: Charge) -> tuple[RefundRequested, ...]:
    """Refunds that nobody has to ask for: stray money, and the fee of a dossier that ended
    refundable, or had ended when it was paid.
    """
    demanded: list[RefundRequested] = []
    for money in charge.moneys:
        reason = _reason(charge, money)
        amount_vnd = charge.refundable_vnd(money)
        if reason is not None and amount_vnd > 0:
            demanded.append(
                _request(
                    charge,
                    money,
                    amount_vnd,
                    reason,
                    number=len(charge.refunds) + len(demanded) + 1,
                )
            )
    return tuple(demanded)


def _reason(charge: Charge, money: Money) -> RefundReason | None:
    """Why a sum has to go back by itself; None: it stays, or it was asked for already (a failed one
    is a person's to look at).
    """
    if money.reversed:
        return None
    before = charge.refunds_of(money)
    if money.stray is not None:
        return money.stray if not before else None
    closed = charge.closed
    if closed is None or any(one.request.reason in ENDS for one in before):
        return None
    if money.received_at is not None and money.received_at > closed.ended_at:
        return "not_demanded"
    return closed.reason if closed.refundable else None


def _request(
    charge: Charge,
    money: Money,
    amount_vnd: int,
    reason: RefundReason,
    *,
    number: int,
    over_the_counter: bool = False,
) -> RefundRequested:
    attempt = charge.attempt(money.attempt)
    by_provider = (
        attempt is not None and attempt.request.refunds_by == "provider" and not over_the_counter
    )
    return RefundRequested(
        refund=number,
        amount_vnd=amount_vnd,
        channel="online" if money.channel == "online" and by_provider else "cash",
        provider=money.provider,
        attempt=money.attempt,
        reason=reason,
        reference=money.reference,
        fee=money.stray is None,
    )


def by_hand(
    charge: Charge, command: RefundByHand, message: Message[Payload], catalogue: Catalogue
) -> RefundRequested:
    """Raises `DossierUnknown`, `RoleRequired`, `ForeignAgency`, `RefundTooLarge`, or
    `CatalogueEntryMissing` for an officer who has no seat.
    """
    _require_seat(charge, command.agency, message, catalogue)
    money = charge.money(command.reference)
    refundable_vnd = charge.refundable_vnd(money) if money is not None else 0
    if money is None or command.amount_vnd > refundable_vnd:
        raise RefundTooLarge(refundable_vnd=refundable_vnd)
    number = len(charge.refunds) + 1
    return _request(
        charge,
        money,
        command.amount_vnd,
        "by_hand",
        number=number,
        over_the_counter=command.over_the_counter,
    )


def doubt_ended(
    charge: Charge, command: EndDoubt, message: Message[Payload], catalogue: Catalogue
) -> PaymentFailed:
    """Money that comes for it all the same is judged as any other.

    Raises as `by_hand` does; `AttemptUnknown` where none is in doubt, `PaymentInDoubt` while its
    provider is being asked.
    """
    _require_seat(charge, command.agency, message, catalogue)
    attempt = charge.attempt(command.attempt)
    if attempt is None or attempt.state != "doubted":
        raise AttemptUnknown()
    if attempt.asked:
        # the provider is being asked: its answer would find the attempt ended, and its money would
        # be lost
        raise PaymentInDoubt()
    return PaymentFailed(
        attempt=command.attempt, provider=attempt.request.provider, provider_code=BY_HAND
    )


def taken_back(
    charge: Charge,
    command: ReversePayment,
    message: Message[Payload],
    catalogue: Catalogue,
    at: datetime,
) -> tuple[Event, ...]:
    """The bank took back what it had brought.

    What was still to be handed out of it is not handed out.

    Raises as `by_hand` does; `AttemptUnknown` where it brought no such money, `AlreadySettled`
    where that was recorded before, `MoneyInMotion` while its provider is sending it back, or its
    receipt is being made.
    """
    officer = _require_seat(charge, command.agency, message, catalogue)
    money = charge.money(command.reference) if command.reference else None
    if money is None or money.channel == "cash":
        raise AttemptUnknown()
    if money.reversed:
        raise AlreadySettled()
    back = charge.refunds_of(money)
    waiting = [one.request for one in back if one.state == "requested"]
    fee = money.stray is None
    if any(one.channel == "online" for one in waiting) or (fee and not charge.receipt):
        raise MoneyInMotion()
    kept = tuple(
        RefundFailed(refund=one.refund, amount_vnd=one.amount_vnd, provider_code=REVERSED)
        for one in waiting
    )
    said = PaymentReversed(
        provider=money.provider,
        attempt=money.attempt,
        reference=money.reference,
        amount_vnd=money.amount_vnd,
        bank_reference=command.bank_reference,
        fee=fee,
        owed=fee and charge.closed is None,
        refunded_vnd=sum(one.request.amount_vnd for one in back if one.state == "done"),
        reversed_at=at,
        officer=officer,
    )
    return (*kept, said)


def _require_seat(
    charge: Charge, agency: str, message: Message[Payload], catalogue: Catalogue
) -> str:
    """The id of a cashier or leader of the agency that received the dossier, or whose fee it is.

    Raises as `by_hand` says.
    """
    if charge.stage == "unregistered":
        raise DossierUnknown()
    kind, _, officer = message.actor.partition(":")
    if kind != "officer":
        raise RoleRequired(role="cashier")
    seat = catalogue.seat(officer)
    if not {"cashier", "leader"} & set(seat.roles):
        raise RoleRequired(role="cashier")
    fee = charge.fee
    if seat.agency != agency or (
        fee is not None and seat.agency not in (fee.receiving_agency, fee.authority)
    ):
        raise ForeignAgency()
    return officer


def answered(charge: Charge, command: RecordRefund) -> Refunded | RefundFailed:
    """What the provider said of a refund. Raises `RefundUnknown`."""
    request = _require_open_refund(charge, command.refund, "online").request
    if not command.accepted:
        return RefundFailed(
            refund=request.refund,
            amount_vnd=request.amount_vnd,
            provider_code=command.provider_code,
        )
    return Refunded(
        refund=request.refund,
        amount_vnd=request.amount_vnd,
        channel="online",
        reference=command.reference,
        provider=request.provider,
    )


def paid_out(charge: Charge, command: RecordPayOut) -> Refunded:
    """A till wants to hand a refund out.

    Raises `RefundUnknown`, `ForeignAgency`, `AmountDiffers`: the money stays in the drawer.
    """
    request = _require_open_refund(charge, command.refund, "cash").request
    if agency_of(command.till) not in (charge.owed.receiving_agency, charge.owed.authority):
        raise ForeignAgency()
    if command.amount_vnd != request.amount_vnd:
        raise AmountDiffers(amount_vnd=request.amount_vnd)
    return Refunded(
        refund=request.refund,
        amount_vnd=request.amount_vnd,
        channel="cash",
        reference=command.reference,
        provider=request.provider,
        till=command.till,
    )


def _require_open_refund(charge: Charge, number: int, channel: Literal["online", "cash"]) -> Refund:
    refund = charge.refund(number)
    if refund is None or refund.state != "requested" or refund.request.channel != channel:
        raise RefundUnknown()
    return refund


def with_refunds(charge: Charge, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events, and the refunds that follow from them."""
    return (*events, *owed_back(after(charge, events))) if events else ()
