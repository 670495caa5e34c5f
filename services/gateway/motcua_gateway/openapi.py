"""The OpenAPI document (`/api/openapi.json`): what FastAPI makes of the routes, completed by what
holds for all of them.

Every call may be refused with a problem; the key of a change is required, and what it may hold is
said.
"""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from .answers.problem import Problem

ADDRESS = "/api/openapi.json"
KEY = "idempotency-key"
KEY_SCHEMA = {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[!-~]+$"}
"""What `idempotency.read_key` takes."""
NOT_OURS = frozenset({"HTTPValidationError", "ValidationError"})
"""FastAPI's own errors, which no route answers with."""


def operation_id(route: APIRoute) -> str:
    """What a generated client calls an operation: its tag and its function (`citizen_submit`)."""
    return re.sub(r"\W", "_", "_".join((*map(str, route.tags[:1]), route.name)))


def described_by(app: FastAPI) -> None:
    """Let the app serve the completed document: made at the first question, beside the loop (it
    takes half a second), and kept as bytes.
    """
    plain = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            _complete(document)
            app.openapi_schema = document
        return app.openapi_schema

    once, kept = asyncio.Lock(), list[bytes]()

    async def serve(request: Request) -> Response:
        async with once:
            if not kept:
                kept.append(await asyncio.to_thread(lambda: orjson.dumps(complete())))
        return Response(kept[0], media_type="application/json")

    app.openapi = complete  # type: ignore[method-assign]
    app.add_route(ADDRESS, serve, include_in_schema=False)


def _complete(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in NOT_OURS:
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema(
        mode="serialization", ref_template="#/components/schemas/{model}"
    )
    schemas |= schemas["Problem"].pop("$defs", {})
    for operation in operations_of(document):
        operation.setdefault("security", [])  # for everybody, and said so
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "header" and parameter["name"].lower() == KEY:
                parameter |= {"required": True, "schema": KEY_SCHEMA}


def operations_of(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation of a document."""
    for item in document["paths"].values():
        yield from item.values()
