"""Sessions that were ended before their tokens ran out, in the gateway's database: what one
instance ends counts on every one at once.

An id is a hash, so nothing here can be used to sign in. A row goes by itself when its token would
have run out anyway.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any


def ids_of(token: str, session: Iterable[str]) -> list[str]:
    """The token by what is signed of it, and the provider's session that it belongs to.

    The signature is no part of it: one can be written in several ways (padding), and over a curve
    there are two that are right. Sessions that an earlier release ended are known by the whole
    token.
    """
    signed = token.rpartition(".")[0]
    return [
        sha256(one.encode("utf-8", "replace")).hexdigest()
        for one in (f"signed {signed}", f"token {token}", *session)
    ]


class SignedOut:
    """The collection `signed_out`.

    It is asked at each request, without a cache, so that no instance believes an ended session.
    """

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    async def make_indexes(self) -> None:
        """Idempotent."""
        await self._collection.create_index("until", expireAfterSeconds=0)

    async def end(self, ids: Iterable[str], expires_at: int) -> None:
        """`expires_at`: when the token runs out, in seconds. Ending twice is ending once."""
        until = datetime.fromtimestamp(expires_at, UTC)
        for one in ids:
            await self._collection.update_one({"_id": one}, {"$max": {"until": until}}, upsert=True)

    async def ended(self, ids: list[str]) -> bool:
        return await self._collection.find_one({"_id": {"$in": ids}}, {"_id": 1}) is not None
