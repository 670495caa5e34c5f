"""Documents are made in processes of their own: reportlab shares state between threads, and two
documents at once spoil each other.

A renderer has few processes (one by default). Each makes one document at a time, within limits of
time and memory; one that takes too long, takes too much or dies is replaced, and its document is
told as not made. Who comes when too many wait is told so at once.
"""

import asyncio
import gc
import os
import resource
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import connection, get_context, parent_process
from typing import Any

from .key_files import KeyFiles

START_SECONDS = 60
"""A process that is not ready by then is replaced: two seconds are usual, a machine under load
takes longer.
"""
MEMORY_BYTES = 512 << 20
"""Of addresses: a process that waits uses a third of it, a register of 2,000 long lines half."""


class DocumentNotMade(Exception):  # noqa: N818 - told to people as what did not happen
    """The process that made the document took too long, took too much memory or died.

    A new one takes its place.
    """


class RendererBusy(Exception):  # noqa: N818 - the reason in one word
    """As many documents are waited for as may be."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """`processes` make one document each at a time; `waiting` more may be asked for.

    `seconds` and `memory_bytes` bound one document.
    """

    processes: int = 1
    waiting: int = 10_000
    seconds: float = 30
    memory_bytes: int = MEMORY_BYTES


class Renderer:
    """Makes documents beside the loop, the same bytes as `make(value)` gives here.

    `make` is a module's function (`render_slip`) and `value` can be pickled. `keys` are empty where
    nothing is signed. Nothing starts before `warm` or the first document.
    """

    def __init__(self, bounds: Bounds | None = None, keys: KeyFiles | None = None) -> None:
        self._bounds = bounds or Bounds()
        setup = (self._bounds.memory_bytes, keys)
        self._workers = [
            _Worker(setup, self._bounds.seconds) for _ in range(self._bounds.processes)
        ]
        self._idle = deque(self._workers)
        self._waiting: deque[asyncio.Future[_Worker]] = deque()

    def warm(self) -> None:
        """Start the processes now, so that the first document need not wait for their imports."""
        for worker in self._workers:
            worker.start()

    async def render(self, make: Callable[[Any], bytes], value: Any) -> bytes:
        """`make(value)`. Raises what it raises, `DocumentNotMade`, `RendererBusy`."""
        return await self._made(_rendered, make, value)

    async def signed(
        self, make: Callable[[Any], bytes], value: Any, reason: str, at: datetime, agency: str = ""
    ) -> bytes:
        """The same, signed with the agency's key and the time `at`. `reason` is for people."""
        return await self._made(_signed, make, value, reason, at, agency)

    async def close(self) -> None:
        """End the processes; a document that is being made is given up."""
        for worker in self._workers:
            worker.end()

    async def _made(self, job: Callable[..., bytes], *given: Any) -> bytes:
        worker = await self._take()
        try:
            return await worker.do(job, *given)
        finally:
            self._give_back(worker)

    async def _take(self) -> "_Worker":
        if self._idle:
            return self._idle.popleft()
        if len(self._waiting) >= self._bounds.waiting:
            raise RendererBusy(f"{self._bounds.waiting} documents are waited for")
        turn: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back(turn.result())
            else:
                with suppress(ValueError):
                    self._waiting.remove(turn)
            raise

    def _give_back(self, worker: "_Worker") -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)


class _Worker:
    """One process, and the next one once it had to be killed. Asked for one thing at a time."""

    def __init__(self, setup: tuple[int, KeyFiles | None], seconds: float) -> None:
        self._setup, self._seconds = setup, seconds
        self._pool: ProcessPoolExecutor | None = None
        self._pid: Future[int] | None = None

    def start(self) -> Future[int]:
        """The process's number, once it is ready."""
        if self._pool is None or self._pid is None:
            self._pool = ProcessPoolExecutor(
                1, get_context("spawn"), initializer=_prepare, initargs=self._setup
            )
            self._pid = self._pool.submit(os.getpid)
        return self._pid

    async def do(self, job: Callable[..., bytes], *given: Any) -> bytes:
        try:
            async with asyncio.timeout(START_SECONDS):
                await _kept(self.start())
            assert self._pool is not None
            async with asyncio.timeout(self._seconds):
                made: bytes = await _kept(self._pool.submit(job, *given))
                return made
        except TimeoutError as error:
            self._replace()
            raise DocumentNotMade(f"not made in {self._seconds:g} seconds") from error
        except MemoryError as error:
            self._replace()
            raise DocumentNotMade(f"more than {self._setup[0]} bytes of memory") from error
        except BrokenProcessPool as error:
            self._replace()
            raise DocumentNotMade("the process died") from error
        except asyncio.CancelledError:
            self.end()  # it works on what nobody waits for
            raise

    def _replace(self) -> None:
        self.end()
        self.start()

    def end(self) -> None:
        pool, pid, self._pool, self._pid = self._pool, self._pid, None, None
        if pool is None or pid is None:
            return
        if pid.done() and not pid.cancelled() and pid.exception() is None:
            with suppress(ProcessLookupError):
                os.kill(pid.result(), signal.SIGKILL)
        pool.shutdown(wait=False, cancel_futures=True)


def _kept(work: Future[Any]) -> asyncio.Future[Any]:
    """To wait for without giving it up: it goes on when the waiting ends, and then nobody asks how
    it ended.
    """
    wrapped = asyncio.wrap_future(work)
    wrapped.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    return asyncio.shield(wrapped)


# What follows runs in the process that makes documents.

_keys: Any = None


def _prepare(memory_bytes: int, keys: KeyFiles | None) -> None:
    """Imports, fonts and the keys once; then the limit.

    The end of the service ends this process too, however it comes.
    """
    global _keys
    for name in (signal.SIGINT, signal.SIGTERM):
        # a signal to the whole group is for the service, which drains first
        signal.signal(name, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_service, daemon=True).start()
    from .pdf.page import styles

    styles()
    if keys is not None and keys.some:
        from .signing_keys import SigningKeys

        _keys = SigningKeys.load(keys)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.freeze()


def _end_with_the_service() -> None:
    service = parent_process()
    if service is not None:
        connection.wait([service.sentinel])
        os._exit(0)


def _rendered(make: Callable[[Any], bytes], value: Any) -> bytes:
    return make(value)


def _signed(
    make: Callable[[Any], bytes], value: Any, reason: str, at: datetime, agency: str
) -> bytes:
    return bytes(_keys.of(agency).sign(make(value), reason, at))
