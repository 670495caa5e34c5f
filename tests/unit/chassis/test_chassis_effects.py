"""Effects in memory: done once as long as the answer is on its way, and let go when they are closed. Wired by hand, no Kafka."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
import structlog
from chassis_desk import LANE, SUBJECT, Count, effects, evolve
from motcua_chassis import effects as module
from motcua_chassis.backoff import backoff
from motcua_chassis.effects import Effects
from motcua_chassis.holding import hold
from motcua_chassis.lanes import Lane, topic_key
from motcua_chassis.metrics import Metrics
from motcua_chassis.outcome import Demand, Outcome
from motcua_chassis.service import Decider, NotYet, Perform, Service
from motcua_chassis.tracing import Tracing
from motcua_contracts import topics
from motcua_contracts.decision import NOTHING, Effect
from motcua_contracts.routing import RecordSignedDecision

KEY = f"{SUBJECT}/e"


class Bench:
    """One armed lane, one effect; `calls` are the visits to the outside world, `sent` the answers."""

    def __init__(self) -> None:
        self.calls, self.sent, self.append_fails = 0, 0, 0
        self.lane = Lane(LANE, 1, 1, 1, {}, armed=True)
        lanes = cast(Any, SimpleNamespace(owned={LANE: self.lane}, lock=asyncio.Lock()))
        decider = Decider(Count, lambda *_: NOTHING, evolve, effects)
        self.service = Service("routing", (topics.ROUTING_COMMANDS,), decider, perform={"kind": Perform(self.outside)})
        runtime: Any = SimpleNamespace(
            case=self.case, shelf=lambda subject: None, append=self.append, now=lambda: datetime(2026, 1, 1, tzinfo=UTC), database=None
        )
        self.effects = Effects(self.service, runtime, lanes, Metrics(), Tracing("routing"), structlog.get_logger())

    async def outside(self, *_: Any) -> RecordSignedDecision:
        self.calls += 1
        return RecordSignedDecision(result=None)

    async def case(self, subject: str) -> Count:
        return Count(open=("e",))

    async def append(self, topic: Any, message: Any) -> int:
        if self.append_fails:
            self.append_fails -= 1
            raise ConnectionError("Kafka is away")
        self.sent += 1
        return 41

    def demand(self) -> None:
        self.effects.committed(Outcome(demanded={KEY: Demand(Effect(KEY, "kind"), SUBJECT, LANE, "c", "c", None)}))

    def close(self) -> None:
        self.effects.committed(Outcome(closed={KEY: LANE}))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.effects.run())
        yield
        task.cancel()


@pytest.fixture(name="quick")
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.02)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.001)


@pytest.mark.usefixtures("quick")
async def test_an_answer_that_waits_on_kafka_is_waited_for_and_the_effect_is_not_done_again() -> None:
    bench = Bench()
    async with bench.running():
        bench.demand()
        await asyncio.sleep(0.2)
    assert (bench.calls, bench.sent) == (1, 1)


@pytest.mark.usefixtures("quick")
async def test_an_answer_that_was_read_and_closed_nothing_has_the_effect_done_again() -> None:
    bench = Bench()
    async with bench.running():
        bench.demand()
        await asyncio.sleep(0.01)
        bench.lane.next[topic_key(topics.ROUTING_COMMANDS.name)] = 42
        await asyncio.sleep(0.1)
    assert bench.calls > 1


@pytest.mark.usefixtures("quick")
async def test_an_answer_that_could_not_be_sent_is_sent_again_without_another_call() -> None:
    bench = Bench()
    bench.append_fails = 3
    async with bench.running():
        bench.demand()
        for _ in range(2000):  # how long a loaded machine takes says nothing
            if bench.sent:
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
    assert (bench.calls, bench.sent) == (1, 1)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("fails", [0, 1])
async def test_what_an_effect_holds_is_let_go_only_after_its_answer_was_sent_or_could_not_be(fails: int) -> None:
    bench, told = Bench(), asyncio.Event()
    bench.append_fails = fails
    at_the_end: list[tuple[int, int]] = []

    @asynccontextmanager
    async def place() -> AsyncIterator[str]:
        try:
            yield "place 1"
        finally:
            at_the_end.append((bench.sent, bench.append_fails))
            told.set()

    async def outside(*_: Any) -> RecordSignedDecision:
        assert await hold(place()) == "place 1"
        return RecordSignedDecision(result=None)

    bench.service = replace(bench.service, perform={"kind": Perform(outside)})
    bench.effects._service = bench.service
    async with bench.running(), asyncio.timeout(20):
        bench.demand()
        await told.wait()
    assert at_the_end[0] == (1 - fails, 0)


async def test_nothing_is_held_outside_of_an_effect() -> None:
    with pytest.raises(LookupError):
        await hold(nullcontext())


async def test_nothing_of_a_closed_effect_stays_in_memory() -> None:
    bench = Bench()
    async with bench.running():
        bench.demand()
        await asyncio.sleep(0.05)
        bench.close()
        await asyncio.sleep(0.05)
    kept = (bench.effects._open, bench.effects._sent, bench.effects._performed, bench.effects._tries)
    assert [len(each) for each in kept] == [0, 0, 0, 0]


async def test_an_effect_of_a_lane_that_is_not_armed_yet_waits() -> None:
    bench = Bench()
    bench.lane.armed = False
    async with bench.running():
        bench.demand()
        await asyncio.sleep(0.05)
    assert bench.calls == 0


@pytest.mark.parametrize("attempt", [0, 1, 20, 1024, 10**9])
def test_waiting_never_ends_in_an_error_however_long_the_outage(attempt: int) -> None:
    assert 0 < backoff(0.1, 2, attempt) <= 2


async def test_what_cannot_be_done_now_is_looked_at_again_and_nothing_is_counted() -> None:
    """A paper that is on its way, a provider without room: nobody's fault, so no failure and no dead letter."""
    bench, waits = Bench(), 2

    async def outside(*_: Any) -> RecordSignedDecision:
        nonlocal waits
        bench.calls += 1
        if waits:
            waits -= 1
            raise NotYet("no room", seconds=0.01)
        return RecordSignedDecision(result=None)

    bench.service.perform["kind"] = Perform(outside)  # type: ignore[index]
    async with bench.running():
        bench.demand()
        await asyncio.sleep(0.2)
    assert (bench.calls, bench.sent, bench.effects._tries) == (3, 1, {})


async def test_an_effect_waits_for_its_instant_on_the_clock_that_may_run_ahead() -> None:
    """In development a person moves the clock: what is due then is done then, not after the real time in between."""
    bench = Bench()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    late = Effect(KEY, "kind", at + timedelta(hours=8))
    async with bench.running():
        bench.effects.committed(Outcome(demanded={KEY: Demand(late, SUBJECT, LANE, "c", "c", None)}))
        await asyncio.sleep(0.1)
        assert bench.calls == 0
        bench.effects._runtime.now = lambda: at + timedelta(hours=9)
        await asyncio.sleep(0.7)
    assert bench.calls == 1
