"""The services' stores as the check tool reads them: cases and journal of one lane, as they were at
one instant.

Only this tool looks into other services' databases, with credentials that its operator hands it. No
service does.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from motcua_chassis.failures import brief
from motcua_chassis.mongo import connect
from motcua_chassis.secret import OWN_COMMANDS
from motcua_chassis.tooling import batch_of, ids_after, topic_key
from motcua_contracts.wire.envelope import sha256
from motcua_contracts.wire.topics import Topic
from pymongo.errors import OperationFailure, PyMongoError

from .domain.replay import Stored
from .log import Unreachable
from .slices import WHOLE, Slice

TRIES = 6
UNAUTHORIZED = 13
SNAPSHOT_UNAVAILABLE = 246
"""A collection or an index was made a moment ago: MongoDB asks to try again."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`cases` by subject; `journal`: (subject, sequence) -> hash of the bytes; `batch`: the last
    one whose events are in it.
    """

    cases: dict[str, Stored] = field(default_factory=dict)
    journal: dict[tuple[str, int], str] = field(default_factory=dict)
    batch: int = 0


class Stores:
    """`async with Stores(uri) as stores`."""

    def __init__(self, uri: str) -> None:
        self._client: Any = connect(uri)

    async def __aenter__(self) -> "Stores":
        try:
            await self._client.admin.command("ping")
        except PyMongoError as error:
            self._client.close()
            raise Unreachable(f"MongoDB does not answer ({brief(error)})") from error
        return self

    async def __aexit__(self, *_: object) -> None:
        self._client.close()

    def database(self, service: str) -> Any:
        return self._client[f"motcua_{service}"]

    async def secret(self, service: str) -> bytes | None:
        """With which a service signs what it tells itself; None where this user may not read it, or
        it never did.
        """
        try:
            row = await self.database(service).secrets.find_one({"_id": OWN_COMMANDS})
        except OperationFailure as error:
            if error.code != UNAUTHORIZED:
                raise
            return None
        return bytes(row["value"]) if row is not None else None

    async def reached(self, topic: Topic, lane: int) -> int:
        """Up to which offset audit has taken a partition in."""
        row = await self.database("audit").lanes.find_one({"_id": lane})
        return int(row["next"].get(topic_key(topic.name), 0)) if row is not None else 0

    async def lanes(self, service: str) -> list[int]:
        """The lanes that a service has ever taken."""
        return sorted(
            [
                document["_id"]
                async for document in self.database(service).lanes.find({}, {"_id": 1})
            ]
        )

    async def snapshot(self, service: str, lane: int, part: Slice = WHOLE) -> Snapshot:
        """Cases and journal of a lane, or of a slice of it, at one instant, so that a service at
        work does not look wrong.
        """
        for _ in range(TRIES - 1):
            try:
                return await self._snapshot(service, lane, part)
            except OperationFailure as error:
                if error.code != SNAPSHOT_UNAVAILABLE:
                    raise
            await asyncio.sleep(0.5)
        return await self._snapshot(service, lane, part)

    async def _snapshot(self, service: str, lane: int, part: Slice) -> Snapshot:
        database = self.database(service)
        cases: dict[str, Stored] = {}
        async with await self._client.start_session(snapshot=True) as session:
            async for case in database.cases.find(
                {"lane": lane},
                {"state": 1, "sequence": 1, "hash": 1},
                session=session,
                batch_size=5_000,
            ):
                if part.holds(case["_id"]):
                    cases[case["_id"]] = Stored(case["state"], case["sequence"], case["hash"])
            journal, batch = await self._journal(
                database, {"_id": ids_after(lane, 0)}, session, part
            )
        return Snapshot(cases, journal, batch)

    async def younger(
        self, service: str, lane: int, batch: int, part: Slice = WHOLE
    ) -> dict[tuple[str, int], str]:
        """What the journal holds by now beyond a snapshot."""
        journal, _ = await self._journal(
            self.database(service), {"_id": ids_after(lane, batch)}, None, part
        )
        return journal

    async def _journal(
        self, database: Any, wanted: dict[str, Any], session: Any, part: Slice
    ) -> tuple[dict[tuple[str, int], str], int]:
        journal: dict[tuple[str, int], str] = {}
        last = 0
        fields = {"subject": 1, "sequence": 1, "raw": 1}
        async for row in database.journal.find(wanted, fields, session=session, batch_size=5_000):
            if row.get("sequence") is None:
                continue
            if part.holds(row["subject"]):
                journal[row["subject"], row["sequence"]] = sha256(row["raw"])
            last = max(last, batch_of(row["_id"]))
        return journal, last
