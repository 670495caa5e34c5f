"""ClamAV: a file is streamed to its daemon (`clamd`), which says whether it knows malware in it.

The protocol is clamd(8)'s INSTREAM.

The files were opened before (`inspection`), which finds what may do harm; a scanner knows what is
known to.
"""

import asyncio
import re
import struct
from collections.abc import AsyncIterator
from contextlib import suppress

_ADDRESS = re.compile(
    r"tcp://(?P<host>[^/:]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5})|unix:(?P<path>/.+)"
)
_MOST_SAID = 4_096


class ScannerAddressWrong(ValueError):  # noqa: N818 - named by what it says
    """Not the address of a clamd."""


class ScannerAway(Exception):  # noqa: N818 - named by what it says
    """The scanner cannot be reached, does not answer in time, or did not judge the file.

    Holds no word of it.
    """


class Clamd:
    """One clamd at `tcp://host:port` or `unix:/path`; `seconds` for a whole file.

    Raises `ScannerAddressWrong`.
    """

    def __init__(self, address: str, seconds: float) -> None:
        parts = _ADDRESS.fullmatch(address)
        if parts is None or int(parts["port"] or 0) > 65_535:
            raise ScannerAddressWrong("must be tcp://host:port or unix:/path")
        self._parts, self._seconds = parts, seconds

    async def finds(self, pieces: AsyncIterator[bytes]) -> bool:
        """Whether there is malware. Raises `ScannerAway`."""
        try:
            async with asyncio.timeout(self._seconds):
                said = await self._said(pieces)
        except (
            OSError,
            TimeoutError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
        ) as error:
            raise ScannerAway(type(error).__name__) from error
        if said.endswith(" FOUND"):
            return True
        if said.endswith(": OK"):
            return False
        raise ScannerAway("no verdict")  # `INSTREAM size limit exceeded. ERROR` among others

    async def _said(self, pieces: AsyncIterator[bytes]) -> str:
        reader, writer = await self._connected()
        try:
            # it may have judged before the end: what it said is there to be read
            with suppress(ConnectionError):
                writer.write(b"zINSTREAM\0")
                async for piece in pieces:
                    writer.write(struct.pack(">I", len(piece)) + piece)
                    await writer.drain()
                writer.write(struct.pack(">I", 0))
                await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0\n").decode("utf-8", "replace")
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._parts["path"]:
            return await asyncio.open_unix_connection(self._parts["path"], limit=_MOST_SAID)
        return await asyncio.open_connection(
            self._parts["host"].strip("[]"), int(self._parts["port"]), limit=_MOST_SAID
        )
