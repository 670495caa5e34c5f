"""The case as routing keeps it: what later decisions need and nothing else. No rules live here."""

from datetime import datetime
from typing import Literal

from motcua_contracts import Model
from motcua_contracts.messages.intake import CaseTerms, Outcome
from motcua_contracts.messages.routing import ApologyPrepared, DecisionApproved, ExtensionDecided
from motcua_contracts.rules.appointments import Watch
from motcua_contracts.rules.terms import Step, Workflow

Stage = Literal["unopened", "open", "waiting", "approved", "decided", "closed"]
"""`waiting`: more papers are awaited, the clock is paused. `approved`: being signed. `closed`:
ended without a decision.
"""


class Task(Model):
    """The step that is open now.

    `officer` is empty while the department has nobody for it: unassigned, waiting for `AssignTask`.
    """

    step: str
    officer: str
    due_at: datetime | None = None
    """None in a state that an older release stored."""


class Draft(Model):
    """The decision as the department drafted it.

    `revision` of the paper with what the officer typed.
    """

    outcome: Outcome = "granted"
    reason_code: str = ""
    revision: int | None = None


class Consultation(Model):
    """A consultation that awaits its answer."""

    number: int
    agency: str
    department: str
    respond_by: datetime


class Digest(Model):
    """An officer's wish for the morning's digest.

    `at` empty and `next_at` None: none is wanted any more.
    """

    officer: str
    at: str
    next_at: datetime | None


class Worklist(Model):
    """The fold of routing's own events of one officer. `Worklist()`: no digest was ever wanted."""

    digest: Digest | None = None


class Case(Model):
    """The fold of routing's own events of one dossier.

    `Case()` is a dossier that no department has seen.
    """

    id: str = ""
    stage: Stage = "unopened"
    terms: CaseTerms | None = None
    agency: str = ""
    due_at: datetime | None = None
    first_due_at: datetime | None = None
    """What late is measured against: no new appointment moves it."""
    calendar: str = ""
    calendar_version: int = 0
    task: Task | None = None
    draft: Draft | None = None
    hands: dict[str, str] = {}
    """Who has had a task of the case, by `hand_of`: the same person stays."""
    approval: DecisionApproved | None = None
    """While the result is being signed; CaseDecided repeats it."""
    supplements_used: int = 0
    """Requests that count for this agency, the counter's before acceptance among them."""
    supplements: int = 0
    stopped_at: datetime | None = None
    """Since when the clock is paused."""
    consulted: int = 0
    asked: tuple[Consultation, ...] = ()
    watch: Watch = Watch()
    escalated: tuple[datetime, ...] = ()
    """The dates at which it went to the leader."""
    escalated_to: str = ""
    extensions: int = 0
    prepared: ApologyPrepared | None = None
    """The apology that waits for a leader's signature."""
    extending: ExtensionDecided | None = None
    """While the apology letter is being made; DeadlineExtended repeats it."""
    notes: int = 0

    @property
    def pinned(self) -> CaseTerms:
        """The terms it was opened under. Only an opened case has them."""
        assert self.terms is not None, "asked for the terms of a case that is not open"
        return self.terms

    @property
    def workflow(self) -> Workflow:
        return workflow_of(self.pinned)

    @property
    def open_task(self) -> Task:
        """Only an open case has one, and then always one."""
        assert self.task is not None, "an open case without a task"
        return self.task

    @property
    def open_step(self) -> Step:
        return self.workflow.steps[position(self.workflow, self.open_task.step)]

    @property
    def appointment(self) -> datetime:
        """When it is due now."""
        assert self.due_at is not None, "an open case without a due date"
        return self.due_at


def workflow_of(terms: CaseTerms) -> Workflow:
    """The steps of a case.

    Raises `ValueError` for an acceptance that names none: that case can only be parked.
    """
    if terms.workflow is None:
        raise ValueError(f"workflow: dossier {terms.code} was accepted for routing without one")
    return terms.workflow


def position(workflow: Workflow, step: str) -> int:
    """The position of a step in its workflow, from 0.

    Raises `ValueError` for a step that it does not have.
    """
    for index, one in enumerate(workflow.steps):
        if one.id == step:
            return index
    raise ValueError(f"step: workflow {workflow.id} has no step {step}")


def hand_of(step: Step) -> str:
    """Steps of one department and role are in one hand."""
    return f"{step.department}/{step.role}"


def desk_hand(agency: str, department: str) -> str:
    """The hand of a consulted department."""
    return f"{agency}:{department}"
