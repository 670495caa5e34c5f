"""Salts for the private records with officers' names: a new one for each command, and the one of
the last record to know a name again.
"""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from motcua_chassis import Prepared, Runtime
from motcua_contracts.messages.catalog import Person, PlaceOfficer

from .domain.decide import Salts

SALT_BYTES = 16


@asynccontextmanager
async def open_tools(runtime: Runtime) -> AsyncIterator[Any]:
    """The catalogue's own papers."""
    yield runtime.database["papers"]


async def prepare(batch: Sequence[Prepared], papers: Any) -> dict[str, Salts]:
    """`Salts` by message id for every PlaceOfficer."""
    asked = {
        item.message.id: f"{item.subject}/{item.case.version}"
        for item in batch
        if isinstance(item.message.data, PlaceOfficer)
    }
    if not asked:
        return {}
    known = {
        row["_id"]: row["raw"]
        async for row in papers.find({"_id": {"$in": list(set(asked.values()))}})
    }
    return {
        message: Salts(
            secrets.token_hex(SALT_BYTES),
            Person.model_validate_json(bytes(known[paper])).salt if paper in known else None,
        )
        for message, paper in asked.items()
    }
