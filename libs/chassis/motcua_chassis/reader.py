"""Reading topics from their beginning to what was their end when asked: for the catalogue's
importer, replicas and the auditor.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from motcua_contracts.wire.topics import Topic

from .transport import Kafka, client_arguments


async def read_to_end(kafka: str | Kafka, wanted: Sequence[Topic]) -> list[Any]:
    """Every record of the topics, partition by partition in order, up to the end at the time of the
    call.
    """
    return [record async for record in stream_to_end(kafka, wanted)]


async def stream_to_end(kafka: str | Kafka, wanted: Sequence[Topic]) -> AsyncIterator[Any]:
    """The same, record by record.

    Within a partition the order is Kafka's; between partitions there is none.
    """
    consumer = AIOKafkaConsumer(
        **client_arguments(kafka), enable_auto_commit=False, auto_offset_reset="earliest"
    )
    try:
        await consumer.start()
        partitions = [
            TopicPartition(topic.name, number)
            for topic in wanted
            for number in range(topic.partitions)
        ]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        starts = await consumer.beginning_offsets(partitions)
        for partition in partitions:
            consumer.seek(partition, starts[partition])
        open_ones = {partition for partition in partitions if ends[partition] > starts[partition]}
        consumer.pause(*(set(partitions) - open_ones))
        while open_ones:
            for partition, records in (
                await consumer.getmany(timeout_ms=200, max_records=2000)
            ).items():
                for record in records:
                    if record.offset < ends[partition]:
                        yield record
            for partition in list(open_ones):
                # The position, not the last record: the tail of a compacted topic may be gone.
                if await consumer.position(partition) >= ends[partition]:
                    open_ones.discard(partition)
                    consumer.pause(partition)
    finally:
        await consumer.stop()
