"""The OpenAPI document: whole, valid as OpenAPI 3.1 and JSON Schema 2020-12, and it says of each
call what it answers, refuses and needs.
"""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from motcua_gateway.rights_table import described, rows_of
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.support.described import Described, NotAsDescribedError, own_document

DOCUMENT = own_document()
PROBLEM = {"$ref": "#/components/schemas/Problem"}
SEARCHES = {"/api/v1/desk/dossiers/search"}
"""Sent as a body, since addresses are logged; they change nothing."""
OPERATIONS = [
    pytest.param(method, path, operation, id=f"{method} {path}")
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


def references(value: Any) -> Iterator[str]:
    """Every `$ref` in it."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def test_every_route_of_the_api_is_in_the_document() -> None:
    listed = {(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item}
    routes = {
        (row.method, row.path) for row in rows_of(described()) if row.path.startswith("/api/v1/")
    }
    assert routes == listed


def test_the_document_is_one_of_openapi() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_the_document_names_its_server_and_its_licence() -> None:
    """A generated client needs an address, and linters of OpenAPI ask for both."""
    assert [one["url"] for one in DOCUMENT["servers"]] == ["/"]
    assert DOCUMENT["info"]["license"]["identifier"] == "Apache-2.0"


def test_names_are_such_that_generated_code_can_have_them() -> None:
    """Two models of one class name get names that hold their modules, and one model's title for
    both: generators drop one of them.
    """
    schemas = DOCUMENT["components"]["schemas"]
    titles = [schema["title"] for schema in schemas.values()]
    assert [name for name in schemas if not name.isidentifier() or "_" in name] == []
    assert len(titles) == len(set(titles))
    ids = [one.values[2]["operationId"] for one in OPERATIONS]  # type: ignore[index]
    assert [name for name in ids if not (name.isidentifier() and name.islower())] == []


def test_every_reference_leads_somewhere() -> None:
    known = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert set(references(DOCUMENT)) <= known
    assert DOCUMENT["openapi"].startswith("3.1")


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_every_schema_is_one(name: str) -> None:
    jsonschema_rs.meta.validate(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **DOCUMENT["components"]["schemas"][name],
        }
    )


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_each_call_says_what_it_answers_and_how_it_refuses(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    answers = operation["responses"]
    good = [status for status in answers if status[0] in "23"]
    assert good
    for status in good:
        for kind, about in answers[status].get("content", {}).items():
            assert about["schema"], f"{path} {status} {kind}: no schema"
        assert status[0] == "3" or answers[status]["content"]
    for status in ("4XX", "5XX"):
        assert answers[status]["content"]["application/problem+json"]["schema"] == PROBLEM
    assert "422" not in answers, "FastAPI's own shape of errors, which nobody is answered with"


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_a_change_needs_its_key_and_says_so(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    keys = [
        one for one in operation.get("parameters", ()) if one["name"].lower() == "idempotency-key"
    ]
    signed_in = bool(operation.get("security")) and path not in SEARCHES
    assert len(keys) == (1 if signed_in and method in ("post", "put") else 0)
    assert all(one["required"] and one["schema"]["minLength"] == 8 for one in keys)


def test_each_call_says_who_may_make_it() -> None:
    assert DOCUMENT["components"]["securitySchemes"]["bearer"]["type"] == "http"
    for row in rows_of(described()):
        if row.path.startswith("/api/v1/"):
            needs = DOCUMENT["paths"][row.path][row.method.lower()]["security"]
            assert needs == ([{"bearer": []}] if row.rights is not None else []), (
                f"{row.method} {row.path}"
            )


@pytest.mark.parametrize(
    ("path", "status", "headers", "body"),
    [
        ("/api/v1/statistics", 200, {"content-type": "application/json"}, b"{}"),
        ("/api/v1/statistics", 200, {"content-type": "text/html"}, b""),
        ("/api/v1/statistics", 204, {"content-type": "application/json"}, b"{}"),
        (
            "/api/v1/statistics",
            404,
            {"content-type": "application/problem+json"},
            b'{"detail": "no"}',
        ),
        ("/api/v1/statistics", 404, {"content-type": "application/json"}, b"{}"),
        ("/api/v1/nothing", 200, {"content-type": "application/json"}, b"{}"),
    ],
)
def test_an_answer_that_is_not_in_the_document_is_found(
    path: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    with pytest.raises(NotAsDescribedError):
        Described(DOCUMENT).check("GET", path, status, headers, body)


def test_a_field_that_nobody_declared_is_found() -> None:
    body = b'{"access_token": "x", "token_type": "Bearer", "expires_in": 1, "roles": [], "more": 1}'
    with pytest.raises(NotAsDescribedError, match="more"):
        Described(DOCUMENT).check(
            "POST", "/api/v1/dev/token", 200, {"content-type": "application/json"}, body
        )
