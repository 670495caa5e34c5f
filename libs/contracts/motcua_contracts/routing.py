"""Routing's words: the case inside the departments. Subject: the dossier's id."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from .deadline import DeadlineStep
from .documents import DocumentRef
from .intake import CaseTerms
from .payload import Command, Event

Outcome = Literal["granted", "refused"]
ReasonCode = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9-]*$")]
"""A reason from a list, never what a person typed."""


class CompleteStep(Command, owner="routing"):
    """The officer of the open task is done with it. `step` names the state it was decided on."""

    closed_by = ("StepCompleted",)
    step: str


class DraftDecision(Command, owner="routing"):
    """The officer drafts the decision. `reason_code` is required for a refusal, from the procedure's list."""

    closed_by = ("StepCompleted",)
    step: str
    outcome: Outcome
    reason_code: ReasonCode = ""


class ReturnStep(Command, owner="routing"):
    """The leader sends the draft back."""

    closed_by = ("StepReturned",)
    step: str
    reason_code: ReasonCode


class Approve(Command, owner="routing"):
    """The leader approves the draft; the result is signed and the case decided."""

    closed_by = ("CaseDecided",)
    step: str


class AssignTask(Command, owner="routing"):
    """A leader of the agency gives the open task to an officer: one that nobody has yet, or another's."""

    closed_by = ("TaskAssigned",)
    step: str
    officer: str


class RecordSignedDecision(Command, owner="routing"):
    """Answer of the effect `sign-decision`. None where the procedure issues no documents."""

    result: DocumentRef | None


class CaseOpened(Event, owner="routing"):
    """The case lies with the departments. `case` is what the acceptance said; `agency` decides."""

    case: CaseTerms
    agency: str
    due_at: datetime
    steps: tuple[DeadlineStep, ...]
    calendar: str
    calendar_version: int


class TaskAssigned(Event, owner="routing"):
    """A step lies with an officer now.

    `officer` is `""` for an automatic step, which the same decision completes; any other task without one is unassigned: the department
    has nobody for it yet, and a leader can assign it.
    """

    step: str
    step_vi: str
    step_en: str
    does: Literal["process", "draft", "approve"]
    agency: str
    department: str
    officer: str
    post_vi: str
    post_en: str
    due_at: datetime


class StepCompleted(Event, owner="routing"):
    step: str
    officer: str
    outcome: Outcome | None = None
    """The drafted outcome, for a step that drafts."""
    reason_code: str = ""


class StepReturned(Event, owner="routing"):
    step: str
    to: str
    reason_code: str


class DecisionApproved(Event, owner="routing"):
    """Demands the effect `sign-decision`."""

    step: str
    officer: str
    outcome: Outcome
    reason_code: str = ""
    approved_at: datetime


class CaseDecided(Event, owner="routing"):
    outcome: Outcome
    reason_code: str = ""
    result: DocumentRef | None
    decided_at: datetime


class CaseClosed(Event, owner="routing"):
    """The case ended without a decision (withdrawn, stopped)."""

    reason: Literal["withdrawn", "stopped"]
