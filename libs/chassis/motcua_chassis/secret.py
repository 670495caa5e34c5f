"""A service's own secrets, made once at random and kept in its database: every instance has the
same and nobody configures one.
"""

import secrets
from typing import Any

from pymongo import ReturnDocument

OWN_COMMANDS = "own-commands"
"""The one under which a service signs what it tells itself."""


async def secret(database: Any, name: str) -> bytes:
    """32 random bytes by name, the same ones every time. Raises `PyMongoError`."""
    document = await database.secrets.find_one_and_update(
        {"_id": name},
        {"$setOnInsert": {"value": secrets.token_bytes(32)}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    return bytes(document["value"])
