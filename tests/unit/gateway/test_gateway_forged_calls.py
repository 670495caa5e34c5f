"""Calls that nobody signed, whatever they hold: 97 (or nothing here), no record, one line an hour;
a good call beside them is taken.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from motcua_chassis.metrics import Metrics
from motcua_contracts.messages.notify import report_signature
from motcua_contracts.messages.payment import PaymentRequested, reference_of, short_reference_of
from motcua_documents.store import DocumentStore
from motcua_gateway.commands.forged_calls import ForgedCalls
from motcua_payment_providers import vietqr, vnpay
from pymongo.errors import AutoReconnect
from structlog.testing import CapturingLogger

from .dossier_events import DOSSIER, REGISTERED_ONLY, T0, said_by, way
from .harness import GatewayHarness, open_gateway

MERCHANT, BANK, REPORTS = (
    "the-secret-of-this-merchant-0001",
    "the-secret-of-this-account-00001",
    "the-secret-of-the-reports-000001",
)
REFERENCE = reference_of(DOSSIER, 1)
SHORT = short_reference_of(REFERENCE)
IPN, NOTIFICATION, BACK = (
    "/api/v1/callbacks/vnpay/ipn",
    "/api/v1/callbacks/vietqr/notification",
    "/api/v1/callbacks/vnpay/return",
)
REPORT = f"/api/v1/callbacks/sms/{DOSSIER}.4.sms"
NOTICE = {
    "transaction_id": "FT1",
    "account": "1",
    "amount": 100_000,
    "credited_at": "2026-11-24T10:00:00+07:00",
    "description": f"CT {SHORT}",
}
DEEP = 3_500
REQUESTED = PaymentRequested(
    attempt=1,
    provider="vietqr",
    reference=REFERENCE,
    amount_vnd=100_000,
    return_url="x",
    requested_at=T0,
    expires_at=T0,
    short_reference=SHORT,
)


@pytest.fixture
async def filed(database: Any, documents: DocumentStore) -> GatewayHarness:
    desk = await open_gateway(
        database, documents, vnpay_secret=MERCHANT, vietqr_secret=BANK, report_secret=REPORTS
    )
    await desk.hear(way(REGISTERED_ONLY))
    await desk.hear([said_by("payment", REQUESTED, 10)])
    return desk


def counted(desk: GatewayHarness, provider: str) -> float:
    return (
        desk.runtime.metrics.registry.get_sample_value(
            "motcua_forged_calls_total", {"provider": provider}
        )
        or 0.0
    )


QUERIES: dict[str, bytes] = {
    "nothing": b"",
    "a known reference": f"vnp_TxnRef={REFERENCE}&vnp_SecureHash={'0' * 128}".encode(),
    "no hash": f"vnp_TxnRef={REFERENCE}".encode(),
    "bad UTF-8": f"vnp_TxnRef={REFERENCE}%FF%FE&vnp_SecureHash=%C3".encode(),
    "raw bytes": b"vnp_TxnRef=\xff\xfe&vnp_SecureHash=\x80",
    "half a letter": b"vnp_TxnRef=%ED%A0%80&vnp_SecureHash=ab",
    "NUL": b"vnp_TxnRef=%00&vnp_SecureHash=%00",
    "twice": f"vnp_TxnRef={REFERENCE}&vnp_TxnRef=x&vnp_SecureHash=a&vnp_SecureHash=b".encode(),
    "many": b"&".join(b"vnp_%d=1" % n for n in range(900)),
    "ampersands": b"&" * 7_000,
    "huge": b"vnp_TxnRef=" + b"9" * 60_000,
    "percent": b"%%%&%=%&vnp_SecureHash=%",
    "nested": b"vnp_TxnRef=" + b"[" * DEEP,
}
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "right but not signed": json.dumps(NOTICE).encode(),
    "nested 3,500 deep": (
        (f'{{"description": "{SHORT}", "more": ' + "[" * DEEP + "]" * DEEP + "}").encode()
    ),
    "bad UTF-8": f'{{"description": "{SHORT}\u00ff"}}'.encode("latin-1"),
    "half a letter": f'{{"description": "{SHORT}\\ud800"}}'.encode(),
    "huge": f'{{"description": "{SHORT}'.encode() + b"x" * 2_000_000,
    "huge number": b'{"amount": 1' + b"0" * 3_000 + b"}",
    "a name twice": f'{{"description": "{SHORT}", "description": "x"}}'.encode(),
    "NUL": f'{{"description": "{SHORT}\u0000"}}'.encode(),
    "not JSON": b"\x00\x01\x02",
}


async def get(desk: GatewayHarness, path: str, query: bytes) -> tuple[int, dict[str, str], bytes]:
    """As a server hands it over: a client would not send such bytes. Status, headers, body."""
    transport = desk.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    sent: list[Any] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
    }
    about = {
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(b"host", b"evil.example")],
        "server": ("gateway", 80),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await transport.app(
        {**scope, **about, "root_path": "", "client": ("127.0.0.1", 1)}, receive, send
    )
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


async def ipn(desk: GatewayHarness, query: bytes) -> tuple[int, str]:
    status, _, body = await get(desk, IPN, query)
    return status, json.loads(body)["RspCode"]


async def told(desk: GatewayHarness, body: bytes, **headers: str) -> tuple[int, str]:
    answer = await desk.client.post(NOTIFICATION, content=body, headers=headers)
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("name", QUERIES)
async def test_an_ipn_that_vnpay_did_not_sign_is_97_whatever_it_holds(
    filed: GatewayHarness, name: str
) -> None:
    assert await ipn(filed, QUERIES[name]) == (200, "97")
    assert (filed.runtime.appended, counted(filed, "vnpay")) == ([], 1)


@pytest.mark.parametrize("signature", ["", "0" * 64, "ab", "x" * 5_000, "Ã©"])
@pytest.mark.parametrize("name", BODIES)
async def test_a_notification_that_the_bank_did_not_sign_is_97_whatever_it_holds(
    filed: GatewayHarness, name: str, signature: str
) -> None:
    headers = {"x-bank-signature": signature.encode("latin-1")}
    answer = await filed.client.post(NOTIFICATION, content=BODIES[name], headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (200, "97")
    assert (filed.runtime.appended, counted(filed, "vietqr")) == ([], 1)


@pytest.mark.parametrize(
    "path", ["/x", "/" + "0" * 32, "/" + "y" * 900, f"/{quote('é')}", "/%ED%A0%80", "/%00"]
)
@pytest.mark.parametrize("name", BODIES)
async def test_a_report_whose_address_notify_did_not_sign_is_nowhere_whatever_it_holds(
    filed: GatewayHarness, name: str, path: str
) -> None:
    for address in (f"{REPORT}{path}", f"/api/v1/callbacks/sms/{'m' * 400}{path}"):
        posted = await filed.client.post(address, content=BODIES[name][:900_000])
        asked = await filed.client.get(address, params={"status": "1" * 90})
        assert {
            posted.status_code,
            asked.status_code,
            (await filed.client.get(address)).status_code,
        } == {404}
    assert (filed.runtime.appended, counted(filed, "sms")) == ([], 6)


@pytest.mark.parametrize("name", QUERIES)
async def test_a_way_back_that_vnpay_did_not_sign_leads_home(
    filed: GatewayHarness, name: str
) -> None:
    status, headers, _ = await get(filed, BACK, QUERIES[name])
    assert (status, headers["location"]) == (303, "http://gateway/tra-cuu?payment=unverified")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": True}, "01"),
        ({"amount": 10**19}, "01"),
        ({"amount": -1}, "01"),
        ({"transaction_id": ""}, "01"),
        ({"description": "x" * 2_000}, "01"),
        ({"description": [[SHORT]]}, "01"),
        ({}, "99"),
    ],
    ids=[
        "no number",
        "beyond money",
        "negative",
        "no id",
        "long",
        "no text",
        "good: payment has not answered",
    ],
)
async def test_what_the_bank_signed_is_read_strictly(
    filed: GatewayHarness, changes: dict[str, Any], code: str
) -> None:
    body = json.dumps(NOTICE | changes).encode()
    assert await told(filed, body, **{"x-bank-signature": bank_signature(body)}) == (200, code)
    assert len(filed.runtime.appended) == (code == "99")
    assert counted(filed, "vietqr") == 0


async def test_without_a_secret_nobody_signs(database: Any, documents: DocumentStore) -> None:
    desk = await open_gateway(database, documents)
    await desk.hear(way(REGISTERED_ONLY))
    body = json.dumps(NOTICE).encode()
    assert await told(desk, body, **{"x-bank-signature": bank_signature(body, "")}) == (200, "97")
    assert await ipn(desk, merchant_signed({"vnp_TxnRef": REFERENCE}, "")) == (200, "97")
    assert (
        await desk.client.get(f"{REPORT}/{report_signature(f'{DOSSIER}.4.sms', '')}?status=1")
    ).status_code == 404
    assert desk.runtime.appended == []


def bank_signature(body: bytes, secret: str = BANK) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def merchant_signed(parameters: dict[str, str], secret: str = MERCHANT) -> bytes:
    data = urlencode(sorted(parameters.items()))
    return f"{data}&vnp_SecureHash={hmac.new(secret.encode(), data.encode(), hashlib.sha512).hexdigest()}".encode()  # noqa: E501


MANY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = st.sampled_from(
    ["vnp_TxnRef", "vnp_Amount", "vnp_SecureHash", "vnp_SecureHashType", "x", ""]
)


@MANY
@given(
    st.one_of(
        st.binary(max_size=5_000),
        st.lists(st.tuples(NAMES, st.text(max_size=50))).map(
            lambda pairs: urlencode([(n, v.encode("utf-8", "replace")) for n, v in pairs]).encode()
        ),
    )
)
def test_no_query_that_somebody_made_up_is_vnpays(query: bytes) -> None:
    assert vnpay.verify(query, MERCHANT) is None


@MANY
@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=9),
        st.text(st.characters(codec="utf-8"), max_size=30),
        max_size=9,
    )
)
def test_what_the_merchants_secret_signed_is_read_as_it_was_written(
    parameters: dict[str, str],
) -> None:
    named = {
        f"vnp_{name}": value
        for name, value in parameters.items()
        if value and name not in ("SecureHash", "SecureHashType")
    }
    read = vnpay.verify(merchant_signed(named), MERCHANT)
    assert read is not None
    assert (read.parameters, read.canonical) == (
        named,
        merchant_signed(named).decode().removeprefix("&") if named else read.canonical,
    )


@MANY
@given(st.binary(max_size=5_000), st.text(max_size=80))
def test_no_body_that_somebody_made_up_is_the_banks(body: bytes, signature: str) -> None:
    assert not vietqr.verify(signature, body, BANK)
    vietqr.read(body)  # and reading one never raises, were it signed


@pytest.mark.parametrize(
    "make", [lambda n: b"[" * n, lambda n: b'{"a":' * n, lambda n: b'{"amount":' + b"9" * n + b"}"]
)
def test_reading_a_signed_notice_never_raises(make: Callable[[int], bytes]) -> None:
    assert vietqr.read(make(100_000)) is None


def test_however_many_are_forged_the_log_says_it_once_an_hour() -> None:
    at = [datetime(2026, 11, 27, 10, 5, tzinfo=UTC)]
    log, metrics = CapturingLogger(), Metrics()
    forged = ForgedCalls(metrics, log, lambda: at[0], None)
    for _ in range(1_000):
        forged.seen("vnpay")
    forged.seen("sms")
    assert [call.kwargs["provider"] for call in log.calls] == ["vnpay", "sms"]
    at[0] += timedelta(hours=1)
    forged.seen("vnpay")
    assert len(log.calls) == 3
    assert (
        metrics.registry.get_sample_value("motcua_forged_calls_total", {"provider": "vnpay"})
        == 1_001
    )


class Stored:
    """A collection that adds up, or is away."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.away, self.writes = False, 0

    async def bulk_write(self, operations: list[Any]) -> None:
        if self.away:
            raise AutoReconnect("away")
        for one in operations:
            self.writes += 1
            key = one._filter["_id"]
            self.counts[key] = self.counts.get(key, 0) + one._doc["$inc"]["count"]


async def test_forged_calls_are_kept_as_one_number_an_hour_and_none_is_lost_or_doubled() -> None:
    at, stored = [datetime(2026, 11, 27, 10, 5, tzinfo=UTC)], Stored()
    forged = ForgedCalls(Metrics(), CapturingLogger(), lambda: at[0], stored)
    for _ in range(1_000):
        forged.seen("vnpay")
    await forged.store()
    assert (stored.counts, stored.writes) == ({"vnpay|2026-11-27T10": 1_000}, 1)
    stored.away = True
    forged.seen("vnpay")
    await forged.store()
    stored.away = False
    at[0] += timedelta(hours=1)
    forged.seen("vnpay")
    await forged.store()
    await forged.store()
    assert stored.counts == {"vnpay|2026-11-27T10": 1_001, "vnpay|2026-11-27T11": 1}


async def test_what_has_come_is_stored_at_the_end_too() -> None:
    stored = Stored()
    forged = ForgedCalls(
        Metrics(), CapturingLogger(), lambda: datetime(2026, 11, 27, 10, tzinfo=UTC), stored
    )
    running = asyncio.create_task(forged.run())
    await asyncio.sleep(0)
    forged.seen("sms")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert stored.counts == {"sms|2026-11-27T10": 1}
