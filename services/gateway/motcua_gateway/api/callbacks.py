"""Where payment providers call, and where they send a browser back to. Nobody signs in here.

A call is judged by its signature over the raw bytes before anything of it is read: what is not
rightly signed is answered 97, whatever else is wrong with it, and costs no record. Payment checks
the signature again.
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from motcua_chassis.access import note
from motcua_contracts import Refusal
from motcua_contracts.messages.payment import RecordProviderResult, read_reference
from motcua_contracts.messages.transfers import transfer_subject
from motcua_contracts.wire.envelope import sha256, stable_id
from motcua_payment_providers import vietqr as vietqr_protocol
from motcua_payment_providers import vnpay as vnpay_protocol
from motcua_payment_providers.base import (
    ALREADY,
    CONFIRMED,
    LONGEST_CALL_BYTES,
    SENDERS,
    TRY_AGAIN,
    UNKNOWN_ORDER,
    WRONG_SIGNATURE,
    Reply,
    reply,
    reply_to_refusal,
)

from ..answers.base import shows
from ..answers.others import BankAnswer, VnpayAnswer
from ..commands.forged_calls import ForgedCalls
from ..commands.idempotency import Requests
from ..commands.sending import Commands
from ..tools import Gateway
from ..views import vnpay_return
from .calls import PROBLEM, Json, TheGateway

router = APIRouter(tags=["callbacks"], responses=PROBLEM)
NOTIFICATION = "/callbacks/vietqr/notification"


@router.get("/callbacks/vnpay/ipn", responses=shows(VnpayAnswer))
async def vnpay(request: Request, gateway: TheGateway) -> Response:
    """VNPAY's IPN. Always 200 with RspCode and Message, as its documentation asks."""
    secret = gateway.settings.vnpay_secret.get_secret_value()
    call = vnpay_protocol.verify(request.scope["query_string"], secret)
    if call is None:
        told = _forged(request, gateway.forged, vnpay_protocol.NAME)
    else:
        dossier_id = _dossier_of(call.reference)
        told = await _taken(gateway, vnpay_protocol.NAME, call.canonical, dossier_id)
    return Json(vnpay_protocol.answered(told))


@router.post(NOTIFICATION, responses=shows(BankAnswer))
async def vietqr(request: Request, gateway: TheGateway) -> Response:
    """A bank's notification of a credit, signed over its exact bytes (`X-Bank-Signature`).

    A transfer that names no payment of ours is kept as unassigned money (`GET /desk/transfers`).
    The same codes as VNPAY's; on 99 the bank is to tell it again.
    """
    signature = request.headers.get("x-bank-signature", "")
    body = await beginning(request.stream())
    secret = gateway.settings.vietqr_secret.get_secret_value()
    if not vietqr_protocol.verify(signature, body, secret):
        told = _forged(request, gateway.forged, vietqr_protocol.NAME)
    else:
        notice = vietqr_protocol.read(body)
        told = (
            UNKNOWN_ORDER
            if notice is None
            else await _credited(gateway, notice, vietqr_protocol.written(signature, body))
        )
    return Json(vietqr_protocol.answered(told))


def _forged(request: Request, forged: ForgedCalls, provider: str) -> Reply:
    forged.seen(provider)
    note(request.scope, "callback-forged")
    return WRONG_SIGNATURE


async def _credited(gateway: Gateway, notice: vietqr_protocol.Notice, said: str) -> Reply:
    """A credit goes to the dossier whose payment it names, else to a subject of its own.

    Of one transaction there is one of the two.
    """
    named = await gateway.dossiers.by_transfer(notice.references)
    own = transfer_subject(vietqr_protocol.NAME, notice.transaction_id)
    if (
        await gateway.transfers.known(own)
        if named is not None
        else await gateway.dossiers.credited(notice.transaction_id)
    ):
        return ALREADY
    return await _sent(gateway.commands, gateway.requests, vietqr_protocol.NAME, said, named or own)


async def beginning(stream: AsyncIterator[bytes]) -> bytes:
    """A body up to one byte more than a call may have: what is longer is not read to its end."""
    taken = bytearray()
    async for part in stream:
        taken += part[: LONGEST_CALL_BYTES + 1]
        if len(taken) > LONGEST_CALL_BYTES:
            break
    return bytes(taken)


async def _taken(gateway: Gateway, provider: str, said: str, dossier_id: str | None) -> Reply:
    """A rightly signed call of VNPAY. One that names no dossier of ours costs no record."""
    if dossier_id is None or await gateway.dossiers.get(dossier_id) is None:
        return UNKNOWN_ORDER
    return await _sent(gateway.commands, gateway.requests, provider, said, dossier_id)


async def _sent(
    commands: Commands, requests: Requests, provider: str, said: str, subject: str
) -> Reply:
    """What payment makes of it. Of equal calls a single one is confirmed."""
    command, command_id = (
        RecordProviderResult(provider=provider, raw_query=said),
        stable_id(provider, sha256(said.encode())),
    )
    try:
        done = await commands.send_as(command_id, command, subject, SENDERS[provider])
    except Refusal as refusal:
        return reply_to_refusal(refusal.slug)
    told = reply(done.event, done.data.get("reason", "")) if done is not None else TRY_AGAIN
    return ALREADY if told == CONFIRMED and not await requests.is_first_answer(command_id) else told


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
    call = vnpay_protocol.verify(
        request.scope["query_string"], gateway.settings.vnpay_secret.get_secret_value()
    )
    dossier_id = _dossier_of(call.reference) if call is not None else None
    document = await gateway.dossiers.get(dossier_id) if dossier_id else None
    base = gateway.settings.public_url.rstrip("/")
    if call is None or document is None:
        return RedirectResponse(f"{base}/tra-cuu?payment=unverified", 303)
    outcome = vnpay_return.by_now(document, call.return_outcome)
    return RedirectResponse(
        base + gateway.ways_back.address(document["code"], outcome, gateway.runtime.now()), 303
    )
