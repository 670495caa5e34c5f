"""The task list (công việc): own, the department's, those that await an opinion, what is late. Acts that need nothing typed are buttons."""

from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from motcua_contracts.decision import Refusal
from motcua_contracts.payload import Command
from motcua_contracts.routing import Approve, CompleteStep, DraftDecision, TakeOver
from motcua_contracts.status import Label

from ...api.asking import Cursor, TheGateway
from ...dossiers import tasks_of
from ...identity import Caller
from ...paging import PAGE
from ...problems import problem
from ...refusals import NotFound
from ...tools import Gateway
from ...views import task_row
from ..desk.signing_in import TheOfficer
from ..site import PageRoute, show

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Scope = Literal["mine", "department", "consulted", "escalated"]
SCOPES: dict[str, Label] = {
    "mine": Label("Của tôi", "Mine"),
    "department": Label("Của phòng", "The department's"),
    "consulted": Label("Chờ ý kiến phòng", "Awaiting our opinion"),
    "escalated": Label("Quá hạn, báo cáo tôi", "Late, with me"),
}
LABELS: dict[str, Label] = {
    "complete-step": Label("Xong bước này", "Step done"),
    "draft-decision": Label("Dự thảo: đồng ý", "Draft: grant"),
    "approve": Label("Ký duyệt", "Sign"),
    "take-over": Label("Nhận xử lý thay", "Take over"),
    "return-step": Label("Trả lại", "Send back"),
    "request-supplement": Label("Yêu cầu bổ sung", "Ask for papers"),
    "consult": Label("Lấy ý kiến", "Consult"),
    "answer-consultation": Label("Trả lời ý kiến", "Answer"),
    "assign": Label("Phân công", "Assign"),
    "extend": Label("Hẹn lại", "New date"),
}
"""Every act by its name. Those in `_BUTTONS` are done from the list; the others need words or dates and are shown as possible."""


def _button(action: str, step: str) -> Command:
    """Raises `NotFound`."""
    match action:
        case "complete-step":
            return CompleteStep(step=step)
        case "draft-decision":
            return DraftDecision(step=step, outcome="granted")
        case "approve":
            return Approve(step=step)
        case "take-over":
            return TakeOver(step=step)
        case _:
            raise NotFound()


_BUTTONS = ("complete-step", "draft-decision", "approve", "take-over")


@router.get("/quay/cong-viec")
async def tasks(
    request: Request,
    gateway: TheGateway,
    caller: TheOfficer,
    scope: Scope = "mine",
    cursor: Cursor = None,
) -> Response:
    """Open tasks, what is due first on top."""
    return await _list(request, gateway, caller, scope, cursor, None)


@router.post("/quay/cong-viec/{dossier_id}/{action}")
async def act(
    request: Request, gateway: TheGateway, caller: TheOfficer, dossier_id: Annotated[str, Path(max_length=60)], action: str,
    step: Annotated[str, Form(max_length=60)] = "", key: Annotated[str, Form(max_length=128)] = "",
) -> Response:  # fmt: skip
    """Carry out a button. A refusal is shown above the list, whose rows say what is legal now."""
    caller.seat("officer", "leader")
    await gateway.dossiers.at_desk(caller, dossier_id)
    try:
        command = _button(action, step)
        await gateway.commands.send(command, subject=dossier_id, actor=caller.actor, key=key or uuid4().hex)
    except Refusal as refusal:
        return await _list(request, gateway, caller, "mine", None, refusal)
    return RedirectResponse("/quay/cong-viec", 303)


async def _list(
    request: Request, gateway: Gateway, caller: Caller, scope: str, cursor: str | None, refusal: Refusal | None
) -> Response:  # fmt: skip
    page = await gateway.dossiers.tasks(tasks_of(caller, scope), cursor, PAGE)
    names = await gateway.names.of({row["case"]["task"]["officer"] for row in page.rows} | {caller.officer})
    now = gateway.runtime.now()
    rows: list[dict[str, Any]] = [task_row(row, names, caller, gateway.catalogue, now) for row in page.rows]
    assert caller.place is not None
    who = {"name": names.get(caller.officer, caller.officer), "post_vi": caller.place.post_vi, "post_en": caller.place.post_en}
    said = problem(refusal) if refusal is not None else None
    return show(
        request, "tasks.html", said["status"] if said else 200, rows=rows, scope=scope, scopes=SCOPES, labels=LABELS, buttons=_BUTTONS,
        problem=said, next_cursor=page.next_cursor, key=uuid4().hex, who=who,
    )  # fmt: skip
