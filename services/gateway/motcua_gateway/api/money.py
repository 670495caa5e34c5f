"""Money that needs a person's look: payments in doubt. Cashiers and leaders see it the day it comes."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from motcua_contracts.payment import EndDoubt
from motcua_contracts.vnpay_codes import label_of

from ..answers.base import does, shows
from ..answers.money import DoubtedPayments, DoubtEnded
from ..dossiers import scope_of
from ..folding import Document
from ..paging import PAGE
from ..views import API
from .asking import PROBLEM, Cursor, Json, Key, Limit, TheGateway, carry_out
from .rights import TheRefunder

router = APIRouter(prefix="/desk", tags=["money"], responses=PROBLEM)
DOUBTED = {"charge.doubts.attempt": {"$gte": 1}}
"""Dossiers with a payment in doubt."""
Attempt = Annotated[int, Path(ge=1, le=10**9)]


@router.get("/payments/doubted", responses=shows(DoubtedPayments))
async def doubted(gateway: TheGateway, caller: TheRefunder, cursor: Cursor = None, limit: Limit = PAGE) -> Response:
    """Payments of which nobody can say by now whether they brought money: the payer was debited, and the provider suspects or reverses it.

    It is asked again at `ask_at`; the dossier is not stopped meanwhile. A page has so many dossiers, each with its payments in doubt.
    """
    page = await gateway.dossiers.page({"$and": [scope_of(caller), DOUBTED]}, cursor, limit)
    rows = gateway.rows.each("doubted", page.rows, doubted_row)
    return Json({"dossiers": rows, "next_cursor": page.next_cursor})


def doubted_row(row: Document) -> dict[str, Any]:
    """A dossier with its payments in doubt."""
    return {
        "dossier_id": row["_id"],
        "code": row["code"],
        "procedure_vi": row["filing"]["name_vi"],
        "procedure_en": row["filing"]["name_en"],
        "href": f"{API}/desk/dossiers/{row['_id']}",
        "payments": [_payment(row["_id"], one) for one in row["charge"]["doubts"]],
    }


def _payment(dossier_id: str, doubt: dict[str, Any]) -> dict[str, Any]:
    said = label_of(doubt["provider_code"])
    words = {"said_vi": said.vi, "said_en": said.en} if said is not None else {"said_vi": "", "said_en": ""}
    return {**doubt, **words, "end_href": f"{API}/desk/dossiers/{dossier_id}/payments/{doubt['attempt']}/end-doubt"}


@router.post("/dossiers/{dossier_id}/payments/{attempt}/end-doubt", responses=does(DoubtEnded))
async def end_doubt(request: Request, gateway: TheGateway, caller: TheRefunder, key: Key, dossier_id: str, attempt: Attempt) -> Response:
    """The provider's portal or statement shows that the payment brought nothing: it has failed. Money that comes all the same is booked."""
    place = caller.seat("cashier", "leader")
    await gateway.dossiers.at_desk(caller, dossier_id)
    command = EndDoubt(agency=place.agency, attempt=attempt)
    return await carry_out(gateway, request, caller, command, subject=dossier_id, key=key, href=f"/desk/dossiers/{dossier_id}")
