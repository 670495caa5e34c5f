"""Before every route: how many requests of one address are being answered, and how many of this
kind it may send. Its refusals.
"""

from collections import Counter
from contextlib import suppress

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .http.addresses import address_of
from .http.problems import answer
from .http.refusals import TooManyRequests, Unavailable
from .pages.site import refused
from .rate_settings import kind_of
from .tools import Gateway


class RateLimits:
    """Around the app.

    Who calls is what the server says (`MOTCUA_TRUSTED_PROXIES`), never a header that anybody may
    send.
    """

    def __init__(self, app: ASGIApp, gateway: Gateway) -> None:
        self._app, self._gateway, settings = app, gateway, gateway.settings
        self._of_one, self._of_all = (
            settings.limit_concurrent_address * settings.limit_factor,
            settings.limit_concurrent,
        )
        self._running: Counter[str] = Counter()
        self._all = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        address = address_of(scope)
        try:
            self._let_in(address)
        except (TooManyRequests, Unavailable) as refusal:
            await _told(refusal, scope, receive, send)
            return
        place = 1

        def step_aside() -> None:
            nonlocal place
            self._all -= place
            place = 0

        state["step_aside"] = step_aside
        try:
            await self._gateway.rates.address(kind_of(scope["method"], scope["path"]), address)
            await self._app(scope, self._waiting(receive), self._writing(send))
        except TooManyRequests as refusal:
            await _told(refusal, scope, receive, send)
        finally:
            step_aside()
            self._running[address] -= 1
            if self._running[address] <= 0:
                del self._running[address]
            for work in state.get("at_end", ()):
                with suppress(Exception):
                    work()

    def _waiting(self, receive: Receive) -> Receive:
        """What waits for its caller works on nothing: thousands of slow bodies take no place from
        others.
        """

        async def receiving() -> Message:
            self._all -= 1
            try:
                return await receive()
            finally:
                self._all += 1

        return receiving

    def _writing(self, send: Send) -> Send:
        """The same for an answer that its caller does not read."""

        async def sending(message: Message) -> None:
            self._all -= 1
            try:
                await send(message)
            finally:
                self._all += 1

        return sending

    def _let_in(self, address: str) -> None:
        if self._running[address] >= self._of_one:
            raise TooManyRequests(limit="concurrent.address", allowed=str(self._of_one), seconds=1)
        if self._all >= self._of_all:
            raise Unavailable()
        self._all += 1
        self._running[address] += 1


async def _told(
    refusal: TooManyRequests | Unavailable, scope: Scope, receive: Receive, send: Send
) -> None:
    request = Request(scope)
    browser = not scope["path"].startswith("/api/") and "text/html" in request.headers.get(
        "accept", ""
    )
    await (refused(request, refusal) if browser else answer(refusal))(scope, receive, send)
