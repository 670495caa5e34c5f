"""Non-deterministic inputs gathered before a decision: what a provider's call says, its signature
checked, and what the provider of a new attempt can do.
"""

from collections.abc import Sequence
from dataclasses import replace

from motcua_chassis import Prepared
from motcua_contracts.messages.payment import (
    RecordProviderResult,
    StartPayment,
)

from .bank_claims import may_claim
from .domain.attempts import Offer
from .domain.calls import ProviderResult
from .tools import Tools


async def prepare(batch: Sequence[Prepared], tools: Tools) -> dict[str, ProviderResult | Offer]:
    """What each provider's call says, its signature checked, and what the provider of a new attempt
    can do; by message id.
    """
    given: dict[str, ProviderResult | Offer] = {}
    for prepared in batch:
        match prepared.message.data:
            case RecordProviderResult() as call:
                provider = tools.providers.get(call.provider)
                result = provider.parse(call.raw_query) if provider else ProviderResult(valid=False)
                given[prepared.message.id] = await _claimed(call.provider, result, prepared, tools)
            case StartPayment() as command:
                provider = tools.providers.get(command.provider)
                unknown = Offer(known=False, allowed=", ".join(sorted(tools.providers)))
                given[prepared.message.id] = provider.offer if provider else unknown
            case _:
                pass
    return given


async def _claimed(
    provider: str, result: ProviderResult, prepared: Prepared, tools: Tools
) -> ProviderResult:
    """What is said, and whether another subject was told of the transaction first."""
    subject = prepared.message.subject
    if not may_claim(provider, result, prepared.case):
        return result
    holder = await tools.claims.holder(provider, result.transaction, subject)
    return replace(result, booked_elsewhere=holder != subject)
