"""Our sender against a real Kannel: alphabets, parts, the delivery report at the address that we
gave, and a wrong password.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from motcua_notify.alphabet import encode
from motcua_notify.configuration import SmsProvider
from motcua_notify.provider import NotSent, Refused, ShortMessage
from motcua_notify.sms import SmsSender

from tests.support.notify.kannel_gateway import (
    INSTALLED,
    PASSWORD,
    WHY_NOT,
    Kannel,
    kannel,
    read_part,
)

pytestmark = pytest.mark.skipif(not INSTALLED, reason=WHY_NOT)
VIETNAMESE = (
    "Hồ sơ H40.12-261124-0001 cần bổ sung 2 loại giấy tờ trước 17 giờ 00 ngày 08/12/2026. Chi tiết:"
    " https://motcua.example/x?a=1&b=100%25"
)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kannel]:
    with kannel(tmp_path_factory.mktemp("kannel")) as running:
        yield running


@pytest.fixture
async def reports() -> AsyncIterator[tuple[str, list[str]]]:
    """Where reports go, and the paths that were asked for."""
    asked: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).decode().split()[1])
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    server.close()


async def send(
    gateway: Kannel,
    text: str,
    *,
    fold: bool = False,
    password: str = PASSWORD,
    to: str = "0900000001",
    report: str = "",
) -> None:
    provider = SmsProvider.model_validate({**gateway.provider, "password": password})
    async with httpx.AsyncClient(trust_env=False) as client:
        sender = SmsSender(
            provider,
            "MOTCUA",
            client,
            lambda message_id: f"{report}/{message_id}?status=%d" if report else "",
        )
        await sender.send(ShortMessage("d-1.4.sms", to, *encode(text, fold=fold)))


async def test_vietnamese_arrives_in_ucs2_in_as_many_parts_as_we_count_and_is_reported(
    gateway: Kannel, reports: tuple[str, list[str]]
) -> None:
    address, asked = reports
    before = len(gateway.parts(0))
    await send(gateway, VIETNAMESE, report=address)
    expected = encode(VIETNAMESE, fold=False)
    assert (expected.ucs2, expected.segments) == (True, 2)
    parts = [
        read_part(line) for line in (await asyncio.to_thread(gateway.parts, before + 2))[before:]
    ]
    assert {receiver for receiver, _ in parts} == {"0900000001"}
    assert len(parts) == expected.segments
    assert "".join(text for _, text in parts) == VIETNAMESE
    for _ in range(100):
        if asked:
            break
        await asyncio.sleep(0.1)
    assert asked == ["/d-1.4.sms?status=1"]


async def test_folded_it_is_gsm7_and_shorter(gateway: Kannel) -> None:
    before = len(gateway.parts(0))
    await send(
        gateway, "Hồ sơ đã được tiếp nhận. Hẹn trả kết quả: 10 giờ 30 ngày 27/11/2026.", fold=True
    )
    (line,) = (await asyncio.to_thread(gateway.parts, before + 1))[before:]
    assert read_part(line) == (
        "0900000001",
        "Ho so da duoc tiep nhan. Hen tra ket qua: 10 gio 30 ngay 27/11/2026.",
    )


async def test_a_wrong_password_is_our_own_trouble_and_refuses_no_message(gateway: Kannel) -> None:
    with pytest.raises(NotSent, match="sms-403"):
        await send(gateway, "x", password="wrong")


async def test_a_receiver_that_is_none_is_refused(gateway: Kannel) -> None:
    with pytest.raises(Refused, match="sms-400"):
        await send(gateway, "x", to="")
