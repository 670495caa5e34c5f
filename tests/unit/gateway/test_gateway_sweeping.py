"""Uploads that nobody filed go after seven days, by the services' own clock and without anybody
asking.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import structlog
from motcua_documents.content import DocumentMissing
from motcua_documents.store import DocumentStore, open_store
from motcua_gateway.documents.cleanup import EVERY, Sweeper

from tests.support.stack import mongodb

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"


@dataclass
class Clock:
    """The part of a runtime that a sweeper needs."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 2, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def documents_by(database: Any, clock: Clock) -> AsyncIterator[DocumentStore]:
    async with open_store(mongodb().replace("/?", f"/{database.name}?"), now=clock.now) as store:
        yield store


def sweeper(database: Any, clock: Clock, documents: DocumentStore) -> Sweeper:
    return Sweeper(cast(Any, clock), database.jobs, documents, structlog.get_logger())


async def test_an_upload_goes_after_seven_days_unless_a_dossier_has_it(
    database: Any, clock: Clock, documents_by: DocumentStore
) -> None:
    lost, filed = [
        await documents_by.put(PDF + tail, "application/pdf", "citizen:an") for tail in (b"a", b"b")
    ]
    await documents_by.claim([filed], "citizen:an", "d-1")
    once = sweeper(database, clock, documents_by)
    assert await once.look() == 0
    clock.at += timedelta(days=7, minutes=1)
    assert await once.look() == 1
    with pytest.raises(DocumentMissing):
        await documents_by.find(lost.sha256)
    assert await documents_by.find(filed.sha256) == filed


async def test_instances_share_the_work(
    database: Any, clock: Clock, documents_by: DocumentStore
) -> None:
    one, other = sweeper(database, clock, documents_by), sweeper(database, clock, documents_by)
    assert [await one.look(), await other.look()] == [0, None]
    clock.at += EVERY
    assert [await other.look(), await one.look()] == [0, None]
