"""The counter's pages: who gets in, what a dossier's page offers, and how a filled form becomes a command or a reason on the page."""

import re

import httpx
import pytest
from gateway_desk import Desk
from gateway_facts import CODE, DOSSIER, MARKS, REGISTERED_ONLY, said_by, way
from motcua_contracts.envelope import Message
from motcua_contracts.intake import DossierNotAccepted, RefuseDossier, RequestPapers
from motcua_contracts.payload import REJECTIONS, Event, Payload
from motcua_gateway.pages.desk.acts import ACTS, LABELS, REASONS

CLEARED = {"intake": 3, "payment": 5}


async def sign_in(desk: Desk, persona: str) -> None:
    answer = await desk.client.post("/quay/dang-nhap", data={"persona": persona})
    assert (answer.status_code, answer.headers["location"]) == (303, "/quay")
    said = answer.headers["set-cookie"]
    assert "HttpOnly" in said
    assert "Path=/quay" in said
    assert "SameSite=strict" in said


@pytest.fixture
async def at_the_counter(desk: Desk) -> Desk:
    await desk.hear(way(CLEARED))
    await desk.keep_papers()
    await sign_in(desk, "clerk-haihau")
    return desk


def acts_on(page: httpx.Response) -> list[str]:
    return re.findall(rf'action="/quay/ho-so/{DOSSIER}/([a-z-]+)"', page.text)


async def test_nobody_gets_in_without_signing_in_and_no_citizen_at_all(desk: Desk) -> None:
    assert (await desk.client.get("/quay")).status_code == 401
    await sign_in(desk, "citizen-an")
    assert (await desk.client.get("/quay")).status_code == 403


async def test_the_queue_lists_the_own_agencys_dossiers_by_filter(at_the_counter: Desk) -> None:
    everything, none = await at_the_counter.client.get("/quay"), await at_the_counter.client.get("/quay?status=returned")
    assert f'href="/quay/ho-so/{DOSSIER}"' in everything.text
    assert CODE not in none.text
    assert CODE in (await at_the_counter.client.get(f"/quay?q={CODE[:12]}")).text


async def test_a_dossiers_page_shows_the_applicant_and_a_form_for_each_legal_act(at_the_counter: Desk) -> None:
    page = await at_the_counter.client.get(f"/quay/ho-so/{DOSSIER}")
    assert MARKS[0] in page.text
    assert acts_on(page) == ["accept", "request-supplement", "refuse", "withdrawal"]
    assert "Không thuộc thẩm quyền giải quyết" in page.text
    assert "script" not in page.text
    assert [type(m.data).__name__ for _, m in at_the_counter.runtime.appended] == ["RecordPaperRead"]


async def test_another_agencys_dossier_is_not_shown(desk: Desk) -> None:
    await desk.hear(way(REGISTERED_ONLY))
    await sign_in(desk, "clerk-haiminh")
    page = await desk.client.get(f"/quay/ho-so/{DOSSIER}")
    assert page.status_code == 403
    assert CODE not in page.text


async def test_a_filled_form_is_the_command_and_the_page_says_that_it_is_done(at_the_counter: Desk) -> None:
    await answer_with(at_the_counter, DossierNotAccepted(reason_code="other", revision=2, slip=None, refundable=False))
    fields = {"key": "one-form-one-key", "reason_code": "other", "note": "Hồ sơ <b>trùng</b>"}
    for _ in range(2):  # pressed twice
        answer = await at_the_counter.client.post(f"/quay/ho-so/{DOSSIER}/refuse", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/quay/ho-so/{DOSSIER}?done=refuse")
    sent = [m.data for _, m in at_the_counter.runtime.appended if isinstance(m.data, RefuseDossier)]
    assert sent == [RefuseDossier(agency="haihau", reason_code="other", note="Hồ sơ <b>trùng</b>")]
    page = await at_the_counter.client.get(answer.headers["location"])
    assert "Đã thực hiện: Từ chối tiếp nhận" in page.text


async def test_a_refusal_by_the_rules_stands_on_the_page_with_what_is_legal_now(at_the_counter: Desk) -> None:
    said = REJECTIONS["intake"](command="RequestPapers", command_id="x", slug="supplement-used")
    await answer_with(at_the_counter, said)
    fields = {"key": "one-form-one-key", "paper": "application", "reason_code": "paper-missing", "note": ""}
    page = await at_the_counter.client.post(f"/quay/ho-so/{DOSSIER}/request-supplement", data=fields)
    assert page.status_code == 409
    assert "mỗi cơ quan chỉ được yêu cầu một lần" in page.text
    assert "accept" in acts_on(page)
    (sent,) = [m.data for _, m in at_the_counter.runtime.appended if isinstance(m.data, RequestPapers)]
    assert [line.paper for line in sent.papers] == ["application"]


async def test_a_form_without_what_it_needs_is_refused_before_it_is_sent(at_the_counter: Desk) -> None:
    page = await at_the_counter.client.post(f"/quay/ho-so/{DOSSIER}/request-supplement", data={"reason_code": "paper-missing"})
    assert page.status_code == 400
    assert not [m for _, m in at_the_counter.runtime.appended if isinstance(m.data, RequestPapers)]


def test_every_act_has_its_words_and_reasons_belong_to_acts() -> None:
    assert set(ACTS) == set(LABELS) >= set(REASONS)


async def answer_with(desk: Desk, fact: Event) -> None:
    async def react(message: Message[Payload]) -> None:
        if type(message.data).owner == "intake":
            await desk.hear([said_by("intake", fact, 90, message.subject, chain=message.correlationid)])

    desk.runtime.react = react
