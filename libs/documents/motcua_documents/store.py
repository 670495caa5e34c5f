"""The document store: files by the hash of their content, and whose they are.

Events carry only the reference (claim check).

Two things are kept. **Content** is in GridFS, each content once, and is there whole or not at
all: its file record, under a unique name (the hash), is written last. **Claims** say whose a
content is: `{sha256, owner, dossier, at, ready, size}`, so that two people with the same file have
a claim each and neither can block the other. An upload has no dossier until one takes it.

Content and claims change without transactions, one record at a time, in an order that a crash may
cut anywhere:

- To put: write a claim that is not ready yet, make sure of the content, make the claim ready. Only
  ready claims count for anybody; any
  claim keeps the content from being deleted.
- To delete content: mark it, look for claims, delete it if it is still marked. Putting takes the
  mark away after its claim is
  written, so either the deleter sees the claim, or the mark is gone, or the putter sees that the
  content is gone and stores it again.

A claim that is to go is first made to count for nothing (`gone`), then its content is seen to, then
its record goes: whoever repeats a forgetting that a crash cut off finds it again. What else a crash
leaves (chunks without a file, claims that never got ready) nobody can see, and `sweep` removes it.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from motcua_chassis.mongo import bucket, connect
from motcua_contracts.messages.documents import DocumentRef
from pymongo.errors import DuplicateKeyError

from .content import Content, DocumentMissing, Source, chunks_of
from .kinds import KINDS, MAX_UPLOAD_BYTES, DocumentRefused

UNCLAIMED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Belongings:
    """Whose a document is: dossiers that hold it, and people who uploaded it and have not filed it
    yet.
    """

    dossiers: frozenset[str]
    uploaders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unfiled:
    """Uploads of one person that wait for a dossier: how many bytes, and since when the oldest
    waits.
    """

    size: int
    since: datetime | None


class DocumentStore:
    """One store on one database.

    `now` is the clock that unclaimed uploads age by. Open it with `open_store`.
    """

    def __init__(self, content: Content, claims: Any, now: Callable[[], datetime]) -> None:
        self._content = content
        self._claims = claims
        self._now = now

    async def make_indexes(self) -> Self:
        """Idempotent; needed once before the first use, since this module
        relies on unique indexes.
        """
        await self._content.make_indexes()
        await self._claims.create_index([("sha256", 1), ("owner", 1), ("dossier", 1)], unique=True)
        await self._claims.create_index("dossier")
        await self._claims.create_index("owner", partialFilterExpression={"dossier": None})
        return self

    async def put(self, source: Source, media_type: str, owner: str) -> DocumentRef:
        """Store an upload of `owner` and say its reference.

        The same content again gives the same reference and is stored once.

        `media_type` is what `inspection` found it to be: nothing is opened here. Raises
        `DocumentRefused` and `DocumentTooLarge`; nothing is stored then. Memory stays flat: a chunk
        at a time goes to the database.
        """
        return await self._put(source, media_type, owner, None, MAX_UPLOAD_BYTES)

    async def put_for(
        self, dossier_id: str, data: bytes, media_type: str, *, lasting: bool = False
    ) -> DocumentRef:
        """Store a document that a service made (slip, receipt, result): the dossier's from the
        start, nobody's upload.

        `lasting`: it stays when the dossier is forgotten.
        """
        return await self._put(data, media_type, "", dossier_id, len(data), lasting)

    async def open(self, sha256: str) -> AsyncIterator[bytes]:
        """The content, piece by piece.

        Raises `DocumentMissing`, and `DocumentCorrupt` before the last piece where the hash
        differs.
        """
        async for piece in self._content.read(sha256):
            yield piece

    async def get(self, sha256: str) -> bytes:
        """The whole content. Raises as `open`."""
        return b"".join([piece async for piece in self.open(sha256)])

    async def find(self, sha256: str) -> DocumentRef:
        """What is known of a document without reading it. Raises `DocumentMissing`."""
        return await self._content.find(sha256)

    async def claim(
        self, documents: Sequence[DocumentRef], owner: str, dossier_id: str
    ) -> tuple[DocumentRef, ...]:
        """Make uploads of `owner` the dossier's.

        Gives back those that could not be: not uploaded by `owner`, filed elsewhere, or not what is
        stored (events will repeat size and media type).

        Each upload is claimed atomically and by one dossier only. The same dossier may ask again
        (after a crash).
        """
        return tuple(
            [
                document
                for document in documents
                if not await self._claim(document, owner, dossier_id)
            ]
        )

    async def belongs_to(self, sha256: str) -> Belongings:
        """Who may be asked about, for a document whose reader is to be checked.

        Empty where nobody has it.
        """
        dossiers, uploaders = set(), set()
        async for claim in self._claims.find({"sha256": sha256, "ready": True}):
            if claim["dossier"] is None:
                uploaders.add(claim["owner"])
            else:
                dossiers.add(claim["dossier"])
        return Belongings(frozenset(dossiers), frozenset(uploaders))

    async def unfiled(self, owner: str) -> Unfiled:
        """What `owner` uploaded and no dossier holds yet."""
        whose = {"$match": {"owner": owner, "dossier": None}}
        counted = {"$group": {"_id": None, "size": {"$sum": "$size"}, "since": {"$min": "$at"}}}
        async for found in self._claims.aggregate([whose, counted]):
            return Unfiled(found["size"], found["since"])
        return Unfiled(0, None)

    async def forget(self, dossier_id: str) -> None:
        """Delete the dossier's claims but for what lasts, and every content that nobody else holds.

        Repeating it is safe.

        Of what services made before they said whether it lasts, nothing goes: a result that is lost
        is worse than a slip that stays.
        """
        unsaid = {"owner": "", "lasting": {"$exists": False}}
        await self._drop({"dossier": dossier_id, "$nor": [{"lasting": True}, unsaid]})

    async def sweep(self, older_than: timedelta = timedelta(days=UNCLAIMED_DAYS)) -> int:
        """Remove uploads that no dossier claimed in that time, and what crashes left.

        Says how many uploads went.
        """
        before = self._now() - older_than
        dropped = await self._drop({"dossier": None, "at": {"$lt": before}})
        await self._drop({"ready": False, "at": {"$lt": before}})
        await self._content.sweep(before)
        return dropped

    async def _put(
        self, source: Source, media_type: str, owner: str, dossier_id: str | None, limit: int,
        lasting: bool = False
    ) -> DocumentRef:  # fmt: skip
        async with self._content.upload(limit) as upload:
            async for piece in chunks_of(source):
                await upload.write(piece)
            if not upload.size:
                raise DocumentRefused("empty")
            if media_type not in KINDS:
                raise DocumentRefused("media-type")
            sha256 = upload.sha256
            claim = {"sha256": sha256, "owner": owner, "dossier": dossier_id}
            while True:
                await self._intend(claim, upload.size, lasting)
                await upload.publish(media_type)
                if (await self._claims.update_one(claim, {"$set": {"ready": True}})).matched_count:
                    return DocumentRef(sha256=sha256, size=upload.size, media_type=media_type)
                # The claim went to a dossier, or was forgotten, between two lines: this upload has
                # one of its own.

    async def _intend(self, claim: dict[str, Any], size: int, lasting: bool) -> None:
        renewed = {
            "$set": {"at": self._now(), "size": size, "lasting": lasting},
            "$unset": {"gone": ""},
        }
        try:
            await self._claims.update_one(
                claim, renewed | {"$setOnInsert": {"ready": False}}, upsert=True
            )
        except DuplicateKeyError:  # the same upload twice at once: the other one wrote it
            await self._claims.update_one(claim, renewed)

    async def _claim(self, document: DocumentRef, owner: str, dossier_id: str) -> bool:
        sha256 = document.sha256
        try:
            if await self._content.find(sha256) != document:
                return False
        except DocumentMissing:
            return False
        held = {"sha256": sha256, "dossier": dossier_id, "ready": True}
        upload = {"sha256": sha256, "owner": owner, "dossier": None, "ready": True}
        try:
            if (
                await self._claims.update_one(upload, {"$set": {"dossier": dossier_id}})
            ).matched_count:
                return True
        except DuplicateKeyError:
            return True
        # Held already: claimed before a crash, or by a twin of this very claim a moment ago.
        return await self._claims.find_one(held) is not None

    async def _drop(self, which: dict[str, Any]) -> int:
        """Delete claims and the content that is nobody's after that.

        A claim that was renewed or filed meanwhile stays.
        """
        dropped = 0
        async for claim in self._claims.find(which):
            leaving = {"$set": {"ready": False, "gone": True}}
            if (
                await self._claims.update_one({"_id": claim["_id"], **which}, leaving)
            ).matched_count:
                await self._content.delete(claim["sha256"], self._is_nobodys)
                dropped += (
                    await self._claims.delete_one({"_id": claim["_id"], "gone": True})
                ).deleted_count
        return dropped

    async def _is_nobodys(self, sha256: str) -> bool:
        return (
            await self._claims.find_one({"sha256": sha256, "gone": {"$ne": True}}, {"_id": 1})
            is None
        )


@asynccontextmanager
async def open_store(
    uri: str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> AsyncIterator[DocumentStore]:
    """The store in the database that `uri` names (`documents` if none).

    Raises the driver's error where it cannot be reached.
    """
    client = connect(uri)
    try:
        database = client.get_default_database("documents")
        content = Content(
            bucket(database, "content"), database["content.files"], database["content.chunks"]
        )
        yield await DocumentStore(content, database["claims"], now).make_indexes()
    finally:
        client.close()
