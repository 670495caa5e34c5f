"""A stack in the background: `motcua up --detach`, and what demo and bench run on.

Its supervisor is a process of its own.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from .control import ask
from .home import Home
from .layout import Options
from .process import PartFailedError
from .progress import Progress, show_written
from .stack_file import NoStackError, Stack, is_held, read_stack

_DOWN_SECONDS = 75


def option_words(options: Options) -> list[str]:
    """The options as `motcua up` takes them."""
    words = ["--services", ",".join(options.services) or "none"]
    for service, count in options.instances.items():
        words += ["--instances", f"{service}={count}"]
    words += [] if options.simulators else ["--no-simulators"]
    words += [] if options.restart else ["--no-restart"]
    words += ["--secure"] if options.secure else []
    words += ["--patience", f"{options.patience:g}"]
    words += ["--throwaway"] if options.throwaway else []
    return words + (["--mail-sink"] if options.mail_sink else [])


def start_detached(home: Home, options: Options, progress: Progress) -> Stack:
    """Starts a supervisor and waits until all is ready.

    PartFailedError with what it said when the start fails.
    """
    home.ensure()
    file = home.run / "progress.jsonl"
    file.write_text("")
    log = home.logs / "supervisor.log"
    with log.open("ab") as out:
        supervisor = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "motcua_operations",
                "up",
                "--progress-file",
                str(file),
                *option_words(options),
            ],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "MOTCUA_HOME": str(home.root)},
            start_new_session=True,
        )
    try:
        for line in _lines_until_end(file, supervisor):
            match show_written(line, progress):
                case {"do": "ready"}:
                    return read_stack(home)
                case {"do": "failed", "message": message}:
                    supervisor.wait(_DOWN_SECONDS)
                    raise PartFailedError("stack", str(message))
                case _:
                    pass
    except BaseException:
        supervisor.send_signal(signal.SIGTERM)
        raise
    raise PartFailedError("supervisor", f"ended with exit code {supervisor.returncode}", log)


def _lines_until_end(file: Path, supervisor: subprocess.Popen[bytes]) -> Iterator[str]:
    with file.open() as lines:
        rest = ""
        while True:
            ended = supervisor.poll() is not None
            rest += lines.read()
            while "\n" in rest:
                line, rest = rest.split("\n", 1)
                yield line
            if ended:
                return
            time.sleep(0.1)


def stop_detached(home: Home) -> bool:
    """Stops the stack of this home and waits until it has ended.

    False: it did not end in time, its supervisor was killed.
    """
    stack = read_stack(home)
    with contextlib.suppress(NoStackError, json.JSONDecodeError):
        ask(home, do="stop")
    end = time.monotonic() + _DOWN_SECONDS
    while is_held(home):
        if time.monotonic() > end:
            os.kill(stack.pid, signal.SIGKILL)  # its children die with it
            return False
        time.sleep(0.1)
    return True


@contextlib.contextmanager
def running_stack(home: Home, options: Options, progress: Progress) -> Iterator[Stack]:
    """A whole stack for as long as the block runs."""
    stack = start_detached(home, options, progress)
    try:
        yield stack
    finally:
        with contextlib.suppress(NoStackError):
            stop_detached(home)
