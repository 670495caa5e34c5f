"""Pages by cursor: an opaque mark of the last row, good for as long as the order is."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar

import orjson
from bson import DatetimeMS

from .refusals import CursorInvalid

PAGE = 20
MOST = 100


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of a list, and the cursor of those after them; None at the end."""

    rows: list[Row]
    next_cursor: str | None


def write_cursor(*values: str | int) -> str:
    return urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: type) -> list[Any]:
    """The values of a cursor. Raises `CursorInvalid` for whatever no page ever gave."""
    try:
        values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise CursorInvalid() from error
    if not isinstance(values, list) or len(values) != len(kinds):
        raise CursorInvalid()
    if any(not isinstance(value, kind) for value, kind in zip(values, kinds, strict=True)):
        raise CursorInvalid()
    return values


async def sorted_page(
    found_by: Any,
    where: dict[str, Any],
    field: str,
    order: Literal[1, -1],
    cursor: str | None,
    limit: int,
) -> Page[Any]:
    """Rows by the instant in `field`, then by id; `found_by` is the collection's `find`, bound to
    what is read.

    Rows whose `field` is no instant come last, by id alone: MongoDB compares within a type, so a
    cursor of an instant would never reach them. Raises `CursorInvalid`.
    """
    at, last = read_cursor(cursor, int, str) if cursor else (None, "")
    beyond, to = ("$lt", "$lte") if order < 0 else ("$gt", "$gte")
    rows: list[dict[str, Any]] = []
    if at != NO_INSTANT:
        dated = [where, {field: {"$type": "date"}}]
        if at is not None:
            then = stored_instant(at)
            # where the index begins: without it the rows before are read and thrown away
            dated.append({field: {to: then}})
            dated.append({"$or": [{field: {beyond: then}}, {field: then, "_id": {beyond: last}}]})
        rows = [
            row
            async for row in found_by({"$and": dated})
            .sort([(field, order), ("_id", order)])
            .limit(limit + 1)
        ]
        last = ""
    if len(rows) <= limit:
        others = [where, {"$or": [{field: None}, {field: {"$type": NO_DATES}}]}]
        others += [{"_id": {beyond: last}}] if last else []
        rows += [
            row
            async for row in found_by({"$and": others})
            .sort("_id", order)
            .limit(limit + 1 - len(rows))
        ]
    if len(rows) <= limit:
        return Page(rows, None)
    rows = rows[:limit]
    return Page(rows, write_cursor(_place(rows[-1], field), rows[-1]["_id"]))


NO_INSTANT = -(1 << 63)
"""In a cursor: its row has none in the field of the order."""
NO_DATES = [
    "double",
    "string",
    "object",
    "array",
    "binData",
    "objectId",
    "bool",
    "regex",
    "int",
    "timestamp",
    "long",
    "decimal",
]


FIRST_DAY, LAST_DAY = datetime(2000, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)
"""Of all that any event says."""


def without_day(field: str) -> list[dict[str, Any]]:
    """For a query by days: what has none in `field`, alternatives for `$or`.

    They belong to no day, and would be in no list.
    """
    return [
        {field: None},
        {field: {"$type": NO_DATES}},
        {field: {"$lt": FIRST_DAY}},
        {field: {"$gte": LAST_DAY}},
    ]


def day_in(value: Any) -> datetime:
    """The instant. Raises `TypeError`, `ValueError` for what `without_day` finds."""
    if not isinstance(value, datetime):
        raise TypeError("no instant")
    if not FIRST_DAY <= value < LAST_DAY:
        raise ValueError("no day of ours")
    return value


def _place(row: dict[str, Any], field: str) -> int:
    value: Any = row
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return millis(value) if isinstance(value, datetime | DatetimeMS) else NO_INSTANT


def stored_instant(at: int) -> DatetimeMS:
    """As `instant`, for a query: also what MongoDB holds and Python has not.

    Raises `CursorInvalid`.
    """
    if not NO_INSTANT <= at < 1 << 63:
        raise CursorInvalid()
    return DatetimeMS(at)


def millis(at: datetime | DatetimeMS) -> int:
    return int(at) if isinstance(at, DatetimeMS) else round(at.timestamp() * 1000)


def instant(at: int) -> datetime:
    """Raises `CursorInvalid` for a number that is no time."""
    try:
        return datetime.fromtimestamp(at / 1000, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise CursorInvalid() from error
