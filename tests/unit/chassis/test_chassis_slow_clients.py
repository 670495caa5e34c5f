"""Slow clients on real sockets: half-open headers, bodies byte by byte, answers that nobody reads;
and everybody else is served.
"""

import asyncio
import resource
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import pytest
from motcua_chassis._http import settings
from motcua_chassis._http.ports import serve
from motcua_chassis._http.settings import PortSettings, open_files
from motcua_chassis._http.slow_clients import ConnectionLimits, address_key, networks
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

BIG = 64 << 20
GOOD = b"GET / HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"
PATIENCE = 60
"""Long enough for any machine; nothing is measured."""


async def who(request: Request) -> Response:
    return JSONResponse(
        {"client": request.client.host if request.client else "", "scheme": request.url.scheme}
    )


async def size(request: Request) -> Response:
    return JSONResponse({"size": len(await request.body())})


async def big(request: Request) -> Response:
    return Response(b"x" * BIG)


async def stream(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(6):
            yield b"beat\n"
            await asyncio.sleep(0.3)

    return StreamingResponse(parts())


APP = Starlette(
    routes=[
        Route("/", who),
        Route("/size", size, methods=["POST"]),
        Route("/big", big),
        Route("/stream", stream),
    ]
)
Open = Callable[..., Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


@asynccontextmanager
async def serving(**limits: Any) -> AsyncIterator[Open]:
    """A port with these limits; the way to connect to it, from an address of this machine's."""
    server, task, port = await serve(APP, "127.0.0.1", 0, ConnectionLimits(**limits))
    writers: list[asyncio.StreamWriter] = []

    async def connect(
        address: str = "127.0.0.1", said: bytes = b""
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
        writers.append(writer)
        writer.write(said)
        return reader, writer

    try:
        yield connect
    finally:
        for writer in writers:
            writer.transport.abort()
        server.should_exit = True
        await task


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """Until the server closes."""
    got = bytearray()
    async with asyncio.timeout(PATIENCE):
        with suppress(ConnectionError):
            while part := await reader.read(1 << 20):
                got += part
    return bytes(got)


def problem(raw: bytes) -> tuple[int, dict[str, str], Any]:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, orjson.loads(body)


async def test_three_hundred_half_open_connections_are_closed_and_others_are_served_meanwhile() -> (
    None
):
    async with serving(header_seconds=2, per_address=400) as connect:
        slow = [await connect("127.0.0.2", b"GET / HTTP/1.1\r\nHos") for _ in range(300)]
        assert (await all_of((await connect(said=GOOD))[0])).startswith(b"HTTP/1.1 200")
        for answer in await asyncio.gather(*(all_of(reader) for reader, _ in slow)):
            status, headers, body = problem(answer)
            assert (status, body["type"], body["params"]["limit"]) == (
                408,
                "urn:motcua:problem:too-slow",
                "headers",
            )
            assert headers["retry-after"]
        assert (await all_of((await connect(said=GOOD))[0])).startswith(b"HTTP/1.1 200")


async def test_headers_that_drip_in_do_not_prolong_their_time() -> None:
    async with serving(header_seconds=1) as connect:
        reader, writer = await connect(said=b"GET / HTTP/1.1\r\nX: ")
        answer = asyncio.create_task(all_of(reader))
        while not answer.done():
            writer.write(b"y")
            await asyncio.sleep(0.05)
        assert problem(answer.result())[0] == 408


@pytest.mark.parametrize("coding", [b"chunked", b"Chunked"])
async def test_a_body_with_two_lengths_is_refused_and_the_connection_closed(coding: bytes) -> None:
    """A proxy that goes by the other length takes the rest for a request of somebody else's
    (request smuggling).
    """
    async with serving() as connect:
        head = (
            b"POST /size HTTP/1.1\r\nHost: g\r\nContent-Length: 44\r\nTransfer-Encoding: "
            + coding
            + b"\r\n\r\n"
        )
        reader, _ = await connect(said=head + b"0\r\n\r\n" + GOOD)
        status, headers, body = problem(await all_of(reader))
        assert (status, body["type"], headers["connection"]) == (
            400,
            "urn:motcua:problem:request-invalid",
            "close",
        )


async def test_who_connects_and_says_nothing_is_closed() -> None:
    async with serving(header_seconds=0.5) as connect:
        reader, _ = await connect()
        assert problem(await all_of(reader))[0] == 408


async def test_the_second_request_of_a_connection_has_its_times_too() -> None:
    async with serving(header_seconds=0.5, idle_seconds=30) as connect:
        reader, writer = await connect(said=GOOD.replace(b"Connection: close\r\n", b""))
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.write(b"GET / HT")
        assert b"408 Request Timeout" in await all_of(reader)


async def test_a_body_byte_by_byte_is_cut_and_one_that_comes_at_its_rate_is_not() -> None:
    async with serving(body_seconds=1, body_rate=1000) as connect:
        head = b"POST /size HTTP/1.1\r\nHost: g\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
        reader, writer = await connect(said=head % 100_000)
        answer = asyncio.create_task(all_of(reader))
        while not answer.done():
            writer.write(b"y")
            await asyncio.sleep(0.05)
        status, _, body = problem(answer.result())
        assert (status, body["params"]["limit"]) == (408, "body")
        reader, writer = await connect(said=head % 40_000)
        for _ in range(8):
            writer.write(b"y" * 5000)
            await asyncio.sleep(0.25)
        assert b'{"size":40000}' in await all_of(reader)


async def test_an_answer_that_nobody_reads_is_given_up() -> None:
    async with serving(write_seconds=1) as connect:
        reader, _ = await connect(said=GOOD.replace(b"/ ", b"/big ", 1))
        await asyncio.sleep(6)
        assert len(await all_of(reader)) < BIG
        reader, _ = await connect(said=GOOD.replace(b"/ ", b"/big ", 1))
        assert len(await all_of(reader)) > BIG


async def test_a_stream_may_last() -> None:
    async with serving(
        header_seconds=0.4, body_seconds=0.4, write_seconds=0.4, request_seconds=0.4
    ) as connect:
        reader, _ = await connect(said=GOOD.replace(b"/ ", b"/stream ", 1))
        assert (await all_of(reader)).count(b"beat") == 6


async def test_an_address_has_its_number_of_connections_and_is_told() -> None:
    async with serving(per_address=5, header_seconds=30) as connect:
        held = [await connect("127.0.0.2", b"G") for _ in range(5)]
        status, headers, body = problem(await all_of((await connect("127.0.0.2"))[0]))
        assert (status, headers["retry-after"], body["params"]["allowed"]) == (429, "10", "5")
        assert "Quá nhiều kết nối" in body["title"]
        assert (await all_of((await connect("127.0.0.3", GOOD))[0])).startswith(b"HTTP/1.1 200")
        held[0][1].transport.abort()
        for _ in range(200):
            if (answer := await all_of((await connect("127.0.0.2", GOOD))[0])).startswith(
                b"HTTP/1.1 200"
            ):
                break
            await asyncio.sleep(0.05)
        assert answer.startswith(b"HTTP/1.1 200"), "the place was not given back"


async def test_when_all_places_are_taken_the_oldest_that_says_nothing_makes_room() -> None:
    async with serving(connections=10, header_seconds=30) as connect:
        slow = [await connect(f"127.0.1.{number}", b"G") for number in range(1, 11)]
        await asyncio.sleep(0.2)
        assert (await all_of((await connect(said=GOOD))[0])).startswith(b"HTTP/1.1 200")
        assert await all_of(slow[0][0]) == b""
        assert not slow[1][0].at_eof()


@pytest.mark.parametrize(
    ("trusted", "forwarded", "client"),
    [
        ("", "203.0.113.7", "127.0.0.2"),
        ("127.0.0.3", "203.0.113.7", "127.0.0.2"),
        ("127.0.0.2", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.2", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.2, 203.0.113.0/24", "198.51.100.1, 203.0.113.7", "198.51.100.1"),
        ("127.0.0.0/8", "2001:db8::1", "2001:db8::1"),
    ],
)
async def test_a_caller_s_address_is_believed_of_trusted_proxies_alone(
    trusted: str, forwarded: str, client: str
) -> None:
    said = GOOD.replace(b"Host", b"X-Forwarded-For: " + forwarded.encode() + b"\r\nHost")
    async with serving(trusted=networks(trusted)) as connect:
        answer = await all_of((await connect("127.0.0.2", said))[0])
    assert orjson.loads(answer.partition(b"\r\n\r\n")[2])["client"] == client


async def test_a_proxy_s_connections_are_not_one_person_s() -> None:
    async with serving(trusted=networks("127.0.0.2"), per_address=2) as connect:
        for _ in range(5):
            await connect("127.0.0.2", b"G")
        assert (await all_of((await connect("127.0.0.2", GOOD))[0])).startswith(b"HTTP/1.1 200")


def test_nobody_trusts_everybody() -> None:
    for said in ("*", "proxy", "10.0.0.1/8"):
        with pytest.raises(ValueError, match=r"."):
            networks(said)


def test_one_subscriber_of_ipv6_is_one_address() -> None:
    assert (
        address_key("2001:db8:1:2::1")
        == address_key("2001:db8:1:2:ffff::9")
        != address_key("2001:db8:1:3::1")
    )
    assert address_key("::ffff:192.0.2.1") == address_key("192.0.2.1")
    assert address_key("testclient") == ""


def test_settings_name_what_no_proxy_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_TRUSTED_PROXIES", "10.0.0.0/8, *")
    with pytest.raises(ValueError, match=r"trusted_proxies\n.*allowed are addresses and networks"):
        PortSettings()
    monkeypatch.setenv("MOTCUA_TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::7")
    assert PortSettings().connection_limits().trusted == networks("10.0.0.0/8,2001:db8::7/128")


def test_connections_leave_files_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "open_files", lambda: 1000)
    assert PortSettings().connection_limits().connections == 1000 - settings.FILES_FOR_THE_REST
    monkeypatch.undo()
    assert open_files() == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
