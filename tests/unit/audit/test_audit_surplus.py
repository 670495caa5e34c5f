"""What somebody wrote into the archive by hand is found, whatever it looks like.

Real MongoDB; Kafka holds three records.
"""

from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from bson import ObjectId
from motcua_audit.archive import COLLECTION, archive
from motcua_audit.domain.difference import LogPosition
from motcua_audit.log import Log
from motcua_audit.surplus import Surplus
from motcua_chassis import Projected
from motcua_chassis.mongo import connect
from motcua_contracts.values.clock import milliseconds
from motcua_contracts.wire import topics

from tests.support.stack import mongodb

from .chain import NOON, chained, readings

RAWS = chained(readings(3))
PLACES = [LogPosition(topics.AUDIT_RECORDS.name, 3, offset) for offset in range(len(RAWS))]
HAND = ObjectId()
SECOND, FAR = PLACES[1], PLACES[1]._replace(offset=99)


class Kafka:
    """The one partition, as the auditor reads it."""

    async def read(self, wanted: Sequence[topics.Topic], lane: int) -> AsyncIterator[Any]:
        for place, raw in zip(PLACES, RAWS, strict=True):
            yield SimpleNamespace(offset=place.offset, value=raw, timestamp=milliseconds(NOON))

    async def ends(self) -> dict[tuple[str, int], int]:
        return {PLACES[0][:2]: len(RAWS)}


@pytest.fixture
async def collection() -> AsyncIterator[Any]:
    """The archive of what is on Kafka."""
    client = connect(mongodb())
    await client.drop_database("surplus_test")
    found = client["surplus_test"][COLLECTION]
    lying = [
        Projected(topics.AUDIT_RECORDS, 3, place.offset, "", raw, NOON)
        for place, raw in zip(PLACES, RAWS, strict=True)
    ]
    await found.bulk_write((await archive(lying, found))[COLLECTION])
    yield found
    client.close()


async def found_in(collection: Any) -> list[tuple[str, str, LogPosition | None]]:
    surplus = Surplus()
    surplus.note(PLACES, PLACES)
    return [
        (one.kind, one.found, one.place)
        for one in await surplus.find(cast(Log, Kafka()), collection)
    ]


async def test_an_archive_of_what_lies_on_kafka_holds_nothing_else(collection: Any) -> None:
    assert await found_in(collection) == []


@pytest.mark.parametrize(
    ("fields", "kind", "place"),
    [
        ({}, "altered", None),
        ({"places": "nowhere"}, "altered", None),
        ({"places": [SECOND[:2]]}, "altered", None),
        ({"places": [SECOND._replace(partition=17, offset=-1)]}, "altered", None),
        ({"places": [SECOND._replace(offset=-1)]}, "altered", None),
        ({"places": [SECOND._replace(partition=17)]}, "inserted", SECOND._replace(partition=17)),
        ({"places": [SECOND]}, "inserted", SECOND),
        ({"places": [FAR]}, "inserted", FAR),
        ({"places": [[*SECOND, "more"]]}, "inserted", SECOND),
    ],
)
async def test_a_document_with_an_id_that_the_store_gave_it_is_named(
    collection: Any, fields: dict[str, Any], kind: str, place: LogPosition | None
) -> None:
    await collection.insert_one({"_id": HAND, "raw": RAWS[0], **fields})
    assert await found_in(collection) == [(kind, str(HAND), place)]
