"""The replica of the catalogue: its topics are read whole from the beginning, and stay read."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from motcua_contracts import Catalogue
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import Undecodable, decode

from ..failures import told
from ..logs import Log
from ..transport import Kafka, client_arguments

SOURCES = (topics.CATALOG_PROCEDURES, topics.CATALOG_ORGANISATION)


class Follower:
    """Reads topics of one partition from the beginning and goes on; each record goes to `take`, in
    order.
    """

    def __init__(self, kafka: str | Kafka, sources: tuple[topics.Topic, ...], log: Log) -> None:
        self._kafka, self._log = kafka, log
        self._partitions = [TopicPartition(topic.name, 0) for topic in sources]
        self._asker: AIOKafkaConsumer | None = None
        self._read = dict.fromkeys(self._partitions, 0)
        self._moved, self._following = asyncio.Condition(), asyncio.Event()

    def take(self, record: Any) -> None:
        """One record, in the order of its topic."""
        raise NotImplementedError

    async def run(self) -> None:
        """Keep reading until cancelled; while the broker is away, wait for it."""
        while True:
            try:
                await self._follow()
            except (KafkaError, OSError) as error:
                self._log.warning("replica waits for Kafka", **told(error))
                await asyncio.sleep(1)

    async def _follow(self) -> None:
        consumer = AIOKafkaConsumer(
            **client_arguments(self._kafka), enable_auto_commit=False, auto_offset_reset="earliest"
        )
        # A broker answers one request of a connection after the other: ends asked on the reader's
        # own wait for its fetch, half a second.
        asker = AIOKafkaConsumer(**client_arguments(self._kafka), enable_auto_commit=False)
        try:
            await consumer.start()
            await asker.start()
            consumer.assign(self._partitions)
            for tp, offset in self._read.items():
                consumer.seek(tp, offset)
            self._asker = asker
            self._following.set()
            while True:
                for tp, records in (await consumer.getmany(timeout_ms=500)).items():
                    for record in records:
                        self.take(record)
                        self._read[tp] = record.offset + 1
                async with self._moved:
                    for tp in self._partitions:
                        self._read[tp] = max(self._read[tp], await consumer.position(tp))
                    self._moved.notify_all()
        finally:
            self._following.clear()
            self._asker = None
            await asker.stop()
            await consumer.stop()

    async def catch_up(self) -> None:
        """Returns when everything is read that stood there at the call.

        Raises `KafkaError`, `TimeoutError`.
        """
        async with asyncio.timeout(10):
            await self._following.wait()
            assert self._asker is not None
            ends = await self._asker.end_offsets(self._partitions)
            async with self._moved:
                await self._moved.wait_for(
                    lambda: all(self._read[tp] >= end for tp, end in ends.items())
                )


class CatalogueReplica(Follower):
    """Feeds a `Catalogue`.

    A record that cannot be read changes nothing: what it would have said is missing, and is named
    as missing.
    """

    def __init__(self, kafka: str | Kafka, catalogue: Catalogue, log: Log) -> None:
        super().__init__(kafka, SOURCES, log)
        self._catalogue = catalogue

    def take(self, record: Any) -> None:
        try:
            self._catalogue.apply(decode(record.value))
        except Undecodable as error:
            self._log.warning(
                "unreadable event", topic=record.topic, offset=record.offset, reason=error.reason
            )
