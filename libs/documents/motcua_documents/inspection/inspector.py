"""The gateway's side: hands a file to the server, at most so many at once, and waits for what it
says.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from ..kinds import DocumentRefused, InspectionBusy
from .server import STARTED

_log = structlog.get_logger()
_GRACE_SECONDS = 5
_TRIES = 3
"""So often a file is handed in where the server died before it could fork."""
_ANSWER_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one inspection.

    The slowest honest file of 20 MB takes three seconds of CPU and 200 MB; it waits while others
    work.
    """

    cpu_seconds: float = 15
    wall_seconds: float = 60
    memory_bytes: int = 600 * 1024 * 1024


class Server:
    """The server's process.

    It starts with the first file, again after it was ended, and ends with this process. Knows no
    event loop.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def send(self, message: bytes, descriptors: list[int]) -> None:
        """Raises `OSError` where the server cannot be started or reached."""
        if self._process is None or self._process.poll() is not None:
            self.start()
        assert self._control is not None
        try:
            socket.send_fds(self._control, [message], descriptors)
        except (BrokenPipeError, ConnectionError):
            self.start()
            socket.send_fds(self._control, [message], descriptors)

    def start(self) -> None:
        """Begin with a fresh process."""
        self.close()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setblocking(False)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "motcua_documents.inspection.server"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
            )

    def replace(self, pid: int | None) -> None:
        """Begin with a fresh process, unless somebody did since that one was asked."""
        if pid == self.pid:
            self.start()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def close(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._control = self._process = None


class Inspector:
    """Opens files in forks of `server`: `at_once` of them, while at most `waiting` others wait."""

    def __init__(
        self, server: Server, bounds: Bounds = Bounds(), *, at_once: int = 2, waiting: int = 16
    ) -> None:
        self._server, self._bounds = server, bounds
        self._places, self._free, self._most = (
            asyncio.Semaphore(at_once),
            at_once + waiting,
            at_once + waiting,
        )

    async def media_type(self, descriptor: int) -> str:
        """The media type of the file that is open there.

        The file is read from its beginning; its position is left alone.

        Raises `DocumentRefused` with its reason, `InspectionBusy` where too many wait or the server
        cannot run.
        """
        if self._free <= 0:
            raise InspectionBusy()
        # a position of its own, and no right to write
        file = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY)
        self._free -= 1
        # A caller who goes away leaves the place taken until the fork has ended: else going away
        # would be a way round the bound.
        task = asyncio.ensure_future(self._inspect(file))
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        return await asyncio.shield(task)

    async def _inspect(self, file: int) -> str:
        try:
            async with self._places:
                said = b""
                for _ in range(_TRIES):
                    said = said or await self._said(file)
        finally:
            os.close(file)
            self._free += 1
        if not said:
            _log.error("no upload can be opened: the inspecting process does not run")
            raise InspectionBusy()
        if said == STARTED:
            _log.warning(
                "an upload took too long or too much memory to open", bounds=asdict(self._bounds)
            )
            raise DocumentRefused("too-complex")
        answer: dict[str, Any] = json.loads(said.removeprefix(STARTED))
        if "fault" in answer:
            _log.warning("a library failed on an upload", error=answer["fault"])
        if "reason" in answer:
            raise DocumentRefused(answer["reason"])
        return str(answer["media_type"])

    async def _said(self, file: int) -> bytes:
        """Everything that a fork wrote until it ended; nothing where none began."""
        ours, theirs = os.pipe()
        try:
            os.set_blocking(ours, False)
            try:
                self._server.send(json.dumps(asdict(self._bounds)).encode(), [file, theirs])
            except OSError:
                return b""
            finally:
                os.close(theirs)
            asked = self._server.pid
            said = b""
            with suppress(TimeoutError):
                async with asyncio.timeout(self._bounds.wall_seconds + _GRACE_SECONDS):
                    while piece := await _read(ours):
                        said += piece
                    if not said:
                        self._server.replace(asked)  # it died, and may still look alive
                    return said
            self._server.replace(asked)  # it hangs
            return said
        finally:
            os.close(ours)


async def _read(pipe: int) -> bytes:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def tell() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(pipe, tell)
    try:
        await ready
    finally:
        loop.remove_reader(pipe)
    return os.read(pipe, _ANSWER_BYTES)
