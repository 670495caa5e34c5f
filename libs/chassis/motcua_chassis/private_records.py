"""The replica of private records, as everybody keeps it: `{_id: "<subject>/<revision>", raw}`.

Read only.
"""

from typing import Any


async def latest_record(replica: Any, subject: str) -> dict[str, Any] | None:
    """A subject's last revision, `{_id, raw}` (see `bytes_of`); None where the replica holds none
    (yet). Raises the driver's errors.
    """
    prefix = f"{subject}/"
    last, found = 0, None
    # "0" follows "/"
    async for row in replica.find({"_id": {"$gte": prefix, "$lt": f"{subject}0"}}):
        revision = row["_id"].removeprefix(prefix)
        if revision.isdecimal() and int(revision) > last and row.get("raw") is not None:
            last, found = int(revision), row
    return found


def bytes_of(raw: Any) -> bytes:
    """The exact bytes of a stored record.

    Raises `TypeError` for anything else: of a number, `bytes` would make as many.
    """
    if not isinstance(raw, bytes):
        raise TypeError(type(raw).__name__)
    return bytes(raw)
