"""After the journeys: the applicants' names, numbers, addresses and contacts are looked for in
every topic, store, log and metric.

They may be where the map of personal data says (docs/personal-data.md), and nowhere else. The last
module by name, so that it looks at what all journeys left behind; it files one dossier of its own
first.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import bson
import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from motcua_chassis.transport import client_arguments
from motcua_contracts.wire.topics import TOPICS
from motcua_journeys import BirthRegistration, Stage
from motcua_journeys.applicants import AN, BINH, required_papers, sample_form
from motcua_journeys.checks import proof_of, rest_of
from motcua_journeys.j09_withdrawn import asked
from pymongo import MongoClient

from tests.support.faults.waiting import until

MARKED = {
    "full_name": "Đặng Thị Dấu Riêng",
    "id_number": "036099887766",
    "address": "Xóm Không Đâu, xã Hải Minh, huyện Hải Hậu, tỉnh Nam Định",
    "phone": "0900998877",
    "email": "dau.rieng@mau.example",
    "language": "vi",
}
"""A person about whom nothing is published: the catalogue shows An's and Bình's names in its filled
examples.
"""
MARKS = {
    **{f"the marked one's {name}": value for name, value in MARKED.items() if name != "language"},
    **{
        f"{who}'s {name}": one[name]
        for who, one in (("An", AN), ("Bình", BINH))
        for name in ("phone", "email")
    },
}
FILED: list[str] = []
"""The code of the marked one's dossier."""
WHERE_TOPICS_MAY = (".private", ".commands")
WHERE_COLLECTIONS_MAY = {
    "papers": "the replica of private records, and intake's own",
    "outbox": "private records that are not known to be on Kafka yet",
    "parked": "records that wait behind one that failed",
}
DOCUMENTS = "motcua_documents"
"""The document store: uploads and papers are personal as a whole."""


def written(value: str) -> tuple[bytes, ...]:
    """A value as UTF-8, and as JSON with escapes."""
    return value.encode(), json.dumps(value).strip('"').encode()


def marks_in(raw: bytes) -> list[str]:
    return [name for name, value in MARKS.items() if any(form in raw for form in written(value))]


@pytest.fixture(scope="module")
def played(stage: Stage) -> Stage:
    """At rest after a filing by somebody whom nothing else names."""
    page = stage.anybody.procedure(BirthRegistration.procedure)
    filed = stage.binh.submit(
        page["code"], MARKED, sample_form(page), required_papers(page, MARKED)
    )
    FILED.append(filed.code)
    rest_of(stage.stack)
    return stage


async def records(stage: Stage) -> list[tuple[str, bytes]]:
    """Every record of every topic, with its key and headers."""
    return [(topic, raw) for topic, _, raw in await keyed(stage)]


async def keyed(stage: Stage) -> list[tuple[str, str, bytes]]:
    """The same with the key beside it."""
    found: list[tuple[str, str, bytes]] = []
    consumer = AIOKafkaConsumer(
        **client_arguments(stage.stack.kafka("auditor")),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        parts = [
            TopicPartition(topic.name, part)
            for topic in TOPICS.values()
            for part in range(topic.partitions)
        ]
        consumer.assign(parts)
        ends = await consumer.end_offsets(parts)
        begins = await consumer.beginning_offsets(parts)
        left = {part for part in parts if ends[part] > begins[part]}
        while left:
            for part, batch in (await consumer.getmany(timeout_ms=500)).items():
                for one in batch:
                    headers = b" ".join(value or b"" for _, value in one.headers)
                    raw = b" ".join((one.key or b"", one.value or b"", headers))
                    found.append((part.topic, (one.key or b"").decode("utf-8", "replace"), raw))
            left = {part for part in left if await consumer.position(part) < ends[part]}
    finally:
        await consumer.stop()
    return found


async def test_no_topic_holds_them_but_the_private_ones_and_commands(played: Stage) -> None:
    seen, leaks = set(), []
    for topic, raw in await records(played):
        marks = marks_in(raw)
        if marks and topic.endswith(WHERE_TOPICS_MAY):
            seen.add(topic)
        elif marks:
            leaks.append((topic, marks))
    assert leaks == []
    assert "intake.private" in seen, "the search finds what is there"


def test_no_store_holds_them_but_the_private_records(played: Stage) -> None:
    seen, leaks = set(), []
    client: MongoClient[dict[str, Any]] = MongoClient(played.stack.mongo("operator"))
    for name in client.list_database_names():
        if name in ("admin", "config", "local", DOCUMENTS):
            continue
        for collection in client[name].list_collection_names():
            for document in client[name][collection].find():
                marks = marks_in(bson.encode(document))
                if marks and collection in WHERE_COLLECTIONS_MAY:
                    seen.add(collection)
                elif marks:
                    leaks.append((name, collection, marks))
    assert leaks == []
    assert "papers" in seen, "the search finds what is there"


def test_no_log_holds_them(played: Stage) -> None:
    leaks: list[Any] = []
    files = [file for file in Path(played.stack.home, "logs").rglob("*") if file.is_file()]
    assert files
    for file in files:
        with file.open("rb") as lines:
            leaks += [
                (file.name, number, marks_in(line))
                for number, line in enumerate(lines, 1)
                if marks_in(line)
            ]
    assert leaks == []


def test_no_metric_holds_them(played: Stage) -> None:
    addresses = [part.probes_url for part in played.stack.services()]
    assert addresses
    for address in addresses:
        page = httpx.get(f"{address}/metrics", trust_env=False).raise_for_status()
        assert marks_in(page.content) == []


def test_after_forgetting_neither_topics_nor_stores_hold_them_commands_included(
    played: Stage,
) -> None:
    """Forgetting does not wait until commands are old: their owners shred them once audit has kept
    the heads (decision 0029).
    """
    clerk, ours = (
        played.officers["clerk-haiminh"],
        [name for name in MARKS if name.startswith("the marked one's")],
    )
    played.binh.withdraw(FILED[0])
    clerk.act(clerk.called_by(FILED[0]), "forget", **asked(played.binh.dossier(FILED[0])))

    def found() -> bool | str:
        """Papers of a compacted topic as their last record says: the tombstone."""
        latest = {
            (topic, key if topic.endswith(".private") else str(number)): raw
            for number, (topic, key, raw) in enumerate(asyncio.run(keyed(played)))
        }
        left = sorted(
            {topic for (topic, _), raw in latest.items() if set(marks_in(raw)) & set(ours)}
        )
        return not left or f"still in {left}"

    until("every topic is free of them", found, 60, every=1)
    client: MongoClient[dict[str, Any]] = MongoClient(played.stack.mongo("operator"))
    for name in (
        "motcua_intake",
        "motcua_routing",
        "motcua_payment",
        "motcua_notify",
        "motcua_gateway",
        "motcua_audit",
    ):
        for collection in client[name].list_collection_names():
            for document in client[name][collection].find():
                assert not set(marks_in(bson.encode(document))) & set(ours), (name, collection)


def test_what_was_shredded_is_proved_all_the_same(played: Stage) -> None:
    """The auditor has the heads: every event that names a person is signed,
    none is beyond proof.
    """
    rest_of(played.stack)
    report = proof_of(played.stack)
    assert report.ok, str(report)
    assert sum(service.unprovable for service in report.services.values()) == 0
    assert report.services["intake"].signed > 0
