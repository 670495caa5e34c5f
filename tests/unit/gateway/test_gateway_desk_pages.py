"""The counter's pages: who gets in, what a dossier's page offers, and how a filled form becomes a
command or a reason on the page.
"""

import re
from datetime import date
from html import unescape

import httpx
import pytest
from motcua_contracts import Command, Event, Message, Payload
from motcua_contracts.messages.intake import (
    DossierNotAccepted,
    FeeCleared,
    ForgetDossier,
    RefuseDossier,
    RequestPapers,
)
from motcua_contracts.rules.form_rules import BLANK, EMAIL_ALLOWED, NAME_ALLOWED, PHONE_ALLOWED
from motcua_contracts.values.identity_numbers import ALLOWED
from motcua_contracts.wire.payload import REJECTIONS
from motcua_gateway.acts.choices import Choices
from motcua_gateway.acts.counter import COUNTER
from motcua_gateway.acts.dossier_fields import A_DATE, A_NUMBER
from motcua_gateway.acts.submission import WrongFieldsError
from starlette.datastructures import FormData

from .dossier_events import CODE, DOSSIER, MARKS, REGISTERED_ONLY, registered, said_by, way
from .harness import GatewayHarness

CLEARED = {"intake": 3, "payment": 5}


def command_of(action: str, fields: dict[str, str], names: dict[str, str]) -> Command:
    """The command of a form that a clerk of haihau filled in."""
    typed, choices = FormData(list(fields.items())), Choices(names=names)
    return COUNTER.on_page[action].read(typed, choices, {"agency": "haihau"})


async def sign_in(desk: GatewayHarness, persona: str) -> None:
    answer = await desk.client.post("/quay/dang-nhap", data={"persona": persona})
    assert (answer.status_code, answer.headers["location"]) == (303, "/quay")
    said = answer.headers["set-cookie"]
    assert "HttpOnly" in said
    assert "Path=/quay" in said
    assert "SameSite=strict" in said


@pytest.fixture
async def at_the_counter(desk: GatewayHarness) -> GatewayHarness:
    await desk.hear(way(CLEARED))
    await desk.keep_papers()
    await sign_in(desk, "clerk-haihau")
    return desk


ERASURE = {
    "reason_code": "ordered",
    "asked_by": "authority",
    "request_number": "125/DDN",
    "request_date": "2026-11-24",
}


def hidden(page: httpx.Response) -> dict[str, str]:
    """The fields that the page which asks once more sends again."""
    return {
        name: unescape(value)
        for name, value in re.findall(
            r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text
        )
    }


def acts_on(page: httpx.Response) -> list[str]:
    return re.findall(rf'action="/quay/ho-so/{DOSSIER}/([a-z-]+)"', page.text)


async def test_nobody_gets_in_without_signing_in_and_no_citizen_at_all(
    desk: GatewayHarness,
) -> None:
    assert (await desk.client.get("/quay")).status_code == 401
    await sign_in(desk, "citizen-an")
    assert (await desk.client.get("/quay")).status_code == 403


async def test_the_queue_lists_the_own_agencys_dossiers_by_filter(
    at_the_counter: GatewayHarness,
) -> None:
    everything, none = (
        await at_the_counter.client.get("/quay"),
        await at_the_counter.client.get("/quay?status=returned"),
    )
    assert f'href="/quay/ho-so/{DOSSIER}"' in everything.text
    assert CODE not in none.text
    assert CODE in (await at_the_counter.client.get(f"/quay?q={CODE[:12]}")).text


async def test_a_dossiers_page_shows_the_applicant_and_a_form_for_each_legal_act(
    at_the_counter: GatewayHarness,
) -> None:
    page = await at_the_counter.client.get(f"/quay/ho-so/{DOSSIER}")
    assert MARKS[0] in page.text
    assert acts_on(page) == ["accept", "correction", "request-supplement", "refuse", "withdrawal"]
    assert "Không thuộc thẩm quyền giải quyết" in page.text
    assert "script" not in page.text
    assert [type(m.data).__name__ for _, m in at_the_counter.runtime.appended] == [
        "RecordPaperRead"
    ]


