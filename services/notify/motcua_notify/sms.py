"""Handing SMS to an HTTP provider: Kannel's sendsms, or any other by its description in the
configuration. No texts, no dossiers.
"""

from collections.abc import Callable, Mapping
from typing import Any

import httpx

from .configuration import SmsProvider
from .provider import Mail, NotSent, Refused, ShortMessage, Unknown

DELIVERED_OR_NOT = 3
"""dlr-mask: tell when it reached the phone (1), and when it cannot (2)."""
KANNEL_FIELDS = {
    "username": "{username}",
    "password": "{password}",
    "from": "{sender}",
    "to": "{to}",
    "text": "{text}",
    "charset": "UTF-8",
    "coding": "{coding}",
    "dlr-mask": str(DELIVERED_OR_NOT),
    "dlr-url": "{report_url}",
}
BEFORE_IT_WAS_HEARD = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)


class SmsSender:
    """One provider.

    `report_url`: where its delivery report of a message is to go, with `%d` for Kannel's state.
    """

    def __init__(
        self,
        provider: SmsProvider,
        sender: str,
        client: httpx.AsyncClient,
        report_url: Callable[[str], str],
    ) -> None:
        self._provider, self._sender, self._client, self._report_url = (
            provider,
            provider.sender or sender,
            client,
            report_url,
        )

    async def send(self, message: Mail | ShortMessage) -> None:
        """Returns when the provider has taken it, now or in an earlier try.

        Raises `Refused`, `NotSent`, `Unknown`.
        """
        assert isinstance(message, ShortMessage)
        try:
            answer = await self._client.send(self._request(message))
        except BEFORE_IT_WAS_HEARD:
            raise NotSent("sms-connection") from None
        except httpx.HTTPError:
            raise Unknown("sms-cut") from None
        self._judge(answer)

    async def close(self) -> None:
        """The client is whoever opened it's."""

    def _request(self, message: ShortMessage) -> httpx.Request:
        given = self._provider
        holes = {
            "key": message.message_id,
            "to": message.to,
            "text": message.text,
            "sender": self._sender,
            "report_url": self._report_url(message.message_id),
            "coding": "2" if message.ucs2 else "0",
            "username": given.username,
            "password": given.secret,
        }
        kannel = given.kind == "kannel"
        fields = {
            name: template.format(**holes)
            for name, template in (KANNEL_FIELDS if kannel else given.fields).items()
        }
        body: dict[str, Any] = (
            {"params": fields} if kannel or given.body == "query" or given.method == "GET" else {}
        )
        if not body:
            body = {"json": fields} if given.body == "json" else {"data": fields}
        method = "GET" if kannel else given.method
        return self._client.build_request(
            method, given.url, headers=dict(given.headers), timeout=given.timeout_seconds, **body
        )

    def _judge(self, answer: httpx.Response) -> None:
        code, given = answer.status_code, self._provider
        taken, refused, maybe = given.taken, given.refused, given.maybe
        if given.kind == "kannel":
            # 202: 0 accepted, 3 queued. 400: malformed, 403: our own password, 404: no route, 503:
            # try later.
            taken, refused, maybe = (200, 202), (400, 404), (500, 502, 504)
        elif code == httpx.codes.CONFLICT and given.keyed:
            # a taken key with another text: an earlier release of the template sent it, and the
            # answer was lost
            return
        if code in refused:
            raise Refused(f"sms-{code}")
        if code in maybe:
            raise Unknown(f"sms-{code}")
        if code not in taken:
            raise NotSent(f"sms-{code}")
        if given.answer_field:
            self._read(answer, given)

    def _read(self, answer: httpx.Response, given: SmsProvider) -> None:
        """What the answer's field says, where the status says too little."""
        try:
            body = answer.json()
        except ValueError:
            raise Unknown("sms-answer") from None
        said = str(body.get(given.answer_field, "")) if isinstance(body, Mapping) else ""
        if said in given.answer_refused:
            raise Refused("sms-refused")
        if said not in given.answer_taken:
            raise NotSent("sms-answer")
