"""What citizens may know about their own data: who read the papers of a dossier, and an export of
all that is held.

The export is written dossier by dossier, so that it costs the gateway no more memory for somebody
with a thousand of them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import orjson
from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse
from motcua_contracts import Catalogue

from ..answers.base import shows
from ..answers.own_data import Export, Readings
from ..http.paging import MOST, PAGE, Page
from ..http.safe_rows import PAPERS_UNREADABLE, SafeRows, values_of
from ..identity.callers import Caller
from ..read_model.dossiers import Dossiers
from ..read_model.names import Names
from ..read_model.preferences import subject_of
from ..read_model.private_records import Held
from ..read_model.readings import shown
from ..read_model.stored import Document
from ..tools import Gateway
from ..views.inbox import inbox_of
from .calls import PROBLEM, Cursor, Json, Limit, TheGateway
from .citizen import owner_page
from .rights import TheCitizen

R = TypeVar("R")
router = APIRouter(tags=["citizen"], responses=PROBLEM)


@router.get("/dossiers/{dossier_id}/readings", responses=shows(Readings))
async def readings(
    gateway: TheGateway,
    caller: TheCitizen,
    dossier_id: str,
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Response:
    """Every reading of the papers by somebody other than the owner: when, what, by whom (name,
    post, agency). The latest first.
    """
    await gateway.dossiers.of_owner(caller, dossier_id)
    page = await gateway.readings.page(dossier_id, cursor, limit)
    rows = await _named(gateway.names, gateway.rows, gateway.catalogue, page.rows)
    return Json({"readings": rows, "next_cursor": page.next_cursor})


@router.get("/me/export", responses=shows(Export))
async def export(gateway: TheGateway, caller: TheCitizen) -> Response:
    """All that is held of the caller, as one JSON file: the account, every dossier with its papers
    and readings, messages, wishes.

    Documents are named by their SHA-256 and fetched at `GET /documents/{sha256}`.
    """
    headers = {"Content-Disposition": 'attachment; filename="motcua-own-data.json"'}
    return StreamingResponse(
        _export(gateway, caller), media_type="application/json", headers=headers
    )


async def _export(gateway: Gateway, caller: Caller) -> AsyncIterator[bytes]:
    wishes = await gateway.database.preferences.find_one({"_id": subject_of(caller.actor)})
    head = {
        "as_of": gateway.runtime.now(),
        "account": await gateway.identity.people.known_as(caller.actor),
        "preferences": wishes["wishes"] if wishes is not None else None,
    }
    yield _dumped(head)[:-1] + b',"dossiers":['
    first = True
    async for row in _own(gateway.dossiers, caller):
        yield (b"" if first else b",") + _dumped(await _dossier(gateway, caller, row))
        first = False
    yield b'],"messages":['
    first = True
    async for message in _messages(gateway.database.dossiers, gateway.rows, caller):
        yield (b"" if first else b",") + _dumped(message)
        first = False
    yield b"]}"


async def _dossier(gateway: Gateway, caller: Caller, row: Document) -> dict[str, Any]:
    dossier_id = str(row["_id"])
    view = await gateway.rows.one_awaited(
        "export", row, lambda _: owner_page(gateway, caller, dossier_id)
    )
    revisions = [_paper(held) async for held in gateway.papers.every(dossier_id)]
    rows = []
    async for part in _pages(lambda cursor: gateway.readings.page(dossier_id, cursor, MOST)):
        rows += await _named(gateway.names, gateway.rows, gateway.catalogue, part)
    return {**view, "papers": revisions, "readings": rows}


def _paper(held: Held) -> dict[str, Any]:
    if held.papers is None:
        return {
            "unreadable": True,
            "note_vi": PAPERS_UNREADABLE.vi,
            "note_en": PAPERS_UNREADABLE.en,
        }
    return held.papers.model_dump(mode="json")


async def _pages(ask: Callable[[str | None], Awaitable[Page[R]]]) -> AsyncIterator[list[R]]:
    """The rows of every page of a list, page by page, from the first cursor to the last."""
    cursor: str | None = None
    while True:
        page = await ask(cursor)
        yield page.rows
        cursor = page.next_cursor
        if cursor is None:
            return


async def _own(dossiers: Dossiers, caller: Caller) -> AsyncIterator[Document]:
    async for part in _pages(lambda cursor: dossiers.page({"owner": caller.actor}, cursor, MOST)):
        for row in part:
            yield row


async def _messages(
    dossiers: Any, rows: SafeRows, caller: Caller
) -> AsyncIterator[dict[str, object]]:
    """`dossiers`: the collection."""
    async for part in _pages(lambda cursor: inbox_of(dossiers, rows, caller.actor, cursor, MOST)):
        for row in part:
            yield row


async def _named(
    names: Names, safe: SafeRows, catalogue: Catalogue, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    named = await names.of(values_of(rows, lambda row: row["reader"].removeprefix("officer:")))
    return safe.each("readings", rows, lambda row: shown(row, named, catalogue))


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)
