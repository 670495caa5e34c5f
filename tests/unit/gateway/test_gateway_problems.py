"""Every refusal is a problem with a status, two languages and a stable type; bad fields are named,
what was sent is not repeated.
"""

from typing import get_args

import orjson
import pytest
from motcua_contracts import Refusal
from motcua_contracts.rules.decision import RefusalKind
from motcua_contracts.rules.refusals import DateTooEarly, LevelTooLow, NoteRequired, WrongStatus
from motcua_gateway.http.problems import STATUS, answer, problem, refusal_of, status_of
from motcua_gateway.http.refusals import Unauthenticated

from .harness import GatewayHarness

KEPT: dict[int, str] = {
    400: ("cursor-invalid idempotency-key-required request-invalid"),
    401: ("unauthenticated"),
    403: (
        "development-only document-not-yours forbidden foreign-agency foreign-form "
        "not-your-task officer-left officer-not-placed role-required sign-in-too-weak"
    ),
    404: (
        "agency-unknown attempt-unknown document-unknown dossier-unknown fact-missing "
        "form-unknown link-invalid message-unknown not-found not-published persona-unknown "
        "procedure-unknown refund-unknown tracking-unknown transfer-unknown "
        "verification-unknown"
    ),
    405: ("method-not-allowed"),
    409: (
        "already-consulted already-decided already-extended already-rated already-settled "
        "consultation-closed consultation-open delivery-differs dossier-exists "
        "erasure-too-early fee-expired fee-not-assessed fee-open level-too-low "
        "money-in-motion no-officer nothing-owed nothing-to-correct officer-absent "
        "papers-not-ready payment-in-doubt payment-not-demanded procedure-not-suspended "
        "procedure-suspended procedure-withdrawn step-needs-other step-out-of-order "
        "supplement-too-late supplement-used task-not-free terms-unknown till-already-open "
        "till-busy till-not-open till-too-full till-too-low too-many-corrections "
        "transfer-busy transfer-gone version-conflict version-outdated wrong-status"
    ),
    410: ("dossier-forgotten"),
    413: ("body-too-large document-too-large files-too-large"),
    415: ("document-refused"),
    422: (
        "amount-differs amount-too-large authority-missing bad-signature bank-number-invalid "
        "date-in-future date-in-past date-too-early date-too-far demand-not-stated "
        "department-unknown effective-too-early fee-too-large form-invalid "
        "idempotency-conflict identity-not-checked not-printable note-required paper-missing "
        "paper-unknown parameter-unknown pin-missing proof-required provider-unknown "
        "reason-required reason-unknown refund-too-large version-gap"
    ),
    429: ("too-many-requests too-many-tries uploads-of-today uploads-unfiled"),
    500: ("internal-error not-processed"),
    503: (
        "dossier-waits inspection-busy printing-busy record-unreadable scanning-unavailable "
        "unavailable"
    ),
}
"""The status of each refusal that callers have met so far: a kind that changes would break them."""


@pytest.mark.parametrize("slug", sorted(Refusal.by_slug))
def test_every_refusal_is_rendered(slug: str) -> None:
    response = answer(refusal_of(slug, {}))
    body = orjson.loads(response.body)
    assert response.status_code == body["status"] == status_of(Refusal.by_slug[slug])
    assert response.media_type == "application/problem+json"
    assert body["type"] == f"urn:motcua:problem:{slug}"
    assert body["title"]
    assert body["title_en"]
    assert 400 <= body["status"] < 600
    assert response.headers.get("retry-after", "").isdigit() == (body["status"] in (429, 503)), (
        "who is asked to wait is told how long"
    )


@pytest.mark.parametrize("status", KEPT)
def test_a_slug_keeps_its_status(status: int) -> None:
    slugs = KEPT[status].split()
    assert {slug: status_of(Refusal.by_slug[slug]) for slug in slugs} == dict.fromkeys(
        slugs, status
    )


def test_every_kind_has_a_status_of_its_own_and_is_used() -> None:
    assert (
        set(STATUS) == set(get_args(RefusalKind)) == {one.kind for one in Refusal.by_slug.values()}
    )
    assert len(set(STATUS.values())) == len(STATUS)


def test_a_refusal_is_not_declared_without_its_kind() -> None:
    with pytest.raises(TypeError, match="kind"):
        type("Vague", (Refusal,), {}, slug="vague")
    with pytest.raises(TypeError, match="no kind odd"):
        type("Odd", (Refusal,), {}, slug="odd", kind="odd")
    assert {"vague", "odd"}.isdisjoint(Refusal.by_slug)


def test_a_refusal_names_the_field_that_it_is_about() -> None:
    assert refusal_of(NoteRequired.slug, {"about": "papers"}).field == "note"
    assert (
        refusal_of(DateTooEarly.slug, {"field": "body.postmark", "first": ""}).field == "postmark"
    )
    assert refusal_of(WrongStatus.slug, {}).field == ""


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
    desk: GatewayHarness, body: object, field: str, allowed: str
) -> None:
    response = await desk.post("citizen-an", "/dossiers", body)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()["errors"]
    assert [one["field"] for one in told] == [field]
    assert allowed in told[0]["allowed"]
    assert "SECRET" not in told[0]["allowed"]


async def test_what_is_no_json_is_said_so(desk: GatewayHarness) -> None:
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
    desk: GatewayHarness, method: str, path: str, slug: str
) -> None:
    response = await desk.client.request(method, f"/api/v1{path}")
    assert response.json()["type"] == f"urn:motcua:problem:{slug}"


async def test_a_fault_of_ours_says_nothing_of_what_was_asked(
    desk: GatewayHarness, monkeypatch: pytest.MonkeyPatch
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
    desk: GatewayHarness,
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


async def test_every_answer_bears_the_safe_headers(desk: GatewayHarness) -> None:
    for response in (
        await desk.get("", "/procedures"),
        await desk.get("", "/nowhere"),
        await desk.get("", "/dossiers"),
    ):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
