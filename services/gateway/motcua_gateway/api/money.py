"""Money that needs a person's look: payments in doubt, and transfers that name no payment.

Cashiers and leaders see it as it comes.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from motcua_contracts.messages.payment import EndDoubt
from motcua_contracts.messages.refunds import ReversePayment
from motcua_contracts.messages.transfers import (
    PREFIX,
    AssignReason,
    AssignTransfer,
    ReturnReason,
    ReturnTransfer,
)
from motcua_contracts.rules.reasons import reason
from motcua_contracts.rules.refusals import DossierUnknown
from motcua_contracts.values.bounds import LINE, BankNumber
from motcua_payment_providers.vnpay_codes import label_of
from pydantic import Field

from ..answers.base import does, shows
from ..answers.money import (
    Assigned,
    DoubtedPayments,
    DoubtEnded,
    Returned,
    Reversed,
    ReversedPayments,
    TransferList,
)
from ..commands.sending import Done
from ..http.paging import PAGE, sorted_page
from ..http.problems import refusal_of
from ..http.safe_rows import values_of
from ..identity.callers import Caller
from ..read_model.bank_transfers import DECLINED, NOT_TAKEN, in_scope
from ..read_model.dossiers import may_see, scope_of
from ..read_model.stored import Document, Doubt
from ..tools import Gateway
from ..views.dossier import API
from .asking import PROBLEM, Body, Cursor, Json, Key, Limit, TheGateway, carry_out
from .rights import TheCashier, TheRefunder

router = APIRouter(prefix="/desk", tags=["money"], responses=PROBLEM)
DOUBTED = {"charge.doubts.attempt": {"$gte": 1}}
"""Dossiers with a payment in doubt."""
Attempt = Annotated[int, Path(ge=1, le=10**9)]


@router.get("/payments/doubted", responses=shows(DoubtedPayments))
async def doubted(
    gateway: TheGateway, caller: TheRefunder, cursor: Cursor = None, limit: Limit = PAGE
) -> Response:
    """Payments of which nobody can say by now whether they brought money: the payer was debited,
    and the provider suspects or reverses it.

    It is asked again at `ask_at`; the dossier is not stopped meanwhile. A page has so many
    dossiers, each with its payments in doubt.
    """
    page = await gateway.dossiers.page({"$and": [scope_of(caller), DOUBTED]}, cursor, limit)
    rows = gateway.rows.each("doubted", page.rows, doubted_row)
    return Json({"dossiers": rows, "next_cursor": page.next_cursor})


def doubted_row(row: Document) -> dict[str, Any]:
    """A dossier with its payments in doubt."""
    return {
        **_named(row),
        "payments": [_payment(row["_id"], one) for one in row["charge"]["doubts"]],
    }


def _named(row: Document) -> dict[str, Any]:
    return {
        "dossier_id": row["_id"],
        "code": row["code"],
        "procedure_vi": row["filing"]["name_vi"],
        "procedure_en": row["filing"]["name_en"],
        "href": f"{API}/desk/dossiers/{row['_id']}",
    }


def _payment(dossier_id: str, doubt: Doubt) -> dict[str, Any]:
    said = label_of(doubt["provider_code"])
    words = (
        {"said_vi": said.vi, "said_en": said.en}
        if said is not None
        else {"said_vi": "", "said_en": ""}
    )
    return {
        **doubt,
        **words,
        "end_href": f"{API}/desk/dossiers/{dossier_id}/payments/{doubt['attempt']}/end-doubt",
    }


@router.post("/dossiers/{dossier_id}/payments/{attempt}/end-doubt", responses=does(DoubtEnded))
async def end_doubt(
    request: Request,
    gateway: TheGateway,
    caller: TheRefunder,
    key: Key,
    dossier_id: str,
    attempt: Attempt,
) -> Response:
    """The provider's portal or statement shows that the payment brought nothing: it has failed.

    Money that comes all the same is booked.
    """
    place = caller.seat("cashier", "leader")
    await gateway.dossiers.at_desk(caller, dossier_id)
    command = EndDoubt(agency=place.agency, attempt=attempt)
    return await carry_out(
        gateway,
        request,
        caller,
        command,
        subject=dossier_id,
        key=key,
        href=f"/desk/dossiers/{dossier_id}",
    )


REVERSED: dict[str, Any] = {
    "charge.reversals.amount_vnd": {"$gte": 1},
    "$or": [{"charge.settled": None}, {"charge.reversals.refunded_vnd": {"$gte": 1}}],
}
"""Dossiers of which the bank took money back, that are not paid since, or of which the payer has
the money twice.
"""


class TakenBack(Body):
    """`reference`: the bank's number by which the money had come; `bank_reference`: its number of
    the movement that took it away.
    """

    reference: BankNumber
    bank_reference: BankNumber


@router.get("/payments/reversed", responses=shows(ReversedPayments))
async def reversed_payments(
    gateway: TheGateway, caller: TheRefunder, cursor: Cursor = None, limit: Limit = PAGE
) -> Response:
    """Dossiers whose money the bank took back after it was booked, until they are paid again.

    Each goes on and is not stopped for it.
    """
    page = await gateway.dossiers.page({"$and": [scope_of(caller), REVERSED]}, cursor, limit)
    rows = gateway.rows.each("reversed", page.rows, reversed_row)
    return Json({"dossiers": rows, "next_cursor": page.next_cursor})


def reversed_row(row: Document) -> dict[str, Any]:
    """A dossier with what the bank took back of it."""
    return {**_named(row), "payments": row["charge"]["reversals"]}


@router.post("/dossiers/{dossier_id}/payments/reverse", responses=does(Reversed))
async def reverse(
    request: Request,
    gateway: TheGateway,
    caller: TheRefunder,
    key: Key,
    dossier_id: str,
    body: TakenBack,
) -> Response:
    """Record that the bank took back what it had brought, by a transfer or online.

    The fee is owed again; the dossier is not stopped.
    """
    command = await reversing(gateway, caller, dossier_id, body.model_dump())
    return await carry_out(
        gateway,
        request,
        caller,
        command,
        subject=dossier_id,
        key=key,
        href=f"/desk/dossiers/{dossier_id}",
    )


async def reversing(
    gateway: Gateway, caller: Caller, dossier_id: str, said: dict[str, Any]
) -> ReversePayment:
    """The command.

    Raises `DossierUnknown`, and `ValidationError` for what is no number of a bank.
    """
    await gateway.dossiers.at_desk(caller, dossier_id)
    return ReversePayment(agency=caller.seat("cashier", "leader").agency, **said)


TransferId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,20}:[0-9a-f]{32}$")]
State = Literal["unassigned", "assigning", "assigned", "returned"]


class Assigning(Body):
    """`code`: the dossier's code, as people read it."""

    code: Annotated[str, Field(min_length=1, max_length=60, pattern=LINE)]
    reason_code: AssignReason


