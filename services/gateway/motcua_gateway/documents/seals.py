"""What the gateway prints on demand: forms and guides for everybody, and forms 05 and 06 for the
desk, which it signs where it has a key.

Slips, decisions and receipts are signed by the service whose event they are. Forms 05 and 06 are no
event of anybody: they show what all events say. The public's documents are made in one process and
the desk's in another, so that no number of strangers holds up a clerk.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from motcua_documents.key_files import KeyFiles
from motcua_documents.renderer import Bounds, Renderer

from ..http.own_turns import OwnTurns
from ..settings import Settings

SHEETS = Bounds(waiting=40, seconds=10)
"""For everybody: who comes when 40 wait (about two seconds of work) is asked to try again."""
SHEETS_OF_ONE = 2
"""Of those, one address's: whoever asks for many waits behind their own."""
DESK = Bounds(waiting=100, seconds=120)
"""A register of 2,000 lines takes ten seconds of a processor that is free."""


class Seal:
    """Raises `SigningNotConfigured` where one of key and certificate is named and the other
    missing.
    """

    def __init__(self, settings: Settings) -> None:
        files = KeyFiles(settings.signing_key, settings.signing_cert, settings.signing_keys)
        self._keys: Any = None
        if files.some:
            # a second of imports, for those alone who have a key
            from motcua_documents.signing_keys import SigningKeys

            self._keys = SigningKeys.load(files)
        self._sheets, self._turns = Renderer(SHEETS), OwnTurns(SHEETS_OF_ONE)
        self._desk = Renderer(DESK, files)

    def warm(self) -> None:
        """Start the processes now, so that the first reader need not wait for them."""
        self._sheets.warm()
        self._desk.warm()

    async def close(self) -> None:
        await self._sheets.close()
        await self._desk.close()

    async def sheet(self, make: Callable[[Any], bytes], value: Any, address: str) -> bytes:
        """A form or a guide for whoever asks from this address, unsigned: it is nobody's statement.

        Raises `DocumentNotMade`, `RendererBusy`.
        """
        async with self._turns.of(address):
            return await self._sheets.render(make, value)

    async def looked_at(self, look: Callable[[Any], bytes], value: Any) -> bytes:
        """What is found out about a document of the desk where it is made, unsigned.

        Raises `DocumentNotMade`, `RendererBusy`.
        """
        return await self._desk.render(look, value)

    async def seal(
        self, make: Callable[[Any], bytes], value: Any, reason: str, at: datetime, agency: str = ""
    ) -> bytes:
        """A document of the desk, signed (PAdES) by its agency or as it is.

        Raises `DocumentNotMade`, `RendererBusy`.
        """
        if self._keys is not None:
            return await self._desk.signed(
                make, self._keys.naming(value, agency), reason, at, agency
            )
        return await self._desk.render(make, value)
