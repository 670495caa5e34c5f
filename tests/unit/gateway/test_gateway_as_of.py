"""Answers from views that are behind say up to when everything is known; others say nothing."""

from datetime import UTC, datetime

from .harness import GatewayHarness

AT = datetime(2026, 11, 27, 8, 30, 5, tzinfo=UTC)


async def test_the_api_says_it_in_a_header_also_when_it_refuses(desk: GatewayHarness) -> None:
    assert "As-Of" not in (await desk.get("", "/procedures")).headers
    desk.runtime.behind_since = AT
    assert (await desk.get("", "/procedures")).headers["As-Of"] == "2026-11-27T08:30:05.000Z"
    assert (await desk.get("", "/nothing-here")).headers["As-Of"] == "2026-11-27T08:30:05.000Z"


async def test_the_pages_say_it_in_a_line_in_both_languages(desk: GatewayHarness) -> None:
    assert "Số liệu tính đến" not in (await desk.client.get("/")).text
    desk.runtime.behind_since = AT
    assert "Số liệu tính đến 15:30:05 27/11/2026" in (await desk.client.get("/")).text
    assert "As of 15:30:05 27/11/2026" in (await desk.client.get("/?lang=en")).text
