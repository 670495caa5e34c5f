"""Limits: by address, person, kind of route and day; the same for every instance; each refusal says
when to try again.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from motcua_documents.store import DocumentStore
from motcua_gateway.http.refusals import TooManyRequests
from motcua_gateway.identity.pins import MOST_A_DAY, MOST_OF_A_CODE, MOST_TRIES
from motcua_gateway.identity.rates import Rates, SharedCounters
from motcua_gateway.rate_settings import ADDRESS, ROUTES, kind_of
from motcua_gateway.web import build_app
from pydantic import ValidationError

from .dossier_events import AT_OFFICER, CODE, DOSSIER, PAPERS, PIN, way
from .harness import GatewayHarness, open_gateway, settings


def from_(desk: GatewayHarness, address: str) -> httpx.AsyncClient:
    """Another caller's browser."""
    transport = httpx.ASGITransport(build_app(desk.runtime, desk.gateway), client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://gateway")


def refused(answer: httpx.Response, limit: str) -> bool:
    if answer.status_code != 429:
        return False
    body = answer.json()
    assert (body["type"], body["params"]["limit"]) == (
        "urn:motcua:problem:too-many-requests",
        limit,
    )
    assert 1 <= int(answer.headers["retry-after"]) == body["params"]["seconds"] <= 86_400
    assert str(body["params"]["seconds"]) in body["title"]
    assert str(body["params"]["seconds"]) in body["title_en"]
    return True


async def test_an_address_is_told_and_others_are_served(
    database: Any, documents: DocumentStore
) -> None:
    desk = await open_gateway(
        database, documents, limit_address={"search": "5/minute"}, limit_factor=1
    )
    answers = [await desk.get("", "/procedures") for _ in range(7)]
    assert [answer.status_code for answer in answers[:5]] == [200] * 5
    assert all(refused(answer, "search.address") for answer in answers[5:])
    assert answers[5].json()["params"]["allowed"] == "5 per 1 minute"
    assert (await desk.get("", "/procedures/1.001612")).status_code == 200, "another kind of route"
    assert (await from_(desk, "192.0.2.1").get("/api/v1/procedures")).status_code == 200


async def test_a_reader_s_page_says_it_as_a_page(database: Any, documents: DocumentStore) -> None:
    desk = await open_gateway(
        database, documents, limit_address={"search": "1/minute"}, limit_factor=1
    )
    html = {"Accept": "text/html"}
    assert (await desk.client.get("/", headers=html)).status_code == 200
    page = await desk.client.get("/", headers=html)
    assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert page.headers["retry-after"]
    assert "Quá nhiều yêu cầu" in page.text


async def test_no_header_of_the_caller_s_makes_another_address(
    database: Any, documents: DocumentStore
) -> None:
    desk = await open_gateway(
        database, documents, limit_address={"search": "2/minute"}, limit_factor=1
    )
    said = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP")
    answers = [
        await desk.client.get("/api/v1/procedures", headers=dict.fromkeys(said, f"192.0.2.{n}"))
        for n in range(4)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]


async def test_one_subscriber_s_many_addresses_are_one(
    database: Any, documents: DocumentStore
) -> None:
    desk = await open_gateway(
        database, documents, limit_address={"search": "3/minute"}, limit_factor=1
    )
    answers = [
        await from_(desk, f"2001:db8:1:2::{n}").get("/api/v1/procedures") for n in range(1, 6)
    ]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 2
    assert (await from_(desk, "2001:db8:1:3::1").get("/api/v1/procedures")).status_code == 200


async def test_all_instances_count_together(database: Any, documents: DocumentStore) -> None:
    desks = [
        await open_gateway(
            database, documents, limit_address={"search": "10/minute"}, limit_factor=1
        )
        for _ in range(3)
    ]
    answers = [await desks[n % 3].get("", "/procedures") for n in range(15)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 5
    assert all(refused(answer, "search.address") for answer in answers[10:])


async def test_a_person_has_a_limit_from_whatever_address(
    database: Any, documents: DocumentStore
) -> None:
    desk = await open_gateway(
        database, documents, limit_person={"read": "3/minute"}, limit_factor=1
    )
    answers = [
        await from_(desk, f"192.0.2.{n}").get(
            "/api/v1/preferences", headers=desk.auth("citizen-an")
        )
        for n in range(5)
    ]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 2
    assert refused(answers[4], "read.person")
    assert (await desk.get("citizen-binh", "/preferences")).status_code == 200
    officer = [(await desk.get("clerk-haihau", "/desk/me")).status_code for _ in range(13)]
    assert officer == [200] * 12 + [429], "officers have four times as much"


async def test_uploads_and_dossiers_have_a_number_a_day_by_role(
    database: Any, documents: DocumentStore
) -> None:
    desk = await open_gateway(
        database, documents, limit_day={"citizen": {"file": 2, "upload": 1}}, limit_factor=1
    )
    filing = {"procedure_code": "1.001612", "applicant": {"full_name": "Nguyễn Thị Mẫu An"}}
    answers = [
        await desk.post("citizen-an", "/dossiers", filing, f"key-of-a-test-{n}") for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert refused(answers[2], "file.day")
    pdf = {"file": ("a.pdf", b"%PDF-1.4 nothing", "application/pdf")}
    statuses = []
    for n in range(2):
        sent = {**desk.auth("citizen-an"), "Idempotency-Key": f"key-of-an-upload-{n}"}
        statuses.append(
            (await desk.client.post("/api/v1/files", files=pdf, headers=sent)).status_code
        )
    assert statuses[0] != 429
    assert statuses[1] == 429


async def test_a_stream_ends_with_its_request_and_a_person_has_few(
    desk: GatewayHarness, database: Any, documents: DocumentStore
) -> None:
    rates = (await open_gateway(database, documents, limit_streams=2, limit_factor=1)).gateway.rates
    caller = await desk.gateway.identity.caller(desk.auth("citizen-an")["Authorization"])
    scopes: list[dict[str, Any]] = [{"state": {}} for _ in range(2)]
    for scope in scopes:
        rates.stream(scope, caller)
    with pytest.raises(TooManyRequests):
        rates.stream({"state": {}}, caller)
    for work in scopes[0]["state"]["at_end"]:
        work()
    rates.stream({"state": {}}, caller)


async def test_streams_take_no_place_of_requests_and_have_a_bound_of_their_own(
    database: Any, documents: DocumentStore
) -> None:
    desk = await open_gateway(
        database, documents, limit_concurrent=2, limit_all_streams=3, limit_factor=1
    )
    await desk.hear(way(AT_OFFICER))
    await desk.own("citizen-an")
    app = build_app(desk.runtime, desk.gateway)
    begun, ended = asyncio.Semaphore(0), asyncio.Event()

    async def receive() -> Any:
        await ended.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200
            begun.release()

    path = f"/api/v1/dossiers/{DOSSIER}/stream"
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
    }
    scope |= {"raw_path": path.encode(), "query_string": b"", "server": ("gateway", 80)}
    bearer = [(b"authorization", desk.auth("citizen-an")["Authorization"].encode())]
    streams = []
    for n in range(3):
        own = {**scope, "headers": bearer, "client": (f"192.0.2.{n}", 1)}
        streams.append(asyncio.create_task(app(own, receive, send)))
        async with asyncio.timeout(20):
            await begun.acquire()
    assert (await desk.get("", "/procedures")).status_code == 200, (
        "three streams, and two requests at once are allowed"
    )
    full = await desk.get("citizen-an", f"/dossiers/{DOSSIER}/stream")
    assert (full.status_code, full.json()["type"]) == (503, "urn:motcua:problem:unavailable")
    assert full.headers["retry-after"]
    ended.set()
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    assert not desk.gateway.rates._streams


async def test_requests_at_once_are_bounded_for_an_address_and_for_all(
    database: Any, documents: DocumentStore
) -> None:
    desk = await open_gateway(
        database, documents, limit_concurrent_address=2, limit_concurrent=3, limit_factor=1
    )
    held = asyncio.Event()

    async def slow(*_: object) -> None:
        await held.wait()

    object.__setattr__(desk.gateway.dossiers, "by_code", slow)
    waiting = [asyncio.create_task(desk.get("", f"/verify/{CODE}")) for _ in range(2)]
    await asyncio.sleep(0.2)
    assert refused(await desk.get("", "/procedures"), "concurrent.address")
    other = from_(desk, "192.0.2.9")
    assert (await other.get("/api/v1/procedures")).status_code == 200
    held.set()
    await asyncio.gather(*waiting)
    assert (await desk.get("", "/procedures")).status_code == 200


async def test_with_mongodb_away_an_instance_counts_alone() -> None:
    class Away:
        asked = 0

        async def incr(self, *_: object) -> int:
            self.asked += 1
            raise OSError("away")

    class Log:
        def warning(self, *_: object, **__: object) -> None: ...

    away: Any = Away()
    log: Any = Log()
    rates = Rates(
        settings(limit_factor=1, limit_address={"search": "5/minute"}),
        away,
        b"k",
        log,
        lambda: 1000.0,
    )
    for _ in range(5):
        await rates.address("search", "192.0.2.1")
    with pytest.raises(TooManyRequests):
        await rates.address("search", "192.0.2.1")
    assert away.asked == 1, "it is not asked again for some seconds"


async def test_a_read_costs_a_write_now_and_then_and_a_refusal_none(database: Any) -> None:
    class Counting(SharedCounters):
        asked = 0

        async def incr(self, *given: Any, **named: Any) -> int:
            Counting.asked += 1
            return await super().incr(*given, **named)

    log: Any = None
    rates = Rates(settings(limit_factor=1), Counting(database), b"k", log, lambda: 1000.0)
    for _ in range(1200):
        await rates.address("read", "192.0.2.1")
    assert Counting.asked == 20
    for _ in range(500):
        with pytest.raises(TooManyRequests):
            await rates.address("read", "192.0.2.1")
    assert Counting.asked == 20
    assert await database.limit_counters.count_documents({}) == 1
    assert "192.0.2.1" not in str(await database.limit_counters.find_one({}))


async def test_a_flood_of_addresses_takes_a_bounded_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motcua_gateway.identity.rates.MOST_WINDOWS", 100)
    nothing: Any = None
    rates = Rates(settings(limit_factor=1), nothing, b"k", nothing, lambda: 1000.0)
    for n in range(1000):
        await rates.address("read", f"192.0.{n // 250}.{n % 250}")
    assert len(rates._windows) <= 101


def test_every_route_has_its_kind(desk: GatewayHarness) -> None:
    app = build_app(desk.runtime, desk.gateway)
    seen: dict[str, str] = {}
    for one in iter_route_contexts(app.routes):
        for method in getattr(one, "methods", None) or ():
            path = str(one.path).replace("{form}", "to-khai").replace("{", "").replace("}", "")
            seen[f"{method} {one.path}"] = kind_of(method, path)
            assert method in ("GET", "HEAD") or seen[f"{method} {one.path}"] not in (
                "read",
                "search",
            ), one.path
    assert set(seen.values()) == set(ADDRESS)
    for route, kind in {
        "POST /api/v1/files": "upload",
        "POST /api/v1/dossiers": "file",
        "POST /api/v1/desk/dossiers": "file",
        "GET /api/v1/procedures/{code}/forms/{form}.pdf": "pdf",
        "GET /api/v1/desk/register.pdf": "pdf",
        "GET /api/v1/callbacks/vnpay/ipn": "callback",
        "POST /api/v1/callbacks/sms/{message_id}/{signature}": "callback",
        "GET /api/v1/callbacks/vnpay/return": "read",
        "POST /api/v1/dev/token": "sign-in",
        "GET /api/v1/verify/{code}": "verification",
        "GET /api/v1/track/{code}": "tracking",
        "POST /tra-cuu": "tracking",
        "GET /api/v1/procedures": "search",
        "GET /api/v1/dossiers/{dossier_id}": "read",
        "POST /api/v1/dossiers/{dossier_id}/payments": "change",
        "GET /api/v1/me/export": "export",
        "GET /api/v1/statistics": "figures",
        "GET /api/v1/portal/feed": "search",
        "GET /api/v1/inbox": "search",
    }.items():
        assert seen[route] == kind, route


def test_no_row_of_the_kinds_means_no_route(desk: GatewayHarness) -> None:
    app = build_app(desk.runtime, desk.gateway)
    real = {
        (method, str(one.path).replace("{", "").replace("}", ""))
        for one in iter_route_contexts(app.routes)
        for method in getattr(one, "methods", None) or ()
    }
    for methods, pattern, kind in ROUTES:
        meant = [
            path
            for method, path in real
            if method in methods.split("|") and re.fullmatch(pattern, path)
        ]
        assert meant, (pattern, kind)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"limit_address": {"search": "many"}}, "search: allowed are a number and a time"),
        ({"limit_address": {"search": "0/minute"}}, "search: allowed are a number and a time"),
        ({"limit_person": {"walk": "1/minute"}}, "limit_person"),
        ({"limit_day": {"citizen": {"file": 0}}}, "numbers from 1"),
        ({"limit_day": {"stranger": {"file": 1}}}, "numbers from 1"),
        ({"limit_factor": 0}, "limit_factor"),
    ],
)
def test_a_wrong_limit_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        settings(**changes)


