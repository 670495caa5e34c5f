"""querydr and refund of VNPAY: what is asked is a worked example, signed by the standard library;
answers are read with care.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from motcua_payment.domain.calls import ProviderResult
from motcua_payment.providers import BackAnswer, ProviderTrouble
from motcua_payment.providers.vnpay import Vnpay
from motcua_payment_providers.base import BackOrder

from .test_payment_vnpay import ORDER, PAID_AT, SECRET, adapter

BACK = BackOrder(
    key="d-1/refund-1", payment=ORDER, transaction="14000001", paid_vnd=50_000, amount_vnd=50_000
)
REQUEST_ID = hashlib.sha256(b"d-1/refund-1").hexdigest()[:32]
ASKED = {
    "vnp_Version": "2.1.0",
    "vnp_TmnCode": "SAMPLE01",
    "vnp_TxnRef": "d-1-1",
    "vnp_TransactionDate": "20261125003000",
    "vnp_CreateDate": "20261125004600",
    "vnp_IpAddr": "127.0.0.1",
    "vnp_OrderInfo": "Le phi ho so H40.12-261124-0001",
}


def hmac_of(*values: str) -> str:
    return hmac.new(SECRET.encode(), "|".join(values).encode(), hashlib.sha512).hexdigest()


def answered(
    command: str, code: str = "00", *, secret_of: Callable[..., str] = hmac_of, **more: str
) -> dict[str, str]:
    """A rightly signed answer, its values in the order of the documentation."""
    body = {
        "vnp_ResponseId": "r-1",
        "vnp_Command": command,
        "vnp_ResponseCode": code,
        "vnp_Message": "m",
        "vnp_TmnCode": "SAMPLE01",
        "vnp_TxnRef": "d-1-1",
        "vnp_Amount": "5000000",
        "vnp_BankCode": "NCB",
        "vnp_PayDate": "20261125003211",
        "vnp_TransactionNo": "14000001",
        "vnp_TransactionType": "01",
        "vnp_TransactionStatus": "00",
        "vnp_OrderInfo": "o",
    } | {f"vnp_{name}": value for name, value in more.items()}
    signed = [*body.values(), "", ""] if command == "querydr" else list(body.values())
    return {**body, "vnp_SecureHash": secret_of(*signed)}


class Vnpays:
    """VNPAY's end: answers in turn, keeps what it was asked."""

    def __init__(self, *answers: dict[str, str]) -> None:
        self.answers, self.asked = list(answers), list[dict[str, Any]]()

    def provider(self) -> Vnpay:
        return adapter(httpx.AsyncClient(transport=httpx.MockTransport(self._answer)))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(json.loads(request.content))
        return httpx.Response(200, json=self.answers.pop(0))


async def test_querydr_asks_the_worked_example() -> None:
    there = Vnpays(answered("querydr"))
    assert await there.provider().ask(ORDER) == ProviderResult(
        True, "d-1-1", 50_000, "00", "14000001", final=True, paid_at=PAID_AT
    )
    (asked,) = there.asked
    request_id, signature = asked.pop("vnp_RequestId"), asked.pop("vnp_SecureHash")
    assert asked == {**ASKED, "vnp_Command": "querydr"}
    assert (len(request_id), request_id.isalnum()) == (32, True)
    assert signature == hmac_of(
        request_id,
        "2.1.0",
        "querydr",
        "SAMPLE01",
        "d-1-1",
        "20261125003000",
        "20261125004600",
        "127.0.0.1",
        ASKED["vnp_OrderInfo"],
    )


async def test_refund_asks_the_worked_example() -> None:
    there = Vnpays(
        answered("refund", TransactionNo="15000001", TransactionType="02", TransactionStatus="05")
    )
    assert await there.provider().refund(BACK) == BackAnswer(True, "15000001")
    (asked,) = there.asked
    signature = asked.pop("vnp_SecureHash")
    more = {
        "vnp_TransactionType": "02",
        "vnp_Amount": "5000000",
        "vnp_TransactionNo": "14000001",
        "vnp_CreateBy": "motcua",
    }
    assert asked == {**ASKED, "vnp_Command": "refund", "vnp_RequestId": REQUEST_ID, **more}
    assert signature == hmac_of(
        REQUEST_ID,
        "2.1.0",
        "refund",
        "SAMPLE01",
        "02",
        "d-1-1",
        "5000000",
        "14000001",
        "20261125003000",
        "motcua",
        "20261125004600",
        "127.0.0.1",
        ASKED["vnp_OrderInfo"],
    )


