"""Forms and guides as PDFs: their content, who may have them, and every wrong field by its name."""

from io import BytesIO
from typing import Any

import httpx
import pytest
from motcua_contracts.messages.catalog import (
    FormSection,
    FormSheet,
    ProcedurePublished,
    Publication,
)
from motcua_gateway.procedures.forms import Field, Form, parts_of
from pypdf import PdfReader

from .dossier_events import T0, said_by, terms
from .harness import GatewayHarness

SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Giấy đề nghị",
    "x-title-en": "Application",
    "additionalProperties": False,
    "required": ["owner", "started", "sex", "declaration"],
    "properties": {
        "owner": {
            "type": "object",
            "title": "Chủ hộ",
            "required": ["full_name"],
            "properties": {
                "full_name": {"type": "string", "title": "Họ và tên", "minLength": 1},
                "phone": {"type": "string", "title": "Điện thoại", "pattern": "^[0-9]{10}$"},
            },
        },
        "started": {"type": "string", "format": "date", "title": "Ngày bắt đầu"},
        "capital": {"type": "integer", "title": "Vốn", "minimum": 0, "x-format": "money"},
        "sex": {
            "title": "Giới tính",
            "oneOf": [{"const": "f", "title": "Nữ"}, {"const": "m", "title": "Nam"}],
        },
        "trades": {
            "type": "array",
            "title": "Ngành",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string", "title": "Tên ngành"}},
            },
        },
        "declaration": {"type": "boolean", "const": True, "title": "Tôi cam đoan là đúng"},
    },
}
FILLED = {
    "owner": {"full_name": "Trần Thị Mẫu Thúy Nguyệt"},
    "started": "2026-12-15",
    "capital": 100_000_000,
    "sex": "f",
    "trades": [{"name": "Bán lẻ gạo nếp"}],
    "declaration": True,
}
FORM = "/procedures/2.000009/forms/giay-de-nghi.pdf"


def publish(desk: GatewayHarness, level: int = 2, **more: Any) -> None:
    changed = terms().model_copy(update={"code": "2.000009", "level": level})
    sheets = (
        FormSheet(id="giay-de-nghi", name_vi="Giấy đề nghị", declarative=True),
        FormSheet(id="phu-luc", name_vi="Phụ lục kèm theo"),
    )
    publication = Publication(form_schema=SCHEMA, sheets=sheets, **more)
    desk.gateway.catalogue.apply(
        said_by(
            "catalog",
            ProcedurePublished(terms=changed, publication=publication, effective_from=T0),
            1,
            "2.000009",
        )
    )


async def fill(desk: GatewayHarness, body: dict[str, Any]) -> httpx.Response:
    return await desk.client.post(f"/api/v1{FORM}", json=body)


def said(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


async def test_the_empty_form_has_every_field_the_papers_and_room_to_sign(
    desk: GatewayHarness,
) -> None:
    publish(desk)
    answer = await desk.get("", FORM)
    text = said(answer.content)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    for line in (
        "GIẤY ĐỀ NGHỊ",
        "Họ và tên:",
        "Ngày bắt đầu:",
        "□ Nữ",
        "Tên ngành",
        "Tôi cam đoan là đúng",
        "NGƯỜI KHAI",
        "Thành phần hồ sơ",
    ):
        assert line in text


async def test_the_filled_form_says_what_was_filled_in(desk: GatewayHarness) -> None:
    publish(desk)
    text = said((await fill(desk, {"form": FILLED, "dossier_code": "H40.12-261124-0001"})).content)
    for line in (
        "Trần Thị Mẫu Thúy Nguyệt",
        "15/12/2026",
        "100.000.000",
        "■ Nữ",
        "□ Nam",
        "Bán lẻ gạo nếp",
        "H40.12-261124-0001",
    ):
        assert line in text


async def test_the_same_form_is_the_same_bytes(desk: GatewayHarness) -> None:
    publish(desk)
    first, second = [(await fill(desk, {"form": FILLED})).content for _ in range(2)]
    assert first == second


async def test_each_wrong_field_is_named_with_what_is_allowed(desk: GatewayHarness) -> None:
    publish(desk)
    wrong = {
        "owner": {"phone": "bí mật"},
        "started": "hôm nay",
        "capital": -1,
        "sex": "x",
        "secret": 1,
        "declaration": False,
    }
    answer = await fill(desk, {"form": wrong})
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "urn:motcua:problem:form-invalid")
    assert {one["field"] for one in problem["errors"]} == {
        "form.owner.full_name",
        "form.owner.phone",
        "form.started",
        "form.capital",
        "form.sex",
        "form.declaration",
        "form.…",
    }
    assert all(one["allowed"] and one["allowed_vi"] for one in problem["errors"])
    assert "bí mật" not in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("method", ["get", "post"])
