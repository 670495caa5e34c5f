"""The archive keeps every record's exact bytes once, whatever comes twice; and the auditor's API
shows and proves what it holds.
"""

import hashlib
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from bson import Int64, ObjectId
from motcua_audit.archive import COLLECTION, read_archive
from motcua_audit.domain.difference import LogPosition
from motcua_audit.proof import prove
from motcua_audit.web import build_app, recorded
from motcua_chassis import Projected, Runtime
from motcua_contracts.messages.intake import DossierStopped
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import Undecodable, decode, encode

from .chain import DOSSIER, NOON, chained, event, readings
from .store import Database


def projected(
    raw: bytes | None, offset: int, topic: topics.Topic = topics.AUDIT_RECORDS
) -> Projected:
    message = None
    if raw is not None:
        try:
            message = decode(raw)
        except Undecodable:
            message = None
    return Projected(topic, 3, offset, DOSSIER, raw, NOON + timedelta(seconds=offset), message)


async def archived(database: Database, subject: str = DOSSIER) -> list[Any]:
    return [record async for record in read_archive(database, subject)]


async def test_bytes_places_and_hash_are_kept_in_the_order_of_the_chain() -> None:
    database = Database()
    raws = chained(readings(11))
    await database.archive(
        *[projected(raw, offset) for offset, raw in reversed(list(enumerate(raws, 7)))]
    )
    records = await archived(database)
    assert [record.raw for record in records] == raws
    assert [record.hash for record in records] == [hashlib.sha256(raw).hexdigest() for raw in raws]
    assert (records[0].place, records[0].at) == (
        LogPosition("audit.records", 3, 7),
        NOON + timedelta(seconds=7),
    )


async def test_a_copy_adds_its_place_and_the_same_record_projected_again_adds_nothing() -> None:
    database = Database()
    (raw,) = chained(readings(1))
    await database.archive(projected(raw, 7), projected(raw, 9))
    await database.archive(projected(raw, 9))
    (record,) = await archived(database)
    assert [place.offset for place in record.places] == [7, 9]
    assert record.at == NOON + timedelta(seconds=7)


async def test_other_bytes_under_the_same_sequence_stand_beside_the_first() -> None:
    database = Database()
    (raw,) = chained(readings(1))
    other = raw.replace(b"officer:o", b"officer:x")
    await database.archive(projected(raw, 7), projected(other, 9))
    assert {record.raw for record in await archived(database)} == {raw, other}


async def test_unknown_types_are_archived_in_their_chain_and_unreadable_bytes_by_their_place() -> (
    None
):
    database = Database()
    unknown = chained(readings(1))[0].replace(b"paper-read.v1", b"paper-burnt.v9")
    await database.archive(projected(unknown, 7), projected(b"{nonsense", 8), projected(None, 9))
    assert [record.raw for record in await archived(database)] == [unknown]
    assert sorted(d["raw"] for d in database[COLLECTION].documents.values()) == sorted(
        [unknown, b"{nonsense"]
    )


async def test_subjects_whose_names_begin_alike_are_kept_apart() -> None:
    database = Database()
    for number, subject in enumerate(["d-1", "d-11", "d-1|x", "d-1}"]):
        await database.archive(projected(chained(readings(1), subject)[0], number))
    assert [decode(record.raw).subject for record in await archived(database, "d-1")] == ["d-1"]


async def ask(
    database: Database, path: str, dossier: str = DOSSIER, **params: str | int
) -> httpx.Response:
    app = build_app(cast(Runtime, SimpleNamespace(database=database)), None)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://audit"
    ) as client:
        return await client.get(f"/audit/dossiers/{dossier}/{path}", params=params or None)


async def test_the_api_shows_raw_records_page_by_page() -> None:
    database = Database()
    raws = chained(readings(5))
    await database.archive(*[projected(raw, offset) for offset, raw in enumerate(raws)])
    seen, cursor, pages = [], "", 0
    while cursor is not None:
        page = (await ask(database, "events", limit=2, cursor=cursor)).json()
        seen += page["events"]
        cursor, pages = page["next_cursor"], pages + 1
    assert pages == 3
    assert [event["raw"].encode() for event in seen] == raws
    assert all(
        hashlib.sha256(event["raw"].encode()).hexdigest() == event["sha256"] for event in seen
    )


