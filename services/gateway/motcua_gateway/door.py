"""The one door: every request is read strictly here before any route, whatever its method, its
address and its body.

An ASGI part around the whole app, so that no route can be reached beside it
(`tests/unit/gateway/test_gateway_door.py` tries each). Bodies are JSON or a page's form; a file
comes as multipart on the paths that take one. A callback's body is not read here: its signature is
judged first, over the raw bytes (`api/callbacks.py`, `api/reports.py`).
"""

import re
from collections.abc import Collection

from motcua_chassis.access import refused as tell_refused
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .http.problems import answer
from .http.refusals import RequestInvalid
from .http.strict import Wrong, check_headers, check_path, check_query, read_fields, read_json
from .pages.site import refused
from .views.dossier import API

WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
READ_HEADERS = {
    b"authorization": 8_192,
    b"content-type": 200,
    b"content-length": 20,
    b"idempotency-key": 128,
    b"traceparent": 64,
    b"x-bank-signature": 200,
    b"origin": 300,
    b"host": 300,
}
"""What we look into, with the most bytes of each. They come once."""
_JSON = re.compile(
    r"application/(json|[a-z0-9.-]{1,60}\+json)\s*(;\s*charset=\"?utf-8\"?\s*)?", re.IGNORECASE
)
_FIELDS = re.compile(
    r"application/x-www-form-urlencoded\s*(;\s*charset=\"?utf-8\"?\s*)?", re.IGNORECASE
)
_FILE = re.compile(
    r"multipart/form-data\s*;\s*boundary=(\"[0-9A-Za-z'()+_,./:=?"
    r" -]{1,70}\"|[0-9A-Za-z'()+_,./:=?-]{1,70})\s*",
    re.IGNORECASE,
)
BODY_ALLOWED = "application/json or application/x-www-form-urlencoded, in UTF-8"
FILE_ALLOWED = "multipart/form-data with a boundary of at most 70 characters"


class Door:
    """`uploads`: the paths that take a file.

    `signed`: beginnings of paths whose callers sign what they send.
    """

    def __init__(self, app: ASGIApp, uploads: Collection[str], signed: tuple[str, ...]) -> None:
        self._app, self._uploads, self._signed = app, uploads, signed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            raw = await self._read(scope, receive)
        except ClientDisconnect:
            return
        except Wrong as wrong:
            await _refused(scope, wrong)(scope, receive, send)
            return
        await self._app(scope, receive if raw is None else _again(raw, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body, read and checked; None where it is not read here. Raises `Wrong`."""
        path: str = scope["path"]
        if path.startswith(self._signed):
            # the signature over the raw bytes comes first: what is not rightly signed is 97,
            # whatever it holds
            return None
        check_headers(scope["headers"], READ_HEADERS)
        check_path(scope.get("raw_path") or path.encode())
        check_query(scope.get("query_string", b""))
        if scope["method"] not in WITH_BODY:
            return None
        kind = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
        if path in self._uploads:
            if not _FILE.fullmatch(kind):
                raise Wrong("header.content-type", FILE_ALLOWED)
            return None
        raw = await Request(scope, receive).body()
        if not raw:
            return raw
        if _FIELDS.fullmatch(kind):
            read_fields(raw)
        elif not kind or _JSON.fullmatch(kind):
            read_json(raw)
        else:
            raise Wrong("header.content-type", BODY_ALLOWED)
        return raw


def _refused(scope: Scope, wrong: Wrong) -> Response:
    """A problem; a page where a browser asked for one."""
    errors = [{"field": wrong.field, "allowed": wrong.allowed}]
    request = Request(scope)
    if not scope["path"].startswith(API) and "text/html" in request.headers.get("accept", ""):
        return refused(request, RequestInvalid(), errors)
    tell_refused(scope, RequestInvalid.slug)
    return answer(RequestInvalid(), errors)


def _again(raw: bytes, receive: Receive) -> Receive:
    """Gives the body that was read once more, then what the connection says."""
    given = False

    async def receiving() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": raw, "more_body": False}

    return receiving
