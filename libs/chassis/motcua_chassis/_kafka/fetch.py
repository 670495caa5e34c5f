"""From what the consumer hands over to the records that a lane takes in: in order, exactly once,
with gaps detected.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import TopicPartition
from motcua_contracts import Message, Payload
from motcua_contracts.values.clock import instant
from motcua_contracts.wire.topics import Topic

from .._processing.lanes import Lane, Lanes, topic_key

TRIES = 3
"""A jump right after a seek may be a batch that was fetched before it: believed
at the third time.
"""


@dataclass(frozen=True, slots=True)
class Record:
    """One record that a lane takes in.

    `parked`: the id under which it was parked, if it comes from there. `message`: a wake, made
    here.
    """

    lane: int
    topic: Topic
    offset: int
    key: str
    raw: bytes | None
    at: datetime
    parked: str = ""
    message: Message[Payload] | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    appended: datetime | None = None
    """The append time as the broker has it, where `at` was shifted (development)."""


@dataclass(slots=True)
class Batch:
    """The accepted records, and how far each lane and topic is read behind them.

    `lanes`: others that are to be written.

    `emptied`, `emptied_views`: released subjects of which these are the last parked records.
    """

    records: list[Record]
    ends: dict[tuple[int, str], int]
    lanes: frozenset[int] = frozenset()
    emptied: tuple[str, ...] = ()
    emptied_views: tuple[tuple[int, str], ...] = ()

    def halves(self) -> "tuple[Batch, Batch]":
        """The same records as two batches, one after the other. It has at least two."""
        first, second = (
            self.records[: len(self.records) // 2],
            self.records[len(self.records) // 2 :],
        )
        last = {(r.lane, topic_key(r.topic.name)): r.offset + 1 for r in first}
        ends = {place: last[place] for place in self.ends if place in last}
        rest = {(r.lane, topic_key(r.topic.name)) for r in second}
        front = {place: end if place in rest else self.ends[place] for place, end in ends.items()}
        behind = {
            place: end for place, end in self.ends.items() if place not in front or place in rest
        }
        return Batch(first, front, self.lanes), Batch(
            second, behind, self.lanes, self.emptied, self.emptied_views
        )


async def accept(lanes: Lanes, topics: dict[str, Topic], raw: Iterable[Any]) -> Batch:
    """Drop what is known, seek back where something is missing, stop a lane whose log has a hole.

    Lock held.
    """
    batch = Batch([], {})
    sought: set[tuple[int, str]] = set()
    for record in raw:
        lane = lanes.owned.get(record.partition)
        if lane is None or lane.stopped or (lane.number, record.topic) in sought:
            continue
        place = (lane.number, topic_key(record.topic))
        expected = batch.ends.get(place, lane.next.get(place[1], 0))
        if record.offset < expected:
            continue
        topic = topics[record.topic]
        if record.offset > expected and not await _believed(
            lanes, lane, topic, record.offset, expected
        ):
            sought.add((lane.number, record.topic))
            continue
        lane.confirmed.add(record.topic)
        lane.sought.pop(record.topic, None)
        batch.ends[place] = record.offset + 1
        key = record.key.decode("utf-8", "replace") if record.key is not None else ""
        headers = tuple(record.headers or ())
        batch.records.append(
            Record(
                lane.number,
                topic,
                record.offset,
                key,
                record.value,
                instant(record.timestamp),
                headers=headers,
            )
        )
    return batch


async def _believed(lanes: Lanes, lane: Lane, topic: Topic, offset: int, expected: int) -> bool:
    """Whether the records between may be missing: compacted away, or expired.

    On an event topic that is a hole.
    """
    if topic.compacted and topic.name in lane.confirmed:
        return True
    if lane.sought.get(topic.name, 0) < TRIES:
        lanes.seek(lane, topic.name)
        return False
    if topic.kind != "events":
        return True
    partition = TopicPartition(topic.name, lane.number)
    start = (await lanes.consumer.beginning_offsets([partition]))[partition]
    if start > expected:
        return True
    lanes.stop_lane(lane, f"{topic.name}: offsets {expected} to {offset - 1} are missing")
    return False
