"""The desk's page of a person's dossiers.

The form is sent by POST: whom somebody looks for belongs in no address.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from motcua_contracts.rules.status import LABELS as STATUSES
from motcua_contracts.values.bounds import LINE

from ...api.calls import TheGateway
from ...api.people_at_desk import found
from ...views.dossier import queue_row
from ..site import PageRoute, show
from .seen import who_of
from .sign_in import TheOfficer

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/quay/tim-nguoi")
async def search(
    request: Request,
    gateway: TheGateway,
    caller: TheOfficer,
    person: Annotated[str, Form(min_length=2, max_length=120, pattern=LINE)],
    cursor: Annotated[str, Form(max_length=200, pattern=LINE)] = "",
) -> Response:
    """The queue with that person's dossiers alone; the search is recorded, each page of it."""
    page = await found(gateway, caller, person, cursor or None)
    rows = gateway.rows.each("queue", page.rows, queue_row)
    return show(
        request,
        "desk_queue.html",
        rows=rows,
        q="",
        chosen="",
        statuses=STATUSES,
        next_cursor=None,
        first_page=False,
        person=person,
        more_of_person=page.next_cursor,
        who=await who_of(gateway, caller),
    )
