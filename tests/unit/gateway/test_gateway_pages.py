"""The public's pages: what they say in both languages, that nothing typed becomes markup, and that
the form's way needs no JavaScript.
"""

import re
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from motcua_contracts.messages.catalog import (
    FieldGroup,
    ProcedurePublished,
    ProcedureSuspended,
    Publication,
)
from motcua_gateway.pages.filled_form import data_of
from motcua_gateway.procedures.forms import Form, parts_of
from pypdf import PdfReader

from .dossier_events import AT_OFFICER, CODE, DECIDED, MARKS, PIN, T0, said_by, terms, way
from .harness import GatewayHarness

SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Giấy đề nghị",
    "x-title-en": "Application",
    "additionalProperties": False,
    "required": ["full_name", "activities", "declaration"],
    "properties": {
        "full_name": {
            "type": "string",
            "title": "Họ và tên",
            "x-title-en": "Full name",
            "minLength": 1,
        },
        "capital": {"type": "integer", "title": "Vốn", "minimum": 0, "x-format": "money"},
        "father": {
            "type": "object",
            "title": "Cha",
            "required": ["name"],
            "properties": {"name": {"type": "string", "title": "Tên cha"}},
        },
        "activities": {
            "type": "array",
            "title": "Ngành nghề",
            "minItems": 1,
            "maxItems": 3,
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "title": "Tên ngành"},
                    "main": {"type": "boolean", "title": "Chính"},
                },
            },
        },
        "declaration": {"type": "boolean", "const": True, "title": "Tôi cam đoan"},
    },
}
FORM = "/thu-tuc/2.000009/to-khai"


def publish(
    desk: GatewayHarness, level: int | None = 2, name: str = "Đăng ký khai sinh", **publication: Any
) -> None:
    changed = terms().model_copy(update={"code": "2.000009", "level": level, "name_vi": name})
    event = ProcedurePublished(
        terms=changed,
        publication=Publication.model_validate({"form_schema": SCHEMA, **publication}),
        effective_from=T0,
    )
    desk.gateway.catalogue.apply(said_by("catalog", event, 1, "2.000009"))


class Balanced(HTMLParser):
    """Every element that opens closes, and every label is for an input that there is."""

    VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.targets: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            assert given["id"] not in self.ids
            self.ids.add(str(given["id"]))
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.targets |= {str(given[name])} if given.get(name) else set()
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def well_formed(text: str) -> None:
    page = Balanced(text)
    assert page.open == []
    assert page.targets <= page.ids


async def test_the_search_page_lists_counts_and_filters(desk: GatewayHarness) -> None:
    publish(
        desk, group=FieldGroup(id="ho-tich", name_vi="Hộ tịch", name_en="Civil status"), sample=True
    )
    text = (await desk.client.get("/?q=khai+sinh+dang")).text
    well_formed(text)
    assert '<html lang="vi">' in text
    for line in (
        "Đăng ký khai sinh",
        "Mức độ 2",
        "Thủ tục mẫu",
        "Hộ tịch",
        'href="/thu-tuc/2.000009"',
        "1 thủ tục",
    ):
        assert line in text
    assert "Đăng ký thành lập hộ kinh doanh" not in text


async def test_counts_by_level_stand_on_the_first_page(desk: GatewayHarness) -> None:
    publish(desk)
    text = (await desk.client.get("/")).text
    well_formed(text)
    assert 'data-count="district-2">1<' in text
    assert 'data-count="district-4">1<' in text


async def test_english_stays_in_every_link(desk: GatewayHarness) -> None:
    publish(desk)
    text = (await desk.client.get("/?lang=en")).text
    assert '<html lang="en">' in text
    assert "Find a procedure" in text
    assert 'href="/thu-tuc/2.000009?lang=en"' in text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/thu-tuc/2.000009",
        FORM,
        "/tra-cuu",
        "/track/H40.1",
        "/thong-ke",
        "/huong-dan",
        "/thu-tuc/9.9",
    ],
)
@pytest.mark.parametrize("lang", ["", "?lang=en"])
async def test_every_page_is_well_formed_and_loads_nothing_from_elsewhere(
    desk: GatewayHarness, path: str, lang: str
) -> None:
    publish(desk)
    answer = await desk.client.get(path + lang)
    well_formed(answer.text)
    assert answer.headers["content-security-policy"].startswith(
        "default-src 'none'; style-src 'self'"
    )
    assert "<script" not in answer.text
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text) == []


