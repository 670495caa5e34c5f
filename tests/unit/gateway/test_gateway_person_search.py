"""Finding a person's dossiers at a desk: whole values, keyed, within the officer's scope, recorded,
and gone with the dossier's papers.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from motcua_chassis import Projected
from motcua_contracts.messages.audit import ListRead, RecordListRead, list_subject
from motcua_contracts.messages.intake import DossierForgotten
from motcua_contracts.rules.decision import PrivateEntry
from motcua_contracts.wire.topics import INTAKE_DOSSIERS, INTAKE_PRIVATE
from motcua_gateway.http.paging import sorted_page
from motcua_gateway.read_model.person_index import Built, put, rebuild
from motcua_gateway.read_model.person_search import COLLECTION, asked, values_of
from motcua_gateway.read_model.projection import close, project

from .dossier_events import (
    AT_OFFICER,
    DOSSIER,
    MARKS,
    PAPERS,
    REGISTERED_ONLY,
    T0,
    registered,
    said_by,
    way,
)
from .harness import GatewayHarness

NAME, NUMBER, PHONE = MARKS[:3]
OTHER = "0b0f5a3e-6f0e-5b0e-8a51-0f4b6f2c9d22"
SEARCH = "/desk/dossiers/search"


def paper(dossier: str = DOSSIER, revision: int = 1, **applicant: str) -> Projected:
    raw = PrivateEntry.of(
        revision,
        PAPERS.model_copy(update={"applicant": PAPERS.applicant.model_copy(update=applicant)}),
    ).raw
    return Projected(INTAKE_PRIVATE, 0, revision, f"{dossier}/{revision}", raw, T0)


async def take(desk: GatewayHarness, *batch: Projected, parked: bool = False) -> None:
    """What the chassis does with a batch.

    `parked`: the dossier's view waits for an operator, so only `close` hears of it.
    """
    written = await close(batch, desk.gateway)
    for writes in (written,) if parked else (await project(batch, desk.gateway), written):
        for collection, operations in writes.items():
            await desk.gateway.database[collection].bulk_write(list(operations))


async def found(desk: GatewayHarness, person: str, by: str = "clerk-haihau") -> list[str]:
    answer = await desk.post(by, SEARCH, {"person": person})
    assert answer.status_code == 200, answer.text
    return [row["dossier_id"] for row in answer.json()["dossiers"]]


@pytest.fixture
async def filed(desk: GatewayHarness) -> GatewayHarness:
    await desk.hear(way(AT_OFFICER))
    await take(desk, paper())
    return desk


@pytest.mark.parametrize(
    "person",
    [NAME, "nguyen mau bi mat", "  NGUYỄN   MẪU bí mật ", PHONE, "+84 900 000 001", NUMBER, "036 000 000 001"]  # noqa: E501
)  # fmt: skip
async def test_a_person_is_found_by_name_phone_and_number_however_they_are_written(
    filed: GatewayHarness, person: str
) -> None:
    assert await found(filed, person) == [DOSSIER]


@pytest.mark.parametrize(
    "person", ["Nguyễn", "Nguyễn Mẫu", "0900000002", "03600000000", "bí mật", ".*", "$ne"]
)
async def test_nobody_is_found_by_a_part(filed: GatewayHarness, person: str) -> None:
    assert await found(filed, person) == []


async def test_only_dossiers_that_the_officer_may_see_are_found(filed: GatewayHarness) -> None:
    assert await found(filed, NAME, "officer-tckh") == [DOSSIER]
    assert await found(filed, NAME, "clerk-haiminh") == []
    assert (await filed.post("citizen-an", SEARCH, {"person": NAME})).status_code == 403


async def test_each_search_is_recorded_before_it_is_answered_and_names_nobody(
    filed: GatewayHarness,
) -> None:
    await found(filed, NAME)
    await found(filed, "Người Không Có")
    read = [
        (message.data, message.actor)
        for _, message in filed.runtime.appended
        if isinstance(message.data, RecordListRead)
    ]
    assert [(said.kind, said.dossiers, actor) for said, actor in read] == [
        ("person", 1, "officer:clerk-haihau"),
        ("person", 0, "officer:clerk-haihau"),
    ]
    assert NAME not in str(read)


async def test_the_last_revision_counts_and_the_store_holds_nothing_personal(
    filed: GatewayHarness,
) -> None:
    await take(
        filed,
        paper(revision=2, full_name="Trần Thị Mới", phone="0912345678"),
        paper(revision=1_000_001),
    )
    assert await found(filed, NAME) == []
    assert await found(filed, "tran thi moi") == await found(filed, "0912 345 678") == [DOSSIER]
    rows: list[Any] = [row async for row in filed.gateway.database[COLLECTION].find()]
    assert [(row["_id"], row["revision"]) for row in rows] == [(DOSSIER, 2)]
    assert not any(mark in str(rows) for mark in (*MARKS, "tran", "0912345678"))


def forgotten() -> Projected:
    gone = said_by("intake", DossierForgotten(revisions=(1,)), 9)
    return Projected(INTAKE_DOSSIERS, 0, 9, DOSSIER, b"", T0, gone)


@pytest.mark.parametrize("parked", [False, True])
async def test_what_is_forgotten_is_found_no_more_and_does_not_come_back(
    filed: GatewayHarness, parked: bool
) -> None:
    await take(filed, forgotten(), parked=parked)
    await take(filed, paper(), paper(revision=2))
    assert await found(filed, NAME) == []
    assert [row async for row in filed.gateway.database[COLLECTION].find()] == [
        {"_id": DOSSIER, "gone": True}
    ]


async def test_what_was_forgotten_before_there_was_an_index_is_not_indexed(
    desk: GatewayHarness,
) -> None:
    await desk.hear(way(AT_OFFICER))
    await desk.gateway.database.forgotten.insert_one({"_id": DOSSIER})
    await take(desk, paper())
    assert await desk.gateway.database[COLLECTION].count_documents({}) == 0


async def test_no_collection_holds_anything_of_a_forgotten_person_while_the_view_is_parked(
    filed: GatewayHarness,
) -> None:
    """But the papers' replica, which the chassis deletes itself (`erasing`)."""
    matter, database = "ab" * 32, filed.gateway.database
    await database.dossiers.update_one({"_id": DOSSIER}, {"$set": {"matter": matter}})
    tokens = (await database[COLLECTION].find_one())["tokens"]
    await take(filed, forgotten(), parked=True)
    for name in await database.list_collection_names():
        held = str([row async for row in database[name].find()]) if name != "papers" else ""
        assert not [
            mark for mark in (NAME, NUMBER, PHONE, matter, *map(str, tokens)) if mark in held
        ], name


