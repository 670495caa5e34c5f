"""Finding a person's dossiers at a desk: whole values, keyed, within the officer's scope, recorded, and gone with the dossier's papers."""

from dataclasses import replace
from typing import Any

import pytest
from gateway_desk import Desk
from gateway_facts import AT_OFFICER, DOSSIER, MARKS, PAPERS, T0, registered, said_by, way
from motcua_chassis.service import Projected
from motcua_contracts.audit import RecordListRead
from motcua_contracts.decision import Paper
from motcua_contracts.intake import DossierForgotten
from motcua_contracts.topics import INTAKE_DOSSIERS, INTAKE_PRIVATE
from motcua_gateway.person_search import COLLECTION, asked, values_of
from motcua_gateway.projecting import project

NAME, NUMBER, PHONE = MARKS[:3]
OTHER = "0b0f5a3e-6f0e-5b0e-8a51-0f4b6f2c9d22"
SEARCH = "/desk/dossiers/search"


def paper(dossier: str = DOSSIER, revision: int = 1, **applicant: str) -> Projected:
    raw = Paper.of(revision, PAPERS.model_copy(update={"applicant": PAPERS.applicant.model_copy(update=applicant)})).raw
    return Projected(INTAKE_PRIVATE, 0, revision, f"{dossier}/{revision}", raw, T0)


async def take(desk: Desk, *batch: Projected) -> None:
    for collection, operations in (await project(batch, desk.gateway)).items():
        await desk.gateway.database[collection].bulk_write(list(operations))


async def found(desk: Desk, person: str, by: str = "clerk-haihau") -> list[str]:
    answer = await desk.post(by, SEARCH, {"person": person})
    assert answer.status_code == 200, answer.text
    return [row["dossier_id"] for row in answer.json()["dossiers"]]


@pytest.fixture
async def filed(desk: Desk) -> Desk:
    await desk.hear(way(AT_OFFICER))
    await take(desk, paper())
    return desk


@pytest.mark.parametrize(
    "person", [NAME, "nguyen mau bi mat", "  NGUYỄN   MẪU bí mật ", PHONE, "+84 900 000 001", NUMBER, "036 000 000 001"]
)  # fmt: skip
async def test_a_person_is_found_by_name_phone_and_number_however_they_are_written(filed: Desk, person: str) -> None:
    assert await found(filed, person) == [DOSSIER]


@pytest.mark.parametrize("person", ["Nguyễn", "Nguyễn Mẫu", "0900000002", "03600000000", "bí mật", ".*", "$ne"])
async def test_nobody_is_found_by_a_part(filed: Desk, person: str) -> None:
    assert await found(filed, person) == []


async def test_only_dossiers_that_the_officer_may_see_are_found(filed: Desk) -> None:
    assert await found(filed, NAME, "officer-tckh") == [DOSSIER]
    assert await found(filed, NAME, "clerk-haiminh") == []
    assert (await filed.post("citizen-an", SEARCH, {"person": NAME})).status_code == 403


async def test_each_search_is_recorded_before_it_is_answered_and_names_nobody(filed: Desk) -> None:
    await found(filed, NAME)
    await found(filed, "Người Không Có")
    read = [(message.data, message.actor) for _, message in filed.runtime.appended if isinstance(message.data, RecordListRead)]
    assert [(said.kind, said.dossiers, actor) for said, actor in read] == [
        ("person", 1, "officer:clerk-haihau"),
        ("person", 0, "officer:clerk-haihau"),
    ]
    assert NAME not in str(read)


async def test_the_last_revision_counts_and_the_store_holds_nothing_personal(filed: Desk) -> None:
    await take(filed, paper(revision=2, full_name="Trần Thị Mới", phone="0912345678"), paper(revision=1_000_001))
    assert await found(filed, NAME) == []
    assert await found(filed, "tran thi moi") == await found(filed, "0912 345 678") == [DOSSIER]
    rows: list[Any] = [row async for row in filed.gateway.database[COLLECTION].find()]
    assert [row["_id"] for row in rows] == [f"{DOSSIER}/2"]
    assert not any(mark in str(rows) for mark in (*MARKS, "tran", "0912345678"))


async def test_what_is_forgotten_is_found_no_more_and_does_not_come_back(filed: Desk) -> None:
    gone = said_by("intake", DossierForgotten(revisions=(1,)), 9)
    await take(filed, Projected(INTAKE_DOSSIERS, 0, 9, DOSSIER, b"", T0, gone), paper())
    assert await found(filed, NAME) == []
    await filed.gateway.database.forgotten.insert_one({"_id": DOSSIER})
    await take(filed, paper())
    assert await filed.gateway.database[COLLECTION].count_documents({}) == 0


async def test_a_tombstone_takes_its_revision_away(filed: Desk) -> None:
    await take(filed, replace(paper(), raw=None))
    assert await found(filed, NAME) == []


async def test_two_people_of_one_name_are_both_found_and_told_apart_by_the_number(filed: Desk) -> None:
    await filed.hear([said_by("intake", registered(code="H40.12-261124-0002"), 1, OTHER)])
    await take(filed, paper(OTHER, id_number="036000000009", phone="0912345678"))
    assert set(await found(filed, NAME)) == {DOSSIER, OTHER}
    assert await found(filed, "036000000009") == [OTHER]


async def test_a_look_up_goes_by_the_index(filed: Desk) -> None:
    tokens = (await filed.gateway.database[COLLECTION].find_one())["tokens"]
    plan = await filed.gateway.database[COLLECTION].find({"tokens": {"$in": tokens}}).explain()
    assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])


async def test_the_page_finds_the_same_by_post_alone(filed: Desk) -> None:
    filed.client.headers.update(filed.auth("clerk-haihau"))
    page = await filed.client.post("/quay/tim-nguoi", data={"person": NAME})
    assert f"/quay/ho-so/{DOSSIER}" in page.text
    assert (await filed.client.get(f"/quay/tim-nguoi?person={NAME}")).status_code == 405


def test_values_are_told_apart_by_kind() -> None:
    assert asked("0900000001") != asked("Không Chín")
    assert set(asked(NUMBER)) & set(values_of(PAPERS.applicant)) == {f"identity:{NUMBER}"}
    assert asked("An") == [], "one word is no whole name"