class Returning(Body):
    """`reference`: the bank's number of the movement by which the money left."""

    reason_code: ReturnReason
    reference: BankNumber


@router.get("/transfers", responses=shows(TransferList))
async def transfers(
    gateway: TheGateway,
    caller: TheRefunder,
    state: Annotated[State, Query()] = "unassigned",
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Response:
    """Bank transfers that named no payment of ours, the latest first.

    The payer's words are at the bank; of them we keep a dossier's code.
    """
    rows, next_cursor = await transfer_rows(gateway, caller, state, cursor, limit)
    return Json({"transfers": rows, "next_cursor": next_cursor})


async def transfer_rows(
    gateway: Gateway, caller: Caller, state: str, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of them and the cursor after it. Raises `CursorInvalid`."""
    where = {"state": state, **in_scope(caller)}
    page = await sorted_page(
        gateway.transfers.collection.find, where, "received_at", -1, cursor, limit
    )
    codes = await gateway.dossiers.codes(values_of(page.rows, lambda row: row["dossier_id"]))
    return gateway.rows.each(
        "transfers", page.rows, lambda row: _transfer(row, codes)
    ), page.next_cursor


async def transfer_row(gateway: Gateway, caller: Caller, transfer_id: str) -> dict[str, Any]:
    """One of them, as a page shows it. Raises `TransferUnknown`."""
    found = [await gateway.transfers.of(caller, transfer_id)]
    codes = await gateway.dossiers.codes(values_of(found, lambda row: row["dossier_id"]))
    return gateway.rows.each("transfers", found, lambda row: _transfer(row, codes))[0]


def _transfer(row: dict[str, Any], codes: dict[str, str]) -> dict[str, Any]:
    why = reason(row["reason_code"]) if row["reason_code"] else None
    declined = DECLINED.get(row["declined"], NOT_TAKEN) if row["declined"] else None
    shown = (
        "provider",
        "reference",
        "amount_vnd",
        "received_at",
        "agency",
        "state",
        "officer",
        "declined",
    )
    return {
        "transfer_id": row["_id"].removeprefix(PREFIX),
        **{name: row[name] for name in shown},
        "code_in_text": row["code"],
        "dossier_id": row["dossier_id"],
        "code": codes.get(row["dossier_id"], ""),
        "declined_vi": declined.vi if declined else "",
        "declined_en": declined.en if declined else "",
        "reason_vi": why.vi if why else "",
        "reason_en": why.en if why else "",
    }


@router.post("/transfers/{transfer_id}/assign", responses=does(Assigned))
async def assign(
    request: Request,
    gateway: TheGateway,
    caller: TheCashier,
    key: Key,
    transfer_id: TransferId,
    body: Assigning,
) -> Response:
    """Give a transfer to the dossier whose fee it is.

    Where the dossier does not take it (nothing owed, another amount, too late) the answer is that
    refusal, and the money is unassigned again.
    """
    command, owed_vnd = await assigning(gateway, caller, transfer_id, body.code, body.reason_code)

    def answer(done: Done) -> dict[str, Any]:
        return assigned(done, owed_vnd)

    subject = f"{PREFIX}{transfer_id}"
    return await carry_out(
        gateway,
        request,
        caller,
        command,
        subject=subject,
        key=key,
        href="/desk/transfers",
        answer=answer,
    )


async def assigning(
    gateway: Gateway, caller: Caller, transfer_id: str, code: str, reason_code: AssignReason
) -> tuple[AssignTransfer, int]:
    """The command, and what the dossier's fee is. Raises `TransferUnknown`, `DossierUnknown`."""
    place = caller.seat("cashier")
    await gateway.transfers.of(caller, transfer_id)
    dossier = await named(gateway, caller, code)
    command = AssignTransfer(
        agency=place.agency, dossier_id=dossier["_id"], reason_code=reason_code
    )
    return command, owed_of(dossier)


async def named(gateway: Gateway, caller: Caller, code: str) -> Document:
    """The dossier of a typed code.

    Raises `DossierUnknown`: of another agency nothing is told, not even that it is there.
    """
    dossier = await gateway.dossiers.by_code(code.strip().upper())
    if dossier is None or not may_see(caller, dossier):
        raise DossierUnknown()
    return dossier


def owed_of(dossier: Document) -> int:
    """What the dossier's fee is, in đồng; 0 without one."""
    return dossier.get("charge", {}).get("amount_vnd") or 0


def assigned(done: Done, owed_vnd: int) -> dict[str, Any]:
    """Raises the dossier's refusal where it did not take the money.

    The transfer's fact names the reason alone.
    """
    if done.fact == "TransferDeclined":
        raise refusal_of(done.data["reason"], {"amount_vnd": owed_vnd})
    return {"done": done.fact, **done.data}


@router.post("/transfers/{transfer_id}/return", responses=does(Returned))
async def give_back(
    request: Request,
    gateway: TheGateway,
    caller: TheRefunder,
    key: Key,
    transfer_id: TransferId,
    body: Returning,
) -> Response:
    """Record that the money went back to its payer, or that the bank took it back."""
    place = caller.seat("cashier", "leader")
    await gateway.transfers.of(caller, transfer_id)
    command = ReturnTransfer(agency=place.agency, **body.model_dump())
    return await carry_out(
        gateway,
        request,
        caller,
        command,
        subject=f"{PREFIX}{transfer_id}",
        key=key,
        href="/desk/transfers",
    )
