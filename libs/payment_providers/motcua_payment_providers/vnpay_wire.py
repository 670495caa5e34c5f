"""How VNPAY writes things: signatures, times in Vietnam (GMT+7), amounts in đồng × 100."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import AnyStr
from urllib.parse import urlencode

from motcua_contracts import VIETNAM

WIRE_UNITS = 100
"""A đồng is a hundred on the wire."""
MOST_DIGITS = 100
"""Of an amount on the wire that is read at all. What nobody can book is refused by the rules, with
all of its digits.
"""


def canonical(parameters: Mapping[AnyStr, AnyStr]) -> str:
    """What is signed and sent: sorted by name, URL-encoded (a blank is `+`), empty values left out.

    Bytes are taken as they are, UTF-8 or not.
    """
    return urlencode(sorted((name, value) for name, value in parameters.items() if value))


def sign(secret: str, data: str) -> str:
    """HMAC-SHA512 in hexadecimal."""
    return hmac.new(secret.encode(), data.encode(), hashlib.sha512).hexdigest()


def wire_date(instant: datetime) -> str:
    """yyyyMMddHHmmss in Vietnam, whole seconds rounded down."""
    return instant.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")


def read_wire_date(wire: str) -> datetime | None:
    """None where it is no time."""
    try:
        read = (
            datetime.strptime(wire, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
            if wire.isascii() and wire.isdigit()
            else None
        )
    except ValueError:
        return None
    return read if read is not None and 2000 <= read.year < 2100 else None


def amount_of(wire: str) -> int:
    """Đồng; 0, which no fee is, where it is no whole number of them."""
    amount, rest = (
        divmod(int(wire), WIRE_UNITS)
        if wire.isascii() and wire.isdigit() and len(wire) <= MOST_DIGITS
        else (0, 0)
    )
    return 0 if rest else amount