async def test_a_part_is_asked_for_as_a_part() -> None:
    there = Vnpays(answered("refund"))
    part = BackOrder(
        key="d-1/refund-1",
        payment=ORDER,
        transaction="14000001",
        paid_vnd=50_000,
        amount_vnd=20_000,
    )
    await there.provider().refund(part)
    assert (there.asked[0]["vnp_TransactionType"], there.asked[0]["vnp_Amount"]) == (
        "03",
        "2000000",
    )


async def test_a_refund_that_was_asked_for_before_is_looked_up_and_not_asked_for_under_another_id() -> (  # noqa: E501
    None
):
    there = Vnpays(
        answered("refund", "94"), answered("querydr", TransactionType="02", TransactionStatus="05")
    )
    assert await there.provider().refund(BACK) == BackAnswer(True, REQUEST_ID)
    assert [one["vnp_Command"] for one in there.asked] == ["refund", "querydr"]


async def test_a_refund_that_vnpay_calls_a_repeat_and_does_not_know_is_a_person_s_to_look_at() -> (
    None
):
    there = Vnpays(answered("refund", "94"), answered("querydr"))
    assert await there.provider().refund(BACK) == BackAnswer(False, code="94")


@pytest.mark.parametrize("code", ["02", "03", "91", "93", "95"])
async def test_what_vnpay_refuses_is_an_answer(code: str) -> None:
    assert await Vnpays(answered("refund", code)).provider().refund(BACK) == BackAnswer(
        False, code=code
    )


@pytest.mark.parametrize("code", ["97", "98", "99"])
async def test_what_vnpay_cannot_say_now_is_asked_again(code: str) -> None:
    with pytest.raises(ProviderTrouble):
        await Vnpays(answered("refund", code)).provider().refund(BACK)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"code": "91"}, ("91", 0, "unfinished")),
        ({"TransactionStatus": "01"}, ("01", 50_000, "unfinished")),
        ({"TransactionStatus": "02"}, ("02", 50_000, "failed")),
        ({"TransactionStatus": "04"}, ("04", 50_000, "doubted")),
        ({"TransactionStatus": "05"}, ("05", 50_000, "doubted")),
        ({"TransactionStatus": "06"}, ("06", 50_000, "doubted")),
        ({"TransactionStatus": "07"}, ("07", 50_000, "doubted")),
        ({"TransactionStatus": "09"}, ("09", 50_000, "doubted")),
        ({"TransactionStatus": ""}, ("none", 50_000, "doubted")),
        ({"TransactionType": "03", "TransactionStatus": "05"}, ("00", 50_000, "failed")),
        ({"Amount": "5000050"}, ("00", 0, "failed")),
    ],
    ids=[
        "never opened",
        "not finished",
        "failed",
        "reversed",
        "refunding",
        "refund sent",
        "suspected",
        "refund declined",
        "no status",
        "paid and refunded",
        "no whole đồng",
    ],
)
async def test_what_became_of_a_payment(
    more: dict[str, str], expected: tuple[str, int, str]
) -> None:
    answer = (
        await Vnpays(answered("querydr", more.pop("code", "00"), secret_of=hmac_of, **more))
        .provider()
        .ask(ORDER)
    )
    assert (answer.code, answer.amount_vnd, answer.standing) == expected


@pytest.mark.parametrize(
    "answer",
    [
        answered("querydr", secret_of=lambda *values: hmac_of(*values)[:-1] + "0"),
        answered("querydr") | {"vnp_TransactionStatus": "02"},
        answered("querydr", TmnCode="SAMPLE02"),
        answered("querydr", TxnRef="d-2-1"),
        {},
    ],
    ids=["other hash", "changed", "other merchant", "other payment", "nothing"],
)
async def test_an_answer_that_cannot_be_believed_is_none(answer: dict[str, str]) -> None:
    with pytest.raises(ProviderTrouble):
        await Vnpays(answer).provider().ask(ORDER)


async def test_a_broken_answer_is_asked_again() -> None:
    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(502)))
    with pytest.raises(httpx.HTTPStatusError):
        await adapter(client).ask(ORDER)
