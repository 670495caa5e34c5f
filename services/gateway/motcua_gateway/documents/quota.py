"""How much one person may upload: bytes a day, counted in the database by all instances together,
and bytes that wait for a dossier.

A day is one of Vietnam's. What was refused counts too: opening it was the work. What nobody judged
does not. How often somebody calls is bounded elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from motcua_contracts import VIETNAM
from motcua_documents.store import UNCLAIMED_DAYS, DocumentStore
from pymongo.errors import DuplicateKeyError

from ..http.refusals import UploadsOfToday, UploadsUnfiled

_MEGABYTE = 1_000_000
_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Bytes of one person: uploaded in a day, and uploaded and not filed yet."""

    per_day: int
    unfiled: int


class UploadQuota:
    """`collection` holds `{_id: person/day, bytes, expires_at}`."""

    def __init__(self, collection: Any, documents: DocumentStore) -> None:
        self._collection, self._documents = collection, documents

    async def make_indexes(self) -> None:
        await self._collection.create_index("expires_at", expireAfterSeconds=0)

    async def take(self, person: str, size: int, allowed: Allowed, now: datetime) -> None:
        """Count an upload of so many bytes.

        Raises `UploadsOfToday`, `UploadsUnfiled`; a refused one is not counted.
        """
        waiting = await self._documents.unfiled(person)
        if waiting.since is not None and waiting.size + size > allowed.unfiled:
            swept = waiting.since + timedelta(days=UNCLAIMED_DAYS)
            raise UploadsUnfiled(
                megabytes=allowed.unfiled // _MEGABYTE,
                days=UNCLAIMED_DAYS,
                seconds=_seconds(now, swept),
            )
        if not await self._counted(person, size, allowed.per_day, now):
            raise UploadsOfToday(
                megabytes=allowed.per_day // _MEGABYTE, seconds=_seconds(now, _midnight(now))
            )

    async def give_back(self, person: str, size: int, now: datetime) -> None:
        """Uncount an upload that was not judged. `now` is that of its `take`."""
        await self._collection.update_one({"_id": _day_of(person, now)}, {"$inc": {"bytes": -size}})

    async def _counted(self, person: str, size: int, most: int, now: datetime) -> bool:
        if size > most:
            return False
        has_room = {"_id": _day_of(person, now), "bytes": {"$lte": most - size}}
        counting = {"$inc": {"bytes": size}}
        try:
            await self._collection.update_one(
                has_room, counting | {"$setOnInsert": {"expires_at": now + _KEPT}}, upsert=True
            )
            return True
        except DuplicateKeyError:  # no room, or two of the day's first uploads at once
            return bool((await self._collection.update_one(has_room, counting)).matched_count)


def _day_of(person: str, now: datetime) -> str:
    return f"{person}/{now.astimezone(VIETNAM):%Y-%m-%d}"


def _midnight(now: datetime) -> datetime:
    return now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
        days=1
    )


def _seconds(now: datetime, then: datetime) -> int:
    return max(1, int((then - now).total_seconds()) + 1)
