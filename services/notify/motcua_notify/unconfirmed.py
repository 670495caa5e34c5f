"""How many messages a day go to one address that nobody has confirmed, whoever files dossiers with
it. Shared by all instances.

One document an address and day: a keyed hash of the address, and the ids of the messages that took
a place. So an attempt that is made again takes none, and two instances cannot both take the last
one. Documents go two days later; the address itself is never stored.
"""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from motcua_contracts import VIETNAM
from motcua_contracts.messages.notify import MessageChannel
from motcua_contracts.values.contacts import mailbox_of
from motcua_contracts.values.phones import phone_of
from pymongo.errors import DuplicateKeyError

LIMITED = "unconfirmed-limit"
"""The reason of a message that found no place."""
_KEPT = timedelta(days=2)


class UnconfirmedLimit:
    """`per_day` places for each address; 0: nothing is sent to an unconfirmed one."""

    def __init__(
        self, collection: Any, secret: bytes, per_day: int, now: Callable[[], datetime]
    ) -> None:
        self._collection, self._secret, self._per_day, self._now = collection, secret, per_day, now

    async def make_indexes(self) -> None:
        await self._collection.create_index("goes_at", expireAfterSeconds=0)

    async def take(self, channel: MessageChannel, address: str, message_id: str) -> bool:
        """Whether this message has one of the day's places (Vietnam's day), now or since an earlier
        attempt. Raises `PyMongoError`.
        """
        if self._per_day == 0:
            return False
        at = self._now()
        key = f"{self._hidden(channel, address)}/{at.astimezone(VIETNAM):%Y-%m-%d}"
        room = {
            "_id": key,
            "$or": [
                {"messages": message_id},
                {f"messages.{self._per_day - 1}": {"$exists": False}},
            ],
        }
        change = {"$addToSet": {"messages": message_id}, "$setOnInsert": {"goes_at": at + _KEPT}}
        try:
            await self._collection.update_one(room, change, upsert=True)
        except DuplicateKeyError:
            # The document is there: full, or another instance made it a moment ago.
            found = await self._collection.update_one(room, change)
            return bool(found.matched_count)
        return True

    def _hidden(self, channel: MessageChannel, address: str) -> str:
        who = mailbox_of(address) if channel == "email" else phone_of(address) or address
        return hmac.digest(self._secret, f"{channel}\n{who}".encode(), "sha256").hex()[:32]
