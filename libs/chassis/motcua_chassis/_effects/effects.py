"""Effects: work in the outside world that events demand, done after the commit and outside the
lock, bounded for each kind.

An effect is stored with the events that demanded it and goes when an answer closed it: at least
once outside, once inside. At a take-over it runs again only once its lane has consumed what stood
on Kafka then, because the answer may already be there. While this process lives, what it did and
has not told is told, and not done again: through outages of Kafka, and through lanes that go and
come back.

Why an effect answers by a command on Kafka instead of writing its result: the result of a call is
input like any other. It gets a place in the log, a pure rule decides on it, a replay sees it, and a
second answer has the same id and is dropped as a copy. Only the rule's event closes the effect, so
a crash anywhere between the call and that event leads to another try, never to a lost result.
"""

import asyncio
import heapq
import random
from collections import deque
from datetime import datetime
from typing import Any

from aiokafka.errors import MessageSizeTooLargeError
from motcua_contracts import Command, Message, Payload
from motcua_contracts.rules.decision import Answer
from motcua_contracts.wire.envelope import stable_id
from pymongo.errors import PyMongoError

from .._processing.backoff import backoff, is_transient
from .._processing.lanes import Lane, Lanes, topic_key
from .._processing.outcome import Demand, TurnResult
from .._processing.runtime import ServiceRuntime
from .._store.journal_ids import effects_of
from .._telemetry.tracing import Tracing
from ..failures import told
from ..logs import Log
from ..metrics import Metrics
from ..service import NotYet, Service, answers_of
from .slots import holding

RETRY_SECONDS, RETRY_MOST_SECONDS = 0.25, 60
TELL_SECONDS, TELL_MOST_SECONDS = 0.1, 2
"""Between two tries at an answer that Kafka does not take: while it is away, and soon after it is
back.
"""
AGAIN_SECONDS = 30
"""How long after sending an answer we check whether it closed the effect; if not, the effect runs
again.
"""


