"""Builds the index of person search again from the stored views and papers: for dossiers from
before it, or after it was dropped.

    python -m motcua_gateway.read_model.person_index

Run beside the gateways, with a gateway's settings. It adds the rows that are missing and changes
none, since what is there is the projection's, and younger than what was read here. It goes through
the dossiers in the order of their ids and notes after each batch how far it came (collection
`jobs`), so one that was ended goes on from there.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from motcua_chassis.mongo import connect
from motcua_chassis.secret import secret
from pymongo import UpdateOne

from ..settings import Settings
from .person_search import NEEDED, SECRET, PersonSearch

NOTE = "person-index"
AT_ONCE = 500


class Built(NamedTuple):
    """How many dossiers were looked at, and how many rows were added, since the build began."""

    dossiers: int
    rows: int


async def rebuild(
    database: Any,
    search: PersonSearch,
    *,
    at_once: int = AT_ONCE,
    progress: Callable[[Built], None] = lambda _: None,
) -> Built:
    """Build from where the last one was ended, else from the beginning.

    Memory holds `at_once` dossiers. Raises the driver's errors.
    """
    await search.make_indexes()
    note = await database.jobs.find_one({"_id": NOTE}) or {}
    after, built = note.get("after", ""), Built(note.get("dossiers", 0), note.get("rows", 0))
    while documents := await _next(database.dossiers, after, at_once):
        added = await put(search, await search.missing(documents))
        after, built = (
            documents[-1]["_id"],
            Built(built.dossiers + len(documents), built.rows + added),
        )
        said = {"after": after, **built._asdict()}
        await database.jobs.replace_one({"_id": NOTE}, {"_id": NOTE, **said}, upsert=True)
        progress(built)
    await database.jobs.delete_one({"_id": NOTE})
    return built


async def put(search: PersonSearch, rows: Sequence[dict[str, object]]) -> int:
    """Add rows where there are none by now, also none that says that the dossier was forgotten.

    Gives how many were added.
    """
    if not rows:
        return 0
    operations = [
        UpdateOne({"_id": row["_id"]}, {"$setOnInsert": row}, upsert=True) for row in rows
    ]
    done = await search.collection.bulk_write(operations, ordered=False)
    return int(done.upserted_count)


async def _next(dossiers: Any, after: str, at_once: int) -> list[dict[str, object]]:
    found = (
        dossiers.find({"_id": {"$gt": after}, "code": {"$exists": True}}, NEEDED)
        .sort("_id", 1)
        .limit(at_once)
    )
    return [document async for document in found]


async def main() -> None:
    """Settings as the gateway's, from the environment."""
    settings = Settings()
    client = connect(settings.mongo_uri)
    try:
        database = client["motcua_gateway"]
        search = PersonSearch(database, await secret(database, SECRET))

        def told(built: Built) -> None:
            sys.stdout.write(f"{built.dossiers} dossiers looked at, {built.rows} rows added\n")
            sys.stdout.flush()

        told(await rebuild(database, search, progress=told))
    finally:
        client.close()


if __name__ == "__main__":
    asyncio.run(main())
