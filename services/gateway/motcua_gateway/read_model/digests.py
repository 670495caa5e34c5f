"""An officer's morning digest as the officer sees it: the wish, the next one, and what became of
the last mail. One document a worklist.

Routing says when and what, notify how its mail went: each source is counted by its own sequence, so
copies change nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, TypedDict

from motcua_contracts import Message, Payload
from motcua_contracts.messages.notify import (
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
)
from motcua_contracts.messages.routing import WORKLIST, DigestDrawn, DigestSet, worklist_of

from ..http.held import hold


class Drawn(TypedDict):
    """The numbers of a digest."""

    total: int
    late: int
    today: int
    waiting: int
    absent: bool
    at: datetime


class Mail(TypedDict):
    """What became of a digest's mail."""

    state: Literal["queued", "sent", "failed", "suppressed"]
    reason: str
    at: datetime | None


class Digest(TypedDict):
    """What an officer reads of the digest. `at`: the hour, empty where none is wanted."""

    at: str
    next_at: datetime | None
    last: Drawn | None
    mail: Mail | None


class Worklist(Digest):
    """The stored document."""

    _id: str
    heard: dict[str, int]
    """Source -> the sequence of its last event."""


NO_DIGEST: Digest = {"at": "", "next_at": None, "last": None, "mail": None}
"""What holds for who never asked for one."""


def is_worklist(subject: str) -> bool:
    return subject.startswith(WORKLIST)


def fold_digest(
    document: Worklist | None, subject: str, messages: Iterable[Message[Payload]]
) -> Worklist | None:
    """The document with these events taken in. None: nothing in them is new."""
    document = document if document is not None else {"_id": subject, "heard": {}, **NO_DIGEST}
    news = False
    for message in messages:
        if message.sequence is not None and message.sequence > document["heard"].get(
            message.source, 0
        ):
            document["heard"][message.source] = message.sequence
            _take(document, message)
            news = True
    return document if news else None


def _take(document: Worklist, message: Message[Payload]) -> None:
    match message.data:
        case DigestSet() as event:
            document["at"], document["next_at"] = event.at, event.next_at
        case DigestDrawn() as event:
            document["next_at"] = event.next_at
            document["last"] = {
                "total": event.total,
                "late": event.late,
                "today": event.today,
                "waiting": event.waiting,
                "absent": event.absent,
                "at": message.time,
            }
        case MessageQueued():
            document["mail"] = {"state": "queued", "reason": "", "at": message.time}
        case MessageSent():
            document["mail"] = {"state": "sent", "reason": "", "at": message.time}
        case MessageFailed() as event:
            document["mail"] = {"state": "failed", "reason": event.reason, "at": message.time}
        case MessageSuppressed() as event:
            document["mail"] = {"state": "suppressed", "reason": event.reason, "at": message.time}
        case _:
            pass


async def digest_of(collection: Any, officer: str) -> Digest:
    """`{at, next_at, last, mail}` of an officer."""
    stored: Worklist | None = await collection.find_one({"_id": worklist_of(officer)})
    hold("digest", stored)
    if stored is None:
        return NO_DIGEST.copy()
    return {
        "at": stored["at"],
        "next_at": stored["next_at"],
        "last": stored["last"],
        "mail": stored["mail"],
    }
