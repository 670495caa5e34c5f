"""Paying online: an attempt gets the address of its pay page, a provider is asked what became of
one, and money is sent back.
"""

from motcua_chassis import PrivateRecords
from motcua_contracts import Effect
from motcua_contracts.messages.payment import (
    PaymentRequested,
    RecordPaymentStarted,
    RecordProviderAnswer,
    RecordProviderDoubt,
)
from motcua_contracts.messages.refunds import RecordRefund
from motcua_contracts.values.bounds import MONEY_MAX
from motcua_payment_providers.base import BackOrder, Order

from ..domain.calls import PAID
from ..domain.charge import REFUND, START_PAYMENT, Charge, asked_reference
from ..tools import Tools

BEYOND = "amount-too-large"
"""The code of a payment whose provider says it took more than any account can hold."""


async def start_payment(
    effect: Effect, charge: Charge, records: PrivateRecords, tools: Tools
) -> RecordPaymentStarted:
    """Ask the provider for the pay page of the attempt that the key names."""
    request = _request(charge, effect.key.removesuffix(f"/{START_PAYMENT}"))
    opened = await tools.providers[request.provider].create_payment(_order(charge, request))
    return RecordPaymentStarted(
        attempt=request.attempt,
        redirect_url=opened.redirect_url,
        expires_at=request.expires_at,
        payload=opened.payload,
    )


async def ask_provider(
    effect: Effect, charge: Charge, records: PrivateRecords, tools: Tools
) -> RecordProviderAnswer | RecordProviderDoubt:
    """Ask what became of the attempt that the key names.

    Without an answer it is asked again: the time to pay does not end before.
    """
    request = _request(charge, asked_reference(effect.key))
    answer = await tools.providers[request.provider].ask(_order(charge, request))
    paid = answer.code == PAID
    # nobody can book it, and nobody may call it failed: a person has to look
    if paid and answer.amount_vnd > MONEY_MAX:
        return RecordProviderDoubt(
            attempt=request.attempt, code=BEYOND, transaction=answer.transaction
        )
    if not paid and answer.standing != "failed":
        number, transaction = request.attempt, answer.transaction
        return RecordProviderDoubt(
            attempt=number,
            code=answer.code,
            transaction=transaction,
            unfinished=answer.standing == "unfinished",
        )
    return RecordProviderAnswer(
        attempt=request.attempt,
        code=answer.code,
        amount_vnd=answer.amount_vnd if paid else 0,
        transaction=answer.transaction if paid else "",
        paid_at=answer.paid_at if paid else None,
    )


async def refund(
    effect: Effect, charge: Charge, records: PrivateRecords, tools: Tools
) -> RecordRefund:
    """Have the provider send back what the key names.

    It knows the key: asked again, it sends nothing twice.
    """
    number = int(effect.key.rpartition(f"/{REFUND}-")[2])
    known = charge.refund(number)
    assert known is not None
    asked = known.request
    attempt, money = charge.attempt(asked.attempt), charge.money(asked.reference)
    assert attempt is not None
    assert money is not None
    order = BackOrder(
        key=effect.key,
        payment=_order(charge, attempt.request),
        transaction=asked.reference,
        paid_vnd=money.amount_vnd,
        amount_vnd=asked.amount_vnd,
    )
    answer = await tools.providers[asked.provider].refund(order)
    return RecordRefund(
        refund=number,
        accepted=answer.accepted,
        reference=answer.reference,
        provider_code=answer.code,
    )


def _request(charge: Charge, reference: str) -> PaymentRequested:
    return next(
        attempt.request for attempt in charge.attempts if attempt.request.reference == reference
    )


def _order(charge: Charge, request: PaymentRequested) -> Order:
    """The texts that VNPAY shows have no diacritics."""
    return Order(
        reference=request.reference,
        amount_vnd=request.amount_vnd,
        text=f"Le phi ho so {charge.owed.code}",
        return_url=request.return_url,
        created_at=request.requested_at,
        expires_at=request.expires_at,
        short_reference=request.short_reference,
    )
