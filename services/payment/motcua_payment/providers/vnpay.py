"""VNPAY 2.1.0: the pay page's address and the provider's calls (IPN). Amounts on the wire are đồng × 100, times are Vietnam's (GMT+7).

Signed is the sorted, URL-encoded query without empty values and without the hash itself: HMAC-SHA512 in hexadecimal.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlencode

from motcua_payment.domain.paying import PAID, ProviderResult

from . import Order

VIETNAM = timezone(timedelta(hours=7))
WIRE_UNITS = 100
"""A đồng is a hundred on the wire."""
SIGNATURE = "vnp_SecureHash"
UNSIGNED = (SIGNATURE, "vnp_SecureHashType")


@dataclass(frozen=True, slots=True)
class Vnpay:
    """One merchant. `client_ip` is the address that VNPAY is told: ours, since a citizen's belongs in no record that is kept."""

    pay_url: str
    tmn_code: str
    secret: str = field(repr=False)
    client_ip: str = "127.0.0.1"

    async def create_payment(self, order: Order) -> str:
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
        return f"{self.pay_url}?{data}&{SIGNATURE}={sign(self.secret, data)}"

    def parse(self, raw_query: str) -> ProviderResult:
        pairs = parse_qsl(raw_query, keep_blank_values=True)
        parameters = {name: value for name, value in pairs if name.startswith("vnp_")}
        reference = parameters.get("vnp_TxnRef", "")
        signature = parameters.get(SIGNATURE, "").lower()
        data = canonical({name: value for name, value in parameters.items() if name not in UNSIGNED})
        signed = hmac.compare_digest(sign(self.secret, data).encode(), signature.encode())
        twice = len(pairs) != len({name for name, _ in pairs})
        if not signed or twice or parameters.get("vnp_TmnCode") != self.tmn_code:
            return ProviderResult(valid=False, reference=reference)
        return ProviderResult(
            valid=True,
            reference=reference,
            amount_vnd=_amount(parameters.get("vnp_Amount", "")),
            code=_outcome(parameters),
            transaction=parameters.get("vnp_TransactionNo", ""),
        )


def canonical(parameters: Mapping[str, str]) -> str:
    """What is signed and sent: sorted by name, URL-encoded (a blank is `+`), empty values left out."""
    return urlencode(sorted((name, value) for name, value in parameters.items() if value))


def sign(secret: str, data: str) -> str:
    return hmac.new(secret.encode(), data.encode(), hashlib.sha512).hexdigest()


def wire_date(instant: datetime) -> str:
    """yyyyMMddHHmmss in Vietnam, whole seconds rounded down."""
    return instant.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")


def _amount(wire: str) -> int:
    """Đồng; 0, which no fee is, where it is no whole number of them."""
    amount, rest = divmod(int(wire), WIRE_UNITS) if wire.isascii() and wire.isdigit() else (0, 0)
    return 0 if rest else amount


def _outcome(parameters: Mapping[str, str]) -> str:
    """`00` only where answer and transaction both say so; else the first of the two that says something different."""
    codes = (parameters.get("vnp_ResponseCode", ""), parameters.get("vnp_TransactionStatus", ""))
    return next((code or "none" for code in codes if code != PAID), PAID)
