"""Confirmations of acts that cannot be undone: an HMAC by the gateway's own key over who asked,
which act of which dossier, every field, and the state that was shown. Nothing is stored between the
page that asks once more and the click.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson
from starlette.datastructures import FormData

CONFIRMATION = "confirmation"
CHANGE = "change"
"""The button that leads back to the form, with what was typed."""
NOT_CONFIRMED = frozenset({CONFIRMATION, CHANGE})


class Confirmations:
    """Gives and checks confirmations. Every instance has the same key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, actor: str, document: Mapping[str, Any], action: str, fields: FormData) -> str:
        """The confirmation of exactly this."""
        shown = [actor, document["_id"], action, _state(document), kept(fields)]
        return hmac.new(self._key, orjson.dumps(shown), sha256).hexdigest()

    def given(self, actor: str, document: Mapping[str, Any], action: str, fields: FormData) -> bool:
        """Whether the form bears it."""
        said = fields.get(CONFIRMATION, "")
        return isinstance(said, str) and hmac.compare_digest(
            self.of(actor, document, action, fields).encode(), said.encode()
        )


def _state(document: Mapping[str, Any]) -> list[str]:
    """What the person was shown and decided on: where the dossier is, and what would be signed."""
    case: Mapping[str, Any] = document.get("case", {})
    task, draft = case.get("task") or {}, case.get("draft") or {}
    return [
        document["status"],
        str(task.get("step", "")),
        str(draft),
        str(document.get("due_at")),
        str(document.get("filing", {}).get("revision")),
    ]


def kept(fields: FormData) -> list[tuple[str, str]]:
    """The fields that the next page sends again."""
    return sorted(
        (name, value)
        for name, value in fields.multi_items()
        if isinstance(value, str) and name not in NOT_CONFIRMED
    )
