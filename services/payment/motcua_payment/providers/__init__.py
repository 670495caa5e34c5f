"""Payment providers behind one small interface.

Each is an adapter in a module of its own: it calls, and says what the rules hear. What goes over
the wire is in `motcua_payment_providers`; the rules know none of them.
"""

from dataclasses import dataclass
from typing import Protocol

from motcua_payment_providers.base import BackOrder, Order

from motcua_payment.domain.attempts import Offer
from motcua_payment.domain.calls import ProviderResult


@dataclass(frozen=True, slots=True)
class Opened:
    """How the citizen pays: at the address of a pay page, or by what a QR code says."""

    redirect_url: str = ""
    payload: str = ""


@dataclass(frozen=True, slots=True)
class BackAnswer:
    """What a provider says of it. `code` is its reason to refuse."""

    accepted: bool
    reference: str = ""
    code: str = ""


class ProviderTrouble(Exception):  # noqa: N818 - no answer, so it is asked again
    """The provider gave no answer that can be believed or acted on: unreachable, busy, wrongly
    signed.
    """


class Provider(Protocol):
    """One way to pay online."""

    @property
    def offer(self) -> Offer:
        """What it can do.

        Written down with every attempt, so that nothing later has to ask which provider it was.
        """
        ...

    async def create_payment(self, order: Order) -> Opened:
        """How to pay.

        The same order gives the same payment. Raises anything where the provider cannot be reached.
        """
        ...

    def parse(self, raw_query: str) -> ProviderResult:
        """Read a call of the provider, its signature checked.

        Raises nothing: what cannot be read is not valid.
        """
        ...

    async def ask(self, order: Order) -> ProviderResult:
        """What became of a payment; only where the offer says `asked`.

        Raises `ProviderTrouble` and what its transport raises.
        """
        ...

    async def refund(self, order: BackOrder) -> BackAnswer:
        """Send money back, once for a key; only where the offer says so. Raises as `ask` does."""
        ...