async def test_a_tombstone_takes_its_revision_away(filed: GatewayHarness) -> None:
    await take(filed, replace(paper(), raw=None))
    assert await found(filed, NAME) == []


async def test_two_people_of_one_name_are_both_found_and_told_apart_by_the_number(
    filed: GatewayHarness,
) -> None:
    await filed.hear([said_by("intake", registered(code="H40.12-261124-0002"), 1, OTHER)])
    await take(filed, paper(OTHER, id_number="036000000009", phone="0912345678"))
    assert set(await found(filed, NAME)) == {DOSSIER, OTHER}
    assert await found(filed, "036000000009") == [OTHER]


def rows_of_others(desk: GatewayHarness, count: int, place: str) -> list[dict[str, Any]]:
    """Rows of dossiers under the same name, later than all others."""
    search, begun = desk.gateway.person_search, datetime(2026, 12, 24, tzinfo=UTC)
    tokens = [search._token(value) for value in values_of(PAPERS.applicant)]
    found_by = search._found_by([place], tokens)
    row = {"revision": 1, "tokens": tokens, "places": [place], "found_by": found_by}
    return [
        {**row, "_id": f"other-{n:04d}", "filed_at": begun + timedelta(seconds=n)}
        for n in range(count)
    ]


async def test_whoever_files_six_hundred_elsewhere_hides_nobody(filed: GatewayHarness) -> None:
    await filed.gateway.database[COLLECTION].insert_many(
        rows_of_others(filed, 600, "agency:haiminh")
    )
    assert await found(filed, NAME) == [DOSSIER]


async def test_whoever_files_six_hundred_at_the_own_agency_hides_nobody(
    filed: GatewayHarness,
) -> None:
    others = rows_of_others(filed, 600, "agency:haihau")
    await filed.gateway.database[COLLECTION].insert_many(others)
    body, pages, seen = {"person": NAME}, 0, list[str]()
    while True:
        answer = (await filed.post("clerk-haihau", SEARCH, body)).json()
        seen, pages = [*seen, *(row["dossier_id"] for row in answer["dossiers"])], pages + 1
        if answer["next_cursor"] is None:
            break
        body["cursor"] = answer["next_cursor"]
    assert (seen, pages) == (
        [DOSSIER],
        13,
    ), "the rows of the others have no dossier behind them here"
    bad = await filed.post("clerk-haihau", SEARCH, {"person": NAME, "cursor": "?"})
    assert (bad.status_code, [one["field"] for one in bad.json()["errors"]]) == (
        400,
        ["body.cursor"],
    )
    filed.client.headers.update(filed.auth("clerk-haihau"))
    page = await filed.client.post("/quay/tim-nguoi", data={"person": NAME})
    assert 'name="cursor"' in page.text


