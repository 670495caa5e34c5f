"""The replica of private papers, as the chassis keeps it: `{_id: "<subject>/<revision>", raw}`. Read only, and nothing of it is logged."""

import asyncio
from typing import Any

import orjson
from motcua_contracts.intake import DossierPapers
from motcua_contracts.routing import RoutingNote

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

    async def note_of(self, dossier_id: str, revision: int) -> str:
        """What somebody of a department typed; empty where the replica does not hold it (yet)."""
        raw = await self._raw(f"{dossier_id}/{revision}")
        return RoutingNote.model_validate_json(raw).text if raw is not None else ""

    async def officer_name(self, officer: str) -> str:
        """The officer's name by the latest paper, empty where there is none."""
        prefix = f"officer:{officer}/"
        latest, name = 0, ""
        async for document in self._collection.find({"_id": {"$gte": prefix, "$lt": prefix + "~"}}):
            version = document["_id"].removeprefix(prefix)
            if version.isdigit() and int(version) > latest and document.get("raw") is not None:
                latest, name = int(version), str(orjson.loads(document["raw"]).get("full_name", ""))
        return name

    async def _raw(self, key: str) -> bytes | None:
        document = await self._collection.find_one({"_id": key})
        return bytes(document["raw"]) if document is not None and document.get("raw") is not None else None
