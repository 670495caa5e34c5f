"""The archive: the exact bytes of every event, also of types that are not known here, each once.

`_id` is `<subject>|<service>|<sequence>|<sha256>`: one dossier's records are together, in the order
of their chains. A copy finds its document and only adds its place; other bytes under the same
sequence have another `_id` and stand beside it, where verify finds them. A record that is projected
again changes nothing. What belongs to no chain is kept by its place.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motcua_chassis import Projected
from motcua_chassis.service import Writes
from motcua_contracts.values.clock import EPOCH
from motcua_contracts.wire.envelope import Undecodable, decode_head, sha256
from pymongo import InsertOne, UpdateOne

from .domain.difference import LogPosition

COLLECTION = "archive"
NOWHERE = ("?", 0, 0)
STRAY = "!"
"""First character of the `_id` of what belongs to no chain. No subject begins with it."""


@dataclass(frozen=True, slots=True)
class Archived:
    """One archived record.

    `at`: when Kafka appended it (first place). `places`: where it is, more than one with copies.
    """

    id: str
    raw: bytes
    at: datetime
    places: tuple[LogPosition, ...]

    @property
    def place(self) -> LogPosition:
        return self.places[0]

    @property
    def hash(self) -> str:
        """As it was when archived; whoever wants to know whether it still is hashes `raw`."""
        return self.id.rsplit("|", 1)[-1]


async def archive(batch: Sequence[Projected], collection: Any) -> Writes:
    """The writes that archive a batch of events in this collection.

    A tombstone has no bytes, and no event topic has tombstones.
    """
    new: dict[str, dict[str, Any]] = {}
    copies: list[tuple[str, list[Any]]] = []
    for record in batch:
        if record.raw is None:
            continue
        known, where = (
            archive_id(record, record.raw),
            [record.topic.name, record.lane, record.offset],
        )
        if known in new:
            copies.append((known, where))
        else:
            new[known] = {"_id": known, "at": record.at, "raw": record.raw, "places": [where]}
    # One look for all of them: an insertion costs half of an update that may have to insert, and
    # copies are rare.
    stored = (
        {row["_id"] async for row in collection.find({"_id": {"$in": list(new)}}, {"_id": 1})}
        if new
        else set()
    )
    copies += [(known, new.pop(known)["places"][0]) for known in stored]
    insertions: list[Any] = [InsertOne(document) for document in new.values()]
    return {
        COLLECTION: insertions
        + [UpdateOne({"_id": known}, {"$addToSet": {"places": where}}) for known, where in copies]
    }


def archive_id(record: Projected, raw: bytes) -> str:
    """Where a record is archived. Decodes the envelope only where the chassis has not done so."""
    message = record.message
    if message is not None:
        subject, source, sequence, digest = (
            message.subject,
            message.source,
            message.sequence,
            message.hash,
        )
    else:
        digest = sha256(raw)
        try:
            head = decode_head(raw)
        except Undecodable:
            head = {}
        subject, source, sequence = (
            head.get("subject", ""),
            head.get("source", ""),
            head.get("sequence"),
        )
    if sequence is None or not subject or subject.startswith(STRAY):
        return f"{STRAY}{record.topic.name}|{record.lane}|{record.offset}|{digest}"
    return f"{subject}|{source.rsplit('/', 1)[-1]}|{sequence:010}|{digest}"


async def read_archive(
    database: Any, subject: str | None = None, *, after: str = "", limit: int = 0
) -> AsyncIterator[Archived]:
    """The archive, or one subject's part of it, subject by subject and chain by chain.

    `after`: the id of the last record known.
    """
    wanted: dict[str, Any] = {}
    if subject is not None:
        wanted = {"$gte": f"{subject}|", "$lt": f"{subject}}}"}  # "}" follows "|"
    if after:
        wanted = {key: bound for key, bound in wanted.items() if key != "$gte"} | {"$gt": after}
    cursor = (
        database[COLLECTION].find({"_id": wanted} if wanted else {}).sort("_id", 1).limit(limit)
    )
    async for document in cursor:
        # A subject that itself holds the separator is within the bounds of another.
        if subject is None or document["_id"].rsplit("|", 3)[0] == subject:
            yield archived(document)


def archived(document: Mapping[str, Any]) -> Archived:
    """An archived record as MongoDB gives it.

    One whose fields somebody took or wrote by hand is read all the same, and proves nothing.
    """
    raw, at = document.get("raw"), document.get("at")
    listed = document.get("places")
    found = [place for place in listed if _is_place(place)] if isinstance(listed, list) else []
    return Archived(
        str(document["_id"]),
        raw if isinstance(raw, bytes) else str(raw or "").encode(),
        at if isinstance(at, datetime) else EPOCH,
        tuple(LogPosition(*place) for place in found or [NOWHERE]),
    )


def _is_place(value: Any) -> bool:
    return (
        isinstance(value, list) and len(value) == 3 and all(map(isinstance, value, (str, int, int)))
    )
