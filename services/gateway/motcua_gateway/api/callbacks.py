"""Where payment providers call, and where they send a browser back to. Nobody signs in here.

A call is judged by its signature over the raw bytes before anything of it is read: what is not
rightly signed is answered 97, whatever else is wrong with it, and costs no record. Payment checks
the signature again.
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from motcua_chassis.access import note
from motcua_contracts.messages.payment import RecordProviderResult, read_reference
from motcua_contracts.messages.transfers import transfer_subject
from motcua_contracts.rules.decision import Refusal
from motcua_contracts.rules.provider_calls import (
    LONGEST_CALL_BYTES,
    BankNotice,
    bank_signed,
    read_notice,
    read_vnpay,
)
from motcua_contracts.wire.envelope import sha256, stable_id

from ..acts import ipn
from ..answers.base import shows
from ..answers.others import BankAnswer, VnpayAnswer
from ..tools import Gateway
from ..views import vnpay_return
from .asking import PROBLEM, Json, TheGateway

router = APIRouter(tags=["callbacks"], responses=PROBLEM)
NOTIFICATION = "/callbacks/vietqr/notification"
PROVIDER_ACTORS = {"vnpay": "system:vnpay", "vietqr": "system:bank"}


@router.get("/callbacks/vnpay/ipn", responses=shows(VnpayAnswer))
async def vnpay(request: Request, gateway: TheGateway) -> Response:
    """VNPAY's IPN. Always 200 with RspCode and Message, as its documentation asks."""
    call = read_vnpay(
        request.scope["query_string"], gateway.settings.vnpay_secret.get_secret_value()
    )
    if call is None:
        gateway.forged.seen("vnpay")
        note(request.scope, "callback-forged")
        code, message = ipn.WRONG_SIGNATURE
    else:
        code, message = await _taken(
            gateway, "vnpay", call.canonical, _dossier_of(call.parameters.get("vnp_TxnRef", ""))
        )
    return Json({"RspCode": code, "Message": message})


@router.post(NOTIFICATION, responses=shows(BankAnswer))
async def vietqr(request: Request, gateway: TheGateway) -> Response:
    """A bank's notification of a credit, signed over its exact bytes (`X-Bank-Signature`).

    A transfer that names no payment of ours is kept as unassigned money (`GET /desk/transfers`).
    The same codes as VNPAY's; on 99 the bank is to tell it again.
    """
    signature = request.headers.get("x-bank-signature", "")
    body = await beginning(request.stream())
    if not bank_signed(signature, body, gateway.settings.vietqr_secret.get_secret_value()):
        gateway.forged.seen("vietqr")
        note(request.scope, "callback-forged")
        code, message = ipn.WRONG_SIGNATURE
    else:
        notice = read_notice(body)
        code, message = (
            ipn.UNKNOWN_ORDER
            if notice is None
            else await _credited(gateway, notice, f"{signature.lower()}.{body.decode()}")
        )
    return Json({"code": code, "message": message})


async def _credited(gateway: Gateway, notice: BankNotice, said: str) -> tuple[str, str]:
    """A credit goes to the dossier whose payment it names, else to a subject of its own.

    Of one transaction there is one of the two.
    """
    named = await gateway.dossiers.by_transfer(notice.references)
    own = transfer_subject("vietqr", notice.transaction_id)
    if (
        await gateway.transfers.known(own)
        if named is not None
        else await gateway.dossiers.credited(notice.transaction_id)
    ):
        return ipn.ALREADY
    return await _sent(gateway, "vietqr", said, named or own)


async def beginning(stream: AsyncIterator[bytes]) -> bytes:
    """A body up to one byte more than a call may have: what is longer is not read to its end."""
    taken = bytearray()
    async for part in stream:
        taken += part[: LONGEST_CALL_BYTES + 1]
        if len(taken) > LONGEST_CALL_BYTES:
            break
    return bytes(taken)


async def _taken(
    gateway: Gateway, provider: str, said: str, dossier_id: str | None
) -> tuple[str, str]:
    """A rightly signed call of VNPAY. One that names no dossier of ours costs no record."""
    if dossier_id is None or await gateway.dossiers.get(dossier_id) is None:
        return ipn.UNKNOWN_ORDER
    return await _sent(gateway, provider, said, dossier_id)


async def _sent(gateway: Gateway, provider: str, said: str, subject: str) -> tuple[str, str]:
    """What payment makes of it. Of equal calls a single one is confirmed."""
    command, command_id = (
        RecordProviderResult(provider=provider, raw_query=said),
        stable_id(provider, sha256(said.encode())),
    )
    try:
        done = await gateway.commands.send_as(
            command_id, command, subject, PROVIDER_ACTORS[provider]
        )
    except Refusal as refusal:
        return ipn.of_refusal(refusal)
    told = ipn.of_outcome(done)
    return (
        ipn.ALREADY
        if told == ipn.CONFIRMED and not await gateway.requests.is_first_answer(command_id)
        else told
    )


def _dossier_of(reference: str) -> str | None:
    read = read_reference(reference[:200])
    return read[0] if read is not None else None


@router.get("/callbacks/vnpay/return", status_code=303, response_class=RedirectResponse)
async def come_back(request: Request, gateway: TheGateway) -> Response:
    """Where the pay page sends the browser: on to the dossier's public page.

    What the address says settles nothing; the provider's own call decides. `payment` says what is
    known by now: paid, confirming or failed; `mark` vouches for it to the page, for a day. An
    address that is not rightly signed, or names no dossier of ours, is `unverified`: it leads to
    tracking without a code, and tells nobody which dossier it names.
    """
    call = read_vnpay(
        request.scope["query_string"], gateway.settings.vnpay_secret.get_secret_value()
    )
    dossier_id = _dossier_of(call.parameters.get("vnp_TxnRef", "")) if call is not None else None
    document = await gateway.dossiers.get(dossier_id) if dossier_id else None
    base = gateway.settings.public_url.rstrip("/")
    if call is None or document is None:
        return RedirectResponse(f"{base}/tra-cuu?payment=unverified", 303)
    outcome = vnpay_return.by_now(document, vnpay_return.outcome(call.parameters))
    return RedirectResponse(
        base + gateway.ways_back.address(document["code"], outcome, gateway.runtime.now()), 303
    )
