"""Which lane a subject belongs to: Kafka's own default (murmur2 of the key), so that every client
agrees.
"""

from functools import lru_cache

from aiokafka.partitioner import murmur2
from motcua_contracts.wire.topics import Topic


@lru_cache(maxsize=65_536)
def lane_of(subject: str, partitions: int) -> int:
    """The partition of a subject, from 0."""
    return int((murmur2(subject.encode()) & 0x7FFFFFFF) % partitions)


def partition_of(topic: Topic, subject: str) -> int:
    """The partition of a topic that holds the subject's records."""
    return lane_of(subject, topic.partitions)
