"""VNPAY's protocol against examples worked out by hand: the strings written out, the HMAC by
openssl, none of our code in between.
"""

import shutil
import subprocess
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from motcua_payment.domain.calls import ProviderResult
from motcua_payment.providers import Provider
from motcua_payment.providers.vnpay import Vnpay
from motcua_payment_providers.base import Order

SECRET = "SAMPLESECRETSAMPLESECRETSAMPLE01"
PAY_DATA = (
    "vnp_Amount=5000000&vnp_Command=pay&vnp_CreateDate=20261125003000&vnp_CurrCode=VND&vnp_ExpireDate=20261125004500"
    "&vnp_IpAddr=127.0.0.1&vnp_Locale=vn&vnp_OrderInfo=Le+phi+ho+so+H40.12-261124-0001&vnp_OrderType=other"
    "&vnp_ReturnUrl=https%3A%2F%2Fmotcua.example%2Fho-so%2Fd-1%3Fpaid%3D1&vnp_TmnCode=SAMPLE01&vnp_TxnRef=d-1-1&vnp_Version=2.1.0"
)
PAY_HASH = "b6521f6e49704c4b1596639405554efc07e448dfd34d3341ad00772519ce1528483c7c6e715c692872d94b0b9f1a5ea130fa88f9c97b025fefbb5b1adce6440e"  # noqa: E501
CALL_DATA = (
    "vnp_Amount=5000000&vnp_BankCode=NCB&vnp_BankTranNo=VNP14000001&vnp_CardType=ATM&vnp_OrderInfo=Le+phi+ho+so+H40.12-261124-0001"
    "&vnp_PayDate=20261125003211&vnp_ResponseCode=00&vnp_TmnCode=SAMPLE01&vnp_TransactionNo=14000001&vnp_TransactionStatus=00"
    "&vnp_TxnRef=d-1-1"
)
CALL_HASH = "676b674fa7593595d7a7c9214278477fbc43227502c7970769206b3a94f90d8d69d2a78048109e0f79b65427fe97b8bed4d18f7964c47d9e8a42fbd7c176cdf8"  # noqa: E501
ASKED_AT = datetime(2026, 11, 24, 17, 46, tzinfo=UTC)
PAID_AT = datetime(2026, 11, 24, 17, 32, 11, tzinfo=UTC)
ORDER = Order(
    reference="d-1-1",
    amount_vnd=50_000,
    text="Le phi ho so H40.12-261124-0001",
    return_url="https://motcua.example/ho-so/d-1?paid=1",
    created_at=datetime(2026, 11, 24, 17, 30, 0, 999_000, tzinfo=UTC),
    expires_at=datetime(2026, 11, 24, 17, 45, tzinfo=UTC),
)


@pytest.fixture
def vnpay() -> Provider:
    return adapter(httpx.AsyncClient())


def adapter(client: httpx.AsyncClient) -> Vnpay:
    return Vnpay(
        "https://pay.example/paymentv2/vpcpay.html",
        "SAMPLE01",
        SECRET,
        "https://pay.example/api",
        client,
        lambda: ASKED_AT,
    )


def by_openssl(data: str, secret: str = SECRET) -> str:
    """HMAC-SHA512 by another's code."""
    command = ["openssl", "dgst", "-sha512", "-hmac", secret, "-r"]
    return (
        subprocess.run(command, input=data.encode(), capture_output=True, check=True)
        .stdout.split()[0]
        .decode()
    )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_worked_hashes_are_openssls() -> None:
    assert (by_openssl(PAY_DATA), by_openssl(CALL_DATA)) == (PAY_HASH, CALL_HASH)


async def test_the_pay_page_is_the_worked_example(vnpay: Provider) -> None:
    url = (await vnpay.create_payment(ORDER)).redirect_url
    assert url == f"https://pay.example/paymentv2/vpcpay.html?{PAY_DATA}&vnp_SecureHash={PAY_HASH}"


async def test_the_same_order_gives_the_same_address(vnpay: Provider) -> None:
    assert await vnpay.create_payment(ORDER) == await vnpay.create_payment(ORDER)


async def test_the_address_holds_no_secret(vnpay: Provider) -> None:
    url = (await vnpay.create_payment(ORDER)).redirect_url
    assert SECRET not in url
    assert SECRET not in repr(vnpay)
    assert len(dict(parse_qsl(urlsplit(url).query))) == 14


def test_the_call_is_read_as_worked_out(vnpay: Provider) -> None:
    assert vnpay.parse(f"{CALL_DATA}&vnp_SecureHash={CALL_HASH}") == ProviderResult(
        True, "d-1-1", 50_000, "00", "14000001", paid_at=PAID_AT
    )


