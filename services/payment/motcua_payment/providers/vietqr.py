"""VietQR, as payment uses it: a code to scan, and the bank's notification.

No pay page, no questions and no way back: the payer scans the code in their bank's app, the
transfer carries our short reference, and the bank that holds the account tells us of each credit.
What goes back goes over the counter.
"""

from dataclasses import dataclass, field

from motcua_contracts.messages.transfers import code_in
from motcua_payment_providers import vietqr
from motcua_payment_providers.base import BackOrder, Order

from motcua_payment.domain.attempts import Offer
from motcua_payment.domain.calls import PAID, ProviderResult

from . import BackAnswer, Opened, ProviderTrouble


@dataclass(frozen=True, slots=True)
class Vietqr:
    """One account of an authority. `bank` is the bank's NAPAS number (BIN)."""

    bank: str
    account: str
    secret: str = field(repr=False)
    agency: str = ""
    """Whose account it is."""

    @property
    def offer(self) -> Offer:
        return Offer(pay_seconds=None, asked=False, refunds_by="counter")

    async def create_payment(self, order: Order) -> Opened:
        return Opened(
            payload=vietqr.payload(self.bank, self.account, order.amount_vnd, order.short_reference)
        )

    def parse(self, raw_query: str) -> ProviderResult:
        notice = vietqr.read_written(raw_query, self.secret)
        if notice is None or notice.account != self.account:
            return ProviderResult(valid=False)
        return ProviderResult(
            valid=True,
            references=notice.references,
            agency=self.agency,
            code_named=code_in(notice.description),
            amount_vnd=notice.amount,
            code=PAID,
            transaction=notice.transaction_id,
            final=True,
            paid_at=notice.paid_at,
        )

    async def ask(self, order: Order) -> ProviderResult:
        raise ProviderTrouble("a bank is not asked: its notification or its statement says it")

    async def refund(self, order: BackOrder) -> BackAnswer:
        raise ProviderTrouble("a transfer goes back over the counter")
