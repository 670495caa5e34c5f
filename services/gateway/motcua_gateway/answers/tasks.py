"""The departments' lists, and what their acts on a case answer: the event that each led to."""

from datetime import datetime
from typing import Any

from motcua_contracts.messages.routing import (
    CaseDecided,
    ConsultationAnswered,
    ConsultationRequested,
    DeadlineExtended,
    StepCompleted,
    StepReturned,
    SupplementNeeded,
    TaskAssigned,
)

from .base import Answer, UnreadableRow, told
from .desk import Action, Task
from .dossier import ListRow


class TaskShown(Task):
    officer_name: str


class TaskRow(ListRow):
    """A dossier in an officer's list of tasks, with its open step and what may be done about it.

    `late` is measured against `first_due_at`, the date that was promised first, in the office's
    working days; while papers are awaited the clock is paused. 0 days: on the day itself.
    """

    task: TaskShown
    first_due_at: datetime | None
    late: bool
    working_days_late: int
    actions: list[Action]


class TaskList(Answer):
    tasks: list[TaskRow | UnreadableRow]
    next_cursor: str | None


Completed: Any = told(StepCompleted, about=True)
SentBack: Any = told(StepReturned, about=True)
Decided: Any = told(CaseDecided, about=True)
Assigned: Any = told(TaskAssigned, about=True)
PapersNeeded: Any = told(SupplementNeeded, about=True)
Asked: Any = told(ConsultationRequested, about=True)
Answered: Any = told(ConsultationAnswered, about=True)
Extended: Any = told(DeadlineExtended, about=True)
