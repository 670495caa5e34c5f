"""The departments: open tasks, and what officers and leaders do with a case.

Each call names the step it was decided on.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from motcua_contracts.messages.intake import Outcome, RequestedPaper
from motcua_contracts.messages.routing import (
    AnswerConsultation,
    Approve,
    AssignTask,
    CompleteStep,
    Consult,
    DraftDecision,
    Extend,
    RequestSupplement,
    ReturnStep,
    TakeOver,
)
from motcua_contracts.values.bounds import LINE, Instant, Note, Version
from motcua_contracts.values.bounds import Slug as ReasonCode
from motcua_contracts.wire.payload import Command
from pydantic import Field

from ..answers.base import does, shows
from ..answers.tasks import (
    Answered,
    Asked,
    Assigned,
    Completed,
    Decided,
    Extended,
    PapersNeeded,
    SentBack,
    TaskList,
)
from ..commands.sending import Done
from ..http.paging import PAGE
from ..http.safe_rows import values_of
from ..identity.callers import Caller
from ..read_model.dossiers import tasks_of
from ..tools import Gateway
from ..views.dossier import task_row
from .asking import PROBLEM, Body, Cursor, Json, Key, Limit, TheGateway, carry_out
from .rights import TheDepartment, TheLeader

router = APIRouter(prefix="/desk", tags=["tasks"], responses=PROBLEM)
Short = Annotated[str, Field(min_length=1, max_length=60, pattern=LINE)]


class AtStep(Body):
    step: Short


class Drafting(AtStep):
    """`reason_code` is required for a refusal: a code of the list, never a sentence.

    `note` says it in words.
    """

    outcome: Outcome
    reason_code: ReasonCode = ""
    note: Note = ""


class RefusingAtStep(AtStep):
    reason_code: ReasonCode
    note: Note = ""


class ReturningStep(AtStep):
    reason_code: ReasonCode
    note: Note = ""


class AssigningStep(AtStep):
    officer: Short


class AskingAtStep(AtStep):
    papers: Annotated[list[RequestedPaper], Field(min_length=1, max_length=30)]
    reason_code: ReasonCode
    note: Note = ""


class Consulting(AtStep):
    agency: Short
    department: Short
    working_hours: Annotated[float, Field(gt=0, le=400, allow_inf_nan=False)] = 16
    note: Note = ""


class Answering(Body):
    consultation: Version
    opinion: Literal["agrees", "objects", "no_opinion"]
    note: Note = ""


class Extending(AtStep):
    new_due_at: Instant
    reason_code: ReasonCode


@router.get("/tasks", responses=shows(TaskList))
async def tasks(
    gateway: TheGateway,
    caller: TheDepartment,
    scope: Literal["mine", "department", "consulted", "escalated"] = "mine",
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Response:
    """Open tasks, the most urgent first: my own, all of my department (also those that nobody has
    yet), those on which my department's opinion is awaited, or what is overdue and escalated to me
    as the leader.
    """
    page = await gateway.dossiers.tasks(tasks_of(caller, scope), cursor, limit)
    names = await gateway.names.of(values_of(page.rows, lambda row: row["case"]["task"]["officer"]))
    now = gateway.runtime.now()
    rows = gateway.rows.each(
        "tasks", page.rows, lambda row: task_row(row, names, caller, gateway.catalogue, now)
    )
    return Json({"tasks": rows, "next_cursor": page.next_cursor})


async def _act(
    gateway: Gateway, request: Request, caller: Caller, key: str, dossier_id: str, command: Command
) -> Response:
    await gateway.dossiers.at_desk(caller, dossier_id)

    def answer(done: Done) -> dict[str, Any]:
        return {"dossier_id": dossier_id, "done": done.fact, **done.data}

    href = f"/desk/dossiers/{dossier_id}"
    return await carry_out(
        gateway, request, caller, command, subject=dossier_id, key=key, href=href, answer=answer
    )


@router.post("/cases/{dossier_id}/complete-step", responses=does(Completed))
async def complete(
    request: Request,
    gateway: TheGateway,
    caller: TheDepartment,
    key: Key,
    dossier_id: str,
    body: AtStep,
) -> Response:
    """The step is done; the next one begins."""
    return await _act(gateway, request, caller, key, dossier_id, CompleteStep(step=body.step))


@router.post("/cases/{dossier_id}/draft-decision", responses=does(Completed))
async def draft(
    request: Request,
    gateway: TheGateway,
    caller: TheDepartment,
    key: Key,
    dossier_id: str,
    body: Drafting,
) -> Response:
    """Draft the decision for the leader.

    Refused while an opinion is awaited whose time still runs.
    """
    return await _act(gateway, request, caller, key, dossier_id, DraftDecision(**body.model_dump()))


@router.post("/cases/{dossier_id}/refuse", responses=does(Completed))
async def refuse(
    request: Request,
    gateway: TheGateway,
    caller: TheDepartment,
    key: Key,
    dossier_id: str,
    body: RefusingAtStep,
) -> Response:
    """Draft a refusal for the leader, with its reason."""
    return await _act(
        gateway,
        request,
        caller,
        key,
        dossier_id,
        DraftDecision(outcome="refused", **body.model_dump()),
    )


@router.post("/cases/{dossier_id}/return-step", responses=does(SentBack))
async def send_back(
    request: Request,
    gateway: TheGateway,
    caller: TheLeader,
    key: Key,
    dossier_id: str,
    body: ReturningStep,
) -> Response:
    """The leader sends the draft back."""
    return await _act(gateway, request, caller, key, dossier_id, ReturnStep(**body.model_dump()))


@router.post("/cases/{dossier_id}/approve", responses=does(Decided))
async def approve(
    request: Request,
    gateway: TheGateway,
    caller: TheLeader,
    key: Key,
    dossier_id: str,
    body: AtStep,
) -> Response:
    """The leader approves; the result is signed."""
    return await _act(gateway, request, caller, key, dossier_id, Approve(step=body.step))


@router.post("/cases/{dossier_id}/assign", responses=does(Assigned))
async def assign(
    request: Request,
    gateway: TheGateway,
    caller: TheLeader,
    key: Key,
    dossier_id: str,
    body: AssigningStep,
) -> Response:
    """The leader gives the open task to an officer."""
    return await _act(
        gateway, request, caller, key, dossier_id, AssignTask(step=body.step, officer=body.officer)
    )


@router.post("/cases/{dossier_id}/take-over", responses=does(Assigned))
async def take_over(
    request: Request,
    gateway: TheGateway,
    caller: TheDepartment,
    key: Key,
    dossier_id: str,
    body: AtStep,
) -> Response:
    """Take the open task that nobody has, or an absent colleague's."""
    return await _act(gateway, request, caller, key, dossier_id, TakeOver(step=body.step))


