"""The rules on the wire of VNPAY 2.1.0: checksums, what a pay request must hold, dates.

No state, no HTTP.

Written from VNPAY's published documentation and its sample code, not from our payment service: the
two must agree by the protocol alone. Amounts on the wire are đồng × 100. Times are yyyyMMddHHmmss
in Vietnam's time (GMT+7).
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from urllib.parse import quote_plus

VIETNAM = timezone(timedelta(hours=7))

# What is signed, in the documentation's order, without the names' prefix vnp_.
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

_DATE = re.compile(r"[0-9]{14}")
# Name, form of the value. vnp_OrderInfo is "tiếng Việt không dấu": plain ASCII, as the
# documentation demands.
_PAY_PARAMETERS: dict[str, re.Pattern[str]] = {
    "vnp_Version": re.compile(r"2\.1\.0"),
    "vnp_Command": re.compile(r"pay"),
    "vnp_TmnCode": re.compile(r"[A-Za-z0-9]{8}"),
    "vnp_Amount": re.compile(r"[1-9][0-9]{0,11}"),
    "vnp_CreateDate": _DATE,
    "vnp_CurrCode": re.compile(r"VND"),
    "vnp_IpAddr": re.compile(r"[0-9A-Fa-f.:]{7,45}"),
    "vnp_Locale": re.compile(r"vn|en"),
    "vnp_OrderInfo": re.compile(r"[\x20-\x7e]{1,255}"),
    "vnp_OrderType": re.compile(r"[A-Za-z0-9_]{1,100}"),
    "vnp_ReturnUrl": re.compile(r"https?://\S{1,248}"),
    "vnp_ExpireDate": _DATE,
    "vnp_TxnRef": re.compile(r"[\x21-\x7e]{1,100}"),
}
_OPTIONAL = {"vnp_BankCode": re.compile(r"[A-Za-z0-9]{3,20}")}


class RefusalError(Exception):
    """The provider refuses: its code (as on VNPAY's error page) and the reason."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


def canonical(parameters: Mapping[str, str]) -> str:
    """What is signed: names in order, name=value URL-encoded with + for a blank, joined by &,
    without the hash and empty values.
    """
    signed = sorted(
        (name, value)
        for name, value in parameters.items()
        if value and not name.startswith("vnp_SecureHash")
    )
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in signed)


def checksum(secret: str, data: str) -> str:
    """HMAC-SHA512 in lower-case hexadecimal."""
    return hmac.new(secret.encode(), data.encode(), hashlib.sha512).hexdigest()


def is_signed(secret: str, data: str, given: str) -> bool:
    """Compares in constant time; upper and lower case are both VNPAY's."""
    return hmac.compare_digest(checksum(secret, data).encode(), given.lower().encode())


def signed_query(secret: str, parameters: Mapping[str, str]) -> str:
    """The query string with vnp_SecureHash at its end."""
    data = canonical(parameters)
    return f"{data}&vnp_SecureHash={checksum(secret, data)}"


def piped(fields: str, body: Mapping[str, object]) -> str:
    """What querydr and refund sign: the values of `fields` in their order, joined by |; a missing
    one is empty.
    """
    return "|".join(str(body.get(f"vnp_{name}", "")) for name in fields.split("|"))


def read_pay_request(
    pairs: Iterable[tuple[str, str]], tmn_code: str, secret: str
) -> dict[str, str]:
    """The checked parameters of a pay page's URL, without the hash.

    Raises RefusalError 03 (format), 72 (merchant), 70 (signature).
    """
    listed = list(pairs)
    parameters = dict(listed)
    if len(parameters) != len(listed):
        raise RefusalError("03", "a parameter is given twice")
    given = parameters.pop("vnp_SecureHash", "")
    parameters.pop("vnp_SecureHashType", None)
    if parameters.get("vnp_TmnCode") != tmn_code:
        raise RefusalError("72", "no website with this vnp_TmnCode")
    if not is_signed(secret, canonical(parameters), given):
        raise RefusalError("70", "invalid signature")
    for name, form in _PAY_PARAMETERS.items():
        if not form.fullmatch(parameters.get(name, "")):
            raise RefusalError("03", f"{name} is missing or malformed")
    for name, form in _OPTIONAL.items():
        if name in parameters and not form.fullmatch(parameters[name]):
            raise RefusalError("03", f"{name} is malformed")
    for name in ("vnp_CreateDate", "vnp_ExpireDate"):
        try:
            read_date(parameters[name])
        except ValueError as error:
            raise RefusalError("03", f"{name} is no date") from error
    return parameters


def read_date(value: str) -> datetime:
    """yyyyMMddHHmmss as a time in Vietnam. ValueError when it is none."""
    return datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)


def write_date(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")
