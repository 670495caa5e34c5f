"""What an auditor works with: the command line, a dossier's exported file, the stores; and the hand
of somebody who tampers with them.
"""

import asyncio
import hashlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from aiokafka import AIOKafkaProducer
from motcua_audit.cli import app
from motcua_audit.log import Log
from motcua_chassis._kafka.producer import HEADERS
from motcua_chassis.partition import partition_of
from motcua_contracts.wire.topics import INTAKE_PRIVATE
from motcua_journeys import Journey, Stage
from motcua_journeys.checks import rest_of
from motcua_local.clock import _shift
from pymongo import MongoClient
from typer.testing import CliRunner

MOTCUA = Path(__file__).resolve().parents[2] / ".venv" / "bin" / "motcua"
ADDRESSES = (
    "MOTCUA_KAFKA_BOOTSTRAP",
    "MOTCUA_MONGO_URI",
    "MOTCUA_COMMAND_PUBLIC_KEYS",
    "MOTCUA_COMMAND_KEY",
    "MOTCUA_HOME",
)
Document = dict[str, Any]


class Found(NamedTuple):
    """A difference as a machine reads it, without the sentence."""

    kind: str
    service: str
    subject: str
    sequence: int | None
    place: str

    @classmethod
    def of(cls, difference: Document) -> "Found":
        topic = difference["topic"]
        place = f"{topic}/{difference['partition']}@{difference['offset']}" if topic else ""
        return cls(
            difference["kind"],
            difference["source"].rpartition("/")[2],
            difference["subject"],
            difference["sequence"],
            place,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said."""

    code: int
    said: str

    @property
    def json(self) -> Any:
        return json.loads(self.said)

    @property
    def found(self) -> list[Found]:
        return [Found.of(one) for one in self.json["differences"]]


def motcua(*words: str, **env: str) -> Answer:
    """The command as it is typed, in a process of its own that knows no address but those given."""
    known = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
    done = subprocess.run(
        [MOTCUA, *words],
        env={**known, **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Answer(done.returncode, done.stdout + done.stderr)


@dataclass
class Auditor:
    """The auditor's, at a stack. `shift`: how far simulated time has been moved."""

    stage: Stage
    store: MongoClient[Document]
    shift: timedelta

    @property
    def home(self) -> dict[str, str]:
        return {"MOTCUA_HOME": self.stage.stack.home}

    def audit(self, *words: str) -> Answer:
        """`motcua audit …` inside this process: the same code without a start."""
        kafka, mongo = self.stage.addresses["kafka"], self.stage.addresses["mongo"]
        keys = str(Path(self.stage.stack.home) / "keys" / "command-keys.json")
        env = {
            "MOTCUA_KAFKA_BOOTSTRAP": kafka,
            "MOTCUA_MONGO_URI": mongo,
            "MOTCUA_COMMAND_PUBLIC_KEYS": keys,
        }
        done = CliRunner().invoke(app, list(words), env=env)
        return Answer(done.exit_code, done.stdout)

    def now(self) -> datetime:
        """The services' time."""
        return datetime.now(UTC) + self.shift

    def collection(self, service: str, name: str) -> Any:
        return self.store[f"motcua_{service}"][name]

    def records(self, subject: str, service: str) -> list[Document]:
        """A chain as the archive holds it, from its beginning."""
        prefix = f"{subject}|{service}|"
        return list(
            self.collection("audit", "archive")
            .find({"_id": {"$gte": prefix, "$lt": prefix + "~"}})
            .sort("_id", 1)
        )


@contextmanager
def auditor_at(stage: Stage) -> Iterator[Auditor]:
    shift = asyncio.run(_shift(stage.addresses["kafka"]))
    with MongoClient[Document](stage.addresses["mongo"], tz_aware=True) as store:
        yield Auditor(stage, store, timedelta(seconds=shift))


@contextmanager
def put_back(collection: Any, *ids: Any) -> Iterator[list[Document]]:
    """These documents as they are; after the block they are so again, whatever was done, and one
    that was not there is gone.
    """
    kept = {key: collection.find_one({"_id": key}) for key in ids}
    try:
        yield [document for document in kept.values() if document is not None]
    finally:
        for key, document in kept.items():
            if document is None:
                collection.delete_one({"_id": key})
            else:
                collection.replace_one({"_id": key}, document, upsert=True)


# ---------------------------------------------------------------------- what people saw


@dataclass(frozen=True, slots=True)
class Moment:
    """The owner's page after an act, once nothing was on its way."""

    act: str
    at: datetime
    own: Document


def played(desk: Auditor, journey: Journey) -> tuple[str, list[Moment]]:
    """Play a journey; the dossier's id, and each moment of it."""
    moments: list[Moment] = []

    def look(act: Any, _: Any) -> None:
        assert rest_of(desk.stage.stack).ok
        moments.append(Moment(act.key, desk.now(), journey.citizen.dossier(journey.code)))

    journey.play(look)
    return moments[-1].own["dossier_id"], moments


# ---------------------------------------------------------------------- the hand that tampers


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def forged(raw: bytes, **changes: Any) -> bytes:
    """A well-formed record like this one, by somebody who knows the format."""
    return orjson.dumps(
        {**orjson.loads(raw), "id": "00000000-0000-4000-8000-000000000013", **changes}
    )


def one_byte_changed(raw: bytes) -> bytes:
    """In the last digit of the event's time, so that it is a record as before."""
    at = raw.index(b'"time":"') + len(b'"time":"2026-11-24T05:00:00.00')
    return raw[:at] + (b"7" if raw[at : at + 1] != b"7" else b"3") + raw[at + 1 :]


def line_of(place: Mapping[str, Any], raw: bytes) -> bytes:
    """A line of an exported file, with the right hash of its record."""
    return orjson.dumps({**place, "sha256": sha256(raw), "raw": raw.decode()})


async def paper_of(kafka: str, subject: str, revision: int) -> bytes:
    """A private record's bytes, as they are on Kafka."""
    held = b""
    async with Log(kafka) as log:
        async for record in log.read([INTAKE_PRIVATE], partition_of(INTAKE_PRIVATE, subject)):
            if record.key == f"{subject}/{revision}".encode():
                held = record.value or b""
    return held


async def say_paper(kafka: str, subject: str, revision: int, raw: bytes) -> None:
    """Put a paper onto Kafka over the one that is there."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all")
    await producer.start()
    try:
        lane, key = partition_of(INTAKE_PRIVATE, subject), f"{subject}/{revision}".encode()
        await producer.send_and_wait(
            INTAKE_PRIVATE.name, raw, key=key, partition=lane, headers=HEADERS
        )
    finally:
        await producer.stop()
