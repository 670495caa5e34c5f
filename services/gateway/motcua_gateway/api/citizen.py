"""What a citizen does: hand in files, file a dossier, follow it, pay for it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from motcua_contracts.messages.intake import (
    Applicant,
    CorrectApplicant,
    Delivery,
    RateDossier,
    SubmitDossier,
    SubmitSupplement,
    WithdrawDossier,
)
from motcua_contracts.messages.payment import StartPayment
from motcua_contracts.values.bounds import LINE, Form, Version
from motcua_contracts.wire.envelope import stable_id
from motcua_payment_providers.base import Method
from pydantic import Field

from ..acts.contacts import BESIDE, confirmed_contacts, vouched
from ..acts.filing import attached, explained, registered_answer
from ..acts.payment_start import started
from ..answers.base import does, sends, shows
from ..answers.dossier import (
    Corrected,
    DossierList,
    Filed,
    OwnersDossier,
    PayPage,
    Rated,
    SupplementTaken,
    TransferCode,
    Uploaded,
    Withdrawn,
)
from ..commands.sending import Done
from ..documents.attaching import FILE, one_file
from ..http.paging import PAGE
from ..http.safe_rows import NOTE_UNREADABLE
from ..identity.callers import Caller
from ..read_model.private_records import Held
from ..tools import Gateway
from ..views.dossier import API, list_row, officers_of, owner_view
from .asking import PROBLEM, Body, Cursor, Json, Key, Limit, TheGateway, carry_out, pending
from .rights import TheCitizen, TheUploader

router = APIRouter(tags=["citizen"], responses=PROBLEM)
STREAM_LOOK_SECONDS = 0.5
STREAM_BEAT_SECONDS = 15
STREAM_SECONDS = 900
"""A stream ends after so long; the browser opens the next one by itself."""


class FileForPaper(Body):
    """An uploaded file (`POST /files` gave its sha256) for one of the procedure's papers."""

    paper: Annotated[str, Field(min_length=1, max_length=60, pattern=LINE)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


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


class Supplement(Body):
    """A file for each paper that is asked for; `form` only where it changes, and then whole."""

    files: Annotated[tuple[FileForPaper, ...], Field(max_length=100)] = ()
    form: Form | None = None


class OwnContact(Body):
    """What changes, and only that; an empty one is taken away."""

    phone: Annotated[str | None, Field(max_length=20, pattern=LINE)] = None
    email: Annotated[str | None, Field(max_length=200, pattern=LINE)] = None
    language: Literal["vi", "en"] | None = None


class Rating(Body):
    stars: Annotated[int, Field(ge=1, le=5)]


class Paying(Body):
    """How: `vnpay` (a pay page) or `vietqr` (a bank transfer by QR code)."""

    method: Method = "vnpay"


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
        files=await attached(gateway, [(one.paper, one.sha256) for one in body.files]),
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


@router.post(
    "/dossiers/{dossier_id}/payments", status_code=201, responses=does(PayPage | TransferCode, 201)
)
async def pay(
    request: Request,
    gateway: TheGateway,
    caller: TheCitizen,
    key: Key,
    dossier_id: str,
    body: Paying | None = None,
) -> Response:
    """Start an online payment (level 4).

    VNPAY: send the browser to `redirect_url`. VietQR: `payload` is the code's text, shown as
    `qr_svg`, or `qr_png` as a data URI.
    """
    await gateway.dossiers.of_owner(caller, dossier_id)
    base = gateway.settings.public_url.rstrip("/")
    command = StartPayment(
        provider=(body or Paying()).method, return_url=f"{base}{API}/callbacks/vnpay/return"
    )
    href = f"/dossiers/{dossier_id}"
    return await carry_out(
        gateway,
        request,
        caller,
        command,
        subject=dossier_id,
        key=key,
        href=href,
        status=201,
        answer=started,
    )


@router.post(
    "/dossiers/{dossier_id}/supplements", status_code=201, responses=does(SupplementTaken, 201)
)
async def supplement(
    request: Request,
    gateway: TheGateway,
    caller: TheCitizen,
    key: Key,
    dossier_id: str,
    body: Supplement,
) -> Response:
    """Hand in what was asked for: every paper at once, before `respond_by`."""
    await gateway.dossiers.of_owner(caller, dossier_id)
    command = SubmitSupplement(
        files=await attached(gateway, [(one.paper, one.sha256) for one in body.files]),
        form=body.form,
    )

    def answer(done: Done) -> dict[str, Any]:
        return {"dossier_id": dossier_id, "submitted_at": done.data["submitted_at"]}

    href = f"/dossiers/{dossier_id}"
    return await carry_out(
        gateway,
        request,
        caller,
        command,
        subject=dossier_id,
        key=key,
        href=href,
        status=201,
        answer=answer,
    )


@router.post("/dossiers/{dossier_id}/withdrawal", responses=does(Withdrawn))
async def withdraw(
    request: Request, gateway: TheGateway, caller: TheCitizen, key: Key, dossier_id: str
) -> Response:
    """Withdraw the dossier, before it is decided.

    The answer says whether a paid fee is returned.
    """
    await gateway.dossiers.of_owner(caller, dossier_id)

    def answer(done: Done) -> dict[str, Any]:
        return {
            "dossier_id": dossier_id,
            "status": "withdrawn",
            "refundable": done.data["refundable"],
        }

    href = f"/dossiers/{dossier_id}"
    return await carry_out(
        gateway,
        request,
        caller,
        WithdrawDossier(),
        subject=dossier_id,
        key=key,
        href=href,
        answer=answer,
    )


@router.post("/dossiers/{dossier_id}/contact", responses=does(Corrected))
async def correct(
    request: Request,
    gateway: TheGateway,
    caller: TheCitizen,
    key: Key,
    dossier_id: str,
    body: OwnContact,
) -> Response:
    """Correct the caller's contact: later messages go there.

    One that is not known to be the caller's own is asked to confirm.

    Name, address and identity number are corrected at the counter, with the paper that shows what
    is right.
    """
    await gateway.dossiers.of_owner(caller, dossier_id)
    confirmed = vouched(caller, body.email or "", body.phone or "")
    command = CorrectApplicant(**body.model_dump(), confirmed=confirmed)

    def answer(done: Done) -> dict[str, Any]:
        return {"dossier_id": dossier_id, **done.data}

    href = f"/dossiers/{dossier_id}"
    return await carry_out(
        gateway, request, caller, command, subject=dossier_id, key=key, href=href, answer=answer
    )


@router.post("/dossiers/{dossier_id}/rating", responses=does(Rated))
async def rate(
    request: Request,
    gateway: TheGateway,
    caller: TheCitizen,
    key: Key,
    dossier_id: str,
    body: Rating,
) -> Response:
    """Say how it went, 1 to 5 stars, once, after the result is returned."""
    await gateway.dossiers.of_owner(caller, dossier_id)
    href = f"/dossiers/{dossier_id}"
    return await carry_out(
        gateway,
        request,
        caller,
        RateDossier(stars=body.stars),
        subject=dossier_id,
        key=key,
        href=href,
    )


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
