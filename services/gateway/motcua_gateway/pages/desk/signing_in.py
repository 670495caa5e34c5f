"""Who is at the desk: the bearer token, in a header (a proxy that signs people in) or in the cookie that the sign-in page sets.

The cookie goes to the desks' pages alone, is never sent from another site (so no other site's form acts here), and no script reads it.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from motcua_chassis.access import known

from ...api.asking import TheGateway
from ...api.rights import OFFICERS, Rights
from ...identity import PERSONAS, PLACED, Caller
from ...refusals import DevelopmentOnly
from ...tools import Gateway
from ..site import PageRoute, language_of, show

COOKIE = "motcua_desk"
HOME = "/quay"
router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class AtTheDesk:
    """Who may see a desk's page, as `Rights` is for the API."""

    rights: Rights

    async def __call__(
        self,
        request: Request,
        gateway: TheGateway,
        motcua_desk: Annotated[str, Cookie(max_length=4000)] = "",
    ) -> Caller:
        """The officer who asks. Raises `Unauthenticated`, `RoleNeeded`, `OfficerNotPlaced`."""
        header = request.headers.get("authorization", "")
        header = header or (f"Bearer {motcua_desk}" if motcua_desk else "")
        caller = await gateway.identity.caller(header)
        known(request.scope, caller.actor)
        return self.rights.held_by(caller)


TheOfficer = Annotated[Caller, Depends(AtTheDesk(Rights(OFFICERS, seated=True)))]
TheClerk = Annotated[Caller, Depends(AtTheDesk(Rights(("clerk",), seated=True)))]
TheDepartment = Annotated[Caller, Depends(AtTheDesk(Rights(("officer", "leader"), seated=True)))]


@router.get("/quay/dang-nhap")
async def ask(request: Request, gateway: TheGateway) -> Response:
    """In development the officers of the demo district; elsewhere the identity provider's proxy signs people in."""
    return show(request, "desk_sign_in.html", people=_people(gateway))


@router.post("/quay/dang-nhap")
async def sign_in(request: Request, gateway: TheGateway, persona: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Development only. Raises `DevelopmentOnly`, `PersonaUnknown`."""
    token, lasts = gateway.identity.dev.issue(persona)
    answer = RedirectResponse(_home(request), 303)
    answer.set_cookie(
        COOKIE, token, max_age=lasts, path=HOME, httponly=True, samesite="strict", secure=gateway.settings.public_url.startswith("https:")
    )
    return answer


@router.post("/quay/dang-xuat")
async def sign_out(request: Request) -> Response:
    answer = RedirectResponse(_home(request, "/dang-nhap"), 303)
    answer.delete_cookie(COOKIE, path=HOME)
    return answer


def _home(request: Request, more: str = "") -> str:
    return f"{HOME}{more}" + ("?lang=en" if language_of(request) == "en" else "")


def _people(gateway: Gateway) -> list[str]:
    try:
        return [name for name, roles in PERSONAS.items() if PLACED & set(roles)] if gateway.identity.dev else []
    except DevelopmentOnly:
        return []
