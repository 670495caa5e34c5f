"""The lanes that this instance owns: taking them, fencing, publishing with repair, giving them up.

Partition *p* of every input topic is one lane with one document in MongoDB. The instance whose
session id it holds is its only writer.

Why the owner is a field in MongoDB and not Kafka's generation: the write to prevent, that of a
frozen instance that wakes up late, goes to MongoDB. A condition inside the same transaction cannot
be out of date; a generation that was checked before the write can. A take-over therefore writes the
owner first and only then publishes what the old owner committed and may not have published.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pymongo
from aiokafka import AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from motcua_contracts.wire.topics import Topic
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from .._kafka.producer import NotPublished, Outgoing, close_producer, open_producer, send
from .._store.journal_ids import ids_after, ids_up_to
from ..failures import told
from ..logs import Log
from ..metrics import Metrics
from ..service import Service
from ..settings import ServiceSettings
from .backoff import backoff

TAKE_SECONDS = 5
"""Everything a take-over asks of MongoDB has this limit: no heartbeat of a revoke waits longer."""
STOP_SECONDS = 20
"""A consumer that does not leave its group in this time is left behind."""


class Fenced(Exception):  # noqa: N818 - the field's word
    """Another instance owns one of the lanes."""


@dataclass(slots=True)
class Lane:
    """The lane's document, and what only this owner knows.

    `published` in the database is `stored_published`.
    """

    number: int
    batch: int
    published: int
    stored_published: int
    next: dict[str, int]
    outbox: bool = False
    """Whether rows of the outbox may be left over from published batches."""
    armed: bool = False
    """Effects run only once the lane has consumed what stood on Kafka when it was taken."""
    stopped: str = ""
    confirmed: set[str] = field(default_factory=set)
    """Topics of which a record was taken in since our own seek."""
    sought: dict[str, int] = field(default_factory=dict)
    committed_at: float = 0
    last_at: datetime | None = None
    """When the broker appended the newest record that was taken in here."""


def topic_key(topic: str) -> str:
    """A topic's name as a field of a document: no dots."""
    return topic.replace(".", "/")


