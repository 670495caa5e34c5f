"""Every route of the gateway, asked with marker values everywhere: what log and metrics hold, and
the headers of the answers.
"""

import re
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from motcua_chassis import access
from motcua_chassis._http.headers import HEADERS
from motcua_chassis.access import METHODS, UNMATCHED
from motcua_gateway.web import build_app
from prometheus_client import generate_latest
from structlog.testing import capture_logs

from .dossier_events import DOSSIER, MARKS, REGISTERED_ONLY, way
from .harness import GatewayHarness, open_gateway

MARK = "Nguyễn-Mark-0912345678"
FIELDS = {
    "event",
    "log_level",
    "method",
    "route",
    "status",
    "actor",
    "address",
    "ms",
    "refused",
    "trace",
    "left_out",
    "name",
    "service",
}


@pytest.fixture
async def desk(database: Any, documents: Any, monkeypatch: pytest.MonkeyPatch) -> GatewayHarness:
    monkeypatch.setattr(access, "REFUSED_LINES_A_SECOND", 100_000)
    with capture_logs():  # so that the logger which the desk keeps is one that a test can listen to
        return await open_gateway(database, documents, access_log_reads=1)


def routes(desk: GatewayHarness) -> list[tuple[str, str]]:
    app = build_app(desk.runtime, desk.gateway)
    return sorted(
        (method, str(one.path))
        for one in iter_route_contexts(app.routes)
        for method in one.methods or ()
        if method != "HEAD"
    )


def filled(template: str) -> str:
    return (
        re.sub(r"\{dossier_id\}", DOSSIER, template)
        if "{dossier_id}" in template
        else re.sub(r"\{\w+\}", MARK, template)
    )


async def ask(desk: GatewayHarness, method: str, path: str, persona: str) -> tuple[Any, list[Any]]:
    headers = {
        "Idempotency-Key": MARK.encode("ascii", "replace").decode(),
        "User-Agent": MARK.encode().hex(),
        "X-Mark": MARK.encode().hex(),
    }
    headers |= desk.auth(persona) if persona else {"Authorization": f"Bearer {MARK.encode().hex()}"}
    body = {"full_name": MARK, "note": MARK, "persona": MARK, "pin": MARK}
    with capture_logs() as lines:
        sent = {"json": body} if method in ("POST", "PUT") else {}
        answer = await desk.client.request(
            method,
            f"{path}?q={MARK}&pin={MARK}",
            headers=headers,
            **sent,  # type: ignore[arg-type]
        )
    return answer, lines


@pytest.mark.parametrize(
    "persona", ["", "citizen-an", "clerk-haihau", "leader-tckh", "cashier-haihau", "auditor"]
)
async def test_no_route_lets_a_marker_into_log_or_metrics_and_every_answer_bears_the_headers(
    desk: GatewayHarness, persona: str
) -> None:
    await desk.hear(way(REGISTERED_ONLY))
    await desk.keep_papers()
    found = routes(desk)
    assert len(found) > 90
    templates = {template for _, template in found}
    known = {*MARKS, MARK, MARK.encode().hex(), "0912345678", DOSSIER}
    for method, template in found:
        answer, lines = await ask(desk, method, filled(template), persona)
        assert {name for name in HEADERS if name not in answer.headers} == set(), template
        (line,) = [one for one in lines if one["event"] in ("access", "security")]
        assert line["route"] in templates | {UNMATCHED}
        assert set(line) <= FIELDS
        assert (line["method"], line["status"]) == (method, answer.status_code)
        assert {mark for mark in known if mark in repr(lines)} == set(), template
    shown = generate_latest(desk.runtime.metrics.registry).decode()
    assert {mark for mark in known if mark in shown} == set()
    labels = set(re.findall(r'motcua_http_requests_total\{method="(\w+)",route="([^"]+)"', shown))
    assert {method for method, _ in labels} <= METHODS
    assert {route for _, route in labels} <= templates | {UNMATCHED}
    assert len({route for _, route in labels}) > 80, (
        "templates with their prefix, one for each route"
    )


async def test_pages_keep_their_own_policy_and_no_policy_allows_inline(
    desk: GatewayHarness,
) -> None:
    for method, template in routes(desk):
        answer, _ = await ask(desk, method, filled(template), "clerk-haihau")
        (policy,) = answer.headers.get_list("content-security-policy")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "style-src 'self'" in policy


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
async def test_the_public_port_knows_no_probe(desk: GatewayHarness, path: str) -> None:
    assert (await desk.client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("persona", "method", "path", "event"),
    [
        ("", "GET", "/api/v1/dossiers", "sign-in-refused"),
        ("citizen-an", "GET", "/api/v1/desk/dossiers", "role-refused"),
        ("auditor", "GET", "/api/v1/desk/register.pdf", "role-refused"),
        ("", "POST", "/api/v1/callbacks/sms/m/x", "callback-forged"),
        ("", "POST", "/api/v1/track/code", None),
    ],
)
async def test_security_events_have_their_names(
    desk: GatewayHarness, persona: str, method: str, path: str, event: str | None
) -> None:
    _, lines = await ask(desk, method, path, persona)
    (line,) = [one for one in lines if one["event"] in ("access", "security")]
    assert line.get("name") == event
    if persona:
        assert line["actor"].partition(":")[0] in ("citizen", "officer")


async def test_a_page_that_refuses_says_why_in_the_log(desk: GatewayHarness) -> None:
    with capture_logs() as lines:
        answer = await desk.client.get(
            "/quay", headers={**desk.auth("citizen-an"), "Accept": "text/html"}
        )
    assert answer.headers["content-type"].startswith("text/html")
    assert [(one["refused"], one["name"]) for one in lines if one["event"] == "security"] == [
        ("forbidden", "role-refused")
    ]