@router.post("/cases/{dossier_id}/request-supplement", responses=does(PapersNeeded))
async def request_papers(
    request: Request,
    gateway: TheGateway,
    caller: TheDepartment,
    key: Key,
    dossier_id: str,
    body: AskingAtStep,
) -> Response:
    """Ask the applicant for more papers, once; the clock is paused until they arrive."""
    command = RequestSupplement(
        step=body.step, papers=tuple(body.papers), reason_code=body.reason_code, note=body.note
    )
    return await _act(gateway, request, caller, key, dossier_id, command)


@router.post("/cases/{dossier_id}/consult", responses=does(Asked))
async def consult(
    request: Request,
    gateway: TheGateway,
    caller: TheDepartment,
    key: Key,
    dossier_id: str,
    body: Consulting,
) -> Response:
    """Ask another department or agency for its opinion, beside the running step."""
    return await _act(gateway, request, caller, key, dossier_id, Consult(**body.model_dump()))


@router.post("/cases/{dossier_id}/answer-consultation", responses=does(Answered))
async def answer(
    request: Request,
    gateway: TheGateway,
    caller: TheDepartment,
    key: Key,
    dossier_id: str,
    body: Answering,
) -> Response:
    """The consulted department answers."""
    return await _act(
        gateway, request, caller, key, dossier_id, AnswerConsultation(**body.model_dump())
    )


@router.post("/cases/{dossier_id}/extend", responses=does(Extended))
async def extend(
    request: Request,
    gateway: TheGateway,
    caller: TheLeader,
    key: Key,
    dossier_id: str,
    body: Extending,
) -> Response:
    """A leader gives a new date, with the apology letter (form 04)."""
    return await _act(gateway, request, caller, key, dossier_id, Extend(**body.model_dump()))