async def test_a_procedure_s_page_says_what_its_level_allows_and_what_is_unknown(
    desk: GatewayHarness,
) -> None:
    publish(
        desk,
        level=3,
        level_source="configured",
        unknown=("papers",),
        legal_basis=("Luật Hộ tịch 2014",),
        source="https://a.example",
    )
    text = (await desk.client.get("/thu-tuc/2.000009")).text
    for line in (
        "Thủ tục cho nộp hồ sơ trực tuyến",
        "Không nộp phí, lệ phí trực tuyến",
        "do huyện cấu hình",
        "Nguồn không nêu",
        "Luật Hộ tịch 2014",
    ):
        assert line in text


async def test_a_procedure_that_can_take_no_dossier_does_not_say_that_it_may_be_filed_online(
    desk: GatewayHarness,
) -> None:
    publish(desk, level=4, unknown=("days", "fee", "workflow"), sample=True)
    said = {
        one["about"]: one["allowed"]
        for one in (await desk.get("", "/procedures/2.000009")).json()["allows"]
    }
    assert said == {"read": True, "forms": True, "file_online": False}


async def test_a_suspended_procedure_says_so_and_why(desk: GatewayHarness) -> None:
    publish(desk)
    suspended = ProcedureSuspended(version=1, effective_from=T0, reason_code="law-changed")
    desk.gateway.catalogue.apply(said_by("catalog", suspended, 2, "2.000009"))
    text = (await desk.client.get("/thu-tuc/2.000009")).text
    assert "Tạm dừng tiếp nhận hồ sơ mới" in text
    assert "Quy định pháp luật thay đổi" in text
    shown = (await desk.get("", "/procedures/2.000009")).json()
    assert (shown["state"], shown["takes_dossiers"], shown["availability"]["reason"]["code"]) == (
        "suspended",
        False,
        "law-changed",
    )


@pytest.mark.parametrize(
    "path",
    [
        "/?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/track/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/tra-cuu?code=%22%3E%3Cscript%3E",
    ],
)
async def test_what_comes_in_by_an_address_is_no_markup(desk: GatewayHarness, path: str) -> None:
    assert "<script" not in (await desk.client.get(path)).text


async def test_a_name_of_the_catalogue_is_no_markup(desk: GatewayHarness) -> None:
    publish(desk, name="<b>Đậm</b>")
    assert "<b>Đậm" not in (await desk.client.get("/")).text


async def test_what_no_document_composes_in_time_is_refused_at_once(desk: GatewayHarness) -> None:
    publish(desk)
    tower = "a" + "\u0301\u0316" * 60_000
    assert (await desk.client.post(FORM, data={"full_name": tower})).status_code == 400
    assert (await desk.client.post(FORM, data={"full_name": "a" * 300_000})).status_code == 400


async def test_the_form_is_printed_as_it_was_filled_in(desk: GatewayHarness) -> None:
    publish(desk)
    typed = {
        "full_name": "Trần Thị Mẫu Nguyệt",
        "capital": "100.000.000",
        "activities.0.name": "Bán gạo",
        "activities.0.main": "true",
        "declaration": "true",
    }
    answer = await desk.client.post(FORM, data=typed)
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert answer.headers["content-type"] == "application/pdf"
    for line in ("Trần Thị Mẫu Nguyệt", "100.000.000", "Bán gạo"):
        assert line in text


async def test_wrong_fields_are_told_at_their_places_and_nothing_typed_is_lost(
    desk: GatewayHarness,
) -> None:
    publish(desk)
    answer = await desk.client.post(
        FORM, data={"capital": "nhiều", "activities.0.name": "<b>Bán gạo</b>"}
    )
    well_formed(answer.text)
    assert answer.status_code == 422
    for line in (
        'id="e-full_name"',
        'id="e-capital"',
        'id="e-declaration"',
        'value="nhiều"',
        "&lt;b&gt;Bán gạo",
        'href="#f-full_name"',
    ):
        assert line in answer.text
    assert 'id="e-activities.0.name"' not in answer.text


