"""The auditor's API over the archive, on audit's own port.

The gateway passes it through, after it has checked the role.

Only calls that the gateway signed come this far (`service.py`).
"""

import base64
import binascii
from datetime import datetime
from typing import Any

from motcua_chassis import Runtime
from motcua_contracts.wire.envelope import rfc3339
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .archive import Archived, read_archive
from .proof import Record, progress, prove, state_as_json

PAGE, LONGEST_PAGE = 500, 2000
EXAMPLE = "2026-11-24T09:00:00+07:00"


def build_app(runtime: Runtime, tools: Any) -> Starlette:
    """`/audit/dossiers/{id}/events`, `/state?at=` and `/verify`."""
    database = runtime.database

    async def events(request: Request) -> Response:
        subject = request.path_params["dossier"]
        try:
            limit = int(request.query_params.get("limit", PAGE))
            after = base64.urlsafe_b64decode(request.query_params.get("cursor", "")).decode()
        except (ValueError, binascii.Error):
            return invalid(
                "limit: số nguyên; cursor: như trang trước đã trả.",
                "limit: a whole number; cursor: as the page before gave it.",
            )
        if not 1 <= limit <= LONGEST_PAGE or (after and not after.startswith(f"{subject}|")):
            return invalid(
                f"limit: từ 1 đến {LONGEST_PAGE}; cursor: của chính hồ sơ này.",
                f"limit: 1 to {LONGEST_PAGE}; cursor: of this dossier.",
            )
        found = [
            record async for record in read_archive(database, subject, after=after, limit=limit + 1)
        ]
        if not found and not after:
            return unknown()
        more = (
            base64.urlsafe_b64encode(found[limit - 1].id.encode()).decode()
            if len(found) > limit
            else None
        )
        return JSONResponse(
            {
                "dossier": subject,
                "events": [_shown(record) for record in found[:limit]],
                "next_cursor": more,
            }
        )

    async def state(request: Request) -> Response:
        at: datetime | None = None
        if wanted := request.query_params.get("at"):
            try:
                # An unescaped "+" arrives as a space.
                at = datetime.fromisoformat(wanted.replace(" ", "+"))
            except ValueError:
                at = None
            if at is None or at.tzinfo is None:
                return invalid(
                    f"at: thời điểm kèm múi giờ, ví dụ {EXAMPLE}.",
                    f"at: an instant with its offset is required, such as {EXAMPLE}.",
                )
        records = await _records(database, request.path_params["dossier"])
        if not records:
            return unknown()
        return JSONResponse(
            state_as_json(request.path_params["dossier"], *progress(records, at), at)
        )

    async def verify(request: Request) -> Response:
        records = await _records(database, request.path_params["dossier"])
        if not records:
            return unknown()
        return JSONResponse(prove(request.path_params["dossier"], records).as_json())

    path = "/audit/dossiers/{dossier}"
    routes = [
        Route(f"{path}/events", events),
        Route(f"{path}/state", state),
        Route(f"{path}/verify", verify),
    ]
    app = Starlette(
        routes=routes, exception_handlers={HTTPException: _no_route, Exception: _failed}
    )
    app.router.redirect_slashes = False  # that redirect is made from the Host header
    return app


def recorded(record: Archived) -> Record:
    """An archived record as a proof takes it."""
    return Record(record.raw, record.place, record.at, len(record.places) - 1, record.hash)


def problem(status: int, slug: str, vi: str, en: str) -> JSONResponse:
    """An error as RFC 9457 has it, in the form of the gateway's own."""
    body = {
        "type": f"urn:motcua:problem:{slug}",
        "title": vi,
        "title_en": en,
        "status": status,
        "params": {},
    }
    return JSONResponse(body, status, media_type="application/problem+json")


def invalid(vi: str, en: str) -> JSONResponse:
    """What the parameter is and what is allowed there."""
    return problem(422, "invalid-parameter", vi, en)


def stranger() -> JSONResponse:
    """For whoever is not the gateway."""
    return problem(
        401,
        "caller-unknown",
        "Yêu cầu không đến từ cổng dịch vụ.",
        "This request did not come from the gateway.",
    )


def unknown() -> JSONResponse:
    return problem(404, "dossier-unknown", "Không tìm thấy hồ sơ.", "There is no such dossier.")


async def _no_route(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == 405:
        return problem(
            405,
            "method-not-allowed",
            "Địa chỉ này không nhận phương thức đó.",
            "This address does not support that method.",
        )
    return problem(404, "not-found", "Không có địa chỉ này.", "There is nothing at this address.")


async def _failed(request: Request, error: Exception) -> Response:
    vi, en = (
        "Có lỗi ở hệ thống; vui lòng thử lại sau.",
        "Something went wrong on our side; please try again later.",
    )
    return problem(500, "internal-error", vi, en)


async def _records(database: Any, subject: str) -> list[Record]:
    return [recorded(record) async for record in read_archive(database, subject)]


def _shown(record: Archived) -> dict[str, Any]:
    """`raw` are the record's exact bytes as text: their SHA-256 is `sha256`.

    What is not UTF-8 is shown as base64.
    """
    body: dict[str, Any] = {
        "topic": record.place.topic,
        "partition": record.place.partition,
        "offset": record.place.offset,
        "copies": [str(place) for place in record.places[1:]],
        "appended_at": rfc3339(record.at),
        "sha256": record.hash,
    }
    try:
        body["raw"] = record.raw.decode()
    except UnicodeDecodeError:
        body["raw_base64"] = base64.b64encode(record.raw).decode()
    return body
