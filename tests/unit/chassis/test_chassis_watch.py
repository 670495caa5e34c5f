"""A consumer that lives and does nothing is replaced. Wired by hand, no Kafka."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
import structlog
from aiokafka import TopicPartition
from motcua_chassis import Service
from motcua_chassis._processing import timers as module
from motcua_chassis._processing.lanes import Lane, topic_key
from motcua_chassis._processing.timers import Timers
from motcua_chassis.metrics import Metrics
from motcua_contracts.wire import topics

SERVICE = Service("payment", (topics.INTAKE_DOSSIERS,))


class Watched:
    """One lane that has read ten records; the consumer answers with an end, or not at all."""

    def __init__(self, end: int | None) -> None:
        self.end, self.joined_anew = end, 0
        self.lane = Lane(0, 1, 1, 1, {topic_key(topics.INTAKE_DOSSIERS.name): 10})
        lanes = SimpleNamespace(
            owned={0: self.lane},
            lock=asyncio.Lock(),
            taken_at=datetime.now(UTC),
            consumer=self,
            drop=self.drop,
        )
        processor = cast(Any, SimpleNamespace(lanes=lanes))
        self.timers = Timers(
            SERVICE, processor, None, None, cast(Any, None), None, Metrics(), structlog.get_logger()
        )

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        if self.end is None:
            raise TimeoutError
        return dict.fromkeys(partitions, self.end)

    def drop(self, *, rejoin: bool) -> None:
        assert rejoin
        self.joined_anew += 1

    async def look(self, times: int) -> None:
        for _ in range(times):
            try:
                await self.timers._lag()
            except TimeoutError:
                continue


@pytest.mark.parametrize(
    ("end", "joins"),
    [(None, True), (15, True), (10, False)],
    ids=["no answer", "nothing comes", "at the end"],
)
async def test_a_consumer_that_lives_and_does_nothing_is_replaced(
    monkeypatch: pytest.MonkeyPatch, end: int | None, joins: bool
) -> None:
    monkeypatch.setattr(module, "SICK_SECONDS", -1)
    watched = Watched(end)
    await watched.look(3)
    assert bool(watched.joined_anew) is joins


@pytest.mark.parametrize("end", [None, 15])
async def test_a_moment_of_silence_is_no_reason(end: int | None) -> None:
    watched = Watched(end)
    await watched.look(3)
    assert watched.joined_anew == 0
