"""Answers from views that are behind say so: the header `As-Of`, with the instant up to which
everything is known.
"""

from collections.abc import Callable
from datetime import datetime

from motcua_contracts.wire.envelope import rfc3339
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AsOf:
    """Adds the header while `as_of` gives an instant."""

    def __init__(self, app: ASGIApp, as_of: Callable[[], datetime | None]) -> None:
        self._app, self._as_of = app, as_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and (at := self._as_of()) is not None:
                MutableHeaders(scope=message)["As-Of"] = rfc3339(at)
            await send(message)

        await self._app(scope, receive, sending)
