"""A server that speaks clamd's protocol as clamd(8) describes it, and knows one piece of malware:
the test file of EICAR.
"""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
Mood = Literal["well", "full", "silent", "gone", "odd"]


@dataclass
class FakeClamd:
    """`seen` are the streams that came whole.

    `mood`: what is wrong with it. `most`: clamd's `StreamMaxLength`.
    """

    mood: Mood = "well"
    most: int = 25_000_000
    address: str = ""
    seen: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if await reader.readuntil(b"\0") != b"zINSTREAM\0":
                writer.write(b"UNKNOWN COMMAND\0")
                return
            said = await self._judged(reader)
            if said is not None:
                writer.write(said + b"\0")
                await writer.drain()
        finally:
            writer.close()

    async def _judged(self, reader: asyncio.StreamReader) -> bytes | None:
        stream = b""
        while length := struct.unpack(">I", await reader.readexactly(4))[0]:
            if self.mood == "gone":
                return None
            if len(stream) + length > self.most:
                return b"INSTREAM size limit exceeded. ERROR"
            stream += await reader.readexactly(length)
        self.seen.append(stream)
        match self.mood:
            case "silent":
                await asyncio.sleep(3_600)
            case "odd":
                return b"stream: Can't open file or directory ERROR"
        return b"stream: Win.Test.EICAR_HDB-1 FOUND" if EICAR in stream else b"stream: OK"


@asynccontextmanager
async def fake_clamd(
    mood: Mood = "well", path: str = "", most: int = 25_000_000
) -> AsyncIterator[FakeClamd]:
    """One that listens on a port, or at a path."""
    fake = FakeClamd(mood, most)
    if path:
        server = await asyncio.start_unix_server(fake.serve, path)
        fake.address = f"unix:{path}"
    else:
        server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
        fake.address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        server.close()
