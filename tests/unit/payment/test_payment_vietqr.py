"""VietQR: the code against a worked example and an independent reader; the bank's notification
against the standard library's HMAC.
"""

import asyncio
import binascii
import hashlib
import hmac
import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import segno
from motcua_contracts.messages.payment import short_reference_of
from motcua_payment.domain.calls import ProviderResult
from motcua_payment.providers.vietqr import Vietqr
from motcua_payment_providers.vietqr import crc

from .test_payment_vnpay import ORDER

SECRET, ACCOUNT, REFERENCE = "SAMPLESECRET", "1017000000001", "MCABCDEFGHIJ23456"
ORDER_QR = type(ORDER)(
    ORDER.reference, 50_000, ORDER.text, "", ORDER.created_at, ORDER.expires_at, REFERENCE
)
WORKED = (
    "000201" "010212"
    "3857" "0010A000000727" "0127" "0006970436" "01131017000000001" "0208QRIBFTTA"
    "5303704" "540550000" "5802VN" "6221" "0817MCABCDEFGHIJ23456" "6304"
)  # fmt: skip


@pytest.fixture
def vietqr() -> Vietqr:
    return Vietqr("970436", ACCOUNT, SECRET)


def test_the_crc_is_ccitt_false() -> None:
    assert crc(b"123456789") == 0x29B1, "the check value of CRC-16/CCITT-FALSE"


async def test_the_code_says_the_worked_example(vietqr: Vietqr) -> None:
    said = (await vietqr.create_payment(ORDER_QR)).payload
    assert said == f"{WORKED}{binascii.crc_hqx(WORKED.encode(), 0xFFFF):04X}"


@pytest.mark.skipif(
    shutil.which("zbarimg") is None,
    reason="zbar-tools is not installed (apt-get install zbar-tools)",
)
def test_an_independent_reader_reads_it_off_the_picture(vietqr: Vietqr, tmp_path: Path) -> None:
    said = asyncio.run(vietqr.create_payment(ORDER_QR)).payload
    segno.make(said, error="m").save(str(tmp_path / "qr.png"), scale=8)
    read = subprocess.run(
        ["zbarimg", "--raw", "-q", tmp_path / "qr.png"], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert fields(read) == {
        "00": "01",
        "01": "12",
        "38": "0010A00000072701270006970436011310170000000010208QRIBFTTA",
        "53": "704",
        "54": "50000",
        "58": "VN",
        "62": f"0817{REFERENCE}",
        "63": said[-4:],
    }


def fields(text: str) -> dict[str, str]:
    """Tag, length, value, until the end."""
    read = {}
    while text:
        tag, length = text[:2], int(text[2:4])
        read[tag], text = text[4 : 4 + length], text[4 + length :]
    return read


def test_the_short_reference_fits_into_a_transfer_and_differs_for_every_attempt() -> None:
    every = {short_reference_of(f"{'x' * 36}-{attempt}") for attempt in range(1, 500)}
    assert len(every) == 499
    assert all(len(one) == 17 and one.isalnum() and one.isupper() for one in every)


def notice(**changes: Any) -> str:
    plain: dict[str, Any] = {
        "transaction_id": "FT26329000001",
        "account": ACCOUNT,
        "amount": 50_000,
        "credited_at": "2026-11-24T10:00:00+07:00",
        "description": f"MBVCB.778812.{REFERENCE.lower()}.CT tu 0900000001",
    }
    return json.dumps(plain | changes)


def signed(body: str, secret: str = SECRET) -> str:
    return f"{hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()}.{body}"


def test_a_notification_is_read(vietqr: Vietqr) -> None:
    credited = datetime(2026, 11, 24, 3, tzinfo=UTC)
    expected = ProviderResult(
        True,
        "",
        50_000,
        "00",
        "FT26329000001",
        final=True,
        paid_at=credited,
        references=(REFERENCE,),
    )
    assert vietqr.parse(signed(notice())) == expected


@pytest.mark.parametrize(
    "raw",
    [
        signed(notice(), "other"),
        signed(notice()).replace("50000", "90000"),
        notice(),
        signed(notice(account="999")),
        signed(notice(amount="50000")),
        signed(notice(amount=-1)),
        signed(notice(amount=2**63)),
        signed(notice(transaction_id="")),
        signed("[]"),
        "",
    ],
    ids=[
        "other secret",
        "changed",
        "not signed",
        "other account",
        "amount is text",
        "negative",
        "64 bits",
        "no number",
        "no object",
        "nothing",
    ],
)
def test_what_cannot_be_believed_is_not_valid(vietqr: Vietqr, raw: str) -> None:
    read = vietqr.parse(raw)
    assert (read.valid, read.amount_vnd, read.transaction) == (False, 0, "")


def test_an_amount_is_read_as_the_bank_wrote_it(vietqr: Vietqr) -> None:
    """The rules refuse it by name, with its figures; nothing makes another amount of it."""
    for amount in (10**15, 10**15 + 1, 2**63 - 1):
        assert vietqr.parse(signed(notice(amount=amount))).amount_vnd == amount


def test_a_time_without_its_zone_is_none(vietqr: Vietqr) -> None:
    assert vietqr.parse(signed(notice(credited_at="2026-11-24T10:00:00"))).paid_at is None


def test_the_secret_is_not_shown(vietqr: Vietqr) -> None:
    assert SECRET not in repr(vietqr)
