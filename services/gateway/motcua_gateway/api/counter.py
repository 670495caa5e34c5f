"""What a clerk does with a dossier at the one-stop counter.

Every refusal says what may be done with the dossier now.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from motcua_contracts.messages.intake import (
    AcceptDossier,
    Contacts,
    CorrectApplicant,
    ForgetDossier,
    HandOver,
    PaperIds,
    PostResult,
    RecordPost,
    RefuseDossier,
    RequestedPaper,
    RequestPapers,
    SubmitSupplement,
    WithdrawDossier,
)
from motcua_contracts.rules.decision import Refusal
from motcua_contracts.values.bounds import LINE, REQUEST_NUMBER, Day, Form, Note, PersonName
from motcua_contracts.values.bounds import Slug as Reason
from motcua_contracts.values.identity_numbers import IdentityKind
from motcua_contracts.wire.payload import Command
from pydantic import Field

from ..acts.filing import attached
from ..answers.base import does
from ..answers.desk import (
    Accepted,
    CameBack,
    Forgotten,
    HandedOver,
    NotAccepted,
    PapersAsked,
    Posted,
    WithdrawnAtCounter,
)
from ..answers.dossier import Corrected, SupplementTaken
from ..commands.sending import Done
from ..http.problems import MEDIA_TYPE, problem
from ..identity.callers import Caller
from ..tools import Gateway
from ..views.dossier import desk_view
from .asking import PROBLEM, Body, Json, Key, TheGateway, carry_out
from .citizen import FileForPaper, OwnContact
from .rights import TheClerk

router = APIRouter(prefix="/desk/dossiers/{dossier_id}", tags=["desk"], responses=PROBLEM)


class Refusing(Body):
    """A reason of the list (`reason-unknown` names them) and what the applicant
    is told in words.
    """

    reason_code: Reason
    note: Note = ""


class Asking(Body):
    """The papers that are missing; `paper` empty and a note for one that the procedure does not
    name.
    """

    papers: Annotated[tuple[RequestedPaper, ...], Field(min_length=1, max_length=30)]
    reason_code: Reason
    note: Note = ""


class Bringing(Body):
    """What the owner brings to the counter: scans, and papers of which there is no scan."""

    files: Annotated[tuple[FileForPaper, ...], Field(max_length=100)] = ()
    papers_on_paper: PaperIds = ()
    form: Form | None = None


class Withdrawing(Body):
    note: Note = ""


class Handing(Body):
    """The clerk has checked identity and slip (or the written undertaking).

    Someone else collects it with a written authority.
    """

    identity_checked: bool
    recipient: PersonName = ""
    written_authority: bool = False


class Posting(Body):
    """The number that the post gave the item."""

    item_number: Annotated[str, Field(min_length=1, max_length=40, pattern=LINE)]


class Correcting(OwnContact):
    """What changes, and only that; empty takes it away.

    `reason_code` of the list, `shown_by` the paper that shows what is right.

    `confirmed`: contacts that the clerk has seen to be the applicant's own; a changed one that is
    not among them is asked to confirm.
    """

    full_name: Annotated[str | None, Field(min_length=1, max_length=120, pattern=LINE)] = None
    id_number: Annotated[str | None, Field(max_length=20, pattern=LINE)] = None
    id_kind: IdentityKind | None = None
    address: Annotated[str | None, Field(max_length=300, pattern=LINE)] = None
    confirmed: Contacts = ()
    reason_code: Reason
    shown_by: Annotated[Note, Field(min_length=1)]


class PostOutcome(Body):
    """Delivered, or back with a reason."""

    delivered: bool
    reason_code: Reason = ""


class Erasure(Body):
    """Why the papers go, who asks for it, and the written request: its number in the incoming
    register and its date.
    """

    reason_code: Literal["purpose-ended", "consent-withdrawn", "unlawful", "ordered"]
    asked_by: Literal["applicant", "representative", "heir", "authority"]
    request_number: Annotated[str, Field(pattern=REQUEST_NUMBER, max_length=30)]
    request_date: Day


@router.post("/accept", responses=does(Accepted))
async def accept(
    request: Request, gateway: TheGateway, caller: TheClerk, key: Key, dossier_id: str
) -> Response:
    """Accept; the answer says when it is due and names the slip (form 01)."""
    return await act(
        gateway,
        request,
        caller,
        key,
        dossier_id,
        lambda agency: AcceptDossier(agency=agency),
        "accepted",
    )


@router.post("/refuse", responses=does(NotAccepted))
async def refuse(
    request: Request,
    gateway: TheGateway,
    caller: TheClerk,
    key: Key,
    dossier_id: str,
    body: Refusing,
) -> Response:
    """Do not accept; the answer names the slip (form 03)."""

    def command(agency: str) -> Command:
        return RefuseDossier(agency=agency, reason_code=body.reason_code, note=body.note)

    return await act(gateway, request, caller, key, dossier_id, command, "not_accepted")


@router.post("/request-supplement", responses=does(PapersAsked))
async def request_supplement(
    request: Request, gateway: TheGateway, caller: TheClerk, key: Key, dossier_id: str, body: Asking
) -> Response:
    """Ask for papers before acceptance, once; the answer names the slip (form 02) and until when
    they are awaited.
    """

    def command(agency: str) -> Command:
        return RequestPapers(
            agency=agency, papers=body.papers, reason_code=body.reason_code, note=body.note
        )

    return await act(gateway, request, caller, key, dossier_id, command, "supplement_requested")


@router.post("/supplement", responses=does(SupplementTaken))
async def supplement(
    request: Request,
    gateway: TheGateway,
    caller: TheClerk,
    key: Key,
    dossier_id: str,
    body: Bringing,
) -> Response:
    """Take in what the owner brings to the counter."""
    files = await attached(gateway, [(one.paper, one.sha256) for one in body.files])

    def command(agency: str) -> Command:
        return SubmitSupplement(
            agency=agency, files=files, papers_on_paper=body.papers_on_paper, form=body.form
        )

    return await act(gateway, request, caller, key, dossier_id, command)


@router.post("/withdrawal", responses=does(WithdrawnAtCounter))
async def withdraw(
    request: Request,
    gateway: TheGateway,
    caller: TheClerk,
    key: Key,
    dossier_id: str,
    body: Withdrawing,
) -> Response:
    """Withdraw for the owner, who is at the counter."""
    return await act(
        gateway,
        request,
        caller,
        key,
        dossier_id,
        lambda agency: WithdrawDossier(agency=agency, note=body.note),
        "withdrawn",
    )


@router.post("/hand-over", responses=does(HandedOver))
async def hand_over(
    request: Request,
    gateway: TheGateway,
    caller: TheClerk,
    key: Key,
    dossier_id: str,
    body: Handing,
) -> Response:
    """Hand the result over at the counter."""
    return await act(
        gateway,
        request,
        caller,
        key,
        dossier_id,
        lambda agency: HandOver(agency=agency, **body.model_dump()),
        "returned",
    )


@router.post("/post-result", responses=does(Posted))
async def post_result(
    request: Request,
    gateway: TheGateway,
    caller: TheClerk,
    key: Key,
    dossier_id: str,
    body: Posting,
) -> Response:
    """Hand the result to the post."""
    return await act(
        gateway,
        request,
        caller,
        key,
        dossier_id,
        lambda agency: PostResult(agency=agency, item_number=body.item_number),
        "completed",
    )


@router.post("/post-outcome", responses=does(HandedOver | CameBack))
async def post_outcome(
    request: Request,
    gateway: TheGateway,
    caller: TheClerk,
    key: Key,
    dossier_id: str,
    body: PostOutcome,
) -> Response:
    """What became of the posted result: delivered, or it came back and waits at the counter."""
    return await act(
        gateway,
        request,
        caller,
        key,
        dossier_id,
        lambda agency: RecordPost(agency=agency, **body.model_dump()),
        "returned" if body.delivered else "completed",
    )


@router.post("/correction", responses=does(Corrected))
async def correct(
    request: Request,
    gateway: TheGateway,
    caller: TheClerk,
    key: Key,
    dossier_id: str,
    body: Correcting,
) -> Response:
    """Put right what the papers say of the applicant.

    Later messages and documents go by it; what was issued before stays.
    """

    def command(agency: str) -> Command:
        return CorrectApplicant(agency=agency, **body.model_dump())

    return await act(gateway, request, caller, key, dossier_id, command)


@router.post("/forget", responses=does(Forgotten))
async def forget(
    request: Request,
    gateway: TheGateway,
    caller: TheClerk,
    key: Key,
    dossier_id: str,
    body: Erasure,
) -> Response:
    """Erase papers and files of an ended dossier on demand, after the archive's term
    (`possible_from` of the action says when).

    The facts stay, and slip, fee receipt, refusal slip and result, which can be read and verified
    as before.
    """
    return await act(
        gateway,
        request,
        caller,
        key,
        dossier_id,
        lambda agency: ForgetDossier(agency=agency, **body.model_dump()),
    )


async def act(
    gateway: Gateway,
    request: Request,
    caller: Caller,
    key: str,
    dossier_id: str,
    command: Callable[[str], Command],
    status: str = "",
) -> Response:
    """Carry out a clerk's command for the clerk's agency.

    A refusal by the rules is answered with what is legal now, as `actions`.
    """
    agency = caller.seat("clerk").agency
    await gateway.dossiers.at_desk(caller, dossier_id)

    def answer(done: Done) -> dict[str, Any]:
        return {"dossier_id": dossier_id, **({"status": status} if status else {}), **done.data}

    href = f"/desk/dossiers/{dossier_id}"
    try:
        return await carry_out(
            gateway,
            request,
            caller,
            command(agency),
            subject=dossier_id,
            key=key,
            href=href,
            answer=answer,
        )
    except Refusal as refusal:
        document = await gateway.dossiers.get(dossier_id)
        legal = (
            desk_view(document, gateway.catalogue, {}, caller)["actions"]
            if document is not None
            else []
        )
        body = problem(refusal)
        return Json({**body, "actions": legal}, body["status"], media_type=MEDIA_TYPE)
