"""The process that opens uploads: it loads the libraries once and forks for each file.

Run by `inspector`, as a module.

A fork has the file, a pipe for its answer, and nothing else: no settings or secrets (the server
starts with an empty environment), no socket, and it can open no file, start no process and write
none. The kernel ends it when it takes too long or too much memory. Messages on the socket, which is
standard input: one JSON object of limits, with two descriptors: the file, and the pipe to answer
on.
"""

import fcntl
import gc
import json
import os
import resource
import signal
import socket
from typing import NoReturn

from .files import inspect
from .findings import Finding
from .warming import warm

STARTED = b"!"
"""The first byte of every answer: a fork that says no more was ended by the kernel, one that never
said it did not begin.
"""
_FILE, _ANSWER, _DESCRIPTORS = 0, 3, 4
_FREE = 64
"""Beyond every descriptor of the server."""
_READ_BYTES = 1_000_000


def serve(control: socket.socket) -> None:
    """Until the other end closes."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel clears away forks that ended
    # Ctrl-C is for the gateway, which then closes the socket
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warm()
    gc.freeze()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 4096, 2)
        if not message:
            return
        if os.fork() == 0:
            _answer(json.loads(message), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _answer(limits: dict[str, float], file: int, pipe: int) -> NoReturn:
    """In the fork. Whatever happens, it ends here."""
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, limits["wall_seconds"])
        os.nice(10)  # everybody else's requests come first
        _hold_only(file, pipe)
        os.write(_ANSWER, STARTED)
        _limit(limits)
        os.write(_ANSWER, json.dumps(_judged()).encode())
    finally:
        os._exit(0)


def _judged() -> dict[str, str]:
    try:
        return {"media_type": inspect(b"".join(iter(lambda: os.read(_FILE, _READ_BYTES), b"")))}
    except Finding as found:
        return {"reason": found.reason}
    except MemoryError:
        return {"reason": "too-complex"}
    except Exception as error:
        return {"reason": "damaged", "fault": type(error).__name__}


def _hold_only(file: int, pipe: int) -> None:
    file, pipe = (fcntl.fcntl(one, fcntl.F_DUPFD, _FREE) for one in (file, pipe))
    os.dup2(file, _FILE)
    os.dup2(pipe, _ANSWER)
    os.closerange(_DESCRIPTORS, _FREE + 64)


def _limit(limits: dict[str, float]) -> None:
    cpu = int(limits["cpu_seconds"])
    bounds = {
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_AS: int(limits["memory_bytes"]),
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,  # a core holds the citizen's paper
        resource.RLIMIT_NPROC: 0,
        # all of them are taken: no file and no socket can be opened
        resource.RLIMIT_NOFILE: _DESCRIPTORS,
    }
    for bound, value in bounds.items():
        resource.setrlimit(bound, (value, value))


if __name__ == "__main__":
    serve(socket.socket(fileno=os.dup(0)))
