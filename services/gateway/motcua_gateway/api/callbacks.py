"""Where payment providers call, and where they send a browser back to. Nobody signs in here; signatures are payment's to check."""

import re
from typing import Annotated
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Header, Request
from fastapi.responses import RedirectResponse, Response
from motcua_contracts.decision import Refusal
from motcua_contracts.envelope import sha256, stable_id
from motcua_contracts.payment import RecordProviderResult, read_reference

from .. import ipn, vnpay_return
from ..tools import Gateway
from .asking import Json, TheGateway

router = APIRouter(tags=["callbacks"])
REFERENCE = "vnp_TxnRef"
LONGEST_QUERY = 4000
PROVIDER_ACTORS = {"vnpay": "system:vnpay", "vietqr": "system:bank"}
SHORT_REFERENCE = re.compile(r"MC[A-Z2-7]{15}")


@router.get("/callbacks/vnpay/ipn")
async def vnpay(request: Request, gateway: TheGateway) -> Response:
    """VNPAY's IPN. Always 200 with RspCode and Message, as its documentation asks."""
    query = request.url.query
    code, message = await _taken(gateway, "vnpay", query, _dossier_of(query))
    return Json({"RspCode": code, "Message": message})


@router.post("/callbacks/vietqr/notification")
async def vietqr(request: Request, gateway: TheGateway, x_bank_signature: Annotated[str, Header(max_length=128)] = "") -> Response:
    """A bank's notification of a credit, signed over its exact bytes. A transfer that names no payment of ours is answered so, and is found
    in the reconciliation. The same codes as VNPAY's; on 99 the bank is to tell it again.
    """
    body = (await request.body()).decode("utf-8", "replace")
    named = SHORT_REFERENCE.search(body.upper())
    document = await gateway.dossiers.by_transfer(named.group()) if named else None
    code, message = await _taken(gateway, "vietqr", f"{x_bank_signature}.{body}", document["_id"] if document else None)
    return Json({"code": code, "message": message})


async def _taken(gateway: Gateway, provider: str, said: str, dossier_id: str | None) -> tuple[str, str]:
    """A call that names no dossier of ours costs no record."""
    if dossier_id is None or await gateway.dossiers.get(dossier_id) is None:
        return ipn.UNKNOWN_ORDER
    if len(said) > LONGEST_QUERY:
        return ipn.WRONG_SIGNATURE
    command = RecordProviderResult(provider=provider, raw_query=said)
    try:
        done = await gateway.commands.send_as(stable_id(provider, sha256(said.encode())), command, dossier_id, PROVIDER_ACTORS[provider])
    except Refusal as refusal:
        return ipn.of_refusal(refusal)
    return ipn.of_outcome(done)


def _dossier_of(query: str) -> str | None:
    reference = read_reference((parse_qs(query).get(REFERENCE) or [""])[0][:200])
    return reference[0] if reference is not None else None


@router.get("/callbacks/vnpay/return")
async def come_back(request: Request, gateway: TheGateway) -> Response:
    """Where the pay page sends the browser: on to the dossier's public page. What the address says settles nothing; the provider's own call
    decides. `payment` says what is known by now: paid, confirming, failed, or unverified where the address is not rightly signed.
    """
    query = request.url.query[:LONGEST_QUERY]
    dossier_id = _dossier_of(query)
    document = await gateway.dossiers.get(dossier_id) if dossier_id else None
    base = (gateway.settings.public_url or str(request.base_url)).rstrip("/")
    if document is None:
        return RedirectResponse(f"{base}/", 303)
    outcome: str = vnpay_return.outcome(query, gateway.settings.vnpay_secret.get_secret_value())
    if outcome != "unverified" and document.get("charge", {}).get("settled"):
        outcome = "paid"
    return RedirectResponse(f"{base}/track/{quote(document['code'])}?payment={outcome}", 303)
