"""Sessions at the desk: forms from our own pages alone, cookies that no sibling domain sets, and a
sign-out that every instance knows.
"""

from typing import Any

import pytest
from motcua_documents.store import DocumentStore
from motcua_gateway.http.refusals import ForeignForm
from motcua_gateway.pages.desk.same_origin import origin_of
from motcua_gateway.pages.desk.sign_in import COOKIE

from .harness import GatewayHarness, open_gateway

SIBLING = "http://other.gateway"
FORMS = (
    "/quay/dang-nhap",
    "/quay/dang-xuat",
    "/quay/ban-tin",
    "/quay/ho-so/d-1/refuse",
    "/quay/cong-viec/d-1/complete-step",
)


FOREIGN: list[dict[str, str]] = [
    {},
    {"origin": SIBLING},
    {"origin": "null"},
    {"origin": "https://gateway"},
    {"origin": "http://gateway:8080"},
    {"origin": "http://gateway.evil.example"},
    {"origin": ""},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "same-site", "origin": "http://gateway"},
    {"sec-fetch-site": "same-origin", "origin": SIBLING},
    {"referer": "http://gateway/quay"},
    {"host": "other.gateway", "origin": SIBLING},
]


async def test_a_form_of_another_page_does_nothing(desk: GatewayHarness) -> None:
    desk.client.headers.pop("origin")
    desk.client.cookies.set(COOKIE, desk.tokens.issue("clerk-haihau")[0])
    for form in FORMS:
        for headers in FOREIGN:
            answer = await desk.client.post(
                form, data={"persona": "clerk-haihau", "key": "a-key-of-a-form"}, headers=headers
            )
            assert (answer.status_code, "set-cookie" in answer.headers) == (403, False), (
                form,
                headers,
            )
            assert ForeignForm.vi in answer.text
    assert desk.runtime.appended == []
    assert (await desk.client.get("/quay")).status_code == 200, "the session was not ended either"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://gateway"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
    ],
    ids=str,
)
async def test_a_form_of_our_own_page_is_taken(
    desk: GatewayHarness, headers: dict[str, str]
) -> None:
    desk.client.headers.pop("origin")
    answer = await desk.client.post(
        "/quay/dang-nhap", data={"persona": "clerk-haihau"}, headers=headers
    )
    assert answer.status_code == 303
    page = await desk.client.get("/quay/dang-nhap")
    assert page.headers["referrer-policy"] == "same-origin", "or a browser would write Origin: null"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://motcua.example", "https://motcua.example"),
        ("https://MotCua.example:443/", "https://motcua.example"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://localhost:80", "http://localhost"),
    ],
)
def test_an_origin_is_written_as_a_browser_writes_it(url: str, origin: str) -> None:
    assert origin_of(url) == origin


async def test_the_cookie_is_a_host_cookie_under_https(
    database: Any, documents: DocumentStore
) -> None:
    desk = await open_gateway(database, documents, public_url="https://motcua.example")
    answer = await desk.client.post("/quay/dang-nhap", data={"persona": "clerk-haihau"})
    (name, *about) = [part.strip() for part in answer.headers["set-cookie"].split(";")]
    assert name.startswith(f"__Host-{COOKIE}=")
    assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= set(about)
    assert not any(part.lower().startswith("domain") for part in about)
    token = name.partition("=")[2]
    assert (
        await desk.client.get("/quay", headers={"cookie": f"__Host-{COOKIE}={token}"})
    ).status_code == 200
    planted = await desk.client.get("/quay", headers={"cookie": f"{COOKIE}={token}"})
    assert planted.status_code == 401, "one that a sibling domain could have set"
    gone = await desk.client.post("/quay/dang-xuat", headers={"cookie": f"__Host-{COOKIE}={token}"})
    assert "Max-Age=0" in gone.headers["set-cookie"]
    assert "Secure" in gone.headers["set-cookie"]


async def test_a_sign_out_counts_on_every_instance_at_once(
    database: Any, documents: DocumentStore
) -> None:
    here, there = await open_gateway(database, documents), await open_gateway(database, documents)
    token = here.tokens.issue("clerk-haihau")[0]
    other = here.tokens.issue("clerk-haihau")[0]
    as_cookie, as_header = {"cookie": f"{COOKIE}={token}"}, {"authorization": f"Bearer {token}"}
    for headers in (as_cookie, as_header):
        assert (await there.client.get("/quay", headers=headers)).status_code == 200
    assert (await here.client.post("/quay/dang-xuat", headers=as_cookie)).status_code == 303
    for one in (here, there):
        for headers in (as_cookie, as_header):
            assert (await one.client.get("/quay", headers=headers)).status_code == 401
        assert (await one.client.get("/api/v1/desk/dossiers", headers=as_header)).status_code == 401
        assert (
            await one.client.get("/quay", headers={"cookie": f"{COOKIE}={other}"})
        ).status_code == 200
