"""What people read holds no regular expression, no slug of a role or reason, no field's name of a
program, and no compiler's note.
"""

import re
from typing import Any

import pytest
from motcua_contracts import Refusal
from motcua_contracts.messages.intake import Applicant
from motcua_contracts.rules.reasons import EVERY
from motcua_contracts.rules.refusals import (
    DateInFuture,
    NotPrintable,
    PaperMissing,
    ReasonUnknown,
    RoleRequired,
    WrongStatus,
)
from motcua_contracts.rules.spoken import FIELDS, ROLES
from motcua_contracts.rules.status import LABELS
from motcua_gateway.acts.groups import GROUPS
from motcua_gateway.http.refusals import RoleNeeded
from motcua_gateway.pages.filled_form import at_inputs
from motcua_gateway.pages.invalid import in_words
from motcua_gateway.pages.site import _templates, raised
from motcua_gateway.pages.sources import remark, sites
from motcua_gateway.procedures.form_validation import NO_HINT, FormChecks
from motcua_gateway.procedures.forms import GENERAL, Form, parts_of
from motcua_gateway.read_model.stored import Entry
from motcua_gateway.views.dossier import _line

from .dossier_events import T0
from .harness import GatewayHarness


def test_a_sentence_keeps_the_capitals_of_its_names() -> None:
    assert (
        raised("4 chữ số theo Hệ thống ngành kinh tế Việt Nam")
        == "4 chữ số theo Hệ thống ngành kinh tế Việt Nam"
    )
    assert raised("đúng tên UBND xã") == "Đúng tên UBND xã"


def test_a_message_s_channel_is_told_in_words() -> None:
    shown = [
        _line(Entry(T0, 3, 1, "MessageSent", "system:notify", {"channel": channel}))["text_vi"]
        for channel in ("email", "sms")
    ]
    assert shown == ["Đã gửi thông báo qua thư điện tử", "Đã gửi thông báo qua tin nhắn SMS"]


def test_a_group_that_is_missing_is_told_where_somebody_can_type() -> None:
    owner = {
        "type": "object",
        "title": "Chủ hộ",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "title": "Họ và tên"},
            "alias": {"type": "string", "title": "Tên khác"},
        },
    }
    schema = {
        "type": "object",
        "required": ["owner", "shop"],
        "properties": {"owner": owner, "shop": {"type": "string", "title": "Tên"}},
    }
    form = Form("f", "Đơn", "Form", True, schema)
    wrong = FormChecks().wrong("p", 1, form, {}, T0)
    assert [(one.field, one.label) for one in at_inputs(parts_of(form), wrong)] == [
        ("owner.name", "Họ và tên"),
        ("shop", "Tên"),
    ]


REGEX = re.compile(r"\^|\$(?!\w)|\\[dwsb]|\[[^\]]*-[^\]]*\]|\{\d")
FOR_PROGRAMS = {
    "parameter-unknown": "names an API's own parameters",
    "idempotency-key-required": "names an API's header",
    "cursor-invalid": "names an API's parameter",
    "unavailable": "names an API's header",
    "persona-unknown": "development alone",
}
"""Refusals that only somebody who writes a program can meet."""
WORDS = {
    "other",
    "citizen",
    "clerk",
    "cashier",
    "officer",
    "leader",
    "operator",
    "auditor",
    "refused",
    "registered",
    "accepted",
    "processing",
    "completed",
    "returned",
    "withdrawn",
    "stopped",
    "duplicate",
    "workload",
    "unlawful",
    "ordered",
    "replaced",
}
SLUG = re.compile(
    r"\b(?:" + "|".join(sorted({*EVERY, *ROLES, *LABELS} - WORDS, key=len, reverse=True)) + r")\b"
)
"""A slug that is no word of either language."""
ROLE_WORD_VI = re.compile(r"\b(?:clerk|cashier|officer|leader|auditor|operator|editor)\b")
EXAMPLES: dict[str, Any] = {
    "role": "clerk",
    "roles": "clerk, catalog-editor",
    "allowed": "not-competent, paper-missing",
    "field": "applicant.full_name",
    "status": "not_accepted",
    "paper": "application",
    "names": "Giấy đề nghị",
    "fields": "owner.full_name",
    "step": "draft-1",
    "department": "tckh",
    "limit": "file.person",
    "does": "draft",
    "delivery": "post",
}


NUMBERS: dict[str, Any] = {
    "already-extended": {"allowed": 1},
    "too-many-requests": {"allowed": "20 per 1 minute"},
}


def people_read() -> list[Refusal]:
    made = []
    for slug, kind in sorted(Refusal.by_slug.items()):
        if slug not in FOR_PROGRAMS:
            one = kind.__new__(kind)
            Refusal.__init__(one, **EXAMPLES | NUMBERS.get(slug, {}))
            made.append(one)
    return made


@pytest.mark.parametrize("refusal", people_read(), ids=lambda one: one.slug)
def test_no_refusal_shows_a_person_what_only_programs_read(refusal: Refusal) -> None:
    for text in (refusal.title_vi, refusal.title_en):
        assert not REGEX.search(text), text
        assert not SLUG.search(text), text
        assert not re.search(
            r"\b\w+_\w+\b|\b[a-z]+\.[a-z_]+\b", text.replace("motcua.example", "")
        ), text
    assert not ROLE_WORD_VI.search(refusal.title_vi), refusal.title_vi


