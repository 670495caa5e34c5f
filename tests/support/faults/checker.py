"""The same check after every fault: nothing lost or doubled, order kept, journal = Kafka = fold,
every paper there, nothing left to do.

`motcua_audit.check` proves chains, journals, folds and papers over everything in the cluster; what
it cannot know is here: what was asked for, that it happened once, and that no work is left lying.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from motcua_audit.check import check
from motcua_chassis.reader import stream_to_end
from motcua_chassis.transport import Kafka, client_arguments
from motcua_contracts.wire.topics import (
    INTAKE_DOSSIERS,
    INTAKE_PRIVATE,
    PAYMENT_CHARGES,
    ROUTING_CASES,
    Topic,
)
from motcua_operations.access import ADMIN

from .deployment import FLOW, Deployment
from .load import Filed
from .waiting import until

LOGS = (INTAKE_DOSSIERS, ROUTING_CASES, PAYMENT_CHARGES)
EMPTY = ("outbox", "effects", "parked", "dead_letters")
STRAIGHT_WAY = {
    "intake": (
        "dossier-registered",
        "fee-cleared",
        "acceptance-decided",
        "dossier-accepted",
        "case-decision-seen",
        "dossier-completed",
        "dossier-returned",
    ),
    "routing": ("case-opened", "task-assigned", "decision-approved", "case-decided"),
    "payment": ("fee-assessed",),
}
"""What is said of a dossier that runs through with nobody, service by service, in this order and
each once.
"""


class Kept(Protocol):
    """Where services keep what they know: a deployment, or a stack that the command started."""

    @property
    def kafka(self) -> str | Kafka: ...

    def database(self, service: str) -> Any: ...


@dataclass(slots=True)
class History:
    """What is on Kafka of one dossier.

    `said`: service -> events in the order of their first record; `copies`: records beyond them.
    """

    said: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    at: dict[str, int] = field(default_factory=dict)
    """Id of an event -> append time of its first record, ms."""
    copies: int = 0

    def names(self, service: str) -> list[str]:
        return [event["type"].split(".")[-2] for event in self.said[service]]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [
            event
            for events in self.said.values()
            for event in events
            if event["type"].split(".")[-2] == name
        ]


@dataclass(slots=True)
class Told:
    """All that is on Kafka of some dossiers: histories, and when each paper came first."""

    histories: dict[str, History]
    papers: dict[str, int]

    @property
    def copies(self) -> int:
        return sum(history.copies for history in self.histories.values())


def read_histories(kafka: str | Kafka, ids: Iterable[str]) -> Told:
    """Read the three logs and the private records, each from its beginning to its end."""
    return asyncio.run(_read(kafka, set(ids)))


async def _read(kafka: str | Kafka, ids: set[str]) -> Told:
    told = Told({subject: History() for subject in ids}, {})
    async for record in stream_to_end(kafka, (*LOGS, INTAKE_PRIVATE)):
        key = (record.key or b"").decode()
        if record.topic == INTAKE_PRIVATE.name:
            if key.rpartition("/")[0] in ids:
                told.papers.setdefault(key, record.timestamp)
        elif key in ids:
            history, event = told.histories[key], orjson.loads(record.value)
            if event["id"] in history.at:
                history.copies += 1
                continue
            history.at[event["id"]] = record.timestamp
            history.said[event["source"].rsplit("/", 1)[-1]].append(event)
    return told


def check_straight(deployment: Deployment, filed: Sequence[Filed], seconds: float = 120) -> Told:
    """The whole check for straight-through dossiers, once all of them are returned.

    Gives what was read for a test's own questions.
    """
    ids = [subject for one in filed for subject in one.ids]
    until(f"{len(ids)} dossiers returned", lambda: missing(deployment, ids), seconds, every=0.3)
    check_ground(deployment)
    told = read_histories(deployment.kafka, ids)
    check_histories(told, filed)
    for subject in ids:
        history = told.histories[subject]
        for service, way in STRAIGHT_WAY.items():
            assert tuple(history.names(service)) == way, (
                f"{subject}: {service} said {history.names(service)}"
            )
    return told


def check_histories(told: Told, filed: Sequence[Filed]) -> None:
    """Once registered for each command, sequences 1, 2, 3 … in the order of the log, one event an
    id, each paper before its event.
    """
    for one in filed:
        for subject, command_id in one.commands.items():
            history = told.histories[subject]
            registered = history.events("dossier-registered")
            assert [event["causationid"] for event in registered] == [command_id], (
                f"{subject}: registered by {len(registered)} events"
            )
            for service, events in history.said.items():
                sequences = [event["sequence"] for event in events]
                assert sequences == list(range(1, len(events) + 1)), (
                    f"{subject}: sequences of {service} on Kafka are {sequences}"
                )
            event = registered[0]
            paper = told.papers.get(f"{subject}/{event['data']['revision']}")
            assert paper is not None, f"{subject}: its paper is not on {INTAKE_PRIVATE.name}"
            assert paper <= history.at[event["id"]], (
                f"{subject}: its paper came after the event that commits to it"
            )


def check_ground(deployment: Deployment, services: Sequence[str] = FLOW) -> None:
    """No lag, nothing unpublished, no effect open, nothing parked; then everything that the auditor
    proves.
    """
    until(
        "nothing is left to do",
        lambda: "; ".join(left(deployment, services)) or True,
        60,
        every=0.3,
    )
    report = asyncio.run(
        check(
            deployment.kafka,
            deployment.cluster.mongo_as(ADMIN),
            archive=False,
            believed=deployment.believed,
        )
    )
    assert report.ok, "\n".join(str(difference) for difference in report.differences[:20])


def left(deployment: Kept, services: Sequence[str]) -> list[str]:
    """What is left to do, in words."""
    return [
        line for service in services for line in left_of(deployment, service, inputs_of(service))
    ]


def left_of(
    deployment: Kept, service: str, inputs: Sequence[Topic], *, empty: Sequence[str] = EMPTY
) -> list[str]:
    """The same of any one service.

    `empty`: its collections that hold only what is still to be done.
    """
    database = deployment.database(service)
    counts = {name: database[name].count_documents({}) for name in empty}
    found = [f"{service}: {count} in {name}" for name, count in counts.items() if count]
    lanes = {lane["_id"]: lane for lane in database.lanes.find({})}
    for (topic, number), end in asyncio.run(_ends(deployment.kafka, inputs)).items():
        read = lanes.get(number, {}).get("next", {}).get(topic.replace(".", "/"), 0)
        if read < end:
            found.append(f"{service}: {topic}/{number} read to {read} of {end}")
    behind = {number: lane for number, lane in lanes.items() if lane["published"] != lane["batch"]}
    return found + [
        f"{service}: lane {n} published {lane['published']} of {lane['batch']}"
        for n, lane in behind.items()
    ]


def inputs_of(service: str) -> tuple[Topic, ...]:
    """The input topics of a service of the flow."""
    inputs: tuple[Topic, ...] = import_module(f"motcua_{service}.service").service.inputs
    return inputs


async def _ends(kafka: str | Kafka, topics: Sequence[Topic]) -> dict[tuple[str, int], int]:
    consumer = AIOKafkaConsumer(**client_arguments(kafka), enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [
            TopicPartition(topic.name, number)
            for topic in topics
            for number in range(topic.partitions)
        ]
        return {
            (tp.topic, tp.partition): end
            for tp, end in (await consumer.end_offsets(partitions)).items()
        }
    finally:
        await consumer.stop()


def returned(deployment: Kept, ids: Sequence[str]) -> int:
    """How many of the dossiers intake has returned, by its stored states."""
    count: int = deployment.database("intake").cases.count_documents(
        {"_id": {"$in": list(ids)}, "state": {"$regex": '"stage":"returned"'}}
    )
    return count


def missing(deployment: Kept, ids: Sequence[str]) -> bool | str:
    """True once intake has returned all of the dossiers; else how far they are."""
    done = returned(deployment, ids)
    if done == len(ids):
        return True
    stages = Counter(
        orjson.loads(case["state"])["stage"]
        for case in deployment.database("intake").cases.find(
            {"_id": {"$in": list(ids)}}, {"state": 1}
        )
    )
    return f"{done} are; intake has {dict(stages)}"
