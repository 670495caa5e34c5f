"""What can be read of a record that cannot be read: its id, its chain and who sent it, so that
whoever waits for it gets an answer.

The gateway writes the id and the chain into Kafka's headers too. Where those are missing, the
envelope's first fields are looked for in the bytes before `data`, which a caller does not write.
"""

import re
from typing import NamedTuple

from motcua_contracts import Message, Payload

from .fetch import Record
from .producer import HEADERS

ID, CORRELATION = "ce_id", "ce_correlationid"
LONGEST = 64
_BEFORE_DATA = 4_096
_FIELD = re.compile(
    rb'"(id|correlationid|actor)"\s*:\s*"([\x21\x23-\x5b\x5d-\x7e]{1,%d})"' % LONGEST
)


class Head(NamedTuple):
    """Each empty where it cannot be read."""

    id: str = ""
    correlationid: str = ""
    actor: str = ""


def headers_of(message: Message[Payload]) -> list[tuple[str, bytes]]:
    """Kafka's headers of a command."""
    return [*HEADERS, (ID, message.id.encode()), (CORRELATION, message.correlationid.encode())]


def readable_head(record: Record) -> Head:
    """The ids and the actor of a record, as far as they can be read; printable ASCII of at most 64
    letters. Raises nothing.
    """
    said = {name: _printable(value) for name, value in record.headers if name in (ID, CORRELATION)}
    front = (record.raw or b"")[:_BEFORE_DATA].partition(b'"data"')[0]
    found: dict[str, str] = {}
    for name, value in _FIELD.findall(front):
        found.setdefault(name.decode(), value.decode())
    return Head(
        said.get(ID) or found.get("id", ""),
        said.get(CORRELATION) or found.get("correlationid", ""),
        found.get("actor", ""),
    )


def _printable(value: bytes) -> str:
    text = value[: LONGEST + 1].decode("ascii", "ignore")
    return text if len(text) <= LONGEST and text.isprintable() else ""
