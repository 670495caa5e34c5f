"""The SMTP side: what the server says and when a message counts as accepted, and the faults it can
show.

The protocol is aiosmtpd's; here are only the hooks, and a short cut for the addresses that nearly
every mail has.
"""

import asyncio
import re
import socket
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from motcua_simulators.faults import Faults
from motcua_simulators.mailbox.spool import Spool

# refuse: connection reset before the greeting, a kept one at MAIL; stuck: never greeted, a kept one
# never answered; no_such_user: 550 to
# RCPT; 4xx, 5xx: answered after DATA, not stored; cut_in_data: reset in the middle of DATA, not
# stored; cut_after_data: stored, then the
# connection is reset instead of the 250; slow: stored, the 250 comes `seconds` later. A fault may
# be for one recipient (`to`), or for one
# of the ports (`place`).
FAULT_MODES = (
    "refuse",
    "stuck",
    "no_such_user",
    "4xx",
    "5xx",
    "cut_in_data",
    "cut_after_data",
    "slow",
)

_PLAIN_ADDRESS = re.compile(r"<([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+)>(.*)", re.DOTALL)


class MailboxHandler:
    """aiosmtpd calls these hooks by their names."""

    def __init__(self, spool: Spool, faults: Faults) -> None:
        self._spool = spool
        self._faults = faults

    async def handle_EHLO(  # noqa: N802 (the library's name)
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        # Commands are read one by one from a buffer, so a client may well send them in one go (RFC
        # 2920).
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_MAIL(  # noqa: N802 (the library's name)
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        mail_options: list[str],
    ) -> str:
        # A server that is away is away for connections that were kept open, too.
        if (fault := self._faults.take("refuse", "stuck", place=_port(server))) is not None:
            await (_cut(server) if fault.mode == "refuse" else asyncio.sleep(3600))
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 (the library's name)
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        if self._faults.take("no_such_user", recipients=(address,), place=_port(server)):
            return "550 5.1.1 Ordered by a test: no such mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (the library's name)
        recipients = list(envelope.rcpt_tos)
        fault = self._faults.take(
            "4xx",
            "5xx",
            "cut_in_data",
            "cut_after_data",
            "slow",
            recipients=recipients,
            place=_port(server),
        )
        if fault is not None and fault.mode == "cut_in_data":
            await _cut(server)
        if fault is not None and fault.mode == "4xx":
            return "451 4.3.0 Ordered by a test: try again later"
        if fault is not None and fault.mode == "5xx":
            return "554 5.6.0 Ordered by a test: message refused"
        try:
            number = self._spool.accept(
                envelope.mail_from or "", recipients, envelope.original_content or b""
            )
        except OSError as error:
            return f"452 4.3.1 Cannot store the message: {error.strerror or error}"
        if fault is not None and fault.mode == "cut_after_data":
            await _cut(server)
        if fault is not None and fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
        return f"250 2.0.0 OK id={number}"


class MailboxServer(SMTP):
    """One connection."""

    def __init__(
        self, handler: MailboxHandler, faults: Faults, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._faults = faults
        super().__init__(
            handler,
            hostname="mailbox.local",
            ident="motcua mailbox",
            enable_SMTPUTF8=True,
            loop=loop,
        )

    def connection_made(self, transport: Any) -> None:
        port = transport.get_extra_info("sockname")[1]
        if self._faults.take("stuck", place=port):
            return  # whoever called waits for a greeting that never comes
        super().connection_made(transport)
        if self._faults.take("refuse", place=port):
            transport.abort()

    def eof_received(self) -> bool | None:
        # one that was stuck was never begun
        return super().eof_received() if self.session is not None else False

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            super().connection_lost(error)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        # The library's full RFC 5322 parser is half the cost of a short message; anything unusual
        # still goes there.
        if match := _PLAIN_ADDRESS.fullmatch(arg):
            return match.group(1), match.group(2)
        parsed: tuple[str | None, str | None] = super()._getaddr(arg)
        return parsed


def _port(server: SMTP) -> int:
    return int(cast(asyncio.Transport, server.transport).get_extra_info("sockname")[1])


async def _cut(server: SMTP) -> None:
    # uvloop's transport is no subclass of asyncio's, hence a cast and no check.
    cast(asyncio.Transport, server.transport).abort()
    # the library cancels us when it sees the end of the connection: no answer is ever written
    await asyncio.sleep(30)


async def start_smtp(sock: socket.socket, spool: Spool, faults: Faults) -> asyncio.Server:
    """Serves SMTP on a listening socket until the returned server is closed."""
    loop = asyncio.get_running_loop()
    handler = MailboxHandler(spool, faults)
    return await loop.create_server(lambda: MailboxServer(handler, faults, loop), sock=sock)
