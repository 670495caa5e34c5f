"""The gateway's HTTP interfaces: Kannel's sendsms, a JSON one with idempotency keys, and what tests
read and order.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from motcua_simulators.faults import Fault, Faults, UnknownFaultError
from motcua_simulators.serving import Connections
from motcua_simulators.sms.encoding import encode
from motcua_simulators.sms.outbox import KeyConflictError, Outbox, Sms
from motcua_simulators.sms.reports import Reports

# 4xx, 5xx: answered, not kept; cut: kept, then the connection is reset instead of the answer; slow:
# kept, the answer comes `seconds`
# later; undeliverable: kept and accepted, the delivery report says it never arrived. `place` names
# one interface: kannel or messages.
FAULT_MODES = ("4xx", "5xx", "cut", "slow", "undeliverable")

_PHONE = re.compile(r"\+?[0-9]{3,15}")


class SmsApi:
    """The routes, over one outbox and one set of faults.

    `report_seconds`: how long a message takes to its phone.
    """

    def __init__(
        self, directory: Path | None, report_seconds: float, connections: Connections
    ) -> None:
        self._outbox = Outbox(directory)
        self._faults = Faults(FAULT_MODES)
        self._report_seconds = report_seconds
        self._connections = connections
        self._reports: Reports

    def app(self) -> Starlette:
        return Starlette(
            lifespan=self._lifespan,
            routes=[
                Route("/cgi-bin/sendsms", self.kannel, methods=["GET", "POST"]),
                Route("/messages", self.send, methods=["POST"]),
                Route("/messages", self.list_messages, methods=["GET"]),
                Route("/messages", self.delete_messages, methods=["DELETE"]),
                Route("/count", self.count, methods=["GET"]),
                Route("/faults", self.show_faults, methods=["GET"]),
                Route("/faults", self.order_fault, methods=["POST"]),
                Route("/healthz", self.health, methods=["GET"]),
            ],
        )

    async def kannel(self, request: Request) -> Response:
        """Kannel's sendsms. No key: a repeat is a second message, as with the real one."""
        try:
            query = await _kannel_parameters(request)
            mask = int(query.get("dlr-mask") or 0)
        except (LookupError, ValueError):
            return PlainTextResponse("Malformed request, rejected", status_code=400)
        if not query.get("username") or not query.get("password"):
            return PlainTextResponse("Authorization failed for sendsms", status_code=403)
        receivers = query.get("to", "").split()
        if not receivers or not all(_PHONE.fullmatch(receiver) for receiver in receivers):
            return PlainTextResponse(
                "Missing or malformed receiver number, rejected", status_code=400
            )
        fault = self._faults.take(*FAULT_MODES, recipients=receivers, place="kannel")
        if fault is not None and fault.mode in ("4xx", "5xx"):
            return PlainTextResponse(
                "Temporal failure, try again later.",
                status_code=503 if fault.mode == "5xx" else 400,
            )
        coding = "ucs2" if query.get("coding") == "2" else "gsm7"
        for receiver in receivers:
            message = self._keep("", receiver, query.get("from", ""), query.get("text", ""), coding)
            self._reports.schedule(
                message, _arrives(fault), dlr_url=query.get("dlr-url", ""), dlr_mask=mask
            )
        return await self._answer(
            request, fault, PlainTextResponse("0: Accepted for delivery", status_code=202)
        )

    async def send(self, request: Request) -> Response:
        """{key, to, from, text, report_url?}: 202 {id, repeated: false}; the same key again: 200
        with the same id, repeated: true; the same key with other contents: 409.
        """
        try:
            order = await request.json()
            key, to, text = (_string(order, name) for name in ("key", "to", "text"))
            sender, report_url = order.get("from", ""), order.get("report_url", "")
        except (ValueError, KeyError, TypeError, AttributeError):
            return JSONResponse(
                {"error": "key, to and text are needed, as strings that are not empty"},
                status_code=400,
            )
        if not _PHONE.fullmatch(to):
            return JSONResponse({"error": "to must be a phone number of digits"}, status_code=400)
        fault = self._faults.take(*FAULT_MODES, recipients=(to,), place="messages")
        if fault is not None and fault.mode in ("4xx", "5xx"):
            return JSONResponse(
                {"error": "ordered by a test"}, status_code=503 if fault.mode == "5xx" else 422
            )
        try:
            earlier = self._outbox.repeated(key, to, text)
        except KeyConflictError:
            return JSONResponse({"error": "this key was used for another message"}, status_code=409)
        if earlier is not None:
            return await self._answer(
                request, fault, JSONResponse({"id": earlier.id, "repeated": True})
            )
        message = self._keep(key, to, str(sender), text, None)
        self._reports.schedule(message, _arrives(fault), report_url=str(report_url))
        return await self._answer(
            request, fault, JSONResponse({"id": message.id, "repeated": False}, status_code=202)
        )

    async def list_messages(self, request: Request) -> Response:
        return JSONResponse(
            [message.describe() for message in self._outbox.find(request.query_params.get("to"))]
        )

    async def delete_messages(self, request: Request) -> Response:
        self._outbox.clear()
        return Response(status_code=204)

    async def count(self, request: Request) -> Response:
        return JSONResponse(self._outbox.counts())

    async def show_faults(self, request: Request) -> Response:
        return JSONResponse(self._faults.describe())

    async def order_fault(self, request: Request) -> Response:
        try:
            self._faults.order(await request.json())
        except (UnknownFaultError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse(self._faults.describe())

    async def health(self, request: Request) -> Response:
        return PlainTextResponse("ok")

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        # Environment proxies are not for calls between processes of one machine.
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            self._reports = Reports(client, self._report_seconds)
            yield
            await self._reports.close()

    def _keep(self, key: str, to: str, sender: str, text: str, coding: str | None) -> Sms:
        encoded = encode(text, coding)
        now = datetime.now(UTC).isoformat()
        message = Sms(
            self._outbox.next_id(),
            key,
            to,
            sender,
            encoded.text,
            encoded.coding,
            encoded.parts,
            now,
        )
        self._outbox.add(message)
        return message

    async def _answer(self, request: Request, fault: Fault | None, response: Response) -> Response:
        """The answer to a kept message, or what the fault makes of it."""
        if fault is not None and fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.mode == "cut":
            self._connections.abort(request.client)
        return response


def _arrives(fault: Fault | None) -> bool:
    return fault is None or fault.mode != "undeliverable"


def _string(order: dict[str, Any], name: str) -> str:
    """A string that is not empty. KeyError or TypeError otherwise."""
    value = order[name]
    if not isinstance(value, str) or not value:
        raise TypeError(name)
    return value


async def _kannel_parameters(request: Request) -> dict[str, str]:
    """Query and, for POST, form parameters; percent-escapes decoded in the charset they name.

    LookupError for an unknown charset.
    """
    raw = request.scope["query_string"].decode("latin-1")
    if request.method == "POST":
        raw = "&".join(part for part in (raw, (await request.body()).decode("latin-1")) if part)
    charset = parse_qs(raw).get("charset", ["utf-8"])[0]
    fields = parse_qs(raw, keep_blank_values=True, encoding=charset, errors="replace")
    return {name: values[-1] for name, values in fields.items()}
