"""Group commit: everything a batch leads to in one transaction on a majority, fenced by the lanes'
documents.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import DeleteMany, UpdateOne
from pymongo.errors import BulkWriteError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from .._processing.backoff import is_transient
from .._processing.lanes import Fenced, Lane, Lanes
from ..failures import told
from ..logs import Log
from .journal_ids import ids_up_to

MAJORITY = WriteConcern("majority")
OWN = frozenset(
    {
        "cases",
        "journal",
        "outbox",
        "answers",
        "effects",
        "parked",
        "dead_letters",
        "forgotten",
        "parked_views",
    }
)
"""The chassis' collections: no turn writes one document of them twice."""
HOPELESS = 3
"""Attempts before a write that the store keeps rejecting is treated as the batch's fault."""


class Refused(Exception):  # noqa: N818 - the reader's word
    """This batch cannot be stored: it cannot be encoded, or the store refuses it.

    Nothing of it is stored. `error` says the class.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__(cause_of(error))
        self.error = error


def cause_of(error: Exception) -> str:
    """The class of an error and the store's code, never its text."""
    fields = told(error)
    if isinstance(error, BulkWriteError) and (
        codes := sorted({one.get("code", 0) for one in error.details.get("writeErrors", ())})
    ):
        fields["code"] = codes[0]
    return f"{fields['error']} {fields['code']}" if "code" in fields else str(fields["error"])


def _says_no(error: PyMongoError) -> bool:
    """Whether the store answered and refused, so that the same write will be refused again."""
    again = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")
    return isinstance(error, OperationFailure) and not any(
        error.has_error_label(label) for label in again
    )


class Committer:
    """Writes batches until it is known what became of them. The caller holds the lanes' lock."""

    def __init__(self, lanes: Lanes, database: Any, log: Log) -> None:
        self._lanes, self._database, self._log = lanes, database, log
        self._linearizable = database.get_collection(
            "lanes", read_concern=ReadConcern("linearizable")
        )

    async def commit(
        self,
        numbers: Sequence[int],
        ends: Mapping[tuple[int, str], int],
        writes: Mapping[str, Sequence[Any]],
    ) -> None:
        """Write, as one batch of each lane, and move the lanes in memory.

        Waits as long as MongoDB is away. Raises `Fenced`, `Refused`.
        """
        owned = [self._lanes.owned[n] for n in numbers]
        attempt = 0
        while True:
            attempt += 1
            try:
                await self._write(owned, ends, writes)
                break
            except PyMongoError as error:
                self._log.warning("commit tried again", attempt=attempt, **told(error))
                await asyncio.sleep(min(1, 0.05 * attempt))
                if await self._went_through(owned):
                    break
                if attempt >= HOPELESS and _says_no(error):
                    raise Refused(error) from error
            except Fenced:
                raise
            # the driver cannot encode it: the transaction was given up before anything was sent
            except Exception as error:
                if is_transient(error):
                    raise
                raise Refused(error) from error
        now = asyncio.get_running_loop().time()
        for lane in owned:
            lane.batch += 1
            lane.stored_published = lane.published
            lane.committed_at = now
        for (number, topic), end in ends.items():
            self._lanes.owned[number].next[topic] = end

    async def _write(
        self,
        owned: Sequence[Lane],
        ends: Mapping[tuple[int, str], int],
        writes: Mapping[str, Sequence[Any]],
    ) -> None:
        session = self._lanes.session
        async with session.start_transaction(write_concern=MAJORITY):
            moves = []
            for lane in owned:
                change = {"batch": lane.batch + 1, "published": lane.published}
                change |= {
                    f"next.{topic}": end
                    for (number, topic), end in ends.items()
                    if number == lane.number
                }
                moves.append(
                    UpdateOne(
                        {"_id": lane.number, "owner": self._lanes.me, "batch": lane.batch},
                        {"$set": change},
                    )
                )
            moved = await self._database.lanes.bulk_write(moves, ordered=False, session=session)
            if moved.matched_count != len(moves):
                raise Fenced(f"lanes {[lane.number for lane in owned]}")
            stale = [
                DeleteMany({"_id": ids_up_to(lane.number, lane.published)})
                for lane in owned
                if lane.outbox
            ]
            for name, operations in {
                **writes,
                "outbox": [*stale, *writes.get("outbox", ())],
            }.items():
                if operations:
                    # Unordered ones go out in one command for each kind; a service's own may hit
                    # one document twice.
                    await self._database[name].bulk_write(
                        list(operations), ordered=name not in OWN, session=session
                    )

    async def _went_through(self, owned: Sequence[Lane]) -> bool:
        """Whether an error hid a success.

        Asks until it is answered. Raises `Fenced` if the lane has another owner.
        """
        stored: dict[int, Any] = {}
        for lane in owned:
            while lane.number not in stored:
                try:
                    stored[lane.number] = await self._linearizable.find_one(
                        {"_id": lane.number}, max_time_ms=3000
                    )
                except PyMongoError as error:
                    self._log.warning("looking again", **told(error))
                    await asyncio.sleep(0.5)
        if any(stored[lane.number]["owner"] != self._lanes.me for lane in owned):
            raise Fenced(f"lanes {[lane.number for lane in owned]}")
        return all(stored[lane.number]["batch"] == lane.batch + 1 for lane in owned)
