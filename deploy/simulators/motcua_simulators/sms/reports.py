"""Delivery reports: tells the sender, a little later and over HTTP, what became of a message.

Kannel's way is a GET of the dlr-url with its escapes filled in, for the states that dlr-mask asks
for; the JSON way is a POST. A report that nobody takes is tried three times, as a provider would,
then dropped.
"""

import asyncio
import logging
from urllib.parse import quote_plus

import httpx

from motcua_simulators.sms.outbox import Sms

_LOG = logging.getLogger(__name__)

DELIVERED, UNDELIVERABLE = 1, 2  # bits of dlr-mask and values of %d


class Reports:
    """Sends reports in the background through one HTTP client."""

    def __init__(self, client: httpx.AsyncClient, seconds: float) -> None:
        self._client = client
        self._seconds = seconds
        self._tasks: set[asyncio.Task[None]] = set()

    def schedule(
        self,
        message: Sms,
        delivered: bool,
        *,
        dlr_url: str = "",
        dlr_mask: int = 0,
        report_url: str = "",
    ) -> None:
        """Settles the message's delivery after the gateway's delay and reports it to whichever
        address was given.
        """
        task = asyncio.create_task(self._settle(message, delivered, dlr_url, dlr_mask, report_url))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _settle(
        self, message: Sms, delivered: bool, dlr_url: str, dlr_mask: int, report_url: str
    ) -> None:
        await asyncio.sleep(self._seconds)
        message.delivery = "delivered" if delivered else "undeliverable"
        value = DELIVERED if delivered else UNDELIVERABLE
        if dlr_url and dlr_mask & value:
            await self._send(httpx.Request("GET", fill(dlr_url, message, value)))
        if report_url:
            body = {
                "id": message.id,
                "key": message.key,
                "to": message.to,
                "status": message.delivery,
            }
            await self._send(httpx.Request("POST", report_url, json=body))

    async def _send(self, request: httpx.Request) -> None:
        for attempt in range(3):
            try:
                response = await self._client.send(request)
            except httpx.HTTPError as error:
                _LOG.warning(
                    "delivery report to %s failed: %s", request.url.copy_with(query=None), error
                )
            else:
                if response.is_success:
                    return
            await asyncio.sleep(self._seconds * (attempt + 1))


def fill(dlr_url: str, message: Sms, value: int) -> str:
    """Replaces Kannel's escapes: %d the state, %p and %P the phone numbers of receiver and sender,
    %I our id.
    """
    filled, rest = "", dlr_url
    known = {
        "d": str(value),
        "p": quote_plus(message.to),
        "P": quote_plus(message.sender),
        "I": quote_plus(message.id),
        "%": "%",
    }
    while rest:
        before, mark, after = rest.partition("%")
        filled += before
        if mark and after[:1] in known:
            filled, rest = filled + known[after[0]], after[1:]
        else:
            filled, rest = filled + mark, after
    return filled
