"""VNPAY 2.1.0, the merchant API: querydr and refund.

JSON bodies, signed over their values in a fixed order with `|` between them.

Field orders and codes are those of VNPAY's documentation ("Truy vấn & hoàn tiền").
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
from motcua_contracts.messages.payment import Standing
from motcua_contracts.rules.vnpay_codes import BROKEN, UNFINISHED

from motcua_payment.domain.calls import PAID, ProviderResult

from . import BackAnswer, BackOrder, Order, ProviderTrouble
from .vnpay_wire import WIRE_UNITS, amount_of, read_wire_date, sign, wire_date

QUERYDR_REQUEST = (
    "RequestId|Version|Command|TmnCode|TxnRef|TransactionDate|CreateDate|IpAddr|OrderInfo"
)
QUERYDR_RESPONSE = (
    "ResponseId|Command|ResponseCode|Message|TmnCode|TxnRef|Amount|BankCode|PayDate|TransactionNo|TransactionType|TransactionStatus"
    "|OrderInfo|PromotionCode|PromotionAmount"
)
REFUND_REQUEST = "RequestId|Version|Command|TmnCode|TransactionType|TxnRef|Amount|TransactionNo|TransactionDate|CreateBy|CreateDate|IpAddr|OrderInfo"  # noqa: E501
REFUND_RESPONSE = (
    "ResponseId|Command|ResponseCode|Message|TmnCode|TxnRef|Amount|BankCode|PayDate|TransactionNo|TransactionType|TransactionStatus"
    "|OrderInfo"
)
DONE, UNKNOWN, ASKED_BEFORE = "00", "91", "94"
REFUSED = ("02", "03", "91", "93", "95")
"""Answers to a refund that stay the same however often it is asked for."""
REFUND_TYPES = ("02", "03")
WHOLE, PART = REFUND_TYPES
STANDINGS: Mapping[str, Standing] = {PAID: "failed", BROKEN: "failed", UNFINISHED: "unfinished"}
"""What a vnp_TransactionStatus is worth that is not paid; every other one is doubted: money may
have left the payer's account.
"""
OURS = "motcua"
"""vnp_CreateBy: who asks. No officer's name leaves the house."""


def api_url_of(pay_url: str) -> str:
    """Where VNPAY's merchant API is, beside its pay page."""
    return pay_url.partition("/paymentv2/")[0] + "/merchant_webapi/api/transaction"


class MerchantApi:
    """One merchant's questions."""

    def __init__(
        self, url: str, tmn_code: str, secret: str, client_ip: str, client: httpx.AsyncClient
    ) -> None:
        self._url, self._tmn_code, self._secret, self._client_ip, self._client = (
            url,
            tmn_code,
            secret,
            client_ip,
            client,
        )

    async def querydr(self, order: Order, now: datetime) -> ProviderResult:
        """What became of a payment.

        A pay page that nobody opened is unknown there, and like one that nobody finished.

        Raises `ProviderTrouble`, `httpx.HTTPError`.
        """
        answer = await self._querydr(order, now)
        code = answer["vnp_ResponseCode"]
        if code == UNKNOWN:
            return ProviderResult(
                valid=True, reference=order.reference, code=code, final=True, standing="unfinished"
            )
        status = (
            PAID
            if answer.get("vnp_TransactionType") in REFUND_TYPES
            else str(answer.get("vnp_TransactionStatus", ""))
        )
        return ProviderResult(
            valid=True,
            reference=order.reference,
            amount_vnd=amount_of(str(answer.get("vnp_Amount", ""))),
            code=status or "none",
            transaction=str(answer.get("vnp_TransactionNo", "")),
            final=True,
            paid_at=read_wire_date(str(answer.get("vnp_PayDate", ""))),
            standing=STANDINGS.get(status, "doubted"),
        )

    async def refund(self, order: BackOrder, now: datetime) -> BackAnswer:
        """Ask for a refund.

        VNPAY knows a request by its id: one that it saw before (we died before its answer) is
        looked up instead.

        Raises `ProviderTrouble`, `httpx.HTTPError`.
        """
        payment = order.payment
        body = self._body("refund", _request_id(order.key), payment, now) | {
            "vnp_TransactionType": WHOLE if order.amount_vnd == order.paid_vnd else PART,
            "vnp_Amount": str(order.amount_vnd * WIRE_UNITS),
            "vnp_TransactionNo": order.transaction,
            "vnp_CreateBy": OURS,
        }
        answer = await self._post(REFUND_REQUEST, REFUND_RESPONSE, body)
        code = str(answer.get("vnp_ResponseCode", ""))
        if code == DONE:
            return BackAnswer(accepted=True, reference=str(answer.get("vnp_TransactionNo", "")))
        if code == ASKED_BEFORE:
            known = await self._querydr(payment, now)
            accepted = known.get("vnp_TransactionType") in REFUND_TYPES
            return BackAnswer(
                accepted,
                reference=_request_id(order.key) if accepted else "",
                code="" if accepted else code,
            )
        if code in REFUSED:
            return BackAnswer(accepted=False, code=code)
        raise ProviderTrouble(f"refund answered {code}")

    async def _querydr(self, order: Order, now: datetime) -> Mapping[str, Any]:
        """Raises `ProviderTrouble` for every answer that is neither a transaction nor that there is
        none.
        """
        answer = await self._post(
            QUERYDR_REQUEST, QUERYDR_RESPONSE, self._body("querydr", uuid4().hex, order, now)
        )
        if (
            answer.get("vnp_ResponseCode") not in (DONE, UNKNOWN)
            or answer.get("vnp_TxnRef") != order.reference
        ):
            raise ProviderTrouble(f"querydr answered {answer.get('vnp_ResponseCode')}")
        return answer

    def _body(self, command: str, request_id: str, order: Order, now: datetime) -> dict[str, str]:
        return {
            "vnp_RequestId": request_id,
            "vnp_Version": "2.1.0",
            "vnp_Command": command,
            "vnp_TmnCode": self._tmn_code,
            "vnp_TxnRef": order.reference,
            "vnp_TransactionDate": wire_date(order.created_at),
            "vnp_CreateDate": wire_date(now),
            "vnp_IpAddr": self._client_ip,
            "vnp_OrderInfo": order.text,
        }

    async def _post(self, asks: str, answers: str, body: dict[str, str]) -> Mapping[str, Any]:
        body["vnp_SecureHash"] = sign(self._secret, piped(asks, body))
        response = (await self._client.post(self._url, json=body)).raise_for_status()
        try:
            answer = response.json()
        except ValueError as error:
            raise ProviderTrouble("the answer is no JSON") from error
        if not isinstance(answer, dict) or not self._is_signed(answers, answer):
            raise ProviderTrouble("the answer is not rightly signed")
        return answer

    def _is_signed(self, fields: str, answer: Mapping[str, Any]) -> bool:
        given = str(answer.get("vnp_SecureHash", "")).lower()
        right = hmac.compare_digest(
            sign(self._secret, piped(fields, answer)).encode(), given.encode()
        )
        return right and answer.get("vnp_TmnCode") == self._tmn_code


def piped(fields: str, body: Mapping[str, Any]) -> str:
    """What querydr and refund sign: the values in this order, `|` between them; a missing one is
    empty.
    """
    return "|".join(str(body.get(f"vnp_{name}", "")) for name in fields.split("|"))


def _request_id(key: str) -> str:
    """32 letters and digits, the same for the same refund."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]
