"""The one door to MongoDB's driver: nobody else imports Motor, so that it can be replaced here.

Two functions, no state.
"""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase, AsyncIOMotorGridFSBucket


def connect(uri: str) -> AsyncIOMotorClient[dict[str, Any]]:
    """A client that answers or fails within seconds, whose writes are on a majority once
    acknowledged and whose times are UTC.

    One stored value that Python has not (a date beyond its years, half a letter) does not fail the
    whole query: it is read as `DatetimeMS`, or with a replacement letter. Nothing is connected yet.
    The caller closes it.
    """
    return AsyncIOMotorClient(
        uri,
        w="majority",
        serverSelectionTimeoutMS=3_000,
        socketTimeoutMS=10_000,
        tz_aware=True,
        datetime_conversion="DATETIME_AUTO",
        unicode_decode_error_handler="replace",
    )


def bucket(database: AsyncIOMotorDatabase[dict[str, Any]], name: str) -> AsyncIOMotorGridFSBucket:
    """A GridFS bucket: files that are too large for one record, in the collections `<name>.files`
    and `<name>.chunks`.
    """
    return AsyncIOMotorGridFSBucket(database, bucket_name=name)
