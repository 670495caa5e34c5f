"""Who a pseudonym is.

The one place that knows: everywhere else a citizen is `citizen:<pseudonym>`, which is random and
says nothing.
"""

import secrets
from typing import Any

from pymongo import ReturnDocument

REMEMBERED = 10_000


class People:
    """Issuer and subject of an identity provider -> pseudonym, in the collection `people`."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection
        self._known: dict[tuple[str, str], str] = {}

    async def make_indexes(self) -> None:
        """Idempotent."""
        await self._collection.create_index("pseudonym")

    async def pseudonym(self, issuer: str, subject: str) -> str:
        """The person's pseudonym, made at the first visit.

        Two first visits at once give the same one.
        """
        key = (issuer, subject)
        if key not in self._known:
            document = await self._collection.find_one_and_update(
                {"_id": {"issuer": issuer, "subject": subject}},
                {"$setOnInsert": {"pseudonym": secrets.token_hex(16)}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = document["pseudonym"]
        return self._known[key]

    async def known_as(self, actor: str) -> dict[str, str]:
        """What is held of a citizen beside dossiers: pseudonym, and the identity provider's issuer
        and subject.
        """
        pseudonym = actor.removeprefix("citizen:")
        found = await self._collection.find_one({"pseudonym": pseudonym})
        return {"pseudonym": pseudonym, **(found["_id"] if found is not None else {})}
