"""Uploads through a real server: 20 MB in flat memory, the limit told by name, and a connection
that breaks leaves nothing behind.
"""

import asyncio
import socket
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from motcua_documents.kinds import MAX_UPLOAD_BYTES
from motcua_gateway.web import MULTIPART_BYTES, build_app

from tests.support.uploads.pdf import picture

from .harness import GatewayHarness

BOUNDARY = b"motcua-test"
HEAD = (
    b"--"
    + BOUNDARY
    + b'\r\ncontent-disposition: form-data; name="file"; filename="x.pdf"\r\ncontent-type:'
    b" application/pdf\r\n\r\n"
)
TAIL = b"\r\n--" + BOUNDARY + b"--\r\n"
PIECE = bytes(64 * 1024)


@asynccontextmanager
async def served(desk: GatewayHarness) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(build_app(desk.runtime, desk.gateway), log_level="error", lifespan="off")
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving


async def body(size: int) -> AsyncIterator[bytes]:
    """A multipart body whose file has about that size, never whole in memory."""
    yield HEAD
    for _ in range(size // len(PIECE)):
        yield PIECE
    yield TAIL


async def scan(data: bytes) -> AsyncIterator[bytes]:
    """A multipart body with that file."""
    yield HEAD
    for start in range(0, len(data), len(PIECE)):
        yield data[start : start + len(PIECE)]
    yield TAIL


def headers(desk: GatewayHarness) -> dict[str, str]:
    return {
        **desk.auth("citizen-an"),
        "Idempotency-Key": "upload-1",
        "content-type": f"multipart/form-data; boundary={BOUNDARY.decode()}",
    }


async def stored(database: Any) -> tuple[int, int]:
    """Contents, and chunks of any content."""
    return await database["content.files"].count_documents({}), await database[
        "content.chunks"
    ].count_documents({})


async def test_nineteen_megabytes_go_through_in_flat_memory(
    desk: GatewayHarness, database: Any
) -> None:
    large = picture(4_400, 4_300, bytes(4_400 * 4_300), b"/BitsPerComponent 8")
    async with served(desk) as url, httpx.AsyncClient(timeout=60) as client:
        tracemalloc.start()
        try:
            answer = await client.post(
                f"{url}/api/v1/files", content=scan(large), headers=headers(desk)
            )
            _, peak_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert answer.status_code == 201
    assert answer.json()["size"] == len(large) > 18_900_000
    assert peak_bytes < 6_000_000, "an upload is never whole in memory"
    assert (await stored(database))[0] == 1


async def test_more_than_the_limit_is_refused_by_name_and_nothing_is_kept(
    desk: GatewayHarness, database: Any
) -> None:
    async with served(desk) as url, httpx.AsyncClient(timeout=60) as client:
        # it does not say beforehand how much it is
        too_much = body(MAX_UPLOAD_BYTES + MULTIPART_BYTES + len(PIECE))
        answer = await client.post(f"{url}/api/v1/files", content=too_much, headers=headers(desk))
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:motcua:problem:body-too-large")
    assert await stored(database) == (0, 0)


@pytest.mark.parametrize("sent", [10, 3_000_000])
async def test_a_connection_that_breaks_leaves_nothing(
    desk: GatewayHarness, database: Any, sent: int
) -> None:
    async with served(desk) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        lines = {**headers(desk), "host": host, "content-length": "9000000"}
        writer.write(
            b"POST /api/v1/files HTTP/1.1\r\n"
            + "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode()
            + b"\r\n"
        )
        writer.write(HEAD + bytes(sent))
        await writer.drain()
        await asyncio.sleep(0.3)
        writer.close()
        await asyncio.sleep(0.7)
    assert await stored(database) == (0, 0)
    assert await database["claims"].count_documents({}) == 0
