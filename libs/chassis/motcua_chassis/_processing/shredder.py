"""Shredding: a service deletes the commands on its own topic once their outcome is stored and audit
has kept their heads.

A command holds what a person wrote; its outcome does not need it any more. What may go is what lies
below both the lane's stored `next` and the offset that audit's group has committed, which is never
further than its archive. Of that goes what is older than `commands_kept_seconds`; and whatever its
age, once a subject of the lane was erased: that wish is stored with the batch that erased, so that
it survives whoever owned the lane. While audit is behind, nothing goes, and a metric says for how
long something should have gone.
"""

import asyncio
import contextlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from motcua_contracts.values.clock import instant, milliseconds
from motcua_contracts.wire.topics import HEADS_KEPT_BY, Topic
from pymongo import ReplaceOne

from ..failures import told
from ..logs import Log
from ..metrics import Metrics
from ..partition import lane_of
from ..settings import ServiceSettings
from .backoff import is_transient
from .lanes import Lane, Lanes, topic_key

COLLECTION = "shreddings"
"""Lanes whose commands are to go whatever their age: `{_id: lane, to: offset (exclusive), at: since
when}`.
"""
EVERY_SECONDS, WAITING_SECONDS, ANSWER_SECONDS = 60, 1, 10
FAULT_POINT = "after-shredding"


@dataclass(frozen=True, slots=True)
class Stand:
    """One lane's command topic.

    Offsets; `young`: the first one that is not old enough, None where all are. `wish`: see
    `COLLECTION`.
    """

    stored: int
    archived: int
    young: int | None
    wish: int = 0

    @property
    def goal(self) -> int:
        """Up to where commands may go now, exclusive."""
        safe = min(self.stored, self.archived)
        old = safe if self.young is None else min(safe, self.young)
        return max(old, min(safe, self.wish))


def wishes(
    topic: Topic | None,
    lanes: Mapping[int, Lane],
    ends: Mapping[tuple[int, str], int],
    erased: Iterable[str],
) -> list[Any]:
    """The writes of a batch that erased these subjects: their lanes' commands go, up to the end of
    this batch.
    """
    found: list[Any] = []
    if topic is None:
        return found
    for number in sorted({lane_of(subject, topic.partitions) for subject in erased} & lanes.keys()):
        key = topic_key(topic.name)
        if (end := ends.get((number, key), lanes[number].next.get(key, 0))) > 0:
            row = {"_id": number, "to": end, "at": datetime.now(UTC)}
            found.append(ReplaceOne({"_id": number}, row, upsert=True))
    return found