class Lanes(ConsumerRebalanceListener):  # type: ignore[misc]
    """The lock is held over a whole turn; a revoke waits for it."""

    def __init__(
        self,
        service: Service,
        settings: ServiceSettings,
        client: Any,
        database: Any,
        metrics: Metrics,
        log: Log,
    ) -> None:
        self._service, self._settings, self._client, self._database = (
            service,
            settings,
            client,
            database,
        )
        self._metrics, self._log = metrics, log
        self._topics: dict[str, Topic] = {topic.name: topic for topic in service.inputs}
        self.lock = asyncio.Lock()
        self.owned: dict[int, Lane] = {}
        self.assigned: set[TopicPartition] = set()
        self.joined = False
        self.taken_at = datetime.now(UTC)
        self.session: Any = None
        self.producer: AIOKafkaProducer | None = None
        self.subscriber: Any = None
        self.on_given_up: Callable[[], None] = lambda: None
        self._taking: asyncio.Task[None] | None = None
        self._leaving = False
        self._closing: set[asyncio.Task[None]] = set()
        self._rejoining: asyncio.Task[None] | None = None

    @property
    def consumer(self) -> Any:
        """The group's consumer. Only while the subscriber runs."""
        return self.subscriber.consumer

    @property
    def me(self) -> Any:
        return self.session.session_id["id"]

    # ------------------------------------------------------------------ the group's word

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Waits for the running turn; after it nothing of these lanes is written here."""
        if self._taking is not None:
            self._taking.cancel()
        async with self.lock:
            self.forget()
            self.assigned, self.joined = set(), False

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Awaits nothing: no heartbeat is sent while it runs, and what it raised would be
        swallowed.
        """
        self.consumer.pause(*assigned)
        # the last word of a group that we are about to leave: its lanes are others'
        if self._leaving:
            return
        self.assigned = set(assigned)
        self.joined = True
        self.take_soon()

    # ------------------------------------------------------------------ taking

    def take_soon(self) -> None:
        """Take the assigned lanes in a task of its own, again and again until it succeeds."""
        if self._taking is not None:
            self._taking.cancel()
        self._taking = asyncio.create_task(self._take())

    async def _take(self) -> None:
        attempt = 0
        while True:
            attempt += 1
            try:
                async with self.lock:
                    await self._take_once()
                return
            except Exception as error:  # whatever it is, nobody else takes these lanes
                foreseen = isinstance(error, PyMongoError | KafkaError | NotPublished | OSError)
                self._log.warning(
                    "lanes not taken yet", attempt=attempt, **told(error), exc_info=not foreseen
                )
            await asyncio.sleep(backoff(0.1, 2, attempt))

    def complete(self) -> list[int]:
        """Lanes of which every input topic's partition is assigned."""
        return sorted(
            number
            for number in {tp.partition for tp in self.assigned}
            if all(
                TopicPartition(t.name, number) in self.assigned
                for t in self._topics.values()
                if t.partitions > number
            )
        )

    async def _take_once(self) -> None:
        numbers = self.complete()
        self.session = self.session or await self._client.start_session()
        await self.ensure_producer()
        ended = 0
        with pymongo.timeout(TAKE_SECONDS):
            # An open transaction of the old owner would block these writes for up to a minute: end
            # its session.
            others = self._database.lanes.find({"_id": {"$in": numbers}, "owner": {"$ne": self.me}})
            owners = {bytes(document["owner"]): document["owner"] async for document in others}
            if owners:
                ended = len(owners)
                await self._client.admin.command(
                    "killSessions", [{"id": owner} for owner in owners.values()]
                )
            fresh = {"next": {}, "batch": 0, "published": 0}
            if numbers:
                await self._database.lanes.bulk_write(
                    [
                        UpdateOne(
                            {"_id": n},
                            {"$set": {"owner": self.me}, "$setOnInsert": fresh},
                            upsert=True,
                        )
                        for n in numbers
                    ]
                )
            documents = [
                d
                async for d in self._database.lanes.find(
                    {"_id": {"$in": numbers}, "owner": self.me}
                )
            ]
        if len(documents) != len(numbers):
            raise NotPublished("lanes were taken by another instance meanwhile")
        taken = {
            d["_id"]: Lane(d["_id"], d["batch"], d["published"], d["published"], dict(d["next"]))
            for d in documents
        }
        repaired = sum([await self._repair(lane) for lane in taken.values()])
        for tp in self.assigned:
            if (lane := taken.get(tp.partition)) is not None:
                self.seek(lane, tp.topic)
                self.consumer.resume(tp)
        self.owned = taken
        self.taken_at = datetime.now(UTC)
        self._metrics.takes.inc()
        self._metrics.unpublished.set(0)
        self._metrics.repairs.inc(repaired)
        self._show()
        self._log.info(
            "lanes taken", lanes=sorted(taken), sessions_ended=ended, published_again=repaired
        )

    @property
    def sender_is_dead(self) -> bool:
        """aiokafka's sender ends for good on errors that it does not foresee; from then on every
        send fails.
        """
        return self.producer is not None and self.producer._sender.sender_task.done()

    async def ensure_producer(self) -> AIOKafkaProducer:
        """A producer that sends. Lock held. Raises `KafkaError`, `TimeoutError`."""
        if self.sender_is_dead:
            self._discard_producer()
        if self.producer is None:
            self.producer = await open_producer(self._settings.kafka)
        return self.producer

    async def _repair(self, lane: Lane) -> int:
        """Publish again what was committed past `published`: private records and dead letters
        first, then events. Readers drop copies.
        """
        wanted = {"_id": ids_after(lane.number, lane.published)}
        with pymongo.timeout(TAKE_SECONDS * 2):
            rows = self._database.outbox.find(wanted).sort("_id", 1)
            private = [
                Outgoing(row["topic"], lane.number, row["key"], row["value"]) async for row in rows
            ]
            rows = self._database.journal.find(wanted).sort("_id", 1)
            events = [
                Outgoing(row["topic"], lane.number, row["subject"], row["raw"])
                async for row in rows
            ]
            lane.outbox = (
                bool(private)
                or await self._database.outbox.find_one({"_id": ids_after(lane.number, 0)})
                is not None
            )
        await self.publish(private, events)
        lane.published = lane.batch
        return len(events)

    def seek(self, lane: Lane, topic: str) -> None:
        """Read a topic from the lane's own position."""
        self.consumer.seek(TopicPartition(topic, lane.number), lane.next.get(topic_key(topic), 0))
        lane.confirmed.discard(topic)
        lane.sought[topic] = lane.sought.get(topic, 0) + 1

    # ------------------------------------------------------------------ publishing

    async def publish(self, private: Sequence[Outgoing], events: Sequence[Outgoing]) -> None:
        """All private records are on Kafka before the first event that commits to one of them.

        Raises `NotPublished`.
        """
        if not private and not events:
            return
        try:
            async with asyncio.timeout(self._settings.publish_timeout_seconds):
                producer = await self.ensure_producer()
                await send(producer, private)
                await send(producer, events)
        except (KafkaError, TimeoutError, OSError) as error:
            self._discard_producer()
            raise NotPublished(type(error).__name__) from error

    def _discard_producer(self) -> None:
        if self.producer is not None:
            task = asyncio.create_task(close_producer(self.producer, None))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
            self.producer = None

    async def store_published(self, idle_seconds: float) -> None:
        """Say in the database what is published, for lanes that have been idle; their outbox rows
        go. Lock held.
        """
        now = asyncio.get_running_loop().time()
        for lane in self.owned.values():
            behind = lane.published > lane.stored_published or lane.outbox
            if not behind or now - lane.committed_at < idle_seconds or lane.published != lane.batch:
                continue
            moved = await self._database.lanes.update_one(
                {"_id": lane.number, "owner": self.me, "batch": lane.batch},
                {"$set": {"published": lane.published}},
            )
            if moved.matched_count != 1:
                raise Fenced(f"lane {lane.number}")
            lane.stored_published = lane.published
            if lane.outbox:
                await self._database.outbox.delete_many(
                    {"_id": ids_up_to(lane.number, lane.published)}
                )
                lane.outbox = False

    # ------------------------------------------------------------------ giving up

    def drop(self, *, rejoin: bool) -> None:
        """Give the lanes up in memory, then take them again, or leave the group and rejoin.

        Lock held.
        """
        self._pause()
        self.forget()
        if rejoin:
            self.session, self.assigned, self.joined, self._leaving = None, set(), False, True
            if self._taking is not None:
                self._taking.cancel()
            if self._rejoining is None or self._rejoining.done():
                self._rejoining = asyncio.create_task(self._rejoin())
        else:
            self.take_soon()

    def stop_lane(self, lane: Lane, reason: str) -> None:
        """Stop a lane whose log cannot be trusted, until an operator has looked. Lock held."""
        lane.stopped = reason
        with contextlib.suppress(AssertionError, ValueError):
            self.consumer.pause(*[tp for tp in self.assigned if tp.partition == lane.number])
        self._show()
        self._log.error("lane stopped", lane=lane.number, reason=reason)

    def _pause(self) -> None:
        consumer = self.consumer
        if consumer is not None and (
            partitions := [tp for tp in self.assigned if tp in consumer.assignment()]
        ):
            consumer.pause(*partitions)

    def forget(self) -> None:
        """Own nothing in memory. Lock held."""
        self.owned = {}
        self.on_given_up()
        self._show()

    async def _rejoin(self) -> None:
        """Stopping and starting the subscriber leaves the group and joins it again."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.subscriber.stop()
        except Exception as error:  # it is replaced, whatever is left of it
            self._log.warning("group not left", **told(error))
        await asyncio.sleep(1)
        self._leaving = False
        await self._retrying(self.subscriber.start)

    async def _retrying(self, work: Callable[[], Awaitable[Any]]) -> None:
        while True:
            try:
                await work()
                return
            except Exception as error:  # whatever it is, nobody else joins for us
                self._log.warning(
                    "group not joined yet",
                    **told(error),
                    exc_info=not isinstance(error, KafkaError | OSError),
                )
                await asyncio.sleep(1)

    async def close(self) -> None:
        """After the last turn: no more takes, and the producer's last words."""
        for task in (self._taking, self._rejoining):
            if task is not None:
                task.cancel()
        if self.producer is not None:
            await close_producer(self.producer, 30)
            self.producer = None
        if self.session is not None:
            await self.session.end_session()

    def _show(self) -> None:
        for gauge in (self._metrics.lane_owned, self._metrics.lane_stopped, self._metrics.lag):
            gauge.clear()
        for lane in self.owned.values():
            self._metrics.lane_owned.labels(lane.number).set(1)
            if lane.stopped:
                self._metrics.lane_stopped.labels(lane.number).set(1)
