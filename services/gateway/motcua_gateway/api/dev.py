"""Development alone: a token for one of the demo's people.

Refused wherever MOTCUA_ENV is not dev.
"""

from fastapi import APIRouter
from fastapi.responses import Response

from ..answers.base import shows
from ..answers.others import Token
from ..identity.callers import PERSONAS
from .calls import PROBLEM, Body, Json, TheGateway

router = APIRouter(prefix="/dev", tags=["dev"], responses=PROBLEM)


class Persona(Body):
    """One of `citizen-an`, `clerk-haihau`, …; an unknown one is answered with the list."""

    persona: str


@router.post("/token", responses=shows(Token))
async def token(gateway: TheGateway, body: Persona) -> Response:
    """A bearer token for the persona."""
    dev = gateway.identity.dev
    issued, lasts = dev.issue(body.persona)
    return Json(
        {
            "access_token": issued,
            "token_type": "Bearer",
            "expires_in": lasts,
            "roles": list(PERSONAS[body.persona]),
        }
    )
