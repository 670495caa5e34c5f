"""Methods: HEAD is answered wherever GET is, and a 405 says in `Allow` what the address takes."""

from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def allowed_at(scope: Scope) -> str:
    """What the routes take at the address of a request, for the header `Allow`."""
    found = [method for method in METHODS if method != "HEAD" and _taken(scope, method)]
    if "GET" in found:
        found.insert(1, "HEAD")
    return ", ".join(found)


def _taken(scope: Scope, method: str) -> bool:
    return any(
        route.matches({**scope, "method": method})[0] is Match.FULL
        for route in scope["app"].router.routes
    )


class HeadAsGet:
    """Around the app: answers HEAD with the status and the headers that GET would have, and no
    body. A stream ends at once.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        answered = False

        async def receiving() -> Message:
            return {"type": "http.disconnect"} if answered else await receive()

        async def sending(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                answered = True

        inner = {**scope, "method": "GET"}
        try:
            await self._app(inner, receiving, sending)
        finally:
            # The access log names the route that it finds in its own scope.
            scope.update({name: inner[name] for name in ("app", "route") if name in inner})
