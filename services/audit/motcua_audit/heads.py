"""The heads of commands: what is kept of each forever, when its owner has shredded the rest.

One document a record of a command topic: `_id` is `<topic>|<partition, three digits>|<offset,
twelve digits>`, `at` its append time. Of a signed one `id` (the command's), `head` (its bytes
before `,"data":`), `digest` (SHA-256 of its data's bytes) and `tail` (key, time, signature). No
data. `refused`: a word for what nobody vouches for; where such a record has not even the form of a
signed command, only `sha256` of all its bytes is kept, since it may hold anything. A record that is
projected again changes nothing.

What is kept here is believed by nobody: the auditor verifies each signature again.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motcua_chassis import Projected
from motcua_chassis.partition import partition_of
from motcua_chassis.signatures import OWN, Forged, Keyring, Parts, split_signed
from motcua_contracts.values.clock import EPOCH
from motcua_contracts.wire.envelope import Undecodable, decode_head, sha256
from motcua_contracts.wire.topics import Topic
from pymongo import ASCENDING, IndexModel, InsertOne

from .domain.difference import LogPosition

COLLECTION = "commands"
INDEXES = [IndexModel([("id", ASCENDING)], partialFilterExpression={"id": {"$exists": True}})]
MAX_HEAD_BYTES = 8_192
"""Far more than nine attributes of a signed command can have."""


@dataclass(frozen=True, slots=True)
class Head:
    """One kept command.

    `parts` None where nothing of it could be kept, or where somebody took it.
    """

    place: LogPosition
    at: datetime
    id: str = ""
    parts: Parts | None = None
    refused: bool = False


async def keep_heads(batch: Sequence[Projected], keyring: Keyring, collection: Any) -> list[Any]:
    """The writes that keep a batch of commands."""
    rows = {row["_id"]: row for row in (document(record, keyring) for record in batch)}
    stored = (
        {row["_id"] async for row in collection.find({"_id": {"$in": list(rows)}}, {"_id": 1})}
        if rows
        else set()
    )
    return [InsertOne(row) for name, row in rows.items() if name not in stored]


def document(record: Projected, keyring: Keyring) -> dict[str, Any]:
    """What is kept of one record of a command topic."""
    raw, at = record.raw or b"", record.appended or record.at
    row: dict[str, Any] = {"_id": head_id(record.topic.name, record.lane, record.offset), "at": at}
    try:
        parts, _ = split_signed(raw)
        head = decode_head(parts.envelope)
        if len(parts.head) > MAX_HEAD_BYTES:
            raise Undecodable("the head is too long")
    except Undecodable:
        return row | {"sha256": sha256(raw), "refused": "form"}
    row |= {"id": head["id"], "head": parts.head, "digest": parts.digest, "tail": parts.tail}
    try:
        if parts.key != OWN:  # a service's own code only the service itself can look at
            keyring.check_actor(keyring.check_parts(parts, record.topic.name, at), head["actor"])
        elif head["actor"] != f"system:{record.topic.owner}":
            raise Forged("actor", "actor: a service speaks for itself alone")
        if (
            partition_of(record.topic, head["subject"]) != record.lane
            or head["subject"] != record.key
        ):
            raise Forged("subject", "subject: must be the record's key")
    except Forged as forged:
        row["refused"] = forged.slug
    return row


def head_id(topic: str, partition: int, offset: int) -> str:
    """Where a command's head is kept: a partition's are together, in their order."""
    return f"{topic}|{partition:03d}|{offset:012d}"


def head_of(row: Mapping[str, Any]) -> Head:
    """A kept head as MongoDB gives it.

    One that somebody changed by hand is read all the same, and proves nothing.
    """
    topic, _, rest = str(row["_id"]).partition("|")
    partition, _, offset = rest.partition("|")
    place = (
        LogPosition(topic, int(partition), int(offset))
        if partition.isdecimal() and offset.isdecimal()
        else LogPosition(topic, 0, -1)
    )
    at, parts = row.get("at"), None
    head, digest, tail = row.get("head"), row.get("digest"), row.get("tail")
    if isinstance(head, bytes) and isinstance(digest, str) and isinstance(tail, bytes):
        parts = Parts(head, digest, tail)
    when = at if isinstance(at, datetime) else EPOCH
    return Head(place, when, str(row.get("id", "")), parts, bool(row.get("refused")))


class Heads:
    """The kept heads, for whoever verifies them."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    async def of(self, ids: Sequence[str]) -> AsyncIterator[Head]:
        """The heads of these commands; of one that was written twice, both."""
        for start in range(0, len(ids), 5_000):
            async for row in self._collection.find(
                {"id": {"$in": list(ids[start : start + 5_000])}}
            ):
                yield head_of(row)

    async def all(self, topic: Topic, lane: int) -> AsyncIterator[Head]:
        """Those of one partition, in their order."""
        # "}" follows "|"
        wanted = {"$gte": f"{topic.name}|{lane:03d}|", "$lt": f"{topic.name}|{lane:03d}}}"}
        async for row in self._collection.find({"_id": wanted}).sort("_id", 1):
            yield head_of(row)
