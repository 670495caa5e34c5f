"""The auditor's calls, passed through to audit, which alone has the archive.

The role is checked here, and each reading recorded.
"""

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import Response
from motcua_contracts.messages.audit import LogQuestion

from ..acts.document_reading import record_log_read
from ..answers.audit import LogPage, LogProof, LogState
from ..answers.base import shows
from ..http.refusals import NotFound, Unavailable
from ..identity.callers import Caller
from ..tools import Gateway
from .calls import PROBLEM, TheGateway
from .rights import TheAuditor

router = APIRouter(prefix="/audit/dossiers/{dossier_id}", tags=["audit"], responses=PROBLEM)


@router.get("/events", responses=shows(LogPage))
async def events(
    request: Request, gateway: TheGateway, caller: TheAuditor, dossier_id: str
) -> Response:
    """The raw log: the exact bytes of every record, page by page."""
    return await _pass(gateway, request, caller, dossier_id, "events")


@router.get("/state", responses=shows(LogState))
async def state(
    request: Request, gateway: TheGateway, caller: TheAuditor, dossier_id: str
) -> Response:
    """The state at an instant (`at`), folded from the log."""
    return await _pass(gateway, request, caller, dossier_id, "state")


@router.get("/verify", responses=shows(LogProof))
async def verify(
    request: Request, gateway: TheGateway, caller: TheAuditor, dossier_id: str
) -> Response:
    """Whether the chains hold."""
    return await _pass(gateway, request, caller, dossier_id, "verify")


async def _pass(
    gateway: Gateway, request: Request, caller: Caller, dossier_id: str, what: LogQuestion
) -> Response:
    """What audit answers; a log that was found is shown once its reading is recorded."""
    if not gateway.settings.audit_url:
        raise NotFound()
    if not dossier_id.replace("-", "").isalnum():
        raise NotFound()  # it becomes a part of an address
    try:
        said = await gateway.audit.get(
            f"/audit/dossiers/{dossier_id}/{what}", params=request.query_params
        )
    except httpx.HTTPError as error:
        raise Unavailable() from error
    if said.status_code == httpx.codes.UNAUTHORIZED:
        gateway.log.error("audit does not know this gateway: MOTCUA_AUDIT_SECRET differs")
        raise Unavailable()
    if said.status_code == httpx.codes.OK:
        await record_log_read(gateway.commands, caller, dossier_id, what)
    return Response(
        said.content,
        said.status_code,
        media_type=said.headers.get("content-type", "application/json"),
    )
