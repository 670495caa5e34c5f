"""Kafka as the chassis uses it: one way to make a producer, one way to append, one reading of
append times.
"""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from motcua_contracts.wire.envelope import CONTENT_TYPE
from motcua_contracts.wire.topics import TOPICS

from ..transport import Kafka, client_arguments

HEADERS = [("content-type", CONTENT_TYPE.encode())]
"""Of an envelope."""
_PLAIN = {
    name: [("content-type", topic.content_type.encode())]
    for name, topic in TOPICS.items()
    if topic.content_type != CONTENT_TYPE
}


class NotPublished(Exception):  # noqa: N818 - the reader's word
    """Committed, but not known to be on Kafka: the journal has it, the next
    take-over publishes it.
    """


class Outgoing(NamedTuple):
    """One record on its way out. `value` None is a tombstone."""

    topic: str
    partition: int
    key: str
    value: bytes | None


def headers_on(topic: str) -> list[tuple[str, bytes]]:
    """Kafka's headers of a record on this topic: what its bytes are."""
    return _PLAIN.get(topic, HEADERS)


async def open_producer(kafka: str | Kafka) -> AIOKafkaProducer:
    """A started idempotent producer: order per partition, no doubles of one send."""
    producer = AIOKafkaProducer(
        **client_arguments(kafka),
        acks="all",
        enable_idempotence=True,
        linger_ms=2,
        max_batch_size=262_144,
        max_request_size=1_048_576,
    )
    try:
        await asyncio.wait_for(producer.start(), 10)
    except BaseException:
        await close_producer(producer, 5)
        raise
    return producer


async def close_producer(producer: AIOKafkaProducer, seconds: float | None) -> None:
    """Close it, whatever state it is in; what it still sends are copies, which readers drop by
    sequence.

    Without a limit it ends when Kafka is back: a close that is cut off leaves its tasks and
    connections behind.
    """
    try:
        async with asyncio.timeout(seconds):
            await producer.stop()
    except (KafkaError, TimeoutError, OSError, RuntimeError):
        return


async def send(producer: AIOKafkaProducer, records: Iterable[Outgoing]) -> None:
    """Append records in order and wait until the broker has them all."""
    waiting = [
        await producer.send(
            r.topic,
            r.value,
            key=r.key.encode(),
            partition=r.partition,
            headers=headers_on(r.topic) if r.value is not None else None,
        )
        for r in records
    ]
    if waiting:
        await asyncio.gather(*waiting)