async def test_a_page_costs_a_page_however_far_it_is(filed: GatewayHarness) -> None:
    """By the store's own account: the index alone leads to the rows, and those before the cursor
    are not read.
    """
    collection, search = filed.gateway.database[COLLECTION], filed.gateway.person_search
    others = rows_of_others(filed, 600, "agency:haihau")
    await collection.insert_many(others)
    explained: list[Any] = []

    def finding(where: dict[str, Any]) -> Any:
        cursor = collection.find(where)
        explained.append(cursor)
        return cursor

    where = search.where(["agency:haihau", "desk:haihau/tckh"], others[0]["tokens"])
    cursor = None
    for _ in range(10):
        explained.clear()
        cursor = (await sorted_page(finding, where, "filed_at", -1, cursor, 50)).next_cursor
        plan = await explained[0].clone().explain()
        assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])
        assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
        assert plan["executionStats"]["totalDocsExamined"] <= 2 * 51 + 6


async def test_a_dossier_is_found_at_each_desk_that_it_comes_to(desk: GatewayHarness) -> None:
    await take(desk, paper())
    assert await found(desk, NAME) == []
    await desk.hear(way(AT_OFFICER))
    assert await found(desk, NAME) == await found(desk, NAME, "officer-tckh") == [DOSSIER]


async def test_a_search_says_which_dossiers_it_found_and_their_owner_sees_who_looked(
    filed: GatewayHarness,
) -> None:
    await found(filed, NAME)
    (command,) = [
        message.data
        for _, message in filed.runtime.appended
        if isinstance(message.data, RecordListRead)
    ]
    assert command.found == (DOSSIER,)
    read = ListRead(**command.model_dump(), reader="officer:clerk-haihau")
    await filed.hear([said_by("audit", read, 1, list_subject("haihau"))])
    await filed.own("citizen-an")
    (row,) = (await filed.get("citizen-an", f"/dossiers/{DOSSIER}/readings")).json()["readings"]
    assert (row["what"], row["reader"]["agency_vi"] != "") == ("search", True)


async def test_the_index_is_built_again_from_what_is_stored(filed: GatewayHarness) -> None:
    database, search = filed.gateway.database, filed.gateway.person_search
    await filed.keep_papers()
    before = await database[COLLECTION].find_one()
    await database[COLLECTION].drop()
    await database.dossiers.insert_many({"_id": f"empty-{n}", "code": f"c-{n}"} for n in range(5))
    assert await rebuild(database, search, at_once=2) == Built(6, 1)
    assert await database[COLLECTION].find_one() == before
    assert await rebuild(database, search, at_once=2) == Built(6, 0)


async def test_a_build_that_was_ended_goes_on_where_it_was(filed: GatewayHarness) -> None:
    database, search = filed.gateway.database, filed.gateway.person_search
    await filed.keep_papers()
    await database[COLLECTION].drop()
    await database.dossiers.insert_many({"_id": f"{n}", "code": f"c-{n}"} for n in range(4))
    told: list[Built] = []

    def ended(built: Built) -> None:
        told.append(built)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rebuild(database, search, at_once=3, progress=ended)
    assert told == [Built(3, 1)]
    assert await rebuild(database, search, at_once=3) == Built(5, 1), "five in all"


async def test_a_build_brings_nothing_back_and_changes_no_row(filed: GatewayHarness) -> None:
    database, search = filed.gateway.database, filed.gateway.person_search
    await filed.keep_papers()
    await take(filed, paper(revision=2, full_name="Trần Thị Mới"))
    assert (await rebuild(database, search)).rows == 0
    assert await found(filed, "tran thi moi") == [DOSSIER]
    rows = await search.missing([])
    await take(filed, forgotten())
    assert (rows, (await rebuild(database, search)).rows) == ([], 0)
    assert await found(filed, NAME) == []


async def test_an_erasure_between_a_builds_look_and_its_write_stands(filed: GatewayHarness) -> None:
    database, search = filed.gateway.database, filed.gateway.person_search
    await filed.keep_papers()
    await database[COLLECTION].drop()
    rows = await search.missing([await database.dossiers.find_one({"_id": DOSSIER})])
    assert [row["_id"] for row in rows] == [DOSSIER]
    await take(filed, forgotten())
    assert await put(search, rows) == 0
    assert await found(filed, NAME) == []


async def test_a_dossier_of_before_the_index_is_indexed_when_it_moves(desk: GatewayHarness) -> None:
    await desk.hear(way(REGISTERED_ONLY))
    await desk.keep_papers()
    assert await found(desk, NAME) == []
    await desk.hear(way(AT_OFFICER))
    assert await found(desk, NAME) == [DOSSIER]


async def test_the_page_finds_the_same_by_post_alone(filed: GatewayHarness) -> None:
    filed.client.headers.update(filed.auth("clerk-haihau"))
    page = await filed.client.post("/quay/tim-nguoi", data={"person": NAME})
    assert f"/quay/ho-so/{DOSSIER}" in page.text
    assert (await filed.client.get(f"/quay/tim-nguoi?person={NAME}")).status_code == 405


def test_values_are_told_apart_by_kind() -> None:
    assert asked("0900000001") != asked("Không Chín")
    assert set(asked(NUMBER)) & set(values_of(PAPERS.applicant)) == {f"identity:{NUMBER}"}
    assert asked("An") == [], "one word is no whole name"
