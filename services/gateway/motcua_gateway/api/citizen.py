"""A citizen hands in files, files a dossier and follows it. What its owner does with one:
`acts/citizen.py`.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from motcua_contracts.messages.intake import (
    Applicant,
    Delivery,
    SubmitDossier,
)
from motcua_contracts.values.bounds import LINE, Form, Version
from motcua_contracts.wire.envelope import stable_id
from pydantic import Field

from ..acts.contacts import BESIDE, confirmed_contacts
from ..acts.dossier_fields import FileForPaper
from ..acts.filing import attached, explained, registered_answer
from ..answers.base import does, sends, shows
from ..answers.dossier import (
    DossierList,
    Filed,
    OwnersDossier,
    Uploaded,
)
from ..documents.uploads import FILE, one_file
from ..http.paging import PAGE
from ..http.safe_rows import NOTE_UNREADABLE
from ..identity.callers import Caller
from ..read_model.private_records import Held
from ..tools import Gateway
from ..views.dossier import API, list_row, officers_of, owner_view
from .calls import PROBLEM, Body, Cursor, Json, Key, Limit, TheGateway, pending
from .rights import TheCitizen, TheUploader

router = APIRouter(tags=["citizen"], responses=PROBLEM)
STREAM_LOOK_SECONDS = 0.5
STREAM_BEAT_SECONDS = 15
STREAM_SECONDS = 900
"""A stream ends after so long; the browser opens the next one by itself."""


class NewDossier(Body):
    """`form` by the procedure's `form_schema`; `receiving_agency` where it is not the procedure's
    own.
    """

    procedure_code: Annotated[str, Field(min_length=1, max_length=60, pattern=LINE)]
    applicant: Applicant
    form: Form = {}
    files: Annotated[tuple[FileForPaper, ...], Field(max_length=100)] = ()
    result_delivery: Delivery = "counter"
    receiving_agency: Annotated[str | None, Field(max_length=60, pattern=LINE)] = None
    copies: Annotated[int, Field(ge=1, le=100)] = 1
    procedure_version: Version | None = None
    """The version that the page showed; another one in force by now is refused by name."""


@router.post("/files", status_code=201, openapi_extra=FILE, responses=shows(Uploaded, 201))
async def upload(request: Request, gateway: TheGateway, caller: TheUploader, key: Key) -> Response:
    """A PDF, JPEG, PNG or DOCX, up to 20 MB. The answer's sha256 names it in `POST /dossiers`.

    The file is opened: its content decides what it is, whatever it is called. `document-refused`
    says why one is not taken (`reason`) and what to do. A person has a number of bytes a day, and
    of files in no dossier yet.
    """
    await gateway.rates.day("upload", caller)
    async with one_file(request) as file:
        reference = await gateway.uploads.take(file, caller, gateway.runtime.now())
    about = {"owner": "gateway", "command": "upload", "subject": "", "closed_by": []}
    await gateway.requests.take(
        stable_id(caller.actor, "upload", key),
        reference.sha256.encode(),
        gateway.runtime.now(),
        about,
    )
    return Json(reference.model_dump(), 201)


@router.post("/dossiers", status_code=201, responses=does(Filed, 201))
async def submit(
    request: Request, gateway: TheGateway, caller: TheCitizen, key: Key, body: NewDossier
) -> Response:
    """File a dossier online (level 3 and 4). The pin opens public tracking.

    An e-mail address or phone number that is not known to be the caller's own gets fixed words and
    a link until it is confirmed.
    """
    await gateway.rates.day("file", caller)
    dossier_id = stable_id("dossier", caller.actor, key)
    confirmed = await confirmed_contacts(gateway, caller, body.applicant, dossier_id, key)
    command = SubmitDossier(
        procedure_code=body.procedure_code,
        applicant=body.applicant,
        form=body.form,
        files=await attached(gateway.documents, [(one.paper, one.sha256) for one in body.files]),
        result_delivery=body.result_delivery,
        receiving_agency=body.receiving_agency,
        copies=body.copies,
        procedure_version=body.procedure_version,
        confirmed=confirmed,
    )
    beside = {BESIDE: list(confirmed)}
    with explained(gateway, body.procedure_code, body.applicant, body.form):
        done = await gateway.commands.send(
            command, subject=dossier_id, actor=caller.actor, key=key, beside=beside
        )
    answer = await registered_answer(gateway, dossier_id, done, caller)
    if answer is None:
        return pending(f"/dossiers/{dossier_id}", dossier_id=dossier_id)
    return Json(answer, 201, {"Location": f"{API}/dossiers/{dossier_id}"})


@router.get("/dossiers", responses=shows(DossierList))
async def mine(
    gateway: TheGateway,
    caller: TheCitizen,
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Response:
    """The caller's own dossiers, newest first."""
    page = await gateway.dossiers.page({"owner": caller.actor}, cursor, limit)
    return Json(
        {
            "dossiers": gateway.rows.each("mine", page.rows, list_row),
            "next_cursor": page.next_cursor,
        }
    )


