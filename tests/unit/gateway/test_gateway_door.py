"""No route can be reached beside the door: each is tried with what the door refuses, over the real
app.
"""

from typing import Any

import pytest
from motcua_gateway.door import WITH_BODY
from motcua_gateway.rights_table import Row, described, rows_of

from .harness import GatewayHarness

DEEP = b"[" * 3_000
SIGNED = "/api/v1/callbacks/"
UPLOAD = "/api/v1/files"
ROWS = rows_of(described())


def address(row: Row) -> str:
    """The route with something in each hole."""
    path = row.path
    while "{" in path:
        before, _, rest = path.partition("{")
        path = f"{before}x{rest.partition('}')[2]}"
    return path


def told(response: Any) -> list[str]:
    assert response.status_code == 400, response.text
    assert response.json()["type"] == "urn:motcua:problem:request-invalid"
    return [one["field"] for one in response.json()["errors"]]


async def test_no_body_reaches_a_route_unread(desk: GatewayHarness) -> None:
    rows = [
        row
        for row in ROWS
        if row.method in WITH_BODY and not row.path.startswith(SIGNED) and row.path != UPLOAD
    ]
    assert len(rows) > 30
    for row in rows:
        for kind, raw, field in (
            ("application/json", DEEP, "body"),
            ("application/json", b'{"a": "\\u0000"}', "body.a"),
            ("application/x-www-form-urlencoded", b"a=%00", "body.a"),
            ("text/plain", b"{}", "header.content-type"),
            ("multipart/form-data; boundary=x", b"--x--", "header.content-type"),
            ("application/json; charset=utf-16", b"{}", "header.content-type"),
        ):
            response = await desk.client.request(
                row.method, address(row), content=raw, headers={"Content-Type": kind}
            )
            assert told(response) == [field], (row.method, row.path, kind)
    assert desk.runtime.appended == []


async def test_no_address_and_no_header_reaches_a_route_unread(desk: GatewayHarness) -> None:
    for row in ROWS:
        at = address(row)
        if row.path.startswith(SIGNED):
            continue  # judged by its signature before anything is read: test_gateway_forged_calls
        assert told(await desk.client.request(row.method, f"{at}?q=%00")) == ["query.q"], row.path
        assert told(await desk.client.request(row.method, f"{at}?q={'a' * 5_000}")) == ["query"], (
            row.path
        )
        assert told(await desk.client.request(row.method, f"{at}%00")) == ["path"], row.path
        assert told(
            await desk.client.request(row.method, at, headers={"Authorization": "a" * 9_000})
        ) == ["header.authorization"], row.path


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=" + "x" * 71,
        "multipart/form-data; charset=undefined; boundary=x",
    ],
)
async def test_an_upload_has_a_plain_boundary(desk: GatewayHarness, kind: str) -> None:
    response = await desk.client.post(UPLOAD, content=b"--x--", headers={"Content-Type": kind})
    assert told(response) == ["header.content-type"]


async def test_a_browser_is_told_by_a_page(desk: GatewayHarness) -> None:
    response = await desk.client.get("/tra-cuu?code=%00", headers={"Accept": "text/html"})
    assert response.status_code == 400
    assert "text/html" in response.headers["content-type"]
    assert "Mã hồ sơ: " in response.text


@pytest.mark.parametrize(
    ("persona", "path", "body", "field"),
    [
        ("cashier-haihau", "/desk/till/open", {"float_vnd": 10**15 + 1}, "body.float_vnd"),
        ("cashier-haihau", "/desk/till/open", {"float_vnd": 10**18}, "body.float_vnd"),
        (
            "clerk-haihau",
            "/desk/dossiers",
            {"postmark": "0001-01-01T00:00:00+14:00"},
            "body.postmark",
        ),
        ("clerk-haihau", "/desk/dossiers", {"postmark": "2100-01-01T00:00:00Z"}, "body.postmark"),
        ("citizen-an", "/dossiers", {"procedure_version": 2**62}, "body.procedure_version"),
        ("citizen-an", "/dossiers", {"form": {"request": "x" * 300_000}}, "body.form"),
        ("citizen-an", "/dossiers", {"form": {"name": "\u202eAn"}}, "body.form"),
        (
            "citizen-an",
            "/dossiers",
            {"applicant": {"full_name": "An\u202e"}},
            "body.applicant.full_name",
        ),
        (
            "citizen-an",
            "/dossiers",
            {"applicant": {"full_name": "An\nBcc: x@y"}},
            "body.applicant.full_name",
        ),
        ("citizen-an", "/dossiers", {"procedure_code": "1.001\n"}, "body.procedure_code"),
    ],
)
async def test_a_value_that_some_part_cannot_hold_is_refused_by_name(
    desk: GatewayHarness, persona: str, path: str, body: dict[str, Any], field: str
) -> None:
    full = (
        {"procedure_code": "local.hh-0001", "applicant": {"full_name": "An"}, **body}
        if path.endswith("dossiers")
        else body
    )
    response = await desk.post(persona, path, full)
    assert told(response) == [field]
    assert desk.runtime.appended == []
