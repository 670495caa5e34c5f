"""Where accepted messages lie: one append-only file, or memory, or only their Message-IDs.

Knows nothing of SMTP or HTTP.

The file `messages.spool` is a sequence of records: a JSON line (id, from, to, received_at, size),
then exactly `size` bytes of the message as it came over the wire, then a line break. One file for
all because a file per message costs more than the message. A record is written with one system call
before the sender is told 250, so a killed process loses nothing it answered for; it is not forced
to the disk, a mailbox for tests need not survive a power cut. A record torn by a crash is cut off
at the next start.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

# Long Message-IDs are folded onto the next line by Python's email package, hence the optional
# break.
_MESSAGE_ID = re.compile(
    rb"^message-id:[ \t]*(?:\r\n[ \t]+)?(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted message.

    `received_at` in seconds since 1970; `place` is the store's own handle.
    """

    id: int
    sender: str
    recipients: tuple[str, ...]
    message_id: str
    received_at: float
    size: int
    place: int


class Content(Protocol):
    """Keeps the bytes of messages."""

    def append(self, header: dict[str, object], content: bytes) -> int: ...
    def read(self, entry: Entry) -> bytes: ...
    def clear(self) -> None: ...


class MemoryContent:
    """Messages in memory only (--no-store)."""

    def __init__(self) -> None:
        self._messages: list[bytes] = []

    def append(self, header: dict[str, object], content: bytes) -> int:
        self._messages.append(content)
        return len(self._messages) - 1

    def read(self, entry: Entry) -> bytes:
        return self._messages[entry.place]

    def clear(self) -> None:
        self._messages.clear()


class FileContent:
    """Messages in `messages.spool`, format in the module's docstring."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._file = os.open(directory / "messages.spool", os.O_RDWR | os.O_CREAT, 0o600)
        self._end = 0

    def append(self, header: dict[str, object], content: bytes) -> int:
        head = json.dumps(header).encode() + b"\n"
        record = head + content + b"\n"
        # disk full: leave the end where it was
        if os.pwrite(self._file, record, self._end) != len(record):
            raise OSError("short write to messages.spool")
        place = self._end + len(head)
        self._end += len(record)
        return place

    def read(self, entry: Entry) -> bytes:
        return os.pread(self._file, entry.size, entry.place)

    def clear(self) -> None:
        os.ftruncate(self._file, 0)
        self._end = 0

    def recover(self) -> Iterator[Entry]:
        """Reads the records of earlier runs in order and cuts off a torn last one."""
        with os.fdopen(os.dup(self._file), "rb") as reader:
            reader.seek(0)
            while head := reader.readline():
                try:
                    header = json.loads(head)
                    place, size = self._end + len(head), int(header["size"])
                    content = reader.read(size)
                    if len(content) != size or reader.read(1) != b"\n":
                        break
                    at = datetime.fromisoformat(header["received_at"]).timestamp()
                    yield Entry(
                        int(header["id"]),
                        header["from"],
                        tuple(header["to"]),
                        message_id(content),
                        at,
                        size,
                        place,
                    )
                except (ValueError, KeyError):
                    break
                self._end = place + size + 1
        os.ftruncate(self._file, self._end)


class Spool:
    """The mailbox's memory: an index of messages over their content, and counts.

    With `content` None (--sink) only counts and Message-IDs are kept, for benchmarks.
    """

    def __init__(self, content: Content | None) -> None:
        self._content = content
        self._entries: dict[int, Entry] = {}
        self._by_recipient: dict[str, list[int]] = {}
        self._message_ids: set[str] = set()
        self._accepted = 0
        self._last_id = 0
        if isinstance(content, FileContent):
            for entry in content.recover():
                self._index(entry)

    def accept(self, sender: str, recipients: list[str], content: bytes) -> int:
        """Stores one message and gives its id.

        OSError when it could not be written; then nothing is counted.
        """
        number = self._last_id + 1
        identity = message_id(content)
        if self._content is None:
            self._last_id = number
            self._count(identity)
            return number
        now = time.time()
        moment = datetime.fromtimestamp(now, UTC).isoformat()
        header = {
            "id": number,
            "from": sender,
            "to": recipients,
            "received_at": moment,
            "size": len(content),
        }
        place = self._content.append(header, content)
        self._index(Entry(number, sender, tuple(recipients), identity, now, len(content), place))
        return number

    def find(self, recipient: str | None, after_id: int, since: float) -> list[Entry]:
        """Entries in the order they came: for this recipient (case ignored), id above `after_id`,
        received from `since` on.
        """
        ids = (
            self._entries.keys()
            if recipient is None
            else self._by_recipient.get(recipient.lower(), [])
        )
        found = (self._entries[number] for number in ids if number > after_id)
        return [entry for entry in found if entry.received_at >= since]

    def get(self, number: int) -> Entry | None:
        return self._entries.get(number)

    def read(self, entry: Entry) -> bytes:
        """The message as it came over the wire."""
        return b"" if self._content is None else self._content.read(entry)

    def clear(self) -> None:
        """Forgets all messages and counts; ids go on, so that `since` an older id stays right."""
        if self._content is not None:
            self._content.clear()
        self._entries.clear()
        self._by_recipient.clear()
        self._message_ids.clear()
        self._accepted = 0

    def counts(self) -> dict[str, int]:
        """accepted: answered 250; distinct: different Message-IDs among them; a repeat is the
        difference.
        """
        return {
            "accepted": self._accepted,
            "distinct": len(self._message_ids),
            "last_id": self._last_id,
        }

    def _index(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        for recipient in entry.recipients:
            self._by_recipient.setdefault(recipient.lower(), []).append(entry.id)
        self._last_id = max(self._last_id, entry.id)
        self._count(entry.message_id)

    def _count(self, identity: str) -> None:
        self._accepted += 1
        # A message without a Message-ID is one of its own.
        self._message_ids.add(identity or f"#{self._accepted}")


def message_id(content: bytes) -> str:
    """The Message-ID with its angle brackets, "" without one.

    A regular expression, because parsing the message costs ten times more.
    """
    end = content.find(b"\r\n\r\n")
    match = _MESSAGE_ID.search(content, 0, end if end >= 0 else len(content))
    return match.group(1).decode("utf-8", "replace") if match else ""
