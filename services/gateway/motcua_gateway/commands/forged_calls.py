"""Counts calls that are not rightly signed: one number an hour and provider, however many come.

Nothing of a call is kept or logged.

The numbers are kept in the database, `{_id: <provider>|<hour>, provider, hour, count}`, for the
reconciliation and for operators: one write for each number in a few seconds, whatever comes.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from motcua_chassis.failures import told
from motcua_chassis.logs import Log
from motcua_chassis.metrics import Metrics
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

STORE_SECONDS = 5.0


class ForgedCalls:
    """Of one instance.

    A call adds to a counter in memory; the log gets one line an hour and provider, when the first
    comes.
    """

    def __init__(
        self, metrics: Metrics, log: Log, now: Callable[[], datetime], collection: Any
    ) -> None:
        self._metrics, self._log, self._now, self._collection = metrics, log, now, collection
        self._said: dict[str, datetime] = {}
        self._pending: Counter[tuple[str, datetime]] = Counter()

    def seen(self, provider: str) -> None:
        """One more. `provider` is ours to name, and `sms` for a report of the SMS gateway."""
        self._metrics.forged_calls.labels(provider).inc()
        hour = self._now().replace(minute=0, second=0, microsecond=0)
        self._pending[provider, hour] += 1
        if self._said.get(provider) != hour:
            self._said[provider] = hour
            self._log.warning(
                "forged calls come in; said once an hour",
                provider=provider,
                hour=hour.isoformat(timespec="hours"),
            )

    async def run(self) -> None:
        """Store what has come, again and again, and once more at the end."""
        try:
            while True:
                await asyncio.sleep(STORE_SECONDS)
                await self.store()
        finally:
            await self.store()

    async def store(self) -> None:
        """Add what has come since the last time.

        Where MongoDB is away it stays for the next time.
        """
        pending, self._pending = self._pending, Counter()
        for (provider, hour), count in pending.items():
            first = {"provider": provider, "hour": hour}
            add = UpdateOne(
                {"_id": f"{provider}|{hour:%Y-%m-%dT%H}"},
                {"$inc": {"count": count}, "$setOnInsert": first},
                upsert=True,
            )
            try:
                await self._collection.bulk_write([add])
            except PyMongoError as error:
                self._log.warning("forged calls not stored", **told(error))
                self._pending[provider, hour] += count
