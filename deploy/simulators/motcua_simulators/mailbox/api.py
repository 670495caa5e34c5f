"""The HTTP side of the mailbox: read what came, count it, order faults.

No SMTP here, no storage.
"""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from motcua_simulators.faults import Faults, UnknownFaultError
from motcua_simulators.mailbox.spool import Entry, Spool


class MailboxApi:
    """The routes, over one spool and one set of faults."""

    def __init__(self, spool: Spool, faults: Faults) -> None:
        self._spool = spool
        self._faults = faults

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/messages", self.list_messages, methods=["GET"]),
                Route("/messages", self.delete_messages, methods=["DELETE"]),
                Route("/messages/{number:int}", self.raw_message, methods=["GET"]),
                Route("/count", self.count, methods=["GET"]),
                Route("/faults", self.show_faults, methods=["GET"]),
                Route("/faults", self.order_fault, methods=["POST"]),
                Route("/healthz", self.health, methods=["GET"]),
            ]
        )

    async def list_messages(self, request: Request) -> Response:
        """?to= (address), ?since= (an id: only later ones; or an ISO 8601 time: from then on).

        Oldest first.
        """
        try:
            after_id, since = _since(request.query_params.get("since", ""))
        except ValueError:
            return JSONResponse(
                {"error": "since must be an id or an ISO 8601 time"}, status_code=400
            )
        entries = self._spool.find(request.query_params.get("to"), after_id, since)
        return JSONResponse([self._describe(entry) for entry in entries])

    async def raw_message(self, request: Request) -> Response:
        entry = self._spool.get(int(request.path_params["number"]))
        if entry is None:
            return JSONResponse({"error": "no such message"}, status_code=404)
        return Response(self._spool.read(entry), media_type="message/rfc822")

    async def delete_messages(self, request: Request) -> Response:
        self._spool.clear()
        return Response(status_code=204)

    async def count(self, request: Request) -> Response:
        return JSONResponse(self._spool.counts())

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

    def _describe(self, entry: Entry) -> dict[str, Any]:
        parsed = email.message_from_bytes(self._spool.read(entry), policy=email.policy.default)
        return {
            "id": entry.id,
            "from": entry.sender,
            "to": list(entry.recipients),
            "subject": str(parsed["Subject"] or ""),
            "message_id": entry.message_id,
            "received_at": datetime.fromtimestamp(entry.received_at, UTC).isoformat(),
            "text": _text(parsed),
            "attachments": [
                part.get_filename() or part.get_content_type() for part in parsed.iter_attachments()
            ],
        }


def _text(message: EmailMessage) -> str:
    """The first text/plain part, decoded, lines ended by \\n; "" without one or with a charset
    nobody knows.
    """
    part = message.get_body(preferencelist=("plain",))
    if part is None:
        return ""
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except (LookupError, KeyError):
        return ""


def _since(value: str) -> tuple[int, float]:
    """(id after which, time from which) of the query's `since`. ValueError when it is neither."""
    if not value:
        return 0, 0.0
    if value.isdigit():
        return int(value), 0.0
    # "+07:00" in a query that was not escaped arrives as " 07:00".
    moment = datetime.fromisoformat(value.replace(" ", "+"))
    return 0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
