"""The page of the morning digest (bản tin buổi sáng): the hour, the next one, how the last mail
went.
"""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from motcua_contracts import Refusal
from motcua_contracts.messages.routing import SetDigest, worklist_of
from pydantic import ValidationError

from ...api.calls import TheGateway
from ...http.problems import problem
from ...http.refusals import RequestInvalid
from ...identity.callers import Caller
from ...read_model.digests import digest_of
from ...tools import Gateway
from ...views.inbox import REASONS, STATES
from ..desk.return_links import HOME
from ..desk.seen import who_of
from ..desk.sign_in import TheDepartment
from ..site import PageRoute, language_of, show

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PAGE = f"{HOME}/ban-tin"


@router.get(PAGE)
async def ask(
    request: Request, gateway: TheGateway, caller: TheDepartment, done: str = ""
) -> Response:
    return await _page(request, gateway, caller, done=bool(done))


@router.post(PAGE)
async def wish(
    request: Request, gateway: TheGateway, caller: TheDepartment,
    at: Annotated[str, Form(max_length=8)] = "", off: Annotated[str, Form(max_length=8)] = "",
    key: Annotated[str, Form(max_length=128)] = "",
) -> Response:  # fmt: skip
    """The button `off` turns it off, whatever the field says. A refusal is shown on the page."""
    try:
        command = SetDigest(at="" if off else at)
        await gateway.commands.send(
            command, subject=worklist_of(caller.officer), actor=caller.actor, key=key or uuid4().hex
        )
    except ValidationError:
        return await _page(request, gateway, caller, refusal=RequestInvalid())
    except Refusal as refusal:
        return await _page(request, gateway, caller, refusal=refusal)
    english = "&lang=en" if language_of(request) == "en" else ""
    return RedirectResponse(f"{PAGE}?done=1{english}", 303)


async def _page(
    request: Request,
    gateway: Gateway,
    caller: Caller,
    *,
    done: bool = False,
    refusal: Refusal | None = None,
) -> Response:
    digest = await digest_of(gateway.database.digests, caller.officer)
    said = problem(refusal) if refusal is not None else None
    return show(
        request,
        "desk_digest.html",
        said["status"] if said else 200,
        digest=digest,
        problem=said,
        done=done,
        states=STATES,
        reasons=REASONS,
        key=uuid4().hex,
        who=await who_of(gateway, caller),
    )
