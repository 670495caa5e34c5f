"""Calls VNPAY's merchant API: querydr and refund."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
from motcua_payment_providers import vnpay_api as wire
from motcua_payment_providers.base import BackOrder, Order
from motcua_payment_providers.vnpay import Merchant

from motcua_payment.domain.calls import ProviderResult

from . import BackAnswer, ProviderTrouble


class MerchantApi:
    """One merchant's questions."""

    def __init__(self, url: str, merchant: Merchant, client: httpx.AsyncClient) -> None:
        self._url, self._merchant, self._client = url, merchant, client

    async def querydr(self, order: Order, now: datetime) -> ProviderResult:
        """What became of a payment.

        A pay page that nobody opened is unknown there, and like one that nobody finished.

        Raises `ProviderTrouble`, `httpx.HTTPError`.
        """
        answer = await self._querydr(order, now)
        code = answer["vnp_ResponseCode"]
        if code == wire.UNKNOWN:
            return ProviderResult(
                valid=True, reference=order.reference, code=code, final=True, standing="unfinished"
            )
        found = wire.transaction_of(answer)
        return ProviderResult(
            valid=True,
            reference=order.reference,
            amount_vnd=found.amount_vnd,
            code=found.status or "none",
            transaction=found.number,
            final=True,
            paid_at=found.paid_at,
            standing=found.standing,
        )

    async def refund(self, order: BackOrder, now: datetime) -> BackAnswer:
        """Ask for a refund.

        VNPAY knows a request by its id: one that it saw before (we died before its answer) is
        looked up instead.

        Raises `ProviderTrouble`, `httpx.HTTPError`.
        """
        body = wire.refund_request(self._merchant, order, now)
        answer = await self._post(wire.REFUND, body)
        code = str(answer.get("vnp_ResponseCode", ""))
        if code == wire.DONE:
            return BackAnswer(accepted=True, reference=str(answer.get("vnp_TransactionNo", "")))
        if code == wire.ASKED_BEFORE:
            accepted = wire.is_refund(await self._querydr(order.payment, now))
            return BackAnswer(
                accepted,
                reference=wire.request_id(order.key) if accepted else "",
                code="" if accepted else code,
            )
        if code in wire.REFUSED:
            return BackAnswer(accepted=False, code=code)
        raise ProviderTrouble(f"refund answered {code}")

    async def _querydr(self, order: Order, now: datetime) -> Mapping[str, Any]:
        """Raises `ProviderTrouble` for every answer that is neither a transaction nor that there is
        none.
        """
        body = wire.question(self._merchant, uuid4().hex, order, now)
        answer = await self._post(wire.QUERYDR, body)
        if (
            answer.get("vnp_ResponseCode") not in (wire.DONE, wire.UNKNOWN)
            or answer.get("vnp_TxnRef") != order.reference
        ):
            raise ProviderTrouble(f"querydr answered {answer.get('vnp_ResponseCode')}")
        return answer

    async def _post(self, call: wire.Call, body: dict[str, str]) -> Mapping[str, Any]:
        response = (await self._client.post(self._url, json=body)).raise_for_status()
        try:
            answer = response.json()
        except ValueError as error:
            raise ProviderTrouble("the answer is no JSON") from error
        if not isinstance(answer, dict) or not wire.verify(self._merchant, call, answer):
            raise ProviderTrouble("the answer is not rightly signed")
        return answer
