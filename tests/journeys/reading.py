"""How the journeys' tests read what people see: where a dossier is, what a PDF says, which mails
came.
"""

import json
import time
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple, TypeVar

import pytest
from motcua_journeys.personas import Refused
from pypdf import PdfReader

T = TypeVar("T")
ARRIVES_SECONDS = 30.0


class Where(NamedTuple):
    """Where a dossier is. `officer` is empty at the counter, and in public."""

    status: str
    agency: str
    department: str
    step: str
    officer: str = ""

    def in_public(self) -> "Where":
        return self._replace(officer="")


def where(view: dict[str, Any]) -> Where:
    """Out of an owner's page or of public tracking."""
    place = view["place"]
    officer = place.get("officer")
    return Where(
        view["status"],
        place["agency"],
        place["department"],
        place["step"],
        officer["id"] if officer else "",
    )


def instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None


def said_at(view: dict[str, Any], event: str) -> datetime:
    """When the history says that something happened, the last time."""
    return datetime.fromisoformat(
        [line["at"] for line in view["history"] if line["event"] == event][-1]
    )


def accepted_at(view: dict[str, Any]) -> datetime:
    """When the counter took it: what the computation of the due date begins with."""
    return datetime.fromisoformat(view["due"]["steps"][0]["at"])


def text_of(pdf: bytes) -> str:
    """All that a PDF says, in one line: where a line is broken depends on the width of the page."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def arrives(look: Callable[[], list[T]], count: int) -> list[T]:
    """What was sent, once so many are there; what is there when it took too long."""
    until = time.monotonic() + ARRIVES_SECONDS
    while len(found := look()) < count and time.monotonic() < until:
        time.sleep(0.1)
    return found


def mails_of(all_of_them: list[dict[str, Any]], code: str) -> list[dict[str, Any]]:
    """Those about one dossier, without the receipt's: that one comes when its PDF is made, beside
    the others.
    """
    return [
        mail
        for mail in all_of_them
        if code in mail["subject"] + mail["text"] and "biên lai số" not in mail["subject"]
    ]


def receipts_of(all_of_them: list[dict[str, Any]], code: str) -> list[dict[str, Any]]:
    """The mails of one dossier that tell of a receipt."""
    return [
        mail for mail in all_of_them if mail["subject"].startswith(f"Hồ sơ {code}: biên lai số")
    ]


def everything_in(view: dict[str, Any]) -> str:
    return json.dumps(view, ensure_ascii=False)


def slug_of(attempt: Callable[[], Any]) -> str:
    """The reason why something is refused."""
    with pytest.raises(Refused) as refusal:
        attempt()
    return refusal.value.slug