def test_codes_are_said_in_words() -> None:
    assert (
        RoleRequired(role="clerk").title_vi
        == "Việc này cần vai trò cán bộ một cửa tại cơ quan của hồ sơ."
    )
    assert (
        RoleNeeded(roles="cashier, leader").title_vi == "Việc này cần vai trò: thu ngân, lãnh đạo."
    )
    assert "Thiếu giấy tờ" in ReasonUnknown(allowed="paper-missing, other").title_vi
    assert (
        DateInFuture(field="postmark").title_vi
        == "Ngày ở mục ngày dấu bưu điện không được ở tương lai."
    )
    assert "họ và tên" in NotPrintable(field="applicant.full_name", letter="⿰").title_vi
    assert WrongStatus(status="not_accepted", allowed="returned").title_en.startswith(
        f"The dossier is {LABELS['not_accepted'].en.lower()}"
    )
    assert (
        PaperMissing(paper="application", names="Giấy đề nghị").title_vi
        == "Thiếu thành phần hồ sơ bắt buộc: Giấy đề nghị."
    )
    assert PaperMissing(paper="application").params == {"paper": "application"}, (
        "an event of an older release"
    )


def test_a_pattern_speaks_by_its_own_words_and_never_by_itself() -> None:
    field = {"type": "string", "pattern": "^[0-9]{9}([0-9]{3})?$"}
    spoken = field | {"x-hint-vi": "9 hoặc 12 chữ số", "x-hint-en": "9 or 12 digits"}
    schema = {
        "type": "object",
        "properties": {"old": field, "new": spoken, "rows": {"type": "array", "items": spoken}},
    }
    wrong = FormChecks().wrong(
        "p", 1, Form("f", "f", "f", True, schema), {"old": "x", "new": "x", "rows": ["x"]}, T0
    )
    assert [(one.field, one.allowed.vi, one.allowed.en) for one in wrong] == [
        ("old", NO_HINT.vi, NO_HINT.en),
        ("new", "9 hoặc 12 chữ số", "9 or 12 digits"),
        ("rows.0", "9 hoặc 12 chữ số", "9 or 12 digits"),
    ]


def test_the_general_form_has_no_pattern_without_words() -> None:
    assert [
        name
        for name, part in GENERAL["properties"].items()
        if "pattern" in part and "x-hint-vi" not in part
    ] == []


def test_what_is_wrong_is_said_in_the_pages_language() -> None:
    said = in_words(
        {"errors": [{"field": "query.q", "allowed": "String should have at most 100 characters"}]}
    )["errors"]
    assert (said[0]["name"].vi, said[0]["said"].vi) == (
        "từ cần tìm",
        "nội dung quá dài hoặc không đúng dạng",
    )
    kept = in_words(
        {
            "errors": [
                {"field": "form.x", "label": "Mã số", "allowed": "digits", "allowed_vi": "chữ số"}
            ]
        }
    )["errors"]
    assert (kept[0]["name"].vi, kept[0]["said"]) == ("Mã số", ("chữ số", "digits"))


async def test_a_pages_errors_are_in_its_language_and_name_the_field(desk: GatewayHarness) -> None:
    page = await desk.client.get(
        f"/quay?q={'x' * 101}", headers={**desk.auth("clerk-haihau"), "Accept": "text/html"}
    )
    assert page.status_code == 400
    assert "Từ cần tìm: nội dung quá dài hoặc không đúng dạng" in page.text
    assert "should have" not in page.text
    assert "query.q" not in page.text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Không quá 02 ngày làm việc (từ trí nhớ)", "Không quá 02 ngày làm việc"),
        ("theo trí nhớ", ""),
        (None, ""),
        ("github:someone/something data.json", ""),
        ("05 ngày làm việc", "05 ngày làm việc"),
    ],
)
def test_a_remark_is_read_without_the_compilers_marks(text: str | None, read: str) -> None:
    assert remark(text) == read


def test_sources_are_named_by_their_sites() -> None:
    said = [
        "https://dichvucong.hochiminh.gov.vn/a?b=c (2022)",
        "github:somebody/x data.json",
        "from memory",
        "thutuc.mau.vn, trang 2",
    ]
    found = sites(said)
    assert found == ["dichvucong.hochiminh.gov.vn", "thutuc.mau.vn"]


def test_applicants_fields_and_acts_have_words() -> None:
    assert {"full_name", "address", "id_number"} <= FIELDS.keys() & Applicant.model_fields.keys()
    assert all(act.label.vi and act.label.en for group in GROUPS for act in group.acts)


def test_a_post_that_names_its_department_is_not_followed_by_it() -> None:
    """Of the line itself: the whole page needs a dossier."""
    source, _, _ = _templates().loader.get_source(_templates(), "track.html")  # type: ignore[union-attr]
    line = next(one for one in source.splitlines() if "{% set post" in one)
    shown = _templates().from_string(
        line[line.index("{% set post") : line.index("{% endif %}</li>")]
    )

    def pick(of: dict[str, str], name: str) -> str:
        return of[f"{name}_vi"]

    told = [
        shown.render(pick=pick, line={"post_vi": post, "department_vi": "Phòng Tư pháp"})
        for post in ("Trưởng phòng Tư pháp", "Chuyên viên", "")
    ]
    assert told == ["Trưởng phòng Tư pháp", "Chuyên viên, Phòng Tư pháp", "Phòng Tư pháp"]
