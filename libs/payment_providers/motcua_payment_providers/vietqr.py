"""VietQR: a bank transfer that begins with a QR code (EMVCo merchant-presented, NAPAS profile) and
ends with the bank's notification.

The notification is the bank's JSON `{transaction_id, account, amount, credited_at, description}`,
signed with HMAC-SHA256 over its exact bytes; a command carries it as `<signature>.<body>`. Banks
word the description as they like, so the reference is searched in it.

Nothing is decoded or parsed before the signature was found right.
"""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Annotated, Final

from motcua_contracts.values.bounds import BANK_NUMBER
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .base import LONGEST_CALL_BYTES, TRANSFERS, Reply

NAME: Final = TRANSFERS
SHORT_REFERENCE: Final = re.compile(r"(?=(MC[A-Z2-7]{15}))")
BETWEEN: Final = re.compile(r"[\W_]+")
"""What banks and payers put between letters."""
MOST_REFERENCES: Final = 20
"""The text is the payer's: it may begin a reference at every second letter."""
NAPAS: Final = "A000000727"
TO_ACCOUNT: Final = "QRIBFTTA"
"""Service code: interbank transfer to an account."""
DYNAMIC, DONG, VIETNAM = "12", "704", "VN"


class Notice(BaseModel):
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

    @property
    def paid_at(self) -> datetime | None:
        """None where `credited_at` is no time of this century with its zone: then the credit counts
        when it was told.
        """
        try:
            instant = datetime.fromisoformat(self.credited_at)
        except ValueError:
            return None
        return instant if instant.tzinfo is not None and 2000 <= instant.year < 2100 else None


def verify(signature: str, body: bytes, secret: str) -> bool:
    """Whether the bank signed these very bytes: HMAC-SHA256 in hexadecimal."""
    if not secret or len(body) > LONGEST_CALL_BYTES or len(signature) > 64:
        return False
    right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), signature.lower().encode("utf-8", "replace"))


def read(body: bytes) -> Notice | None:
    """A notification whose signature was found right; None where it is none (not UTF-8, not JSON,
    another shape).
    """
    try:
        return Notice.model_validate_json(body)
    except ValidationError:
        return None


def written(signature: str, body: bytes) -> str:
    """The notification as a command carries it."""
    return f"{signature.lower()}.{body.decode()}"


def read_written(text: str, secret: str) -> Notice | None:
    """The notification that a command carries; None where it is not rightly signed, or none."""
    signature, _, body = text.partition(".")
    raw = body.encode("utf-8", "replace")
    return read(raw) if verify(signature, raw, secret) else None


def answered(reply: Reply) -> dict[str, str]:
    """The body of our answer to a notification."""
    return {"code": reply.code, "message": reply.message}


def payload(bank: str, account: str, amount_vnd: int, reference: str) -> str:
    """What the QR code says: payment to this account, of this amount, with this reference as its
    purpose.
    """
    beneficiary = _field("00", bank) + _field("01", account)
    said = (
        _field("00", "01")
        + _field("01", DYNAMIC)
        + _field("38", _field("00", NAPAS) + _field("01", beneficiary) + _field("02", TO_ACCOUNT))
        + _field("53", DONG)
        + _field("54", str(amount_vnd))
        + _field("58", VIETNAM)
        + _field("62", _field("08", reference))
        + "6304"
    )
    return f"{said}{crc(said.encode()):04X}"


def crc(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, begins with 0xFFFF."""
    rest = 0xFFFF
    for byte in data:
        rest ^= byte << 8
        for _ in range(8):
            rest = (rest << 1) ^ 0x1021 if rest & 0x8000 else rest << 1
        rest &= 0xFFFF
    return rest


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
