"""The document store on a real MongoDB: stored once, whole or not at all, one dossier an upload,
nobody blocked by anybody.
"""

import asyncio
import contextlib
import hashlib
import os
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from motcua_chassis.mongo import connect
from motcua_contracts import Refusal
from motcua_contracts.messages.documents import DocumentRef
from motcua_documents import content
from motcua_documents.content import DocumentCorrupt, DocumentMissing
from motcua_documents.kinds import PDF, PNG
from motcua_documents.store import Belongings, DocumentStore, Unfiled, open_store

from tests.support.stack import mongodb

AN, BINH, CLERK = "citizen:an", "citizen:binh", "officer:clerk-haihau"
PAPER = b"%PDF-1.7\n" + b"a page\n" * 100_000
"""Three chunks."""


class StoreHarness:
    """A store in a database of its own, that database as it is there, and a clock that the test
    turns.
    """

    def __init__(self, store: DocumentStore, database: Any) -> None:
        self.store, self.database, self.later = store, database, timedelta()

    async def stored(self) -> tuple[int, int, int]:
        """How many files, chunks and claims are there."""
        names = ("content.files", "content.chunks", "claims")
        files, chunks, claims = [await self.database[name].count_documents({}) for name in names]
        return files, chunks, claims


@pytest.fixture
async def harness() -> AsyncIterator[StoreHarness]:
    name = f"documents_{uuid4().hex[:12]}"
    uri = mongodb().replace("/?", f"/{name}?")
    assert name in uri
    client = connect(uri)
    grounds: list[StoreHarness] = []
    async with open_store(
        uri, now=lambda: datetime.now(UTC) + (grounds[0].later if grounds else timedelta())
    ) as store:
        grounds.append(StoreHarness(store, client[name]))
        yield grounds[0]
    await client.drop_database(name)
    client.close()


async def pieces(data: bytes, size: int = 7_001) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def test_what_was_put_comes_back_and_is_named_by_its_hash(harness: StoreHarness) -> None:
    reference = await harness.store.put(pieces(PAPER), PDF, AN)
    assert reference == DocumentRef(
        sha256=hashlib.sha256(PAPER).hexdigest(), size=len(PAPER), media_type=PDF
    )
    assert await harness.store.get(reference.sha256) == PAPER
    assert [len(piece) async for piece in harness.store.open(reference.sha256)] == [
        261_120,
        261_120,
        len(PAPER) - 522_240,
    ]
    assert await harness.store.find(reference.sha256) == reference


async def test_the_same_content_is_stored_once_and_remembers_its_uploaders(
    harness: StoreHarness,
) -> None:
    first = await harness.store.put(PAPER, PDF, AN)
    again = await harness.store.put(pieces(PAPER), PDF, AN)
    other = await harness.store.put(PAPER, PDF, BINH)
    assert first == again == other
    assert await harness.stored() == (1, 3, 2)
    assert (await harness.store.belongs_to(first.sha256)).uploaders == {AN, BINH}


async def test_the_same_content_at_the_same_time_is_stored_once(harness: StoreHarness) -> None:
    owners = [f"citizen:{number % 5}" for number in range(20)]
    references = await asyncio.gather(
        *(harness.store.put(pieces(PAPER), PDF, owner) for owner in owners)
    )
    assert len(set(references)) == 1
    assert await harness.stored() == (1, 3, 5)
    assert await harness.store.get(references[0].sha256) == PAPER