async def test_another_agencys_dossier_is_not_shown(desk: GatewayHarness) -> None:
    await desk.hear(way(REGISTERED_ONLY))
    await sign_in(desk, "clerk-haiminh")
    page = await desk.client.get(f"/quay/ho-so/{DOSSIER}")
    assert page.status_code == 403
    assert CODE not in page.text


async def test_a_filled_form_is_the_command_and_the_page_says_that_it_is_done(
    at_the_counter: GatewayHarness,
) -> None:
    await answer_with(
        at_the_counter,
        DossierNotAccepted(reason_code="other", revision=2, slip=None, refundable=False),
    )
    fields = {"key": "one-form-one-key", "reason_code": "other", "note": "Hồ sơ <b>trùng</b>"}
    asked = await at_the_counter.client.post(f"/quay/ho-so/{DOSSIER}/refuse", data=fields)
    for word in (
        MARKS[0],
        CODE,
        "Lý do khác",
        "Hồ sơ &lt;b&gt;trùng&lt;/b&gt;",
        "phiếu từ chối đã ký số",
        "Chưa thực hiện",
    ):
        assert word in asked.text
    for _ in range(2):  # pressed twice
        answer = await at_the_counter.client.post(
            f"/quay/ho-so/{DOSSIER}/refuse", data=hidden(asked)
        )
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"/quay/ho-so/{DOSSIER}?done=refuse",
        )
    sent = [m.data for _, m in at_the_counter.runtime.appended if isinstance(m.data, RefuseDossier)]
    assert sent == [RefuseDossier(agency="haihau", reason_code="other", note="Hồ sơ <b>trùng</b>")]
    page = await at_the_counter.client.get(answer.headers["location"])
    assert "Đã thực hiện: Từ chối tiếp nhận" in page.text


async def test_a_refusal_by_the_rules_stands_on_the_page_with_what_is_legal_now(
    at_the_counter: GatewayHarness,
) -> None:
    said = REJECTIONS["intake"](command="RequestPapers", command_id="x", slug="supplement-used")
    await answer_with(at_the_counter, said)
    fields = {
        "key": "one-form-one-key",
        "paper": "application",
        "reason_code": "paper-missing",
        "note": "",
    }
    asked = await at_the_counter.client.post(
        f"/quay/ho-so/{DOSSIER}/request-supplement", data=fields
    )
    page = await at_the_counter.client.post(
        f"/quay/ho-so/{DOSSIER}/request-supplement", data=hidden(asked)
    )
    assert page.status_code == 409
    assert 'value="application" checked' in page.text
    assert "mỗi cơ quan chỉ được yêu cầu một lần" in page.text
    assert "accept" in acts_on(page)
    (sent,) = [
        m.data for _, m in at_the_counter.runtime.appended if isinstance(m.data, RequestPapers)
    ]
    assert [line.paper for line in sent.papers] == ["application"]


async def test_a_form_without_what_it_needs_is_refused_before_it_is_sent(
    at_the_counter: GatewayHarness,
) -> None:
    page = await at_the_counter.client.post(
        f"/quay/ho-so/{DOSSIER}/request-supplement",
        data={"reason_code": "paper-missing", "note": "chụp lại"},
    )
    assert page.status_code == 422
    assert ">chụp lại</textarea>" in page.text
    assert '<option value="paper-missing" selected>' in page.text
    assert re.findall(r'<a href="#request-supplement-paper">([^<]+)</a>: ([^<]+)<', page.text) == [
        ("Giấy tờ", "Chọn ít nhất một giấy tờ")
    ]
    assert not [m for _, m in at_the_counter.runtime.appended if isinstance(m.data, RequestPapers)]


