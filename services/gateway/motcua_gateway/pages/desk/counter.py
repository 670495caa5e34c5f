"""The counter's pages: the queue with its filters, and one dossier with applicant, papers, history
and a form for each legal act.
"""

from datetime import timedelta
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from motcua_contracts.rules.applicants import NO_SMS_TO_LANDLINES
from motcua_contracts.rules.archive import day_of
from motcua_contracts.rules.decision import Refusal
from motcua_contracts.rules.reasons import ASKED_BY
from motcua_contracts.rules.status import LABELS as STATUSES
from motcua_contracts.rules.status import Label
from motcua_contracts.values.identity_numbers import KINDS
from pydantic import ValidationError
from starlette.datastructures import FormData

from ...api import documents as documents_api
from ...api.asking import Cursor, TheGateway
from ...http.paging import PAGE
from ...http.refusals import NotFound, RequestInvalid
from ...identity.callers import Caller
from ...procedures.desk_search import matching
from ...read_model.document import Document
from ...read_model.dossiers import scope_of
from ...tools import Gateway
from ...views.confirmations import CHANGE
from ...views.dossier import paper_names, queue_row
from ...views.offer_inputs import may_go_from
from ..confirming_acts import confirmed, question
from ..site import PageRoute, language_of, show
from ..telling import beside, told_of
from ..typed import Filled, WrongFieldsError
from .acts import (
    ACTS,
    ASKED_AGAIN,
    DELIVERED,
    FIELD_OF,
    FIELDS,
    HAPPENS,
    LABELS,
    REASONS,
    command_of,
    told,
)
from .returning import HOME, landing
from .seen import seen_at_desk, who_of
from .signing_in import TheClerk, TheOfficer

router = APIRouter(route_class=PageRoute, include_in_schema=False)
NOTHING_FILLED = Filled()
PENDING = Label(
    "đã gửi, đang được xử lý; tải lại trang sau giây lát",
    "sent and being processed; reload the page in a moment",
)
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


@router.get("/quay/ho-so/{dossier_id}")
async def one(
    request: Request, gateway: TheGateway, caller: TheOfficer, dossier_id: DossierId, done: str = ""
) -> Response:
    """The dossier; the reading is recorded."""
    return await _dossier(
        request,
        gateway,
        caller,
        dossier_id,
        done=PENDING if done == "pending" else LABELS.get(done),
    )


@router.post("/quay/ho-so/{dossier_id}/{action}")
async def act(
    request: Request, gateway: TheGateway, caller: TheClerk, dossier_id: DossierId, action: str
) -> Response:
    """Carry out a form; what cannot be undone is asked once more first.

    What does not hold is shown beside its field, with what was typed.

    A refusal by the rules is shown with the acts that are legal now. Raises `NotFound`,
    `RoleNeeded`.
    """
    if action not in ACTS:
        raise NotFound()
    agency = caller.seat("clerk").agency
    stored = await gateway.dossiers.at_desk(caller, dossier_id)
    names = paper_names(stored, gateway.catalogue)
    async with request.form(max_files=0) as fields:
        key = str(fields.get("key") or uuid4().hex)
        filled = Filled(action, fields)
        try:
            command = command_of(action, agency, fields, names)
            if action in ASKED_AGAIN and CHANGE in fields:
                return await _dossier(request, gateway, caller, dossier_id, filled)
            if action in ASKED_AGAIN and not await confirmed(
                gateway, command, caller.actor, stored, action, fields, key
            ):
                return await _asked_again(request, gateway, caller, stored, action, fields)
            sent = gateway.commands.send(command, subject=dossier_id, actor=caller.actor, key=key)
            finished = await sent
        except WrongFieldsError as error:
            return await _dossier(
                request,
                gateway,
                caller,
                dossier_id,
                Filled(action, fields, error.wrong),
                RequestInvalid(),
            )
        except ValidationError:
            return await _dossier(request, gateway, caller, dossier_id, filled, RequestInvalid())
        except Refusal as refusal:
            return await _dossier(
                request,
                gateway,
                caller,
                dossier_id,
                Filled(action, fields, beside(refusal, FIELD_OF)),
                refusal,
            )
    english = "&lang=en" if language_of(request) == "en" else ""
    said = f"?done={action}{english}" if finished is not None else f"?done=pending{english}"
    return RedirectResponse(f"{HOME}/ho-so/{dossier_id}{said}", 303)


async def _asked_again(
    request: Request,
    gateway: Gateway,
    caller: Caller,
    stored: Document,
    action: str,
    fields: FormData,
) -> Response:
    """The page that names person, dossier and what will happen. Nothing is done yet."""
    shown = await seen_at_desk(gateway, caller, stored)
    said = told(
        action, fields, paper_names(stored, gateway.catalogue), language_of(request) == "en"
    )
    return show(
        request,
        "confirm_act.html",
        **shown,
        **question(fields, said, ASKED_AGAIN[action]),
        label=LABELS[action],
        correctable=action not in HAPPENS,
        confirmation=gateway.confirmations.of(caller.actor, stored, action, fields),
        home=f"{HOME}/ho-so/{stored['_id']}",
    )


@router.get("/quay/tai-lieu/{sha256}")
async def document(
    gateway: TheGateway, caller: TheOfficer, sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
) -> Response:
    """A paper, slip or result; the reading is recorded."""
    return await documents_api.read(gateway, caller, sha256)


async def _dossier(
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
    said, status = told_of(refusal)
    legal = {one["action"] for one in shown["seen"]["actions"]}
    first = may_go_from(stored)
    kept_until = (
        day_of(first - timedelta(days=1))
        if first is not None and first > gateway.runtime.now()
        else ""
    )
    return show(
        request,
        "desk_dossier.html",
        status,
        **shown,
        offered=[action for action in ACTS if action in legal],
        labels=LABELS,
        reasons=REASONS,
        fields=FIELDS,
        asked_by=ASKED_BY,
        delivered=DELIVERED,
        kinds={},
        final=HAPPENS,
        asked=ASKED_AGAIN,
        no_sms=NO_SMS_TO_LANDLINES,
        names=paper_names(stored, gateway.catalogue),
        id_kinds=KINDS,
        kept_until=kept_until,
        filled=filled,
        problem=said,
        done=done,
        key=uuid4().hex,
    )
