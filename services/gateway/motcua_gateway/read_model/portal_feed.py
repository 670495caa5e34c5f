"""The feed for the national portal (Cổng dịch vụ công quốc gia): every status that a dossier comes
to, in its order.

Each lane writes its own rows, numbered without a gap in the transaction that moved the status; a
cursor is how far each lane was read. So nothing is left out, a dossier's rows keep their order, and
whoever asks again with an old cursor gets the same rows again: at least once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from motcua_contracts.rules.status import LABELS, PORTAL_NUMBER
from pymongo import InsertOne, UpdateOne

from ..http.paging import read_cursor, write_cursor
from ..http.refusals import CursorInvalid
from .changes import Changing

LANES = 64
"""More lanes than any topic has partitions."""


class Passed(NamedTuple):
    """Statuses that a dossier came to in one batch: each with its time, and its number among the
    dossier's own.
    """

    lane: int
    dossier: str
    code: str
    procedure: str
    first: int
    statuses: Sequence[Sequence[Any]]


def passed_by(document: Changing, lane: int) -> Passed:
    """What a changed document has to tell: what it came to just now; all, where its registration
    has been heard only now.
    """
    every: list[Any] = document.get("passed", [])
    code, told = document.get("code", ""), document.get("told", 0)
    procedure = document["filing"]["procedure"] if code else ""
    if code and every[told:]:
        document["told"] = len(every)
    return Passed(lane, document["_id"], code, procedure, told + 1, every[told:] if code else [])


async def feed_rows(passed: Iterable[Passed], counters: Any) -> dict[str, list[Any]]:
    """The writes for the feed.

    `counters` is the collection with each lane's last number; only the lane's owner writes it.
    """
    passed = [one for one in passed if one.statuses]
    if not passed:
        return {}
    lanes = sorted({one.lane for one in passed})
    last = {row["_id"]: row["last"] async for row in counters.find({"_id": {"$in": lanes}})}
    writes: list[Any] = []
    for one in passed:
        for number, (status, at) in enumerate(one.statuses, one.first):
            last[one.lane] = last.get(one.lane, 0) + 1
            row = {
                "lane": one.lane,
                "n": last[one.lane],
                "dossier": one.dossier,
                "code": one.code,
                "procedure": one.procedure,
            }
            writes.append(
                InsertOne(
                    {
                        "_id": _row_id(one.lane, last[one.lane]),
                        **row,
                        "number": number,
                        "status": status,
                        "at": at,
                    }
                )
            )
    moved = [
        UpdateOne({"_id": lane}, {"$set": {"last": last[lane]}}, upsert=True) for lane in lanes
    ]
    return {"portal": writes, "portal_lanes": moved}


async def read(
    collection: Any, counters: Any, cursor: str | None, limit: int
) -> tuple[list[dict[str, object]], str]:
    """The rows after a cursor, lane by lane, and the cursor after them. Raises `CursorInvalid`."""
    seen = _places(cursor)
    found: list[dict[str, object]] = []
    for lane in sorted(
        {
            *seen,
            *[row["_id"] async for row in counters.find({"_id": {"$type": "number"}}, {"_id": 1})],
        }
    ):
        left = limit - len(found)
        if left <= 0:
            break
        after = {"$gt": _row_id(lane, seen.get(lane, 0)), "$lt": f"{lane:03d}0"}  # "0" follows "/"
        page = collection.find({"_id": after}).sort("_id", 1).limit(left)
        async for row in page:
            seen[lane] = _number_in(row["_id"], seen.get(lane, 0))
            found.append(row)
    return found, write_cursor(*(value for pair in sorted(seen.items()) for value in pair))


def _row_id(lane: int, number: int) -> str:
    """Ids in the order of a lane's rows, so that the feed needs no other index."""
    return f"{lane:03d}/{number:012d}"


def _number_in(row_id: str, before: int) -> int:
    """How far the lane is read with this row: its id alone is asked, since the rest may not be
    readable.
    """
    number = row_id.partition("/")[2]
    return int(number) if number.isdecimal() else before


def shown(row: Mapping[str, Any]) -> dict[str, object]:
    """A row as the portal reads it: its own number and words for the status."""
    status, at = row["status"], row["at"]
    assert isinstance(at, datetime)
    return {
        "dossier_id": row["dossier"],
        "code": row["code"],
        "procedure_code": row["procedure"],
        "number": row["number"],
        "status": status,
        "portal_status": PORTAL_NUMBER[status],
        "portal_status_vi": LABELS[status].vi,
        "at": at,
    }


def _places(cursor: str | None) -> dict[int, int]:
    """Lane -> how far it was read. Raises `CursorInvalid`."""
    if not cursor:
        return {}
    for count in range(0, 2 * LANES, 2):
        try:
            values = read_cursor(cursor, *[int] * count)
        except CursorInvalid:
            continue
        return dict(zip(values[::2], values[1::2], strict=True))
    raise CursorInvalid()
