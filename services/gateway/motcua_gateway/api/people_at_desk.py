"""Finding a person's dossiers at a desk.

By POST: what is asked for is personal data, and belongs in no address and no log of addresses.
"""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from motcua_contracts.messages.audit import MOST_FOUND, RecordListRead
from motcua_contracts.values.bounds import LINE
from motcua_contracts.wire.personal import Personal
from pydantic import Field

from ..acts.document_reading import record_list
from ..answers.base import shows
from ..answers.desk import Queue
from ..http.paging import Page
from ..http.refusals import CursorInvalid, RequestInvalid
from ..identity.callers import Caller
from ..read_model.dossiers import scope_of
from ..read_model.stored import Document
from ..tools import Gateway
from ..views.dossier import queue_row
from .calls import PROBLEM, Body, Json, TheGateway
from .rights import TheOfficer

router = APIRouter(prefix="/desk", tags=["desk"], responses=PROBLEM)
SHOWN = MOST_FOUND
OFFICES = ("clerk", "cashier", "officer", "leader")


class PersonSought(Body):
    """A whole name, a phone number, or the number of an identity document; accents, blanks and
    spelling do not matter.
    """

    person: Annotated[
        str,
        Field(min_length=2, max_length=120, pattern=LINE),
        Personal("whom an officer looks for"),
    ]
    cursor: Annotated[str, Field(max_length=200, pattern=LINE)] = ""
    """`next_cursor` of the answer before, for the same person."""


@router.post("/dossiers/search", responses=shows(Queue))
async def search(gateway: TheGateway, caller: TheOfficer, body: PersonSought) -> Response:
    """A person's dossiers among those that the officer may see, the latest first, fifty at once.

    Each search is recorded first.
    """
    try:
        page = await found(gateway, caller, body.person, body.cursor or None)
    except CursorInvalid as refusal:
        raise RequestInvalid(errors=[{"field": "body.cursor", "allowed": refusal.en}]) from refusal
    return Json(
        {
            "dossiers": gateway.rows.each("queue", page.rows, queue_row),
            "next_cursor": page.next_cursor,
        }
    )


async def found(
    gateway: Gateway, caller: Caller, person: str, cursor: str | None = None
) -> Page[Document]:
    """The dossiers, once the search is recorded with which they are.

    Raises `Unavailable`, `CursorInvalid`.
    """
    page = await gateway.person_search.page(caller, person, cursor, SHOWN)
    rows = await gateway.dossiers.these(scope_of(caller), [row["_id"] for row in page.rows])
    about = RecordListRead(
        kind="person",
        agency=caller.require_seat(*OFFICES).agency,
        until=gateway.runtime.now(),
        dossiers=len(rows),
        found=tuple(row["_id"] for row in rows),
    )
    await record_list(gateway.commands, caller, about)
    return Page(rows, page.next_cursor)
