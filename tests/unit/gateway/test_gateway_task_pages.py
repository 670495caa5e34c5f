"""The departments' pages: rows with their legal acts, and the forms of one task that become
commands or say what is allowed where.
"""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx
import pytest
from motcua_contracts import VIETNAM, Command, Event, Message, Payload
from motcua_contracts.messages.intake import RequestedPaper, SupplementDemanded, SupplementRequested
from motcua_contracts.messages.routing import (
    NOTES_FROM,
    AnswerConsultation,
    ApologyPrepared,
    Approve,
    AssignTask,
    CompleteStep,
    Consult,
    ConsultationRequested,
    DraftDecision,
    Extend,
    ExtensionDecided,
    RequestSupplement,
    ReturnStep,
    RoutingNote,
    StepCompleted,
    TakeOver,
    TaskAssigned,
)
from motcua_contracts.rules.decision import PrivateEntry
from motcua_contracts.rules.offers import STEP
from motcua_contracts.wire.payload import REJECTIONS
from motcua_gateway.acts.department import CASES
from motcua_gateway.pages.desk.sign_in import COOKIE

from .dossier_events import AT_LEADER, AT_OFFICER, CODE, DOSSIER, DUE, MARKS, T0, said_by, way
from .harness import GatewayHarness

PAGE = f"/quay/cong-viec/{DOSSIER}"
ASKED = ConsultationRequested(
    consultation=1,
    step="draft",
    agency="haihau",
    department="motcua",
    officer="",
    post_vi="",
    post_en="",
    respond_by=datetime.now(UTC) + timedelta(days=2),
)
ONE_PAPER = {
    "paper": "application",
    "kind-application": "certified",
    "copies-application": "2",
    "reason_code": "paper-missing",
}

OTHER_PAPER = {
    "paper": "_other",
    "kind-_other": "original",
    "copies-_other": "1",
    "reason_code": "other",
}


@pytest.fixture
async def officer(desk: GatewayHarness) -> GatewayHarness:
    """The case is assigned to officer-tckh, whose cookie is set."""
    await desk.hear(way(AT_OFFICER))
    await desk.keep_papers()
    return signed_in(desk, "officer-tckh")


@pytest.fixture
async def leader(desk: GatewayHarness) -> GatewayHarness:
    await desk.hear(way(AT_LEADER))
    await desk.keep_papers()
    return signed_in(desk, "leader-tckh")


def signed_in(desk: GatewayHarness, persona: str) -> GatewayHarness:
    desk.client.cookies.set(COOKIE, desk.tokens.issue(persona)[0])
    return desk


async def look(desk: GatewayHarness, more: str = "") -> str:
    return (await desk.client.get(PAGE + more)).text


async def send(
    desk: GatewayHarness, action: str, fields: dict[str, str] | None = None
) -> tuple[httpx.Response, list[Command]]:
    """The answer to a form, and the commands of routing that it led to.

    What cannot be undone is confirmed.
    """
    answer = await desk.client.post(
        f"{PAGE}/{action}", data={"step": "draft", "key": f"key-of-{action}", **(fields or {})}
    )
    if 'id="confirm"' in answer.text:
        assert not [
            m
            for _, m in desk.runtime.appended
            if isinstance(m.data, Command) and type(m.data).owner == "routing"
        ]
        answer = await desk.client.post(f"{PAGE}/{action}", data=hidden(answer.text))
    sent = [
        m.data
        for _, m in desk.runtime.appended
        if isinstance(m.data, Command) and type(m.data).owner == "routing"
    ]
    return answer, sent


def hidden(page: str) -> dict[str, str]:
    """The fields that the page which asks once more sends again."""
    return {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    }


def forms_on(page: str) -> list[str]:
    return re.findall(rf'action="{PAGE}/([a-z-]+)"', page)


def beside(page: str, field: str) -> str:
    """What is said beside a field; the field names it as its description."""
    assert f'aria-describedby="{field}-wrong"' in page
    (said,) = re.findall(rf'id="{field}-wrong">([^<]+)<', page)
    return str(said)


