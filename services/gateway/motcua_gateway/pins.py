"""Guards the tracking pin: six digits hold only if nobody may try them all."""

from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument

from .refusals import TooManyTries

MOST_TRIES = 10
WINDOW = timedelta(minutes=15)


class Pins:
    """Wrong tries by dossier code, whether the code exists or not."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    async def make_indexes(self) -> None:
        await self._collection.create_index("until", expireAfterSeconds=0)

    async def check(self, code: str, at: datetime) -> None:
        """Raises `TooManyTries`."""
        tried = await self._collection.find_one({"_id": code, "until": {"$gt": at}})
        if tried is not None and tried["tries"] >= MOST_TRIES:
            raise TooManyTries(minutes=int(WINDOW.total_seconds() // 60))

    async def wrong(self, code: str, at: datetime) -> None:
        """Count a wrong try. The window begins with the first one."""
        counted = await self._collection.find_one_and_update(
            {"_id": code, "until": {"$gt": at}}, {"$inc": {"tries": 1}}, return_document=ReturnDocument.AFTER
        )
        if counted is None:
            await self._collection.replace_one({"_id": code}, {"tries": 1, "until": at + WINDOW}, upsert=True)
