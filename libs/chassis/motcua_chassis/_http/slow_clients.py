"""Connections that cost others nothing: each has its times, each address has its number, and the
oldest that says nothing makes room.

uvicorn waits without limit for the end of headers, for a body and for a reader of the answer: a few
thousand such connections stop it. `guarded` puts these bounds around its protocol. One look a
second over all connections costs less than a timer for each of them.
"""

import asyncio
import ipaddress
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from .headers import HEADERS
from .protocol import Protocol

RETRY_SECONDS = 10
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Seconds, bytes a second, and numbers of connections.

    `trusted`: proxies, whose connections are many people's.
    """

    header_seconds: float = 10
    """From the connection, or from a request's first byte, to the end of its headers."""
    body_seconds: float = 20
    """From the headers to the end of the body, and longer by what came: a second for each
    `body_rate` bytes.
    """
    body_rate: int = 4000
    request_seconds: float = 600
    """From the headers to the beginning of the answer, whatever came."""
    write_seconds: float = 30
    """An answer of which `body_rate` bytes a second are not read for so long is given up."""
    idle_seconds: float = 15
    """Between requests."""
    connections: int = 8000
    per_address: int = 200
    trusted: tuple[Network, ...] = ()


def networks(said: str) -> tuple[Network, ...]:
    """Addresses and networks separated by commas.

    Raises `ValueError` for anything else, `*` included: nobody trusts everybody.
    """
    return tuple(ipaddress.ip_network(one.strip()) for one in said.split(",") if one.strip())


