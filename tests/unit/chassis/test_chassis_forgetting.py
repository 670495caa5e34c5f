"""To forget a subject: a tombstone for each revision before the event, and on the event every
replica deletes, whoever reads it.
"""

from types import SimpleNamespace
from typing import Any, cast

import pytest
import structlog
from motcua_chassis import Projected, Service
from motcua_chassis._kafka.fetch import Record
from motcua_chassis._processing.outcome import TurnResult
from motcua_chassis._processing.processor import Processor
from motcua_chassis._store.journal_ids import batch_of
from motcua_chassis.service import Writes
from motcua_contracts import Event, Message
from motcua_contracts.messages.intake import DossierForgotten, DossierStopped
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import GENESIS, decode, encode
from pymongo import DeleteMany, DeleteOne, ReplaceOne, UpdateOne

from .harness import AT, LANE, SUBJECT, Collection, TurnHarness


def written(writes: dict[str, list[Any]], collection: str) -> list[type]:
    return [type(operation) for operation in writes.get(collection, [])]


async def test_the_owner_publishes_a_tombstone_for_each_revision_before_the_event_and_keeps_nothing() -> (  # noqa: E501
    None
):
    desk = TurnHarness()
    await desk.tell(desk.command("paper", "c-1"))
    out = await desk.tell(desk.command("forget", "c-2"))
    assert [(one.key, one.value) for one in out.private_out()] == [
        (f"{SUBJECT}/1", None),
        (f"{SUBJECT}/2", None),
    ]
    assert isinstance(decode(out.journal[-1]["raw"]).data, DossierForgotten)
    assert out.private_records == {f"{SUBJECT}/1": None, f"{SUBJECT}/2": None}
    assert out.erased == {SUBJECT}
    assert written(out.writes(), "papers") == [DeleteOne, DeleteOne, DeleteMany]
    assert written(out.writes(), "forgotten") == [UpdateOne]


def event(event: Event) -> Record:
    message: Message[Event] = Message(
        "m",
        "/motcua/intake",
        event.wire_type,
        SUBJECT,
        AT,
        "system:intake",
        "c",
        "c",
        event,
        1,
        GENESIS,
    )
    return Record(LANE, topics.INTAKE_DOSSIERS, 0, SUBJECT, encode(message), AT)


def paper(revision: int) -> Record:
    return Record(LANE, topics.INTAKE_PRIVATE, revision, f"{SUBJECT}/{revision}", b"{}", AT)


LIMITS = cast(Any, SimpleNamespace(breaker_limit=50, breaker_callers=10))


class Database:
    """What a reader knows of forgotten subjects."""

    def __init__(self, *forgotten: str) -> None:
        self.forgotten = Collection([{"_id": subject} for subject in forgotten])

    def __getitem__(self, name: str) -> Collection:
        """What is parked: nothing."""
        return Collection()

    def get_collection(self, name: str, **options: Any) -> None:
        """What commits; nothing is committed here."""


async def seen_by_a_reader(
    *records: Record, forgotten: tuple[str, ...] = ()
) -> tuple[dict[str, list[Any]], TurnResult]:
    """What a service that only projects (a gateway) writes for these records."""

    async def project(batch: Any, tools: Any) -> Writes:
        assert all(isinstance(one, Projected) for one in batch)
        return {}

    service = Service(
        "gateway",
        (topics.INTAKE_DOSSIERS,),
        project=project,
        private_records=(topics.INTAKE_PRIVATE,),
    )
    nothing = cast(Any, None)
    lanes = SimpleNamespace(owned={LANE: SimpleNamespace(batch=4)})
    processor = Processor(
        service,
        LIMITS,
        Database(*forgotten),
        cast(Any, lanes),
        None,
        None,
        nothing,
        nothing,
        structlog.get_logger(),
    )
    outcome = TurnResult()
    return await processor._aside(records, outcome), outcome


async def test_a_reader_deletes_its_replica_on_the_event_alone() -> None:
    writes, outcome = await seen_by_a_reader(event(DossierForgotten()))
    assert (written(writes, "papers"), written(writes, "forgotten"), outcome.erased) == (
        [DeleteMany],
        [UpdateOne],
        {SUBJECT},
    )


async def test_a_paper_in_the_same_batch_as_the_event_is_not_kept() -> None:
    writes, outcome = await seen_by_a_reader(paper(1), event(DossierForgotten()))
    assert written(writes, "papers") == [DeleteMany, DeleteOne]
    assert outcome.private_records == {f"{SUBJECT}/1": None}


async def test_a_late_paper_of_a_forgotten_subject_is_not_kept() -> None:
    writes, _ = await seen_by_a_reader(paper(3), forgotten=(SUBJECT,))
    assert written(writes, "papers") == [DeleteOne]


@pytest.mark.parametrize(
    "records", [(paper(1),), (paper(1), event(DossierStopped(reason="not_paid_in_time")))]
)
async def test_papers_of_others_stay(records: tuple[Record, ...]) -> None:
    writes, outcome = await seen_by_a_reader(*records)
    assert (written(writes, "papers"), outcome.erased) == ([ReplaceOne], set())


async def answered_by_the_owner(
    *records: Record, forgotten: tuple[str, ...] = (), erased: bool = False
) -> list[tuple[str, bytes | None]]:
    """What the owner of the private topic posts when its own papers come back to it."""
    service = Service(
        "intake",
        (topics.INTAKE_COMMANDS,),
        emits=topics.INTAKE_DOSSIERS,
        private=topics.INTAKE_PRIVATE,
    )
    lanes = SimpleNamespace(owned={LANE: SimpleNamespace(batch=4)})
    nothing = cast(Any, None)
    processor = Processor(
        service,
        LIMITS,
        Database(*forgotten),
        cast(Any, lanes),
        None,
        None,
        nothing,
        nothing,
        structlog.get_logger(),
    )
    outcome = TurnResult(erased={SUBJECT} if erased else set())
    assert await processor._aside(records, outcome) == {}
    assert all(
        row["topic"] == "intake.private" and batch_of(row["_id"]) == 5 for row in outcome.outbox
    )
    return [(row["key"], row["value"]) for row in outcome.outbox]


def tombstone(revision: int) -> Record:
    return Record(LANE, topics.INTAKE_PRIVATE, revision, f"{SUBJECT}/{revision}", None, AT)


async def test_the_owner_answers_a_late_paper_of_a_forgotten_subject_with_another_tombstone() -> (
    None
):
    assert await answered_by_the_owner(paper(1), paper(2), forgotten=(SUBJECT,)) == [
        (f"{SUBJECT}/1", None),
        (f"{SUBJECT}/2", None),
    ]
    assert await answered_by_the_owner(paper(1), erased=True) == [(f"{SUBJECT}/1", None)], (
        "forgotten in the same batch"
    )


async def test_the_owner_answers_neither_tombstones_nor_papers_of_others() -> None:
    assert await answered_by_the_owner(tombstone(1), forgotten=(SUBJECT,)) == []
    assert await answered_by_the_owner(paper(1), forgotten=("d-other",)) == []
    assert await answered_by_the_owner(paper(1)) == []


def test_the_owner_reads_its_own_private_topic() -> None:
    service = Service(
        "intake",
        (topics.INTAKE_COMMANDS,),
        emits=topics.INTAKE_DOSSIERS,
        private=topics.INTAKE_PRIVATE,
    )
    assert service.inputs == (topics.INTAKE_COMMANDS, topics.INTAKE_PRIVATE)
