"""VietQR: a bank transfer that begins with a QR code (EMVCo merchant-presented, NAPAS profile) and
ends with the bank's notification.

No pay page, no questions and no way back: the payer scans the code in their bank's app, the
transfer carries our short reference, and the bank that holds the account tells us of each credit.
What goes back goes over the counter.

The notification is the bank's JSON `{transaction_id, account, amount, credited_at, description}`,
signed with HMAC-SHA256 over its exact bytes; it reaches `parse` as `<signature>.<body>`. Banks word
the description as they like, so the reference is searched in it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from motcua_contracts.messages.transfers import code_in
from motcua_contracts.rules.provider_calls import bank_signed, read_notice

from motcua_payment.domain.calls import PAID, ProviderResult
from motcua_payment.domain.paying import Offer

from . import BackAnswer, BackOrder, Opened, Order, ProviderTrouble

NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
"""Service code: interbank transfer to an account."""
DYNAMIC, DONG, VIETNAM = "12", "704", "VN"


@dataclass(frozen=True, slots=True)
class Vietqr:
    """One account of an authority. `bank` is the bank's NAPAS number (BIN)."""

    bank: str
    account: str
    secret: str = field(repr=False)
    agency: str = ""
    """Whose account it is."""

    @property
    def offer(self) -> Offer:
        return Offer(pay_seconds=None, asked=False, refunds_by="counter")

    async def create_payment(self, order: Order) -> Opened:
        return Opened(
            payload=payload(self.bank, self.account, order.amount_vnd, order.short_reference)
        )

    def parse(self, raw_query: str) -> ProviderResult:
        signature, _, text = raw_query.partition(".")
        body = text.encode("utf-8", "replace")
        notice = read_notice(body) if bank_signed(signature, body, self.secret) else None
        if notice is None:
            return ProviderResult(valid=False)
        if notice.account != self.account:
            return ProviderResult(valid=False)
        return ProviderResult(
            valid=True,
            references=notice.references,
            agency=self.agency,
            code_named=code_in(notice.description),
            amount_vnd=notice.amount,
            code=PAID,
            transaction=notice.transaction_id,
            final=True,
            paid_at=_instant(notice.credited_at),
        )

    async def ask(self, order: Order) -> ProviderResult:
        raise ProviderTrouble("a bank is not asked: its notification or its statement says it")

    async def refund(self, order: BackOrder) -> BackAnswer:
        raise ProviderTrouble("a transfer goes back over the counter")


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


def _instant(text: str) -> datetime | None:
    """None where it is no time of this century with its zone: then it counts when it was told."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None and 2000 <= instant.year < 2100 else None
