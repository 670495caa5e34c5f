"""Who asks for too much is told so: rates by address, person and kind of route, shared by all
instances through MongoDB.

The library `limits` keeps the shared counters (fixed windows). An instance counts by itself first
and shares a twentieth of a limit at a time, so that a read costs a write to MongoDB now and then,
and a refused request none. Numbers for a day are shared one by one. Keys are hashes: neither
addresses nor pseudonyms are stored. With MongoDB away each instance goes on by its own count.
"""

import asyncio
import hmac
import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from limits import RateLimitItem, RateLimitItemPerDay
from limits.aio.storage import MongoDBStorage
from motcua_chassis.logs import Log
from pymongo import WriteConcern
from pymongo.errors import PyMongoError
from starlette.types import Scope

from ..http.refusals import TooManyRequests, Unavailable
from ..rate_settings import OFFICERS_SHARE, Kind, RateSettings, item, kind_of
from .callers import Caller

MOST_WINDOWS = 50_000
SHARED_PARTS = 20
STORE_SECONDS = 2
"""So long a request waits for the shared count before MongoDB is taken to be away."""
AWAY_SECONDS = 5
COUNTERS = "limit_counters"


class SharedCounters(MongoDBStorage):
    """The library's counters in the gateway's own database, through the gateway's own client: its
    login, its TLS.
    """

    STORAGE_SCHEME = ["async+motcua"]  # by this class alone, not by an address

    def __init__(self, database: Any) -> None:
        # The library wants an address and opens nothing by it yet; the database below is used
        # instead.
        super().__init__(
            "async+mongodb://127.0.0.1",
            counter_collection_name=COUNTERS,
            window_collection_name="limit_windows",
            connect=False,
        )
        # A count that is lost with a primary is a count less: no majority is waited for.
        self._own = database.client.get_database(database.name, write_concern=WriteConcern(w=1))

    @property
    def database(self) -> Any:
        return self._own


@dataclass(slots=True)
class Window:
    """What this instance knows of one counter: until when it counts, what is shared, what is not
    shared yet.
    """

    until: float
    shared: int = 0
    own: int = 0


class Rates:
    """Every method raises `TooManyRequests`, which names the limit and when to try again."""

    def __init__(
        self,
        settings: RateSettings,
        storage: MongoDBStorage,
        secret: bytes,
        log: Log,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._storage, self._secret, self._log, self._now = storage, secret, log, now
        factor = settings.limit_factor
        self._address = {kind: item(rate, factor) for kind, rate in settings.limit_address.items()}
        self._person = {kind: item(rate, factor) for kind, rate in settings.limit_person.items()}
        self._officer = {
            kind: item(rate, factor * OFFICERS_SHARE)
            for kind, rate in settings.limit_person.items()
        }
        self._day = {
            who: {kind: RateLimitItemPerDay(number * factor) for kind, number in numbers.items()}
            for who, numbers in settings.limit_day.items()
        }
        self._most_streams, self._all_streams = (
            settings.limit_streams * factor,
            settings.limit_all_streams,
        )
        self._windows: dict[str, Window] = {}
        self._streams: Counter[str] = Counter()
        self._away_until = 0.0

    async def address(self, kind: Kind, address: str) -> None:
        """One request of an address (`address_key`)."""
        await self._hit(self._address[kind], f"{kind}.address", address)

    async def person(self, scope: Scope, caller: Caller) -> None:
        """One request of somebody who is signed in."""
        kind = kind_of(scope["method"], scope["path"])
        limits = self._officer if caller.officer else self._person
        if kind in limits:
            await self._hit(limits[kind], f"{kind}.person", caller.actor)

    async def day(self, kind: Kind, caller: Caller) -> None:
        """One upload or one dossier of somebody's day."""
        who = "officer" if caller.officer else "citizen"
        await self._hit(self._day[who][kind], f"{kind}.day", caller.actor, one_by_one=True)

    def stream(self, scope: Scope, caller: Caller) -> None:
        """A stream begins; it ends with the request (`at_end`), and takes no request's place
        meanwhile.

        Raises `Unavailable` where everybody together has too many.
        """
        if self._streams.total() >= self._all_streams:
            raise Unavailable()
        if self._streams[caller.actor] >= self._most_streams:
            raise TooManyRequests(
                limit="streams.person", allowed=str(self._most_streams), seconds=10
            )
        self._streams[caller.actor] += 1

        def ended() -> None:
            self._streams[caller.actor] -= 1
            if self._streams[caller.actor] <= 0:
                del self._streams[caller.actor]

        at_end(scope, ended)
        if (step_aside := scope["state"].get("step_aside")) is not None:
            step_aside()

    async def _hit(
        self, limit: RateLimitItem, name: str, who: str, *, one_by_one: bool = False
    ) -> None:
        key, now = limit.key_for(name, self.hidden(who)), self._now()
        window = self._windows.get(key)
        if window is None or window.until <= now:
            window = self._windows[key] = Window(now + limit.get_expiry())
            self._forget(now)
        if window.shared + window.own >= limit.amount:
            raise self._refusal(limit, name, window, now)
        window.own += 1
        if not one_by_one and window.own < max(1, limit.amount // SHARED_PARTS):
            return
        told, window.own = window.own, 0
        window.shared += told
        counted = await self._share(key, limit.get_expiry(), told)
        if counted is None:
            return
        window.shared = counted
        if counted > limit.amount:
            window.until = await self._ends(key, window.until)
            raise self._refusal(limit, name, window, now)

    def _refusal(
        self, limit: RateLimitItem, name: str, window: Window, now: float
    ) -> TooManyRequests:
        return TooManyRequests(
            limit=name, allowed=str(limit), seconds=max(1, math.ceil(window.until - now))
        )

    async def _share(self, key: str, expiry: int, number: int) -> int | None:
        """The count of all instances; None where MongoDB does not say it, and then not asked again
        for some seconds.
        """
        if self._now() < self._away_until:
            return None
        try:
            async with asyncio.timeout(STORE_SECONDS):
                return await self._storage.incr(key, expiry, number)
        except (PyMongoError, TimeoutError, OSError) as error:
            self._away_until = self._now() + AWAY_SECONDS
            self._log.warning(
                "limits are counted by each instance alone", error=type(error).__name__
            )
            return None

    async def _ends(self, key: str, otherwise: float) -> float:
        try:
            async with asyncio.timeout(STORE_SECONDS):
                return await self._storage.get_expiry(key)
        except (PyMongoError, TimeoutError, OSError):
            return otherwise

    def hidden(self, *who: str) -> str:
        """A keyed hash, the same on every instance."""
        return hmac.digest(self._secret, "\0".join(who).encode(), "sha256").hex()[:32]

    def _forget(self, now: float) -> None:
        if len(self._windows) <= MOST_WINDOWS:
            return
        self._windows = {key: window for key, window in self._windows.items() if window.until > now}
        while len(self._windows) > MOST_WINDOWS * 9 // 10:
            del self._windows[next(iter(self._windows))]


def at_end(scope: Scope, work: Callable[[], None]) -> None:
    """Do this when the request is over, however it ends (`RateLimits` does it)."""
    scope["state"].setdefault("at_end", []).append(work)