async def test_nothing_final_is_open_first_chosen_or_done_by_one_click(
    at_the_counter: GatewayHarness,
) -> None:
    page = (await at_the_counter.client.get(f"/quay/ho-so/{DOSSIER}")).text
    assert re.findall(r'<details id="([a-z-]+)" open>', page) == ["accept"]
    assert (
        re.findall(r"<option [^>]*selected|<input type=\"(?:radio|checkbox)\"[^>]*checked", page)
        == []
    )
    forms: dict[str, dict[str, str]] = {
        "withdrawal": {},
        "refuse": {"reason_code": "not-competent"},
        "request-supplement": {"paper": "application", "reason_code": "paper-missing"},
        "hand-over": {"identity_checked": "on"},
        "post-outcome": {"delivered": "yes"},
        "forget": ERASURE,
    }
    assert forms.keys() == {name for name, act in COUNTER.on_page.items() if act.is_final}
    for action, fields in forms.items():
        asked = await at_the_counter.client.post(
            f"/quay/ho-so/{DOSSIER}/{action}", data={**fields, "key": "a-key-of-a-form"}
        )
        assert (asked.status_code, 'id="confirm"' in asked.text, MARKS[0] in asked.text) == (
            200,
            True,
            True,
        ), action
        forged = await at_the_counter.client.post(
            f"/quay/ho-so/{DOSSIER}/{action}", data={**hidden(asked), "confirmation": "1"}
        )
        assert 'id="confirm"' in forged.text
    assert {type(m.data).__name__ for _, m in at_the_counter.runtime.appended} == {
        "RecordPaperRead"
    }


WRONG: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("refuse", {}, {"reason_code": "Chọn một mục trong danh sách"}),
    ("refuse", {"reason_code": "other"}, {"note": "Đã chọn “Lý do khác” thì ghi rõ lý do"}),
    ("withdrawal", {"note": "x" * 2001}, {"note": "Tối đa 2000 ký tự"}),
    (
        "hand-over",
        {"recipient": "Trần Văn Mẫu"},
        {
            "identity_checked": "Phải kiểm tra giấy tờ tùy thân và giấy hẹn",
            "written_authority": "Người nhận thay phải có văn bản ủy quyền",
        },
    ),
    ("post-result", {}, {"item_number": "Phải điền mục này"}),
    (
        "correction",
        {"phone": "0912345678"},
        {"reason_code": "Chọn một mục trong danh sách", "shown_by": "Phải điền mục này"},
    ),
    (
        "correction",
        {"id_kind": "x", "confirmed": "y", "reason_code": "other", "shown_by": "CCCD"},
        {"id_kind": "Chọn một mục trong danh sách", "confirmed": "Chọn một mục trong danh sách"},
    ),
    (
        "correction",
        {"id_number": "12345", "email": "binh@mail,com"},
        {
            "id_number": ALLOWED[""].vi,
            "email": EMAIL_ALLOWED.vi,
            "reason_code": "Chọn một mục trong danh sách",
            "shown_by": "Phải điền mục này",
        },
    ),
    (
        "correction",
        {"full_name": "   ", "reason_code": "other", "shown_by": "CCCD"},
        {"full_name": BLANK.vi},
    ),
    (
        "correction",
        {"full_name": "123", "phone": "12", "reason_code": "other", "shown_by": "CCCD"},
        {"full_name": NAME_ALLOWED.vi, "phone": PHONE_ALLOWED.vi},
    ),
    ("post-result", {"item_number": "x" * 41}, {"item_number": "Một dòng, tối đa 40 ký tự"}),
    (
        "refuse",
        {"reason_code": "other", "note": "Thiếu \U0001f4c4"},
        {"note": "chữ mà giấy tờ in được, không phải U+1F4C4 PAGE FACING UP"},
    ),
    (
        "hand-over",
        {"identity_checked": "on", "written_authority": "on", "recipient": "王"},
        {"recipient": "chữ mà giấy tờ in được, không phải U+738B CJK UNIFIED IDEOGRAPH-738B"},
    ),
    ("post-outcome", {}, {"delivered": "Chọn một mục trong danh sách"}),
    ("post-outcome", {"delivered": "no"}, {"reason_code": "Chọn một mục trong danh sách"}),
    ("supplement", {"paper": "nothing"}, {"paper": "Chọn một mục trong danh sách"}),
    (
        "forget",
        {"reason_code": "ordered", "request_number": "Nguyễn Văn A", "request_date": "hôm nay"},
        {
            "asked_by": "Chọn một mục trong danh sách",
            "request_date": A_DATE.vi,
            "request_number": A_NUMBER.vi,
        },
    ),
]


