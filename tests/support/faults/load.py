"""Load for the tests with faults: dossiers as the gateway would file them, and whatever else a test
appends by hand.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from motcua_chassis._kafka.producer import HEADERS
from motcua_chassis.partition import partition_of
from motcua_chassis.signatures import Signer
from motcua_chassis.transport import Kafka, client_arguments
from motcua_contracts import Command, Message, Payload
from motcua_contracts.messages.intake import Applicant, SubmitDossier
from motcua_contracts.wire.envelope import encode
from motcua_contracts.wire.topics import TOPICS, Topic


@dataclass(frozen=True, slots=True)
class Raw:
    """A record by its bytes, for what no service would say."""

    topic: Topic
    subject: str
    value: bytes


@dataclass(slots=True)
class Filed:
    """Dossiers that were filed: id -> the id of the command that filed it."""

    procedure: str
    commands: dict[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        return list(self.commands)


def command(
    subject: str,
    data: Command,
    *,
    actor: str,
    command_id: str = "",
    source: str = "/motcua/gateway",
) -> Message[Payload]:
    """A command that begins a chain, as the gateway builds it."""
    command_id = command_id or str(uuid4())
    return Message(
        command_id,
        source,
        data.wire_type,
        subject,
        datetime.now(UTC),
        actor,
        command_id,
        command_id,
        data,
    )


def submitted(procedure: str, subject: str, number: int = 0) -> Message[Payload]:
    """One filing of an invented citizen."""
    data = SubmitDossier(
        procedure_code=procedure,
        applicant=Applicant(
            full_name="Nguyễn Văn Mẫu",
            id_number=f"0360{number:08d}",
            email=f"mau{number}@example.vn",
        ),
        form={"note": "Hồ sơ mẫu để thử lỗi. " * 6},
        confirmed=("email",),
        result_delivery="online",
    )
    return command(subject, data, actor=f"citizen:{subject}")


def file_dossiers(kafka: str | Kafka, procedure: str, count: int) -> Filed:
    """File dossiers all at once: the backlog in which the fault falls.

    Returns when the broker has them.
    """
    filed = Filed(procedure)
    messages = []
    for number in range(count):
        message = submitted(procedure, str(uuid4()), number)
        filed.commands[message.subject] = message.id
        messages.append(message)
    append(kafka, messages)
    return filed


SIGNERS: dict[str, Signer] = {}
"""Kafka's address -> the gateway's key of the stack that uses it: who writes commands here by hand
writes them as the gateway.
"""


def append(kafka: str | Kafka, messages: Iterable[Message[Payload]]) -> None:
    """Each command to its owner's command topic, in its subject's lane, signed as the gateway's."""
    append_raw(kafka, [signed(kafka, TOPICS[f"{m.data.owner}.commands"], m) for m in messages])


def signed(kafka: str | Kafka, topic: Topic, message: Message[Payload]) -> Raw:
    """A command's bytes with the gateway's signature."""
    return Raw(topic, message.subject, SIGNERS[str(kafka)].sign(encode(message), topic.name))


def append_raw(kafka: str | Kafka, records: Sequence[Raw]) -> None:
    asyncio.run(_append(kafka, records))


async def _append(kafka: str | Kafka, records: Sequence[Raw]) -> None:
    producer = AIOKafkaProducer(
        **client_arguments(kafka), acks="all", enable_idempotence=True, linger_ms=5
    )
    await producer.start()
    try:
        waiting = [
            await producer.send(
                r.topic.name,
                r.value,
                key=r.subject.encode(),
                partition=partition_of(r.topic, r.subject),
                headers=HEADERS,
            )
            for r in records
        ]
        await asyncio.gather(*waiting)
    finally:
        await producer.stop()
