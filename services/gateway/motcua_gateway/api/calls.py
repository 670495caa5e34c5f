"""What routes have in common: the gateway, who asks, the idempotency key, and how a command's end
becomes an answer.
"""

from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Query, Request
from fastapi.responses import Response
from motcua_chassis.access import known
from motcua_contracts import Command
from pydantic import BaseModel, ConfigDict

from ..answers.problem import REFERENCE
from ..commands.idempotency import read_key
from ..commands.sending import Commands, Done
from ..http.paging import MOST
from ..http.problems import MEDIA_TYPE
from ..http.refusals import ParameterUnknown
from ..identity.callers import Caller
from ..tools import Gateway
from ..views.dossier import API

PROBLEM: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "The request or the rules say no (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": REFERENCE}},
    },
    "5XX": {
        "description": "Something went wrong here (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": REFERENCE}},
    },
}


class Body(BaseModel):
    """Base of request bodies: what is not known here is an error, so that a misspelt field is not
    silently lost.
    """

    model_config = ConfigDict(extra="forbid")


def gateway_of(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway


async def caller_of(request: Request) -> Caller:
    """Raises `Unauthenticated`."""
    caller = await gateway_of(request).identity.caller(request.headers.get("authorization", ""))
    known(request.scope, caller.actor)
    await gateway_of(request).rates.person(request.scope, caller)
    return caller


def key_of(
    idempotency_key: Annotated[
        str | None, Header(description="8 to 128 printable ASCII characters")
    ] = None,
) -> str:
    """Raises `KeyRequired`."""
    return read_key(idempotency_key)


def only_known(request: Request, *names: str) -> None:
    """Raises `ParameterUnknown` for a query parameter that the call does not have: a misspelt
    filter would silently be none.
    """
    if any(name not in names for name in request.query_params):
        raise ParameterUnknown(allowed=", ".join(names) or "—")


TheGateway = Annotated[Gateway, Depends(gateway_of)]
Key = Annotated[str, Depends(key_of)]


Cursor = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MOST)]


class Json(Response):
    """JSON by orjson: times as RFC 3339 UTC."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} has no JSON")


async def carry_out(
    commands: Commands,
    request: Request,
    caller: Caller,
    command: Command,
    *,
    subject: str,
    key: str,
    href: str,
    status: int = 200,
    answer: Callable[[Done], dict[str, Any]] | None = None,
) -> Response:
    """Send the command and answer with what it led to; 202 with a link where that is not known in
    time.
    """
    trace = request.headers.get("traceparent")
    done = await commands.send(
        command, subject=subject, actor=caller.actor, key=key, traceparent=_trace(trace)
    )
    if done is None:
        return pending(href)
    body = answer(done) if answer is not None else {"done": done.event, **done.data}
    return Json(body, status, {"Location": API + href})


def pending(href: str, **more: str) -> Response:
    body = {
        "status": "pending",
        "href": API + href,
        "title": "Yêu cầu đã được nhận và đang xử lý.",
        "title_en": "Your request has been received and is being processed.",
        **more,
    }
    return Json(body, 202, {"Location": API + href, "Retry-After": "1"})


def _trace(header: str | None) -> str | None:
    """A W3C trace context as it came; anything else is dropped."""
    parts = (header or "").split("-")
    hexadecimal = all(set(part) <= set("0123456789abcdef") for part in parts)
    return header if hexadecimal and [len(part) for part in parts] == [2, 32, 16, 2] else None
