"""Which records a lane takes in, against a consumer that hands over what it likes."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import TopicPartition
from motcua_chassis._kafka.fetch import accept
from motcua_chassis._processing.lanes import Lane, topic_key
from motcua_contracts.wire import topics

EVENTS, COMMANDS, PAPERS = topics.INTAKE_DOSSIERS, topics.ROUTING_COMMANDS, topics.INTAKE_PRIVATE
TOPICS = {topic.name: topic for topic in (EVENTS, COMMANDS, PAPERS)}


@dataclass
class Raw:
    topic: str
    offset: int
    partition: int = 0
    key: bytes = b"d-1"
    value: bytes = b"{}"
    timestamp: int = 1_790_000_000_000
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass
class Consumer:
    start: int = 0

    async def beginning_offsets(
        self, partitions: list[TopicPartition]
    ) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, self.start)


@dataclass
class FakeLanes:
    """One lane at offset 5 of every topic."""

    consumer: Consumer = field(default_factory=Consumer)
    sought: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.owned = {0: Lane(0, 1, 1, 1, {topic_key(name): 5 for name in TOPICS})}

    def seek(self, lane: Lane, topic: str) -> None:
        self.sought.append(topic)
        lane.confirmed.discard(topic)
        lane.sought[topic] = lane.sought.get(topic, 0) + 1

    def stop_lane(self, lane: Lane, reason: str) -> None:
        lane.stopped = reason


@pytest.fixture(name="lanes")
def fresh_lanes() -> Any:
    return FakeLanes()


async def taken(lanes: Any, topic: topics.Topic, *offsets: int) -> list[int]:
    batch = await accept(lanes, TOPICS, [Raw(topic.name, offset) for offset in offsets])
    return [record.offset for record in batch.records]


async def test_records_below_where_the_lane_stands_are_known(lanes: Any) -> None:
    assert await taken(lanes, EVENTS, 3, 4, 5, 6) == [5, 6]


async def test_records_of_lanes_that_are_not_owned_or_stand_still_are_left(lanes: Any) -> None:
    assert (await accept(lanes, TOPICS, [Raw(EVENTS.name, 5, partition=4)])).records == []
    lanes.owned[0].stopped = "a reason"
    assert await taken(lanes, EVENTS, 5) == []


@pytest.mark.parametrize("topic", [EVENTS, COMMANDS, PAPERS], ids=lambda topic: topic.kind)
async def test_what_was_fetched_before_a_rebalance_is_read_again(
    lanes: Any, topic: topics.Topic
) -> None:
    assert await taken(lanes, topic, 9, 10) == []
    assert lanes.sought == [topic.name]
    assert await taken(lanes, topic, 5, 6) == [5, 6]


async def test_a_hole_in_an_event_topic_stops_the_lane_loudly(lanes: Any) -> None:
    for _ in range(3):
        assert await taken(lanes, EVENTS, 9) == []
    assert await taken(lanes, EVENTS, 9) == []
    assert "5 to 8 are missing" in lanes.owned[0].stopped


async def test_what_the_broker_no_longer_has_is_no_hole(lanes: Any) -> None:
    lanes.consumer.start = 9
    for _ in range(3):
        await taken(lanes, EVENTS, 9)
    assert await taken(lanes, EVENTS, 9, 10) == [9, 10]


async def test_expired_commands_are_passed_over_once_it_is_sure_that_they_are_gone(
    lanes: Any,
) -> None:
    for _ in range(3):
        assert await taken(lanes, COMMANDS, 9) == []
    assert await taken(lanes, COMMANDS, 9) == [9]
    assert not lanes.owned[0].stopped


async def test_a_compacted_topic_may_jump_once_a_record_of_it_was_taken_in(lanes: Any) -> None:
    assert await taken(lanes, PAPERS, 5, 8, 20) == [5, 8, 20]
