"""Pages by cursor: an opaque mark of the last row, good for as long as the order is."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import orjson

from .refusals import CursorInvalid

PAGE = 20
MOST = 100


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


def millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def instant(at: int) -> datetime:
    """Raises `CursorInvalid` for a number that is no time."""
    try:
        return datetime.fromtimestamp(at / 1000, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise CursorInvalid() from error
