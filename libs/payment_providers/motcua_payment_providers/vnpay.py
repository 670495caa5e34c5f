"""VNPAY 2.1.0: the pay page's address, the provider's calls (IPN) and the way back from the page.

Its merchant API is in `vnpay_api`, its codes in `vnpay_codes`.

Nothing here decodes text or looks a reference up before the signature was found right, so that
whoever has no secret reaches no parser. What is not rightly signed, too long or unreadable is None,
and costs its caller's time alone.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from urllib.parse import unquote_to_bytes

from .base import LONGEST_CALL_BYTES, Order, Reply
from .vnpay_codes import SUCCESS, Standing, standing_of
from .vnpay_wire import WIRE_UNITS, amount_of, canonical, read_wire_date, sign, wire_date

NAME: Final = "vnpay"
MOST_PARAMETERS: Final = 60
SIGNATURE: Final = "vnp_SecureHash"
HASH, HASH_TYPE, OURS = SIGNATURE.encode(), b"vnp_SecureHashType", b"vnp_"
NUMBER: Final = re.compile(r"[0-9A-Za-z]{0,40}")
CODE: Final = re.compile(r"[0-9A-Za-z]{1,8}")
PAY_PAGE_SECONDS: Final = 900


@dataclass(frozen=True, slots=True)
class Merchant:
    """Whom VNPAY knows us as.

    `client_ip` is the address that VNPAY is told: ours, since a citizen's belongs in no record that
    is kept.
    """

    tmn_code: str
    secret: str = field(repr=False)
    client_ip: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Call:
    """A rightly signed call, or a rightly signed way back.

    `canonical` is the one way to write it down: whatever unsigned is added or reordered, the call
    is the same.
    """

    parameters: Mapping[str, str]
    canonical: str

    @property
    def reference(self) -> str:
        """Which payment it is about, as we named it; empty where it says none."""
        return self._said("TxnRef")

    @property
    def transaction(self) -> str:
        """VNPAY's number of the payment."""
        return self._said("TransactionNo")

    @property
    def amount_vnd(self) -> int:
        return amount_of(self._said("Amount"))

    @property
    def paid_at(self) -> datetime | None:
        return read_wire_date(self._said("PayDate"))

    @property
    def code(self) -> str:
        """`00` only where answer and transaction both say so; else the first of the two that says
        something different.
        """
        return next(
            (one if CODE.fullmatch(one) else "none" for one in self._codes if one != SUCCESS),
            SUCCESS,
        )

    @property
    def standing(self) -> Standing:
        """What the two codes are worth."""
        return standing_of(*self._codes)

    @property
    def return_outcome(self) -> Literal["confirming", "failed"]:
        """What the way back says of the payment.

        It settles nothing, so what it calls paid is being confirmed; and so is doubted money:
        nobody is told to pay it again.
        """
        return "failed" if self.standing == "failed" else "confirming"

    def is_for(self, tmn_code: str) -> bool:
        """Whether it is this merchant's, and its number of the payment is one."""
        return self._said("TmnCode") == tmn_code and NUMBER.fullmatch(self.transaction) is not None

    @property
    def _codes(self) -> tuple[str, str]:
        return self._said("ResponseCode"), self._said("TransactionStatus")

    def _said(self, name: str) -> str:
        return self.parameters.get(f"vnp_{name}", "")


def verify(query: bytes, secret: str) -> Call | None:
    """A call or a way back of VNPAY, None where it is not rightly signed.

    Signed is the sorted, URL-encoded query without empty values and without the hash itself,
    HMAC-SHA512 in hexadecimal. A parameter that comes twice makes the call nobody's: two readers
    could read two things.
    """
    if not secret or len(query) > LONGEST_CALL_BYTES or query.count(b"&") > MOST_PARAMETERS:
        return None
    given: dict[bytes, bytes] = {}
    for pair in query.split(b"&"):
        name, _, value = (
            unquote_to_bytes(part.replace(b"+", b" ")) for part in pair.partition(b"=")
        )
        if name in given:
            return None
        if name:
            given[name] = value
    signature = given.pop(HASH, b"").lower()
    given.pop(HASH_TYPE, None)
    signed = {name: value for name, value in given.items() if name.startswith(OURS)}
    data = canonical(signed)
    right = sign(secret, data)
    if not hmac.compare_digest(right.encode(), signature) or len(data) > LONGEST_CALL_BYTES:
        return None
    try:
        parameters = {name.decode(): value.decode() for name, value in signed.items() if value}
    except UnicodeDecodeError:
        return None
    return Call(parameters, f"{data}&{SIGNATURE}={right}")


def answered(reply: Reply) -> dict[str, str]:
    """The body of our answer to a call, as VNPAY's documentation asks."""
    return {"RspCode": reply.code, "Message": reply.message}


def pay_address(pay_url: str, merchant: Merchant, order: Order) -> str:
    """Where the citizen pays. The same order gives the same address."""
    data = canonical(
        {
            "vnp_Version": "2.1.0",
            "vnp_Command": "pay",
            "vnp_TmnCode": merchant.tmn_code,
            "vnp_Amount": str(order.amount_vnd * WIRE_UNITS),
            "vnp_CreateDate": wire_date(order.created_at),
            "vnp_CurrCode": "VND",
            "vnp_IpAddr": merchant.client_ip,
            "vnp_Locale": "vn",
            "vnp_OrderInfo": order.text,
            "vnp_OrderType": "other",
            "vnp_ReturnUrl": order.return_url,
            "vnp_ExpireDate": wire_date(order.expires_at),
            "vnp_TxnRef": order.reference,
        }
    )
    return f"{pay_url}?{data}&{SIGNATURE}={sign(merchant.secret, data)}"
