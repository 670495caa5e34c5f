"""Filing: from uploads to attached papers, and from the registration to what the caller is told."""

import asyncio
from collections.abc import Sequence
from typing import Any

from motcua_contracts.documents import AttachedPaper
from motcua_contracts.refusals import DocumentNotYours
from motcua_documents.content import DocumentMissing

from .commands import Done
from .tools import Gateway


async def attached(gateway: Gateway, files: Sequence[tuple[str, str]]) -> tuple[AttachedPaper, ...]:
    """Papers with the store's own reference: nobody's word for size or kind is taken. Whose the files are, intake checks.

    Raises `DocumentNotYours` for a file that the store does not hold.
    """
    try:
        found = await asyncio.gather(*(gateway.documents.find(sha256) for _, sha256 in files))
    except DocumentMissing as missing:
        held = str(missing)
        raise DocumentNotYours(paper=next((paper for paper, sha256 in files if sha256 == held), "…")) from missing
    return tuple(AttachedPaper(paper=paper, document=reference) for (paper, _), reference in zip(files, found, strict=True))


async def registered_answer(gateway: Gateway, dossier_id: str, done: Done | None) -> dict[str, Any] | None:
    """`{dossier_id, code, status, pin}`; None where registration or papers did not come in time.

    The status is the one that the filing led to, so that a repeat gets the same answer.
    """
    if done is None:
        return None
    papers = await gateway.papers.of_dossier(dossier_id, done.data["revision"], gateway.settings.answer_seconds)
    if papers is None:
        return None
    return {"dossier_id": dossier_id, "code": done.data["code"], "status": "registered", "pin": papers.pin}
