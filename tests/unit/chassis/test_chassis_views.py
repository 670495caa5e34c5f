"""One record that cannot be decided, projected or stored parks its own subject: all others are
stored. The store is a real MongoDB.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest
import structlog
from motcua_chassis import Projected, Service
from motcua_chassis._kafka.fetch import Batch, Record
from motcua_chassis._processing.breaker import Run
from motcua_chassis._processing.lanes import Lane, topic_key
from motcua_chassis._processing.processor import Processor
from motcua_chassis._processing.run import prepare_database
from motcua_chassis.metrics import Metrics
from motcua_chassis.mongo import connect
from motcua_chassis.service import Writes
from motcua_contracts import Event, Message
from motcua_contracts.messages.intake import DossierStopped
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import GENESIS, encode
from pymongo import InsertOne, UpdateOne

from tests.support.stack import mongodb

from .harness import AT, LANE

TOPIC = topics.INTAKE_DOSSIERS
BIG = "x" * 6_000_000


def nested(depth: int) -> Any:
    return {"a": nested(depth - 1)} if depth else 1


POISONS: dict[str, Any] = {
    "an integer over eight bytes": 10**19,
    "a time before the first year": datetime.fromisoformat("0001-01-01T00:00:00+14:00"),
    "a lone surrogate": "\ud800",
    "a key with a NUL": {"a\0b": 1},
    "too deep for the store": nested(250),
    "too deep for the driver": nested(900),
    "too large": [BIG, BIG, BIG],
    "no type of BSON": object(),
}


class ViewsHarness:
    """A service that only projects, on a lane of its own. `mended`: nothing is wrong any more."""

    def __init__(self, client: Any, database: Any) -> None:
        self.client, self.database = client, database
        self.mended, self.poison, self.told = False, cast(Any, None), list[str]()
        self.offset = 0
        self.sequences: dict[str, int] = {}
        self.service = Service("gateway", (TOPIC,), project=self.project, closes=self.closes)
        self.lane = Lane(LANE, 0, 0, 0, {})

    async def open(self) -> "ViewsHarness":
        await prepare_database(self.database, self.service)
        session = await self.client.start_session()
        me = session.session_id["id"]
        await self.database.lanes.insert_one(
            {"_id": LANE, "owner": me, "batch": 0, "published": 0, "next": {}}
        )

        async def publish(papers: Any, events: Any) -> None:
            self.published = list(papers)

        lanes = SimpleNamespace(
            owned={LANE: self.lane}, session=session, me=me, publish=publish, lock=None
        )
        settings = SimpleNamespace(breaker_limit=50, breaker_callers=10, fault_point="")
        self.metrics = Metrics()
        self.processor = Processor(
            self.service,
            cast(Any, settings),
            self.database,
            cast(Any, lanes),
            None,
            None,
            cast(Any, None),
            self.metrics,
            structlog.get_logger(),
        )
        return self

    async def project(self, batch: Sequence[Projected], tools: Any) -> Writes:
        views: list[Any] = []
        for one in batch:
            if one.message is None:
                continue
            if not self.mended and one.key.startswith("raises"):
                raise KeyError(one.key)
            if not self.mended and one.key.startswith("twice"):
                views.append(InsertOne({"_id": "the same"}))
            value = (
                self.poison
                if one.key.startswith("bad") and not self.mended
                else one.message.sequence
            )
            views.append(UpdateOne({"_id": one.key}, {"$push": {"seen": value}}, upsert=True))
        return {"views": views}

    async def closes(self, batch: Sequence[Projected], tools: Any) -> Writes:
        self.told += [one.key for one in batch]
        return {}

    def event(self, subject: str, raw: bytes | None = None) -> Record:
        sequence = self.sequences[subject] = self.sequences.get(subject, 0) + 1
        data: Event = DossierStopped(reason="not_paid_in_time")
        head = (
            str(uuid4()),
            "/motcua/intake",
            data.wire_type,
            subject,
            AT,
            f"citizen:of-{subject}",
            "c",
            "c",
        )
        message: Message[Event] = Message(*head, data, sequence, GENESIS)
        self.offset += 1
        return Record(LANE, TOPIC, self.offset - 1, subject, raw or encode(message), AT)

    async def take(self, *records: Record) -> None:
        await self.processor.take_in(
            Batch(list(records), {(LANE, topic_key(TOPIC.name)): records[-1].offset + 1})
        )

    async def seen(self) -> dict[str, list[int]]:
        return {
            row["_id"]: row["seen"]
            async for row in self.database.views.find({"seen": {"$exists": True}})
        }

    async def parked(self) -> dict[str, int]:
        """Subject -> records that wait."""
        every = {row["subject"]: 0 async for row in self.database.parked_views.find({})}
        async for row in self.database.parked.find({}):
            every[row["subject"]] += 1
        return every

    async def release(self, subject: str) -> None:
        """What the timers do once an operator has marked it."""
        await self.database.parked_views.update_one(
            {"subject": subject}, {"$set": {"parked": "released"}}
        )
        self.processor.views.release(LANE, subject)
        rows = await self.database.parked.find({"subject": subject}).sort("_id", 1).to_list(None)
        records = [
            Record(LANE, TOPIC, row["offset"], subject, row["value"], row["at"], parked=row["_id"])
            for row in rows
        ]
        await self.processor.take_in(Batch(records, {}, frozenset((LANE,)), (), ((LANE, subject),)))


@pytest.fixture
async def harness() -> AsyncIterator[ViewsHarness]:
    client = connect(mongodb())
    database = client[f"views_{uuid4().hex[:12]}"]
    yield await ViewsHarness(client, database).open()
    await client.drop_database(database.name)
    client.close()


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS.keys())
async def test_what_the_store_cannot_hold_parks_its_subject_alone(
    harness: ViewsHarness, poison: Any
) -> None:
    harness.poison = poison
    records = [harness.event(subject) for subject in ("a", "b", "bad", "c", "a", "bad", "d")]
    await harness.take(*records)
    assert await harness.seen() == {"a": [1, 2], "b": [1], "c": [1], "d": [1]}
    assert await harness.parked() == {"bad": 2}
    assert harness.lane.next[topic_key(TOPIC.name)] == 7
    assert (await harness.database.lanes.find_one({}))["next"] == {topic_key(TOPIC.name): 7}
    await harness.take(harness.event("a"), harness.event("bad"), harness.event("e"))
    assert (await harness.seen())["a"] == [1, 2, 3]
    assert await harness.parked() == {"bad": 3}
    (letter,) = [row async for row in harness.database.dead_letters.find({})]
    assert (letter["subject"], letter["offset"], letter["parked"], letter["view"]) == (
        "bad",
        2,
        True,
        True,
    )
    assert set(harness.told) == {
        "a",
        "b",
        "bad",
        "c",
        "d",
        "e",
    }, "who waits for a parked subject is told all the same"


async def test_an_exception_in_a_fold_parks_its_subject_and_names_its_class(
    harness: ViewsHarness,
) -> None:
    await harness.take(*[harness.event(subject) for subject in ("a", "raises", "b")])
    assert await harness.seen() == {"a": [1], "b": [1]}
    letter = await harness.database.dead_letters.find_one({})
    assert letter["reason"] == "KeyError in the view"
    sample = harness.metrics.registry.get_sample_value(
        "motcua_dead_letter_causes_total", {"topic": TOPIC.name, "error": "KeyError"}
    )
    assert sample == 1


async def test_a_write_that_the_store_refuses_is_found(harness: ViewsHarness) -> None:
    await harness.database.views.insert_one({"_id": "the same"})
    await harness.take(*[harness.event(subject) for subject in ("a", "twice", "b")])
    assert await harness.seen() == {"a": [1], "b": [1]}
    assert (await harness.database.dead_letters.find_one({}))[
        "reason"
    ] == "BulkWriteError 11000 when stored"


async def test_an_event_that_cannot_be_read_parks_its_subject(harness: ViewsHarness) -> None:
    await harness.take(
        harness.event("a"),
        harness.event("bad", b'{"specversion":'),
        harness.event("bad"),
        harness.event("b"),
    )
    assert (await harness.seen(), await harness.parked()) == ({"a": [1], "b": [1]}, {"bad": 2})


async def test_a_type_of_a_later_release_is_passed_over(harness: ViewsHarness) -> None:
    raw = harness.event("a").raw
    assert raw is not None
    await harness.take(
        harness.event("a", raw.replace(b"dossier-stopped.v1", b"dossier-stopped.v9")),
        harness.event("a"),
    )
    assert (await harness.seen(), await harness.parked()) == ({"a": [3]}, {})


async def test_released_too_early_it_waits_again_and_after_the_mend_it_runs_in_order(
    harness: ViewsHarness,
) -> None:
    harness.poison = 10**19
    await harness.take(*[harness.event(subject) for subject in ("bad", "a", "bad", "bad")])
    await harness.release("bad")
    assert await harness.parked() == {"bad": 3}
    assert await harness.database.dead_letters.count_documents({}) == 2
    harness.mended = True
    await harness.release("bad")
    assert (await harness.seen())["bad"] == [1, 2, 3]
    assert await harness.parked() == {}
    await harness.take(harness.event("bad"))
    assert (await harness.seen())["bad"] == [1, 2, 3, 4]


async def test_what_is_parked_is_known_to_the_next_owner(harness: ViewsHarness) -> None:
    harness.poison = 10**19
    await harness.take(harness.event("bad"))
    harness.processor.views.forget()
    harness.mended = True
    await harness.take(harness.event("bad"))
    assert await harness.parked() == {"bad": 2}


async def test_a_release_that_fails_everybody_s_records_is_noticed_and_one_person_s_are_not(
    harness: ViewsHarness,
) -> None:
    await harness.take(*[harness.event(f"raises-{n}") for n in range(49)])
    assert not harness.processor.run.is_bad
    letters: Run = harness.processor.run
    assert (letters.letters, letters.people) == (49, 10)


async def test_a_letter_goes_out_on_the_service_s_topic(harness: ViewsHarness) -> None:
    await harness.take(harness.event("raises"))
    (letter,) = harness.published
    assert (letter.topic, letter.key) == ("gateway.dead-letters", "raises")
