"""The gateway's calls to audit, signed: audit answers no others."""

import time
from collections.abc import Generator

import httpx
from motcua_chassis.callers import HEADER, sign
from pydantic import SecretStr


class SignedCalls(httpx.Auth):
    """Signs every request of a client.

    Without a secret requests go out as they are, and are refused there.
    """

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret.get_secret_value()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._secret:
            request.headers[HEADER] = sign(
                self._secret, request.method, request.url.raw_path, time.time()
            )
        yield request