@pytest.mark.parametrize(("action", "fields", "wrong"), WRONG)
def test_what_does_not_hold_is_named_by_its_field(
    action: str, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    with pytest.raises(WrongFieldsError) as found:
        command_of(action, fields, {"application": "Giấy đề nghị"})
    assert {name: label.vi for name, label in found.value.wrong.items()} == wrong
    assert set(wrong) <= COUNTER.on_page[action].names.keys()


CORRECTION = {
    "full_name": "Đinh Hơ̆m",
    "phone": "024 3825 1234",
    "id_kind": "passport",
    "taken_away": "email",
    "confirmed": "phone",
    "reason_code": "civil-status",
    "shown_by": "Trích lục số 12/2026",
}


async def test_a_correction_is_asked_once_more_and_says_what_follows(
    at_the_counter: GatewayHarness,
) -> None:
    asked = await at_the_counter.client.post(
        f"/quay/ho-so/{DOSSIER}/correction", data={**CORRECTION, "key": "a-key-of-a-form"}
    )
    assert 'id="confirm"' in asked.text
    said = unescape(asked.text)
    for words in (
        MARKS[0],
        "Đinh Hơ̆m",
        "024 3825 1234",
        "Hộ chiếu",
        "<dd>Thư điện tử</dd>",
        "<dd>Số điện thoại</dd>",
        "giấy tờ đã cấp không thay đổi",
    ):
        assert words in said, words
    assert "không hoàn tác được" not in said
    assert {type(m.data).__name__ for _, m in at_the_counter.runtime.appended} == {
        "RecordPaperRead"
    }


async def test_where_a_phone_is_typed_or_shown_a_landline_is_said_to_get_no_sms(
    at_the_counter: GatewayHarness,
) -> None:
    typed = await at_the_counter.client.get(f"/quay/ho-so/{DOSSIER}")
    assert "số cố định không nhận được tin nhắn SMS" in typed.text
    assert (
        "a landline takes no SMS"
        in (await at_the_counter.client.get(f"/quay/ho-so/{DOSSIER}?lang=en")).text
    )
    assert "số cố định, không nhận được tin nhắn SMS" not in typed.text


def test_an_erasure_takes_the_date_as_browsers_send_it_and_as_people_write_it() -> None:
    for day in ("2026-11-24", "24/11/2026"):
        command = command_of("forget", {**ERASURE, "request_date": day}, {})
        assert isinstance(command, ForgetDossier)
        assert command.request_date == date(2026, 11, 24)


async def test_a_refusal_by_the_rules_stands_beside_its_field_with_its_own_words(
    at_the_counter: GatewayHarness,
) -> None:
    await answer_with(
        at_the_counter,
        REJECTIONS["intake"](
            command="x", command_id="x", slug="note-required", params={"about": "reason"}
        ),
    )
    path = f"/quay/ho-so/{DOSSIER}/refuse"
    asked = await at_the_counter.client.post(
        path, data={"reason_code": "not-competent", "key": "one-form-one-key"}
    )
    page = await at_the_counter.client.post(path, data=hidden(asked))
    assert page.status_code == 422
    assert re.findall(r'id="refuse-note-wrong">([^<]+)<', page.text) == [
        "Cần ghi rõ lý do bằng lời, vì đã chọn “Lý do khác”."
    ]


async def test_an_erasure_before_the_term_is_no_form_and_says_until_when(
    desk: GatewayHarness,
) -> None:
    said = (
        registered(),
        FeeCleared(reason="free"),
        DossierNotAccepted(reason_code="other", revision=1, slip=None, refundable=False),
    )
    await desk.hear([said_by("intake", event, n) for n, event in enumerate(said, 1)])
    await sign_in(desk, "clerk-haihau")
    page = await desk.client.get(f"/quay/ho-so/{DOSSIER}")
    assert "giấy tờ phải lưu trữ đến hết ngày 24/11/2027" in page.text
    assert acts_on(page) == []


async def answer_with(desk: GatewayHarness, event: Event) -> None:
    async def react(message: Message[Payload]) -> None:
        if type(message.data).owner == "intake":
            await desk.hear(
                [said_by("intake", event, 90, message.subject, chain=message.correlationid)]
            )

    desk.runtime.react = react
