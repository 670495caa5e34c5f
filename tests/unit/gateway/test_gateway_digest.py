"""The officer at the desk: the wish for a digest becomes routing's command, what it and notify say
is shown; and the officer's absences.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from motcua_chassis.private_records import latest_record
from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages.catalog import Absence, AbsenceRecorded
from motcua_contracts.messages.notify import MessageQueued, MessageSent, MessageSuppressed
from motcua_contracts.messages.routing import DigestDrawn, DigestSet, SetDigest
from motcua_gateway.pages.desk.sign_in import COOKIE

from .dossier_events import said_by
from .harness import GatewayHarness

WORKLIST = "worklist:officer-tckh"
NEXT, AFTER = datetime(2026, 11, 27, 0, 0, tzinfo=UTC), datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
SET = DigestSet(officer="officer-tckh", at="07:00", next_at=NEXT)
DRAWN = DigestDrawn(officer="officer-tckh", total=3, late=1, today=1, next_at=AFTER)
QUEUED = MessageQueued(
    message_id=f"{WORKLIST}.r2.email",
    channel="email",
    template="digest",
    about="DigestDrawn",
    revision=0,
    values={"code": "", "total": "3"},
)


def said(source: str, *events: Event, first: int = 1) -> list[Message[Payload]]:
    return [said_by(source, event, number, WORKLIST) for number, event in enumerate(events, first)]


async def shown(desk: GatewayHarness) -> dict[str, Any]:
    answer = await desk.get("officer-tckh", "/desk/me/digest")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_who_asked_for_none_has_none(desk: GatewayHarness) -> None:
    assert await shown(desk) == {"at": "", "next_at": None, "last": None, "mail": None}


@pytest.mark.parametrize(
    ("end", "state", "reason"),
    [
        (
            MessageSent(
                message_id=QUEUED.message_id, channel="email", provider="smtp", sent_at=NEXT
            ),
            "sent",
            "",
        ),
        (
            MessageSuppressed(message_id=QUEUED.message_id, channel="email", reason="no-address"),
            "suppressed",
            "no-address",
        ),
    ],
)
async def test_the_wish_the_numbers_and_the_mail_are_shown(
    desk: GatewayHarness, end: Event, state: str, reason: str
) -> None:
    await desk.hear([*said("routing", SET, DRAWN), *said("notify", QUEUED, end)])
    digest = await shown(desk)
    assert (digest["at"], digest["next_at"]) == ("07:00", "2026-11-30T00:00:00Z")
    assert {
        name: digest["last"][name] for name in ("total", "late", "today", "waiting", "absent")
    } == {
        "total": 3,
        "late": 1,
        "today": 1,
        "waiting": 0,
        "absent": False,
    }
    assert (digest["mail"]["state"], digest["mail"]["reason"]) == (state, reason)


async def test_copies_and_the_order_between_sources_change_nothing(desk: GatewayHarness) -> None:
    await desk.hear([*said("notify", QUEUED), *said("routing", SET, DRAWN), *said("routing", SET)])
    first = await shown(desk)
    await desk.hear([*said("routing", SET, DRAWN), *said("notify", QUEUED)])
    assert await shown(desk) == first
    assert first["next_at"] == "2026-11-30T00:00:00Z"


async def test_a_worklist_is_no_dossier(desk: GatewayHarness) -> None:
    await desk.hear([*said("routing", SET, DRAWN), *said("notify", QUEUED)])
    assert await desk.gateway.database.dossiers.count_documents({}) == 0


async def test_the_wish_goes_to_routing_under_the_officers_own_worklist(
    desk: GatewayHarness,
) -> None:
    async def react(message: Message[Payload]) -> None:
        await desk.hear([said_by("routing", SET, 1, message.subject, chain=message.correlationid)])

    desk.runtime.react = react
    headers = {**desk.auth("officer-tckh"), "Idempotency-Key": "digest-at-seven"}
    answer = await desk.client.put("/api/v1/desk/me/digest", json={"at": "07:00"}, headers=headers)
    assert answer.status_code == 200, answer.text
    ((topic, message),) = desk.runtime.appended
    assert (topic.name, message.subject, message.actor, message.data) == (
        "routing.commands", WORKLIST, "officer:officer-tckh", SetDigest(at="07:00"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "body", [{"at": "7"}, {"at": "25:00"}, {}, {"at": "07:00", "colour": "red"}]
)
async def test_an_hour_that_is_none_is_named(desk: GatewayHarness, body: dict[str, str]) -> None:
    headers = {**desk.auth("officer-tckh"), "Idempotency-Key": "digest-at-seven"}
    answer = await desk.client.put("/api/v1/desk/me/digest", json=body, headers=headers)
    assert answer.status_code == 400
    assert desk.runtime.appended == []


@pytest.mark.parametrize("persona", ["citizen-an", "clerk-haihau", "auditor"])
async def test_it_is_for_officers_and_leaders(desk: GatewayHarness, persona: str) -> None:
    assert (await desk.get(persona, "/desk/me/digest")).status_code == 403


async def test_the_page_offers_shows_and_turns_off(desk: GatewayHarness) -> None:
    token, _ = desk.tokens.issue("officer-tckh")
    cookies = {COOKIE: token}
    before = (await desk.client.get("/quay/ban-tin", cookies=cookies)).text
    assert "Bật bản tin" in before
    assert "Tắt bản tin" not in before
    missing = MessageSuppressed(message_id=QUEUED.message_id, channel="email", reason="no-address")
    await desk.hear([*said("routing", SET, DRAWN), *said("notify", QUEUED, missing)])
    page = (await desk.client.get("/quay/ban-tin", cookies=cookies)).text
    for words in (
        "Tắt bản tin",
        "3 hồ sơ, 1 quá hạn",
        "không gửi (không có địa chỉ liên hệ)",
        "Cơ quan chưa khai báo địa chỉ thư",
    ):
        assert words in page
    assert "Turn off" in (await desk.client.get("/quay/ban-tin?lang=en", cookies=cookies)).text

    async def react(message: Message[Payload]) -> None:
        off = DigestSet(officer="officer-tckh", at="", next_at=None)
        await desk.hear([said_by("routing", off, 3, message.subject, chain=message.correlationid)])

    desk.runtime.react = react
    answer = await desk.client.post(
        "/quay/ban-tin", data={"at": "07:00", "off": "1", "key": "off-now-please"}, cookies=cookies
    )
    assert answer.status_code == 303
    assert desk.runtime.appended[-1][1].data == SetDigest(at="")
    wrong = await desk.client.post(
        "/quay/ban-tin", data={"at": "nửa đêm", "key": "at-what-hour"}, cookies=cookies
    )
    assert wrong.status_code == 400
    assert "Giờ nhận có dạng 07:00." in wrong.text


async def test_the_last_paper_of_an_officer_counts_and_a_tenth_comes_after_a_ninth(
    desk: GatewayHarness,
) -> None:
    papers = desk.gateway.database.papers
    await papers.insert_many(
        [{"_id": f"officer:x/{number}", "raw": b"%d" % number} for number in (1, 9, 10)]
    )
    await papers.insert_one({"_id": "officer:x-2/11", "raw": b"11"})
    assert (await latest_record(papers, "officer:x") or {})["raw"] == b"10"
    assert await latest_record(papers, "officer:y") is None


async def test_an_officer_sees_the_own_absences_that_are_not_over(desk: GatewayHarness) -> None:
    now = datetime.now(UTC)
    spans = [
        (now + timedelta(days=9), now + timedelta(days=10)),
        (now - timedelta(days=1), now + timedelta(days=1)),
    ]
    past = (now - timedelta(days=9), now - timedelta(days=8))
    absences = tuple(Absence(starts=starts, ends=ends) for starts, ends in (past, *spans))
    told = AbsenceRecorded(officer="officer-tckh", absences=absences, version=1)
    desk.gateway.catalogue.apply(said_by("catalog", told, 1, "absences:officer-tckh"))
    me = (await desk.get("officer-tckh", "/desk/me")).json()
    assert me["absent"] is True
    assert [datetime.fromisoformat(one["starts"]) for one in me["absences"]] == [
        spans[1][0],
        spans[0][0],
    ]
    other = (await desk.get("leader-tckh", "/desk/me")).json()
    assert (other["absent"], other["absences"]) == (False, [])
