"""The departments' open tasks. What may be done with a case: `acts/department.py`."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

from ..answers.base import shows
from ..answers.tasks import TaskList
from ..http.paging import PAGE
from ..http.safe_rows import values_of
from ..read_model.dossiers import tasks_of
from ..views.dossier import task_row
from .calls import PROBLEM, Cursor, Json, Limit, TheGateway
from .rights import TheDepartment

router = APIRouter(prefix="/desk", tags=["tasks"], responses=PROBLEM)


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
