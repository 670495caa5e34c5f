"""No address that we answer with is made from the Host header: it is the sender's word."""

from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from motcua_chassis._http.ports import Health, operators
from motcua_chassis.metrics import Metrics
from motcua_gateway.web import build_app

from .harness import GatewayHarness

EVIL = "evil.example"


async def test_no_route_answers_with_an_address_that_the_sender_names(desk: GatewayHarness) -> None:
    app = build_app(desk.runtime, desk.gateway)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    tried = 0
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        for route in iter_route_contexts(app.routes):
            path: str = getattr(route, "path", "") or "/"
            for method in getattr(route, "methods", None) or {"GET"}:
                for address in (path, f"{path}/", f"/{path}", path.rstrip("/") or "/"):
                    answer = await client.request(
                        method, address, headers={"Host": EVIL, "X-Forwarded-Host": EVIL}
                    )
                    assert EVIL not in answer.headers.get("location", ""), (method, address)
                    assert EVIL not in answer.text, (method, address)
                    tried += 1
    assert tried > 250


@pytest.mark.parametrize("path", ["/metrics/", "/readyz/", "/livez/"])
async def test_neither_does_the_operators_port(path: str) -> None:
    app: Any = operators(Metrics(), Health(), 30)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://gateway"
    ) as client:
        answer = await client.get(path, headers={"Host": EVIL})
    assert answer.status_code == 404
    assert "location" not in answer.headers
