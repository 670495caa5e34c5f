"""Every error as a problem (RFC 9457): one table of HTTP statuses by slug, one rendering.

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
from motcua_contracts.rules.decision import Refusal
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

STATUS: dict[str, int] = {
    # who may
    "unauthenticated": 401,
    "forbidden": 403,
    "officer-not-placed": 403,
    "officer-left": 403,
    "development-only": 403,
    "role-required": 403,
    "sign-in-too-weak": 403,
    "foreign-form": 403,
    "foreign-agency": 403,
    "not-your-task": 403,
    "document-not-yours": 403,
    # what there is
    "not-found": 404,
    "dossier-unknown": 404,
    "document-unknown": 404,
    "tracking-unknown": 404,
    "verification-unknown": 404,
    "pin-missing": 422,
    "link-invalid": 404,
    "procedure-unknown": 404,
    "agency-unknown": 404,
    "persona-unknown": 404,
    "attempt-unknown": 404,
    "refund-unknown": 404,
    "message-unknown": 404,
    "form-unknown": 404,
    "not-published": 404,
    "fact-missing": 404,
    # what was sent
    "request-invalid": 400,
    "idempotency-key-required": 400,
    "cursor-invalid": 400,
    "parameter-unknown": 422,
    "method-not-allowed": 405,
    "body-too-large": 413,
    "document-refused": 415,
    "document-too-large": 413,
    "idempotency-conflict": 422,
    "form-invalid": 422,
    "paper-missing": 422,
    "paper-unknown": 422,
    "date-in-future": 422,
    "reason-required": 422,
    "amount-differs": 422,
    "provider-unknown": 422,
    "refund-too-large": 422,
    "note-required": 422,
    "demand-not-stated": 422,
    "erasure-too-early": 409,
    "authority-missing": 422,
    "version-outdated": 409,
    "supplement-used": 409,
    "supplement-too-late": 409,
    "already-decided": 409,
    "already-rated": 409,
    "delivery-differs": 409,
    "papers-not-ready": 409,
    "files-too-large": 413,
    "dossier-forgotten": 410,
    "identity-not-checked": 422,
    "bad-signature": 422,
    "version-gap": 422,
    "effective-too-early": 422,
    "reason-unknown": 422,
    # what the rules of the dossier's state say
    "level-too-low": 409,
    "procedure-suspended": 409,
    "procedure-withdrawn": 409,
    "procedure-not-suspended": 409,
    "dossier-exists": 409,
    "wrong-status": 409,
    "fee-open": 409,
    "fee-not-assessed": 409,
    "step-out-of-order": 409,
    "step-needs-other": 409,
    "already-extended": 409,
    "consultation-open": 409,
    "consultation-closed": 409,
    "already-consulted": 409,
    "task-not-free": 409,
    "officer-absent": 409,
    "department-unknown": 422,
    "date-in-past": 422,
    "date-too-far": 422,
    "date-too-early": 422,
    "nothing-to-correct": 409,
    "proof-required": 422,
    "not-printable": 422,
    "fee-too-large": 422,
    "till-too-full": 409,
    "bank-number-invalid": 422,
    "money-in-motion": 409,
    "amount-too-large": 422,
    "nothing-owed": 409,
    "payment-not-demanded": 409,
    "fee-expired": 409,
    "already-settled": 409,
    "payment-in-doubt": 409,
    "transfer-unknown": 404,
    "transfer-busy": 409,
    "transfer-gone": 409,
    "till-not-open": 409,
    "till-already-open": 409,
    "till-busy": 409,
    "till-too-low": 409,
    "no-officer": 409,
    "version-conflict": 409,
    "terms-unknown": 409,
    "too-many-tries": 429,
    "too-many-corrections": 409,
    "too-many-requests": 429,
    "uploads-of-today": 429,
    "uploads-unfiled": 429,
    # what went wrong here
    "not-processed": 500,
    "internal-error": 500,
    "dossier-waits": 503,
    "record-unreadable": 503,
    "unavailable": 503,
    "printing-busy": 503,
    "inspection-busy": 503,
    "scanning-unavailable": 503,
}
"""HTTP status by slug: total over every refusal that can reach a caller (a test holds it to
`Refusal.by_slug`).
"""


def refusal_of(slug: str, params: Mapping[str, Any]) -> Refusal:
    """A refusal that came as a fact, with the texts that belong to it."""
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
        "status": STATUS.get(refusal.slug, 409),
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
    if STATUS.get(refusal.slug) in (429, 503):
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
