"""The page of money that needs a person's look: transfers that name no payment, with their forms,
and payments in doubt.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, cast
from uuid import uuid4

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response
from motcua_contracts import Command, Label, Refusal
from motcua_contracts.rules.reasons import ASSIGNMENT, MONEY_BACK
from motcua_contracts.rules.refusals import BankNumberInvalid, DossierUnknown
from motcua_contracts.values.bounds import BANK_NUMBER
from pydantic import ValidationError
from starlette.datastructures import FormData

from ...acts.money import ASSIGN, END_DOUBT, RETURN, REVERSE, named
from ...acts.till import owed_of
from ...api.calls import Cursor, TheGateway
from ...api.money import (
    DOUBTED,
    REVERSED,
    TransferId,
    doubted_row,
    reversed_row,
    transfer_row,
    transfer_rows,
)
from ...commands.sending import Done
from ...http.paging import MOST, PAGE
from ...http.problems import problem
from ...http.refusals import RequestInvalid
from ...identity.callers import Caller
from ...procedures.amounts import money
from ...read_model.document import Document
from ...read_model.dossiers import scope_of
from ...tools import Gateway
from ..act_confirmation import confirmed, question
from ..site import PageRoute, language_of, show
from .return_links import HOME
from .seen import who_of
from .sign_in import TheCashier, TheRefunder

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MONEY: Final = f"{HOME}/doi-soat"
DONE: Final = {
    "assigned": Label(
        "Đã gán khoản chuyển khoản vào hồ sơ.", "The transfer was assigned to the dossier."
    ),
    "returned": Label("Đã ghi nhận việc hoàn trả.", "The return was recorded."),
    "ended": Label(
        "Đã ghi nhận giao dịch không thành công.", "The payment was recorded as failed."
    ),
    "reversed": Label(
        "Đã ghi nhận ngân hàng thu hồi tiền.", "It was recorded that the bank took the money back."
    ),
    "pending": Label(
        "Yêu cầu đã được nhận và đang xử lý.",
        "Your request has been received and is being processed.",
    ),
}
ACTS: Final = {"assigned": ASSIGN, "returned": RETURN, "ended": END_DOUBT, "reversed": REVERSE}
CODE: Final = Label("Mã hồ sơ", "Dossier code")
PROCEDURE: Final = Label("Thủ tục", "Procedure")
AMOUNT: Final = Label("Số tiền", "Amount")
VND: Final = Label("đồng", "VND")
TRANSACTION: Final = Label("Số giao dịch", "Transaction")
REASON: Final = Label("Lý do", "Reason")
RETURNED_BY: Final = Label("Số giao dịch hoàn trả của ngân hàng", "The bank's number of the return")
TAKEN_BY: Final = Label("Số giao dịch thu hồi của ngân hàng", "The bank's number of taking it back")
BANK: Final = re.compile(BANK_NUMBER)
CODE_MISSING: Final = Label("Vui lòng nhập mã hồ sơ.", "Please enter the dossier code.")
CODE_UNKNOWN: Final = Label(
    "Không tìm thấy hồ sơ có mã này.", "There is no dossier with this code."
)
REASON_MISSING: Final = Label("Vui lòng chọn lý do.", "Please choose a reason.")
NUMBER_WRONG: Final = Label(BankNumberInvalid.vi, BankNumberInvalid.en)


@dataclass(frozen=True, slots=True)
class Tried:
    """What was typed into a form, by field, to be shown there again.

    `transfer_id`: empty in the form that has none.

    `wrong` has a sentence for each field that does not hold.
    """

    form: str
    transfer_id: str
    typed: Mapping[str, str]
    wrong: dict[str, Label] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreparedAct:
    """One act on money that cannot be undone, with what its form said.

    `document` is what the person was shown the state of, its `_id` the command's subject.
    """

    done: str
    document: Mapping[str, Any]
    command: Callable[[], Awaitable[Command]]
    told: list[tuple[Label, str]]
    part: str = ""
    tried: Tried | None = None
    holds: Callable[[Done], object] | None = None
    """Raises the refusal where what is done says no."""

    @property
    def action(self) -> str:
        return f"money-{self.done}{self.part}"


@router.get(MONEY)
async def look(
    request: Request,
    gateway: TheGateway,
    caller: TheRefunder,
    cursor: Cursor = None,
    done: str = "",
) -> Response:
    """Transfers that are nobody's yet, the latest first, and payments in doubt."""
    return await _page(request, gateway, caller, cursor=cursor, done=DONE.get(done))


