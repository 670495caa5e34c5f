"""Effects in memory: done once as long as the answer is on its way, and let go when they are
closed. Wired by hand, no Kafka.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from motcua_chassis import NotYet, Perform
from motcua_chassis._effects import effects as module
from motcua_chassis._processing.backoff import backoff
from motcua_chassis._processing.lanes import topic_key
from motcua_chassis._processing.outcome import TurnResult
from motcua_contracts.messages.routing import RecordSignedDecision
from motcua_contracts.wire import topics

from .effects_harness import KEY, EffectsHarness, came_true, demand_of


@pytest.fixture(name="quick")
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.02)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.001)
    monkeypatch.setattr(module, "TELL_SECONDS", 0.001)


@pytest.mark.usefixtures("quick")
async def test_an_answer_that_waits_on_kafka_is_waited_for_and_the_effect_is_not_done_again() -> (
    None
):
    bench = EffectsHarness()
    async with bench.running():
        bench.demand()
        await asyncio.sleep(0.2)
    assert (bench.calls, bench.sent) == (1, 1)


@pytest.mark.usefixtures("quick")
async def test_an_answer_that_was_read_and_closed_nothing_has_the_effect_done_again() -> None:
    bench = EffectsHarness()
    async with bench.running():
        bench.demand()
        await asyncio.sleep(0.01)
        bench.lane.next[topic_key(topics.ROUTING_COMMANDS.name)] = 42
        await asyncio.sleep(0.1)
    assert bench.calls > 1


@pytest.mark.usefixtures("quick")
async def test_an_answer_that_could_not_be_sent_is_sent_again_without_another_call() -> None:
    bench = EffectsHarness()
    bench.append_fails = 3
    async with bench.running():
        bench.demand()
        await came_true(lambda: bench.sent > 0)
        await asyncio.sleep(0.1)
    assert (bench.calls, bench.sent) == (1, 1)


async def test_nothing_of_a_closed_effect_stays_in_memory() -> None:
    bench = EffectsHarness()
    async with bench.running():
        bench.demand()
        await asyncio.sleep(0.05)
        bench.close()
        await asyncio.sleep(0.05)
    kept = (bench.effects._open, bench.effects._sent, bench.effects._tries)
    assert [len(each) for each in kept] == [0, 0, 0]


async def test_an_effect_of_a_lane_that_is_not_armed_yet_waits() -> None:
    bench = EffectsHarness()
    bench.lane.armed = False
    async with bench.running():
        bench.demand()
        await asyncio.sleep(0.05)
    assert bench.calls == 0


@pytest.mark.parametrize("attempt", [0, 1, 20, 1024, 10**9])
def test_waiting_never_ends_in_an_error_however_long_the_outage(attempt: int) -> None:
    assert 0 < backoff(0.1, 2, attempt) <= 2


async def test_what_cannot_be_done_now_is_looked_at_again_and_nothing_is_counted() -> None:
    """A paper that is on its way, a provider without room: nobody's fault, so no failure and no
    dead letter.
    """
    bench, waits = EffectsHarness(), 2

    async def outside(*_: Any) -> RecordSignedDecision:
        nonlocal waits
        bench.calls += 1
        if waits:
            waits -= 1
            raise NotYet("no room", seconds=0.01)
        return RecordSignedDecision(result=None)

    bench.perform["kind"] = Perform(outside)
    async with bench.running():
        bench.demand()
        await asyncio.sleep(0.2)
    assert (bench.calls, bench.sent, bench.effects._tries) == (3, 1, {})


async def test_an_effect_waits_for_its_instant_on_the_clock_that_may_run_ahead() -> None:
    """In development a person moves the clock: what is due then is done then, not after the real
    time in between.
    """
    bench = EffectsHarness()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    async with bench.running():
        bench.effects.committed(TurnResult(demanded={KEY: demand_of(KEY, at + timedelta(hours=8))}))
        await asyncio.sleep(0.1)
        assert bench.calls == 0
        bench.effects._runtime.now = lambda: at + timedelta(hours=9)
        await asyncio.sleep(0.7)
    assert bench.calls == 1
