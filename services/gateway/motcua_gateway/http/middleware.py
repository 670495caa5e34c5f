"""Around every answer: the limit of a request's size.

Log, metrics and safe headers are the chassis'.
"""

from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import answer
from .refusals import BodyTooLarge

LONGEST_LENGTH = 18
"""Digits of a Content-Length."""


class TooLarge(Exception):  # noqa: N818 - told to the caller as BodyTooLarge
    """More came than is allowed."""


class BodyLimit:
    """Refuses bodies over the limit, by what they say and by what comes.

    `uploads`: the paths that take files, with their own limit.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, uploads: dict[str, int]) -> None:
        self._app, self._max_bytes, self._uploads = app, max_bytes, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._uploads.get(scope["path"], self._max_bytes)
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if not said.isdigit() or len(said) > LONGEST_LENGTH or int(said) > limit:
            await answer(BodyTooLarge(max_bytes=limit))(scope, receive, send)
            return
        come, over, started = 0, False, False

        async def receiving() -> Message:
            nonlocal come, over
            message = await receive()
            come += len(message.get("body", b""))
            if come > limit:
                over = True
                raise TooLarge
            return message

        async def sending(message: Message) -> None:
            nonlocal started
            if over and not started:
                return  # whatever the app makes of the cut body, this caller is told the reason
            started = True
            await send(message)

        with suppress(TooLarge):
            await self._app(scope, receiving, sending)
        if over and not started:
            await answer(BodyTooLarge(max_bytes=limit))(scope, receive, send)
