"""VNPAY 2.1.0, the merchant API: what querydr and refund ask and answer.

JSON bodies, signed over their values in a fixed order with `|` between them.

Field orders and codes are those of VNPAY's documentation ("Truy vấn & hoàn tiền").
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from motcua_contracts.messages.payment import Standing

from .base import BackOrder, Order
from .vnpay import SIGNATURE, Merchant
from .vnpay_codes import BROKEN, SUCCESS, UNFINISHED
from .vnpay_wire import WIRE_UNITS, amount_of, read_wire_date, sign, wire_date

DONE, UNKNOWN, ASKED_BEFORE = "00", "91", "94"
REFUSED: Final = ("02", "03", "91", "93", "95")
"""Answers to a refund that stay the same however often it is asked for."""
REFUND_TYPES: Final = ("02", "03")
WHOLE, PART = REFUND_TYPES
STANDINGS: Final[Mapping[str, Standing]] = {
    SUCCESS: "failed",
    BROKEN: "failed",
    UNFINISHED: "unfinished",
}
"""What a vnp_TransactionStatus is worth that is not paid; every other one is doubted: money may
have left the payer's account.
"""
OURS: Final = "motcua"
"""vnp_CreateBy: who asks. No officer's name leaves the house."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the merchant API: the fields that are signed, in their order, of request and
    answer.
    """

    command: str
    request: str
    answer: str


QUERYDR: Final = Call(
    "querydr",
    "RequestId|Version|Command|TmnCode|TxnRef|TransactionDate|CreateDate|IpAddr|OrderInfo",
    "ResponseId|Command|ResponseCode|Message|TmnCode|TxnRef|Amount|BankCode|PayDate|TransactionNo"
    "|TransactionType|TransactionStatus|OrderInfo|PromotionCode|PromotionAmount",
)
REFUND: Final = Call(
    "refund",
    "RequestId|Version|Command|TmnCode|TransactionType|TxnRef|Amount|TransactionNo|TransactionDate"
    "|CreateBy|CreateDate|IpAddr|OrderInfo",
    "ResponseId|Command|ResponseCode|Message|TmnCode|TxnRef|Amount|BankCode|PayDate|TransactionNo"
    "|TransactionType|TransactionStatus|OrderInfo",
)


@dataclass(frozen=True, slots=True)
class Transaction:
    """What VNPAY has in its books of one payment. `status` is `00` for paid."""

    status: str
    amount_vnd: int
    number: str
    paid_at: datetime | None
    standing: Standing


def api_url_of(pay_url: str) -> str:
    """Where VNPAY's merchant API is, beside its pay page."""
    return pay_url.partition("/paymentv2/")[0] + "/merchant_webapi/api/transaction"


def question(merchant: Merchant, request_id: str, order: Order, now: datetime) -> dict[str, str]:
    """The signed body of querydr: what became of a payment."""
    return _signed(merchant, QUERYDR, _body(merchant, QUERYDR, request_id, order, now))


def refund_request(merchant: Merchant, order: BackOrder, now: datetime) -> dict[str, str]:
    """The signed body of a refund."""
    body = _body(merchant, REFUND, request_id(order.key), order.payment, now) | {
        "vnp_TransactionType": WHOLE if order.amount_vnd == order.paid_vnd else PART,
        "vnp_Amount": str(order.amount_vnd * WIRE_UNITS),
        "vnp_TransactionNo": order.transaction,
        "vnp_CreateBy": OURS,
    }
    return _signed(merchant, REFUND, body)


def verify(merchant: Merchant, call: Call, answer: Mapping[str, Any]) -> bool:
    """Whether VNPAY signed this answer, and for this merchant."""
    given = str(answer.get(SIGNATURE, "")).lower()
    right = hmac.compare_digest(
        sign(merchant.secret, piped(call.answer, answer)).encode(), given.encode()
    )
    return right and answer.get("vnp_TmnCode") == merchant.tmn_code


def is_refund(answer: Mapping[str, Any]) -> bool:
    """Whether querydr found the refund of a payment: then the payment was paid."""
    return answer.get("vnp_TransactionType") in REFUND_TYPES


def transaction_of(answer: Mapping[str, Any]) -> Transaction:
    """What an answer of querydr says of the payment."""
    status = SUCCESS if is_refund(answer) else str(answer.get("vnp_TransactionStatus", ""))
    return Transaction(
        status=status,
        amount_vnd=amount_of(str(answer.get("vnp_Amount", ""))),
        number=str(answer.get("vnp_TransactionNo", "")),
        paid_at=read_wire_date(str(answer.get("vnp_PayDate", ""))),
        standing=STANDINGS.get(status, "doubted"),
    )


def piped(fields: str, body: Mapping[str, Any]) -> str:
    """What querydr and refund sign: the values in this order, `|` between them; a missing one is
    empty.
    """
    return "|".join(str(body.get(f"vnp_{name}", "")) for name in fields.split("|"))


def request_id(key: str) -> str:
    """32 letters and digits, the same for the same refund."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _body(
    merchant: Merchant, call: Call, request_id: str, order: Order, now: datetime
) -> dict[str, str]:
    return {
        "vnp_RequestId": request_id,
        "vnp_Version": "2.1.0",
        "vnp_Command": call.command,
        "vnp_TmnCode": merchant.tmn_code,
        "vnp_TxnRef": order.reference,
        "vnp_TransactionDate": wire_date(order.created_at),
        "vnp_CreateDate": wire_date(now),
        "vnp_IpAddr": merchant.client_ip,
        "vnp_OrderInfo": order.text,
    }


def _signed(merchant: Merchant, call: Call, body: dict[str, str]) -> dict[str, str]:
    return body | {SIGNATURE: sign(merchant.secret, piped(call.request, body))}
