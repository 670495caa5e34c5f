"""Tells Kafka's group how far the lanes are, so that Kafka's own tools show the true lag: 0 once
everything is taken in.

Kafka's offsets are advice; the lanes' documents rule. What is told is what is stored there, never
what was only fetched. It is told at most once a second, also when no record comes: otherwise the
last ones before a pause would look as if they waited.
"""

import asyncio
from collections.abc import Sequence

from aiokafka import TopicPartition
from aiokafka.errors import ConsumerStoppedError, IllegalOperation, KafkaError
from motcua_contracts.wire.topics import Topic

from .._processing.lanes import Lanes, topic_key
from ..failures import told
from ..logs import Log

EVERY_SECONDS = 1.0
_ANSWER_SECONDS = 5.0


class Offsets:
    """Of one instance's lanes."""

    def __init__(self, inputs: Sequence[Topic], lanes: Lanes, log: Log) -> None:
        self._inputs, self._lanes, self._log = inputs, lanes, log
        self._told: dict[TopicPartition, int] = {}
        self._taken_at = lanes.taken_at

    async def run(self) -> None:
        """Tell, as long as the process lives."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.tell()

    async def tell(self) -> None:
        """Commit what has moved since the last time; nothing where nothing has.

        Raises nothing that Kafka raises.
        """
        if self._taken_at != self._lanes.taken_at:  # others may have told of these lanes meanwhile
            self._taken_at, self._told = self._lanes.taken_at, {}
        moved = {
            place: next_
            for place, next_ in self._stored().items()
            if self._told.get(place) != next_
        }
        # it is None while the instance rejoins the group
        if not moved or self._lanes.consumer is None:
            return
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._lanes.consumer.commit(moved)
        except (KafkaError, ConsumerStoppedError, IllegalOperation, OSError, TimeoutError) as error:
            self._log.debug("offsets not committed", **told(error))
        else:
            self._told |= moved

    def _stored(self) -> dict[TopicPartition, int]:
        """Where each partition is read on from; 0 where nothing was ever taken in."""
        return {
            TopicPartition(topic.name, number): lane.next.get(topic_key(topic.name), 0)
            for number, lane in self._lanes.owned.items()
            for topic in self._inputs
            if topic.partitions > number
        }
