"""What payment providers call us with: known by its signature over the raw bytes, and read only
then. Gateway and payment both check.

Nothing here reads JSON, decodes text or looks a reference up before the signature was found right,
so that whoever has no secret reaches no parser. What is not rightly signed, too long or unreadable
is None, and costs its caller's time alone.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote_plus, unquote_to_bytes

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..values.bounds import BANK_NUMBER

FORGED_CALLS = "forged_calls"
"""The gateway's collection of calls that were not rightly signed: `{provider, hour, count}`, `hour`
the beginning of an hour in UTC.
"""
LONGEST_CALL_BYTES = 3_800
"""Of a query or a body. A real call has less than 1,000; with its signature it fits
`RecordProviderResult.raw_query`.
"""
MOST_PARAMETERS = 60
HASH, HASH_TYPE, OURS = b"vnp_SecureHash", b"vnp_SecureHashType", b"vnp_"
SHORT_REFERENCE = re.compile(r"(?=(MC[A-Z2-7]{15}))")
BETWEEN = re.compile(r"[\W_]+")
"""What banks and payers put between letters."""
MOST_REFERENCES = 20
"""The text is the payer's: it may begin a reference at every second letter."""


@dataclass(frozen=True, slots=True)
class VnpayCall:
    """A rightly signed call.

    `canonical` is the one way to write it down: whatever unsigned is added or reordered, the call
    is the same.
    """

    parameters: Mapping[str, str]
    canonical: str


def read_vnpay(query: bytes, secret: str) -> VnpayCall | None:
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
    signed = sorted(
        (name, value) for name, value in given.items() if name.startswith(OURS) and value
    )
    data = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in signed)
    right = hmac.new(secret.encode(), data.encode(), hashlib.sha512).hexdigest()
    if not hmac.compare_digest(right.encode(), signature) or len(data) > LONGEST_CALL_BYTES:
        return None
    try:
        parameters = {name.decode(): value.decode() for name, value in signed}
    except UnicodeDecodeError:
        return None
    return VnpayCall(parameters, f"{data}&{HASH.decode()}={right}")


class BankNotice(BaseModel):
    """A bank's notification of one credit.

    `description` is what the payer's bank made of our reference; `credited_at` is ISO 8601.
    """

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)

    transaction_id: Annotated[str, Field(min_length=1, max_length=64, pattern=BANK_NUMBER)]
    account: Annotated[str, Field(min_length=1, max_length=40)]
    amount: Annotated[int, Field(gt=0, le=2**63 - 1)]
    """Đồng, as told: payment's rules refuse by name what nobody can book."""
    credited_at: Annotated[str, Field(max_length=40)] = ""
    description: Annotated[str, Field(max_length=1_000)] = ""

    @property
    def references(self) -> tuple[str, ...]:
        """What may be our short reference in the description: also behind other words, and with
        blanks or points inside.

        Each place is one at which it may begin; only the dossiers say which of them, if any, is one
        of ours.
        """
        letters = BETWEEN.sub("", self.description.upper())
        found = (match.group(1) for match in SHORT_REFERENCE.finditer(letters))
        return tuple(dict.fromkeys(found))[:MOST_REFERENCES]


def bank_signed(signature: str, body: bytes, secret: str) -> bool:
    """Whether the bank signed these very bytes: HMAC-SHA256 in hexadecimal."""
    if not secret or len(body) > LONGEST_CALL_BYTES or len(signature) > 64:
        return False
    right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), signature.lower().encode("utf-8", "replace"))


def read_notice(body: bytes) -> BankNotice | None:
    """A notification whose signature was found right; None where it is none (not UTF-8, not JSON,
    another shape).
    """
    try:
        return BankNotice.model_validate_json(body)
    except ValidationError:
        return None
