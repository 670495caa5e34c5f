"""The feed of statuses for the national portal: by cursor, at least once, each dossier's in its
order.
"""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from ..answers.base import shows
from ..answers.others import Feed
from ..http.paging import MOST
from ..read_model.portal_feed import read, shown
from .calls import PROBLEM, Json, Limit, TheGateway
from .rights import TheOverseer

router = APIRouter(prefix="/portal", tags=["portal"], responses=PROBLEM)


@router.get("/feed", responses=shows(Feed))
async def feed(
    gateway: TheGateway,
    caller: TheOverseer,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
    limit: Limit = MOST,
) -> Response:
    """Statuses after `cursor`, with the portal's numbers 1 to 10.

    `next_cursor` is for the next question, also where nothing was new: ask again later. Asking
    again with an old cursor gives the same rows again; `number` counts a dossier's own, so copies
    are known.
    """
    rows, next_cursor = await read(
        gateway.database.portal, gateway.database.portal_lanes, cursor, limit
    )
    return Json(
        {
            "statuses": gateway.rows.each("portal", rows, shown),
            "next_cursor": next_cursor,
            "more": len(rows) == limit,
        }
    )
