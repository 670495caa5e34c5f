"""Where payment providers call, and where they send a browser back to. Nobody signs in here; signatures are payment's to check."""

from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import Response
from motcua_contracts.decision import Refusal
from motcua_contracts.envelope import sha256, stable_id
from motcua_contracts.payment import RecordProviderResult, read_reference

from .. import ipn
from ..tools import Gateway
from ..views import API
from .asking import Json, TheGateway

router = APIRouter(tags=["callbacks"])
REFERENCE = "vnp_TxnRef"
LONGEST_QUERY = 4000
PROVIDER_ACTOR = "system:vnpay"


@router.get("/callbacks/vnpay/ipn")
async def vnpay(request: Request, gateway: TheGateway) -> Response:
    """VNPAY's IPN. Always 200 with RspCode and Message, as its documentation asks."""
    code, message = await _taken(gateway, request.url.query)
    return Json({"RspCode": code, "Message": message})


async def _taken(gateway: Gateway, query: str) -> tuple[str, str]:
    """A call that names no dossier of ours costs no record."""
    dossier_id = _dossier_of(query)
    if dossier_id is None or await gateway.dossiers.get(dossier_id) is None:
        return ipn.UNKNOWN_ORDER
    if len(query) > LONGEST_QUERY:
        return ipn.WRONG_SIGNATURE
    command = RecordProviderResult(raw_query=query)
    try:
        done = await gateway.commands.send_as(stable_id("vnpay", sha256(query.encode())), command, dossier_id, PROVIDER_ACTOR)
    except Refusal as refusal:
        return ipn.of_refusal(refusal)
    return ipn.of_outcome(done)


def _dossier_of(query: str) -> str | None:
    reference = read_reference((parse_qs(query).get(REFERENCE) or [""])[0][:200])
    return reference[0] if reference is not None else None


@router.get("/payments/return")
async def come_back(request: Request) -> Response:
    """Where the pay page sends the browser. What its address says is not believed: the provider's own call decides."""
    dossier_id = _dossier_of(request.url.query[:LONGEST_QUERY])
    body = {
        "title": "Giao dịch đang được xác nhận với cổng thanh toán; xem kết quả tại hồ sơ của bạn.",
        "title_en": "The payment is being confirmed with the provider; see your dossier for the result.",
        "dossier_id": dossier_id,
        "href": f"{API}/dossiers/{dossier_id}" if dossier_id else None,
    }
    return Json(body)
