"""Payment providers behind one small interface. Each speaks its own protocol in a module of its own; the rules know none of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from motcua_payment.domain.paying import ProviderResult


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid. `reference` is unique for ever and the provider's idempotency key; `text` is plain ASCII, for the pay page."""

    reference: str
    amount_vnd: int
    text: str
    return_url: str
    created_at: datetime
    expires_at: datetime


class Provider(Protocol):
    """One way to pay online."""

    async def create_payment(self, order: Order) -> str:
        """The address of the pay page. The same order gives the same payment. Raises anything where the provider cannot be reached."""
        ...

    def parse(self, raw_query: str) -> ProviderResult:
        """Read a call of the provider, its signature checked. Raises nothing: what cannot be read is not valid."""
        ...
