"""Dead letters and parked subjects: what becomes of a record that cannot be taken in.

A command is listed and passed over; one that nobody vouches for is only counted. An event is listed
and its subject is parked: later records of it wait behind, in order, until an operator releases
them. A letter says where the record is and why; it holds nothing of it. Views park their subjects
too: projections.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import uuid_utils
from motcua_contracts import Message, Payload
from motcua_contracts.wire.envelope import encode, sha256
from motcua_contracts.wire.payload import DEAD_LETTERS, DeadLettered
from motcua_contracts.wire.topics import DEAD_LETTERS as DEAD_LETTER_TOPICS
from pymongo import DeleteOne, InsertOne, UpdateOne

from .._kafka.fetch import Record
from .._kafka.heads import readable_head
from ..signatures import Forged
from .breaker import caller_of
from .entries import Entry
from .outcome import TurnResult

MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record cannot be taken in, in words that hold nothing of it.

    `error`: the class, for the metric.
    """

    reason: str
    error: str = "Undecodable"
    command_id: str = ""
    actor: str = ""


def dead(
    service: str,
    journal_id: str,
    record: Record,
    entry: Entry | None,
    fault: Fault,
    out: TurnResult,
) -> str:
    """List it, tell it on the dead-letter topic, park the subject of an event.

    Gives its fate: `parked` or `passed`.
    """
    parks = entry is not None and record.topic.kind != "commands"
    list_letter(service, journal_id, record, fault, out, parks=parks)
    if not parks:
        return "passed"
    assert entry is not None
    # a wake comes again by itself; a released record is still there
    if record.message is None and not record.parked:
        park(journal_id, record, entry, out)
    entry.parked = "waiting"
    out.change(entry.subject)
    return "parked"


def list_letter(
    service: str,
    journal_id: str,
    record: Record,
    fault: Fault,
    out: TurnResult,
    *,
    parks: bool,
    **marks: Any,
) -> None:
    """The row that operators see, the letter on the topic, and what the breaker and the metrics
    count. `marks`: more fields of the row.
    """
    head = readable_head(record)
    is_command = record.topic.kind == "commands"
    out.dead.append(caller_of(fault.actor or head.actor, record.key, is_command=is_command))
    where: dict[str, Any] = {
        "topic": record.topic.name,
        "partition": record.lane,
        "offset": record.offset,
        "sha256": sha256(record.raw or b""),
        "reason": fault.reason[:MAX_REASON],
        "parked": parks,
    }
    out.write(
        "dead_letters",
        InsertOne(
            {
                "_id": journal_id,
                "subject": record.key,
                "lane": record.lane,
                "at": record.at,
                **where,
                **marks,
            }
        ),
    )
    _post(service, journal_id, record, fault, where, out)
    out.counted["dead_letters", "parked" if parks else "passed"] += 1
    out.counted["dead_causes", record.topic.name, fault.error] += 1


def tell_waiting(
    service: str, journal_id: str, record: Record, command_id: str, out: TurnResult
) -> None:
    """A letter for the caller of a command that is kept behind a parked event.

    It is listed nowhere: the event's letter is.
    """
    where = {
        "topic": record.topic.name,
        "partition": record.lane,
        "offset": record.offset,
        "sha256": sha256(record.raw or b""),
    }
    fault = Fault("waits behind a parked record", command_id=command_id)
    _post(
        service, journal_id, record, fault, {**where, "reason": fault.reason, "parked": True}, out
    )


def _post(
    service: str,
    journal_id: str,
    record: Record,
    fault: Fault,
    where: dict[str, Any],
    out: TurnResult,
) -> None:
    head = readable_head(record)
    told: DeadLettered = DEAD_LETTERS[service](command_id=fault.command_id, **where)
    message_id = str(uuid_utils.uuid7())
    correlation = head.correlationid or head.id or message_id
    letter: Message[Payload] = Message(
        message_id,
        f"/motcua/{service}",
        told.wire_type,
        record.key or "-",
        record.at,
        f"system:{service}",
        correlation,
        fault.command_id or message_id,
        told,
    )
    out.post(
        f"{journal_id}-d", DEAD_LETTER_TOPICS[service], record.lane, record.key, encode(letter)
    )


def park(journal_id: str, record: Record, entry: Entry, out: TurnResult) -> None:
    """Keep a record behind the one that its subject waits for."""
    out.write("parked", InsertOne(parked_row(journal_id, record, entry.subject)))


def parked_row(journal_id: str, record: Record, subject: str) -> dict[str, Any]:
    """A record as it waits in the collection `parked`."""
    return {
        "_id": journal_id,
        "subject": subject,
        "lane": record.lane,
        "topic": record.topic.name,
        "offset": record.offset,
        "value": record.raw,
        "at": record.at,
    }


def refused(forged: Sequence[tuple[Record, Forged]], out: TurnResult) -> None:
    """List commands that nobody vouches for: one row for each topic, lane, kind and hour, which
    counts them, whatever is sent.

    Nothing is told on Kafka: no word of such a record is believed, so there is nobody to answer,
    and whoever writes there without a key would fill a topic that is kept forever.
    """
    rows: dict[str, tuple[Record, Forged, int]] = {}
    for record, why in forged:
        hour = f"{record.at:%Y-%m-%dT%H}"
        key = f"{record.lane:03d}/forged/{record.topic.name}/{why.slug}/{hour}"
        first, reason, count = rows.get(key, (record, why, 0))
        rows[key] = first, reason, count + 1
        out.counted["dead_letters", "forged"] += 1
        if record.parked:  # from before commands were signed
            out.write("parked", DeleteOne({"_id": record.parked}))
    for key, (record, why, count) in rows.items():
        row = {
            "subject": "",
            "lane": record.lane,
            "at": record.at,
            "topic": record.topic.name,
            "partition": record.lane,
            "offset": record.offset,
            "sha256": sha256(record.raw or b""),
            "reason": why.reason,
            "parked": False,
        }
        out.write(
            "dead_letters",
            UpdateOne({"_id": key}, {"$setOnInsert": row, "$inc": {"count": count}}, upsert=True),
        )
