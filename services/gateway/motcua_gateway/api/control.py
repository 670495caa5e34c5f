"""Forms 05 and 06 as PDF, from what the events say: a dossier's control slip, and the register of
the caller's counter.
"""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from motcua_chassis.secret import secret
from motcua_contracts import VIETNAM
from motcua_contracts.values.bounds import Instant
from motcua_documents.pdf.control_slip import ControlSlip, render_control_slip
from motcua_documents.pdf.links import tracking
from motcua_documents.pdf.register import Register

from ..acts.document_reading import PAPERS, record_list_read, record_read
from ..answers.base import sends
from ..http.safe_rows import UNREADABLE
from ..procedures.agencies import COUNTER_NAME, agency_names
from ..views.dossier import API, officers_of
from ..views.hand_overs import hand_overs
from . import register_parts
from .calls import PROBLEM, TheGateway
from .register_lines import line_of, sealed_register
from .rights import TheClerk, TheOfficer

router = APIRouter(prefix="/desk", tags=["desk"], responses=PROBLEM)
PDF = "application/pdf"
MOST_LINES = 2000
"""Of one document; a longer register comes in parts."""


@router.get(
    "/dossiers/{dossier_id}/control-slip.pdf", response_class=Response, responses=sends(PDF)
)
async def control_slip(gateway: TheGateway, caller: TheOfficer, dossier_id: str) -> Response:
    """Form 05 (phiếu kiểm soát): each hand-over with giver, taker, hour and day, and whether the
    step before was in time.
    """
    document = await gateway.dossiers.at_desk(caller, dossier_id)
    await record_read(gateway.commands, caller, dossier_id, PAPERS)
    held = await gateway.papers.held(dossier_id, document["filing"]["revision"])
    papers = held.papers
    names = await gateway.names.of(officers_of(document))
    agency = document["filing"]["deciding_agency"]
    agency_vi, _, _ = agency_names(agency, gateway.catalogue)
    slip = ControlSlip(
        code=document["code"],
        agency_vi=agency_vi,
        counter_vi=COUNTER_NAME.vi,
        owner=papers.applicant.full_name
        if papers is not None
        else UNREADABLE.vi
        if held.unreadable
        else "",
        procedure_vi=document["filing"]["name_vi"],
        procedure_code=document["filing"]["procedure"],
        received_at=document["filed_at"],
        due_at=document["due_at"],
        printed_at=gateway.runtime.now(),
        hand_overs=hand_overs(document, names, gateway.catalogue),
        salt=papers.salt if papers is not None else "",
        link=tracking(gateway.settings.public_url, document["code"]),
    )
    pdf = await gateway.seal.seal(
        render_control_slip,
        slip,
        "Phiếu kiểm soát quá trình giải quyết hồ sơ",
        slip.printed_at,
        agency,
    )
    return Response(pdf, media_type=PDF)


@router.get("/register.pdf", response_class=Response, responses=sends(PDF))
async def register_of_dossiers(
    gateway: TheGateway,
    caller: TheClerk,
    received_from: Annotated[Instant | None, Query()] = None,
    received_to: Annotated[Instant | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=600)] = None,
) -> Response:
    """Form 06 (sổ theo dõi hồ sơ) of the counter of the caller's agency; the last thirty days
    unless given. The reading is recorded.

    More than 2,000 dossiers come in parts, each of which says so: the headers `Lines`
    (`1-2000/5321`) and `Link` (`rel="next"`) lead through them. The first part fixes the time and
    counts, so that what is filed meanwhile moves no line; `cursor` is in the link, and with it the
    times are not looked at.
    """
    seat, now = caller.require_seat("clerk"), gateway.runtime.now()
    dossiers, key = gateway.database.dossiers, await secret(gateway.database, register_parts.SECRET)
    if cursor:
        part = register_parts.read(cursor, seat.agency, key)
    else:
        since, until = received_from or now - timedelta(days=30), received_to or now
        part = await register_parts.counted(dossiers, seat.agency, since, until)
    rows = await register_parts.rows(dossiers, part, MOST_LINES + 1)
    more, rows = len(rows) > MOST_LINES, rows[:MOST_LINES]
    lines = [await line_of(gateway.rows, gateway.papers, gateway.catalogue, row) for row in rows]
    await record_list_read(
        gateway.commands, caller, "register", seat.agency, part.since, part.until, len(lines)
    )
    agency_vi, _, _ = agency_names(seat.agency, gateway.catalogue)
    period = (
        f"{part.since.astimezone(VIETNAM):%d/%m/%Y} – {part.until.astimezone(VIETNAM):%d/%m/%Y}"
    )
    first, parts = (
        (part.number - 1) * MOST_LINES + 1,
        max(-(-part.total // MOST_LINES), part.number + more),
    )
    printed = Register(
        agency_vi, COUNTER_NAME.vi, period, now, lines, first, part.total, part.number, parts
    )
    headers = {"Lines": f"{first if lines else 0}-{first + len(lines) - 1}/{part.total}"}
    if more:
        following = register_parts.written(part.before(rows[-1]), key)
        headers["Link"] = f'<{API}/desk/register.pdf?cursor={following}>; rel="next"'
    return Response(
        await sealed_register(gateway.seal, gateway.rows, printed, rows, seat.agency),
        media_type=PDF,
        headers=headers,
    )
