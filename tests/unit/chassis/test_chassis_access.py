"""The layers around an API: headers on every answer, a line for what changes or is refused, metrics
by template.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
import structlog
import uvicorn
from motcua_chassis import ServiceSettings, access
from motcua_chassis._http import ports
from motcua_chassis._http.headers import HEADERS
from motcua_chassis.metrics import Metrics
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from structlog.testing import capture_logs

MARK = "Nguyễn-Thị-Mark"


PRODUCTION = {
    "env": "prod",
    "kafka_security": "SASL_SSL",
    "kafka_username": "routing",
    "kafka_password": "x" * 40,
    "mongo_uri": "mongodb://routing:secret-of-a-test@none/?tls=true",
}


def settings(**more: Any) -> ServiceSettings:
    stores = {"kafka_bootstrap": "none:9092", "mongo_uri": "mongodb://none"}
    return ServiceSettings.model_validate({**stores, "env": "dev", **more})


async def fine(request: Request) -> Response:
    access.known(request.scope, "officer:o-1")
    return JSONResponse({})


async def no(request: Request) -> Response:
    body = {"type": f"urn:motcua:problem:{request.path_params['slug']}", "title": MARK}
    return Response(orjson.dumps(body), 403, media_type="application/problem+json")


async def forged(request: Request) -> Response:
    access.note(request.scope, "callback-forged")
    return JSONResponse({"RspCode": "97"})


async def broken(request: Request) -> Response:
    raise ValueError(MARK)


async def moved(request: Request) -> Response:
    return RedirectResponse("/fine/1")


async def streamed(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one"
        yield b"two"

    return StreamingResponse(parts())


async def late(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one"
        raise ValueError(MARK)

    return StreamingResponse(parts())


async def own(request: Request) -> Response:
    return PlainTextResponse("", headers={"Content-Security-Policy": "default-src 'self'"})


APP = Starlette(
    routes=[
        Route("/fine/{id}", fine, methods=["GET", "POST"]),
        Route("/no/{slug}", no, methods=["GET", "POST"]),
        Route("/forged", forged, methods=["POST"]),
        Route("/broken", broken),
        Route("/moved", moved),
        Route("/streamed", streamed),
        Route("/late", late),
        Route("/own", own),
    ]
)


async def raising(scope: Any, receive: Any, send: Any) -> None:
    raise ValueError(MARK)


class Door:
    """The app as a service serves it."""

    def __init__(self, app: Any = APP, **more: Any) -> None:
        self.metrics = Metrics()
        with structlog.testing.capture_logs():
            self.app = ports.public(app, self.metrics, structlog.get_logger(), settings(**more))

    async def ask(self, method: str, path: str, **more: Any) -> tuple[httpx.Response, list[Any]]:
        transport = httpx.ASGITransport(self.app, client=("203.0.113.77", 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            with capture_logs() as lines:
                answer = await client.request(method, path, **more)
        return answer, lines

    def counted(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(
    "path", ["/fine/1", "/nowhere", "/no/forbidden", "/broken", "/moved", "/streamed", "/own"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "BREW"])
async def test_every_answer_bears_every_header(method: str, path: str) -> None:
    answer, _ = await Door().ask(method, path)
    assert {name for name in HEADERS if name not in answer.headers} == set()
    assert "strict-transport-security" not in answer.headers
    assert MARK not in answer.text or path.startswith("/no/")


async def test_an_answer_keeps_what_it_says_itself_and_production_asks_for_tls() -> None:
    answer, _ = await Door(**PRODUCTION).ask("GET", "/own")
    assert answer.headers.get_list("content-security-policy") == ["default-src 'self'"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_the_probes_bear_them_too() -> None:
    app = ports.operators(Metrics(), ports.Health(), 30)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://probes"
    ) as client:
        for path, status in (
            ("/livez", 200),
            ("/readyz", 503),
            ("/metrics", 200),
            ("/nowhere", 404),
        ):
            answer = await client.get(path)
            assert answer.status_code == status
            assert {name for name in HEADERS if name not in answer.headers} == set()


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
async def test_the_public_port_knows_no_probe(path: str) -> None:
    answer, _ = await Door().ask("GET", path)
    assert answer.status_code == 404


async def test_a_change_is_one_line_with_who_and_the_template_and_a_read_is_none() -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01", "x-mark": MARK.encode().hex()}
    _, (line,) = await Door().ask(
        "POST", f"/fine/{MARK}?q={MARK}", headers=headers, content=MARK.encode()
    )
    assert (line["event"], line["method"], line["route"], line["status"]) == (
        "access",
        "POST",
        "/fine/{id}",
        200,
    )
    assert (line["actor"], line["trace"]) == ("officer:o-1", trace)
    assert MARK not in repr(line)
    assert (await Door().ask("GET", "/fine/1"))[1] == []
    assert [
        line["event"] for line in (await Door(access_log_reads=1).ask("GET", "/fine/1"))[1]
    ] == ["access"]


@pytest.mark.parametrize(
    ("slug", "event"),
    [
        ("forbidden", "role-refused"),
        ("foreign-agency", "foreign-agency-refused"),
        ("too-many-tries", "pin-locked"),
        ("fee-open", None),
    ],
)
async def test_a_refusal_is_a_line_with_its_slug_and_an_event_where_it_is_one(
    slug: str, event: str | None
) -> None:
    door = Door()
    _, (line,) = await door.ask("GET", f"/no/{slug}")
    assert (line["refused"], line.get("name"), line["log_level"]) == (
        slug,
        event,
        "warning" if event else "info",
    )
    assert MARK not in repr(line)
    if event:
        assert door.counted("motcua_security_events_total", event=event) == 1


async def test_only_a_token_that_is_refused_is_a_refused_sign_in() -> None:
    door = Door()
    for headers in ({}, {"Authorization": "Bearer x"}, {"Cookie": "motcua_desk=x"}):
        await door.ask("GET", "/no/unauthenticated", headers=headers)
    assert door.counted("motcua_security_events_total", event="sign-in-refused") == 2


async def test_a_forged_callback_that_is_answered_with_200_is_an_event() -> None:
    _, (line,) = await Door().ask("POST", "/forged")
    assert (line["event"], line["name"], line["status"]) == ("security", "callback-forged", 200)
    with pytest.raises(ValueError, match="allowed are sign-in-refused"):
        access.note({}, "made-up")


@pytest.mark.parametrize(
    "app", [APP, raising], ids=["Starlette answers and raises on", "no answer at all"]
)
async def test_an_exception_is_told_by_class_and_place_and_its_text_nowhere(app: Any) -> None:
    answer, lines = await Door(app).ask("GET", "/broken")
    assert answer.status_code == 500
    failed, line = lines
    assert (failed["event"], failed["error"], failed["where"].partition(":")[0]) == (
        "request failed",
        "ValueError",
        "test_chassis_access.py",
    )
    assert line["status"] == 500
    assert MARK not in repr(lines) + answer.text


async def test_an_answer_that_breaks_off_is_logged_once() -> None:
    """And the server sees that it is not whole: it cuts the connection, so that nobody takes half a
    document for a whole one.
    """
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.sleep(60)

    scope: Any = {
        "type": "http",
        "method": "GET",
        "path": "/late",
        "headers": [],
        "query_string": b"",
        "client": None,
        "root_path": "",
    }
    door = Door()
    with capture_logs() as lines:
        await door.app(scope, receive, send)
    assert [line["event"] for line in lines] == ["request failed"]
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[-1]["more_body"] is True


async def test_a_flood_of_refusals_is_thinned_and_counted() -> None:
    door, lines = Door(), []
    for _ in range(access.REFUSED_LINES_A_SECOND * 3):
        lines += (await door.ask("GET", "/nowhere"))[1]
    sent = access.REFUSED_LINES_A_SECOND * 3
    assert (
        door.counted("motcua_http_requests_total", route="unmatched", method="GET", status="4xx")
        == sent
    )
    told = len(lines) + sum(line.get("left_out", 0) for line in lines)
    assert len(lines) < sent or told >= sent, (
        "a slow machine may need several seconds, each with its own lines"
    )
    assert told <= sent


async def test_labels_stay_few_whatever_is_sent() -> None:
    door = Door()
    for number in range(30):
        await door.ask(f"M{number}", f"/{number}/{MARK}")
    assert (
        door.counted("motcua_http_requests_total", route="unmatched", method="other", status="4xx")
        == 30
    )
    assert door.counted("motcua_http_seconds_count", route="unmatched") == 30
    assert door.counted("motcua_http_in_flight") == 0


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"access_address": "none"}, ""),
        ({"access_address": "prefix"}, "203.0.113.0/24"),
        ({"access_key": "k"}, ""),
    ],
)
async def test_an_address_is_shown_as_the_setting_says(more: dict[str, str], shown: str) -> None:
    _, (line,) = await Door(**more).ask("POST", "/fine/1")
    if "access_key" in more:
        _, (again,) = await Door(**more).ask("POST", "/fine/1")
        _, (other,) = await Door().ask("POST", "/fine/1")
        assert line["address"] == again["address"] != other["address"]
        assert len(line["address"]) == 16
    else:
        assert line["address"] == shown
    assert "203.0.113.77" not in repr(line)


def test_a_network_of_ipv6_is_a_48() -> None:
    shown = access.Address(settings(access_address="prefix")).shown(
        {"client": ("2001:db8:1:2:3::4", 1)}
    )
    assert shown == "2001:db8:1::/48"


async def test_what_is_no_http_at_all_is_refused_with_the_headers_that_the_server_has() -> None:
    server, task, port = await ports.serve(Door().app, "127.0.0.1", 0)
    assert isinstance(server, uvicorn.Server)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"NONSENSE\r\n\r\n")
        answer = (await reader.read(2000)).decode().lower()
        writer.close()
    finally:
        server.should_exit = True
        await task
    assert answer.startswith("http/1.1 400")
    assert {name for name in HEADERS if f"\r\n{name.lower()}: " not in answer} == set()
    assert "server:" not in answer
