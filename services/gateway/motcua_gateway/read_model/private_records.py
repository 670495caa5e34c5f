"""The replica of private records, as the chassis keeps it: `{_id: "<subject>/<revision>", raw}`.

Read only, and nothing of it is logged.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from motcua_chassis.private_records import bytes_of, latest_record
from motcua_contracts.messages.intake import DossierPapers
from motcua_contracts.messages.routing import NOTES_FROM, RoutingNote

from ..http.safe_rows import SafeRows

LOOK_AGAIN_SECONDS = 0.05
VIEW = "papers"
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Held:
    """A revision of a dossier's papers. Neither: the replica does not hold it (yet)."""

    papers: DossierPapers | None = None
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody typed; empty where the replica does not hold it (yet), or where it cannot be
    read.
    """

    text: str = ""
    unreadable: bool = False


class PapersReplica:
    """Papers of dossiers, and the names of officers (catalog.people)."""

    def __init__(self, collection: Any, rows: SafeRows) -> None:
        self._collection, self._rows = collection, rows

    async def of_dossier(
        self, dossier_id: str, revision: int, wait_seconds: float = 0
    ) -> DossierPapers | None:
        """The papers of that revision; None where the replica does not hold them (yet), waiting up
        to that long, or they cannot be read.
        """
        return (await self.held(dossier_id, revision, wait_seconds)).papers

    async def held(self, dossier_id: str, revision: int, wait_seconds: float = 0) -> Held:
        """The same for who says that they cannot be read."""
        loop = asyncio.get_running_loop()
        until = loop.time() + wait_seconds
        while True:
            document = await self._document(f"{dossier_id}/{revision}")
            if document is not None:
                return self._read(
                    document,
                    lambda raw: Held(DossierPapers.model_validate_json(raw)),
                    Held(unreadable=True),
                )
            if loop.time() >= until:
                return Held()
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def every(self, dossier_id: str) -> AsyncIterator[Held]:
        """Each revision of the applicant's papers that the replica holds; notes of departments are
        shown with the dossier.
        """
        mine = {"_id": {"$gte": f"{dossier_id}/", "$lt": f"{dossier_id}0"}, "raw": {"$ne": None}}
        async for document in self._collection.find(mine).sort("_id", 1):
            revision = document["_id"].partition("/")[2]
            if not (revision.isdigit() and int(revision) > NOTES_FROM):
                yield self._read(
                    document,
                    lambda raw: Held(DossierPapers.model_validate_json(raw)),
                    Held(unreadable=True),
                )

    async def note_of(self, dossier_id: str, revision: int) -> Note:
        """What somebody of a department typed."""
        document = await self._document(f"{dossier_id}/{revision}")
        if document is None:
            return Note()
        return self._read(
            document,
            lambda raw: Note(RoutingNote.model_validate_json(raw).text),
            Note(unreadable=True),
        )

    async def officer_name(self, officer: str) -> str:
        """The officer's name by the latest paper, empty where there is none, or where it cannot be
        read.
        """
        document = await latest_record(self._collection, f"officer:{officer}")
        return self._read(document, _name_in, "") if document is not None else ""

    def _read(
        self, document: dict[str, object], read: Callable[[bytes], Read], otherwise: Read
    ) -> Read:
        return self._rows.one(
            VIEW, document["_id"], lambda: read(bytes_of(document["raw"])), lambda: otherwise
        )

    async def _document(self, key: str) -> dict[str, object] | None:
        found: dict[str, object] | None = await self._collection.find_one(
            {"_id": key, "raw": {"$ne": None}}
        )
        return found


def _name_in(raw: bytes) -> str:
    name = orjson.loads(raw).get("full_name", "")
    if not isinstance(name, str):
        raise TypeError("full_name")
    return name
