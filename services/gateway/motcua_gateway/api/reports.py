"""Where SMS providers report what became of a message.

The address is signed by notify, which gave it out; nothing else is believed, and nothing else of a
report is read before its address was found right.
"""

import hmac
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from motcua_chassis.access import note
from motcua_contracts.messages.notify import RecordReport, dossier_of, report_signature
from motcua_contracts.wire.envelope import stable_id

from ..answers.base import Taken, shows
from ..commands.forged_calls import ForgedCalls
from ..commands.sending import Commands
from ..http.refusals import NotFound
from ..settings import Settings
from .callbacks import beginning
from .calls import PROBLEM, Json, TheGateway

router = APIRouter(prefix="/callbacks/sms", tags=["callbacks"], responses=PROBLEM)
PROVIDER_ACTOR = "system:sms"
ARRIVED = frozenset({"1", "delivered"})
NEVER = frozenset({"2", "16", "undeliverable", "undelivered", "failed", "rejected", "expired"})
"""Kannel's bits of `%d` (1 delivered, 2 cannot, 16 the centre refused) and the words of others. All
else is on the way: no end yet.
"""
LONGEST_ID = 200


@router.get("/{message_id}/{signature}", responses=shows(Taken))
async def kannel(
    request: Request, gateway: TheGateway, message_id: str, signature: str
) -> Response:
    """Kannel's dlr-url: `status` is its `%d`."""
    _known(request, gateway.settings, gateway.forged, message_id, signature)
    return await _taken(gateway.commands, message_id, request.query_params.get("status", ""))


@router.post("/{message_id}/{signature}", responses=shows(Taken))
async def other(request: Request, gateway: TheGateway, message_id: str, signature: str) -> Response:
    """Another provider's report, as JSON with a `status`."""
    _known(request, gateway.settings, gateway.forged, message_id, signature)
    return await _taken(gateway.commands, message_id, _status(await beginning(request.stream())))


def _known(
    request: Request, settings: Settings, forged: ForgedCalls, message_id: str, signature: str
) -> None:
    """Raises `NotFound` for an address that notify did not give out."""
    secret = settings.report_secret.get_secret_value()
    if secret and len(message_id) <= LONGEST_ID and _same(signature, message_id, secret):
        return
    forged.seen("sms")
    note(request.scope, "callback-forged")
    raise NotFound()


def _same(signature: str, message_id: str, secret: str) -> bool:
    try:
        return hmac.compare_digest(
            signature.encode(), report_signature(message_id, secret).encode()
        )
    except UnicodeEncodeError:  # half a letter, which no id of ours has
        return False


def _status(body: bytes) -> str:
    """Empty where the body says none."""
    try:
        said: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    status = said.get("status", "") if isinstance(said, dict) else ""
    return str(status) if isinstance(status, str | int) else ""


async def _taken(commands: Commands, message_id: str, status: str) -> Response:
    """Answered once the broker has it: until then the provider asks again.

    A repeat is the same command.
    """
    word = status[:20].strip().lower()
    if word in ARRIVED | NEVER:
        command = RecordReport(message_id=message_id, delivered=word in ARRIVED)
        await commands.append(
            command, stable_id("sms-report", message_id), dossier_of(message_id), PROVIDER_ACTOR
        )
    return Json({"taken": True})
