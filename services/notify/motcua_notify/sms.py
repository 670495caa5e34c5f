"""Handing SMS to the HTTP gateway, under a key by which it knows a repeat. No texts, no dossiers."""

import httpx

from .provider import NotSent, Refused

TRY_AGAIN = frozenset({401, 403, 404, 408, 425, 429})
"""4xx that tell of our configuration or of the moment, not of this message."""


class SmsGateway:
    """`POST <url>/messages {key, to, from, text}`."""

    def __init__(self, url: str, sender: str, client: httpx.AsyncClient) -> None:
        self._url, self._sender, self._client = f"{url.rstrip('/')}/messages", sender, client

    async def send(self, key: str, to: str, text: str) -> None:
        """Returns when the gateway has taken the message, now or in an earlier try. `to`: a checked number. Raises `Refused`, `NotSent`."""
        try:
            answer = await self._client.post(self._url, json={"key": key, "to": to, "from": self._sender, "text": text})
        except httpx.HTTPError:
            raise NotSent("sms-connection") from None
        match answer.status_code:
            # A taken key with another text: an earlier release of the template sent it, and the answer was lost. It went out once.
            case 202 | 200 | 409:
                return
            case code if 400 <= code < 500 and code not in TRY_AGAIN:
                raise Refused(f"sms-{code}")
            case code:
                raise NotSent(f"sms-{code}")
