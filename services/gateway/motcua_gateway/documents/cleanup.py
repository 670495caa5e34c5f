"""Uploads that nobody filed go after seven days: the gateway takes them in, so it sweeps.

Several instances may sweep at once, which is safe; the note in the database only saves them the
work.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from motcua_chassis import Runtime
from motcua_chassis.logs import Log
from motcua_documents.store import DocumentStore
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

EVERY = timedelta(hours=6)
LOOK_SECONDS = 60.0
NOTE = "sweep-documents"


class Sweeper:
    """`jobs` is a collection of `{_id, at}`: when a job was last begun, by the services' clock."""

    def __init__(self, runtime: Runtime, jobs: Any, documents: DocumentStore, log: Log) -> None:
        self._runtime, self._jobs, self._documents, self._log = runtime, jobs, documents, log

    async def run(self) -> None:
        """As long as the process lives. What fails is tried again at the next look."""
        while True:
            try:
                await self.look()
            except (PyMongoError, OSError, TimeoutError) as error:
                self._log.warning("sweep failed", error=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> int | None:
        """Sweep if it is time.

        Says how many uploads went; None where it is not time or another instance sweeps.
        """
        if not await self._is_time(self._runtime.now()):
            return None
        swept = await self._documents.sweep()
        self._log.info("unclaimed uploads swept", count=swept)
        return swept

    async def _is_time(self, now: datetime) -> bool:
        try:
            taken = await self._jobs.find_one_and_update(
                {"_id": NOTE, "at": {"$lte": now - EVERY}},
                {"$set": {"at": now}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:  # there is a note, and it is younger
            return False
        return taken is not None
