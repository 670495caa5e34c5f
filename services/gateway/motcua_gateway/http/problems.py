"""Every error as a problem (RFC 9457): its HTTP status by its kind, one rendering.

Never the caller's own input.

`title` is Vietnamese, `title_en` beside it; `params` are the rule's own values (levels, limits,
allowed statuses); `errors` names each field of a request that does not hold and what is allowed
there.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from motcua_chassis.failures import told
from motcua_chassis.logs import Log
from motcua_contracts import Refusal
from motcua_contracts.rules.decision import RefusalKind
from motcua_contracts.rules.refusals import FormInvalid
from motcua_contracts.wire.envelope import explain
from motcua_contracts.wire.explaining import MOST_EXPLAINED, allowed, field_of
from motcua_contracts.wire.payload import FIELDS, REGISTRY
from motcua_documents.renderer import DocumentNotMade, RendererBusy
from pydantic import ValidationError
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException

from .held import held
from .methods import allowed_at
from .refusals import (
    Failed,
    MethodNotAllowed,
    NotFound,
    PrintingBusy,
    RequestInvalid,
    Unauthenticated,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:motcua:problem:"
LIKE_A_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,59}")
_RECORDS = {kind.__name__ for kind in REGISTRY.values()}
"""What is made of a request."""
RETRY_SECONDS = 5
"""Where nothing better is known: as long as a restart of MongoDB's primary or of a process that
makes documents may take.
"""

STATUS: Mapping[RefusalKind, int] = {
    "malformed": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not-found": 404,
    "unsupported-method": 405,
    "conflict": 409,
    "gone": 410,
    "too-large": 413,
    "unsupported-media": 415,
    "invalid": 422,
    "too-many": 429,
    "failed": 500,
    "unavailable": 503,
}
"""HTTP status by a refusal's kind."""


def status_of(refusal: Refusal | type[Refusal]) -> int:
    """The HTTP status of a refusal; of a slug that this gateway does not know yet, that of a
    conflict.
    """
    return STATUS[refusal.kind]


def refusal_of(slug: str, params: Mapping[str, Any]) -> Refusal:
    """A refusal that came as an event, with the texts that belong to it."""
    kind = Refusal.by_slug.get(slug)
    if kind is None:  # a service that is newer than this gateway
        return Refusal(slug=slug, **params)
    refusal = kind.__new__(kind)
    Refusal.__init__(refusal, **params)
    return refusal


def problem(refusal: Refusal, errors: Sequence[Mapping[str, str]] = ()) -> dict[str, Any]:
    """The body of a problem."""
    body: dict[str, Any] = {
        "type": PREFIX + refusal.slug,
        "title": refusal.title_vi,
        "title_en": refusal.title_en,
        "status": status_of(refusal),
        "params": refusal.params,
    }
    if errors:
        body["errors"] = list(errors)
    return body


def answer(refusal: Refusal, errors: Sequence[Mapping[str, str]] = ()) -> Response:
    """A problem as a response."""
    body = problem(refusal, errors)
    return Response(orjson.dumps(body), body["status"], headers_of(refusal), MEDIA_TYPE)


def headers_of(refusal: Refusal) -> dict[str, str]:
    """What a refusal says in headers, on a page too: how to sign in, and after how many seconds to
    try again.
    """
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(refusal, Unauthenticated) else {}
    if refusal.kind in ("too-many", "unavailable"):
        headers["Retry-After"] = str(refusal.params.get("seconds", RETRY_SECONDS))
    return headers


def invalid_fields(error: RequestValidationError) -> list[dict[str, str]]:
    """Each field (`body.applicant.full_name`) with what is allowed.

    Messages hold limits and choices, never what was sent.

    A misspelt field is named as the caller spelt it, where that looks like a name of a field; else
    it is `…`.
    """
    return [
        {"field": _field(one["loc"]), "allowed": allowed(one)}
        for one in list(error.errors())[:MOST_EXPLAINED]
    ]


def _field(loc: Sequence[str | int]) -> str:
    return field_of(
        loc, {step for step in loc if isinstance(step, str) and LIKE_A_FIELD.fullmatch(step)}
    )


def handlers(log: Log) -> dict[Any, Any]:
    """What FastAPI calls for each kind of exception."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return answer(
            error, error.errors if isinstance(error, RequestInvalid | FormInvalid) else ()
        )

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(RequestInvalid(), invalid_fields(error))

    async def unsayable(request: Request, error: Exception) -> Response:
        """What was sent holds by itself, and a record that is made of it does not: the contracts'
        bounds are the last word.
        """
        assert isinstance(error, ValidationError)
        if held() is not None and error.title not in _RECORDS:
            raise error  # it was stored so: `in_hand.py`
        log.warning("a record cannot be made of a request", what=error.title, why=explain(error))
        errors = [
            {"field": field_of(one["loc"], FIELDS) or "body", "allowed": allowed(one)}
            for one in error.errors()[:MOST_EXPLAINED]
        ]
        return answer(RequestInvalid(), errors)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        match error.status_code:
            case 404:
                return answer(NotFound())
            case 405:
                said = answer(MethodNotAllowed())
                said.headers["Allow"] = allowed_at(request.scope)
                return said
            case _:
                return answer(RequestInvalid())

    async def away(request: Request, error: Exception) -> Response:
        log.warning("store or broker away", **told(error))
        return answer(Unavailable())

    async def unprinted(request: Request, error: Exception) -> Response:
        log.warning("document not made", error=type(error).__name__)
        return answer(PrintingBusy(seconds=RETRY_SECONDS))

    async def failed(request: Request, error: Exception) -> Response:
        # Starlette raises it on, and the chassis' access log tells its class and place
        return answer(Failed())

    return {
        Refusal: refused,
        RequestValidationError: invalid,
        ValidationError: unsayable,
        HTTPException: http,
        PyMongoError: away,
        TimeoutError: away,
        OSError: away,
        DocumentNotMade: unprinted,
        RendererBusy: unprinted,
        Exception: failed,
    }