@lru_cache(maxsize=10_000)
def address_key(host: str) -> str:
    """Who counts as one: an IPv4 address, or the /64 that an IPv6 subscriber has.

    Empty where it is no address.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


@dataclass
class Guard:
    """The connections of one port."""

    limits: ConnectionLimits
    open: dict["Guarded", None] = field(default_factory=dict)
    waiting: dict["Guarded", None] = field(default_factory=dict)
    """Those of which no request is known, the oldest first."""
    by_address: Counter[str] = field(default_factory=Counter)
    _sweeping: bool = False

    def refusal(self, address: str) -> bytes:
        """What to answer to one connection more; empty where it is welcome.

        Full, the oldest that says nothing goes instead.
        """
        if address and self.by_address[address] >= self.limits.per_address:
            return _problem(
                429,
                "too-many-requests",
                f"Quá nhiều kết nối từ địa chỉ này (tối đa {self.limits.per_address}); vui lòng thử"
                f" lại sau {RETRY_SECONDS} giây.",
                f"Too many connections from this address ({self.limits.per_address} at most); try"
                f" again in {RETRY_SECONDS} seconds.",
                {
                    "limit": "connections.address",
                    "allowed": str(self.limits.per_address),
                    "seconds": RETRY_SECONDS,
                },
            )
        if len(self.open) >= self.limits.connections:
            oldest = next(iter(self.waiting), None)
            if oldest is None:
                return _problem(
                    503,
                    "unavailable",
                    "Hệ thống tạm thời không phục vụ được; vui lòng thử lại sau.",
                    "Temporarily unavailable; please try again later.",
                    {"seconds": RETRY_SECONDS},
                )
            oldest.give_up()
        return b""

    def add(self, one: "Guarded") -> None:
        self.open[one] = None
        self.by_address[one.address] += 1
        if not self._sweeping:
            self._sweeping = True
            one.loop.call_later(self._period, self._sweep, one.loop)

    def remove(self, one: "Guarded") -> None:
        self.open.pop(one, None)
        self.waiting.pop(one, None)
        self.by_address[one.address] -= 1
        if self.by_address[one.address] <= 0:
            del self.by_address[one.address]

    @property
    def _period(self) -> float:
        limits = self.limits
        return min(
            1.0, limits.header_seconds / 4, limits.body_seconds / 4, limits.write_seconds / 4
        )

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for one in list(self.open):
            one.look(now)
        if self.open:
            loop.call_later(self._period, self._sweep, loop)
        else:
            self._sweeping = False


class Guarded(Protocol):
    """HTTP/1.1 within its port's limits."""

    guard: Guard
    address = ""
    refused = False
    since = 0.0
    """When the connection began to wait for the headers of a request, or when they were there."""
    spoke = False
    """Whether anything of the next request came."""
    came = 0
    unread = 0
    unread_since = 0.0
    known: Any = None

    def connection_made(self, transport: Any) -> None:
        host = (transport.get_extra_info("peername") or ("",))[0]
        self.address = "" if _trusts(self.guard.limits.trusted, host) else address_key(host)
        if said := self.guard.refusal(self.address):
            self.refused, self.transport = True, transport
            transport.write(said)
            transport.close()
            return
        super().connection_made(transport)
        self.guard.add(self)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.refused:
            self.guard.remove(self)
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.refused or self.transport.is_closing():
            return
        if not self.spoke and self in self.guard.waiting:
            self.spoke, self.since = True, self.loop.time()
        self.came += len(data)
        super().data_received(data)

    def handle_events(self) -> None:
        super().handle_events()
        if self.cycle is not self.known:
            self.known, self.since, self.came = self.cycle, self.loop.time(), 0
            if not self.cycle.response_complete:
                self.guard.waiting.pop(self, None)

    def on_response_complete(self) -> None:
        self._wait()
        super().on_response_complete()

    def pause_writing(self) -> None:
        if not self.refused:
            super().pause_writing()

    def resume_writing(self) -> None:
        if not self.refused:
            super().resume_writing()

    def _wait(self) -> None:
        self.since, self.spoke = self.loop.time(), False
        self.guard.waiting[self] = None

    def look(self, now: float) -> None:
        """Close the connection where it takes longer than it may."""
        limits = self.guard.limits
        if self._unread(now) > limits.write_seconds:
            self.transport.abort()
            return
        if self.transport.is_closing():
            return
        took = now - self.since
        if self in self.guard.waiting:
            first = self.cycle is None
            if took > (
                limits.header_seconds
                if self.spoke or first
                else limits.idle_seconds + limits.header_seconds
            ):
                self._too_slow("headers", limits.header_seconds)
        elif self.cycle is not None and not self.cycle.response_started:
            late = (
                self.cycle.more_body
                and not self.flow.read_paused
                and took > limits.body_seconds + self.came / limits.body_rate
            )
            if late:
                self._too_slow("body", limits.body_seconds)
            elif took > limits.request_seconds:
                self._too_slow("request", limits.request_seconds)

    def give_up(self) -> None:
        """Make room for another connection: nothing of this one is known."""
        self.guard.waiting.pop(self, None)
        self.transport.abort()

    def _unread(self, now: float) -> float:
        """For how long the answer was not read as fast as it may be."""
        size = self.transport.get_write_buffer_size()
        read = self.unread - size
        if (
            not size
            or not self.unread
            or read >= max(1, self.guard.limits.body_rate * (now - self.unread_since))
        ):
            self.unread, self.unread_since = size, now
        self.unread = max(self.unread, size)
        return now - self.unread_since

    def _too_slow(self, what: str, seconds: float) -> None:
        self.transport.write(
            _problem(
                408,
                "too-slow",
                f"Yêu cầu không đến đủ trong thời gian cho phép ({what}: {seconds:g} giây).",
                f"The request did not come in time ({what}: {seconds:g} seconds).",
                {"limit": what, "seconds": RETRY_SECONDS},
            )
        )
        self.transport.close()


def guarded(limits: ConnectionLimits) -> type[Protocol]:
    """The protocol within these limits, for one port: give it to uvicorn as its `http`."""
    return type("GuardedProtocol", (Guarded,), {"guard": Guard(limits)})


@lru_cache(maxsize=10_000)
def _trusts(trusted: tuple[Network, ...], host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in trusted)


def _problem(status: int, slug: str, vi: str, en: str, params: dict[str, Any]) -> bytes:
    kind = f"urn:motcua:problem:{slug}"
    body = orjson.dumps(
        {"type": kind, "title": vi, "title_en": en, "status": status, "params": params}
    )
    reason = {408: "Request Timeout", 429: "Too Many Requests", 503: "Service Unavailable"}[status]
    lines = [
        f"HTTP/1.1 {status} {reason}",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        f"Retry-After: {params['seconds']}",
        *(f"{name}: {value}" for name, value in HEADERS.items()),
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
