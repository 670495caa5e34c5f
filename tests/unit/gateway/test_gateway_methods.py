"""Methods: what an address takes is in the `Allow` of its 405, and HEAD is answered wherever GET
is.
"""

import pytest

from .dossier_events import DOSSIER, way
from .harness import GatewayHarness


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/dossiers", "GET, HEAD, POST"),
        ("PATCH", "/api/v1/preferences", "GET, HEAD, PUT"),
        ("POST", "/api/v1/inbox", "GET, HEAD"),
        ("GET", "/api/v1/files", "POST"),
        ("HEAD", "/api/v1/files", "POST"),
        ("POST", "/api/openapi.json", "GET, HEAD"),
        ("DELETE", "/tra-cuu", "GET, HEAD, POST"),
        ("OPTIONS", "/api/v1/desk/dossiers/x/accept", "POST"),
    ],
)
async def test_a_method_that_an_address_does_not_take_is_answered_with_those_that_it_takes(
    desk: GatewayHarness, method: str, path: str, allowed: str
) -> None:
    answer = await desk.client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/statistics",
        "/api/v1/open-data/procedures.csv",
        "/",
        "/api/openapi.json",
        "/api/v1/nothing",
    ],
)
async def test_head_is_answered_as_get_is_and_without_a_body(
    desk: GatewayHarness, path: str
) -> None:
    got, head = await desk.client.get(path), await desk.client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers["content-length"] == got.headers["content-length"]


async def test_head_of_a_stream_ends_at_once(desk: GatewayHarness) -> None:
    await desk.hear(way())
    await desk.own("citizen-an")
    answer = await desk.client.head(
        f"/api/v1/dossiers/{DOSSIER}/stream", headers=desk.auth("citizen-an")
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
