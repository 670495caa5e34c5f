"""The parts of a long register (form 06): a part begins where the one before ended, and costs no
more than the first.

The dossiers are counted once, for the first part. What the next part needs is in its cursor, signed
with a key of the gateway's own, since the number of the part and the total are printed on a sealed
paper. A cursor is good for the agency that it was given to.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from bson import DatetimeMS

from ..http.paging import (
    NO_INSTANT,
    instant,
    millis,
    read_cursor,
    stored_instant,
    without_day,
    write_cursor,
)
from ..http.refusals import CursorInvalid
from ..read_model.stored import Document

SECRET = "register-parts"  # noqa: S105 - the name of a secret


@dataclass(frozen=True, slots=True)
class Part:
    """`at` and `last`: of the line before this part's first; `at` None: no line came before,
    `NO_INSTANT`: it had no day.
    """

    agency: str
    since: datetime
    until: datetime
    total: int
    number: int = 1
    at: int | None = None
    last: str = ""

    def before(self, row: Document) -> "Part":
        """The part that begins behind this row."""
        filed = row.get("filed_at")
        at = (
            millis(filed)
            if isinstance(filed, datetime) and self.since <= filed <= self.until
            else NO_INSTANT
        )
        return replace(self, number=self.number + 1, at=at, last=str(row["_id"]))


def written(part: Part, key: bytes) -> str:
    """The cursor of a part."""
    values = _values(part)
    return write_cursor(*values, _mac(key, values))


def read(cursor: str, agency: str, key: bytes) -> Part:
    """The part of a cursor. Raises `CursorInvalid` for one that was not given to this agency."""
    *values, mac = read_cursor(cursor, str, int, int, int, int, int, str, str)
    if values[0] != agency or not hmac.compare_digest(
        mac.encode("utf-8", "replace"), _mac(key, values).encode()
    ):
        raise CursorInvalid()
    _, since, until, total, number, at, last = values
    return Part(agency, instant(since), instant(until), total, number, at, last)


async def counted(collection: Any, agency: str, since: datetime, until: datetime) -> Part:
    """The first part, with the number of all lines."""
    # as the store and the cursor keep them
    since, until = instant(millis(since)), instant(millis(until))
    dated = {"agency": agency, "filed_at": {"$gte": since, "$lte": until}}
    undated = {"agency": agency, "$or": without_day("filed_at")}
    # Each by the index alone, as far as the store allows: only registered dossiers have an agency.
    total = await collection.count_documents(dated) + await collection.count_documents(undated)
    return Part(agency, since, until, total)


async def rows(collection: Any, part: Part, limit: int) -> list[Document]:
    """At most `limit` dossiers of a part: by day, then those that have none, by id."""
    found: list[Document] = []
    if part.at != NO_INSTANT:
        found = [
            row
            async for row in collection.find(dated_after(part))
            .sort([("filed_at", 1), ("_id", 1)])
            .limit(limit)
        ]
    if len(found) < limit:
        undated: dict[str, Any] = {"agency": part.agency, "$or": without_day("filed_at")}
        if part.at == NO_INSTANT:
            undated["_id"] = {"$gt": part.last}
        found += [
            row async for row in collection.find(undated).sort("_id", 1).limit(limit - len(found))
        ]
    return found


def dated_after(part: Part) -> dict[str, Any]:
    """The query of a part's lines that have a day."""
    where: dict[str, Any] = {
        "agency": part.agency,
        "filed_at": {"$gte": part.since, "$lte": part.until},
    }
    if part.at is None:
        return where
    then: DatetimeMS = stored_instant(part.at)
    where["filed_at"]["$gte"] = then  # where the index begins
    return where | {
        "$or": [{"filed_at": {"$gt": then}}, {"filed_at": then, "_id": {"$gt": part.last}}]
    }


def _values(part: Part) -> list[Any]:
    at = -1 if part.at is None else part.at  # only the first part has none, and that has no cursor
    return [
        part.agency,
        millis(part.since),
        millis(part.until),
        part.total,
        part.number,
        at,
        part.last,
    ]


def _mac(key: bytes, values: list[Any]) -> str:
    return hmac.new(key, orjson.dumps(values), "sha256").hexdigest()[:32]
