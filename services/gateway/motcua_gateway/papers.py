"""The replica of private papers, as the chassis keeps it: `{_id: "<subject>/<revision>", raw}`. Read only, and nothing of it is logged."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
from motcua_chassis.papers import latest_paper
from motcua_contracts.intake import DossierPapers
from motcua_contracts.routing import RoutingNote
from pydantic import ValidationError

LOOK_AGAIN_SECONDS = 0.05


class PapersReplica:
    """Papers of dossiers, and the names of officers (catalog.people)."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    async def of_dossier(self, dossier_id: str, revision: int, wait_seconds: float = 0) -> DossierPapers | None:
        """The papers of that revision; None where the replica does not hold them (yet), waiting up to that long."""
        loop = asyncio.get_running_loop()
        until = loop.time() + wait_seconds
        while True:
            raw = await self._raw(f"{dossier_id}/{revision}")
            if raw is not None:
                return DossierPapers.model_validate_json(raw)
            if loop.time() >= until:
                return None
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def every(self, dossier_id: str) -> AsyncIterator[DossierPapers]:
        """Each revision of the applicant's papers that the replica holds."""
        mine = {"_id": {"$gte": f"{dossier_id}/", "$lt": f"{dossier_id}0"}}
        async for document in self._collection.find(mine).sort("_id", 1):
            if (raw := document.get("raw")) is None:
                continue
            try:
                yield DossierPapers.model_validate_json(bytes(raw))
            except ValidationError:
                continue  # a department's note, which is shown with the dossier

    async def note_of(self, dossier_id: str, revision: int) -> str:
        """What somebody of a department typed; empty where the replica does not hold it (yet)."""
        raw = await self._raw(f"{dossier_id}/{revision}")
        return RoutingNote.model_validate_json(raw).text if raw is not None else ""

    async def officer_name(self, officer: str) -> str:
        """The officer's name by the latest paper, empty where there is none."""
        raw = await latest_paper(self._collection, f"officer:{officer}")
        return str(orjson.loads(raw).get("full_name", "")) if raw is not None else ""

    async def _raw(self, key: str) -> bytes | None:
        document = await self._collection.find_one({"_id": key})
        return bytes(document["raw"]) if document is not None and document.get("raw") is not None else None