class Shredder:
    """The loop of one service. `wake` tells it that a batch erased somebody."""

    def __init__(
        self,
        topic: Topic,
        settings: ServiceSettings,
        lanes: Lanes,
        database: Any,
        metrics: Metrics,
        log: Log,
    ) -> None:
        self._topic, self._settings, self._lanes, self._rows = (
            topic,
            settings,
            lanes,
            database[COLLECTION],
        )
        self._metrics, self._log = metrics, log
        self._woken = asyncio.Event()
        self._admin: AIOKafkaAdminClient | None = None

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """As long as the service does; survives Kafka or MongoDB being away."""
        try:
            while True:
                waiting = await self._round()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(WAITING_SECONDS if waiting else EVERY_SECONDS):
                        await self._woken.wait()
                self._woken.clear()
        finally:
            await self._close()

    async def _round(self) -> bool:
        """Whether something waits that should be gone."""
        try:
            return await self.shred()
        except Exception as error:
            self._log.warning(
                "commands not shredded", **told(error), exc_info=not is_transient(error)
            )
            await self._close()
            return True

    async def shred(self) -> bool:
        """Once. Raises `KafkaError`, `PyMongoError`, `OSError`, `TimeoutError`."""
        key, lanes = topic_key(self._topic.name), dict(self._lanes.owned)
        stored = {
            n: lane.next.get(key, 0) for n, lane in lanes.items() if n < self._topic.partitions
        }
        if not stored or self._lanes.consumer is None:
            self._metrics.forget_commands()
            return not lanes
        rows = {row["_id"]: row async for row in self._rows.find({"_id": {"$in": sorted(stored)}})}
        now = datetime.now(UTC)
        archived = await self._archived(stored)
        young = await self._first(
            stored, now - timedelta(seconds=self._settings.commands_kept_seconds)
        )
        oldest = await self._first(stored, instant(0))
        stands = {
            n: Stand(
                stored[n],
                archived.get(n, 0),
                young[n][0] if n in young else None,
                rows[n]["to"] if n in rows else 0,
            )
            for n in stored
        }
        going = {
            n: stand.goal
            for n, stand in stands.items()
            if n in oldest and stand.goal > oldest[n][0]
        }
        if going:
            await self._delete(going)
            if self._settings.fault_point == FAULT_POINT:
                os._exit(9)
            oldest = await self._first(stored, instant(0))
        done = [n for n in rows if stands[n].goal >= stands[n].wish]
        for number in done:
            await self._rows.delete_one({"_id": number, "to": rows[number]["to"]})
        waiting = {n: row["at"] for n, row in rows.items() if n not in done}
        self._show(stored, oldest, waiting, now)
        return bool(waiting)

    def _show(
        self,
        numbers: Iterable[int],
        oldest: Mapping[int, tuple[int, datetime]],
        waiting: Mapping[int, datetime],
        now: datetime,
    ) -> None:
        self._metrics.forget_commands()
        for n in numbers:
            age = (now - oldest[n][1]).total_seconds() if n in oldest else 0
            wished = (now - waiting[n]).total_seconds() if n in waiting else 0
            self._metrics.commands_oldest.labels(n).set(max(0, age))
            self._metrics.commands_overdue.labels(n).set(
                max(0, age - self._settings.commands_kept_seconds, wished)
            )

    async def _archived(self, numbers: Iterable[int]) -> dict[int, int]:
        """How far audit has committed that it has kept the heads.

        Nothing where it has not begun.
        """
        group = f"motcua.{HEADS_KEPT_BY}"
        asked = [TopicPartition(self._topic.name, n) for n in numbers]
        async with asyncio.timeout(ANSWER_SECONDS):
            found = await (await self._asking()).list_consumer_group_offsets(
                group, partitions=asked
            )
        return {where.partition: at.offset for where, at in found.items() if at.offset > 0}

    async def _first(
        self, numbers: Iterable[int], since: datetime
    ) -> dict[int, tuple[int, datetime]]:
        """Offset and append time of the first command that was appended then or later; nothing for
        a lane that has none.
        """
        asked = {TopicPartition(self._topic.name, n): milliseconds(since) for n in numbers}
        async with asyncio.timeout(ANSWER_SECONDS):
            found = await self._lanes.consumer.offsets_for_times(asked)
        return {
            where.partition: (at.offset, instant(at.timestamp))
            for where, at in found.items()
            if at is not None
        }

    async def _delete(self, goals: Mapping[int, int]) -> None:
        wanted = {
            TopicPartition(self._topic.name, n): RecordsToDelete(before_offset=goal)
            for n, goal in goals.items()
        }
        async with asyncio.timeout(ANSWER_SECONDS):
            await (await self._asking()).delete_records(wanted)
        self._log.info("commands shredded", topic=self._topic.name, before=dict(goals))

    async def _asking(self) -> AIOKafkaAdminClient:
        if self._admin is None:
            admin = AIOKafkaAdminClient(
                **self._settings.kafka.arguments(), client_id="motcua-shredder"
            )
            try:
                await admin.start()
            except BaseException:
                await admin.close()
                raise
            self._admin = admin
        return self._admin

    async def _close(self) -> None:
        admin, self._admin = self._admin, None
        if admin is not None:
            with contextlib.suppress(Exception):  # it is replaced, whatever is left of it
                await admin.close()
