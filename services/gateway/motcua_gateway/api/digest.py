"""An officer's morning digest: whether and when, the next one, and what became of the last mail."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from motcua_contracts.messages.routing import SetDigest, worklist_of
from motcua_contracts.wire.payload import Hour

from ..answers.base import does, shows
from ..answers.messages import Digest, DigestTold
from ..read_model.digests import digest_of
from .calls import PROBLEM, Body, Json, Key, TheGateway, carry_out
from .rights import TheDepartment

router = APIRouter(prefix="/desk/me", tags=["desk"], responses=PROBLEM)


class DigestHour(Body):
    """`at`: an hour of the office's clock, `07:00`, on every working day on which the officer is
    there; empty: no digest.
    """

    at: Hour


@router.get("/digest", responses=shows(Digest))
async def digest(gateway: TheGateway, caller: TheDepartment) -> Response:
    """`at` empty: none is wanted. `last`: the numbers of the last one; `mail`: how it went."""
    return Json(await digest_of(gateway.database.digests, caller.officer))


@router.put("/digest", responses=does(DigestTold))
async def set_digest(
    request: Request, gateway: TheGateway, caller: TheDepartment, key: Key, body: DigestHour
) -> Response:
    """Say when, or that none is wanted.

    It goes to the office address that the organisation gave; without one no mail goes out.
    """
    return await carry_out(
        gateway.commands,
        request,
        caller,
        SetDigest(at=body.at),
        subject=worklist_of(caller.officer),
        key=key,
        href="/desk/me/digest",
    )
