"""The page of money that needs a person's look: transfers that name no payment, with their forms, and payments in doubt."""

from typing import Annotated, Any, Final
from uuid import uuid4

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from motcua_contracts.decision import Refusal
from motcua_contracts.payload import Command
from motcua_contracts.payment import EndDoubt
from motcua_contracts.reasons import ASSIGNMENT, MONEY_BACK
from motcua_contracts.status import Label
from motcua_contracts.transfers import PREFIX, ReturnTransfer
from pydantic import ValidationError

from ...api.asking import Cursor, TheGateway
from ...api.money import DOUBTED, TransferId, assigned, assigning, doubted_row, transfer_rows
from ...dossiers import scope_of
from ...identity import Caller
from ...paging import MOST, PAGE
from ...problems import problem
from ...refusals import RequestInvalid
from ...tools import Gateway
from ..site import PageRoute, language_of, show
from .returning import HOME
from .seen import who_of
from .signing_in import TheCashier, TheRefunder

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MONEY: Final = f"{HOME}/doi-soat"
Word = Annotated[str, Form(max_length=200)]
DONE: Final = {
    "assigned": Label("Đã gán khoản chuyển khoản vào hồ sơ.", "The transfer was assigned to the dossier."),
    "returned": Label("Đã ghi nhận việc hoàn trả.", "The return was recorded."),
    "ended": Label("Đã ghi nhận giao dịch không thành công.", "The payment was recorded as failed."),
    "pending": Label("Yêu cầu đã được nhận và đang xử lý.", "Your request has been received and is being processed."),
}


@router.get(MONEY)
async def look(request: Request, gateway: TheGateway, caller: TheRefunder, cursor: Cursor = None, done: str = "") -> Response:
    """Transfers that are nobody's yet, the latest first, and payments in doubt."""
    return await _page(request, gateway, caller, cursor=cursor, done=DONE.get(done))


@router.post(MONEY + "/{transfer_id}/gan")
async def assign(
    request: Request, gateway: TheGateway, caller: TheCashier, transfer_id: TransferId,
    code: Word = "", reason_code: Word = "", key: Word = "",
) -> Response:  # fmt: skip
    """Give a transfer to a dossier. What the dossier says against it is shown on the page."""
    try:
        command, owed_vnd = await assigning(gateway, caller, transfer_id, code, reason_code)  # type: ignore[arg-type]  # the command holds it
        done = await gateway.commands.send(command, subject=f"{PREFIX}{transfer_id}", actor=caller.actor, key=key or uuid4().hex)
        if done is not None:
            assigned(done, owed_vnd)
    except ValidationError:
        return await _page(request, gateway, caller, refusal=RequestInvalid())
    except Refusal as refusal:
        return await _page(request, gateway, caller, refusal=refusal)
    return _back(request, "assigned" if done is not None else "pending")


@router.post(MONEY + "/{transfer_id}/hoan-tra")
async def give_back(
    request: Request, gateway: TheGateway, caller: TheRefunder, transfer_id: TransferId,
    reference: Word = "", reason_code: Word = "", key: Word = "",
) -> Response:  # fmt: skip
    """Record that the money went back."""
    agency = caller.seat("cashier", "leader").agency

    def command() -> Command:
        if not reference.strip():
            raise RequestInvalid()
        return ReturnTransfer.model_validate({"agency": agency, "reason_code": reason_code, "reference": reference.strip()})

    await gateway.transfers.of(caller, transfer_id)
    return await _carried(request, gateway, caller, command, f"{PREFIX}{transfer_id}", key, "returned")


@router.post(MONEY + "/{dossier_id}/giao-dich/{attempt}")
async def end_doubt(
    request: Request, gateway: TheGateway, caller: TheRefunder, dossier_id: Annotated[str, Path(max_length=60)],
    attempt: Annotated[int, Path(ge=1, le=10**9)], key: Word = "",
) -> Response:  # fmt: skip
    """Nothing came of a payment in doubt."""
    agency = caller.seat("cashier", "leader").agency
    await gateway.dossiers.at_desk(caller, dossier_id)
    return await _carried(request, gateway, caller, lambda: EndDoubt(agency=agency, attempt=attempt), dossier_id, key, "ended")


async def _carried(request: Request, gateway: Gateway, caller: Caller, command: Any, subject: str, key: str, done: str) -> Response:
    try:
        finished = await gateway.commands.send(command(), subject=subject, actor=caller.actor, key=key or uuid4().hex)
    except ValidationError:
        return await _page(request, gateway, caller, refusal=RequestInvalid())
    except Refusal as refusal:
        return await _page(request, gateway, caller, refusal=refusal)
    return _back(request, done if finished is not None else "pending")


def _back(request: Request, done: str) -> Response:
    english = "&lang=en" if language_of(request) == "en" else ""
    return RedirectResponse(f"{MONEY}?done={done}{english}", 303)


async def _page(
    request: Request,
    gateway: Gateway,
    caller: Caller,
    *,
    cursor: str | None = None,
    done: Label | None = None,
    refusal: Refusal | None = None,
) -> Response:
    rows, next_cursor = await transfer_rows(gateway, caller, "unassigned", cursor, PAGE)
    doubts = await gateway.dossiers.page({"$and": [scope_of(caller), DOUBTED]}, None, MOST)
    said = problem(refusal) if refusal is not None else None
    return show(
        request, "desk_money.html", said["status"] if said else 200, rows=rows, next_cursor=next_cursor, first_page=not cursor,
        doubts=gateway.rows.each("doubted", doubts.rows, doubted_row), more_doubts=doubts.next_cursor is not None,
        problem=said, done=done, assignment=ASSIGNMENT, money_back=MONEY_BACK, key=uuid4().hex,
        is_cashier="cashier" in caller.roles, who=await who_of(gateway, caller), page=MONEY,
    )  # fmt: skip
