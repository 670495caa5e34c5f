"""VNPAY, as payment uses it: a pay page, calls, questions and refunds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from motcua_payment_providers.base import BackOrder, Order
from motcua_payment_providers.vnpay import PAY_PAGE_SECONDS, Merchant, pay_address, verify

from motcua_payment.domain.attempts import Offer
from motcua_payment.domain.calls import ProviderResult

from . import BackAnswer, Opened
from .vnpay_api import MerchantApi


@dataclass(frozen=True, slots=True)
class Vnpay:
    """One merchant; the fields are those of `Merchant` and where VNPAY is."""

    pay_url: str
    tmn_code: str
    secret: str = field(repr=False)
    api_url: str
    client: httpx.AsyncClient
    now: Callable[[], datetime]
    client_ip: str = "127.0.0.1"

    @property
    def offer(self) -> Offer:
        return Offer(pay_seconds=PAY_PAGE_SECONDS, asked=True, refunds_by="provider")

    async def create_payment(self, order: Order) -> Opened:
        return Opened(redirect_url=pay_address(self.pay_url, self._merchant, order))

    async def ask(self, order: Order) -> ProviderResult:
        return await self._api.querydr(order, self.now())

    async def refund(self, order: BackOrder) -> BackAnswer:
        return await self._api.refund(order, self.now())

    def parse(self, raw_query: str) -> ProviderResult:
        call = verify(raw_query.encode("utf-8", "replace"), self.secret)
        if call is None:
            return ProviderResult(valid=False)
        if not call.is_for(self.tmn_code):
            return ProviderResult(valid=False, reference=call.reference)
        return ProviderResult(
            valid=True,
            reference=call.reference,
            amount_vnd=call.amount_vnd,
            code=call.code,
            transaction=call.transaction,
            paid_at=call.paid_at,
            standing="doubted" if call.standing == "doubted" else "failed",
        )

    @property
    def _merchant(self) -> Merchant:
        return Merchant(self.tmn_code, self.secret, self.client_ip)

    @property
    def _api(self) -> MerchantApi:
        return MerchantApi(self.api_url, self._merchant, self.client)
