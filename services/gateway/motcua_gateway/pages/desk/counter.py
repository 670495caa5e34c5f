"""The counter's pages: the queue with its filters, and one dossier with applicant, papers, history and a form for each legal act."""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from motcua_contracts.decision import Refusal
from motcua_contracts.status import LABELS as STATUSES
from pydantic import ValidationError

from ...api import documents as documents_api
from ...api.asking import Cursor, TheGateway
from ...dossiers import matching, scope_of
from ...identity import Caller
from ...paging import PAGE
from ...problems import problem
from ...refusals import NotFound, RequestInvalid
from ...tools import Gateway
from ...views import paper_names, queue_row
from ..site import PageRoute, language_of, show
from .acts import ACTS, LABELS, REASONS
from .seen import seen_at_desk, who_of
from .signing_in import HOME, TheClerk, TheOfficer

router = APIRouter(route_class=PageRoute, include_in_schema=False)
DossierId = Annotated[str, Path(max_length=60)]


@router.get("/quay")
async def queue(
    request: Request,
    gateway: TheGateway,
    caller: TheOfficer,
    q: Annotated[str, Query(max_length=100)] = "",
    status: Annotated[str, Query(max_length=40)] = "",
    cursor: Cursor = None,
) -> Response:
    """The dossiers of the own agency (counter) or department, latest first."""
    chosen = status if status in STATUSES else ""
    page = await gateway.dossiers.page({"$and": [scope_of(caller), matching(q, chosen)]}, cursor, PAGE)
    rows = gateway.rows.each("queue", page.rows, queue_row)
    return show(
        request, "desk_queue.html", rows=rows, q=q, chosen=chosen, statuses=STATUSES, next_cursor=page.next_cursor,
        first_page=not cursor, who=await who_of(gateway, caller),
    )  # fmt: skip


@router.get("/quay/ho-so/{dossier_id}")
async def one(request: Request, gateway: TheGateway, caller: TheOfficer, dossier_id: DossierId, done: str = "") -> Response:
    """The dossier; the reading is recorded."""
    return await _dossier(request, gateway, caller, dossier_id, done=LABELS.get(done))


@router.post("/quay/ho-so/{dossier_id}/{action}")
async def act(request: Request, gateway: TheGateway, caller: TheClerk, dossier_id: DossierId, action: str) -> Response:
    """Carry out a form. A refusal is shown on the dossier's page, with the acts that are legal now. Raises `NotFound`, `RoleNeeded`."""
    if action not in ACTS:
        raise NotFound()
    agency = caller.seat("clerk").agency
    await gateway.dossiers.at_desk(caller, dossier_id)
    fields = await request.form()
    key = fields.get("key")
    try:
        command = ACTS[action](agency, fields)
        sent = gateway.commands.send(command, subject=dossier_id, actor=caller.actor, key=key if isinstance(key, str) else str(uuid4()))
        finished = await sent
    except ValidationError:
        return await _dossier(request, gateway, caller, dossier_id, refusal=RequestInvalid())
    except Refusal as refusal:
        return await _dossier(request, gateway, caller, dossier_id, refusal=refusal)
    english = "&lang=en" if language_of(request) == "en" else ""
    said = f"?done={action}{english}" if finished is not None else f"?done=pending{english}"
    return RedirectResponse(f"{HOME}/ho-so/{dossier_id}{said}", 303)


@router.get("/quay/tai-lieu/{sha256}")
async def document(gateway: TheGateway, caller: TheOfficer, sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]) -> Response:
    """A paper, slip or result; the reading is recorded."""
    return await documents_api.read(gateway, caller, sha256)


async def _dossier(
    request: Request, gateway: Gateway, caller: Caller, dossier_id: str, done: Any = None, refusal: Refusal | None = None
) -> Response:
    stored = await gateway.dossiers.at_desk(caller, dossier_id)
    shown = await seen_at_desk(gateway, caller, stored)
    said = problem(refusal) if refusal is not None else None
    offered = [one["action"] for one in shown["seen"]["actions"] if one["action"] in ACTS]
    return show(
        request, "desk_dossier.html", said["status"] if said else 200,
        **shown, offered=offered, labels=LABELS, reasons=REASONS, names=paper_names(stored, gateway.catalogue),
        problem=said, done=done, key=uuid4().hex,
    )  # fmt: skip
