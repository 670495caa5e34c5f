"""One child process: started with its own log file, dies with its parent, is waited for, stopped or
killed.

The kernel's promise PR_SET_PDEATHSIG holds for the *thread* that started the child, so children are
started from the main thread only.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .patience import NewLines, Patience

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class PartFailedError(Exception):
    """A part of the stack did not start or ended by itself. Carries the last lines of its log."""

    def __init__(self, part: str, reason: str, log: Path | None = None, since: int = 0) -> None:
        self.part, self.reason, self.log = part, reason, log
        self.tail = tail(log, since=since) if log else ""
        super().__init__(str(self))

    def __str__(self) -> str:
        shown = (
            f"\n--- last lines of {self.log}\n{self.tail}"
            if self.log and self.tail
            else f" (log: {self.log})"
            if self.log
            else ""
        )
        return f"{self.part}: {self.reason}{shown}"


def tail(log: Path, lines: int = 20, reach_bytes: int = 16_384, since: int = 0) -> str:
    """The last lines of a log, none of before byte `since`; empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(since, log.stat().st_size - reach_bytes))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def make_directory(part: str, directory: Path) -> None:
    """The directory where a part keeps its data. PartFailedError when it cannot be made."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PartFailedError(part, f"its directory cannot be made: {error}") from error


def _dies_with(parent_pid: int) -> Callable[[], None]:
    def in_child() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent_pid:  # the parent died before the promise was made
                os._exit(1)

    return in_child


class Process:
    """A part of the stack.

    The same object starts the part again after its end; `pid` is then another.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str | Path],
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.name, self.argv, self.log = name, [str(a) for a in argv], log
        self.env, self.cwd = dict(env if env is not None else os.environ), cwd
        self.started_at = 0.0
        self._log_start = 0
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> "Process":
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError(
                f"{self.name}: children are started from the main thread, they die with the thread"
                " that started them"
            )
        if self.running:
            raise RuntimeError(f"{self.name} already runs with pid {self.pid}")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self._log_start = out.tell()
            try:
                self._popen = subprocess.Popen(
                    self.argv,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    env=self.env,
                    cwd=self.cwd,
                    # Ctrl-C reaches the supervisor alone, which stops its parts in order
                    start_new_session=True,
                    preexec_fn=_dies_with(os.getpid()),
                )
            except OSError as error:
                raise PartFailedError(self.name, f"cannot be started: {error}") from error
        self.started_at = time.time()
        return self

    @property
    def pid(self) -> int:
        if self._popen is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._popen.pid

    @property
    def running(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._popen.poll() if self._popen else None

    def wait_until(
        self, ready: Callable[[], bool], quiet_seconds: float, what: str = "ready"
    ) -> None:
        """Polls `ready`.

        PartFailedError when the process ends first, or when its log has said nothing new for so
        long (`Patience`).
        """
        patience, lines = Patience(quiet_seconds), self.new_lines()
        while not ready():
            if not self.running:
                raise self.failed(f"ended with exit code {self.exit_code} before it was {what}")
            patience.see(self.name, lines.look())
            if patience.is_over:
                raise self.failed(f"not {what}, and nothing new in its log for {quiet_seconds:g} s")
            time.sleep(0.05)

    def new_lines(self) -> NewLines:
        """Reads what this run of it logs."""
        return NewLines(self.log, self._log_start)

    def failed(self, reason: str) -> PartFailedError:
        """The error that says so, with what this run of it logged last."""
        return PartFailedError(self.name, reason, self.log, self._log_start)

    def last_lines(self, lines: int) -> str:
        return tail(self.log, lines, since=self._log_start)

    def signal(self, number: signal.Signals) -> None:
        if self.running and self._popen:
            self._popen.send_signal(number)

    def ask_to_stop(self) -> None:
        """SIGTERM; a frozen process is woken, otherwise it would never read it."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        """kill -9, waited for."""
        self.signal(signal.SIGKILL)
        self.wait(10)

    def wait(self, timeout_seconds: float) -> int | None:
        """The exit code, None when it still runs after the time."""
        if self._popen is None:
            return None
        try:
            return self._popen.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            return None

    def stop(self, timeout_seconds: float = 10) -> int | None:
        """SIGTERM, and kill -9 when it does not end in time. The exit code."""
        self.ask_to_stop()
        if self.wait(timeout_seconds) is None:
            self.kill()
        return self.exit_code


def stop_all(processes: Sequence[Process], timeout_seconds: float = 10) -> list[str]:
    """Stops several at once; the names of those that had to be killed."""
    for process in processes:
        process.ask_to_stop()
    end = time.monotonic() + timeout_seconds
    killed = []
    for process in processes:
        if process.running and process.wait(max(0.0, end - time.monotonic())) is None:
            process.kill()
            killed.append(process.name)
    return killed
