"""The gateway's memory: messages by id and by the sender's key, in one append-only file of JSON
lines. No HTTP here.

`messages.jsonl` gets one line per accepted message, written before the answer, so that a key is
still known after a restart. Delivery states are not written: after a restart a message counts as
accepted until its report is ordered again.
"""

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Sms:
    """One message.

    `key` is the sender's idempotency key, "" without one; `received_at` ISO 8601 in UTC; `delivery`
    accepted, delivered or undeliverable.
    """

    id: str
    key: str
    to: str
    sender: str
    text: str
    coding: str
    parts: int
    received_at: str
    delivery: str = "accepted"

    def describe(self) -> dict[str, Any]:
        """As JSON; the sender is called `from` there."""
        described = asdict(self)
        described["from"] = described.pop("sender")
        return described


class KeyConflictError(Exception):
    """The key was used before for another recipient or another text."""


class Outbox:
    """Messages in the order they came. With no directory they are kept in memory only."""

    def __init__(self, directory: Path | None) -> None:
        self._messages: dict[str, Sms] = {}
        self._by_key: dict[str, Sms] = {}
        self._repeats = 0
        self._last_id = 0
        self._file: int | None = None
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
            path = directory / "messages.jsonl"
            end = self._recover(path)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            os.ftruncate(self._file, end)

    def repeated(self, key: str, to: str, text: str) -> Sms | None:
        """The message of an earlier request with this key, counted as a repeat; None when the key
        is new. Raises KeyConflictError.
        """
        if not key or (earlier := self._by_key.get(key)) is None:
            return None
        if (earlier.to, earlier.text) != (to, text):
            raise KeyConflictError(key)
        self._repeats += 1
        return earlier

    def add(self, message: Sms) -> None:
        """Keeps a new message. OSError when it cannot be written; then it is not kept."""
        if self._file is not None:
            line = json.dumps(asdict(message), ensure_ascii=False).encode() + b"\n"
            if os.write(self._file, line) != len(line):
                raise OSError("short write to messages.jsonl")
        self._index(message)

    def next_id(self) -> str:
        self._last_id += 1
        return f"sms-{self._last_id}"

    def clear(self) -> None:
        """Forgets messages, keys and counts; ids go on."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
        self._messages.clear()
        self._by_key.clear()
        self._repeats = 0

    def find(self, to: str | None) -> list[Sms]:
        return [message for message in self._messages.values() if to is None or message.to == to]

    def counts(self) -> dict[str, int]:
        """messages: kept; repeats: requests with a key already known, which kept nothing."""
        return {"messages": len(self._messages), "repeats": self._repeats}

    def _index(self, message: Sms) -> None:
        self._messages[message.id] = message
        self._last_id = max(self._last_id, int(message.id.removeprefix("sms-")))
        if message.key:
            self._by_key[message.key] = message

    def _recover(self, path: Path) -> int:
        """Reads earlier messages; gives the end of the last whole line, what follows was torn by a
        crash.
        """
        end = 0
        names = {field.name for field in fields(Sms)}
        if path.exists():
            with path.open("rb") as reader:
                for line in reader:
                    if not line.endswith(b"\n"):
                        break
                    record = json.loads(line)
                    self._index(
                        Sms(**{name: value for name, value in record.items() if name in names})
                    )
                    end += len(line)
        return end
