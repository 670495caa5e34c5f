"""The task list (công việc): own, the department's, those that await an opinion, what is late.

Acts that need nothing typed are buttons.
"""

from typing import Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import Response
from motcua_contracts import Label

from ...acts.case_fields import OUTCOMES
from ...acts.department import CASES
from ...api.calls import Cursor, TheGateway
from ...http.paging import PAGE
from ...http.safe_rows import values_of
from ...read_model.document import Document
from ...read_model.dossiers import tasks_of
from ...views.dossier import task_row
from ..desk.act_forms import PENDING
from ..desk.seen import who_of
from ..desk.sign_in import TheDepartment
from ..site import PageRoute, show

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Scope = Literal["mine", "department", "consulted", "escalated"]
SCOPES: dict[str, Label] = {
    "mine": Label("Của tôi", "Mine"),
    "department": Label("Của phòng", "My department's"),
    "consulted": Label("Đang xin ý kiến phòng tôi", "Our opinion requested"),
    "escalated": Label("Quá hạn", "Overdue"),
}


@router.get("/quay/cong-viec")
async def tasks(
    request: Request,
    gateway: TheGateway,
    caller: TheDepartment,
    scope: Scope = "mine",
    cursor: Cursor = None,
    done: str = "",
) -> Response:
    """Open tasks, most urgent first.

    The outcome of a button is shown above; a refusal is shown on the task's own page.
    """
    page = await gateway.dossiers.tasks(tasks_of(caller, scope), cursor, PAGE)
    names = await gateway.names.of(values_of(page.rows, lambda row: row["case"]["task"]["officer"]))
    now = gateway.runtime.now()

    def row_of(row: Document) -> dict[str, Any]:
        draft = row["case"].get("draft")
        drafted = OUTCOMES[draft["outcome"]]._asdict() if draft else None
        return {**task_row(row, names, caller, gateway.catalogue, now), "drafted": drafted}

    act = CASES.on_page.get(done)
    rows = gateway.rows.each("tasks", page.rows, row_of)
    return show(
        request,
        "tasks.html",
        rows=rows,
        scope=scope,
        scopes=SCOPES,
        acts=CASES.on_page,
        done=PENDING if done == "pending" else act.label if act is not None else None,
        next_cursor=page.next_cursor,
        key=uuid4().hex,
        who=await who_of(gateway, caller),
    )
