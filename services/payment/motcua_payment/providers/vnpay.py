"""VNPAY 2.1.0: the pay page's address and the provider's calls (IPN).

Its merchant API is in `vnpay_api`.

Signed is the sorted, URL-encoded query without empty values and without the hash itself:
HMAC-SHA512 in hexadecimal.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from motcua_contracts.messages.payment import Standing
from motcua_contracts.rules.provider_calls import read_vnpay
from motcua_contracts.rules.vnpay_codes import standing_of

from motcua_payment.domain.calls import PAID, ProviderResult
from motcua_payment.domain.paying import Offer

from . import BackAnswer, BackOrder, Opened, Order
from .vnpay_api import MerchantApi
from .vnpay_wire import WIRE_UNITS, amount_of, canonical, read_wire_date, sign, wire_date

SIGNATURE = "vnp_SecureHash"
NUMBER = re.compile(r"[0-9A-Za-z]{0,40}")
CODE = re.compile(r"[0-9A-Za-z]{1,8}")
PAY_PAGE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Vnpay:
    """One merchant.

    `client_ip` is the address that VNPAY is told: ours, since a citizen's belongs in no record that
    is kept.
    """

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

    async def ask(self, order: Order) -> ProviderResult:
        return await self._api.querydr(order, self.now())

    async def refund(self, order: BackOrder) -> BackAnswer:
        return await self._api.refund(order, self.now())

    @property
    def _api(self) -> MerchantApi:
        return MerchantApi(self.api_url, self.tmn_code, self.secret, self.client_ip, self.client)

    async def create_payment(self, order: Order) -> Opened:
        parameters = {
            "vnp_Version": "2.1.0",
            "vnp_Command": "pay",
            "vnp_TmnCode": self.tmn_code,
            "vnp_Amount": str(order.amount_vnd * WIRE_UNITS),
            "vnp_CreateDate": wire_date(order.created_at),
            "vnp_CurrCode": "VND",
            "vnp_IpAddr": self.client_ip,
            "vnp_Locale": "vn",
            "vnp_OrderInfo": order.text,
            "vnp_OrderType": "other",
            "vnp_ReturnUrl": order.return_url,
            "vnp_ExpireDate": wire_date(order.expires_at),
            "vnp_TxnRef": order.reference,
        }
        data = canonical(parameters)
        return Opened(redirect_url=f"{self.pay_url}?{data}&{SIGNATURE}={sign(self.secret, data)}")

    def parse(self, raw_query: str) -> ProviderResult:
        call = read_vnpay(raw_query.encode("utf-8", "replace"), self.secret)
        if call is None:
            return ProviderResult(valid=False)
        parameters = call.parameters
        reference, transaction = (
            parameters.get("vnp_TxnRef", ""),
            parameters.get("vnp_TransactionNo", ""),
        )
        if parameters.get("vnp_TmnCode") != self.tmn_code or not NUMBER.fullmatch(transaction):
            return ProviderResult(valid=False, reference=reference)
        return ProviderResult(
            valid=True,
            reference=reference,
            amount_vnd=amount_of(parameters.get("vnp_Amount", "")),
            code=_outcome(parameters),
            transaction=transaction,
            paid_at=read_wire_date(parameters.get("vnp_PayDate", "")),
            standing=_standing(parameters),
        )


def _outcome(parameters: Mapping[str, str]) -> str:
    """`00` only where answer and transaction both say so; else the first of the two that says
    something different.
    """
    codes = (parameters.get("vnp_ResponseCode", ""), parameters.get("vnp_TransactionStatus", ""))
    return next((code if CODE.fullmatch(code) else "none" for code in codes if code != PAID), PAID)


def _standing(parameters: Mapping[str, str]) -> Standing:
    """What the two codes are worth where they do not both say paid."""
    found = standing_of(
        parameters.get("vnp_ResponseCode", ""), parameters.get("vnp_TransactionStatus", "")
    )
    return "doubted" if found == "doubted" else "failed"