async def test_the_api_proves_a_dossier_and_names_what_was_altered_in_the_store() -> None:
    database = Database()
    raws = chained(readings(4))
    await database.archive(
        *[projected(raw, offset) for offset, raw in enumerate(raws)], projected(raws[1], 9)
    )
    proof = (await ask(database, "verify")).json()
    assert (proof["holds"], proof["chains"][0]["records"], proof["chains"][0]["copies"]) == (
        True,
        4,
        1,
    )
    # The last record: no other attests it, but the archive knows under which hash it came.
    last = max(database[COLLECTION].documents.values(), key=lambda document: str(document["_id"]))
    last["raw"] = last["raw"].replace(b"officer:o", b"officer:x")
    proof = (await ask(database, "verify")).json()
    assert proof["holds"] is False
    assert [(d["kind"], d["sequence"], d["offset"]) for d in proof["differences"]] == [
        ("altered", 4, 3)
    ]


@pytest.mark.parametrize(
    ("field", "kind"), [("places", "inserted"), ("raw", "unreadable"), ("at", "")]
)
async def test_a_record_that_lost_a_field_in_the_store_is_a_difference_and_no_failure(
    field: str, kind: str
) -> None:
    database = Database()
    raws = chained(readings(2))
    await database.archive(*[projected(raw, offset) for offset, raw in enumerate(raws)])
    del next(iter(database[COLLECTION].documents.values()))[field]
    answer = await ask(database, "verify")
    kinds = {difference["kind"] for difference in answer.json()["differences"]}
    assert (answer.status_code, kind in kinds) == (200, bool(kind))


async def test_a_place_far_behind_the_beginning_of_a_log_is_read_as_the_store_gives_it() -> None:
    """MongoDB's driver has a type of its own for whole numbers beyond 32 bits."""
    database = Database()
    await database.archive(projected(chained(readings(1))[0], Int64(2**33)))
    assert [record.place.offset for record in await archived(database)] == [2**33]


@pytest.mark.parametrize(
    "fields",
    [
        {"raw": "by hand"},
        {"at": "today"},
        {"places": "nowhere"},
        {"places": [["audit.records", 3]]},
    ],
)
async def test_what_somebody_wrote_into_the_archive_by_hand_is_read_all_the_same(
    fields: dict[str, Any],
) -> None:
    database = Database()
    database[COLLECTION].documents["by hand"] = {"_id": ObjectId(), **fields}
    (record,) = [record async for record in read_archive(database)]
    proof = prove(record.id, [recorded(record)])
    assert [(one.kind, str(one.place)) for one in proof.differences] == [("unreadable", "?/0@0")]


async def test_the_api_tells_the_status_at_any_time() -> None:
    database = Database()
    raw = encode(
        event(1, "0" * 64, DossierStopped(reason="not_paid_in_time"), source="/motcua/intake")
    )
    await database.archive(projected(raw, 0, topics.INTAKE_DOSSIERS))
    assert (await ask(database, "state")).json()["status"] == "stopped"
    # The event was said at 12:01 in Vietnam, and counts from that very instant on.
    before = (await ask(database, "state", at="2026-11-24T12:00:59+07:00")).json()
    assert (before["known"], before["status"], before["sequences"]) == (False, "registered", {})
    assert (await ask(database, "state", at="2026-11-24T12:01:00+07:00")).json()[
        "status"
    ] == "stopped"
    # An unescaped plus.
    assert (await ask(database, "state?at=2026-11-24T12:01:00+07:00")).json()["status"] == "stopped"


@pytest.mark.parametrize(
    "query",
    [
        "state?at=yesterday",
        "state?at=2026-11-24T12:00:00",
        "events?limit=0",
        "events?limit=x",
        "events?cursor=ZC0y",
    ],
)
async def test_a_bad_parameter_is_named(query: str) -> None:
    database = Database()
    await database.archive(projected(chained(readings(1))[0], 0))
    answer = await ask(database, query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:motcua:problem:invalid-parameter"
    named = query.split("?")[1].split("=")[0]
    assert named in answer.json()["title"]
    assert named in answer.json()["title_en"]


@pytest.mark.parametrize("what", ["events", "state", "verify"])
async def test_a_dossier_that_nobody_knows_is_a_404(what: str) -> None:
    answer = await ask(Database(), what, "nobody")
    assert answer.status_code == 404
    assert answer.json() == {
        "type": "urn:motcua:problem:dossier-unknown",
        "title": "Không tìm thấy hồ sơ.",
        "title_en": "There is no such dossier.",
        "status": 404,
        "params": {},
    }, "the form of the gateway's own problems"
