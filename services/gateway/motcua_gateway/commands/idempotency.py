"""Idempotency: a request that changes something bears a key; the same key with the same body gives
the same answer, with another body 422.

A request is written down before its command is sent: `{_id: the command's id, digest, owner,
subject, closed_by, outcome}` in the collection `requests`. `project` writes the outcome there
(outcomes.py). No body is kept, and the digest is keyed: it proves nothing to whoever sees the
database alone.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from motcua_contracts.rules.refusals import IdempotencyConflict
from pymongo.errors import DuplicateKeyError

from ..http.refusals import KeyRequired

KEPT_DAYS = 30
"""As long as commands live."""


def read_key(header: str | None) -> str:
    """The key of a request. Raises `KeyRequired`."""
    if (
        header is None
        or not 8 <= len(header) <= 128
        or not all(33 <= ord(letter) <= 126 for letter in header)
    ):
        raise KeyRequired()
    return header


class Requests:
    """The requests that were taken, by id."""

    def __init__(self, collection: Any, secret: bytes) -> None:
        self.collection = collection
        self._secret = secret

    async def make_indexes(self) -> None:
        await self.collection.create_index("expires_at", expireAfterSeconds=0)
        # for those that an end of their dossier overtakes
        await self.collection.create_index("subject")

    async def take(
        self, request_id: str, body: bytes, at: datetime, about: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Store the request, or return what an earlier one stored. Raises `IdempotencyConflict`."""
        digest = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        document = {
            "_id": request_id,
            "digest": digest,
            **about,
            "outcome": None,
            "expires_at": at + timedelta(days=KEPT_DAYS),
        }
        try:
            await self.collection.insert_one(document)
            return document
        except DuplicateKeyError:
            taken: dict[str, Any] | None = await self.collection.find_one({"_id": request_id})
        if taken is None:  # it expired between the two lines
            return await self.take(request_id, body, at, about)
        if not hmac.compare_digest(taken["digest"], digest):
            raise IdempotencyConflict()
        return taken

    async def is_first_answer(self, request_id: str) -> bool:
        """Whether nobody was told yet what this request led to: of equal calls, at once or later,
        one is true.
        """
        told = await self.collection.update_one(
            {"_id": request_id, "told": {"$exists": False}}, {"$set": {"told": True}}
        )
        return bool(told.modified_count)
