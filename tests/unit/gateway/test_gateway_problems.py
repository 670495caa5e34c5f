"""Every refusal is a problem with a status, two languages and a stable type; bad fields are named,
what was sent is not repeated.
"""

import orjson
import pytest
from gateway_desk import Desk
from motcua_contracts.rules.decision import Refusal
from motcua_contracts.rules.refusals import LevelTooLow, WrongStatus
from motcua_gateway.http.problems import STATUS, answer, problem, refusal_of
from motcua_gateway.http.refusals import Unauthenticated


@pytest.mark.parametrize("slug", sorted(Refusal.by_slug))
def test_every_refusal_is_rendered(slug: str) -> None:
    response = answer(refusal_of(slug, {}))
    body = orjson.loads(response.body)
    assert response.status_code == body["status"] == STATUS[slug]
    assert response.media_type == "application/problem+json"
    assert body["type"] == f"urn:motcua:problem:{slug}"
    assert body["title"]
    assert body["title_en"]
    assert 400 <= body["status"] < 600
    assert response.headers.get("retry-after", "").isdigit() == (body["status"] in (429, 503)), (
        "who is asked to wait is told how long"
    )


def test_the_table_holds_nothing_that_nobody_says() -> None:
    assert set(STATUS) == set(Refusal.by_slug)


def test_the_rules_own_values_are_in_the_text_and_beside_it() -> None:
    body = problem(refusal_of(LevelTooLow.slug, {"level": 3, "needed": 4}))
    assert "mức độ 3" in body["title"]
    assert "needs level 4" in body["title_en"]
    assert body["params"] == {"level": 3, "needed": 4}
    assert (
        "đang xử lý"
        in problem(refusal_of(WrongStatus.slug, {"status": "processing", "allowed": "completed"}))[
            "title"
        ]
    )


def test_a_slug_of_a_newer_service_is_still_an_answer() -> None:
    assert problem(refusal_of("something-new", {}))["title"]


def test_who_is_unknown_is_told_how_to_sign_in() -> None:
    assert answer(Unauthenticated()).headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("body", "field", "allowed"),
    [
        ({"applicant": {"full_name": "SECRET"}}, "body.procedure_code", "required"),
        (
            {"procedure_code": "x", "applicant": {"full_name": ""}},
            "body.applicant.full_name",
            "at least 1",
        ),
        (
            {"procedure_code": "x", "applicant": {"full_name": "a"}, "result_delivery": "SECRET"},
            "body.result_delivery",
            "'online'",
        ),
        (
            {"procedure_code": "x", "applicant": {"full_name": "a"}, "copies": "SECRET"},
            "body.copies",
            "integer",
        ),
        (
            {"procedure_code": "x", "applicant": {"full_name": "a"}, "SECRET": 1},
            "body.SECRET",
            "not permitted",
        ),
        (
            {
                "procedure_code": "x",
                "applicant": {"full_name": "a"},
                "files": [{"paper": "p", "sha256": "SECRET"}],
            },
            "body.files.0.sha256",
            "64 hexadecimal digits",
        ),
    ],
)
async def test_a_bad_field_is_named_with_what_is_allowed(
    desk: Desk, body: object, field: str, allowed: str
) -> None:
    response = await desk.post("citizen-an", "/dossiers", body)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()["errors"]
    assert [one["field"] for one in told] == [field]
    assert allowed in told[0]["allowed"]
    assert "SECRET" not in told[0]["allowed"]


async def test_what_is_no_json_is_said_so(desk: Desk) -> None:
    headers = {
        **desk.auth("citizen-an"),
        "Idempotency-Key": "key-of-a-test",
        "Content-Type": "application/json",
    }
    response = await desk.client.post("/api/v1/dossiers", content=b"{SECRET", headers=headers)
    assert response.status_code == 400
    assert response.json()["errors"][0]["allowed"].startswith("JSON in UTF-8")


@pytest.mark.parametrize(
    ("method", "path", "slug"),
    [("GET", "/nowhere", "not-found"), ("DELETE", "/dossiers", "method-not-allowed")],
)
async def test_addresses_that_are_not_there_are_problems_too(
    desk: Desk, method: str, path: str, slug: str
) -> None:
    response = await desk.client.request(method, f"/api/v1{path}")
    assert response.json()["type"] == f"urn:motcua:problem:{slug}"


async def test_a_fault_of_ours_says_nothing_of_what_was_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ValueError("SECRET")

    monkeypatch.setattr(type(desk.gateway.dossiers), "by_code", broken)
    response = await desk.get("", "/track/H40?pin=1")
    assert (response.status_code, response.json()["type"]) == (
        500,
        "urn:motcua:problem:internal-error",
    )
    assert "SECRET" not in response.text


async def test_a_body_over_the_limit_is_refused_by_what_it_says_and_by_what_comes(
    desk: Desk,
) -> None:
    async def endless() -> object:
        for _ in range(20):
            yield b"x" * 100_000

    headers = {
        **desk.auth("citizen-an"),
        "Idempotency-Key": "key-of-a-test",
        "Content-Type": "application/json",
    }
    for content in (b"x" * 1_000_001, endless()):
        response = await desk.client.post("/api/v1/dossiers", content=content, headers=headers)  # type: ignore[arg-type]
        assert (response.status_code, response.json()["type"]) == (
            413,
            "urn:motcua:problem:body-too-large",
        )


async def test_every_answer_bears_the_safe_headers(desk: Desk) -> None:
    for response in (
        await desk.get("", "/procedures"),
        await desk.get("", "/nowhere"),
        await desk.get("", "/dossiers"),
    ):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
