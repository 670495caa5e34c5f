"""How dossiers stand: received, early, on time, late, waiting; by agency, department, field, channel, level, for leaders by officer.

As of any past instant: counted again from the moments of the facts, not from what is so now.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from motcua_contracts.bounds import Instant

from ..identity import Caller
from ..milestones import MEASURES, Standing, standing, tally
from ..reading import record_list_read
from ..refusals import RoleNeeded
from ..tools import Gateway
from .asking import PROBLEM, Json, TheGateway, caller_of

router = APIRouter(tags=["public"], responses=PROBLEM)
By = Literal["agency", "receiving_agency", "department", "field", "officer", "channel", "level", "procedure"]


@router.get("/statistics")
async def statistics(
    request: Request,
    gateway: TheGateway,
    by: Annotated[list[By], Query(max_length=8)] = ["agency", "field"],  # noqa: B006 - FastAPI copies it
    as_of: Instant | None = None,
    received_from: Instant | None = None,
    received_to: Instant | None = None,
) -> Response:
    """Dossiers by how they stand; late is measured against the first date. `by` may be given several times; `officer` is for leaders,
    of their own agency, and the reading is recorded. `as_of` is now unless given."""
    at = as_of or gateway.runtime.now()
    where: dict[str, Any] = {"filed_at": {"$lte": min(at, received_to) if received_to else at}}
    if received_from is not None:
        where["filed_at"]["$gte"] = received_from
    leader = await _leader(request) if "officer" in by else None
    agency = leader.place.agency if leader is not None and leader.place is not None else None
    stood = [one for one in await _standings(gateway, where, at) if agency is None or one.by["agency"] == agency]
    if leader is not None and agency is not None:
        await record_list_read(gateway, leader, "officers", agency, received_from, at, len(stood))
    total = {measure: sum(one.measure == measure for one in stood) for measure in MEASURES}
    rows = {f"by_{name}": await _named(gateway, tally(stood, name), name) for name in dict.fromkeys(by)}
    return Json({"as_of": at, "received": len(stood), **total, "late_in_all": total["late"] + total["overdue"], **rows})


async def _standings(gateway: Gateway, where: Mapping[str, Any], at: Any) -> list[Standing]:
    found = gateway.database.dossiers.find(where, {"agency": 1, "filing": 1, "marks": 1})
    return [one async for row in found if (one := standing(row, at)) is not None]


async def _leader(request: Request) -> Caller:
    """Raises `Unauthenticated`, `RoleNeeded`."""
    caller: Caller = await caller_of(request)
    if "leader" not in caller.roles or caller.place is None:
        raise RoleNeeded(roles="leader")
    return caller


async def _named(gateway: Gateway, rows: list[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """The rows with the names that the catalogue has for their values."""
    known = {one.id: one for one in gateway.catalogue.agencies()}
    officers = await gateway.names.of({row["officer"] for row in rows} - {""}) if by == "officer" else {}
    for row in rows:
        match by:
            case "agency" | "receiving_agency" if row[by] in known:
                row |= {"name_vi": known[row[by]].name_vi, "name_en": known[row[by]].name_en}
            case "department" if row[by]:
                agency, _, department = row[by].partition("/")
                one = next((d for d in known[agency].departments if d.id == department), None) if agency in known else None
                row |= {"name_vi": one.name_vi, "name_en": one.name_en} if one is not None else {}
            case "officer":
                row["name"] = officers.get(row["officer"], "")
            case _:
                pass
    return rows
