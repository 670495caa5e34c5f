"""What happens without a record: wakes, released subjects, arming effects, storing `published` for
idle lanes, the lag.

A wake fires only after its lane has consumed every input that stood on Kafka after its instant: a
backlog never turns a payment in time into one too late.

Why a barrier and not a grace period: no fixed time bounds a backlog. The barrier asks Kafka for the
ends of the lane's topics at a moment after the wake's instant and waits until the lane has read up
to them; whatever was appended before the instant is then decided first.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiokafka import TopicPartition
from motcua_contracts import Message, Payload
from motcua_contracts.rules.decision import Wake
from motcua_contracts.values.clock import instant, milliseconds
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import wake_id
from pymongo.errors import PyMongoError

from .._effects.effects import Effects
from .._http.readiness import note
from .._kafka.fetch import Batch, Record
from ..clock import CLOCKS_DIFFER, DevClock
from ..failures import told
from ..logs import Log
from ..metrics import Metrics
from ..service import Service
from .backoff import is_transient
from .breaker import Notice
from .entries import Entries
from .lanes import Lane, Lanes, topic_key
from .processor import Processor
from .projections import COLLECTION as VIEWS

WAKE_TOPIC = topics.Topic("wake", "wake", 0)
WAKES_AT_ONCE, RELEASED_AT_ONCE = 500, 500
LAG_SECONDS = 3
SICK_SECONDS = 20
"""A consumer that has no answer, or brings nothing of what waits, for so long is replaced."""


class Barriers:
    """Whether a lane has consumed all that stood on Kafka at some moment after a wall instant."""

    def __init__(self, service: Service, lanes: Lanes) -> None:
        self._service, self._lanes = service, lanes
        self._read: dict[int, tuple[datetime, dict[topics.Topic, int]]] = {}

    async def passed(self, number: int, after: datetime) -> bool:
        """Raises `KafkaError`, `TimeoutError`."""
        lane = self._lanes.owned.get(number)
        if lane is None or lane.stopped:
            return False
        read = self._read.get(number)
        if read is not None and read[0] < after and not await self._reached(number, lane, read[1]):
            # the older barrier first: one that is moved on at every question is never reached
            return False
        if read is None or read[0] < after:
            now = datetime.now(UTC) - CLOCKS_DIFFER
            if now < after:
                return False
            read = self._read[number] = now, (await self.ends([number]))[number]
        return await self._reached(number, lane, read[1])

    async def _reached(self, number: int, lane: Lane, ends: dict[topics.Topic, int]) -> bool:
        for topic, end in ends.items():
            if lane.next.get(topic_key(topic.name), 0) >= end:
                continue
            # A cleaned tail leaves `next` of a compacted topic permanently below the end.
            if (
                not topic.compacted
                or await self._lanes.consumer.position(TopicPartition(topic.name, number)) < end
            ):
                return False
        return True

    async def ends(self, numbers: Iterable[int]) -> dict[int, dict[topics.Topic, int]]:
        """The ends of the lanes' topics, now, in one question.

        Raises `KafkaError`, `TimeoutError`.
        """
        wanted = {
            TopicPartition(t.name, n): t
            for n in numbers
            for t in self._service.inputs
            if t.partitions > n
        }
        ends: dict[int, dict[topics.Topic, int]] = {}
        for tp, end in (
            await asyncio.wait_for(self._lanes.consumer.end_offsets(list(wanted)), 5)
        ).items():
            ends.setdefault(tp.partition, {})[wanted[tp]] = end
        return ends


class Timers:
    """The loops beside the consumer. Each survives Kafka or MongoDB being away."""

    def __init__(
        self,
        service: Service,
        processor: Processor,
        entries: Entries | None,
        effects: Effects | None,
        clock: DevClock,
        database: Any,
        metrics: Metrics,
        log: Log,
        instance: str = "",
    ) -> None:
        self.notice = Notice(database, instance or service.name)
        self._service, self._processor, self._lanes = service, processor, processor.lanes
        self._entries, self._effects, self._clock, self._database = (
            entries,
            effects,
            clock,
            database,
        )
        self._metrics, self._log = metrics, log
        self._barriers = Barriers(service, self._lanes)
        self.beat = time.monotonic()
        self._parked = 0
        self._answered_at, self._watched_since = time.monotonic(), self._lanes.taken_at
        self._stands: dict[tuple[int, str], tuple[int, float]] = {}

    def loops(self) -> list[Awaitable[None]]:
        """What runs as long as the service does."""
        every: list[tuple[float, Callable[[], Awaitable[None]]]] = [
            (1, self._idle),
            (LAG_SECONDS, self._lag),
            (1, self._breaker),
        ]
        if self._service.rules.wakes:
            every.append((0.2, self._wakes))
        every.append((1, self._released))
        if self._effects is not None:
            every.append((0.1, self._arm))
        return [self._every(seconds, work) for seconds, work in every]

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            self.beat = time.monotonic()
            try:
                if self._lanes.owned:
                    await work()
            except Exception as error:
                if not is_transient(error):
                    self._log.error("timer failed", exc_info=True)
                else:
                    self._log.debug("timer waits", **told(error))

    async def _wakes(self) -> None:
        # Lane by lane: what is due in a stopped lane must not hide what is due in the others.
        ready: list[Record] = []
        due: dict[str, Any] = {
            "due": {"$lte": milliseconds(self._clock.now())},
            "parked": {"$exists": False},
        }
        for number in await self._database.cases.distinct(
            "lane", {"lane": {"$in": self._live()}, **due}
        ):
            wanted = {"lane": number, **due}
            rows = (
                await self._database.cases.find(wanted, {"lane": 1, "due": 1})
                .sort("due", 1)
                .limit(WAKES_AT_ONCE)
                .to_list(None)
            )
            ready += [
                self._wake(row)
                for row in rows
                if await self._barriers.passed(number, self._clock.passed(instant(row["due"])))
            ]
        if ready:
            # one that fails is found among them
            await self._processor.guarded(lambda: self._processor.take_in(Batch(ready, {})))

    def _live(self) -> list[int]:
        return [number for number, lane in self._lanes.owned.items() if not lane.stopped]

    def _wake(self, row: dict[str, Any]) -> Record:
        subject, at, name = row["_id"], instant(row["due"]), self._service.name
        message_id = wake_id(name, subject, row["due"])
        actor = f"system:{name}"
        message: Message[Payload] = Message(
            message_id,
            f"/motcua/{name}",
            "wake",
            subject,
            at,
            actor,
            message_id,
            message_id,
            Wake(),
        )
        return Record(row["lane"], WAKE_TOPIC, 0, subject, None, at, message=message)

    async def _released(self) -> None:
        """Subjects that an operator released: their parked records in order; parked until none is
        left.
        """
        if not self._parked:
            return
        wanted = {"lane": {"$in": self._live()}, "parked": "released"}
        if self._entries is not None:
            for row in await self._database.cases.find(wanted, {"lane": 1}).limit(20).to_list(None):
                await self._processor.guarded(
                    partial(self._take_in_released, row["_id"], row["lane"])
                )
        if self._service.project is not None:
            for row in await self._database[VIEWS].find(wanted).limit(20).to_list(None):
                await self._processor.guarded(
                    partial(self._take_in_released, row["subject"], row["lane"], view=True)
                )

    async def _take_in_released(self, subject: str, lane: int, *, view: bool = False) -> None:
        if view:
            self._processor.views.release(lane, subject)
        elif self._entries is not None:
            self._entries.forget(subject)  # the operator's mark was set beside the cache
        every = {topic.name: topic for topic in self._service.inputs}
        wanted: dict[str, Any] = {"subject": subject, "view": True if view else {"$exists": False}}
        wanted |= {"lane": lane} if view else {}
        rows = (
            await self._database.parked.find(wanted)
            .sort("_id", 1)
            .limit(RELEASED_AT_ONCE)
            .to_list(None)
        )
        gone = [row["topic"] for row in rows if row["topic"] not in every]
        if gone:
            self._log.error(
                "released records of topics that this release does not read",
                subject=subject,
                topics=gone,
            )
            return
        records = [
            Record(
                row["lane"],
                every[row["topic"]],
                row["offset"],
                subject,
                row["value"],
                row["at"],
                parked=row["_id"],
            )
            for row in rows
        ]
        last = len(rows) < RELEASED_AT_ONCE
        emptied, emptied_views = (
            (subject,) if last and not view else (),
            ((lane, subject),) if last and view else (),
        )
        await self._processor.take_in(
            Batch(records, {}, frozenset((lane,)), emptied, emptied_views)
        )

    async def _breaker(self) -> None:
        """While it is open: say so where the operator looks, and go on once one has closed it."""
        opened_at = self._processor.breaker_opened_at
        if opened_at is None or not await self.notice.said(self._processor.run, opened_at):
            return

        async def close() -> None:
            self._processor.close_breaker()

        await self._processor.guarded(close)

    async def _arm(self) -> None:
        assert self._effects is not None
        for number, lane in list(self._lanes.owned.items()):
            if not lane.armed and await self._barriers.passed(number, self._lanes.taken_at):
                await self._effects.arm(lane)

    async def _join_again(self, reason: str) -> None:
        """A new consumer in place of one that lives and does nothing, as a broker's death may leave
        it. While Kafka is away this waits.
        """
        self._log.warning("rejoining the group", reason=reason)
        self._answered_at = time.monotonic()
        self._stands.clear()
        async with self._lanes.lock:
            self._lanes.drop(rejoin=True)

    async def _watch(self, lane: Lane, topic: topics.Topic, behind: int) -> None:
        """Notice a lane that has records and does not move, and a log that is shorter than what was
        read of it.
        """
        if behind < 0 and topic.kind == "events":
            async with self._lanes.lock:
                if self._lanes.owned.get(lane.number) is lane and not lane.stopped:
                    self._lanes.stop_lane(lane, f"{topic.name} is shorter than what was read of it")
        place, now = lane.next.get(topic_key(topic.name), 0), time.monotonic()
        key = (lane.number, topic.name)
        if behind <= 0:
            self._stands.pop(key, None)
        elif key not in self._stands or self._stands[key][0] != place:
            self._stands[key] = place, now

    def standing(self, seconds: float) -> list[str]:
        """Lanes that have had records for so long and took none in: a consumer that died without a
        word shows here.
        """
        now = time.monotonic()
        return [
            f"lane {number} has not moved on {topic} for {now - since:.0f} s"
            for (number, topic), (_, since) in self._stands.items()
            if now - since > seconds and number in self._lanes.owned
        ]

    async def _idle(self) -> None:
        async def store() -> None:
            if self._lanes.sender_is_dead:
                await self._lanes.ensure_producer()
            with contextlib.suppress(PyMongoError):  # advice for the next owner: again in a second
                await self._lanes.store_published(idle_seconds=1)

        behind = any(
            lane.published > lane.stored_published or lane.outbox
            for lane in self._lanes.owned.values()
        )
        if behind or self._lanes.sender_is_dead:
            await self._processor.guarded(store)

    async def _lag(self) -> None:
        owned = dict(self._lanes.owned)
        # what was seen before this take-over says nothing
        if self._lanes.taken_at != self._watched_since:
            self._watched_since, self._answered_at = self._lanes.taken_at, time.monotonic()
            self._stands.clear()
        try:
            answered = await self._barriers.ends(owned)
        except Exception as error:
            if is_transient(error) and time.monotonic() - self._answered_at > SICK_SECONDS:
                await self._join_again("its consumer has no answer from Kafka")
            raise
        self._answered_at, asked_at, late = time.monotonic(), datetime.now(UTC), set[int]()
        if self.standing(SICK_SECONDS) and not self._lanes.lock.locked():
            await self._join_again("records wait and its consumer brings none")
        for number, ends in answered.items():
            lane = owned[number]
            for topic, end in ends.items():
                behind = end - lane.next.get(topic_key(topic.name), 0)
                if (
                    topic.compacted
                    and await self._lanes.consumer.position(TopicPartition(topic.name, number))
                    >= end
                ):
                    behind = 0
                late |= {number} if behind > 0 else set()
                if self._lanes.owned.get(number) is lane:
                    self._metrics.lag.labels(topic.name, number).set(behind)
                    await self._watch(lane, topic, behind)
        if self._service.serves_behind:
            known = {
                number: lane.last_at if number in late else asked_at - CLOCKS_DIFFER
                for number, lane in owned.items()
            }
            await note(
                self._database, {number: at for number, at in known.items() if at is not None}
            )
        parked = {"lane": {"$in": list(self._lanes.owned)}, "parked": {"$exists": True}}
        cases = await self._database.cases.count_documents(parked) if self._service.rules else 0
        views = (
            await self._database[VIEWS].count_documents(parked)
            if self._service.project is not None
            else 0
        )
        self._parked = cases + views
        self._metrics.parked_keys.set(self._parked)
