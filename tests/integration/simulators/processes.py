"""The simulators as the processes they are, on free ports, and a merchant for them to call.

The fixtures are in conftest.py.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Simulator:
    """A running simulator and what its ready line said."""

    process: subprocess.Popen[bytes]
    ports: dict[str, int]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['http_port']}"

    def stop(self) -> int:
        """Exit code after SIGTERM; fails when it takes longer than three seconds."""
        self.process.terminate()
        return self.process.wait(timeout=3)


Start = Callable[..., Simulator]


@contextmanager
def starting() -> Iterator[Start]:
    """A starter that ends what it started."""
    started: list[Simulator] = []

    def begin(name: str, *arguments: str, environment: dict[str, str] | None = None) -> Simulator:
        process = subprocess.Popen(
            [sys.executable, "-m", f"motcua_simulators.{name}", *arguments],
            stdout=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"{name} ended with {process.wait()} before it was ready"
        ready = json.loads(line)
        assert ready.pop("ready") == name
        simulator = Simulator(process, ready)
        started.append(simulator)
        return simulator

    yield begin
    for simulator in started:
        if simulator.process.poll() is None:
            simulator.process.kill()
        simulator.process.wait()
        assert simulator.process.stdout is not None
        simulator.process.stdout.close()


CONFIRMED: tuple[str | None, ...] = ('{"RspCode":"00","Message":"Confirm Success"}',)


class Merchant:
    """An HTTP server that keeps every request (path, raw query, body) and gives the next of the
    prepared answers, the last forever.
    """

    def __init__(self) -> None:
        self.received: list[tuple[str, str, bytes]] = []
        self.answers = list(CONFIRMED)
        merchant = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                parts = urlsplit(self.path)
                merchant.received.append((parts.path, parts.query, body))
                answer = (
                    merchant.answers.pop(0) if len(merchant.answers) > 1 else merchant.answers[0]
                )
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answer.encode())

            do_POST = do_GET  # noqa: N815 (the library's name)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def wait_for(self, number: int, seconds: float = 5) -> list[dict[str, str]]:
        """The parameters of the first `number` requests, once they have come."""
        until = time.monotonic() + seconds
        while len(self.received) < number:
            assert time.monotonic() < until, f"{len(self.received)} of {number} requests came"
            time.sleep(0.01)
        return [dict(parse_qsl(query)) for _, query, _ in self.received[:number]]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
