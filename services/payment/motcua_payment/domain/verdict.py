"""What money is worth: it settles the fee, comes late, comes a second time, or was not demanded any
more.

A provider's money is judged by when it says that it was paid (never before the attempt, never after
its record was appended), all other by the append time of the record that brings it; never by when
or in which order records are read. Intake's demand, which sets the deadline, comes from another
topic than money; so money that is read first is held (PaymentHeld) until the demand is read, or
until a wake at its own moment says that everything older was read and there is none.
"""

from datetime import datetime
from typing import Literal

from motcua_contracts import Event
from motcua_contracts.messages.payment import (
    CashCollected,
    CashDeclined,
    MismatchFound,
    PaymentHeld,
    PaymentSettled,
)
from motcua_contracts.rules.refusals import FeeExpired, NothingOwed, Refusal

from .charge import Charge

Verdict = Literal["settles", "late", "duplicate", "not_demanded"]


def received(charge: Charge, money: PaymentHeld) -> tuple[Event, ...]:
    """Money that was not refused: judged at once where the demand is known,
    held where it is not.
    """
    match charge.stage:
        case "assessed":
            return (money,)
        case "awaited" | "closed":
            ended_at = charge.closed.ended_at if charge.closed is not None else None
            return judged((money,), charge.expires_at, ended_at)
        case "settled":
            return _verdict(money, "duplicate")
        case "expired":
            return _verdict(money, "late")
        case _:
            raise TypeError(f"no money can come for a charge that is {charge.stage}")


def judged(
    moneys: tuple[PaymentHeld, ...], expires_at: datetime | None, ended_at: datetime | None = None
) -> tuple[Event, ...]:
    """The first in time settles.

    `expires_at` None: there is no deadline yet. `ended_at`: when the dossier ended.
    """
    said: list[Event] = []
    settled = False
    for money in moneys:
        verdict = "duplicate" if settled else _worth(money.received_at, expires_at, ended_at)
        said += _verdict(money, verdict)
        settled = settled or verdict == "settles"
    return tuple(said)


def _worth(
    received_at: datetime, expires_at: datetime | None, ended_at: datetime | None
) -> Verdict:
    if expires_at is not None and received_at > expires_at:
        return "late"
    return "not_demanded" if ended_at is not None and received_at > ended_at else "settles"


def _verdict(money: PaymentHeld, verdict: Verdict) -> tuple[Event, ...]:
    """Cash that does not settle goes back over the counter at once; a provider's money stays booked
    and is a mismatch.
    """
    if verdict == "settles":
        settled = PaymentSettled(
            amount_vnd=money.amount_vnd,
            channel=money.channel,
            provider=money.provider,
            attempt=money.attempt,
            reference=money.reference,
            settled_at=money.received_at,
            given_by=money.given_by,
        )
        if money.channel == "online":
            return (settled,)
        return (
            CashCollected(till=money.till, reference=money.reference, amount_vnd=money.amount_vnd),
            settled,
        )
    if money.channel == "cash":
        reason: type[Refusal] = FeeExpired if verdict == "late" else NothingOwed
        return (
            CashDeclined(
                reference=money.reference, amount_vnd=money.amount_vnd, reason=reason.slug
            ),
        )
    mismatch = MismatchFound(
        reason=verdict,
        amount_vnd=money.amount_vnd,
        provider=money.provider,
        attempt=money.attempt,
        reference=money.reference,
        received_at=money.received_at,
    )
    return (mismatch,)
