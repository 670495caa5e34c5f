"""Finding a person's dossiers at a desk. By POST: what is asked for is personal data, and belongs in no address and no log of addresses."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from motcua_contracts.bounds import LINE
from motcua_contracts.personal import Personal
from pydantic import Field

from ..answers.base import shows
from ..answers.desk import Queue
from ..dossiers import scope_of
from ..folding import Document
from ..identity import Caller
from ..reading import record_list_read
from ..tools import Gateway
from ..views import queue_row
from .asking import PROBLEM, Body, Json, TheGateway
from .rights import TheOfficer

router = APIRouter(prefix="/desk", tags=["desk"], responses=PROBLEM)
SHOWN = 50
OFFICES = ("clerk", "cashier", "officer", "leader")


class Person(Body):
    """A whole name, a phone number, or the number of an identity document; accents, blanks and spelling do not matter."""

    person: Annotated[str, Field(min_length=2, max_length=120, pattern=LINE), Personal("whom an officer looks for")]


@router.post("/dossiers/search", responses=shows(Queue))
async def search(gateway: TheGateway, caller: TheOfficer, body: Person) -> Response:
    """A person's dossiers among those that the officer may see, the latest first, fifty at most. Each search is recorded first."""
    rows = await found(gateway, caller, body.person)
    return Json({"dossiers": gateway.rows.each("queue", rows, queue_row), "next_cursor": None})


async def found(gateway: Gateway, caller: Caller, person: str) -> list[Document]:
    """The dossiers, once the search is recorded. Raises `Unavailable`."""
    dossiers = await gateway.person_search.dossiers(person)
    where: dict[str, Any] = {"$and": [scope_of(caller), {"_id": {"$in": dossiers}, "forgotten": {"$ne": True}}]}
    page = await gateway.dossiers.page(where, None, SHOWN)
    agency = caller.seat(*OFFICES).agency
    await record_list_read(gateway, caller, "person", agency, None, gateway.runtime.now(), len(page.rows))
    return page.rows
