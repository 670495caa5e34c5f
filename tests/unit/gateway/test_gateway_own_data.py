"""What citizens may know about their own data: who read it, and all that is held, as one file."""

from datetime import timedelta

import pytest
from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages.audit import LogRead, PaperRead
from motcua_gateway.api import own_data

from .dossier_events import CODE, DOSSIER, MARKS, T0, said_by, way
from .harness import GatewayHarness


def read_by(event: Event, subject: str, minutes: int) -> Message[Payload]:
    message = said_by("audit", event, minutes, subject)
    fields = {name: getattr(message, name) for name in message.__dataclass_fields__}
    return Message(**fields | {"time": T0 + timedelta(minutes=minutes)})


async def a_dossier_that_was_read(desk: GatewayHarness) -> None:
    await desk.hear(way())
    await desk.own("citizen-an")
    await desk.keep_papers()
    await desk.hear(
        [
            read_by(PaperRead(document="papers", reader="officer:officer-tckh"), DOSSIER, 1),
            read_by(PaperRead(document="a" * 64, reader="officer:leader-tckh"), DOSSIER, 2),
            read_by(
                LogRead(dossier_id=DOSSIER, question="verify", reader="officer:auditor"),
                f"log-{DOSSIER}",
                3,
            ),
        ]
    )


async def test_the_owner_sees_who_read_what_the_latest_first(desk: GatewayHarness) -> None:
    await a_dossier_that_was_read(desk)
    rows = (await desk.get("citizen-an", f"/dossiers/{DOSSIER}/readings")).json()["readings"]
    assert [(row["what"], row["sha256"]) for row in rows] == [
        ("log", None),
        ("document", "a" * 64),
        ("papers", None),
    ]
    assert rows[2]["reader"]["agency_vi"] != ""
    assert rows[2]["what_vi"] == "tờ khai và thông tin người nộp"


async def test_a_copy_of_a_reading_is_shown_once_and_pages_hold_each_once(
    desk: GatewayHarness,
) -> None:
    await a_dossier_that_was_read(desk)
    await a_dossier_that_was_read(desk)
    first = (await desk.get("citizen-an", f"/dossiers/{DOSSIER}/readings?limit=2")).json()
    rest = (
        await desk.get(
            "citizen-an", f"/dossiers/{DOSSIER}/readings?limit=2&cursor={first['next_cursor']}"
        )
    ).json()
    assert (len(first["readings"]), len(rest["readings"]), rest["next_cursor"]) == (2, 1, None)


async def test_nobody_else_sees_it(desk: GatewayHarness) -> None:
    await a_dossier_that_was_read(desk)
    assert (await desk.get("citizen-binh", f"/dossiers/{DOSSIER}/readings")).status_code == 404
    assert (await desk.get("clerk-haihau", f"/dossiers/{DOSSIER}/readings")).status_code == 403


async def test_the_export_holds_all_of_the_own_and_nothing_of_anothers(
    desk: GatewayHarness,
) -> None:
    await a_dossier_that_was_read(desk)
    answer = await desk.get("citizen-an", "/me/export")
    assert answer.headers["content-disposition"].startswith("attachment")
    held = answer.json()
    (dossier,) = held["dossiers"]
    assert (dossier["code"], len(dossier["readings"])) == (CODE, 3)
    assert dossier["papers"][0]["applicant"]["full_name"] == MARKS[0]
    assert held["account"]["subject"] == "citizen-an"
    other = (await desk.get("citizen-binh", "/me/export")).json()
    assert (other["dossiers"], other["messages"]) == ([], [])


async def test_the_export_goes_on_after_the_first_page_of_each_list(
    desk: GatewayHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_dossier_that_was_read(desk)
    monkeypatch.setattr(own_data, "MOST", 1)
    (dossier,) = (await desk.get("citizen-an", "/me/export")).json()["dossiers"]
    assert [reading["what"] for reading in dossier["readings"]] == ["log", "document", "papers"]
