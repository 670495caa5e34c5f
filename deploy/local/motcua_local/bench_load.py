"""The benchmark's dossiers, and where topics end.

Applicants are invented and recognisable as samples.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition
from motcua_chassis.partition import partition_of
from motcua_chassis.transport import Kafka, client_arguments
from motcua_contracts import Message, Payload
from motcua_contracts.messages.intake import Applicant, SubmitDossier
from motcua_contracts.wire import topics

NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Quang Chí", "Phạm Thị Dung")


def commands(procedure: str, count: int) -> Iterator[tuple[int, Message[Payload]]]:
    """`count` filings with the lane of each. E-mail only, so that a dossier has two messages."""
    for number in range(count):
        command = SubmitDossier(
            procedure_code=procedure,
            applicant=Applicant(
                full_name=NAMES[number % len(NAMES)],
                id_number=f"0360{number:08d}",
                address="Xóm 3, xã Hải Minh, huyện Hải Hậu, tỉnh Nam Định",
                email=f"mau{number}@example.vn",
            ),
            form={"note": "Hồ sơ mẫu để thử tải. " * 12},
            confirmed=("email",),
            result_delivery="online",
        )
        dossier, command_id = str(uuid4()), str(uuid4())
        message: Message[Payload] = Message(
            command_id,
            "/motcua/gateway",
            command.wire_type,
            dossier,
            datetime.now(UTC),
            f"citizen:{uuid4()}",
            command_id,
            command_id,
            command,
        )
        yield partition_of(topics.INTAKE_COMMANDS, dossier), message


async def ends_of(kafka: str | Kafka, names: Iterable[str]) -> dict[tuple[str, int], int]:
    """End offsets by (topic, partition)."""
    consumer = AIOKafkaConsumer(**client_arguments(kafka), enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [
            TopicPartition(name, number)
            for name in names
            for number in range(topics.TOPICS[name].partitions)
        ]
        return {
            (tp.topic, tp.partition): end
            for tp, end in (await consumer.end_offsets(partitions)).items()
        }
    finally:
        await consumer.stop()
