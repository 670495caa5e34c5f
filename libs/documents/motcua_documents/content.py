"""Content by its hash in GridFS: there whole or not at all, and each once.

Whose it is, the store says; nothing of that here.

The chunks are written here and not by the driver, which keeps up to 48 MB of an upload in memory;
the format is GridFS's own.
"""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

from bson import ObjectId
from gridfs.errors import CorruptGridFile, NoFile
from motcua_contracts.messages.documents import DocumentRef
from pymongo.errors import DuplicateKeyError

from .kinds import DocumentTooLarge

CHUNK_BYTES = 255 * 1024


class Readable(Protocol):
    """What a web framework calls an uploaded file."""

    async def read(self, size: int = -1, /) -> bytes: ...


Source = bytes | Readable | AsyncIterable[bytes]


class DocumentMissing(Exception):  # noqa: N818 - named by what it says
    """There is no document of this hash (any more)."""


class DocumentCorrupt(Exception):  # noqa: N818
    """The stored bytes are not those that the reference names."""


async def chunks_of(source: Source) -> AsyncIterator[bytes]:
    """The pieces of a source, whichever kind it is."""
    if isinstance(source, bytes):
        yield source
    elif isinstance(source, AsyncIterable):
        async for piece in source:
            yield piece
    else:
        while piece := await source.read(CHUNK_BYTES):
            yield piece


class Content:
    """The contents of one bucket: `files` holds a record each under a unique name (the hash),
    `chunks` the bytes.
    """

    def __init__(self, bucket: Any, files: Any, chunks: Any) -> None:
        self._bucket = bucket
        self._files = files
        self._chunks = chunks

    async def make_indexes(self) -> None:
        await self._files.create_index("filename", unique=True)
        await self._chunks.create_index([("files_id", 1), ("n", 1)], unique=True)

    @asynccontextmanager
    async def upload(self, limit: int) -> AsyncIterator["Upload"]:
        """An upload of at most `limit` bytes.

        What was not published when it ends is removed, whatever ended it.
        """
        upload = Upload(self._files, self._chunks, limit)
        try:
            yield upload
        finally:
            if not upload.published:
                await upload.abort()

    async def find(self, sha256: str) -> DocumentRef:
        record = await self._record(sha256)
        return DocumentRef(
            sha256=sha256, size=record["length"], media_type=record["metadata"]["media_type"]
        )

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        """The last piece is held back until the hash of all is known, so nobody gets a wrong
        document whole.
        """
        record = await self._record(sha256)
        digest, held = hashlib.sha256(), b""
        try:
            stream = await self._bucket.open_download_stream(record["_id"])
            while piece := await stream.readchunk():
                if held:
                    yield held
                digest.update(piece)
                held = piece
        except NoFile as gone:
            raise DocumentMissing(sha256) from gone
        except CorruptGridFile as broken:
            raise DocumentCorrupt(sha256) from broken
        if digest.hexdigest() != sha256:
            raise DocumentCorrupt(sha256)
        yield held

    async def delete(self, sha256: str, is_nobodys: Callable[[str], Awaitable[bool]]) -> None:
        """Delete a content that is nobody's.

        See the store for why this order loses nothing to an upload at the same moment.
        """
        mark = ObjectId()
        if not (
            await self._files.update_one({"filename": sha256}, {"$set": {"leaving": mark}})
        ).matched_count:
            return
        if not await is_nobodys(sha256):
            return
        record = await self._files.find_one_and_delete({"filename": sha256, "leaving": mark})
        if record is not None:
            await self._chunks.delete_many({"files_id": record["_id"]})

    async def sweep(self, before: datetime) -> None:
        """Remove the chunks of uploads that broke off before that moment: those without a file
        record.
        """
        begun_before = {"n": 0, "files_id": {"$lt": ObjectId.from_datetime(before)}}
        lonely = [
            {"$match": begun_before},
            {"$project": {"files_id": 1}},
            {
                "$lookup": {
                    "from": self._files.name,
                    "localField": "files_id",
                    "foreignField": "_id",
                    "as": "file",
                }
            },
            {"$match": {"file": []}},
        ]
        async for chunk in self._chunks.aggregate(lonely):
            await self._chunks.delete_many({"files_id": chunk["files_id"]})

    async def _record(self, sha256: str) -> dict[str, Any]:
        record: dict[str, Any] | None = await self._files.find_one({"filename": sha256})
        if record is None:
            raise DocumentMissing(sha256)
        return record


class Upload:
    """One upload on its way: bytes go to the database chunk by chunk, and nobody sees them before
    `publish`.
    """

    def __init__(self, files: Any, chunks: Any, limit: int) -> None:
        self.size, self.published = 0, False
        self._files, self._chunks, self._limit = files, chunks, limit
        self._id, self._hash, self._pending, self._written = (
            ObjectId(),
            hashlib.sha256(),
            bytearray(),
            0,
        )

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    async def write(self, piece: bytes) -> None:
        """Raises `DocumentTooLarge` as soon as it is."""
        self.size += len(piece)
        if self.size > self._limit:
            raise DocumentTooLarge()
        self._hash.update(piece)
        self._pending += piece
        while len(self._pending) >= CHUNK_BYTES:
            await self._flush()

    async def publish(self, media_type: str) -> None:
        """Make it readable under its hash, unless the same content is there already.

        Repeating it is safe.

        Raises `DocumentMissing` where it was published and has been forgotten since: its bytes are
        gone and must be sent again.
        """
        while True:
            known = await self._files.update_one(
                {"filename": self.sha256}, {"$unset": {"leaving": ""}}
            )
            if known.matched_count:
                return
            if self.published:
                raise DocumentMissing(self.sha256)
            while self._pending:
                await self._flush()
            record = {
                "_id": self._id,
                "filename": self.sha256,
                "length": self.size,
                "chunkSize": CHUNK_BYTES,
                "uploadDate": datetime.now(UTC),
                "metadata": {"media_type": media_type},
            }
            # before the write: one that is cut off may have arrived all the same, and needs its
            # chunks
            self.published = True
            try:
                await self._files.insert_one(record)
                return
            except DuplicateKeyError:  # the same content by somebody else, a moment earlier
                self.published = False

    async def abort(self) -> None:
        if self._written:
            await self._chunks.delete_many({"files_id": self._id})

    async def _flush(self) -> None:
        data = bytes(self._pending[:CHUNK_BYTES])
        del self._pending[:CHUNK_BYTES]
        self._written += 1  # before the write: one that is cut off may have arrived all the same
        await self._chunks.insert_one({"files_id": self._id, "n": self._written - 1, "data": data})
