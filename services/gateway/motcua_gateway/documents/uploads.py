"""An upload's way in: the person's quota, opened in a process of its own, scanned, stored.

Nothing of what is refused is kept.

The name that a client gives a file is never read: not for its kind, not for the store, not in an
answer.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import cast

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from motcua_chassis.logs import Log
from motcua_contracts.messages.documents import DocumentRef
from motcua_documents.content import CHUNK_BYTES
from motcua_documents.inspection.inspector import Inspector
from motcua_documents.kinds import (
    MAX_UPLOAD_BYTES,
    DocumentRefused,
    DocumentTooLarge,
    InspectionBusy,
)
from motcua_documents.scanning import Clamd, ScannerAway
from motcua_documents.store import DocumentStore
from starlette.datastructures import UploadFile

from ..http.own_turns import OwnTurns
from ..http.refusals import ScanningUnavailable
from ..identity.callers import CITIZEN, Caller
from ..settings import Settings
from .quota import Allowed, UploadQuota

OPENED_AT_ONCE = 2
"""Files of one person that are opened or wait for it beside others' files."""
FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "contentMediaType": "application/octet-stream"}
                    },
                }
            }
        },
    }
}
"""The body of an upload, for the OpenAPI document."""


@asynccontextmanager
async def one_file(request: Request) -> AsyncIterator[UploadFile]:
    """The file of a request, read now: FastAPI would read a body that is declared before it asks
    who is there.

    Raises `RequestValidationError` where there is none, `HTTPException` where there is more than
    that one, or no form at all.
    """
    async with request.form(max_files=1, max_fields=0) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise RequestValidationError(
                [
                    {
                        "type": "missing",
                        "loc": ("body", "file"),
                        "msg": "Field required",
                        "input": None,
                    }
                ]
            )
        yield file


class Uploads:
    """Takes files in, and scans them where a scanner is set up."""

    def __init__(
        self,
        settings: Settings,
        documents: DocumentStore,
        quota: UploadQuota,
        inspector: Inspector,
        log: Log,
    ) -> None:
        self._documents, self._quota, self._inspector, self._log = documents, quota, inspector, log
        self._of_citizens = Allowed(settings.upload_bytes_per_day, settings.upload_bytes_unfiled)
        self._of_clerks = Allowed(
            settings.clerk_upload_bytes_per_day, settings.clerk_upload_bytes_unfiled
        )
        self._turns = OwnTurns(OPENED_AT_ONCE)
        self._scanner = Clamd(settings.clamd, settings.clamd_seconds) if settings.clamd else None
        self._away_refuses = settings.clamd_away == "refuse"

    async def take(self, file: UploadFile, caller: Caller, now: datetime) -> DocumentRef:
        """Store a file as the caller's and say its reference.

        Raises `DocumentRefused` and `DocumentTooLarge`, `UploadsOfToday` and `UploadsUnfiled`,
        `InspectionBusy` and `ScanningUnavailable`.
        """
        size = file.size or 0
        if size > MAX_UPLOAD_BYTES:
            raise DocumentTooLarge()
        if not size:
            raise DocumentRefused("empty")
        await self._quota.take(
            caller.actor,
            size,
            self._of_citizens if CITIZEN in caller.roles else self._of_clerks,
            now,
        )
        try:
            async with self._turns.of(caller.actor):
                media_type = await self._inspector.media_type(_descriptor(file))
                await self._scan(file)
        except (InspectionBusy, ScanningUnavailable):
            await self._quota.give_back(caller.actor, size, now)
            raise
        except DocumentRefused as refused:
            self._log.info("upload refused", reason=refused.reason, bytes=size)
            raise
        await file.seek(0)
        return await self._documents.put(file, media_type, caller.actor)

    async def _scan(self, file: UploadFile) -> None:
        if self._scanner is None:
            return
        try:
            found = await self._scanner.finds(_pieces(file))
        except ScannerAway as away:
            self._log.warning(
                "the virus scanner gave no verdict", error=str(away), refused=self._away_refuses
            )
            if self._away_refuses:
                raise ScanningUnavailable() from away
            return
        if found:
            raise DocumentRefused("malware")


def _descriptor(file: UploadFile) -> int:
    """The file on disk: a small one was in memory until now.

    It has no name there and goes with the request, whatever ends it.
    """
    spooled = cast(SpooledTemporaryFile[bytes], file.file)
    spooled.rollover()
    spooled.flush()
    return spooled.fileno()


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    await file.seek(0)
    while piece := await file.read(CHUNK_BYTES):
        yield piece
