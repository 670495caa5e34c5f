"""A broker that dies resets its connections: whoever writes at that moment is told of a broken
connection, and of nothing else.
"""

import asyncio
import socket
import struct
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
import uvloop
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.admin import ApiVersionRequest
from aiokafka.structs import BrokerMetadata
from motcua_chassis._kafka.connections import _send, expect_resets
from motcua_chassis._processing import run as running

TURNS = range(8)
"""Turns of the loop after the reset: in some of them the transport is closed and aiokafka has not
heard of it yet.
"""


@pytest.fixture
def as_delivered() -> Iterator[None]:
    AIOKafkaConnection.send = _send
    yield
    AIOKafkaConnection.send = _send


@pytest.fixture
def resets_expected(as_delivered: None) -> None:
    expect_resets()


class Connection(AIOKafkaConnection):  # type: ignore[misc]
    """To a peer that says nothing."""

    async def _do_version_lookup(self) -> None:
        self._versions = {18: (0, 0), 3: (0, 5)}


async def _reset(client: AIOKafkaClient | None = None) -> Any:
    """A connection that its peer reset this moment. `client` has it as its own to broker 1."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        connection = Connection(
            "127.0.0.1",
            port,
            request_timeout_ms=2000,
            on_close=client and client._on_connection_closed,
        )
        await connection.connect()
        peer, _ = listener.accept()
    await asyncio.sleep(0.01)
    if client is not None:
        client.cluster._brokers = {1: BrokerMetadata(1, "127.0.0.1", port, None)}
        client._conns[1, ConnectionGroup.DEFAULT] = connection
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
    return connection


@pytest.mark.parametrize("turns", TURNS)
def test_a_write_after_a_reset_is_a_broken_connection(resets_expected: None, turns: int) -> None:
    async def write() -> None:
        connection = await _reset()
        for _ in range(turns):
            await asyncio.sleep(0)
        with pytest.raises(KafkaConnectionError):
            await connection.send(ApiVersionRequest())
        assert not connection.connected()

    uvloop.run(write())


@pytest.mark.parametrize("turns", TURNS)
def test_metadata_is_still_kept_after_a_reset(resets_expected: None, turns: int) -> None:
    async def keep() -> None:
        client = AIOKafkaClient(bootstrap_servers="127.0.0.1:1")
        keeping = client._sync_task = asyncio.create_task(client._md_synchronizer())
        await _reset(client)
        for _ in range(turns):
            await asyncio.sleep(0)
        for _ in range(2):  # also the second question has an answer: nobody is there
            assert await asyncio.wait_for(client.force_metadata_update(), 2) is False
        assert not keeping.done()
        await client.close()

    uvloop.run(keep())


def test_what_is_no_reset_is_not_hidden(resets_expected: None) -> None:
    class Open:
        def write(self, data: bytes) -> None:
            raise RuntimeError("something else")

        def is_closing(self) -> bool:
            return False

    async def write() -> None:
        connection = Connection("127.0.0.1", 1)
        connection._versions, connection._writer = {18: (0, 0)}, Open()
        with pytest.raises(RuntimeError, match="something else"):
            connection.send(ApiVersionRequest())

    asyncio.run(write())


async def test_every_service_expects_resets(
    as_delivered: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Begun(Exception):  # noqa: N818 - far enough
        pass

    def configure(*_: Any) -> None:
        raise Begun

    monkeypatch.setattr(running, "configure", configure)
    with pytest.raises(Begun):
        await running.run(cast(Any, SimpleNamespace(name="payment")), cast(Any, None))
    assert AIOKafkaConnection.send is not _send