@router.get("/dossiers/{dossier_id}", responses=shows(OwnersDossier))
async def one(gateway: TheGateway, caller: TheCitizen, dossier_id: str) -> Response:
    """Status, agency, department, officer, step, due date with its computation, fee, history,
    documents, what can be done now.
    """
    return Json(await owner_page(gateway, caller, dossier_id))


@router.get(
    "/dossiers/{dossier_id}/stream", response_class=Response, responses=sends("text/event-stream")
)
async def stream(
    request: Request, gateway: TheGateway, caller: TheCitizen, dossier_id: str
) -> Response:
    """The same as server-sent events: once now (`event: dossier`), then at every change."""
    await gateway.dossiers.of_owner(caller, dossier_id)
    gateway.rates.stream(request.scope, caller)
    return StreamingResponse(
        _changes(request, gateway, caller, dossier_id), media_type="text/event-stream"
    )


async def _changes(
    request: Request, gateway: Gateway, caller: Caller, dossier_id: str
) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    seen, beat, until = -1, loop.time(), loop.time() + STREAM_SECONDS
    while loop.time() < until and not await request.is_disconnected():
        version = await gateway.dossiers.version(dossier_id)
        if version != seen:
            view = orjson.dumps(
                await owner_page(gateway, caller, dossier_id), option=orjson.OPT_UTC_Z
            )
            yield b"event: dossier\nid: %d\ndata: %b\n\n" % (version, view)
            seen, beat = version, loop.time()
        elif loop.time() - beat > STREAM_BEAT_SECONDS:
            yield b": still here\n\n"
            beat = loop.time()
        await asyncio.sleep(STREAM_LOOK_SECONDS)


async def owner_page(gateway: Gateway, caller: Caller, dossier_id: str) -> dict[str, Any]:
    """The owner's view of one dossier. Raises `DossierUnknown`."""
    document = await gateway.dossiers.of_owner(caller, dossier_id)
    notes, refusal = {}, document.get("refusal")
    revisions = {
        "supplement": document.get("supplement", {}).get("revision"),
        "refusal": refusal["revision"] if refusal is not None else None,
    }
    for part, revision in revisions.items():
        held = await gateway.papers.held(dossier_id, revision) if revision is not None else Held()
        notes[part] = (
            held.papers.note
            if held.papers is not None
            else NOTE_UNREADABLE.vi
            if held.unreadable
            else ""
        )
    if (of_department := document.get("supplement", {}).get("note")) is not None:
        typed = await gateway.papers.note_of(dossier_id, of_department)
        notes["supplement"] = NOTE_UNREADABLE.vi if typed.unreadable else typed.text
    others = await gateway.dossiers.same_matter(document, caller)
    view = owner_view(
        document,
        gateway.catalogue,
        await gateway.names.of(officers_of(document)),
        notes,
        gateway.runtime.now(),
    )
    return {**view, "same_matter": others}
