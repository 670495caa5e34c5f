"""Dead letters and parked subjects: what becomes of a record that cannot be taken in.

A command is listed and passed over. An event is listed and its subject is parked: later records of it wait behind, in order, until an
operator releases them. A letter says where the record lies and why; it holds nothing of it.
"""

from typing import Any

import orjson
import uuid_utils
from motcua_contracts.envelope import Message, encode, sha256
from motcua_contracts.payload import DEAD_LETTERS, DeadLettered, Payload
from motcua_contracts.topics import DEAD_LETTERS as DEAD_LETTER_TOPICS
from pymongo import InsertOne

from .entries import Entry
from .fetch import Record
from .outcome import Outcome

MAX_REASON = 500


def dead(service: str, place: str, record: Record, entry: Entry | None, command_id: str, reason: str, out: Outcome) -> str:
    """List it, tell it on the dead-letter topic, park the subject of an event. Gives its fate: `parked` or `passed`."""
    out.dead_run += 1
    parks = entry is not None and record.topic.kind != "commands"
    where: dict[str, Any] = {
        "topic": record.topic.name,
        "partition": record.lane,
        "offset": record.offset,
        "sha256": sha256(record.raw or b""),
        "reason": reason[:MAX_REASON],
        "parked": parks,
    }
    out.write("dead_letters", InsertOne({"_id": place, "subject": record.key, "lane": record.lane, "at": record.at, **where}))
    told: DeadLettered = DEAD_LETTERS[service](command_id=command_id, **where)
    message_id = str(uuid_utils.uuid7())
    letter : Message[Payload] = Message(
        message_id, f"/motcua/{service}", told.wire_type, record.key or "-", record.at, f"system:{service}",
        _correlation(record.raw) or message_id, command_id or message_id, told,
    )  # fmt: skip
    out.post(f"{place}-d", DEAD_LETTER_TOPICS[service], record.lane, record.key, encode(letter))
    if not parks:
        return "passed"
    assert entry is not None
    if record.message is None and not record.parked:  # a wake comes again by itself; a released record is still there
        park(place, record, entry, out)
    entry.parked = "waiting"
    out.change(entry.subject)
    return "parked"


def park(place: str, record: Record, entry: Entry, out: Outcome) -> None:
    """Keep a record behind the one that its subject waits for."""
    out.write(
        "parked",
        InsertOne(
            {
                "_id": place,
                "subject": entry.subject,
                "lane": record.lane,
                "topic": record.topic.name,
                "offset": record.offset,
                "value": record.raw,
                "at": record.at,
            }
        ),
    )


def _correlation(raw: bytes | None) -> str:
    """The correlation id of a record that could not be taken in, if that much can be read."""
    try:
        head = orjson.loads(raw or b"null")
    except orjson.JSONDecodeError:
        return ""
    value = head.get("correlationid") if isinstance(head, dict) else None
    return value if isinstance(value, str) and len(value) <= 64 else ""
