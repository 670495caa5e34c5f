"""A file in somebody's hand against the events of a dossier: which of them names its very bytes by
their SHA-256.

It may be a document (slip, receipt, result, an upload) or a private record that an event commits
to.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from .domain.difference import LogPosition
from .proof import Record


class Match(NamedTuple):
    """An event that names the bytes, and in which field."""

    source: str
    sequence: int
    type: str
    field: str
    place: LogPosition

    def as_json(self) -> dict[str, Any]:
        return {**self._asdict(), "place": str(self.place)}


def matches(records: Iterable[Record], digest: str) -> list[Match]:
    """Every event whose data hold this SHA-256, in the order of the chains.

    Types that are not known here are looked into as well.
    """
    mark, found = digest.encode(), list[Match]()
    for record in records:
        if mark not in record.raw:
            continue
        event = orjson.loads(record.raw)
        for field in _fields(event["data"], digest):
            found.append(
                Match(event["source"], event["sequence"], event["type"], field, record.place)
            )
    return sorted(found)


def _fields(value: Any, digest: str, path: str = "") -> Iterator[str]:
    """The paths at which the value occurs."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    if value == digest:
        yield path
    for name, one in inner:
        yield from _fields(one, digest, f"{path}.{name}" if path else str(name))