class Effects:
    """The effects of the armed lanes of this instance, in memory; the store has them all."""

    def __init__(
        self,
        service: Service,
        runtime: ServiceRuntime,
        lanes: Lanes,
        metrics: Metrics,
        tracing: Tracing,
        log: Log,
    ) -> None:
        self._service, self._runtime, self._lanes, self._metrics, self._tracing, self._log = (
            service,
            runtime,
            lanes,
            metrics,
            tracing,
            log,
        )
        self.tools: Any = None
        self._open: dict[str, Demand] = {}
        self._tries: dict[str, int] = {}
        self._ready: dict[str, deque[str]] = {kind: deque() for kind in service.perform}
        self._room = {kind: service.how(kind).concurrency for kind in service.perform}
        self._later: list[tuple[float, str]] = []
        self._dated: list[tuple[datetime, str]] = []
        """Not before an instant of the clock, which in development runs ahead at a word."""
        self._running: dict[str, asyncio.Task[None]] = {}
        self._sent: dict[str, tuple[int, int]] = {}
        """Lanes and offsets of answers on the service's own command topic, until they are read."""
        self._wake = asyncio.Event()
        self.draining = False

    # ------------------------------------------------------------------ what is open

    def committed(self, outcome: TurnResult) -> None:
        """Take in what a turn demanded and closed, for lanes that are armed; for others it is read
        when they are.
        """
        for key in outcome.closed:
            self._open.pop(key, None)
            self._let_go(key)
        for key, demand in outcome.demanded.items():
            lane = self._lanes.owned.get(demand.lane)
            if lane is not None and lane.armed:
                self._add(key, demand)

    def _let_go(self, key: str) -> None:
        self._tries.pop(key, None)
        self._sent.pop(key, None)

    async def arm(self, lane: Lane) -> None:
        """Read the open effects of a lane that has caught up.

        The lanes' lock keeps turns out meanwhile.
        """
        async with self._lanes.lock:
            if self._lanes.owned.get(lane.number) is not lane or lane.armed:
                return
            async for row in self._runtime.database.effects.find({"_id": effects_of(lane.number)}):
                self._add(row["key"], Demand.of(row))
            lane.armed = True
        # What this instance told of lanes that went, and of effects that were closed before it took
        # them again.
        self._sent = {
            key: told
            for key, told in self._sent.items()
            if key in self._open or self._is_to_be_armed(told[0])
        }

    def _is_to_be_armed(self, number: int) -> bool:
        lane = self._lanes.owned.get(number)
        return lane is not None and not lane.armed

    def given_up(self) -> None:
        """The lanes are not ours any more, or are taken again; what runs is let run, its answer is
        the first or a copy.
        """
        self._open.clear()
        self._tries.clear()
        self._later.clear()
        self._dated.clear()
        for ready in self._ready.values():
            ready.clear()

    def _add(self, key: str, demand: Demand) -> None:
        if key in self._open:
            return
        if demand.effect.kind not in self._ready:
            self._log.error(
                "an effect that this release does not do", kind=demand.effect.kind, key=key
            )
            return
        self._open[key] = demand
        if key in self._running:  # from before a take-over: it is looked at when that ends
            return
        if demand.effect.not_before is not None and demand.effect.not_before > self._runtime.now():
            heapq.heappush(self._dated, (demand.effect.not_before, key))
            self._wake.set()
        else:
            self._schedule(key, 0)

    def _schedule(self, key: str, seconds: float) -> None:
        demand = self._open.get(key)
        if demand is None:
            return
        if seconds <= 0:
            self._ready[demand.effect.kind].append(key)
        else:
            heapq.heappush(self._later, (asyncio.get_running_loop().time() + seconds, key))
        self._wake.set()

    # ------------------------------------------------------------------ doing them

    async def run(self) -> None:
        """Start what is ready, as far as there is room for its kind."""
        while True:
            now = asyncio.get_running_loop().time()
            while self._later and self._later[0][0] <= now:
                self._schedule(heapq.heappop(self._later)[1], 0)
            while self._dated and self._dated[0][0] <= self._runtime.now():
                self._schedule(heapq.heappop(self._dated)[1], 0)
            for kind, ready in self._ready.items():
                while ready and self._room[kind] and not self.draining:
                    self._start(kind, ready.popleft())
            self._metrics.effects.set(len(self._open))
            self._wake.clear()
            wait = min(0.5, self._later[0][0] - now) if self._later else 0.5
            try:
                async with asyncio.timeout(max(0.005, wait)):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def drain(self, seconds: float) -> None:
        """Start nothing more and let the running ones end."""
        self.draining = True
        if self._running:
            await asyncio.wait(self._running.values(), timeout=seconds)

    def _start(self, kind: str, key: str) -> None:
        demand = self._open.get(key)
        if demand is None or key in self._running:
            return
        self._room[kind] -= 1
        self._running[key] = asyncio.create_task(self._run_one(kind, key, demand))

    async def _run_one(self, kind: str, key: str, demand: Demand) -> None:
        again: float | None = None
        try:
            async with holding(wanted=lambda: key in self._open):
                again = await self._perform(kind, demand)
        finally:
            self._room[kind] += 1
            self._running.pop(key, None)
            if key in self._open:
                self._schedule(key, 1 if again is None else again)
            elif self._is_closed(demand):  # meanwhile: nothing of it stays
                self._let_go(key)
            self._wake.set()

    async def _perform(self, kind: str, demand: Demand) -> float | None:
        """Do it once.

        Gives in how many seconds it is to be looked at again, None where it is closed.
        """
        key, how = demand.effect.key, self._service.how(kind)
        try:
            if key in self._sent and not self._is_read(demand):
                return AGAIN_SECONDS
            self._sent.pop(key, None)
            case = await self._runtime.case(demand.subject)
            demanded = self._service.rules.effects(demand.subject, case)
            effect = next((one for one in demanded if one.key == key), None)
            lane = self._lanes.owned.get(demand.lane)
            if effect is None or lane is None or not lane.armed:
                return None
            spanned = self._tracing.span(
                f"perform {kind}", demand.traceparent, demand.correlationid
            )
            with self._metrics.perform.labels(kind).time(), spanned:
                async with asyncio.timeout(how.seconds):
                    performed = answers_of(
                        await how.call(
                            effect, case, self._runtime.shelf(demand.subject), self.tools
                        )
                    )
        except NotYet as wait:
            return wait.seconds
        except Exception as error:
            return await self._failed(kind, demand, how.tries, error)
        await self._tell(kind, demand, how.tries, performed)
        return AGAIN_SECONDS

    def _is_read(self, demand: Demand) -> bool:
        """Whether the lane has taken in the answer that was sent."""
        lane, topic = self._lanes.owned.get(demand.lane), self._service.commands
        assert topic is not None
        return (
            lane is not None
            and lane.next.get(topic_key(topic.name), 0) > self._sent[demand.effect.key][1]
        )

    def _is_closed(self, demand: Demand) -> bool:
        """As far as is known here: of a lane that went, or is not armed again, nothing is."""
        lane = self._lanes.owned.get(demand.lane)
        return demand.effect.key not in self._open and lane is not None and lane.armed

    async def _tell(self, kind: str, demand: Demand, most: int, performed: Answer) -> None:
        """Until Kafka has the answer or another closed the effect; what the effect holds is held as
        long. Whoever owns the lane by then.

        An answer that no waiting brings to Kafka is counted as a failure, and is the lane's next
        owner's once the lane went.
        """
        attempt = 0
        while not self._is_closed(demand):
            try:
                self._sent[demand.effect.key] = demand.lane, await self._answer(demand, performed)
                return
            except Exception as error:
                attempt += 1
                wait = backoff(TELL_SECONDS, TELL_MOST_SECONDS, attempt)
                if is_transient(error) and not isinstance(error, MessageSizeTooLargeError):
                    self._log.warning(
                        "answer waits",
                        kind=kind,
                        key=demand.effect.key,
                        attempt=attempt,
                        **told(error),
                    )
                elif demand.lane in self._lanes.owned:
                    wait = await self._failed(kind, demand, most, error)
                else:
                    return
            await asyncio.sleep(wait)

    async def _answer(self, demand: Demand, answer: Answer) -> int:
        """Send the result; the answer last, so that it closes the effect only once everything else
        is said. Gives the answer's offset.
        """
        topic = self._service.commands
        assert topic is not None, f"{self._service.name} has effects but no command topic"
        for subject, command in answer.also:
            await self._runtime.append(topic, self._command(demand, subject, command, "also"))
        return await self._runtime.append(
            topic, self._command(demand, demand.subject, answer.command, "answer")
        )

    def _command(self, demand: Demand, subject: str, data: Payload, role: str) -> Message[Payload]:
        assert isinstance(data, Command)
        parts = (
            (demand.effect.key,)
            if role == "answer"
            else (demand.effect.key, role, subject, data.wire_type)
        )
        name = self._service.name
        return Message(
            stable_id("effect", *parts),
            f"/motcua/{name}",
            data.wire_type,
            subject,
            self._runtime.now(),
            f"system:{name}",
            demand.correlationid,
            demand.causationid,
            data,
            traceparent=demand.traceparent,
        )

    async def _failed(self, kind: str, demand: Demand, most: int, error: Exception) -> float:
        """Try again with back-off and jitter, without end; after `most` tries it is listed where
        the operator looks.
        """
        tries = self._tries[demand.effect.key] = self._tries.get(demand.effect.key, 0) + 1
        self._metrics.perform_failures.labels(kind).inc()
        self._log.warning(
            "effect tried again",
            kind=kind,
            key=demand.effect.key,
            tries=tries,
            correlationid=demand.correlationid,
            **told(error),
        )
        if tries == 1:
            self._log.debug("effect failed", exc_info=error)
        if tries == most:
            row = {
                "subject": demand.subject,
                "lane": demand.lane,
                "at": self._runtime.now(),
                "effect": demand.effect.key,
                "reason": f"{kind} failed {tries} times, last with {type(error).__name__}",
            }
            try:
                stuck = f"effect/{demand.effect.key}"
                await self._runtime.database.dead_letters.update_one(
                    {"_id": stuck}, {"$set": row}, upsert=True
                )
                self._metrics.dead_letters.labels("effect").inc()
            except PyMongoError:
                self._tries[demand.effect.key] -= 1
        return backoff(RETRY_SECONDS, RETRY_MOST_SECONDS, tries) * random.uniform(0.5, 1)