@pytest.fixture
async def tracked(desk: GatewayHarness) -> GatewayHarness:
    await desk.hear(way(AT_OFFICER))
    await desk.keep_papers()
    return desk


async def test_a_thousand_wrong_pins_at_once_are_ten_judged_ones(tracked: GatewayHarness) -> None:
    there = from_(tracked, "192.0.2.1")
    tried = await asyncio.gather(
        *(there.get(f"/api/v1/track/{CODE}?pin=000000") for _ in range(1000))
    )
    statuses = [answer.status_code for answer in tried]
    assert (statuses.count(404), statuses.count(429)) == (MOST_TRIES, 1000 - MOST_TRIES)
    refused_ = next(answer for answer in tried if answer.status_code == 429)
    assert refused_.json()["type"] == "urn:motcua:problem:too-many-tries"
    assert 1 <= int(refused_.headers["retry-after"]) <= 900
    assert (await there.get(f"/api/v1/track/{CODE}?pin={PIN}")).status_code == 429, (
        "the right one is not found out either"
    )
    assert (await tracked.get("", f"/track/{CODE}?pin={PIN}")).status_code == 200, (
        "the owner, elsewhere, is not locked out"
    )


async def test_right_pins_are_no_tries(tracked: GatewayHarness) -> None:
    seen = [
        (await tracked.get("", f"/track/{CODE}?pin={PIN}")).status_code
        for _ in range(MOST_A_DAY + 5)
    ]
    assert set(seen) == {200}