async def test_the_list_shows_an_open_task_with_its_acts(officer: GatewayHarness) -> None:
    page = await officer.client.get("/quay/cong-viec")
    assert page.status_code == 200
    for word in (
        "Công việc",
        "H40.12-261124-0001",
        "Dự thảo quyết định",
        "Yêu cầu bổ sung",
        "Lấy ý kiến",
    ):
        assert word in page.text
    english = await officer.client.get("/quay/cong-viec?lang=en&scope=consulted")
    assert "There are no tasks." in english.text


async def test_an_act_that_needs_words_leads_from_the_list_to_its_open_form(
    officer: GatewayHarness,
) -> None:
    page = (await officer.client.get("/quay/cong-viec")).text
    (address,) = re.findall(r'href="([^"]+#consult)"', page)
    opened = (await officer.client.get(address)).text
    assert re.findall(r'<details id="([a-z-]+)" open>', opened) == ["consult"]


async def test_a_button_of_the_list_is_the_command_and_leads_back(leader: GatewayHarness) -> None:
    answer, sent = await send(leader, "approve", {"step": "approve", "back": "list"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/quay/cong-viec?done=pending")
    assert sent == [Approve(step="approve")]


async def test_nothing_final_is_open_or_done_by_one_click(leader: GatewayHarness) -> None:
    page = await look(leader)
    assert re.findall(r"<details[^>]* open>", page) == []
    first = await leader.client.post(
        f"{PAGE}/approve", data={"step": "approve", "key": "a-key-of-a-form"}
    )
    assert [m for _, m in leader.runtime.appended if isinstance(m.data, Approve)] == []
    for word in (MARKS[0], CODE, "Dự thảo sẽ được ký", "Đồng ý", "Chưa thực hiện"):
        assert word in first.text
    for changed in (
        {"step": "draft"},
        {"key": "another-key-of-a-form"},
        {"confirmation": "0" * 64},
        {"note": "x"},
    ):
        again = await leader.client.post(f"{PAGE}/approve", data={**hidden(first.text), **changed})
        assert 'id="confirm"' in again.text
    assert [m for _, m in leader.runtime.appended if isinstance(m.data, Approve)] == []


async def test_a_confirmation_is_for_the_state_that_was_shown_and_for_one_officer(
    leader: GatewayHarness,
) -> None:
    first = await leader.client.post(
        f"{PAGE}/approve", data={"step": "approve", "key": "a-key-of-a-form"}
    )
    await leader.gateway.database.dossiers.update_one(
        {"_id": DOSSIER}, {"$set": {"case.draft.outcome": "refused"}}
    )
    again = await leader.client.post(f"{PAGE}/approve", data=hidden(first.text))
    assert "Từ chối" in again.text
    assert 'id="confirm"' in again.text
    signed_in(leader, "leader-tuphap")
    await leader.client.post(f"{PAGE}/approve", data=hidden(again.text))
    assert [m for _, m in leader.runtime.appended if isinstance(m.data, Approve)] == []


async def test_to_change_leads_back_to_the_form_with_what_was_typed(leader: GatewayHarness) -> None:
    fields = {
        "reason_code": "legal-basis",
        "note": "Nêu rõ <điều khoản>",
        "step": "approve",
        "form": "return-step",
    }
    asked = await leader.client.post(f"{PAGE}/return-step", data=fields)
    assert "Căn cứ pháp lý chưa đúng" in asked.text
    back = await leader.client.post(
        f"{PAGE}/return-step", data={**hidden(asked.text), "change": "1"}
    )
    assert '<details id="return-step" open>' in back.text
    assert "Nêu rõ &lt;điều khoản&gt;</textarea>" in back.text


def test_every_act_of_a_case_has_its_words() -> None:
    assert {*STEP, "answer-consultation"} == CASES.on_page.keys()
    buttons = {name for name, act in CASES.on_page.items() if act.is_button}
    assert buttons == {"complete-step", "approve", "take-over"}


async def test_the_page_shows_the_dossier_and_a_form_for_each_legal_act(
    officer: GatewayHarness,
) -> None:
    page = await look(officer)
    assert MARKS[0] in page
    assert forms_on(page) == ["draft-decision", "consult", "request-supplement"]
    assert 'value="haiminh/tckh"' in page
    assert 'value="haihau/motcua"' not in page, "at a counter nobody may answer"
    assert "script" not in page
    assert [type(m.data).__name__ for _, m in officer.runtime.appended] == ["RecordPaperRead"]


async def test_a_leader_sees_the_draft_with_its_reason_and_words(desk: GatewayHarness) -> None:
    drafted = StepCompleted(
        step="draft",
        officer="officer-tckh",
        outcome="refused",
        reason_code="not-eligible",
        revision=NOTES_FROM + 1,
    )
    events = [
        said_by("routing", drafted, 3) if isinstance(one.data, StepCompleted) else one
        for one in way(AT_LEADER)
    ]
    await desk.hear(events)
    note = PrivateEntry.of(
        NOTES_FROM + 1, RoutingNote(salt="6" * 32, text="Ngành nghề chưa đủ điều kiện.")
    ).raw
    await desk.gateway.database.papers.insert_one(
        {"_id": f"{DOSSIER}/{NOTES_FROM + 1}", "raw": note}
    )
    page = await look(signed_in(desk, "leader-tckh"))
    assert "<strong>Từ chối</strong>: Không đủ điều kiện theo quy định" in page
    assert "Ngành nghề chưa đủ điều kiện." in page
    assert forms_on(page) == [
        "consult",
        "assign",
        "return-step",
        "request-supplement",
        "extend",
        "approve",
    ]


async def test_a_leader_finds_the_prepared_apology_filled_in_and_signs_it(
    desk: GatewayHarness,
) -> None:
    prepared = ApologyPrepared(
        due_at=DUE + timedelta(days=2),
        steps=(),
        reason_code="not-finished",
        seal_at=DUE,
        calendar="haihau",
        calendar_version=1,
    )
    await desk.hear(way(AT_OFFICER))
    await hears(desk, "routing", prepared, at=3)
    page = await look(signed_in(desk, "leader-tckh"))
    assert "Ký phiếu xin lỗi và hẹn lại" in page
    assert f'value="{(DUE + timedelta(days=2)).astimezone(VIETNAM):%Y-%m-%dT%H:%M}"' in page
    assert '<option value="not-finished" selected>' in page
    told = (await desk.get("leader-tckh", f"/desk/dossiers/{DOSSIER}")).json()
    (offered,) = [one for one in told["actions"] if one["action"] == "extend"]
    assert (offered["prepared"]["reason_code"], offered["prepared"]["reason_vi"][:4]) == (
        "not-finished",
        "Hồ s",
    )
    decided = ExtensionDecided(
        due_at=prepared.due_at,
        decided_at=DUE,
        steps=(),
        reason_code="workload",
        by="leader-tckh",
        calendar="haihau",
        calendar_version=1,
    )
    await hears(desk, "routing", decided, at=4)
    assert "Ký phiếu xin lỗi" not in await look(desk)


COMMANDS = [
    (
        "request-supplement",
        {**ONE_PAPER, "why-application": "paper-expired", "note": "Bản mới\r\nnhất"},
        RequestSupplement(
            step="draft",
            reason_code="paper-missing",
            note="Bản mới\nnhất",
            papers=(
                RequestedPaper(
                    paper="application", copies=2, kind="certified", reason_code="paper-expired"
                ),
            ),
        ),
    ),
    (
        "request-supplement",
        {**OTHER_PAPER, "note": "Sổ hộ khẩu"},
        RequestSupplement(
            step="draft",
            reason_code="other",
            note="Sổ hộ khẩu",
            papers=(RequestedPaper(paper="", kind="original"),),
        ),
    ),
    (
        "consult",
        {"desk": "haiminh/tckh", "working_hours": "8", "note": "Đề nghị cho ý kiến."},
        Consult(
            step="draft",
            agency="haiminh",
            department="tckh",
            working_hours=8,
            note="Đề nghị cho ý kiến.",
        ),
    ),
    (
        "draft-decision",
        {"outcome": "granted", "reason_code": "other"},
        DraftDecision(step="draft", outcome="granted"),
    ),
    (
        "draft-decision",
        {"outcome": "refused", "reason_code": "not-eligible", "note": "Chưa đủ."},
        DraftDecision(step="draft", outcome="refused", reason_code="not-eligible", note="Chưa đủ."),
    ),
    (
        "answer-consultation",
        {"consultation": "1", "opinion": "objects", "note": "Không nhất trí."},
        AnswerConsultation(consultation=1, opinion="objects", note="Không nhất trí."),
    ),
    (
        "return-step",
        {"reason_code": "legal-basis", "note": ""},
        ReturnStep(step="draft", reason_code="legal-basis"),
    ),
    (
        "extend",
        {"new_due_at": "2099-12-01T10:00", "reason_code": "workload"},
        Extend(
            step="draft", new_due_at=datetime(2099, 12, 1, 3, tzinfo=UTC), reason_code="workload"
        ),
    ),
    ("complete-step", {}, CompleteStep(step="draft")),
    ("take-over", {}, TakeOver(step="draft")),
]


@pytest.mark.parametrize(("action", "fields", "command"), COMMANDS)
async def test_a_filled_form_is_the_command(
    officer: GatewayHarness, action: str, fields: dict[str, str], command: Command
) -> None:
    answer, sent = await send(officer, action, fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=pending")
    assert sent == [command]


async def test_an_unassigned_task_is_given_to_an_officer(desk: GatewayHarness) -> None:
    events = [
        said_by("routing", one.data.model_copy(update={"officer": ""}), 2)
        if isinstance(one.data, TaskAssigned)
        else one
        for one in way(AT_OFFICER)
    ]
    await desk.hear(events)
    signed_in(desk, "leader-tckh")
    page = await look(desk)
    assert re.findall(r'<option value="(officer-tckh|leader-[a-z]+)">', page) == ["officer-tckh"]
    _, sent = await send(desk, "assign", {"officer": "officer-tckh"})
    assert sent == [AssignTask(step="draft", officer="officer-tckh")]


WRONG = [
    ("request-supplement", {}, "request-supplement-paper", "Chọn ít nhất một giấy tờ"),
    (
        "request-supplement",
        {**ONE_PAPER, "reason_code": ""},
        "request-supplement-reason_code",
        "Chọn một mục trong danh sách",
    ),
    (
        "request-supplement",
        {**ONE_PAPER, "copies-application": "21"},
        "request-supplement-copies-application",
        "Số bản từ 1 đến 20",
    ),
    (
        "request-supplement",
        OTHER_PAPER,
        "request-supplement-note",
        "Ghi rõ giấy tờ khác là giấy tờ gì",
    ),
    (
        "consult",
        {"desk": "haihau/tckh", "working_hours": "16"},
        "consult-desk",
        "Chọn một mục trong danh sách",
    ),
    (
        "consult",
        {"desk": "haihau/motcua", "working_hours": "nan"},
        "consult-working_hours",
        "Số giờ làm việc lớn hơn 0, tối đa 400",
    ),
    (
        "draft-decision",
        {"outcome": "refused"},
        "draft-decision-reason_code",
        "Từ chối thì phải chọn lý do",
    ),
    ("draft-decision", {}, "draft-decision-outcome", "Chọn một mục trong danh sách"),
    (
        "draft-decision",
        {"outcome": "granted", "note": "x" * 2001},
        "draft-decision-note",
        "Tối đa 2000 ký tự",
    ),
]


@pytest.mark.parametrize(("action", "fields", "field", "allowed"), WRONG)
async def test_what_does_not_hold_stands_beside_its_field(
    officer: GatewayHarness, action: str, fields: dict[str, str], field: str, allowed: str
) -> None:
    answer, sent = await send(officer, action, fields)
    assert (answer.status_code, sent) == (422, [])
    assert beside(answer.text, field) == allowed
    assert f'<details id="{action}" open>' in answer.text


LEADERS_WRONG = [
    ("return-step", {}, "return-step-reason_code", "Chọn một mục trong danh sách"),
    (
        "extend",
        {"new_due_at": "", "reason_code": "workload"},
        "extend-new_due_at",
        "Ngày và giờ, ví dụ 01/12/2026 10:00",
    ),
    (
        "extend",
        {"new_due_at": "2026-11-27T16:00", "reason_code": "workload"},
        "extend-new_due_at",
        "Phải sau thời điểm này và sau ngày hẹn đang có",
    ),
    ("assign", {"officer": ""}, "assign-officer", "Chọn một mục trong danh sách"),
]


@pytest.mark.parametrize(("action", "fields", "field", "allowed"), LEADERS_WRONG)
async def test_a_leaders_forms_say_it_too(
    leader: GatewayHarness, action: str, fields: dict[str, str], field: str, allowed: str
) -> None:
    answer, sent = await send(leader, action, fields)
    assert (answer.status_code, sent) == (422, [])
    assert beside(answer.text, field) == allowed


async def test_what_was_typed_is_shown_again_in_its_own_form(officer: GatewayHarness) -> None:
    answer, _ = await send(
        officer, "request-supplement", {**ONE_PAPER, "reason_code": "", "note": "Bản <b>mới</b>"}
    )
    assert "Bản &lt;b&gt;mới&lt;/b&gt;</textarea>" in answer.text
    assert answer.text.count("Bản &lt;b&gt;") == 1
    assert 'value="application" checked' in answer.text
    assert '<option value="certified" selected>' in answer.text


async def test_errors_are_told_in_english_where_the_page_is(officer: GatewayHarness) -> None:
    answer = await officer.client.post(f"{PAGE}/consult?lang=en", data={"step": "draft"})
    assert beside(answer.text, "consult-desk") == "Choose one from the list"


async def test_a_refusal_by_the_rules_stands_beside_the_field_it_is_about(
    officer: GatewayHarness,
) -> None:
    async def react(message: Message[Payload]) -> None:
        said = REJECTIONS["routing"](command="Consult", command_id="x", slug="already-consulted")
        await officer.hear([said_by("routing", said, 90, chain=message.correlationid)])

    officer.runtime.react = react
    answer, _ = await send(officer, "consult", {"desk": "haiminh/tckh", "working_hours": "16"})
    assert answer.status_code == 409
    assert beside(answer.text, "consult-desk") == "Đơn vị này đang được lấy ý kiến về hồ sơ."


async def hears(desk: GatewayHarness, source: str, *events: Event, at: int) -> None:
    await desk.hear([said_by(source, event, at + number) for number, event in enumerate(events)])


async def test_a_decision_that_waits_for_an_opinion_says_so_instead_of_a_form(
    officer: GatewayHarness,
) -> None:
    await hears(officer, "routing", ASKED, at=3)
    page = await look(officer)
    assert "Đang chờ ý kiến của Bộ phận một cửa" in page
    assert "draft-decision" not in forms_on(page)
    assert 'value="haihau/motcua"' not in page


async def test_an_opinion_that_did_not_come_in_time_holds_nothing(officer: GatewayHarness) -> None:
    await hears(officer, "routing", ASKED.model_copy(update={"respond_by": T0}), at=3)
    assert "draft-decision" in forms_on(await look(officer))


async def test_after_the_own_counter_asked_the_page_says_why_nobody_may_again(
    desk: GatewayHarness,
) -> None:
    line = RequestedPaper(paper="application")
    said = {"by": "counter", "number": 1, "papers": (line,), "revision": 2, "respond_by": DUE}
    events = [one for one in way(AT_OFFICER) if one.source != "/motcua/intake"]
    asked: list[Event] = [
        SupplementDemanded.model_validate(said),
        SupplementRequested.model_validate({**said, "slip": None}),
    ]
    before = [one.data for one in way(AT_OFFICER) if one.source == "/motcua/intake"]
    order: list[Event] = [*before[:1], *asked, *before[1:]]
    await desk.hear([*(said_by("intake", event, n) for n, event in enumerate(order, 1)), *events])
    page = await look(signed_in(desk, "officer-tckh"))
    assert "mỗi cơ quan chỉ được yêu cầu một lần" in page
    assert "request-supplement" not in forms_on(page)


async def test_the_consulted_department_has_a_form_for_the_answer_and_no_other(
    desk: GatewayHarness,
) -> None:
    await desk.hear(way(AT_OFFICER))
    await hears(
        desk, "routing", ASKED.model_copy(update={"agency": "haiminh", "department": "tckh"}), at=3
    )
    page = await look(signed_in(desk, "officer-haiminh"))
    assert forms_on(page) == ["answer-consultation"]
    assert 'name="consultation" value="1"' in page


async def test_who_has_no_desk_in_a_department_has_no_page(officer: GatewayHarness) -> None:
    signed_in(officer, "clerk-haihau")
    assert (await officer.client.get(PAGE)).status_code == 403
    assert (
        await officer.client.post(f"{PAGE}/complete-step", data={"step": "draft"})
    ).status_code == 403


async def test_an_act_that_there_is_not_is_no_page(officer: GatewayHarness) -> None:
    answer, sent = await send(officer, "burn")
    assert (answer.status_code, sent) == (404, [])
