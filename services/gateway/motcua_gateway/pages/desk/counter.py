"""The counter's pages: the queue with its filters, and one dossier with applicant, papers, history
and a form for each legal act.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from motcua_contracts import Label, Refusal
from motcua_contracts.rules.status import LABELS as STATUSES

from ...acts.choices import Choices, counter_choices_of
from ...acts.counter import COUNTER
from ...acts.offered import counter_offers
from ...acts.submission import Filled
from ...api import documents as documents_api
from ...api.calls import Cursor, TheGateway
from ...http.paging import PAGE
from ...identity.callers import Caller
from ...procedures.desk_search import matching
from ...read_model.document import Document
from ...read_model.dossiers import scope_of
from ...tools import Gateway
from ...views.dossier import queue_row
from ..site import PageRoute, language_of, show
from .act_forms import NOTHING_FILLED, carried_out, done_of, forms_of
from .return_links import HOME, landing
from .seen import seen_at_desk, who_of
from .sign_in import TheClerk, TheOfficer

router = APIRouter(route_class=PageRoute, include_in_schema=False)
DossierId = Annotated[str, Path(max_length=60)]


class QueueAsked:
    """What a reader of the queue looks for."""

    def __init__(
        self,
        q: Annotated[str, Query(max_length=100)] = "",
        status: Annotated[str, Query(max_length=40)] = "",
        cursor: Cursor = None,
    ) -> None:
        self.q, self.status, self.cursor = q, status, cursor


Listed = Annotated[QueueAsked, Depends()]


@router.get("/quay")
async def home(
    request: Request, gateway: TheGateway, caller: TheOfficer, listed: Listed
) -> Response:
    """Each to their own work: the counter's queue, or a department's tasks."""
    at = landing(caller.roles)
    if at != HOME and not request.query_params.keys() - {"lang"}:
        return RedirectResponse(f"{at}?lang=en" if language_of(request) == "en" else at, 303)
    return await _queue(request, gateway, caller, listed)


@router.get("/quay/ho-so")
async def queue(
    request: Request, gateway: TheGateway, caller: TheOfficer, listed: Listed
) -> Response:
    """Dossiers of the caller's agency (counter) or department, newest first."""
    return await _queue(request, gateway, caller, listed)


async def _queue(
    request: Request, gateway: Gateway, caller: Caller, listed: QueueAsked
) -> Response:
    chosen = listed.status if listed.status in STATUSES else ""
    page = await gateway.dossiers.page(
        {"$and": [scope_of(caller), matching(listed.q, chosen, gateway.catalogue)]},
        listed.cursor,
        PAGE,
    )
    rows = gateway.rows.each("queue", page.rows, queue_row)
    return show(
        request,
        "desk_queue.html",
        rows=rows,
        q=listed.q,
        chosen=chosen,
        statuses=STATUSES,
        next_cursor=page.next_cursor,
        first_page=not listed.cursor,
        person="",
        who=await who_of(gateway, caller),
    )


class CounterPage:
    """One dossier with a form for each act of the counter that is legal now."""

    group = COUNTER
    home = f"{HOME}/ho-so"

    def choices(self, gateway: Gateway, stored: Document) -> Choices:
        return counter_choices_of(stored, gateway.catalogue)

    async def show(
        self,
        request: Request,
        gateway: Gateway,
        caller: Caller,
        dossier_id: str,
        filled: Filled = NOTHING_FILLED,
        refusal: Refusal | None = None,
        done: Label | None = None,
    ) -> Response:
        stored = await gateway.dossiers.at_desk(caller, dossier_id)
        shown = await seen_at_desk(gateway, caller, stored)
        offers = counter_offers(stored, caller, gateway.catalogue, gateway.runtime.now())
        first = {one.form for one in offers[:1] if not one.act.happens}
        opened = {filled.form} if filled.form else first
        forms, status = forms_of(self, dossier_id, offers, filled, refusal, opened)
        return show(
            request,
            "desk_dossier.html",
            status,
            **shown,
            **forms,
            choices=self.choices(gateway, stored),
            done=done,
        )


PAGE_OF_DOSSIER = CounterPage()


@router.get("/quay/ho-so/{dossier_id}")
async def one(
    request: Request, gateway: TheGateway, caller: TheOfficer, dossier_id: DossierId, done: str = ""
) -> Response:
    """The dossier; the reading is recorded."""
    said = done_of(PAGE_OF_DOSSIER, done)
    return await PAGE_OF_DOSSIER.show(request, gateway, caller, dossier_id, done=said)


@router.post("/quay/ho-so/{dossier_id}/{action}")
async def act(
    request: Request, gateway: TheGateway, caller: TheClerk, dossier_id: DossierId, action: str
) -> Response:
    """Carry out a form. Raises `NotFound`, `RoleNeeded`."""
    return await carried_out(PAGE_OF_DOSSIER, request, gateway, caller, dossier_id, action)


@router.get("/quay/tai-lieu/{sha256}")
async def document(
    gateway: TheGateway, caller: TheOfficer, sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
) -> Response:
    """A paper, slip or result; the reading is recorded."""
    return await documents_api.read(gateway, caller, sha256)
