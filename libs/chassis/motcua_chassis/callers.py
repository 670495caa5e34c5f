"""How one service knows that a request came from another one: a keyed hash over what is asked and
when. The secret itself never travels.

The header is `X-Motcua-Caller: v1 <unix seconds> <hex of HMAC-SHA-256>`, over version, time, method
and target (path and query as sent). Whoever listens can ask the same again for a minute and nothing
else.
"""

import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from pydantic import SecretStr

HEADER = "X-Motcua-Caller"
WITHIN_SECONDS = 60
Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]


def sign(secret: str, method: str, target: bytes, at: float) -> str:
    """The header's value. `at`: Unix seconds. Raises `ValueError` without a secret."""
    if not secret:
        raise ValueError("a secret is required")
    seconds = int(at)
    return f"v1 {seconds} {_hash(secret, seconds, method, target)}"


def is_known(secret: str, value: str, method: str, target: bytes, now: float) -> bool:
    """Whether a header's value was made with this secret, for this request, within a minute.

    Nobody is known without a secret.
    """
    version, _, rest = value.partition(" ")
    seconds, _, given = rest.partition(" ")
    if (
        not secret
        or version != "v1"
        or not (seconds.isascii() and seconds.isdigit())
        or len(seconds) > 12
        or not given.isascii()
    ):
        return False
    expected = _hash(secret, int(seconds), method, target)
    return hmac.compare_digest(expected, given) and abs(now - int(seconds)) <= WITHIN_SECONDS


def _hash(secret: str, seconds: int, method: str, target: bytes) -> str:
    said = b"\n".join((b"v1", str(seconds).encode(), method.encode(), target))
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


class OnlyKnownCallers:
    """An ASGI app behind the check: whatever is asked by anybody else gets `refusal`, and the app
    never sees it.
    """

    def __init__(self, app: App, secret: SecretStr, refusal: App) -> None:
        self._app, self._secret, self._refusal = app, secret.get_secret_value(), refusal

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and not self._is_known(scope):
            await self._refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        values = [value for name, value in scope["headers"] if name == HEADER.lower().encode()]
        if len(values) != 1:
            return False
        query = scope["query_string"]
        target = scope["raw_path"] + (b"?" + query if query else b"")
        return is_known(
            self._secret, values[0].decode("latin-1"), scope["method"], target, time.time()
        )
