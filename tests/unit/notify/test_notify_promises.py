"""What messages promise is there: each link is a page of this site, and no text sends a citizen to
what no page has.
"""

import re
from importlib.resources import files

import pytest
from motcua_gateway.procedures.guides import _HOW
from motcua_gateway.procedures.levels import _SENTENCES
from motcua_gateway.rights_table import described, rows_of
from motcua_gateway.views.vnpay_return import SAID

TEMPLATES = {
    one.name: one.read_text("utf-8")
    for one in sorted((files("motcua_notify") / "templates").iterdir(), key=lambda one: one.name)
    if one.name.endswith((".txt", ".html"))
}
GUIDES = {
    one.name: one.read_text("utf-8")
    for one in sorted(
        (files("motcua_gateway") / "procedures" / "guide_texts").iterdir(), key=lambda one: one.name
    )
    if one.name.endswith(".md")
}
PAGES = {
    one.name: one.read_text("utf-8")
    for one in sorted(
        (files("motcua_gateway") / "pages" / "templates").iterdir(), key=lambda one: one.name
    )
    if not one.name.startswith(("desk_", "task"))
}
SAID_IN_CODE = {
    **{f"vnpay {name}": f"{label.vi} {label.en}" for name, label in SAID.items()},
    **{f"level {about}": f"{yes.vi} {yes.en} {no.vi} {no.en}" for about, _, yes, no in _SENTENCES},
    **{f"guide {language}": str(steps) for language, steps in _HOW.items()},
}
EVERY = {**TEMPLATES, **GUIDES, **PAGES, **SAID_IN_CODE}
NOT_THERE = re.compile(
    r"(?:tại|ở|từ|xem) trang (?:của )?hồ sơ|page of the dossier|dossier's page|your account|tài"
    r" khoản của ông/bà|"
    r"Cách nộp: \{link\}|How to pay: \{link\}|[Đđ]ính kèm tại|nơi nộp giấy tờ: \{link\}|where to"
    r" hand them in: \{link\}|"
    r"(?<!chưa có chỗ )(?:Đăng nhập|Sign in), (?:điền|fill)|(?:đánh giá|rate)[^.]*\{link\}",
)
"""Pages that the portal is to bring: paying, handing in, documents, rating. The tracking page,
where `{link}` leads, has none of them.
"""
HOLES = {"{link}": "/track/{code}", "{confirm}": "/xac-nhan/{dossier_id}/{contact}/{signature}"}
SAID_ABOUT_A_LINK = re.compile(r"([^\n.]*)\{link\}")
TRUE_OF_TRACKING = re.compile(
    r"Theo dõi|Tra cứu|Follow|Track|^\s*$|Công việc|Danh sách|list|tasks|[Hh]ỏi bộ phận một cửa|Ask"
    r" the counter"
)


@pytest.mark.parametrize("name", EVERY)
def test_no_text_promises_a_page_that_is_not_there(name: str) -> None:
    assert NOT_THERE.findall(EVERY[name].replace("\n", " ")) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_is_said_of_a_link_is_what_the_tracking_page_does(name: str) -> None:
    assert [
        line
        for line in SAID_ABOUT_A_LINK.findall(TEMPLATES[name])
        if not TRUE_OF_TRACKING.search(line)
    ] == []


def test_every_link_of_a_message_is_a_route() -> None:
    routes = {row.path for row in rows_of(described()) if row.method == "GET"}
    assert set(HOLES.values()) <= routes
    found = {
        hole
        for text in TEMPLATES.values()
        for hole in re.findall(r"\{(?:link|confirm|url)\}", text)
    }
    assert found <= HOLES.keys()


LINKS = re.compile(
    r"""(?:href|action)="(?:\{\{ ?link\('([^'?{]+)'|(/[^"{?]*)")|link\("([^"?{]+)\""""
)


@pytest.mark.parametrize("name", PAGES)
def test_every_address_on_a_public_page_is_a_route(name: str) -> None:
    routes = {row.path for row in rows_of(described())}
    shapes = [
        re.compile(re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(path)))
        for path in routes | {"/api/openapi.json"}
    ]
    for found in LINKS.findall(PAGES[name]):
        path = next(part for part in found if part)
        filled = path + "x" if path.endswith("/") and path != "/" else path
        assert any(shape.fullmatch(filled) for shape in shapes), path
