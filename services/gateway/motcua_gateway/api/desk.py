"""The one-stop counter, and what all officers share: who I am, the queue, one dossier with its
papers, what may be done now.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from motcua_contracts.messages.intake import Contacts, PaperIds, RegisterPaperDossier
from motcua_contracts.rules.status import Status
from motcua_contracts.values.bounds import Instant
from motcua_contracts.wire.envelope import stable_id
from pydantic import model_validator

from ..acts.document_reading import PAPERS, record_read
from ..acts.filing import attached, explained, notices_of, registered_answer
from ..answers.base import does, shows
from ..answers.desk import DeskDossier, Me, Queue
from ..answers.dossier import Filed
from ..http.paging import PAGE
from ..http.safe_rows import PAPERS_UNREADABLE
from ..procedures.agencies import agency_names
from ..procedures.desk_search import matching
from ..read_model.dossiers import scope_of
from ..views.dossier import API, desk_view, officers_of, queue_row
from ..views.notes import notes_at_desk
from .calls import PROBLEM, Cursor, Json, Key, Limit, TheGateway, pending
from .citizen import NewDossier
from .rights import TheClerk, TheOfficer

router = APIRouter(prefix="/desk", tags=["desk"], responses=PROBLEM)


class PaperDossier(NewDossier):
    """A dossier that came on paper. By post, the deadline counts from `postmark`.

    `papers_on_paper`: the papers that are on the desk without a scan; left out: all that are needed
    do. `confirmed`: contacts that the clerk has seen to be the applicant's own (the person is there
    with the phone, or a document proves it); the others get fixed words and are asked to confirm.
    """

    channel: Literal["counter", "post"] = "counter"
    postmark: Instant | None = None
    papers_on_paper: PaperIds | None = None
    confirmed: Contacts = ()

    @model_validator(mode="after")
    def _has_what_is_confirmed(self) -> "PaperDossier":
        if missing := [
            contact for contact in self.confirmed if not getattr(self.applicant, contact)
        ]:
            raise ValueError(
                f"confirmed: only contacts that the applicant left; not {', '.join(missing)}"
            )
        return self


@router.get("/me", responses=shows(Me))
async def me(gateway: TheGateway, caller: TheOfficer) -> Response:
    """Where I sit, what I may do, and when I am away (`absences`: those that are not over)."""
    seat = caller.require_seat("clerk", "cashier", "officer", "leader")
    agency_vi, agency_en, departments = agency_names(seat.agency, gateway.catalogue)
    department_vi, department_en = departments.get(
        seat.department, (seat.department, seat.department)
    )
    names = await gateway.names.of({caller.officer})
    now = gateway.runtime.now()
    away = [one for one in gateway.catalogue.absences(caller.officer) if one.ends > now]
    body = {
        "officer": caller.officer,
        "name": names.get(caller.officer, ""),
        "roles": sorted(caller.roles),
        "agency": seat.agency,
        "agency_vi": agency_vi,
        "agency_en": agency_en,
        "department": seat.department,
        "department_vi": department_vi,
        "department_en": department_en,
        "post_vi": seat.post_vi,
        "post_en": seat.post_en,
        "absent": gateway.catalogue.absent(caller.officer, now),
        "absences": [
            {"starts": one.starts, "ends": one.ends}
            for one in sorted(away, key=lambda one: one.starts)
        ],
    }
    return Json(body)


@router.get("/dossiers", responses=shows(Queue))
async def queue(
    gateway: TheGateway,
    caller: TheOfficer,
    q: Annotated[str, Query(max_length=100)] = "",
    status: Status | Literal[""] = "",
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Response:
    """Dossiers of the caller's agency (counter) or department, newest first.

    `q`: a code's beginning, or part of the procedure's name.
    """
    page = await gateway.dossiers.page(
        {"$and": [scope_of(caller), matching(q, status, gateway.catalogue)]}, cursor, limit
    )
    return Json(
        {
            "dossiers": gateway.rows.each("queue", page.rows, queue_row),
            "next_cursor": page.next_cursor,
        }
    )


@router.get("/dossiers/{dossier_id}", responses=shows(DeskDossier))
async def one(gateway: TheGateway, caller: TheOfficer, dossier_id: str) -> Response:
    """The dossier with applicant and form (each reading is recorded), and what may be done now.

    `papers` is null until they are here, once the dossier is forgotten, and where they cannot be
    read (`papers_unreadable`); `notes` is what clerks and officers typed.
    """
    document = await gateway.dossiers.at_desk(caller, dossier_id)
    await record_read(gateway.commands, caller, dossier_id, PAPERS)
    held = await gateway.papers.held(dossier_id, document["filing"]["revision"])
    papers = held.papers
    names = await gateway.names.of(officers_of(document))
    shown: dict[str, Any] | None = (
        papers.model_dump(mode="json", include={"applicant", "form", "waiver_ground"})
        if papers
        else None
    )
    notes = await notes_at_desk(document, gateway.papers)
    unreadable = PAPERS_UNREADABLE._asdict() if held.unreadable else None
    others = await gateway.dossiers.same_matter(document, caller)
    notices = notices_of(papers.applicant) if papers else []
    view = desk_view(document, gateway.catalogue, names, caller, gateway.runtime.now())
    return Json(
        {
            **view,
            "papers": shown,
            "papers_unreadable": unreadable,
            "notes": notes,
            "notices": notices,
            "same_matter": others,
        }
    )


@router.post("/dossiers", status_code=201, responses=does(Filed, 201))
async def register(gateway: TheGateway, caller: TheClerk, key: Key, body: PaperDossier) -> Response:
    """Register a paper dossier, of any level."""
    await gateway.rates.day("file", caller)
    agency = caller.require_seat("clerk").agency
    command = RegisterPaperDossier(
        procedure_code=body.procedure_code,
        applicant=body.applicant,
        form=body.form,
        files=await attached(gateway.documents, [(one.paper, one.sha256) for one in body.files]),
        result_delivery=body.result_delivery,
        # Received where the clerk sits, whoever decides.
        receiving_agency=body.receiving_agency or agency,
        copies=body.copies,
        procedure_version=body.procedure_version,
        papers_on_paper=body.papers_on_paper,
        channel=body.channel,
        agency=agency,
        postmark=body.postmark,
        confirmed=body.confirmed,
    )
    dossier_id = stable_id("dossier", caller.actor, key)
    with explained(gateway, body.procedure_code, body.applicant, body.form):
        done = await gateway.commands.send(command, subject=dossier_id, actor=caller.actor, key=key)
    answer = await registered_answer(gateway, dossier_id, done, caller)
    if answer is None:
        return pending(f"/desk/dossiers/{dossier_id}", dossier_id=dossier_id)
    return Json(answer, 201, {"Location": f"{API}/desk/dossiers/{dossier_id}"})
