"""The envelope: CloudEvents 1.0 in structured JSON, and the hash chain over its exact bytes.

The bytes are the record. Whoever stores or forwards a record keeps the bytes as they came; nobody
re-serialises.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import NAMESPACE_URL, uuid5

import orjson
from pydantic import ValidationError

from ..values.bounds import END_OF_TIME, FIRST_INSTANT, INT64_MAX, MAX_HEAD_LETTERS, NOT_IN_LINE
from .explaining import MOST_EXPLAINED, allowed, field_of
from .payload import FIELDS, REGISTRY, Payload

CONTENT_TYPE = "application/cloudevents+json"
GENESIS = "0" * 64
"""`prevhash` of the first event of a source and subject."""
MAX_RECORD_BYTES = 900_000
"""Larger records are refused before commit; the broker's own limit is 1 MiB."""

ATTRIBUTES = ("id", "source", "type", "subject", "time", "actor", "correlationid", "causationid")

T = TypeVar("T", bound=Payload, covariant=True)


class Undecodable(ValueError):  # noqa: N818 - the reader's word
    """The bytes are not a record that this service can read.

    `reason` names the field and what is wrong, never its value.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownType(Undecodable):
    """A well-formed record of a type that this version does not know."""


@dataclass(frozen=True, slots=True)
class Message(Generic[T]):
    """One decoded record. `sequence` and `prevhash` are None for commands; times are UTC."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    actor: str
    correlationid: str
    causationid: str
    data: T
    sequence: int | None = None
    prevhash: str | None = None
    traceparent: str | None = None
    hash: str = ""
    """SHA-256 of the record's bytes."""


def encode(message: Message[Payload]) -> bytes:
    """The record's bytes.

    Deterministic: fields in a fixed order, times with milliseconds and `Z`.
    """
    head: dict[str, Any] = {
        "specversion": "1.0",
        "id": message.id,
        "source": message.source,
        "type": message.type,
        "subject": message.subject,
        "time": rfc3339(message.time),
        "datacontenttype": "application/json",
        "correlationid": message.correlationid,
        "causationid": message.causationid,
        "actor": message.actor,
    }
    if message.sequence is not None:
        head["sequence"], head["prevhash"] = message.sequence, message.prevhash
    if message.traceparent:
        head["traceparent"] = message.traceparent
    head["data"] = orjson.Fragment(type(message.data).__pydantic_serializer__.to_json(message.data))
    return orjson.dumps(head)


def decode(raw: bytes) -> Message[Payload]:
    """Read a record's bytes.

    Raises `UnknownType` for a well-formed envelope of an unknown type, `Undecodable` for everything
    else that cannot be read.
    """
    head = decode_head(raw)
    model = REGISTRY.get(head["type"])
    if model is None:
        raise UnknownType(f"type: {head['type'][:100]} is not known here")
    try:
        data = model.__pydantic_validator__.validate_python(head.get("data"))
    except ValidationError as error:
        raise Undecodable(explain(error)) from error
    return message_of(head, data, sha256(raw))


def decode_head(raw: bytes) -> dict[str, Any]:
    """The envelope as a dict, its attributes checked, `data` untouched. Raises `Undecodable`."""
    try:
        head = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Undecodable("the record is not JSON") from error
    if not isinstance(head, dict):
        raise Undecodable("the record is not a JSON object")
    try:
        said = [head[name] for name in ATTRIBUTES]
        # What is printable holds no control letter at all: nearly every record is done with this
        # one look.
        good = "".join(said).isprintable() and max(map(len, said)) <= MAX_HEAD_LETTERS
    except (KeyError, TypeError):
        good = False
    if not good:
        _require_lines(head)
    sequence = head.get("sequence")
    if sequence is not None and (
        not isinstance(sequence, int)
        or isinstance(sequence, bool)
        or not 1 <= sequence <= INT64_MAX
    ):
        raise Undecodable("sequence: a whole number from 1 is required, within 64 bits")
    if not (_digest_or_none(head.get("prevhash")) and _digest_or_none(head.get("traceparent"))):
        raise Undecodable("prevhash, traceparent: a line of at most 64 characters is required")
    try:
        head["time"] = datetime.fromisoformat(head["time"])
    except ValueError as error:
        raise Undecodable("time: RFC 3339 is required") from error
    if head["time"].tzinfo is None:
        raise Undecodable("time: RFC 3339 with an offset is required")
    if not FIRST_INSTANT.year <= head["time"].year < END_OF_TIME.year:
        raise Undecodable("time: from 2000 to 2099")
    return head


def _digest_or_none(value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= 64 and value.isprintable())


def _require_lines(head: dict[str, Any]) -> None:
    """Check each attribute by itself, if together they were not short lines."""
    for name in ATTRIBUTES:
        value = head.get(name)
        if not isinstance(value, str):
            raise Undecodable(f"{name}: a string is required")
        if len(value) > MAX_HEAD_LETTERS or NOT_IN_LINE.search(value):
            raise Undecodable(
                f"{name}: a line of at most {MAX_HEAD_LETTERS} characters is required, without"
                " control characters"
            )


def message_of(head: dict[str, Any], data: Payload, digest: str) -> Message[Payload]:
    """The message of a checked envelope."""
    return Message(
        head["id"],
        head["source"],
        head["type"],
        head["subject"],
        head["time"],
        head["actor"],
        head["correlationid"],
        head["causationid"],
        data,
        head.get("sequence"),
        head.get("prevhash"),
        head.get("traceparent"),
        digest,
    )


def explain(error: ValidationError) -> str:
    """A validation error as `field: what is required; …`, without the values: neither a field's,
    nor a key that somebody chose.

    The first faults alone: a list may hold thousands.
    """
    found = error.errors(include_input=False, include_url=False)
    more = f"; and {len(found) - MOST_EXPLAINED} more" if len(found) > MOST_EXPLAINED else ""
    return (
        "; ".join(
            f"{field_of(e['loc'], FIELDS) or 'data'}: {allowed(e)}" for e in found[:MOST_EXPLAINED]
        )
        + more
    )


def sha256(raw: bytes) -> str:
    """Hex SHA-256, the hash of the chain and of commitments."""
    return hashlib.sha256(raw).hexdigest()


def rfc3339(instant: datetime) -> str:
    """UTC, milliseconds, `Z`."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stable_id(*parts: str) -> str:
    """uuid5 over the parts: the id of a command by (actor, type, subject, idempotency key), of an
    effect's answer by its key.
    """
    return str(uuid5(NAMESPACE_URL, "\x1f".join(parts)))


def wake_id(service: str, subject: str, due: int) -> str:
    """The id of the wake that a service gives itself for a subject, `due` in milliseconds since
    1970.
    """
    return stable_id("wake", service, subject, str(due))