@pytest.mark.parametrize(
    "query",
    [
        f"vnp_SecureHash={CALL_HASH.upper()}&vnp_SecureHashType=HMACSHA512&{CALL_DATA}",
        f"{'&'.join(reversed(CALL_DATA.split('&')))}&vnp_SecureHash={CALL_HASH}",
        f"{CALL_DATA}&vnp_Empty=&vnp_SecureHash={CALL_HASH}",
        f"utm=other&{CALL_DATA}&vnp_SecureHash={CALL_HASH}",
        f"{CALL_DATA.replace('Le+phi', 'Le%20phi')}&vnp_SecureHash={CALL_HASH}",
    ],
    ids=["upper case, hash first", "other order", "empty value", "not theirs", "other coding"],
)
def test_what_the_signature_does_not_cover_does_not_matter(vnpay: Provider, query: str) -> None:
    assert vnpay.parse(query).valid


@pytest.mark.parametrize(
    "query",
    [
        CALL_DATA,
        f"{CALL_DATA}&vnp_SecureHash=",
        f"{CALL_DATA}&vnp_SecureHash=é{CALL_HASH[1:]}",
        f"{CALL_DATA}&vnp_SecureHash={CALL_HASH[:-1]}",
        f"{CALL_DATA.replace('5000000', '500000')}&vnp_SecureHash={CALL_HASH}",
        f"{CALL_DATA}&vnp_Extra=1&vnp_SecureHash={CALL_HASH}",
        f"{CALL_DATA}&vnp_Amount=5000000&vnp_SecureHash={CALL_HASH}",
        "",
        "%%%",
    ],
    ids=[
        "no hash",
        "empty hash",
        "not ASCII",
        "cut",
        "amount changed",
        "one more",
        "given twice",
        "nothing",
        "no query",
    ],
)
def test_a_call_that_is_not_rightly_signed_is_not_valid(vnpay: Provider, query: str) -> None:
    read = vnpay.parse(query)
    assert not read.valid
    assert (read.amount_vnd, read.code, read.transaction) == (0, "", "")


def signed(data: str, secret: str = SECRET) -> str:
    return f"{data}&vnp_SecureHash={by_openssl(data, secret)}"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            (
                "00&vnp_TmnCode=SAMPLE01&vnp_TransactionNo=14000001&vnp_TransactionStatus=00",
                "24&vnp_TmnCode=SAMPLE01&vnp_TransactionNo=14000001&vnp_TransactionStatus=02",
            ),
            ProviderResult(True, "d-1-1", 50_000, "24", "14000001", paid_at=PAID_AT),
        ),
        (
            ("vnp_ResponseCode=00", "vnp_ResponseCode=24"),
            ProviderResult(
                True, "d-1-1", 50_000, "24", "14000001", paid_at=PAID_AT, standing="doubted"
            ),
        ),
        (
            ("vnp_ResponseCode=00", "vnp_ResponseCode=07"),
            ProviderResult(
                True, "d-1-1", 50_000, "07", "14000001", paid_at=PAID_AT, standing="doubted"
            ),
        ),
        (
            ("vnp_TransactionStatus=00", "vnp_TransactionStatus=07"),
            ProviderResult(
                True, "d-1-1", 50_000, "07", "14000001", paid_at=PAID_AT, standing="doubted"
            ),
        ),
        (
            ("vnp_TransactionStatus=00", "vnp_TransactionStatus=02"),
            ProviderResult(True, "d-1-1", 50_000, "02", "14000001", paid_at=PAID_AT),
        ),
        (
            ("&vnp_TransactionStatus=00", ""),
            ProviderResult(
                True, "d-1-1", 50_000, "none", "14000001", paid_at=PAID_AT, standing="doubted"
            ),
        ),
        (
            ("vnp_Amount=5000000", "vnp_Amount=5000050"),
            ProviderResult(True, "d-1-1", 0, "00", "14000001", paid_at=PAID_AT),
        ),
        (
            ("vnp_Amount=5000000", "vnp_Amount=-5000000"),
            ProviderResult(True, "d-1-1", 0, "00", "14000001", paid_at=PAID_AT),
        ),
        (("vnp_TmnCode=SAMPLE01", "vnp_TmnCode=SAMPLE02"), ProviderResult(False, "d-1-1")),
    ],
    ids=[
        "cancelled",
        "cancelled and taken",
        "suspected",
        "suspected in the books",
        "not settled",
        "no status",
        "no whole đồng",
        "negative",
        "other merchant",
    ],
)
def test_rightly_signed_calls_are_read_with_care(
    vnpay: Provider, change: tuple[str, str], expected: ProviderResult
) -> None:
    assert vnpay.parse(signed(CALL_DATA.replace(*change))) == expected


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_call_signed_with_another_secret_is_not_valid(vnpay: Provider) -> None:
    assert not vnpay.parse(signed(CALL_DATA, f"{SECRET}x")).valid