async def test_many_addresses_cannot_try_all_pins_and_the_owner_goes_on(
    tracked: GatewayHarness,
) -> None:
    assert (await tracked.get("", f"/track/{CODE}?pin={PIN}")).status_code == 200, (
        "the owner was here before"
    )
    await tracked.own("citizen-an")
    judged = 0
    for n in range(MOST_OF_A_CODE // MOST_TRIES + 5):
        there = from_(tracked, f"198.51.100.{n}")
        for _ in range(MOST_TRIES):
            judged += (await there.get(f"/api/v1/track/{CODE}?pin=000000")).status_code == 404
    assert judged == MOST_OF_A_CODE
    stranger = await from_(tracked, "198.51.100.250").get(f"/api/v1/track/{CODE}?pin={PIN}")
    assert stranger.status_code == 429
    assert (await tracked.get("", f"/track/{CODE}?pin={PIN}")).status_code == 200, (
        "from where the pin was right before"
    )
    assert (await tracked.get("citizen-an", f"/dossiers/{DOSSIER}")).status_code == 200, (
        "signed in, no pin is needed"
    )


async def test_verification_has_no_lock_that_a_stranger_could_close(
    tracked: GatewayHarness,
) -> None:
    for _ in range(MOST_TRIES + 5):
        assert (await tracked.get("", f"/verify/{CODE}?check={'0' * 32}")).status_code == 404
    assert (await tracked.get("", f"/verify/{CODE}?check={PAPERS.salt}")).status_code == 200
    assert (await tracked.get("", f"/track/{CODE}?pin={PIN}")).status_code == 200


async def test_requests_that_wait_for_their_callers_take_no_place_from_others(
    database: Any, documents: DocumentStore
) -> None:
    desk = await open_gateway(
        database, documents, limit_concurrent=2, limit_concurrent_address=100, limit_factor=1
    )
    more, waiting = asyncio.Event(), asyncio.Semaphore(0)

    async def slow_body() -> AsyncIterator[bytes]:
        yield b"{"
        waiting.release()
        await more.wait()
        yield b"}"

    headers = {
        **desk.auth("citizen-an"),
        "Idempotency-Key": "key-of-a-test",
        "Content-Type": "application/json",
    }
    slow = []
    # one after the other: until its body is waited for, a request holds a place
    for _ in range(10):
        slow.append(
            asyncio.create_task(
                desk.client.post("/api/v1/dossiers", content=slow_body(), headers=headers)
            )
        )
        await asyncio.wait_for(waiting.acquire(), 20)
    assert (await desk.get("", "/procedures")).status_code == 200
    more.set()
    assert {answer.status_code for answer in await asyncio.gather(*slow)} == {400}
