"""Reading Kafka as an auditor does: any partitions from their beginning to their end, through one
consumer without a group.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaConnectionError
from motcua_chassis.clock import Shifts
from motcua_chassis.failures import brief
from motcua_chassis.partition import partition_of
from motcua_chassis.transport import Kafka, client_arguments
from motcua_contracts.values.clock import instant
from motcua_contracts.wire.envelope import Undecodable, decode_head
from motcua_contracts.wire.topics import DEV_CLOCK, TOPICS, Topic

from .domain.difference import LogPosition
from .proof import Record

EVENT_TOPICS = tuple(
    topic for topic in TOPICS.values() if topic.kind == "events" and topic.owner != "dev"
)


class Unreachable(Exception):  # noqa: N818 - what the operator reads
    """Kafka, MongoDB or a file cannot be read. The text says which and where it was looked for."""


class Log:
    """`async with Log(kafka) as log`. One reading at a time."""

    def __init__(self, kafka: str | Kafka) -> None:
        self._kafka = kafka
        self._consumer = AIOKafkaConsumer(
            **client_arguments(kafka),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=4_194_304,
            # it asks on behind the end, and the next partition waits for the answer
            fetch_max_wait_ms=10,
        )

    async def __aenter__(self) -> "Log":
        try:
            await self._consumer.start()
        except (KafkaConnectionError, OSError) as error:
            await self._consumer.stop()
            raise Unreachable(f"Kafka at {self._kafka} does not answer ({brief(error)})") from error
        self._existing: set[str] = await self._consumer.topics()
        # Assigned once, and only the partition that is read is not paused: a new assignment costs a
        # round of metadata each time.
        known = [
            topic
            for topic in TOPICS.values()
            if topic.kind in ("events", "private", "commands") and topic.name in self._existing
        ]
        self._clock: Shifts | None = None
        partitions = [
            TopicPartition(topic.name, number)
            for topic in known
            for number in range(topic.partitions)
        ]
        self._consumer.assign(partitions)
        self._consumer.pause(*partitions)
        self._begins: dict[TopicPartition, int] = (
            await self._consumer.beginning_offsets(partitions) if partitions else {}
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    def lanes(self, topics: Sequence[Topic]) -> list[int]:
        """The partitions of these topics. A topic that does not exist yet has none."""
        return sorted(
            {
                number
                for topic in topics
                if topic.name in self._existing
                for number in range(topic.partitions)
            }
        )

    async def ends(self) -> dict[tuple[str, int], int]:
        """Where each partition of the event topics ends now."""
        names = {topic.name for topic in EVENT_TOPICS}
        found = await self._consumer.end_offsets(
            [partition for partition in self._begins if partition.topic in names]
        )
        return {(partition.topic, partition.partition): end for partition, end in found.items()}

    async def records(self, topics: Sequence[Topic], lane: int) -> int:
        """How many records these partitions have, about: compaction leaves gaps."""
        wanted = [
            TopicPartition(topic.name, lane)
            for topic in topics
            if topic.name in self._existing and lane < topic.partitions
        ]
        ends = await self._consumer.end_offsets(wanted) if wanted else {}
        return sum(end - self._begins.get(partition, 0) for partition, end in ends.items())

    async def begins(self, topic: Topic, lane: int) -> int:
        """The offset of the first record that a partition still has; 0 for a topic that does not
        exist.
        """
        partition = TopicPartition(topic.name, lane)
        return (
            int((await self._consumer.beginning_offsets([partition]))[partition])
            if partition in self._begins
            else 0
        )

    async def read(self, topics: Sequence[Topic], lane: int) -> AsyncIterator[Any]:
        """Every record of one partition of these topics, topic by topic, up to the end as it was
        when reading began.
        """
        for topic in topics:
            if topic.name in self._existing and lane < topic.partitions:
                async for record in self._read(TopicPartition(topic.name, lane)):
                    yield record

    async def clock(self) -> Shifts:
        """Append time -> the time that services took it for: the same, but on a development stack
        whose clock was moved.
        """
        if self._clock is None:
            self._clock = Shifts()
            async for record in self.read([DEV_CLOCK], 0):
                self._clock.take(record)
        return self._clock

    async def _read(self, partition: TopicPartition) -> AsyncIterator[Any]:
        begin, end = (
            self._begins[partition],
            (await self._consumer.end_offsets([partition]))[partition],
        )
        if end <= begin:
            return
        self._consumer.seek(partition, begin)
        self._consumer.resume(partition)
        try:
            # The position, not the last record: the tail of a compacted topic may be gone.
            while await self._consumer.position(partition) < end:
                for record in (
                    await self._consumer.getmany(partition, timeout_ms=200, max_records=5_000)
                ).get(partition, ()):
                    if record.offset < end:
                        yield record
        finally:
            self._consumer.pause(partition)


def place_of(record: Any) -> LogPosition:
    """Where a consumed record is."""
    return LogPosition(record.topic, record.partition, record.offset)


async def read_dossier(kafka: str | Kafka, subject: str) -> list[Record]:
    """Every record of one subject on the event topics: by its key, and by its bytes, since what
    somebody put there may lie about either.
    """
    found: list[Record] = []
    mark = subject.encode()
    async with Log(kafka) as log:
        for topic in EVENT_TOPICS:
            async for record in log.read([topic], partition_of(topic, subject)):
                if record.value is not None and (
                    record.key == mark or (mark in record.value and _is_of(subject, record.value))
                ):
                    found.append(Record(record.value, place_of(record), instant(record.timestamp)))  # noqa: PERF401 - a line too long
    return found


def _is_of(subject: str, raw: bytes) -> bool:
    """Whether the record is the subject's, and does not only name it (a receipt book names the
    dossiers it serves).
    """
    try:
        return bool(decode_head(raw)["subject"] == subject)
    except Undecodable:
        return False
