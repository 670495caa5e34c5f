"""Documents by their hash: for the owner, and for officers of the dossier, whose every reading is
recorded before a byte goes out.
"""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response, StreamingResponse
from motcua_chassis.http import HEADERS
from motcua_documents.content import DocumentMissing
from motcua_documents.kinds import DOCX, JPEG, PDF, PNG

from ..acts.document_reading import readable, record_read
from ..answers.base import sends
from ..http.refusals import DocumentUnknown
from .calls import PROBLEM, TheGateway
from .rights import TheCaller

router = APIRouter(tags=["documents"], responses=PROBLEM)
SHOWN_INLINE = (PDF, JPEG, PNG)
ENDINGS = {PDF: "pdf", JPEG: "jpg", PNG: "png", DOCX: "docx"}
CONFINED = "sandbox; " + HEADERS["Content-Security-Policy"]
"""Whatever a browser takes a picture or a document of Word for, it gets no origin and no script.
Browsers show no PDF in a sandbox.
"""


@router.get("/documents/{sha256}", response_class=Response, responses=sends(PDF, JPEG, PNG, DOCX))
async def read(
    gateway: TheGateway, caller: TheCaller, sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
) -> Response:
    """An upload, a slip, a receipt, a result. What the caller may not read is not there."""
    through = await readable(gateway.dossiers, gateway.documents, caller, sha256)
    try:
        reference = await gateway.documents.find(sha256)
    except DocumentMissing as missing:
        raise DocumentUnknown() from missing
    if through:
        await record_read(gateway.commands, caller, through, sha256)
    shown = "inline" if reference.media_type in SHOWN_INLINE else "attachment"
    headers = {
        "Content-Length": str(reference.size),
        "Content-Disposition": (
            f'{shown}; filename="{sha256[:12]}.{ENDINGS.get(reference.media_type, "bin")}"'
        ),
        "ETag": f'"{sha256}"',
    }
    if reference.media_type != PDF:
        headers["Content-Security-Policy"] = CONFINED
    return StreamingResponse(
        gateway.documents.open(sha256), headers=headers, media_type=reference.media_type
    )
