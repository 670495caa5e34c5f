"""Money that came for a dossier, and what of it goes back: values and sums.

What follows from them is `refunding`'s.
"""

from datetime import datetime
from typing import Literal

from motcua_contracts import Model
from motcua_contracts.messages.payment import (
    ChargeClosed,
    MismatchFound,
    PaymentDoubted,
    PaymentRequested,
    PaymentSettled,
)
from motcua_contracts.messages.refunds import RefundReason, RefundRequested

BY_HAND = "by-hand"
"""The code of a payment whose doubt a person ended."""
Stage = Literal["unregistered", "free", "assessed", "awaited", "settled", "expired", "closed"]
"""`assessed`: owed, but intake's demand was not read yet. `awaited`: owed until `expires_at`.
`closed`: the dossier ended unpaid.
"""
_STRAY: dict[str, RefundReason] = {
    "late": "late",
    "duplicate": "duplicate",
    "amount_differs": "amount_differs",
    "not_demanded": "not_demanded",
}


class Attempt(Model):
    """One try to pay online.

    `paid`: money came for it, whatever became of that money. `forged` counts calls with a wrong
    signature.

    `asked`: its provider was asked what became of it. `doubted`: nobody can say whether it brought
    money; `doubt` is what was said last. `ended`: a person found out that it brought nothing.
    """

    request: PaymentRequested
    state: Literal["requested", "started", "failed", "paid", "doubted"] = "requested"
    forged: int = 0
    asked: bool = False
    doubt: PaymentDoubted | None = None
    ended: bool = False


class Money(Model):
    """One sum that is with us.

    `stray` is why it settles nothing and has to go back; None: it is the fee.

    `reversed`: the bank took it back, so it is known and not with us any more.
    """

    provider: str
    attempt: int
    reference: str
    amount_vnd: int
    channel: Literal["online", "cash"]
    received_at: datetime | None
    stray: RefundReason | None = None
    reversed: bool = False

    @classmethod
    def of_settlement(cls, event: PaymentSettled) -> "Money":
        return cls(
            provider=event.provider,
            attempt=event.attempt,
            reference=event.reference,
            amount_vnd=event.amount_vnd,
            channel=event.channel,
            received_at=event.settled_at,
        )

    @classmethod
    def of_mismatch(cls, event: MismatchFound) -> "Money":
        return cls(
            provider=event.provider,
            attempt=event.attempt,
            reference=event.reference,
            amount_vnd=event.amount_vnd,
            channel="online",
            received_at=event.received_at,
            stray=_STRAY[event.reason],
        )


class Refund(Model):
    """One sum on its way back. A failed one is with us again."""

    request: RefundRequested
    state: Literal["requested", "done", "failed"] = "requested"


class MoneyBack(Model):
    """What a charge holds, and what of it was sent back."""

    moneys: tuple[Money, ...] = ()
    refunds: tuple[Refund, ...] = ()
    closed: ChargeClosed | None = None

    @property
    def paid_fee(self) -> Money | None:
        """The money that settled the fee."""
        return next(
            (money for money in self.moneys if money.stray is None and not money.reversed), None
        )

    def money(self, reference: str) -> Money | None:
        """A sum by its transaction; the fee where none is named."""
        return (
            next((money for money in self.moneys if money.reference == reference), None)
            if reference
            else self.paid_fee
        )

    def refunds_of(self, money: Money) -> tuple[Refund, ...]:
        named = (money.provider, money.reference)
        return tuple(
            one for one in self.refunds if (one.request.provider, one.request.reference) == named
        )

    def refundable_vnd(self, money: Money) -> int:
        """What of this sum is still with us and not on its way back."""
        if money.reversed:
            return 0
        return money.amount_vnd - sum(
            one.request.amount_vnd for one in self.refunds_of(money) if one.state != "failed"
        )

    def refund(self, number: int) -> Refund | None:
        """Refunds count from 1."""
        return self.refunds[number - 1] if 1 <= number <= len(self.refunds) else None