async def test_a_row_more_is_asked_for_by_a_button_up_to_the_most(desk: GatewayHarness) -> None:
    publish(desk)
    text = (await desk.client.get(FORM)).text
    assert 'name="activities.0.name"' in text
    assert 'name="activities.1.name"' not in text
    more = await desk.client.post(
        FORM, data={"activities.0.name": "a", "activities.1.name": "b", "_add": "activities"}
    )
    assert (
        more.status_code,
        'name="activities.2.name"' in more.text,
        'name="_add"' in more.text,
    ) == (200, True, False)


@pytest.mark.parametrize("level", [1, None])
async def test_below_level_2_the_form_s_page_says_why_there_is_none(
    desk: GatewayHarness, level: int | None
) -> None:
    publish(desk, level=level)
    answer = await desk.client.get(FORM)
    assert (answer.status_code, "cần mức độ 2" in answer.text) == (409, True)
    assert FORM not in (await desk.client.get("/thu-tuc/2.000009")).text


def test_what_is_left_empty_is_left_out() -> None:
    parts = parts_of(Form("f", "F", "", True, SCHEMA))
    assert data_of(parts, {"full_name": "  ", "father.name": "", "activities.4.name": "x"}) == {
        "activities": [{"name": "x"}],
        "declaration": False,
    }


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1.000", 1000), ("1 000 000", 1_000_000), ("12", 12), ("1.5", "1.5"), ("x", "x")],
)
def test_numbers_are_read_as_they_are_written_in_vietnam(typed: str, meant: Any) -> None:
    assert (
        data_of(parts_of(Form("f", "F", "", True, SCHEMA)), {"capital": typed})["capital"] == meant
    )


@pytest.mark.parametrize("path", ["/tra-cuu", f"/track/{CODE}"])
async def test_code_and_pin_open_tracking_with_nothing_personal(
    desk: GatewayHarness, path: str
) -> None:
    await desk.hear(way(AT_OFFICER))
    await desk.keep_papers()
    answer = await desk.client.post(
        path, data={"code": CODE.lower(), "pin": f" {PIN[:3]} {PIN[3:]}"}
    )
    well_formed(answer.text)
    for line in (CODE, "Đang xử lý", "Phòng Tài chính – Kế hoạch", "Hồ sơ đã được đăng ký"):
        assert line in answer.text
    assert [mark for mark in MARKS if mark in answer.text] == []


@pytest.mark.parametrize(("upto", "somebody"), [(AT_OFFICER, True), (DECIDED, True), (None, False)])
async def test_a_dossier_that_ended_is_with_nobody(
    desk: GatewayHarness, upto: dict[str, int] | None, somebody: bool
) -> None:
    await desk.hear(way(upto))
    await desk.keep_papers()
    for lang, words in (
        ("vi", ("<dt>Đang ở</dt>", "<dt>Bước</dt>")),
        ("en", ("<dt>Currently with</dt>", "<dt>Step</dt>")),
    ):
        answer = await desk.client.post(f"/tra-cuu?lang={lang}", data={"code": CODE, "pin": PIN})
        assert answer.status_code == 200
        assert [word in answer.text for word in words] == [somebody, somebody]


@pytest.mark.parametrize(
    ("path", "code"), [("/tra-cuu", CODE), (f"/track/{CODE}", ""), ("/tra-cuu", "H40.99-1")]
)
async def test_a_wrong_pin_and_an_unknown_code_are_told_alike(
    desk: GatewayHarness, path: str, code: str
) -> None:
    await desk.hear(way(AT_OFFICER))
    await desk.keep_papers()
    answer = await desk.client.post(path, data={"code": code, "pin": "000000"})
    assert (answer.status_code, "Mã hồ sơ hoặc mã tra cứu không đúng" in answer.text) == (404, True)


async def test_a_browser_is_told_by_a_page_that_there_is_nothing_and_a_program_by_a_problem(
    desk: GatewayHarness,
) -> None:
    page = await desk.client.get("/khong-co", headers={"accept": "text/html,*/*"})
    well_formed(page.text)
    assert (page.status_code, "Không có địa chỉ này" in page.text) == (404, True)
    for path, accept in (("/khong-co", "application/json"), ("/api/v1/khong-co", "text/html")):
        answer = await desk.client.get(path, headers={"accept": accept})
        assert answer.json()["type"] == "urn:motcua:problem:not-found"
