"""The departments: an officer's open tasks and what ends them. Each call names the step it was decided on."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from motcua_contracts.intake import Outcome
from motcua_contracts.payload import Command
from motcua_contracts.routing import Approve, AssignTask, CompleteStep, DraftDecision, ReturnStep
from pydantic import Field

from ..commands import Done
from ..dossiers import tasks_of
from ..identity import Caller
from ..paging import MOST
from ..tools import Gateway
from ..views import task_row
from .asking import PENDING, PROBLEM, Body, Json, Key, TheCaller, TheGateway, carry_out

router = APIRouter(prefix="/desk", tags=["tasks"], responses=PROBLEM)
StepName = Annotated[str, Field(min_length=1, max_length=60)]
ReasonCode = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9._-]*$")]


class AtStep(Body):
    step: StepName


class Drafting(AtStep):
    """`reason_code` is required for a refusal; a code, never a sentence."""

    outcome: Outcome
    reason_code: ReasonCode = ""


class Returning(AtStep):
    reason_code: ReasonCode


class Assigning(AtStep):
    officer: Annotated[str, Field(min_length=1, max_length=60)]


@router.get("/tasks")
async def tasks(
    gateway: TheGateway,
    caller: TheCaller,
    scope: Literal["mine", "department"] = "mine",
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> Response:
    """Open tasks, the most urgent first: my own, or all of my department (also those that nobody has yet)."""
    caller.seat("officer", "leader")
    rows = await gateway.dossiers.tasks(tasks_of(caller, scope), limit)
    names = await gateway.names.of({row["case"]["task"]["officer"] for row in rows})
    return Json({"tasks": [task_row(row, names) for row in rows]})


async def _act(gateway: Gateway, request: Request, caller: Caller, key: str, dossier_id: str, command: Command) -> Response:
    await gateway.dossiers.at_desk(caller, dossier_id)

    def answer(done: Done) -> dict[str, Any]:
        return {"dossier_id": dossier_id, "done": done.fact, **done.data}

    href = f"/desk/dossiers/{dossier_id}"
    return await carry_out(gateway, request, caller, command, subject=dossier_id, key=key, href=href, answer=answer)


@router.post("/cases/{dossier_id}/complete-step", responses=PENDING)
async def complete(request: Request, gateway: TheGateway, caller: TheCaller, key: Key, dossier_id: str, body: AtStep) -> Response:
    """The step is done; the next one begins."""
    caller.seat("officer", "leader")
    return await _act(gateway, request, caller, key, dossier_id, CompleteStep(step=body.step))


@router.post("/cases/{dossier_id}/draft-decision", responses=PENDING)
async def draft(request: Request, gateway: TheGateway, caller: TheCaller, key: Key, dossier_id: str, body: Drafting) -> Response:
    """Draft the decision for the leader."""
    caller.seat("officer", "leader")
    command = DraftDecision(step=body.step, outcome=body.outcome, reason_code=body.reason_code)
    return await _act(gateway, request, caller, key, dossier_id, command)


@router.post("/cases/{dossier_id}/return-step", responses=PENDING)
async def send_back(request: Request, gateway: TheGateway, caller: TheCaller, key: Key, dossier_id: str, body: Returning) -> Response:
    """The leader sends the draft back."""
    caller.seat("leader")
    return await _act(gateway, request, caller, key, dossier_id, ReturnStep(step=body.step, reason_code=body.reason_code))


@router.post("/cases/{dossier_id}/approve", responses=PENDING)
async def approve(request: Request, gateway: TheGateway, caller: TheCaller, key: Key, dossier_id: str, body: AtStep) -> Response:
    """The leader approves; the result is signed."""
    caller.seat("leader")
    return await _act(gateway, request, caller, key, dossier_id, Approve(step=body.step))


@router.post("/cases/{dossier_id}/assign", responses=PENDING)
async def assign(request: Request, gateway: TheGateway, caller: TheCaller, key: Key, dossier_id: str, body: Assigning) -> Response:
    """The leader gives the open task to an officer."""
    caller.seat("leader")
    return await _act(gateway, request, caller, key, dossier_id, AssignTask(step=body.step, officer=body.officer))
