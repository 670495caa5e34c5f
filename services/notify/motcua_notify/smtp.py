"""Handing mails to one SMTP server over a few connections that are kept open.

No texts, no dossiers.
"""

import asyncio
import re
import ssl

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from .configuration import SmtpProvider
from .provider import Mail, NotSent, NotTaken, Refused, ShortMessage, Unknown
from .seven_bit import seven_bit

OK, WILL_FORWARD, CLOSING = 250, 251, 421
CONNECT_SECONDS = 6
"""A server that is there says its greeting at once; one that does not delays nobody for longer."""
_NO_SUCH_ADDRESS = re.compile(r"\b5\.1\.[1236]\b")
"""Enhanced status (RFC 3463): the mailbox or its domain does not exist. No other server would know
it.
"""


class Mailer:
    """One server and its idle connections: as many as mails were ever under way at once, which the
    caller bounds.
    """

    def __init__(self, provider: SmtpProvider, sender: str) -> None:
        """`sender` is the envelope's."""
        self._provider, self._sender = provider, sender
        self._idle: list[SMTP] = []
        self._tls = (
            ssl.create_default_context(cafile=provider.ca_file or None)
            if provider.tls != "none"
            else None
        )

    async def send(self, message: Mail | ShortMessage) -> None:
        """Returns when the server has taken the mail.

        Raises `Refused` for the server's 55x to this recipient or mail; `Unknown` for a cut or
        silence once DATA was begun, after which nobody knows whether it arrived; `NotSent` for
        everything else: a 4xx, a 50x or 53x (our own configuration), a server that is away.
        """
        assert isinstance(message, Mail)
        connection: SMTP | None = None
        begun = False
        try:
            connection = await self._begin(message.to)
            answer = await connection.execute_command(b"RCPT", b"TO:<" + message.to.encode() + b">")
            _accepted(answer, OK, WILL_FORWARD)
            raw = (
                message.raw if connection.supports_extension("8bitmime") else seven_bit(message.raw)
            )
            begun = True
            await connection.data(raw)
        except BaseException as error:
            # Refusals are rare; a new connection is cheaper than knowing what state this one is in.
            if connection is not None:
                connection.close()
            if (ending := _ending(error, begun)) is not None:
                raise ending from None
            raise
        self._idle.append(connection)

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        idle, self._idle = self._idle, []
        await asyncio.gather(
            *(connection.quit(timeout=1) for connection in idle), return_exceptions=True
        )

    async def _begin(self, recipient: str) -> SMTP:
        """A connection that has taken the MAIL command.

        Where the server left an idle one, nothing was sent yet: the next is tried.
        """
        while self._idle:
            connection = self._idle.pop()
            try:
                if await self._mail(connection, recipient) != CLOSING:
                    return connection
            except SMTPServerDisconnected:
                pass
        connection = self._new()
        await connection.connect(timeout=CONNECT_SECONDS)
        connection.timeout = self._provider.timeout_seconds
        if await self._mail(connection, recipient) == CLOSING:
            connection.close()
            raise NotSent(f"smtp-{CLOSING}")
        return connection

    def _new(self) -> SMTP:
        given = self._provider
        return SMTP(
            hostname=given.host,
            port=given.port,
            username=given.username or None,
            password=given.secret or None,
            use_tls=given.tls == "implicit",
            start_tls={"offered": None, "starttls": True}.get(given.tls, False),
            tls_context=self._tls,
            timeout=given.timeout_seconds,
        )

    async def _mail(self, connection: SMTP, recipient: str) -> int:
        """The MAIL command's code: OK or CLOSING.

        A sender that is refused is our own trouble and nobody's message: `NotSent`.
        """
        options = [b"BODY=8BITMIME"] if connection.supports_extension("8bitmime") else []
        if not recipient.isascii():
            if not connection.supports_extension("smtputf8"):
                connection.close()
                raise Refused("smtp-no-utf8-addresses")
            options.append(b"SMTPUTF8")
        answer = await connection.execute_command(
            b"MAIL", b"FROM:<" + self._sender.encode() + b">", *options
        )
        if answer.code not in (OK, CLOSING):
            connection.close()
            raise NotSent(f"smtp-sender-{answer.code}")
        return answer.code


def _ending(error: BaseException, begun: bool) -> NotTaken | None:
    """How it ended for whoever asked. None: not the server's doing."""
    match error:
        case NotTaken():
            return None
        case SMTPResponseException(code=code) if 550 <= code < 560:
            return Refused(
                f"smtp-{code}", everywhere=_NO_SUCH_ADDRESS.search(error.message) is not None
            )
        case SMTPResponseException(code=code):
            return NotSent(f"smtp-{code}")
        case SMTPTimeoutError() | TimeoutError():
            return Unknown("smtp-timeout") if begun else NotSent("smtp-timeout")
        case SMTPException() | OSError():
            return Unknown("smtp-cut") if begun else NotSent("smtp-connection")
        case _:
            return None


def _accepted(answer: SMTPResponse, *codes: int) -> None:
    if answer.code not in codes:
        raise SMTPResponseException(answer.code, answer.message)