@router.post(MONEY + "/{transfer_id}/gan")
async def assign(
    request: Request, gateway: TheGateway, caller: TheCashier, transfer_id: TransferId
) -> Response:
    """Give a transfer to a dossier; asked once more first.

    What the dossier says against it is shown on the page.
    """
    row = await gateway.transfers.of(caller, transfer_id)
    agency = caller.require_seat("cashier").agency
    async with request.form(max_files=0) as fields:
        code, reason_code = _typed(fields, "code"), _typed(fields, "reason_code")
        wrong: dict[str, Label] = (
            {} if reason_code in ASSIGNMENT else {"reason_code": REASON_MISSING}
        )
        stored, refusal = await _of_code(gateway, caller, code, wrong)
        tried = Tried("gan", transfer_id, {"code": code, "reason_code": reason_code}, wrong)
        if wrong:
            return await _page(
                request, gateway, caller, refusal=refusal or RequestInvalid(), tried=tried
            )

        async def command() -> Command:
            more = {"agency": agency, "dossier_id": stored["_id"]}
            return ASSIGN.made({"reason_code": reason_code}, more)

        told = [
            (CODE, stored["code"]),
            (
                PROCEDURE,
                _said(request, Label(stored["filing"]["name_vi"], stored["filing"]["name_en"])),
            ),
            (AMOUNT, _dong(request, row["amount_vnd"])),
            (TRANSACTION, row["reference"]),
            (REASON, _said(request, ASSIGNMENT[reason_code])),
        ]
        shown = {"_id": row["_id"], "status": f"{row['state']} {stored['_id']} {stored['status']}"}
        act = PreparedAct(
            "assigned",
            shown,
            command,
            told,
            tried=tried,
            holds=lambda done: ASSIGN.require_taken(done, owed_of(stored)),
        )
        return await _carried(request, gateway, caller, act, fields)


@router.post(MONEY + "/{transfer_id}/hoan-tra")
async def give_back(
    request: Request, gateway: TheGateway, caller: TheRefunder, transfer_id: TransferId
) -> Response:
    """Record that the money went back; asked once more first."""
    row = await gateway.transfers.of(caller, transfer_id)
    agency = caller.require_seat("cashier", "leader").agency
    async with request.form(max_files=0) as fields:
        reference, reason_code = _typed(fields, "reference"), _typed(fields, "reason_code")
        wrong: dict[str, Label] = (
            {} if reason_code in MONEY_BACK else {"reason_code": REASON_MISSING}
        )
        wrong |= {} if BANK.fullmatch(reference) else {"reference": NUMBER_WRONG}
        tried = Tried(
            "hoan-tra", transfer_id, {"reference": reference, "reason_code": reason_code}, wrong
        )
        if wrong:
            refusal = BankNumberInvalid() if "reference" in wrong else RequestInvalid()
            return await _page(request, gateway, caller, refusal=refusal, tried=tried)

        async def command() -> Command:
            values = {"reason_code": reason_code, "reference": reference}
            return RETURN.made(values, {"agency": agency})

        told = [
            (AMOUNT, _dong(request, row["amount_vnd"])),
            (TRANSACTION, row["reference"]),
            (REASON, _said(request, MONEY_BACK[reason_code])),
            (RETURNED_BY, reference),
        ]
        act = PreparedAct(
            "returned", {"_id": row["_id"], "status": row["state"]}, command, told, tried=tried
        )
        return await _carried(request, gateway, caller, act, fields)


@router.post(MONEY + "/{dossier_id}/giao-dich/{attempt}")
async def end_doubt(
    request: Request, gateway: TheGateway, caller: TheRefunder,
    dossier_id: Annotated[str, Path(max_length=60)],
    attempt: Annotated[int, Path(ge=1, le=10**9)],
) -> Response:  # fmt: skip
    """Nothing came of a payment in doubt; asked once more first."""
    agency = caller.require_seat("cashier", "leader").agency
    stored = await gateway.dossiers.at_desk(caller, dossier_id)

    async def command() -> Command:
        return END_DOUBT.made({}, {"agency": agency, "attempt": attempt})

    doubts = (
        one for one in stored.get("charge", {}).get("doubts", ()) if one["attempt"] == attempt
    )
    doubt = next(doubts, None)
    told = [(CODE, stored["code"])]
    if doubt is not None:
        told += [(AMOUNT, _dong(request, doubt["amount_vnd"])), (TRANSACTION, doubt["reference"])]
    async with request.form(max_files=0) as fields:
        act = PreparedAct("ended", stored, command, told, f"/{attempt}")
        return await _carried(request, gateway, caller, act, fields)


