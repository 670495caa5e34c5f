"""Simulated time, in development alone: `motcua clock` writes shifts to `dev.clock`, which
everybody reads whole.

The time of a record is its append time plus the shift that was in force at that append time, so
every reader judges it alike, also later.
"""

import time
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from motcua_contracts.values.clock import instant
from motcua_contracts.wire import topics

from ._processing.catalogue_replica import Follower
from .logs import Log
from .transport import Kafka

CLOCKS_DIFFER = timedelta(milliseconds=500)
"""How far the clocks of this machine and the broker may differ."""


class Shifts:
    """The shifts that were written, and the time of a record by them."""

    def __init__(self) -> None:
        self._instants: list[datetime] = []
        self._shifts: list[timedelta] = []

    def take(self, record: Any) -> None:
        """`{"shift_seconds": …}`, the whole shift and not the difference.

        Time never runs backwards: a smaller one is ignored.
        """
        shift = timedelta(seconds=orjson.loads(record.value)["shift_seconds"])
        if not self._shifts or shift > self._shifts[-1]:
            self._instants.append(instant(record.timestamp))
            self._shifts.append(shift)

    @property
    def shifted(self) -> bool:
        """Whether there was ever a shift."""
        return bool(self._shifts)

    def at(self, appended: datetime) -> datetime:
        """The time of a record."""
        return appended + self._shift(appended) if self._shifts else appended

    def _shift(self, appended: datetime) -> timedelta:
        index = bisect_right(self._instants, appended)
        return self._shifts[index - 1] if index else timedelta(0)


class DevClock(Shifts, Follower):
    """Outside development it knows no shifts and asks nobody."""

    def __init__(self, kafka: str | Kafka, log: Log, *, enabled: bool) -> None:
        Follower.__init__(self, kafka, (topics.DEV_CLOCK,), log)
        Shifts.__init__(self)
        self.enabled = enabled
        self._known_until = instant(0)

    async def know(self, appended: datetime) -> None:
        """Know every shift up to an append time. Raises `KafkaError`, `TimeoutError`."""
        if not self.enabled or appended < self._known_until:
            return
        asked = datetime.now(UTC) - CLOCKS_DIFFER
        await self.catch_up()
        self._known_until = max(self._known_until, asked)

    def now(self) -> datetime:
        """The present, as records appended now will have it."""
        wall = datetime.fromtimestamp(time.time(), UTC)
        return wall + self._shift(wall) if self._shifts else wall

    def passed(self, at: datetime) -> datetime:
        """The wall time by which a simulated instant had come."""
        if not self._shifts:
            return at
        came = [
            max(since, at - shift)
            for since, shift in zip(self._instants, self._shifts, strict=True)
        ]
        return min([at, *came])
