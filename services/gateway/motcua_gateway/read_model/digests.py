"""An officer's morning digest as the officer sees it: the wish, the next one, and what became of
the last mail. One document a worklist.

Routing says when and what, notify how its mail went: each source is counted by its own sequence, so
copies change nothing.
"""

from collections.abc import Iterable
from typing import Any

from motcua_contracts.messages.notify import (
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
)
from motcua_contracts.messages.routing import WORKLIST, DigestDrawn, DigestSet, worklist_of
from motcua_contracts.wire.envelope import Message
from motcua_contracts.wire.payload import Payload

from ..http.held import hold

NO_DIGEST: dict[str, Any] = {"at": "", "next_at": None, "last": None, "mail": None}
"""What holds for who never asked for one."""


def is_worklist(subject: str) -> bool:
    return subject.startswith(WORKLIST)


def fold_digest(
    document: dict[str, Any] | None, subject: str, messages: Iterable[Message[Payload]]
) -> dict[str, Any] | None:
    """The document with these facts taken in. None: nothing in them is new."""
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


def _take(document: dict[str, Any], message: Message[Payload]) -> None:
    match message.data:
        case DigestSet() as fact:
            document["at"], document["next_at"] = fact.at, fact.next_at
        case DigestDrawn() as fact:
            numbers = fact.model_dump(include={"total", "late", "today", "waiting", "absent"})
            document["last"], document["next_at"] = {**numbers, "at": message.time}, fact.next_at
        case MessageQueued():
            document["mail"] = {"state": "queued", "reason": "", "at": message.time}
        case MessageSent():
            document["mail"] = {"state": "sent", "reason": "", "at": message.time}
        case MessageFailed() as fact:
            document["mail"] = {"state": "failed", "reason": fact.reason, "at": message.time}
        case MessageSuppressed() as fact:
            document["mail"] = {"state": "suppressed", "reason": fact.reason, "at": message.time}
        case _:
            pass


async def digest_of(collection: Any, officer: str) -> dict[str, Any]:
    """`{at, next_at, last, mail}` of an officer."""
    stored: dict[str, Any] | None = await collection.find_one({"_id": worklist_of(officer)})
    hold("digest", stored)
    return {name: stored[name] for name in NO_DIGEST} if stored is not None else dict(NO_DIGEST)
