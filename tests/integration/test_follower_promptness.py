"""A lane asks for the shifts of the clock at every batch in development: the answer must not wait
for a fetch that is under way.
"""

import asyncio
import statistics
import time
from contextlib import suppress

import structlog
from motcua_chassis.clock import DevClock
from motcua_contracts.values.clock import instant

from tests.support.stack import shared_cluster

PROMPT_SECONDS = 0.25
"""A fetch waits 500 ms for records; asking behind it takes as long."""


async def test_knowing_the_clock_does_not_wait_for_a_fetch() -> None:
    cluster = shared_cluster()
    await asyncio.to_thread(cluster.apply_topics)
    clock = DevClock(cluster.kafka_bootstrap, structlog.get_logger(), enabled=True)
    following = asyncio.create_task(clock.run())
    try:
        await clock.catch_up()
        assert statistics.median([await _seconds(clock) for _ in range(9)]) < PROMPT_SECONDS
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def _seconds(clock: DevClock) -> float:
    """How long it takes to know all shifts up to now."""
    begun = time.monotonic()
    await clock.know(instant(int(time.time() * 1000) + 1000))
    return time.monotonic() - begun
