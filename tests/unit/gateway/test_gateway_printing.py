"""Documents on demand: strangers who ask for many are told to try again, and the desk prints on."""

import asyncio
from dataclasses import replace

import httpx
from motcua_documents.renderer import Bounds, Renderer
from motcua_gateway.documents.seals import Seal
from motcua_gateway.web import build_app

from .harness import GatewayHarness, settings
from .test_gateway_sheets import publish


async def test_a_flood_of_forms_is_told_to_try_again_and_the_desk_prints_on(
    desk: GatewayHarness,
) -> None:
    publish(desk)
    few = Seal(settings())
    few._sheets = Renderer(Bounds(waiting=1))
    app = build_app(desk.runtime, replace(desk.gateway, seal=few))
    desk.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")
    try:
        form = "/api/v1/procedures/2.000009/guide.pdf"
        # From an address each: of one, no more wait than have their turn.
        clients = [
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app, client=(f"192.0.2.{n}", 1)),
                base_url="http://gateway",
            )
            for n in range(4)
        ]
        flood = [asyncio.create_task(client.get(form)) for client in clients]
        assert (await desk.get("clerk-haihau", "/desk/register.pdf")).status_code == 200
        answers = await asyncio.gather(*flood)
        page = await desk.client.get("/api/v1/guide")
    finally:
        await few.close()
    assert page.status_code == 200
    assert sorted(answer.status_code for answer in answers) == [200, 200, 503, 503]
    for refused in (answer for answer in answers if answer.status_code == 503):
        assert refused.json()["type"] == "urn:motcua:problem:printing-busy"
        assert refused.headers["retry-after"] == str(refused.json()["params"]["seconds"])
