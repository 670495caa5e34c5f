"""Public tracking on a page: code and pin, nothing personal.

The pin is posted, so that no address and no log contains it.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response
from motcua_contracts import Label, Refusal
from motcua_contracts.rules.archive import ENDED

from ..api.calls import TheGateway
from ..api.public import tracked
from ..http.addresses import address_of
from ..http.problems import headers_of, problem
from ..http.refusals import PinMissing, TooManyTries, TrackingUnknown
from ..http.typed import typed_pin
from ..tools import Gateway
from ..views.vnpay_return import SAID, by_now
from .site import PageRoute, show

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Pin = Annotated[str, Form(max_length=20)]
Code = Annotated[str, Path(max_length=60)]


@router.get("/tra-cuu")
async def ask(
    request: Request, gateway: TheGateway, code: Annotated[str, Query(max_length=60)] = ""
) -> Response:
    """The form for code and pin. `?payment=` is what the way back from a pay page brought."""
    return await _asked(request, gateway, code)


@router.post("/tra-cuu")
async def answer(
    request: Request,
    gateway: TheGateway,
    code: Annotated[str, Form(max_length=60)] = "",
    pin: Pin = "",
) -> Response:
    """Where the dossier is."""
    return await _seen(request, gateway, code, pin)


@router.get("/track/{code}")
async def ask_for_the_pin(request: Request, gateway: TheGateway, code: Code) -> Response:
    """The link in mails, and where the way back from a pay page ends: the code is known, the pin is
    asked for.
    """
    return await _asked(request, gateway, code)


@router.post("/track/{code}")
async def answer_to_the_link(
    request: Request, gateway: TheGateway, code: Code, pin: Pin = ""
) -> Response:
    """Where the dossier is."""
    return await _seen(request, gateway, code, pin)


async def _asked(request: Request, gateway: Gateway, code: str) -> Response:
    """Whatever `payment` is, it never breaks the page: what is no outcome shows nothing."""
    payment = await _payment(
        gateway, code, request.query_params.get("payment", ""), request.query_params.get("mark", "")
    )
    return show(request, "track.html", code=code, seen=None, problem=None, payment=payment)


async def _payment(gateway: Gateway, code: str, payment: str, mark: str) -> Label | None:
    """The sentence for a way back from a pay page.

    Only who came back by a marked address is told how the dossier's payment is by now.
    """
    outcome = gateway.ways_back.believed(code, payment, mark, gateway.runtime.now())
    if (
        outcome not in (None, "unverified")
        and (document := await gateway.dossiers.by_code(code)) is not None
    ):
        outcome = by_now(document, outcome)
    return SAID[outcome] if outcome is not None else None


async def _seen(request: Request, gateway: Gateway, code: str, pin: str) -> Response:
    try:
        seen = await tracked(gateway, code, pin, address_of(request.scope))
    except (PinMissing, TrackingUnknown, TooManyTries) as refusal:
        return _no(request, code, refusal)
    # The other language is asked for with the same form, so that what is shown stays.
    again = {"action": "/tra-cuu", "fields": {"code": seen["code"], "pin": typed_pin(pin)}}
    with_somebody = seen["place"] is not None and seen["status"] not in ENDED
    return show(
        request,
        "track.html",
        code=seen["code"],
        seen=seen,
        with_somebody=with_somebody,
        problem=None,
        payment=None,
        again=again,
    )


def _no(request: Request, code: str, refusal: Refusal) -> Response:
    body = problem(refusal)
    page = show(
        request, "track.html", body["status"], code=code, seen=None, problem=body, payment=None
    )
    page.headers.update(headers_of(refusal))
    return page
