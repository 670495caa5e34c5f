"""What Kafka's own tools show of a consumer group: how many records each partition has that the
group was not told to have read.
"""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from motcua_contracts.wire.topics import SERVICES, TOPICS


def waiting(kafka: str) -> dict[str, int | None]:
    """`service: topic/partition` -> records behind, None where the group was told nothing;
    partitions at their end are left out.
    """
    return asyncio.run(_waiting(kafka))


async def _waiting(kafka: str) -> dict[str, int | None]:
    admin, consumer = (
        AIOKafkaAdminClient(bootstrap_servers=kafka),
        AIOKafkaConsumer(bootstrap_servers=kafka),
    )
    await admin.start()
    await consumer.start()
    try:
        behind: dict[str, int | None] = {}
        ends = await consumer.end_offsets(
            [TopicPartition(t.name, n) for t in TOPICS.values() for n in range(t.partitions)]
        )
        for service in SERVICES:
            told = await admin.list_consumer_group_offsets(f"motcua.{service}")
            assert told, f"{service} has told its group nothing"
            for place, stored in told.items():
                lag = ends[place] - stored.offset if stored.offset >= 0 else None
                if lag != 0:
                    behind[f"{service}: {place.topic}/{place.partition}"] = lag
        return behind
    finally:
        await consumer.stop()
        await admin.close()
