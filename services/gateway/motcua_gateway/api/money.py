"""Money that needs a person's look: payments in doubt, and transfers that name no payment.

Cashiers and leaders see it as it comes.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from motcua_contracts.messages.transfers import (
    PREFIX,
)
from motcua_contracts.rules.reasons import reason
from motcua_payment_providers.vnpay_codes import label_of

from ..answers.base import shows
from ..answers.money import (
    DoubtedPayments,
    ReversedPayments,
    TransferList,
)
from ..http.paging import PAGE, sorted_page
from ..http.safe_rows import values_of
from ..identity.callers import Caller
from ..read_model.bank_transfers import DECLINED, NOT_TAKEN, in_scope
from ..read_model.dossiers import scope_of
from ..read_model.stored import Document, Doubt
from ..tools import Gateway
from ..views.dossier import API
from .calls import PROBLEM, Cursor, Json, Limit, TheGateway
from .rights import TheRefunder

router = APIRouter(prefix="/desk", tags=["money"], responses=PROBLEM)
DOUBTED = {"charge.doubts.attempt": {"$gte": 1}}
"""Dossiers with a payment in doubt."""


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


REVERSED: dict[str, Any] = {
    "charge.reversals.amount_vnd": {"$gte": 1},
    "$or": [{"charge.settled": None}, {"charge.reversals.refunded_vnd": {"$gte": 1}}],
}
"""Dossiers of which the bank took money back, that are not paid since, or of which the payer has
the money twice.
"""


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


TransferId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,20}:[0-9a-f]{32}$")]
State = Literal["unassigned", "assigning", "assigned", "returned"]


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
