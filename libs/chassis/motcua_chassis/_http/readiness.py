"""Readiness of a service that people call, apart from its backlog: it can answer while MongoDB and
Kafka do.

How old its views are is said with the answers. Each lane's owner notes how far the lane is
(`freshness`: `{_id: lane, as_of}`); every instance reads all of them, and the slowest lane counts.
"""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka.errors import KafkaError
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from .._processing.lanes import Lanes
from ..failures import told
from ..logs import Log

COLLECTION = "freshness"
LOOK_SECONDS, ANSWER_SECONDS, AWAY_SECONDS = 2.0, 3.0, 12.0
BEHIND = timedelta(seconds=10)
"""Views that are older than this say so."""


async def note(database: Any, lanes: Mapping[int, datetime]) -> None:
    """Say up to when these lanes were taken in. Raises the driver's errors."""
    if lanes:
        moves = [
            UpdateOne({"_id": lane}, {"$set": {"as_of": at}}, upsert=True)
            for lane, at in lanes.items()
        ]
        await database[COLLECTION].bulk_write(moves, ordered=False)


class Serving:
    """What this instance knows of the parts that it needs to answer."""

    def __init__(self, database: Any, lanes: Lanes, log: Log) -> None:
        self._database, self._lanes, self._log = database, lanes, log
        self.began = False
        """Whether it had its lanes once: before that nobody is sent to it."""
        self._heard = {"MongoDB": time.monotonic(), "Kafka": time.monotonic()}
        self._as_of: datetime | None = None

    @property
    def as_of(self) -> datetime | None:
        """The instant up to which the views are known to hold everything; None while they are as
        good as up to date.
        """
        return (
            self._as_of
            if self._as_of is not None and datetime.now(UTC) - self._as_of > BEHIND
            else None
        )

    def reasons(self) -> list[str]:
        """Why it cannot serve."""
        now = time.monotonic()
        return [
            f"{part} does not answer" for part, at in self._heard.items() if now - at > AWAY_SECONDS
        ]

    async def run(self) -> None:
        """Look, as long as the process lives."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Ask both, once. Raises nothing that they raise."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                known = [row["as_of"] async for row in self._database[COLLECTION].find({})]
            self._as_of = min(known, default=None)
            self._heard["MongoDB"] = time.monotonic()
        except (PyMongoError, TimeoutError, OSError) as error:
            self._log.warning("MongoDB does not answer", **told(error))
        producer = self._lanes.producer
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                if producer is not None and not self._lanes.sender_is_dead:
                    await producer.client.fetch_all_metadata()
                    self._heard["Kafka"] = time.monotonic()
        except (KafkaError, TimeoutError, OSError) as error:
            self._log.warning("Kafka does not answer", **told(error))
