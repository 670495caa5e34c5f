"""Kafka's group hears what is stored, also when nothing comes any longer.

Wired by hand, no Kafka.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError
from motcua_chassis._kafka.offsets import Offsets
from motcua_chassis._processing.lanes import Lane, topic_key
from motcua_contracts.wire import topics

DOSSIERS, COMMANDS, PROCEDURES = (
    topics.INTAKE_DOSSIERS,
    topics.ROUTING_COMMANDS,
    topics.CATALOG_PROCEDURES,
)
INPUTS = (DOSSIERS, COMMANDS, PROCEDURES)


class Told:
    """Two lanes, and a group that notes what it is told."""

    def __init__(self) -> None:
        self.lane = Lane(0, 1, 1, 1, {topic_key(DOSSIERS.name): 10})
        self.commits: list[dict[TopicPartition, int]] = []
        self.error: Exception | None = None
        self.lanes = SimpleNamespace(
            owned={0: self.lane, 1: Lane(1, 0, 0, 0, {})}, consumer=self, taken_at=datetime.now(UTC)
        )
        self.offsets = Offsets(INPUTS, cast(Any, self.lanes), structlog.get_logger())

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        if self.error is not None:
            raise self.error
        self.commits.append(dict(offsets))

    def tell(self) -> None:
        asyncio.run(self.offsets.tell())


def test_every_partition_is_told_once_and_then_what_has_moved() -> None:
    told = Told()
    told.tell()
    assert told.commits == [
        {
            TopicPartition(DOSSIERS.name, 0): 10,
            TopicPartition(COMMANDS.name, 0): 0,
            TopicPartition(PROCEDURES.name, 0): 0,
            TopicPartition(DOSSIERS.name, 1): 0,
            TopicPartition(COMMANDS.name, 1): 0,
        }
    ], (
        "a topic without a record too, else its lag has no figure; one with one partition is of"
        " lane 0 alone"
    )
    told.tell()
    assert len(told.commits) == 1, "nothing has moved"
    told.lane.next[topic_key(DOSSIERS.name)] = 12
    told.tell()
    assert told.commits[1:] == [{TopicPartition(DOSSIERS.name, 0): 12}]


def test_what_the_group_did_not_take_is_told_again() -> None:
    told = Told()
    told.error = CommitFailedError("the membership has changed")
    told.tell()
    told.error = None
    told.tell()
    assert len(told.commits) == 1
    assert len(told.commits[0]) == 5


def test_lanes_that_were_taken_anew_are_told_whole() -> None:
    """Whoever owned them meanwhile may have told the group less."""
    told = Told()
    told.tell()
    told.lanes.taken_at += timedelta(seconds=1)
    told.tell()
    assert told.commits[0] == told.commits[1]


def test_without_lanes_or_a_consumer_nothing_is_told() -> None:
    told = Told()
    told.lanes.consumer = None
    told.tell()
    told.lanes.consumer, told.lanes.owned = told, {}
    told.tell()
    assert told.commits == []
