"""Handing mails to the SMTP server over a few connections that are kept open. No texts, no dossiers."""

import asyncio

from aiosmtplib import SMTP, SMTPException, SMTPResponse, SMTPResponseException, SMTPServerDisconnected

from .provider import NotSent, Refused

OK, WILL_FORWARD, CLOSING = 250, 251, 421


class Mailer:
    """One server and its idle connections: as many as mails were ever under way at once, which the caller bounds."""

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        *,
        username: str = "",
        password: str = "",
        start_tls: bool | None = None,
        timeout_seconds: float = 30,
    ) -> None:
        """`sender` is the envelope's. `start_tls` None: where the server offers it."""
        self._host, self._port, self._sender = host, port, sender
        self._username, self._password, self._start_tls = username, password, start_tls
        self._timeout_seconds = timeout_seconds
        self._idle: list[SMTP] = []

    async def send(self, recipient: str, mail: bytes) -> None:
        """Returns when the server has taken the mail. `recipient` is a checked mailbox.

        Raises `Refused` for the server's 55x to this recipient or mail, `NotSent` for everything else: a 4xx, a 50x or 53x (our own
        configuration), a server that is away, a cut behind the mail's last byte, after which nobody knows whether it arrived.
        """
        connection: SMTP | None = None
        try:
            connection = await self._begin(recipient)
            answer = await connection.execute_command(b"RCPT", b"TO:<" + recipient.encode() + b">")
            _accepted(answer, OK, WILL_FORWARD)
            await connection.data(mail)
        except BaseException as error:
            # Refusals are rare; a new connection is cheaper than knowing what state this one is in.
            if connection is not None:
                connection.close()
            match error:
                case SMTPResponseException(code=code) if 550 <= code < 560:
                    raise Refused(f"smtp-{code}") from None
                case SMTPResponseException(code=code):
                    raise NotSent(f"smtp-{code}") from None
                case SMTPException() | OSError() | TimeoutError():
                    raise NotSent("smtp-connection") from None
                case _:
                    raise
        self._idle.append(connection)

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.quit(timeout=1) for connection in idle), return_exceptions=True)

    async def _begin(self, recipient: str) -> SMTP:
        """A connection that has taken the MAIL command. Where the server left an idle one, nothing was sent yet: the next is tried."""
        while self._idle:
            connection = self._idle.pop()
            try:
                if await self._mail(connection, recipient) != CLOSING:
                    return connection
            except SMTPServerDisconnected:
                pass
        connection = SMTP(
            hostname=self._host,
            port=self._port,
            username=self._username or None,
            password=self._password or None,
            start_tls=self._start_tls,
            timeout=self._timeout_seconds,
        )
        await connection.connect()
        if await self._mail(connection, recipient) == CLOSING:
            raise NotSent(f"smtp-{CLOSING}")
        return connection

    async def _mail(self, connection: SMTP, recipient: str) -> int:
        """The MAIL command's code: OK or CLOSING. A sender that is refused is our own trouble and nobody's message: `NotSent`."""
        options = [b"BODY=8BITMIME"] if connection.supports_extension("8bitmime") else []
        if not recipient.isascii():
            if not connection.supports_extension("smtputf8"):
                connection.close()
                raise Refused("smtp-no-utf8-addresses")
            options.append(b"SMTPUTF8")
        answer = await connection.execute_command(b"MAIL", b"FROM:<" + self._sender.encode() + b">", *options)
        if answer.code not in (OK, CLOSING):
            connection.close()
            raise NotSent(f"smtp-sender-{answer.code}")
        return answer.code


def _accepted(answer: SMTPResponse, *codes: int) -> None:
    if answer.code not in codes:
        raise SMTPResponseException(answer.code, "")
