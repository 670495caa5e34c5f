"""How a command talks to the supervisor: one JSON line each way over a Unix socket in the stack's
home.

The socket is reached through its directory's descriptor, since a socket's path may not be longer
than 107 bytes.
"""

import contextlib
import json
import os
import queue
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .home import Home
from .stack_file import NoStackError

_SOCKET = "supervisor.sock"
_ANSWER_SECONDS = 90


@dataclass(slots=True)
class Request:
    """What a command asks; the supervisor's main thread answers exactly once."""

    body: dict[str, Any]
    answers: "queue.Queue[dict[str, Any]]" = field(default_factory=lambda: queue.Queue(1))

    def answer(self, **body: Any) -> None:
        self.answers.put(body)


@contextlib.contextmanager
def _address(home: Home) -> Iterator[str]:
    directory = os.open(home.run, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{_SOCKET}"
    finally:
        os.close(directory)


@contextlib.contextmanager
def listening(home: Home, requests: "queue.Queue[Request]") -> Iterator[None]:
    """Takes requests in a thread and puts them on the queue."""
    (home.run / _SOCKET).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        with _address(home) as address:
            server.bind(address)
        server.listen(8)
        threading.Thread(target=_accept, args=(server, requests), daemon=True).start()
        try:
            yield
        finally:
            (home.run / _SOCKET).unlink(missing_ok=True)


def _accept(server: socket.socket, requests: "queue.Queue[Request]") -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:  # closed: the supervisor ends
            return
        threading.Thread(target=_serve, args=(connection, requests), daemon=True).start()


def _serve(connection: socket.socket, requests: "queue.Queue[Request]") -> None:
    with (
        connection,
        connection.makefile("rw") as lines,
        contextlib.suppress(OSError, ValueError, queue.Empty),
    ):
        request = Request(json.loads(lines.readline()))
        requests.put(request)
        lines.write(json.dumps(request.answers.get(timeout=_ANSWER_SECONDS)) + "\n")
        lines.flush()


def ask(home: Home, **body: Any) -> dict[str, Any]:
    """The supervisor's answer. NoStackError when none listens or it ends without one."""
    try:
        with _address(home) as address, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(_ANSWER_SECONDS)
            client.connect(address)
            with client.makefile("rw") as lines:
                lines.write(json.dumps(body) + "\n")
                lines.flush()
                answer: dict[str, Any] = json.loads(lines.readline() or "{}")
    except (FileNotFoundError, ConnectionRefusedError) as error:
        raise NoStackError(f"no stack runs in {home.root}; `motcua up` starts one") from error
    if not answer:
        raise NoStackError(f"the stack in {home.root} ended before it answered")
    return answer