@router.post(MONEY + "/thu-hoi")
async def taken_back(request: Request, gateway: TheGateway, caller: TheRefunder) -> Response:
    """The bank took back what it had brought for a dossier; asked once more first.

    Nobody is told of another agency's dossier.
    """
    async with request.form(max_files=0) as fields:
        code, said = (
            _typed(fields, "code"),
            {name: _typed(fields, name) for name in ("reference", "bank_reference")},
        )
        wrong = {name: NUMBER_WRONG for name, value in said.items() if not BANK.fullmatch(value)}
        stored, refusal = await _of_code(gateway, caller, code, wrong)
        tried = Tried("thu-hoi", "", {"code": code, **said}, wrong)
        if wrong:
            return await _page(
                request, gateway, caller, refusal=refusal or BankNumberInvalid(), tried=tried
            )

        async def command() -> Command:
            await gateway.dossiers.at_desk(caller, stored["_id"])
            return REVERSE.made(said, {"agency": caller.require_seat(*REVERSE.roles).agency})

        told = [
            (CODE, stored["code"]),
            (TRANSACTION, said["reference"]),
            (TAKEN_BY, said["bank_reference"]),
        ]
        return await _carried(
            request,
            gateway,
            caller,
            PreparedAct("reversed", stored, command, told, tried=tried),
            fields,
        )


async def _of_code(
    gateway: Gateway, caller: Caller, code: str, wrong: dict[str, Label]
) -> tuple[Document, Refusal | None]:
    """The dossier of a typed code; where there is none, what is wrong with the field is added to
    `wrong`, and the page's refusal.
    """
    try:
        return await named(gateway, caller, code), None
    except DossierUnknown as unknown:
        wrong["code"] = CODE_UNKNOWN if code else CODE_MISSING
        return cast(Document, {}), unknown if code else RequestInvalid()


def _dong(request: Request, amount_vnd: int) -> str:
    """An amount as it is told to whoever confirms."""
    return f"{money(amount_vnd)} {_said(request, VND)}"


def _said(request: Request, label: Label) -> str:
    return label.en if language_of(request) == "en" else label.vi


def _typed(fields: FormData, name: str) -> str:
    value = fields.get(name, "")
    return value.strip()[:200] if isinstance(value, str) else ""


async def _carried(
    request: Request, gateway: Gateway, caller: Caller, act: PreparedAct, fields: FormData
) -> Response:
    """Do it where it is confirmed, else show the page that asks.

    What does not hold is said on the page of money.
    """
    key = _typed(fields, "key") or uuid4().hex
    try:
        command = await act.command()
        if not await confirmed(
            gateway, command, caller.actor, act.document, act.action, fields, key
        ):
            return show(
                request,
                "confirm_money.html",
                200,
                **question(fields, act.told, ACTS[act.done].happens),
                label=ACTS[act.done].label,
                confirmation=gateway.confirmations.of(
                    caller.actor, act.document, act.action, fields
                ),
                home=MONEY,
                who=await who_of(gateway, caller),
            )
        finished = await gateway.commands.send(
            command, subject=act.document["_id"], actor=caller.actor, key=key
        )
        if finished is not None and act.holds is not None:
            act.holds(finished)
    except ValidationError:
        return await _page(request, gateway, caller, refusal=RequestInvalid(), tried=act.tried)
    except Refusal as refusal:
        return await _page(request, gateway, caller, refusal=refusal, tried=act.tried)
    return _back(request, act.done if finished is not None else "pending")


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
    tried: Tried | None = None,
) -> Response:
    rows, next_cursor = await transfer_rows(gateway, caller, "unassigned", cursor, PAGE)
    if (
        tried is not None
        and tried.transfer_id
        and all(one.get("transfer_id") != tried.transfer_id for one in rows)
    ):
        older = await transfer_row(gateway, caller, tried.transfer_id)
        # its form was on a later page
        rows = [older, *rows] if older.get("state") == "unassigned" else rows
    doubts = await gateway.dossiers.page({"$and": [scope_of(caller), DOUBTED]}, None, MOST)
    gone = await gateway.dossiers.page({"$and": [scope_of(caller), REVERSED]}, None, MOST)
    said = problem(refusal) if refusal is not None else None
    return show(
        request,
        "desk_money.html",
        said["status"] if said else 200,
        rows=rows,
        next_cursor=next_cursor,
        first_page=not cursor,
        doubts=gateway.rows.each("doubted", doubts.rows, doubted_row),
        more_doubts=doubts.next_cursor is not None,
        gone=gateway.rows.each("reversed", gone.rows, reversed_row),
        more_gone=gone.next_cursor is not None,
        problem=said,
        done=done,
        tried=tried,
        assignment=ASSIGNMENT,
        money_back=MONEY_BACK,
        key=uuid4().hex,
        is_cashier="cashier" in caller.roles,
        who=await who_of(gateway, caller),
        page=MONEY,
    )
