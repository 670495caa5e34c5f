"""What effects hold of the outside world until their answers are on Kafka, through outages and
take-overs. Wired by hand, no Kafka.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import pytest
from aiokafka.errors import MessageSizeTooLargeError
from motcua_chassis import Perform, hold
from motcua_chassis._effects import effects
from motcua_contracts.messages.routing import RecordSignedDecision

from .effects_harness import KEY, EffectsHarness, came_true
from .harness import LANE

MANY = 10**6


class OnePlace(EffectsHarness):
    """Each effect needs the one place that there is. `taken`: whether somebody has it."""

    def __init__(self, *names: str) -> None:
        super().__init__(*names)
        self._free, self.taken = asyncio.Semaphore(1), False

    @asynccontextmanager
    async def place(self) -> AsyncIterator[str]:
        async with self._free:
            self.taken = True
            try:
                yield "the place"
            finally:
                self.taken = False

    async def outside(self, *_: Any) -> RecordSignedDecision:
        assert await hold(self.place()) == "the place"
        return await super().outside()


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "AGAIN_SECONDS", 0.02)
    monkeypatch.setattr(effects, "RETRY_SECONDS", 0.001)
    monkeypatch.setattr(effects, "TELL_SECONDS", 0.001)


async def test_what_an_effect_holds_is_let_go_only_once_its_answer_is_on_kafka() -> None:
    bench = OnePlace("e", "f", "g")
    bench.append_fails = MANY
    async with bench.running():
        bench.demand()
        await came_true(lambda: bench.append_fails < MANY - 5)
        assert (bench.calls, bench.taken, bench.sent) == (1, True, 0), (
            "nobody else is given the place while Kafka is away"
        )
        bench.append_fails = 0
        await came_true(lambda: bench.sent == 3 and not bench.taken)
    assert bench.calls == 3


async def test_what_another_answered_meanwhile_is_told_no_more_and_holds_nothing() -> None:
    bench = OnePlace()
    bench.append_fails = MANY
    async with bench.running():
        bench.demand()
        await came_true(lambda: bench.append_fails < MANY)
        bench.close()
        await came_true(lambda: not bench.taken)
    assert (bench.calls, bench.sent) == (1, 0)


@pytest.mark.parametrize("told_before_it_is_armed", [True, False])
async def test_an_instance_that_takes_its_lanes_again_does_not_do_again_what_it_knows(
    told_before_it_is_armed: bool,
) -> None:
    """Kafka was away and a turn could not publish: the lanes are taken again, and the results
    obtained before are reported then.
    """
    bench = OnePlace()
    bench.append_fails = MANY
    async with bench.running():
        bench.demand()
        await came_true(lambda: bench.append_fails < MANY)
        bench.give_up()
        if told_before_it_is_armed:
            bench.append_fails = 0
            await came_true(lambda: not bench.taken)
        await bench.take()
        bench.append_fails = 0
        await came_true(lambda: bench.sent == 1)
        await asyncio.sleep(0.1)
    assert (bench.calls, bench.sent) == (1, 1)


async def test_who_waited_for_a_place_while_the_lane_went_does_nothing_with_it() -> None:
    """Whoever has the lane now does it."""
    bench = OnePlace()
    async with bench.running():
        async with bench.place():
            bench.demand()
            await asyncio.sleep(0.05)
            bench.give_up()
        await came_true(lambda: not bench.effects._running)
    assert (bench.calls, bench.taken) == (0, False)


async def test_of_a_lane_that_went_to_another_instance_nothing_stays_in_memory() -> None:
    bench = OnePlace()
    async with bench.running():
        bench.demand()
        await came_true(lambda: bench.sent == 1)
        bench.give_up()
        bench.open = ()
        await bench.take(LANE + 1)
    assert bench.effects._sent == {}


async def test_an_answer_that_kafka_will_never_take_is_listed_for_the_operator() -> None:
    bench = OnePlace()
    bench.append_fails, bench.append_error = MANY, MessageSizeTooLargeError()
    bench.perform["kind"] = Perform(bench.outside, tries=3)
    async with bench.running():
        bench.demand()
        await came_true(lambda: bench.append_fails < MANY - 4)
    assert (bench.calls, bench.listed) == (1, [f"effect/{KEY}"])


async def test_an_answer_that_kafka_will_never_take_holds_nothing_once_its_lane_went() -> None:
    """Whoever has the lane now does the effect, and meets the same."""
    bench = OnePlace()
    bench.append_fails, bench.append_error = MANY, MessageSizeTooLargeError()
    async with bench.running():
        bench.demand()
        await came_true(lambda: bench.append_fails < MANY)
        bench.give_up()
        await came_true(lambda: not bench.effects._running)
    assert (bench.calls, bench.taken) == (1, False)


async def test_nothing_is_held_outside_of_an_effect() -> None:
    with pytest.raises(LookupError):
        await hold(nullcontext())
