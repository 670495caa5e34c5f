"""What anybody may read of dossiers: where one lies (with its pin), and counts."""

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from ..answers.base import shows
from ..answers.dossier import TrackedDossier
from ..http.addresses import address_of
from ..http.refusals import PinMissing, TrackingUnknown
from ..http.typed import typed_code, typed_pin
from ..tools import Gateway
from ..views.dossier import officers_of, public_view
from .calls import PROBLEM, Json, TheGateway

router = APIRouter(tags=["public"], responses=PROBLEM)
NO_PIN = "------"
"""Compared with where there is nothing to compare: as long as a pin, and never one."""


@router.get("/track/{code}", responses=shows(TrackedDossier))
async def track(
    request: Request, gateway: TheGateway, code: str, pin: Annotated[str, Query(max_length=20)]
) -> Response:
    """Where the dossier is; no personal data.

    A wrong pin and an unknown code give the same answer.
    """
    return Json(await tracked(gateway, code, pin, address_of(request.scope)))


async def tracked(gateway: Gateway, code: str, pin: str, address: str) -> dict[str, Any]:
    """What code and pin open, however they are typed.

    Raises `PinMissing`, `TrackingUnknown`, `TooManyTries`.
    """
    code, pin = typed_code(code), typed_pin(pin)
    if not pin:
        raise PinMissing()
    entered = await gateway.pins.enter(code, address)
    document = await gateway.dossiers.by_code(code)
    # The same steps for a code that nobody has, so that time tells nothing either.
    dossier_id, revision = (
        (document["_id"], document["filing"]["revision"]) if document is not None else (code, 1)
    )
    papers = await gateway.papers.of_dossier(dossier_id, revision)
    right = hmac.compare_digest(
        (papers.pin if papers is not None else NO_PIN).encode(), pin.encode()
    )
    if document is None or papers is None or not right:
        raise TrackingUnknown()
    await gateway.pins.right(entered)
    shows_officer = gateway.settings.track_shows_officer
    names = await gateway.names.of(officers_of(document)) if shows_officer else {}
    return public_view(document, gateway.catalogue, names, shows_officer)
