"""What anybody may read: procedures, where a dossier lies (with its pin), and counts."""

import hmac
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from ..paging import MOST, PAGE, read_cursor, write_cursor
from ..procedures import summary, whole
from ..refusals import TrackingUnknown
from ..views import officers_of, public_view
from .asking import PROBLEM, Json, TheGateway

router = APIRouter(tags=["public"], responses=PROBLEM)
NO_PIN = "------"
"""Compared with where there is nothing to compare: as long as a pin, and never one."""


@router.get("/procedures")
async def list_procedures(
    gateway: TheGateway,
    q: Annotated[str, Query(max_length=200)] = "",
    field: Annotated[str, Query(max_length=60)] = "",
    level: Annotated[int | None, Query(ge=1, le=4)] = None,
    authority: Literal["", "province", "district", "commune"] = "",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
) -> Response:
    """Search; accents are optional. Pages by code."""
    after = read_cursor(cursor, str)[0] if cursor else ""
    found = [fact for fact in gateway.procedures.search(q, field, level, authority) if fact.terms.code > after]
    page = found[:limit]
    next_cursor = write_cursor(page[-1].terms.code) if len(found) > limit else None
    return Json({"procedures": [summary(fact) for fact in page], "next_cursor": next_cursor})


@router.get("/procedures/statistics")
async def procedure_statistics(gateway: TheGateway) -> Response:
    """How many procedures by authority, field and level."""
    return Json(gateway.procedures.statistics())


@router.get("/procedures/{code}")
async def one_procedure(gateway: TheGateway, code: str) -> Response:
    """Steps, papers, days, fee, legal basis, and the form's schema."""
    return Json(whole(gateway.procedures.get(code)))


@router.get("/track/{code}")
async def track(gateway: TheGateway, code: str, pin: Annotated[str, Query(max_length=20)]) -> Response:
    """Where the dossier lies; no personal data. A wrong pin and an unknown code give the same answer."""
    code, at = code[:60].upper(), gateway.runtime.now()
    await gateway.pins.check(code, at)
    document = await gateway.dossiers.by_code(code)
    # The same steps for a code that nobody has, so that time tells nothing either.
    dossier_id, revision = (document["_id"], document["filing"]["revision"]) if document is not None else (code, 1)
    papers = await gateway.papers.of_dossier(dossier_id, revision)
    right = hmac.compare_digest((papers.pin if papers is not None else NO_PIN).encode(), pin.encode())
    if document is None or papers is None or not right:
        await gateway.pins.wrong(code, at)
        raise TrackingUnknown()
    shows_officer = gateway.settings.track_shows_officer
    names = await gateway.names.of(officers_of(document)) if shows_officer else {}
    return Json(public_view(document, gateway.catalogue, names, shows_officer))


@router.get("/statistics")
async def statistics(gateway: TheGateway) -> Response:
    """Dossiers received, by agency and status; late are those unfinished after their due date."""
    counts = await gateway.dossiers.statistics(gateway.runtime.now())
    received = sum(row["count"] for row in counts)
    return Json({"received": received, "late": sum(row["late"] for row in counts), "by_agency_and_status": counts})
