"""Waiting in tests: every wait has a bound, and its failure says what was missing.

And what a service logged.
"""

import contextlib
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from tests.support.stack import ServiceProcess


def until(
    what: str, look: Callable[[], bool | str], seconds: float = 30, every: float = 0.1
) -> None:
    """Look again and again until it holds.

    `look` gives True, or False or a text that says what is missing yet.
    """
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if seen is True:
            return
        if time.monotonic() > end:
            raise AssertionError(
                f"after {seconds:.0f} s still not: {what}" + (f" ({seen})" if seen else "")
            )
        time.sleep(every)


def lines(log: Path, event: str) -> list[dict[str, Any]]:
    """What a service logged under this name, oldest first."""
    said = []
    for line in log.read_bytes().splitlines():
        with contextlib.suppress(orjson.JSONDecodeError):
            entry = orjson.loads(line)
            if isinstance(entry, dict) and entry.get("event") == event:
                said.append(entry)
    return said


def reasons(service: ServiceProcess) -> str:
    """What its probe says against it."""
    try:
        with urllib.request.urlopen(f"{service.probes_url}/readyz", timeout=5) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError:
        return "it does not answer"
