"""The mailbox and the SMS gateway as processes on free ports, and what a test asks of them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass
class Provider:
    """A running simulator."""

    url: str
    smtp_port: int = 0

    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/messages").raise_for_status().json()
        return found

    def raw(self, number: int) -> bytes:
        return httpx.get(f"{self.url}/messages/{number}").raise_for_status().content

    def fault(self, mode: str, **more: Any) -> None:
        httpx.post(f"{self.url}/faults", json={"mode": mode, **more}).raise_for_status()

    def empty(self) -> None:
        httpx.delete(f"{self.url}/messages").raise_for_status()
        self.fault("none")


@contextmanager
def running(name: str, *arguments: str) -> Iterator[Provider]:
    with subprocess.Popen(
        [sys.executable, "-m", f"motcua_simulators.{name}", *arguments], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            yield Provider(f"http://127.0.0.1:{ready['http_port']}", ready.get("smtp_port", 0))
        finally:
            process.terminate()
