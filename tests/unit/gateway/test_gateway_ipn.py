"""The answers to VNPAY, line by line as payment's page has them."""

import asyncio
import hmac
from typing import Any
from urllib.parse import urlencode

import pytest
from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages.payment import (
    MismatchFound,
    PaymentFailed,
    PaymentHeld,
    PaymentSettled,
    RecordProviderResult,
    reference_of,
)
from motcua_contracts.wire.envelope import sha256, stable_id
from motcua_contracts.wire.payload import REJECTIONS
from motcua_documents.store import DocumentStore

from .dossier_events import DOSSIER, REGISTERED_ONLY, said_by, way
from .harness import GatewayHarness, open_gateway

SECRET = "the-secret-of-this-merchant-0001"
PATH = "/callbacks/vnpay/ipn"
MONEY: dict[str, Any] = {"amount_vnd": 100_000, "provider": "vnpay", "attempt": 1, "reference": "1"}


def settled() -> Event:
    return PaymentSettled.model_validate(
        {**MONEY, "channel": "online", "settled_at": "2026-11-24T02:00:00Z"}
    )


def mismatch(reason: str) -> Event:
    return MismatchFound.model_validate({**MONEY, "reason": reason})


def refused(slug: str) -> Event:
    return REJECTIONS["payment"](
        command="RecordProviderResult", command_id="x", slug=slug, params={}
    )


def held() -> Event:
    return PaymentHeld.model_validate(
        {**MONEY, "channel": "online", "received_at": "2026-11-24T02:00:00Z"}
    )


def signed(data: str, secret: str = SECRET) -> str:
    return f"{data}&vnp_SecureHash={hmac.new(secret.encode(), data.encode(), 'sha512').hexdigest()}"


def query(reference: str = reference_of(DOSSIER, 1), extra: str = "") -> str:
    return signed(f"vnp_Amount=10000000&vnp_OrderInfo=Le+phi+ho+so&vnp_TxnRef={reference}") + extra


def answering(desk: GatewayHarness, *events: Event) -> None:
    async def react(message: Message[Payload]) -> None:
        await desk.hear(
            [
                said_by("payment", event, 90 + n, chain=message.correlationid)
                for n, event in enumerate(events)
            ]
        )

    desk.runtime.react = react


async def code(desk: GatewayHarness, raw: str | None = None) -> str:
    response = await desk.client.get(f"/api/v1{PATH}?{query() if raw is None else raw}")
    assert response.status_code == 200
    assert set(response.json()) == {"RspCode", "Message"}
    return str(response.json()["RspCode"])


@pytest.fixture
async def filed(database: Any, documents: DocumentStore) -> GatewayHarness:
    desk = await open_gateway(database, documents, vnpay_secret=SECRET)
    await desk.hear(way(REGISTERED_ONLY))
    return desk


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((settled(),), "00"),
        ((PaymentFailed(attempt=1, provider="vnpay", provider_code="24"),), "00"),
        ((mismatch("late"),), "00"),
        ((mismatch("duplicate"),), "00"),
        ((refused("already-settled"),), "02"),
        ((mismatch("amount_differs"),), "04"),
        ((mismatch("bad_signature"),), "97"),
        ((refused("bad-signature"),), "97"),
        ((refused("amount-too-large"),), "04"),
        ((refused("attempt-unknown"),), "01"),
        ((refused("dossier-unknown"),), "01"),
        ((held(),), "99"),
        ((), "99"),
    ],
)
async def test_what_follows_decides_the_answer(
    filed: GatewayHarness, events: tuple[Event, ...], expected: str
) -> None:
    answering(filed, *events)
    assert await code(filed) == expected


async def test_whatever_unsigned_is_added_to_a_call_it_is_the_same_call(
    filed: GatewayHarness,
) -> None:
    """A citizen's browser holds a rightly signed way back: written in a thousand ways it would be a
    thousand records.
    """
    answering(filed, settled())
    again = [
        query() + "&utm=1",
        "a=b&" + query(),
        query().replace("Le+phi", "Le%20phi"),
        query() + "&vnp_Empty=",
    ]
    assert [await code(filed, raw) for raw in (query(), *again)] == ["00", "02", "02", "02", "02"]
    assert len(filed.runtime.appended) == 1


async def test_the_call_goes_raw_to_the_dossier_that_it_names(filed: GatewayHarness) -> None:
    answering(filed, settled())
    await code(filed)
    topic, message = filed.runtime.appended[0]
    assert topic.name == "payment.commands"
    assert message.subject == DOSSIER
    assert message.data == RecordProviderResult(raw_query=query())
    assert message.id == stable_id("vnpay", sha256(query().encode()))


async def test_the_same_call_again_is_answered_as_confirmed_already(filed: GatewayHarness) -> None:
    answering(filed, settled())
    assert [await code(filed), await code(filed)] == ["00", "02"]
    assert len(filed.runtime.appended) == 1


@pytest.mark.parametrize(
    "event", [PaymentFailed(attempt=1, provider="vnpay", provider_code="24"), mismatch("late")]
)
async def test_a_byte_identical_repeat_of_a_failed_call_is_confirmed_already(
    filed: GatewayHarness, event: Event
) -> None:
    answering(filed, event)
    assert [await code(filed), await code(filed), await code(filed)] == ["00", "02", "02"]
    assert len(filed.runtime.appended) == 1


async def test_of_ten_equal_calls_at_once_one_is_confirmed(filed: GatewayHarness) -> None:
    answering(filed, settled())
    assert sorted(await asyncio.gather(*(code(filed) for _ in range(10)))) == ["00", *["02"] * 9]


async def test_another_amount_stays_another_amount(filed: GatewayHarness) -> None:
    answering(filed, mismatch("amount_differs"))
    assert [await code(filed), await code(filed)] == ["04", "04"]


OTHERWISE_WRONG: list[dict[str, str]] = [
    {"vnp_TxnRef": "nobody-1"},
    {"vnp_TxnRef": ""},
    {"vnp_Amount": "1"},
    {"vnp_TmnCode": "OTHER001"},
    {"vnp_ResponseCode": "24"},
    {"vnp_TxnRef": "nobody-1", "vnp_Amount": "-1", "vnp_ResponseCode": "zz"},
    {"vnp_PayDate": "no date"},
]


async def test_a_wrong_hash_is_97_whatever_else_is_wrong(filed: GatewayHarness) -> None:
    answering(filed, settled())
    plain = {
        "vnp_Amount": "10000000",
        "vnp_TxnRef": reference_of(DOSSIER, 1),
        "vnp_TmnCode": "SAMPLE01",
    }
    for changes in OTHERWISE_WRONG:
        assert (
            await code(
                filed,
                signed(urlencode(sorted((plain | changes).items())), "another-merchant's-secret"),
            )
            == "97"
        )
    assert filed.runtime.appended == []


async def test_a_call_that_came_before_its_answer_is_confirmed_at_the_next(
    filed: GatewayHarness,
) -> None:
    assert await code(filed) == "99"
    answering(filed, settled())
    assert await code(filed) == "00"


@pytest.mark.parametrize(
    "reference", ["abc", "unknown-1", f"{DOSSIER}-x", "other-dossier-7", "x" * 2_000]
)
async def test_a_reference_that_is_none_of_ours_costs_no_record(
    filed: GatewayHarness, reference: str
) -> None:
    assert await code(filed, query(reference)) == "01"
    assert filed.runtime.appended == []


async def test_a_call_that_is_too_long_costs_no_record(filed: GatewayHarness) -> None:
    assert await code(filed, query(extra="&x=" + "y" * 5000)) == "97"
    assert filed.runtime.appended == []
