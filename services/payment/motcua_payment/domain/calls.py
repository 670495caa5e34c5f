"""The rules of what a provider says of an attempt: by its own call, or asked after the attempt's
end.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from motcua_contracts import Event
from motcua_contracts.messages.payment import (
    MismatchFound,
    PaymentDoubted,
    PaymentFailed,
    PaymentHeld,
    PaymentRequested,
    ProviderAsked,
    RecordProviderAnswer,
    RecordProviderDoubt,
    Standing,
)
from motcua_contracts.rules.refusals import (
    AlreadySettled,
    AmountTooLarge,
    AttemptUnknown,
    BadSignature,
)
from motcua_contracts.values.bounds import MONEY_MAX, clipped

from .charge import UNDECIDED, Charge, ask_at
from .money import Attempt
from .verdict import received

PAID = "00"
ASK_AGAIN = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(days=1))
"""How long after a doubt, and after each answer that leaves it, the provider is asked; the last one
for as long as it lasts.
"""


@dataclass(frozen=True, slots=True)
class ProviderResult:
    """What a provider says of an attempt, as its adapter read it.

    Nothing of an invalid one may be believed but that it came.

    `reference` is ours, long or short; `code` is `00` for paid, else the provider's reason;
    `transaction` is the provider's number. `final`: the amount is what was really taken. `paid_at`
    is by the provider's clock, where it says it. `standing`: what a code that is not paid is worth.
    `references` are further ones that it may be, of a bank transfer; `agency` has the account,
    `code_named` is the dossier's code in the payer's words. `booked_elsewhere`: another subject was
    told of this transaction first.
    """

    valid: bool
    reference: str = ""
    amount_vnd: int = 0
    code: str = ""
    transaction: str = ""
    final: bool = False
    paid_at: datetime | None = None
    standing: Standing = "failed"
    references: tuple[str, ...] = ()
    agency: str = ""
    code_named: str = ""
    booked_elsewhere: bool = False

    def __post_init__(self) -> None:
        """What a provider says is held to what an event can hold, but for an amount: none is made
        another one.
        """
        object.__setattr__(self, "code", clipped(self.code))
        object.__setattr__(self, "transaction", clipped(self.transaction, 120))

    def held_to_money(self, provider: str) -> None:
        """Raises `AmountTooLarge`: no event can hold what it says."""
        if not 0 <= self.amount_vnd <= MONEY_MAX:
            amount = clipped(str(self.amount_vnd), 200)
            raise AmountTooLarge(
                amount=amount, most_vnd=MONEY_MAX, provider=provider, reference=self.transaction
            )


def said(charge: Charge, provider: str, result: ProviderResult, at: datetime) -> tuple[Event, ...]:
    """In the order in which VNPAY wants it answered: signature, reference, amount, seen before,
    outcome.

    Raises `AttemptUnknown`, `BadSignature`, `AmountTooLarge`, `AlreadySettled` (this attempt has
    its outcome, or this money was booked).
    """
    if not result.valid:
        raise BadSignature()
    attempt = attempt_named(charge, provider, result)
    if attempt is None:
        raise AttemptUnknown()
    result.held_to_money(provider)
    if result.booked_elsewhere:
        raise AlreadySettled()
    return _outcome(charge, attempt, result, at)


def answered(charge: Charge, command: RecordProviderAnswer, at: datetime) -> tuple[Event, ...]:
    """Raises `AttemptUnknown`, `AlreadySettled` where the provider called meanwhile."""
    attempt = _require_attempt(charge, command.attempt)
    result = ProviderResult(
        valid=True,
        reference=attempt.request.reference,
        amount_vnd=command.amount_vnd if command.code == PAID else attempt.request.amount_vnd,
        code=command.code,
        transaction=command.transaction,
        final=True,
        paid_at=command.paid_at,
    )
    return _outcome(charge, attempt, result, at)


def doubted(charge: Charge, command: RecordProviderDoubt, at: datetime) -> tuple[Event, ...]:
    """Raises as `answered` does.

    What is not finished leaves a doubt and makes none: then nothing came by the attempt's end.
    """
    attempt = _require_attempt(charge, command.attempt)
    result = ProviderResult(
        valid=True,
        reference=attempt.request.reference,
        amount_vnd=attempt.request.amount_vnd,
        code=command.code,
        transaction=command.transaction,
        final=True,
        standing="unfinished" if command.unfinished else "doubted",
    )
    return _outcome(charge, attempt, result, at)


def _require_attempt(charge: Charge, number: int) -> Attempt:
    attempt = charge.attempt(number)
    if attempt is None or not (attempt.asked or attempt.doubt):
        raise AttemptUnknown()
    if attempt.state not in UNDECIDED or not attempt.asked:
        raise AlreadySettled()
    return attempt


def asked(charge: Charge, at: datetime) -> tuple[Event, ...]:
    """The attempts whose providers are to be asked now: their own time is over, or the whole time
    to pay is; doubted ones at their own.
    """
    over = charge.stage == "awaited" and charge.expires_at is not None and at >= charge.expires_at
    now = (one for one in charge.to_ask if (over and one.state == "started") or ask_at(one) <= at)
    return tuple(ProviderAsked(attempt=one.request.attempt, asked_at=at) for one in now)


def _outcome(
    charge: Charge, attempt: Attempt, result: ProviderResult, at: datetime
) -> tuple[Event, ...]:
    request = attempt.request
    paid_at = (
        min(max(result.paid_at, request.requested_at), at) if result.paid_at is not None else at
    )
    booked = (
        charge.knows(request.provider, result.transaction)
        if result.transaction
        else attempt.state == "paid"
    )
    if result.amount_vnd != request.amount_vnd:
        if result.final and result.code == PAID and booked:
            raise AlreadySettled()
        confirmed = result.final and result.code == PAID
        return (
            _mismatch(
                request, "amount_differs", result.amount_vnd, result.transaction, paid_at, confirmed
            ),
        )
    if result.code != PAID and (
        result.standing == "doubted"
        or (result.standing == "unfinished" and attempt.state == "doubted")
    ):
        return (_doubted(attempt, result, at),)
    if result.code != PAID:
        if attempt.state in ("paid", "failed"):
            raise AlreadySettled()
        return (
            PaymentFailed(
                attempt=request.attempt, provider=request.provider, provider_code=result.code
            ),
        )
    if booked:
        raise AlreadySettled()
    money = PaymentHeld(
        channel="online",
        provider=request.provider,
        attempt=request.attempt,
        reference=result.transaction,
        amount_vnd=result.amount_vnd,
        received_at=paid_at,
    )
    return received(charge, money)


def _doubted(attempt: Attempt, result: ProviderResult, at: datetime) -> PaymentDoubted:
    """Said once by the provider's call, and again by each answer that leaves the doubt.

    Raises `AlreadySettled`, also where a person ended the doubt: only money opens the attempt
    again.
    """
    if (
        attempt.state == "paid"
        or attempt.ended
        or (attempt.state == "doubted" and not result.final)
    ):
        raise AlreadySettled()
    request, before = attempt.request, attempt.doubt
    # never the same twice: it names the next question
    asks = before.asks + 1 if before is not None else 0
    return PaymentDoubted(
        attempt=request.attempt,
        provider=request.provider,
        provider_code=result.code,
        reference=result.transaction or (before.reference if before is not None else ""),
        amount_vnd=request.amount_vnd,
        doubted_at=before.doubted_at if before is not None and attempt.state == "doubted" else at,
        ask_at=at + ASK_AGAIN[min(asks, len(ASK_AGAIN) - 1)],
        asks=asks,
    )


def attempt_named(charge: Charge, provider: str, result: ProviderResult) -> Attempt | None:
    """By our long reference or by the short one."""
    named = {one for one in (result.reference, *result.references) if one}
    mine = (one for one in charge.attempts if one.request.provider == provider)
    return next(
        (one for one in mine if named & {one.request.reference, one.request.short_reference}), None
    )


def _mismatch(
    request: PaymentRequested,
    reason: Literal["amount_differs"],
    amount_vnd: int,
    reference: str,
    received_at: datetime | None = None,
    confirmed: bool = False,
) -> MismatchFound:
    return MismatchFound(
        reason=reason,
        amount_vnd=amount_vnd,
        provider=request.provider,
        attempt=request.attempt,
        reference=reference,
        received_at=received_at,
        confirmed=confirmed,
    )
