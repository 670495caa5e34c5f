"""The identity provider's public keys.

A key that is known never waits for the provider, whoever sends what beside it.

Keys are fetched when one is asked for that is not known: once for everybody who asks meanwhile, and
not again for some seconds, however many key ids are made up. They are fetched in the background
when they are old. While the provider is away those that are known stay good.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from motcua_chassis.logs import Log

from ..http.refusals import Unavailable
from .token_rules import NotGood

FETCH_SECONDS = 5
LARGEST_BYTES = 262_144
REMEMBERED_UNKNOWN = 1_000
SMALLEST_RSA_BITS = 2_048

Read = Callable[[], Awaitable[bytes]]


def by_address(url: str) -> Read:
    """The key set behind an address: no redirects, at most 256 KB.

    Raises `httpx.HTTPError`, `ValueError`.
    """

    async def read() -> bytes:
        # Proxies of the environment are not for a provider that the settings name by its address.
        async with (
            httpx.AsyncClient(timeout=FETCH_SECONDS, trust_env=False) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise ValueError(f"status {answer.status_code}")
            content = bytearray()
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > LARGEST_BYTES:
                    raise ValueError("too large")
            return bytes(content)

    return read


def by_file(path: str) -> Read:
    """The key set in a file, which may be replaced while we run. Raises `OSError`."""

    async def read() -> bytes:
        return await asyncio.to_thread(Path(path).read_bytes)

    return read


class ProviderKeys:
    """`refresh_seconds`: keys older than this are fetched behind the answer.

    `interval_seconds`: between two fetches, and how long a key id is remembered as unknown.
    """

    def __init__(
        self,
        read: Read,
        log: Log,
        *,
        refresh_seconds: float = 600,
        interval_seconds: float = 5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read, self._log, self._clock = read, log, clock
        self._refresh, self._interval = refresh_seconds, interval_seconds
        self._keys: dict[tuple[str | None, str], jwt.PyJWK] = {}
        self._unknown: OrderedDict[str | None, float] = OrderedDict()
        self._begun: float | None = None
        self._fetched = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, kid: str | None, algorithm: str) -> jwt.PyJWK:
        """Raises `NotGood` for a key that the provider does not have, `Unavailable` where it never
        told any.
        """
        if (found := self._find(kid, algorithm)) is not None:
            if self._clock() - self._fetched > self._refresh:
                self._fetch()
            return found
        if self._unknown.get(kid, float("-inf")) > self._clock():
            raise NotGood("the provider has no such key")
        if (fetching := self._fetch()) is not None:
            await asyncio.wait({fetching}, timeout=FETCH_SECONDS)
            if (found := self._find(kid, algorithm)) is not None:
                return found
        if not self._keys:
            raise Unavailable()
        if fetching is not None and fetching.done():
            self._forget(kid)
        raise NotGood("the provider has no such key")

    def _find(self, kid: str | None, algorithm: str) -> jwt.PyJWK | None:
        """By id and algorithm; without an id only where one key alone can be meant."""
        if kid is not None:
            return self._keys.get((kid, algorithm))
        fitting = [key for (_, name), key in self._keys.items() if name == algorithm]
        return fitting[0] if len(fitting) == 1 else None

    def _forget(self, kid: str | None) -> None:
        self._unknown[kid] = self._clock() + self._interval
        if len(self._unknown) > REMEMBERED_UNKNOWN:
            self._unknown.popitem(last=False)

    def _fetch(self) -> asyncio.Task[None] | None:
        """The fetch that runs, or a new one; None where the last one began a moment ago."""
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        now = self._clock()
        if self._begun is not None and now - self._begun < self._interval:
            return None
        self._begun = now
        self._fetching = asyncio.create_task(self._take())
        return self._fetching

    async def _take(self) -> None:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                keys = read_keys(await self._read())
        except (
            httpx.HTTPError,
            jwt.PyJWTError,
            OSError,
            ValueError,
            TypeError,
            TimeoutError,
        ) as error:
            self._log.warning(
                "the identity provider's keys could not be fetched",
                error=type(error).__name__,
                known=len(self._keys),
            )
            return
        self._keys, self._fetched = keys, self._clock()
        self._unknown.clear()


def read_keys(raw: bytes) -> dict[tuple[str | None, str], jwt.PyJWK]:
    """The keys of a JWK set that sign, by id and algorithm.

    Raises `ValueError` or `jwt.PyJWTError` where there is none.
    """
    told: Any = orjson.loads(raw)
    if not isinstance(told, dict):
        raise ValueError("no JWK set")
    found: dict[tuple[str | None, str], jwt.PyJWK] = {}
    for key in jwt.PyJWKSet.from_dict(told).keys:
        weak = isinstance(key.key, RSAPublicKey) and key.key.key_size < SMALLEST_RSA_BITS
        if (
            key.public_key_use in (None, "sig")
            and not weak
            and (key.key_id is None or isinstance(key.key_id, str))
        ):
            found[key.key_id, key.algorithm_name] = key
    if not found:
        raise ValueError("no key that signs")
    return found
