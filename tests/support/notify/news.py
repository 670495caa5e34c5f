"""News for notify without the rest of the flow: accepted dossiers as intake would say them, each
with its paper, straight onto Kafka.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from motcua_chassis._kafka.producer import HEADERS
from motcua_chassis.partition import partition_of
from motcua_chassis.transport import Kafka, client_arguments
from motcua_contracts import Message, Payload
from motcua_contracts.messages.intake import (
    Applicant,
    CaseTerms,
    Contact,
    DossierAccepted,
    DossierPapers,
)
from motcua_contracts.rules.decision import PrivateEntry
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import GENESIS, encode


@dataclass(frozen=True, slots=True)
class Accepted:
    """Dossiers whose acceptance is to be told, and the ids of the messages that this leads to."""

    dossiers: tuple[str, ...]
    contacts: tuple[Contact, ...] = ("email", "phone")
    papers: dict[str, bytes] = field(default_factory=dict)

    @property
    def mails(self) -> set[str]:
        """Message-IDs, as servers see them."""
        return (
            {f"<{one}.1.email@motcua.example>" for one in self.dossiers}
            if "email" in self.contacts
            else set()
        )

    @property
    def texts(self) -> set[str]:
        """Keys of SMS."""
        return {f"{one}.1.sms" for one in self.dossiers} if "phone" in self.contacts else set()


def accepted(count: int, contacts: tuple[Contact, ...] = ("email", "phone")) -> Accepted:
    """So many, each of an applicant with their own address and number."""
    return Accepted(tuple(str(uuid4()) for _ in range(count)), contacts)


def phone(number: int) -> str:
    """Of the applicant of the dossier at this place."""
    return f"0900{number:06d}"


def append(kafka: str | Kafka, news: Accepted) -> None:
    """Papers first, as the chassis publishes them, then the events.

    Returns when the broker has all.
    """
    asyncio.run(_append(kafka, news))


async def _append(kafka: str | Kafka, news: Accepted) -> None:
    producer = AIOKafkaProducer(
        **client_arguments(kafka), acks="all", enable_idempotence=True, linger_ms=5
    )
    await producer.start()
    try:
        private, events = topics.INTAKE_PRIVATE, topics.INTAKE_DOSSIERS
        await _send(
            producer,
            [
                (private.name, f"{one}/1", _paper(n), partition_of(private, one))
                for n, one in enumerate(news.dossiers)
            ],
        )
        said = [
            (events.name, one, _event(one, number, news.contacts), partition_of(events, one))
            for number, one in enumerate(news.dossiers)
        ]
        await _send(producer, said)
    finally:
        await producer.stop()


async def _send(producer: AIOKafkaProducer, records: Sequence[tuple[str, str, bytes, int]]) -> None:
    sent = [
        await producer.send(topic, value, key=key.encode(), partition=lane, headers=HEADERS)
        for topic, key, value, lane in records
    ]
    await asyncio.gather(*sent)


def _paper(number: int) -> bytes:
    applicant = Applicant(
        full_name=f"Nguyễn Văn Mẫu {number}", email=f"mau{number}@example.vn", phone=phone(number)
    )
    raw = PrivateEntry.of(
        1, DossierPapers(salt="5a17" * 8, pin="042042", applicant=applicant, form={"note": "mẫu"})
    ).raw
    assert raw is not None
    return raw


def _event(dossier: str, number: int, contacts: tuple[Contact, ...]) -> bytes:
    now = datetime.now(UTC)
    data = DossierAccepted(
        case=CaseTerms(
            procedure="1.001612",
            code=f"H40.12-261124-{number:04d}",
            name_vi="Đăng ký thành lập hộ kinh doanh",
            name_en="Household business registration",
            revision=1,
            contacts=contacts,
            confirmed=contacts,
            owner_actor=f"citizen:{dossier}",
        ),
        accepted_at=now,
        due_at=now,
        steps=(),
        calendar="haihau",
        calendar_version=1,
        slip=None,
    )
    message: Message[Payload] = Message(
        str(uuid4()),
        "/motcua/intake",
        data.wire_type,
        dossier,
        now,
        "system:intake",
        dossier,
        dossier,
        data,
        1,
        GENESIS,
    )
    return encode(message)
