"""Who is at the desk: the bearer token, in a header (a proxy that signs people in) or in the cookie
that the sign-in page sets.

The cookie is never sent from another site, and no script reads it. Under https it is a `__Host-`
cookie: no sibling domain can set one. Forms are held to come from our own pages (`same_origin`),
and signing out ends the session on every instance (`signed_out`).
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from motcua_chassis.access import known
from motcua_contracts import Catalogue, CatalogueEntryMissing

from ...api.calls import TheGateway
from ...api.rights import OFFICERS, Rights
from ...http.refusals import DevelopmentOnly
from ...identity.callers import PERSONAS, PLACED, Caller, Identity
from ...read_model.names import Names
from ...settings import Settings
from ..site import PageRoute, language_of, show
from .return_links import HOME, LONGEST, landing, safe

COOKIE = "motcua_desk"
router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class AtTheDesk:
    """Who may see a desk's page, as `Rights` is for the API."""

    rights: Rights

    async def __call__(self, request: Request, gateway: TheGateway) -> Caller:
        """The officer who asks. Raises `Unauthenticated`, `RoleNeeded`, `OfficerNotPlaced`."""
        caller = await gateway.identity.caller(bearer_of(request, gateway.settings))
        known(request.scope, caller.actor)
        await gateway.rates.person(request.scope, caller)
        return self.rights.held_by(caller)


def cookie_of(settings: Settings) -> tuple[str, str, bool]:
    """Name, path and whether it is for https alone. A `__Host-` cookie must have the path `/`."""
    return (
        (f"__Host-{COOKIE}", "/", True)
        if settings.public_url.startswith("https:")
        else (COOKIE, HOME, False)
    )


def bearer_of(request: Request, settings: Settings) -> str:
    """The Authorization header, or the cookie as one; empty without either."""
    token = request.cookies.get(cookie_of(settings)[0], "")
    return request.headers.get("authorization", "") or (f"Bearer {token}" if token else "")


TheOfficer = Annotated[Caller, Depends(AtTheDesk(Rights(OFFICERS, seated=True)))]
TheClerk = Annotated[Caller, Depends(AtTheDesk(Rights(("clerk",), seated=True)))]
TheCashier = Annotated[Caller, Depends(AtTheDesk(Rights(("cashier",), seated=True)))]
TheRefunder = Annotated[Caller, Depends(AtTheDesk(Rights(("cashier", "leader"), seated=True)))]
TheDepartment = Annotated[Caller, Depends(AtTheDesk(Rights(("officer", "leader"), seated=True)))]


@router.get("/quay/dang-nhap")
async def ask(
    request: Request,
    gateway: TheGateway,
    back: Annotated[str, Query(alias="next", max_length=LONGEST)] = "",
) -> Response:
    """In development the officers of the demo district; elsewhere the identity provider's proxy
    signs people in.
    """
    people = await _people(gateway.identity, gateway.names, gateway.catalogue)
    return show(request, "desk_sign_in.html", people=people, back=safe(back))


@router.post("/quay/dang-nhap")
async def sign_in(
    request: Request,
    gateway: TheGateway,
    persona: Annotated[str, Form(max_length=60)] = "",
    back: Annotated[str, Form(alias="next", max_length=LONGEST)] = "",
) -> Response:
    """Back to the desk's page where somebody was, else to their own work. Development only.

    Raises `DevelopmentOnly`, `PersonaUnknown`.
    """
    token, lasts = gateway.identity.dev.issue(persona)
    answer = RedirectResponse(
        safe(back) or _at(request, landing(frozenset(PERSONAS[persona]))), 303
    )
    name, path, https = cookie_of(gateway.settings)
    answer.set_cookie(
        name, token, max_age=lasts, path=path, httponly=True, samesite="strict", secure=https
    )
    return answer


@router.post("/quay/dang-xuat")
async def sign_out(request: Request, gateway: TheGateway) -> Response:
    """Ends the session on every instance, not only this browser's memory of it."""
    await gateway.identity.sign_out(bearer_of(request, gateway.settings))
    answer = RedirectResponse(_at(request, f"{HOME}/dang-nhap"), 303)
    name, path, https = cookie_of(gateway.settings)
    answer.delete_cookie(name, path=path, httponly=True, samesite="strict", secure=https)
    return answer


def _at(request: Request, path: str) -> str:
    return path + ("?lang=en" if language_of(request) == "en" else "")


async def _people(
    identity: Identity, names: Names, catalogue: Catalogue
) -> list[tuple[str, str, str]]:
    """The sample officers: id, name and post."""
    try:
        ids = (
            [name for name, roles in PERSONAS.items() if PLACED & set(roles)]
            if identity.dev
            else []
        )
    except DevelopmentOnly:
        return []
    named = await names.of(set(ids))
    return [(one, named.get(one, ""), _post(catalogue, one)) for one in ids]


def _post(catalogue: Catalogue, officer: str) -> str:
    try:
        return catalogue.last_seat(officer).post_vi
    except CatalogueEntryMissing:
        return ""
