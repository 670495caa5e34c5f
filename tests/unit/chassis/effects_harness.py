"""A harness for effects: one armed lane, the outside world and Kafka as counters.

Wired by hand, no Kafka.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import structlog
from motcua_chassis import Decider, Perform, Service
from motcua_chassis._effects.effects import Effects
from motcua_chassis._processing.lanes import Lane
from motcua_chassis._processing.outcome import Demand, TurnResult
from motcua_chassis._telemetry.tracing import Tracing
from motcua_chassis.metrics import Metrics
from motcua_contracts import Effect
from motcua_contracts.messages.routing import RecordSignedDecision
from motcua_contracts.rules.decision import NOTHING
from motcua_contracts.wire import topics

from .harness import LANE, SUBJECT, Count, effects, evolve

KEY = f"{SUBJECT}/e"


def demand_of(key: str, not_before: datetime | None = None) -> Demand:
    return Demand(Effect(key, "kind", not_before), SUBJECT, LANE, "c", "c", None)


class EffectsHarness:
    """Effects of one subject, by the names in `open`; `calls` are the visits to the outside world,
    `sent` the answers.
    """

    def __init__(self, *names: str) -> None:
        self.open = names or ("e",)
        self.calls, self.sent, self.append_fails = 0, 0, 0
        self.append_error: Exception = ConnectionError("Kafka is away")
        self.listed: list[str] = []
        self.lane = Lane(LANE, 1, 1, 1, {}, armed=True)
        self.lanes = cast(Any, SimpleNamespace(owned={LANE: self.lane}, lock=asyncio.Lock()))
        self.perform: dict[str, Any] = {"kind": Perform(self.outside)}
        decider = Decider(Count, lambda *_: NOTHING, evolve, effects)
        service = Service("routing", (topics.ROUTING_COMMANDS,), (decider,), perform=self.perform)
        runtime: Any = SimpleNamespace(
            case=self.case,
            shelf=lambda subject: None,
            append=self.append,
            now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
            database=SimpleNamespace(effects=self, dead_letters=self),
        )
        self.effects = Effects(
            service, runtime, self.lanes, Metrics(), Tracing("routing"), structlog.get_logger()
        )

    async def outside(self, *_: Any) -> RecordSignedDecision:
        self.calls += 1
        return RecordSignedDecision(result=None)

    async def case(self, subject: str) -> Count:
        return Count(open=self.open)

    async def append(self, topic: Any, message: Any) -> int:
        if self.append_fails:
            self.append_fails -= 1
            raise self.append_error
        self.sent += 1
        return 41

    async def find(self, wanted: Any) -> AsyncIterator[dict[str, Any]]:
        """The stored effects of a lane: those that are open."""
        for name in self.open:
            yield demand_of(f"{SUBJECT}/{name}").document()

    async def update_one(self, wanted: Any, change: Any, *, upsert: bool) -> None:
        """What is listed for the operator."""
        self.listed.append(wanted["_id"])

    def demand(self) -> None:
        self.effects.committed(
            TurnResult(
                demanded={
                    key: demand_of(key) for key in (f"{SUBJECT}/{name}" for name in self.open)
                }
            )
        )

    def close(self) -> None:
        self.effects.committed(TurnResult(closed={KEY: LANE}))

    def give_up(self) -> None:
        """The lane goes, for now or for good."""
        self.lanes.owned = {}
        self.effects.given_up()

    async def take(self, number: int = LANE) -> None:
        """A lane is taken and armed."""
        self.lanes.owned = {number: Lane(number, 2, 1, 1, {})}
        await self.effects.arm(self.lanes.owned[number])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.effects.run())
        yield
        task.cancel()


async def came_true(what: Callable[[], bool]) -> None:
    """How long a loaded machine takes says nothing."""
    for _ in range(4000):
        if what():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come true")