async def test_below_level_2_there_is_no_form(desk: GatewayHarness, method: str) -> None:
    publish(desk, level=1)
    answer = await (desk.get("", FORM) if method == "get" else fill(desk, {"form": FILLED}))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:motcua:problem:level-too-low")


async def test_an_unknown_form_is_refused_with_those_that_there_are(desk: GatewayHarness) -> None:
    publish(desk)
    problem = (await desk.get("", "/procedures/2.000009/forms/x.pdf")).json()
    assert (problem["type"], problem["params"]) == (
        "urn:motcua:problem:form-unknown",
        {"allowed": "giay-de-nghi, phu-luc"},
    )


async def test_a_form_of_which_only_the_name_is_known_says_so(desk: GatewayHarness) -> None:
    publish(desk)
    text = said((await desk.get("", "/procedures/2.000009/forms/phu-luc.pdf")).content)
    assert "PHỤ LỤC KÈM THEO" in text
    assert "Nguồn không nêu các mục của mẫu này" in text


async def test_a_sample_is_marked_on_its_form(desk: GatewayHarness) -> None:
    publish(desk, sample=True)
    assert "Thủ tục mẫu" in said((await desk.get("", FORM)).content)


async def test_the_guide_says_what_the_level_allows_and_the_written_guide(
    desk: GatewayHarness,
) -> None:
    publish(desk, guide_vi="# Cách ghi\n\nGhi *rõ*\nhọ tên.\n\n- Một việc\n- Hai việc\n")
    text = said((await desk.get("", "/procedures/2.000009/guide.pdf")).content)
    for line in (
        "Cách ghi",
        "họ tên.",
        "• Hai việc",
        "Tải, điền và in được mẫu đơn",
        "Không nộp hồ sơ trực tuyến",
    ):
        assert line in text
    english = said((await desk.get("", "/procedures/2.000009/guide.pdf?lang=en")).content)
    assert "It cannot be filed online" in english


@pytest.mark.parametrize(
    ("query", "line"), [("", "Hướng dẫn sử dụng"), ("?lang=en", "Guide to the one-stop portal")]
)
async def test_the_portal_s_guide(desk: GatewayHarness, query: str, line: str) -> None:
    assert line in said((await desk.get("", f"/guide{query}")).content)


def test_a_layout_orders_the_fields_and_what_it_leaves_out_follows() -> None:
    layout = (
        FormSection(title_vi="Phần I", fields=("sex", "owner.phone"), columns=2),
        FormSection(fields=("started",)),
    )
    parts = parts_of(Form("f", "F", "", True, SCHEMA, layout))
    assert [(part.vi, [item.path for item in part.items]) for part in parts] == [
        ("Phần I", ["sex", "owner.phone"]),
        ("", ["started"]),
        ("Chủ hộ", ["owner.full_name"]),
        ("", ["capital", "trades", "declaration"]),
    ]


def test_an_object_in_a_section_is_a_part_of_its_own() -> None:
    parts = parts_of(
        Form(
            "f",
            "F",
            "",
            True,
            SCHEMA,
            (FormSection(title_vi="Phần I", fields=("sex", "owner", "started")),),
        )
    )
    assert [(part.vi, [item.path for item in part.items]) for part in parts][:3] == [
        ("Phần I", ["sex"]),
        ("Phần I – Chủ hộ", ["owner.full_name", "owner.phone"]),
        ("Phần I", ["started"]),
    ]


def test_a_field_of_an_object_that_may_be_left_out_is_not_required() -> None:
    schema = {
        "properties": {
            "father": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}},
            }
        }
    }
    fields = [item for part in parts_of(Form("f", "F", "", True, schema)) for item in part.items]
    assert [field.required for field in fields if isinstance(field, Field)] == [False]
