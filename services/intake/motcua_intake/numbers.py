"""Running numbers of dossier codes, per agency code and day: blocks taken ahead from one counter in
the database.

The increment is atomic, so no two instances ever get the same number. A block that a stopped
process had left is a gap, which is allowed.
"""

import asyncio
from typing import Any

from pymongo import ReturnDocument

BLOCK = 20
"""Numbers taken ahead. A batch that needs more takes just what it needs."""


class Numbers:
    """`collection` is an async collection of `{_id: "<agency code>-<yymmdd>", last}`."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection
        self._blocks: dict[tuple[str, str], range] = {}
        self._lock = asyncio.Lock()

    async def take(self, agency_code: str, day: str, count: int) -> list[int]:
        """`count` numbers of that agency and day (`yymmdd`), each given out
        only once, from 1 on.
        """
        async with self._lock:
            block = self._blocks.get((agency_code, day), range(0))
            taken = list(block[:count])
            block = block[count:]
            missing = count - len(taken)
            if missing:
                fresh = await self._reserve(agency_code, day, max(missing, BLOCK))
                taken += fresh[:missing]
                block = fresh[missing:]
            # Yesterday's blocks are of no use to anybody: keep one day per agency.
            self._blocks = {
                key: left for key, left in self._blocks.items() if key[0] != agency_code
            }
            self._blocks[agency_code, day] = block
            return taken

    async def _reserve(self, agency_code: str, day: str, count: int) -> range:
        counter = await self._collection.find_one_and_update(
            {"_id": f"{agency_code}-{day}"},
            {"$inc": {"last": count}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return range(counter["last"] - count + 1, counter["last"] + 1)
