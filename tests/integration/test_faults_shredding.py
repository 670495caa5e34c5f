"""kill -9 between the deletion of commands from Kafka and the note that it was done: the wish
survives, nothing else is lost.
"""

import asyncio
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from motcua_chassis.transport import Kafka, client_arguments
from motcua_contracts.wire.topics import TOPICS

from tests.support.faults.checker import check_straight
from tests.support.faults.deployment import FLOW, STRAIGHT, restarted, secured_deployment
from tests.support.faults.load import file_dossiers
from tests.support.faults.waiting import until

COMMANDS = TOPICS["intake.commands"]
EXIT_CODE = 9
"""A process that leaves at a fault point."""


async def _bounds(kafka: Kafka) -> tuple[dict[int, int], dict[int, int]]:
    consumer = AIOKafkaConsumer(**client_arguments(kafka), enable_auto_commit=False)
    await consumer.start()
    try:
        parts = [TopicPartition(COMMANDS.name, number) for number in range(COMMANDS.partitions)]
        first, end = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
        return {at.partition: offset for at, offset in first.items()}, {
            at.partition: offset for at, offset in end.items()
        }
    finally:
        await consumer.stop()


def test_an_owner_that_dies_after_deleting_commands_deletes_the_rest_when_it_is_back() -> None:
    deployment = secured_deployment()
    rows = deployment.database("intake").shreddings
    with deployment.services(*FLOW, "audit") as running:
        intake = running["intake"]
        before = file_dossiers(deployment.kafka, STRAIGHT, 40)
        check_straight(deployment, [before])
        intake.terminate()
        first, ends = asyncio.run(_bounds(deployment.kafka))
        wished = {number: end for number, end in ends.items() if end > first[number]}
        assert len(wished) > 1, "the commands lie in one lane: choose other dossiers"
        for number, end in wished.items():
            rows.insert_one({"_id": number, "to": end, "at": datetime.now(UTC)})

        restarted(intake, fault_point="after-shredding")
        until("it died where commands were deleted", lambda: not intake.process.running, 90)
        assert intake.process.exit_code == EXIT_CODE
        deleted, _ = asyncio.run(_bounds(deployment.kafka))
        assert any(deleted[number] > first[number] for number in wished), (
            "nothing was deleted before the death"
        )
        assert rows.count_documents({}) == len(wished), (
            "a wish was struck out before its owner could know that it was done"
        )

        restarted(intake, fault_point="").wait_ready(60)
        until("no wish is left", lambda: rows.count_documents({}) == 0, 60)
        left, _ = asyncio.run(_bounds(deployment.kafka))
        assert {number: left[number] for number in wished} == wished
        after = file_dossiers(deployment.kafka, STRAIGHT, 10)
        check_straight(deployment, [before, after])