@pytest.mark.parametrize(
    ("data", "found", "slug"),
    [
        (b"", PDF, "document-refused"),
        (PAPER, "text/html", "document-refused"),
        (PAPER, "", "document-refused"),
        (b"%PDF-" + bytes(20_000_000), PDF, "document-too-large"),
    ],
)
async def test_what_is_refused_is_named_and_leaves_nothing(
    harness: StoreHarness, data: bytes, found: str, slug: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await harness.store.put(pieces(data, 300_000), found, AN)
    assert refused.value.slug == slug
    assert refused.value.title_vi
    assert refused.value.title_en
    assert await harness.stored() == (0, 0, 0)


async def test_uploads_that_no_dossier_holds_are_summed_by_person(harness: StoreHarness) -> None:
    assert await harness.store.unfiled(AN) == Unfiled(0, None)
    first = await harness.store.put(PAPER, PDF, AN)
    await harness.store.put(PAPER, PDF, AN)
    await harness.store.put(b"%PDF-other", PDF, AN)
    await harness.store.put(PAPER, PDF, BINH)
    assert (await harness.store.unfiled(AN)).size == len(PAPER) + 10
    assert await harness.store.claim([first], AN, "d-1") == ()
    assert (await harness.store.unfiled(AN)).size == 10
    assert (await harness.store.unfiled(BINH)).size == len(PAPER)


async def test_twenty_megabytes_are_taken_piece_by_piece(harness: StoreHarness) -> None:
    async def large() -> AsyncIterator[bytes]:
        yield b"%PDF-"
        for _ in range(199):
            yield os.urandom(100_000)

    tracemalloc.start()
    try:
        reference = await harness.store.put(large(), PDF, AN)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert reference.size == 19_900_005
    assert peak_bytes < 5_000_000  # an upload is never whole in memory


async def test_an_upload_is_claimed_by_one_dossier_which_may_ask_again(
    harness: StoreHarness,
) -> None:
    paper = await harness.store.put(PAPER, PDF, AN)
    assert await harness.store.claim([paper], AN, "d-1") == ()
    assert await harness.store.claim([paper], AN, "d-1") == ()
    assert await harness.store.claim([paper], AN, "d-2") == (paper,)
    assert await harness.store.claim([paper], BINH, "d-3") == (paper,)
    belongs = await harness.store.belongs_to(paper.sha256)
    assert belongs == Belongings(frozenset({"d-1"}), frozenset())


async def test_two_dossiers_claiming_at_once_end_with_one_owner(harness: StoreHarness) -> None:
    for number in range(10):
        paper = await harness.store.put(b"%PDF-" + bytes([number]), PDF, AN)
        dossiers = [f"d-{number}-{which}" for which in range(8)]
        refused = await asyncio.gather(
            *(harness.store.claim([paper], AN, dossier) for dossier in dossiers)
        )
        winners = {dossier for dossier, answer in zip(dossiers, refused, strict=True) if not answer}
        assert len(winners) == 1
        assert (await harness.store.belongs_to(paper.sha256)).dossiers == winners


async def test_the_same_claim_twice_at_once_is_fine(harness: StoreHarness) -> None:
    for number in range(10):
        paper = await harness.store.put(b"%PDF-" + bytes([number]), PDF, AN)
        assert (
            await asyncio.gather(*(harness.store.claim([paper], AN, "d-1") for _ in range(6)))
            == [()] * 6
        )


async def test_identical_papers_of_two_citizens_do_not_block_each_other(
    harness: StoreHarness,
) -> None:
    paper = await harness.store.put(PAPER, PDF, AN)
    await harness.store.put(PAPER, PDF, BINH)
    assert await harness.store.claim([paper], AN, "d-an") == ()
    assert await harness.store.claim([paper], BINH, "d-binh") == ()
    assert (await harness.store.belongs_to(paper.sha256)).dossiers == {"d-an", "d-binh"}


async def test_the_same_paper_uploaded_again_serves_a_second_dossier(harness: StoreHarness) -> None:
    paper = await harness.store.put(PAPER, PDF, AN)
    assert await harness.store.claim([paper], AN, "d-1") == ()
    await harness.store.put(PAPER, PDF, AN)
    assert await harness.store.claim([paper], AN, "d-2") == ()


async def test_what_is_not_there_or_not_as_said_is_not_claimed(harness: StoreHarness) -> None:
    paper = await harness.store.put(PAPER, PDF, AN)
    missing = DocumentRef(sha256="0" * 64, size=1, media_type=PDF)
    wrong = paper.model_copy(update={"media_type": PNG})
    assert await harness.store.claim([missing, wrong, paper], AN, "d-1") == (missing, wrong)


async def test_a_document_of_a_service_belongs_to_its_dossier_and_goes_with_it(
    harness: StoreHarness,
) -> None:
    slip = await harness.store.put_for("d-1", b"%PDF-slip", PDF)
    assert await harness.store.put_for("d-1", b"%PDF-slip", PDF) == slip
    belongs = await harness.store.belongs_to(slip.sha256)
    assert belongs == Belongings(frozenset({"d-1"}), frozenset())
    await harness.store.forget("d-1")
    assert await harness.stored() == (0, 0, 0)
    with pytest.raises(DocumentMissing):
        await harness.store.get(slip.sha256)


async def test_forgetting_keeps_what_lasts_and_what_an_older_release_did_not_say(
    harness: StoreHarness,
) -> None:
    lasting = await harness.store.put_for("d-1", b"%PDF-result", PDF, lasting=True)
    before = await harness.store.put_for("d-1", b"%PDF-older result", PDF)
    await harness.store._claims.update_one({"sha256": before.sha256}, {"$unset": {"lasting": ""}})
    passing = await harness.store.put_for("d-1", b"%PDF-apology", PDF)
    for _ in range(2):
        await harness.store.forget("d-1")
        assert await harness.store.get(lasting.sha256) == b"%PDF-result"
        assert await harness.store.get(before.sha256) == b"%PDF-older result"
        with pytest.raises(DocumentMissing):
            await harness.store.get(passing.sha256)


async def test_forgetting_keeps_what_somebody_else_holds(harness: StoreHarness) -> None:
    shared, own = (
        await harness.store.put(PAPER, PDF, AN),
        await harness.store.put(b"%PDF-own", PDF, AN),
    )
    await harness.store.put(PAPER, PDF, BINH)
    await harness.store.claim([shared, own], AN, "d-1")
    await harness.store.forget("d-1")
    assert await harness.store.get(shared.sha256) == PAPER
    assert await harness.store.belongs_to(own.sha256) == await harness.store.belongs_to("0" * 64)
    with pytest.raises(DocumentMissing):
        await harness.store.get(own.sha256)
    await harness.store.forget("d-1")
    assert await harness.stored() == (1, 3, 1)


async def test_a_forgetting_that_was_cut_off_is_finished_by_the_next(
    harness: StoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harness.store.put_for("d-1", PAPER, PDF)

    async def dies(*_: object) -> None:
        raise ConnectionError("the process is gone")

    with monkeypatch.context() as broken:
        broken.setattr(content.Content, "delete", dies)
        with pytest.raises(ConnectionError):
            await harness.store.forget("d-1")
    assert await harness.stored() == (1, 3, 1)
    assert (await harness.store.belongs_to(hashlib.sha256(PAPER).hexdigest())).dossiers == set()
    await harness.store.forget("d-1")
    assert await harness.stored() == (0, 0, 0)


async def test_an_upload_in_the_middle_of_a_deletion_keeps_the_content(
    harness: StoreHarness,
) -> None:
    slip = await harness.store.put_for("d-old", PAPER, PDF)

    async def uploaded_meanwhile(_: str) -> bool:
        await harness.store.put(PAPER, PDF, BINH)
        return True  # as seen a moment before

    await harness.store._content.delete(slip.sha256, uploaded_meanwhile)
    assert await harness.store.get(slip.sha256) == PAPER


async def test_an_upload_that_is_not_ready_yet_keeps_the_content(harness: StoreHarness) -> None:
    slip = await harness.store.put_for("d-old", b"%PDF-slip", PDF)
    with pytest.raises(Died):
        await DyingStore(harness.store, 1).put(b"%PDF-slip", PDF, BINH)
    await harness.store.forget("d-old")
    assert await harness.store.get(slip.sha256) == b"%PDF-slip"


async def test_an_upload_that_breaks_off_leaves_nothing(harness: StoreHarness) -> None:
    async def breaks_off() -> AsyncIterator[bytes]:
        yield PAPER
        raise ConnectionError("the client is gone")

    with pytest.raises(ConnectionError):
        await harness.store.put(breaks_off(), PDF, AN)
    assert await harness.stored() == (0, 0, 0)


async def test_a_crash_at_any_write_shows_nobody_half_a_document(
    harness: StoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies before its n-th write: nothing is cleaned up.

    Nobody sees the upload, putting again works, and the sweep tidies.
    """
    sha256 = hashlib.sha256(PAPER).hexdigest()
    left: set[tuple[int, int, int]] = set()
    for n in range(7):
        with monkeypatch.context() as mortal:
            mortal.setattr(content.Upload, "abort", lambda upload: asyncio.sleep(0))
            with pytest.raises(Died):
                await DyingStore(harness.store, n).put(pieces(PAPER), PDF, AN)
        left.add(await harness.stored())
        assert (await harness.store.belongs_to(sha256)).uploaders == set()
        with contextlib.suppress(DocumentMissing):
            assert await harness.store.get(sha256) == PAPER  # whole, though nobody's yet
        assert (
            await harness.store.claim(
                [DocumentRef(sha256=sha256, size=len(PAPER), media_type=PDF)], AN, "d-1"
            )
            != ()
        )
        reference = await harness.store.put(PAPER, PDF, AN)
        assert await harness.store.get(reference.sha256) == PAPER
        harness.later = timedelta(days=8)
        await harness.store.sweep()
        assert await harness.stored() == (0, 0, 0), f"left behind after dying before write {n}"
        harness.later = timedelta()
    assert len(left) >= 5, "the crashes were not at different places"


async def test_the_sweep_takes_only_old_unclaimed_uploads(harness: StoreHarness) -> None:
    old, filed = (
        await harness.store.put(b"%PDF-old", PDF, AN),
        await harness.store.put(b"%PDF-filed", PDF, AN),
    )
    await harness.store.claim([filed], AN, "d-1")
    harness.later = timedelta(days=6)
    fresh = await harness.store.put(b"%PDF-fresh", PDF, BINH)
    assert await harness.store.sweep() == 0
    harness.later = timedelta(days=7, seconds=1)
    assert await harness.store.sweep() == 1
    with pytest.raises(DocumentMissing):
        await harness.store.get(old.sha256)
    assert await harness.store.get(fresh.sha256) == b"%PDF-fresh"
    assert await harness.store.get(filed.sha256) == b"%PDF-filed"


async def test_uploads_and_deletions_at_once_lose_no_upload(harness: StoreHarness) -> None:
    """Everybody whose upload was taken can read it, while others' copies of the same content are
    forgotten at the same time.
    """
    for number in range(15):
        data = b"%PDF-" + bytes([number])
        await harness.store.put_for("d-old", data, PDF)
        forgetting = [harness.store.forget("d-old") for _ in range(2)]
        putting = [harness.store.put(data, PDF, f"citizen:{who}") for who in range(4)]
        reference, *_ = (await asyncio.gather(*putting, *forgetting))[:4]
        assert isinstance(reference, DocumentRef)
        assert await harness.store.get(reference.sha256) == data
        assert len((await harness.store.belongs_to(reference.sha256)).uploaders) == 4


async def test_bytes_that_are_not_what_the_hash_says_are_not_given_whole(
    harness: StoreHarness,
) -> None:
    reference = await harness.store.put(PAPER, PDF, AN)
    await harness.database["content.chunks"].update_one(
        {"n": 1}, {"$set": {"data": b"x" * 261_120}}
    )
    given: list[bytes] = []

    async def read() -> None:
        async for piece in harness.store.open(reference.sha256):
            given.append(piece)  # noqa: PERF401 - what came before the error is to be seen

    with pytest.raises(DocumentCorrupt):
        await read()
    assert sum(map(len, given)) < len(PAPER)


class Died(Exception):  # noqa: N818
    """The process is gone."""


class Mortal:
    """A collection that dies before the n-th write of a store."""

    def __init__(self, collection: Any, life: list[int]) -> None:
        self._collection, self._life = collection, life

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._collection, name)
        if not name.startswith(("insert", "update", "delete")):
            return method

        async def mortal(*args: Any, **options: Any) -> Any:
            if not self._life[0]:
                raise Died
            self._life[0] -= 1
            return await method(*args, **options)

        return mortal


class DyingStore(DocumentStore):
    """Shares the collections of a store, and dies before its n-th write."""

    def __init__(self, store: DocumentStore, n: int) -> None:
        life, whole = [n], store._content
        mine = content.Content(
            whole._bucket, Mortal(whole._files, life), Mortal(whole._chunks, life)
        )
        super().__init__(mine, Mortal(store._claims, life), store._now)
