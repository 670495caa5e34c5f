"""How a simulator runs as a process: its socket, its HTTP server, its end on SIGTERM.

Holds no behaviour of any counterpart. Every simulator prints one JSON line when it listens
({"ready": name, "http_port": n, ...}), so whoever starts it with port 0 learns the port that the
system chose.
"""

import asyncio
import contextlib
import json
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol


def listen(host: str, port: int) -> socket.socket:
    """A bound, listening TCP socket; port 0 takes a free one. OSError when the port is taken."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(512)
    except OSError as error:
        sock.close()
        raise OSError(error.errno, f"cannot listen on {host}:{port}: {error.strerror}") from error
    sock.setblocking(False)
    return sock


class Connections:
    """The open HTTP connections by the client's address, so that a fault can cut one between
    request and answer.
    """

    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def abort(self, client: tuple[str, int] | None) -> None:
        """Closes the client's connection at once, without a word; what was written but not sent is
        lost.
        """
        if client is not None and (transport := self._transports.pop(tuple(client), None)):  # type: ignore[arg-type]
            transport.abort()

    def protocol(self) -> type[asyncio.Protocol]:
        """The HTTP protocol class that keeps this register."""
        transports = self._transports

        class TrackedProtocol(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                self._peer = transport.get_extra_info("peername")
                transports[self._peer] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                transports.pop(self._peer, None)
                super().connection_lost(exc)

        return TrackedProtocol


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: it raises the signal again after the end, we exit
    with 0.
    """

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: ASGIApp, sock: socket.socket, connections: Connections | None = None) -> None:
    """Serves until SIGTERM or SIGINT, then ends within about a second, whatever is still open."""
    config = uvicorn.Config(
        app,
        http=(connections or Connections()).protocol(),
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, lambda: setattr(server, "should_exit", True))
    await server.serve(sockets=[sock])


def announce(name: str, **ports: int) -> None:
    """The ready line on standard output.

    The sockets listen already, so a client that connects now is served.
    """
    line: dict[str, Any] = {"ready": name, **ports}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
