"""How dossiers stand: received, early, on time, late, waiting; by agency, department, field,
channel, level, for leaders by officer.

As of any past instant: counted again from the moments of the events, not from what is so now.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from motcua_contracts import Catalogue
from motcua_contracts.values.bounds import Instant

from ..acts.document_reading import record_list_read
from ..answers.base import shows
from ..answers.statistics import Statistics
from ..http.addresses import address_of
from ..http.refusals import RoleNeeded, Unauthenticated
from ..identity.callers import Caller
from ..read_model.milestones import BY, WITHIN, Tally
from ..read_model.names import Names
from ..read_model.small_cells import HIDDEN, day_end, day_start, guarded, within
from ..read_model.statistics import Lane, Question
from .calls import PROBLEM, Json, TheGateway, caller_of

router = APIRouter(tags=["public"], responses=PROBLEM)
By = Literal[
    "agency", "receiving_agency", "department", "field", "officer", "channel", "level", "procedure"
]


@router.get("/statistics", responses=shows(Statistics))
async def statistics(
    request: Request,
    gateway: TheGateway,
    by: Annotated[list[By], Query(max_length=8)] = ["agency", "field"],  # noqa: B006 - FastAPI copies it
    as_of: Instant | None = None,
    received_from: Instant | None = None,
    received_to: Instant | None = None,
) -> Response:
    """Dossiers by how they stand; late is measured against the first date.

    `by` may be given several times; `officer` is for leaders, of their own agency, and the reading
    is recorded.

    Staff see every count, as of any instant (`as_of`, now unless given). The public sees whole
    days, up to the end of yesterday; a count from 1 to 4 is `{"under": 5}`, and one that would give
    such a count away is `{"hidden": true}`.
    """
    now, staff = gateway.runtime.now(), await _staff(request)
    at = as_of or now
    if staff is None:
        at = min(day_end(at), day_start(now) - timedelta(microseconds=1))
        received_from = day_start(received_from) if received_from is not None else None
        received_to = day_end(received_to) if received_to is not None else None
    leader = _leader(staff) if "officer" in by else None
    agency = leader.seat.agency if leader is not None and leader.seat is not None else ""
    plain = as_of is None and received_from is None and received_to is None
    lane: Lane = "staff" if staff is not None else "plain" if plain else "dated"
    who = staff.actor if staff is not None else "" if plain else address_of(request.scope)
    counted = await gateway.counts.of(Question(at, received_from, received_to, agency), lane, who)
    if leader is not None:
        received = counted.total["received"]
        await record_list_read(
            gateway.commands, leader, "officers", agency, received_from, at, received
        )
    total: dict[str, Any] = dict(counted.total)
    tables: dict[str, list[dict[str, Any]]] = {
        name: counted.rows(name) for name in dict.fromkeys(by)
    }
    if staff is None:
        tables, total = _public(counted, tables)
    rows = {
        f"by_{name}": await _named(gateway.catalogue, gateway.names, found, name)
        for name, found in tables.items()
    }
    return Json(
        {
            "as_of": at,
            **total,
            "late_in_all": _late_in_all(total),
            "unreadable": counted.unreadable,
            **rows,
        }
    )


def _public(
    counted: Tally, asked: Mapping[str, Any]
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
    """What the public sees of the tables that it asked for.

    What is hidden does not depend on which are asked for together.
    """
    measures = tuple(counted.total)
    outer, total = guarded(
        {name: counted.rows(name) for name in BY if name not in WITHIN and name != "officer"},
        counted.total,
        measures,
    )
    tables = {}
    for name in asked:
        if (holder := WITHIN.get(name)) is None:
            tables[name] = outer[name]
        else:
            holders = {row[holder]: row for row in outer[holder]}
            tables[name] = within(counted.rows(name), name, holders, counted.within(name), measures)
    return tables, total


def _late_in_all(total: Mapping[str, Any]) -> Any:
    parts = (total["late"], total["overdue"])
    return sum(parts) if all(isinstance(part, int) for part in parts) else dict(HIDDEN)


async def _staff(request: Request) -> Caller | None:
    """Who asks, where the catalogue seats them, or an operator or auditor; None for the public.

    Raises `Unauthenticated`.
    """
    if not request.headers.get("authorization"):
        return None
    caller: Caller = await caller_of(request)
    return caller if caller.seat is not None or caller.roles & {"operator", "auditor"} else None


def _leader(staff: Caller | None) -> Caller:
    """Raises `Unauthenticated`, `RoleNeeded`."""
    if staff is None:
        raise Unauthenticated()
    if "leader" not in staff.roles or staff.seat is None:
        raise RoleNeeded(roles="leader")
    return staff


async def _named(
    catalogue: Catalogue, names: Names, rows: list[dict[str, Any]], by: str
) -> list[dict[str, Any]]:
    """The rows with the names that the catalogue has for their values."""
    known = {one.id: one for one in catalogue.agencies()}
    officers = await names.of({row["officer"] for row in rows} - {""}) if by == "officer" else {}
    for row in rows:
        match by:
            case "agency" | "receiving_agency" if row[by] in known:
                row |= {"name_vi": known[row[by]].name_vi, "name_en": known[row[by]].name_en}
            case "department" if row[by]:
                agency, _, department = row[by].partition("/")
                one = (
                    next((d for d in known[agency].departments if d.id == department), None)
                    if agency in known
                    else None
                )
                row |= {"name_vi": one.name_vi, "name_en": one.name_en} if one is not None else {}
            case "officer":
                row["name"] = officers.get(row["officer"], "")
            case _:
                pass
    return rows
