"""What anybody may read of the procedures: search with facets, one procedure, counts.

Forms, guides, open data: the files beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from motcua_contracts import Catalogue

from ..answers.base import shows
from ..answers.procedures import AllCounts, Found, Whole
from ..http.paging import PAGE, read_cursor, write_cursor
from ..procedures.description import STATES, summary, whole
from ..procedures.index import AUTHORITIES, NO_LEVEL, ProcedureIndex
from ..procedures.levels import NAMES
from ..procedures.search import Key
from .calls import PROBLEM, Json, Limit, TheGateway, only_known

router = APIRouter(tags=["procedures"], responses=PROBLEM)
Level = Literal["", "1", "2", "3", "4", "none"]
Authority = Literal["", "province", "district", "commune"]
State = Literal["", "open", "suspended", "withdrawn"]
Value = Annotated[str, Query(max_length=60)]
AUTHORITY_NAMES = {
    "province": ("Cấp tỉnh", "Province"),
    "district": ("Cấp huyện", "District"),
    "commune": ("Cấp xã", "Commune"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was asked for, by the API and by the page: the words, the facets chosen, and
    the cursor as it came.
    """

    words: str
    filters: dict[str, str]
    cursor: str | None


def asked_in(
    q: Annotated[str, Query(max_length=200)] = "",
    group: Value = "",
    field: Value = "",
    level: Level = "",
    authority: Authority = "",
    agency: Value = "",
    state: State = "",
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Asked:
    filters = {
        "group": group,
        "field": field,
        "level": level,
        "authority": authority,
        "agency": agency,
        "state": state,
    }
    return Asked(q, filters, cursor)


TheSearch = Annotated[Asked, Depends(asked_in)]


@router.get("/procedures", responses=shows(Found))
async def list_procedures(
    request: Request, gateway: TheGateway, asked: TheSearch, limit: Limit = PAGE
) -> Response:
    """Search; accents are optional and words may be typed in part.

    The best first, without `q` by code. `level=none`: not stated.

    `facets` counts what each value of a facet would give with the other filters as they are.
    """
    only_known(request, "q", *asked.filters, "cursor", "limit")
    found = gateway.procedures.search(asked.words, asked.filters, limit, key_in(asked.cursor))
    return Json(
        {
            "procedures": [summary(shown) for shown in found.page],
            "total": found.total,
            "facets": {
                facet: named(gateway.procedures, gateway.catalogue, facet, counts)
                for facet, counts in found.facets.items()
            },
            "next_cursor": write_cursor(*found.following) if found.following else None,
        }
    )


@router.get("/procedures/statistics", responses=shows(AllCounts))
async def procedure_statistics(request: Request, gateway: TheGateway) -> Response:
    """How many procedures by authority, field and level: together, real ones and samples apart."""
    only_known(request)
    return Json(gateway.procedures.statistics())


@router.get("/procedures/{code}", responses=shows(Whole))
async def one_procedure(gateway: TheGateway, code: str) -> Response:
    """Steps, papers, days, fee, legal basis, what the level allows, the forms, and what no source
    states.
    """
    return Json(whole(gateway.procedures.get(code)))


def key_in(cursor: str | None) -> Key | None:
    """The place that a cursor tells. Raises `CursorInvalid`."""
    if not cursor:
        return None
    rank, differs, at, length, code = read_cursor(cursor, int, int, int, int, str)
    return rank, differs, at, length, code


def named(
    procedures: ProcedureIndex, catalogue: Catalogue, facet: str, counts: Mapping[str, int]
) -> list[dict[str, Any]]:
    """The values of a facet with their names, in the order in which people read them."""
    names = facet_names(procedures, catalogue, facet)
    order = {value: place for place, value in enumerate(names)}
    return [
        {
            "value": value,
            "vi": names.get(value, (value,))[0],
            "en": names.get(value, (value,))[-1],
            "count": counts[value],
        }
        for value in sorted(counts, key=lambda value: (order.get(value, len(order)), value))
    ]


def facet_names(
    procedures: ProcedureIndex, catalogue: Catalogue, facet: str
) -> dict[str, tuple[str, str]]:
    """Vietnamese and English name of each value."""
    match facet:
        case "level":
            return {str(level or NO_LEVEL): (label.vi, label.en) for level, label in NAMES.items()}
        case "authority":
            return {authority: AUTHORITY_NAMES[authority] for authority in AUTHORITIES}
        case "state":
            return {state: (label.vi, label.en) for state, label in STATES.items()}
        case "agency":
            return {agency.id: (agency.name_vi, agency.name_en) for agency in catalogue.agencies()}
        case "group":
            return dict(
                sorted(
                    procedures.group_names().items(),
                    key=lambda one: one[0].partition("/")[0] + one[1][0],
                )
            )
        case _:
            return dict(sorted(procedures.field_names().items(), key=lambda one: one[1]))
