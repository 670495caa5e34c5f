"""Where SMS providers report what became of a message. The address is signed by notify, which gave it out; nothing else is believed."""

import hmac
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from motcua_contracts.envelope import stable_id
from motcua_contracts.notify import RecordReport, dossier_of, report_signature

from ..refusals import NotFound
from .asking import Json, TheGateway

router = APIRouter(prefix="/callbacks/sms", tags=["callbacks"])
PROVIDER_ACTOR = "system:sms"
ARRIVED = frozenset({"1", "delivered"})
NEVER = frozenset({"2", "16", "undeliverable", "undelivered", "failed", "rejected", "expired"})
"""Kannel's bits of `%d` (1 delivered, 2 cannot, 16 the centre refused) and the words of others. All else is on the way: no end yet."""
LONGEST_BODY = 4_000

MessageId = Annotated[str, Path(max_length=200)]
Signature = Annotated[str, Path(max_length=64)]


@router.get("/{message_id}/{signature}")
async def kannel(
    gateway: TheGateway, message_id: MessageId, signature: Signature, status: Annotated[str, Query(max_length=20)]
) -> Response:
    """Kannel's dlr-url: `status` is its `%d`."""
    return await _taken(gateway, message_id, signature, status)


@router.post("/{message_id}/{signature}")
async def other(request: Request, gateway: TheGateway, message_id: MessageId, signature: Signature) -> Response:
    """Another provider's report, as JSON with a `status`."""
    try:
        body = orjson.loads((await request.body())[:LONGEST_BODY])
    except orjson.JSONDecodeError:
        body = {}
    return await _taken(gateway, message_id, signature, str(body.get("status", "")) if isinstance(body, dict) else "")


async def _taken(gateway: TheGateway, message_id: str, signature: str, status: str) -> Response:
    """Answered once the broker has it: until then the provider asks again. A repeat is the same command."""
    secret = gateway.settings.report_secret.get_secret_value()
    if not secret or not hmac.compare_digest(signature.encode(), report_signature(message_id, secret).encode()):
        raise NotFound()
    word = status.strip().lower()
    if word in ARRIVED | NEVER:
        command = RecordReport(message_id=message_id, delivered=word in ARRIVED)
        await gateway.commands.append(command, stable_id("sms-report", message_id), dossier_of(message_id), PROVIDER_ACTOR)
    return Json({"taken": True})
