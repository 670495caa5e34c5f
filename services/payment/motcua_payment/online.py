"""Paying online: a provider's call is read before it is decided, and an attempt gets the address of its pay page."""

from collections.abc import Sequence

from motcua_chassis.service import PaperShelf, Prepared
from motcua_contracts.decision import Effect
from motcua_contracts.payment import RecordPaymentStarted, RecordProviderResult

from .domain.case import Case
from .domain.charge import START_PAYMENT
from .domain.paying import ProviderResult
from .providers import Order
from .tools import Tools


async def prepare(batch: Sequence[Prepared], tools: Tools) -> dict[str, ProviderResult]:
    """What each provider's call says, its signature checked, by message id."""
    calls = ((prepared.message.id, prepared.message.data) for prepared in batch)
    return {
        message_id: tools.providers[call.provider].parse(call.raw_query)
        for message_id, call in calls
        if isinstance(call, RecordProviderResult)
    }  # fmt: skip


async def start_payment(effect: Effect, case: Case, papers: PaperShelf, tools: Tools) -> RecordPaymentStarted:
    """Ask the provider for the pay page of the attempt that the key names. The texts that VNPAY shows have no diacritics."""
    assert case.charge is not None
    requests = (attempt.request for attempt in case.charge.attempts)
    request = next(one for one in requests if effect.key == f"{one.reference}/{START_PAYMENT}")
    order = Order(
        reference=request.reference,
        amount_vnd=request.amount_vnd,
        text=f"Le phi ho so {case.charge.owed.code}",
        return_url=request.return_url,
        created_at=request.requested_at,
        expires_at=request.expires_at,
    )
    redirect_url = await tools.providers[request.provider].create_payment(order)
    return RecordPaymentStarted(attempt=request.attempt, redirect_url=redirect_url, expires_at=request.expires_at)
