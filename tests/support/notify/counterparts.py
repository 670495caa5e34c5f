"""The mailbox and the SMS gateway as processes for tests of the running service, and how notify is
told of them.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Counterparts:
    """Where they listen."""

    smtp_port: int
    backup_port: int
    mailbox: str
    sms: str

    def fault(self, simulator: str, mode: str, **more: Any) -> None:
        """Order a fault from `mailbox` or `sms`."""
        address = self.mailbox if simulator == "mailbox" else self.sms
        httpx.post(
            f"{address}/faults", json={"mode": mode, **more}, trust_env=False
        ).raise_for_status()

    def counts(self, simulator: str) -> dict[str, int]:
        address = self.mailbox if simulator == "mailbox" else self.sms
        counts: dict[str, int] = (
            httpx.get(f"{address}/count", trust_env=False).raise_for_status().json()
        )
        return counts

    def kept(self, simulator: str) -> list[dict[str, Any]]:
        """What was accepted, one entry for each time."""
        address = self.mailbox if simulator == "mailbox" else self.sms
        found: list[dict[str, Any]] = (
            httpx.get(f"{address}/messages", timeout=60, trust_env=False).raise_for_status().json()
        )
        return found

    def environment(self, **email: Any) -> dict[str, str]:
        """Notify's settings: two SMTP doors and the keyed SMS interface.

        `email` adds to the first server's configuration.
        """
        servers = [
            {"name": "smtp", "host": "127.0.0.1", "port": self.smtp_port, **email},
            {"name": "smtp-backup", "host": "127.0.0.1", "port": self.backup_port, "weight": 0},
        ]
        sms = [{"name": "sms", "url": f"{self.sms}/messages"}]
        return {
            "providers": json.dumps({"email": servers, "sms": sms}),
            "public_url": "http://127.0.0.1:9",
            "report_secret": "",
            "recipient_per_hour": "0",
        }


@contextmanager
def counterparts(*mailbox: str) -> Iterator[Counterparts]:
    """Both, as long as the block lasts. `mailbox`: its options, e.g. `--sink`."""
    with _running("mailbox", "--backup-smtp-port", "0", *mailbox) as mail, _running("sms") as sms:
        yield Counterparts(
            mail["smtp_port"],
            mail["backup_smtp_port"],
            f"http://127.0.0.1:{mail['http_port']}",
            f"http://127.0.0.1:{sms['http_port']}",
        )


@contextmanager
def _running(name: str, *arguments: str) -> Iterator[dict[str, Any]]:
    with subprocess.Popen(
        [sys.executable, "-m", f"motcua_simulators.{name}", *arguments], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
