"""Routing's commands and events: the case inside the departments.

Subject: the dossier's id; for an officer's digest (digests.py) `worklist:<officer>`.
"""

from typing import Annotated, Literal

from pydantic import Field

from ..rules.appointments import Watch
from ..rules.deadline import Steps
from ..rules.decision import PrivateRecord
from ..rules.terms import SupplementClock
from ..values.bounds import MAX_REQUESTED, Id, Instant, Line, Number, Percent
from ..wire.doers import Doer, Somebody
from ..wire.payload import Command, Event
from ..wire.personal import TypedNote
from .digests import WORKLIST as WORKLIST
from .digests import DigestDrawn as DigestDrawn
from .digests import DigestSet as DigestSet
from .digests import DigestTask as DigestTask
from .digests import SetDigest as SetDigest
from .digests import worklist_of as worklist_of
from .documents import DocumentRef
from .intake import CaseTerms, Contacts, Outcome, ReasonCode, RequestedPaper

NOTES_FROM = 1_000_000
"""Routing numbers its papers from here, so that a replica with several services' papers of one
dossier never confuses them.
"""


class RoutingNote(PrivateRecord):
    """A private record of routing: what a person typed with the event that names this revision
    (`NOTES_FROM` + 1, + 2, …).
    """

    text: TypedNote


class CompleteStep(Command, owner="routing"):
    """The officer completes the open task. `step` names the state on which the officer decided."""

    closed_by = ("StepCompleted",)
    step: Id


class DraftDecision(Command, owner="routing"):
    """The officer drafts the decision.

    `reason_code` is required for a refusal, from the procedure's list.
    """

    closed_by = ("StepCompleted",)
    step: Id
    outcome: Outcome
    reason_code: ReasonCode = ""
    note: TypedNote = ""


class ReturnStep(Command, owner="routing"):
    """The leader sends the draft back."""

    closed_by = ("StepReturned",)
    step: Id
    reason_code: ReasonCode
    note: TypedNote = ""


class Approve(Command, owner="routing"):
    """The leader approves the draft; the result is signed and the case decided."""

    closed_by = ("CaseDecided",)
    step: Id


class AssignTask(Command, owner="routing"):
    """A leader of the agency gives the open task to an officer: one that nobody has yet, or
    another's.
    """

    closed_by = ("TaskAssigned",)
    step: Id
    officer: Id


class TakeOver(Command, owner="routing"):
    """An officer of the department takes the open task: one that nobody has, or an absent
    officer's.
    """

    closed_by = ("TaskAssigned",)
    step: Id


class RequestSupplement(Command, owner="routing"):
    """The officer of the open task asks for more papers: once for each matter and agency."""

    closed_by = ("SupplementNeeded",)
    step: Id
    papers: Annotated[tuple[RequestedPaper, ...], Field(min_length=1, max_length=MAX_REQUESTED)]
    reason_code: ReasonCode
    note: TypedNote = ""


class Consult(Command, owner="routing"):
    """The officer of the open task asks another department or agency for its opinion, beside the
    running step.
    """

    closed_by = ("ConsultationRequested",)
    step: Id
    agency: Id
    department: Id
    working_hours: Annotated[float, Field(gt=0, le=400, allow_inf_nan=False)] = 16
    note: TypedNote = ""


class AnswerConsultation(Command, owner="routing"):
    """An officer of the consulted department answers."""

    closed_by = ("ConsultationAnswered",)
    consultation: Number
    opinion: Literal["agrees", "objects", "no_opinion"]
    note: TypedNote = ""


class Extend(Command, owner="routing"):
    """A leader extends the due date, with a letter of apology.

    Only once, unless the terms allow more.
    """

    closed_by = ("DeadlineExtended",)
    step: Id
    new_due_at: Instant
    reason_code: ReasonCode


class FollowCalendar(Command, owner="routing"):
    """Routing tells itself that a calendar has days off which it did not have: a date of the case
    may be on one.
    """

    closed_by = ("DueDateMoved", "TaskDateMoved", "ConsultationDateMoved")
    calendar: Id
    version: Number


class RecordApology(Command, owner="routing"):
    """Answer of the effect `apology-letter`.

    None where the procedure issues no documents. `issued_at`: the time that the letter bears.
    """

    letter: DocumentRef | None
    issued_at: Instant | None = None


class RecordSignedDecision(Command, owner="routing"):
    """Answer of the effect `sign-decision`. None where the procedure issues no documents."""

    result: DocumentRef | None


class CaseOpened(Event, owner="routing"):
    """The case is with the departments. `case` is what the acceptance said; `agency` decides.

    `supplements_used`: requests for more papers that count for this agency. `watch`: when to say
    that time runs out.
    """

    case: CaseTerms
    agency: Id
    due_at: Instant
    steps: Steps
    calendar: Id
    calendar_version: Number
    supplements_used: Number = 0
    watch: Watch = Watch()


class TaskAssigned(Event, owner="routing"):
    """A step is now assigned to an officer.

    `officer` is `""` for an automatic step, which the same decision completes; any other task
    without one is unassigned: the department has nobody for it yet, and a leader can assign it.
    """

    step: Id
    step_vi: Line
    step_en: Line
    does: Literal["process", "draft", "approve"]
    agency: Id
    department: Id
    officer: Somebody
    post_vi: Line
    post_en: Line
    due_at: Instant
    instead_of: Id = ""
    """The absent officer for whom this one acts."""


class StepCompleted(Event, owner="routing"):
    step: Id
    officer: Doer
    outcome: Outcome | None = None
    """The drafted outcome, for a step that drafts."""
    reason_code: Id = ""
    revision: Number | None = None
    """Of the paper with what the officer typed."""


class StepReturned(Event, owner="routing"):
    step: Id
    to: Somebody
    reason_code: Id
    revision: Number | None = None


class DecisionApproved(Event, owner="routing"):
    """Demands the effect `sign-decision`."""

    step: Id
    officer: Doer
    outcome: Outcome
    reason_code: Id = ""
    approved_at: Instant


class CaseDecided(Event, owner="routing"):
    outcome: Outcome
    reason_code: Id = ""
    result: DocumentRef | None
    decided_at: Instant


class CaseClosed(Event, owner="routing"):
    """The case ended without a decision (withdrawn, stopped)."""

    reason: Literal["withdrawn", "stopped"]


class SupplementNeeded(Event, owner="routing"):
    """The department needs more papers: intake asks the owner.

    The clock stops with this event. `number` counts from 1 in this case.
    """

    number: Number
    papers: Annotated[tuple[RequestedPaper, ...], Field(max_length=MAX_REQUESTED)]
    clock: SupplementClock
    agency: Id
    officer: Doer
    reason_code: ReasonCode = ""
    revision: Number | None = None


class ApplicantCorrectionSeen(Event, owner="routing"):
    """From now on the case's documents are written by paper `revision` of the dossier."""

    revision: Number
    contacts: Contacts = ()


class ClockResumed(Event, owner="routing"):
    """The papers came: the clock restarts or continues. `steps` explain the new date.

    `first_due_at`: what late is measured against from now on; it stays where the request itself
    came after that date. `revision` and `contacts` are those of the papers from now on.
    """

    number: Number
    due_at: Instant
    steps: Steps
    calendar: Id
    calendar_version: Number
    first_due_at: Instant | None = None
    revision: Number | None = None
    contacts: Contacts = ()
    watch: Watch = Watch()


class ConsultationRequested(Event, owner="routing"):
    """Another department or agency is asked, in parallel to the step.

    `consultation` counts from 1 in this case.

    `officer` is `""` where the department has nobody; any officer or leader of it may answer.
    """

    consultation: Number
    step: Id
    agency: Id
    department: Id
    officer: Somebody
    post_vi: Line
    post_en: Line
    respond_by: Instant
    revision: Number | None = None


class ConsultationAnswered(Event, owner="routing"):
    consultation: Number
    opinion: Literal["agrees", "objects", "no_opinion"]
    officer: Doer
    revision: Number | None = None


class ReminderDue(Event, owner="routing"):
    """50 or 80 percent of the time limit has passed. The officer is reminded."""

    percent: Percent
    officer: Somebody
    due_at: Instant


class ApologyPrepared(Event, owner="routing"):
    """The rule has prepared an apology with a new date: a leader signs it, or gives another date,
    before the agency's seal does.
    """

    due_at: Instant
    steps: Steps
    reason_code: ReasonCode
    seal_at: Instant
    """When the agency's seal signs it, if nobody has."""
    calendar: Id
    calendar_version: Number


class ExtensionDecided(Event, owner="routing"):
    """The due date is extended; demands the effect `apology-letter` (form 04), which
    DeadlineExtended closes.
    """

    due_at: Instant
    decided_at: Instant
    steps: Steps
    reason_code: ReasonCode
    by: Doer
    """The officer who signs, or empty where the rule decided one working day before the date: then
    the agency's seal does.
    """
    calendar: Id
    calendar_version: Number


class DeadlineExtended(Event, owner="routing"):
    """The new due date with its apology.

    Lateness is still measured against the first date. `issued_at`: the time that the letter bears.
    """

    due_at: Instant
    steps: Steps
    reason_code: ReasonCode
    letter: DocumentRef | None
    calendar: Id
    calendar_version: Number
    watch: Watch = Watch()
    issued_at: Instant | None = None


class DueDateMoved(Event, owner="routing"):
    """The promised day became a day off: the due date and the date for measuring lateness move to
    the next working day. `steps` say why.
    """

    due_at: Instant
    first_due_at: Instant
    steps: Steps
    calendar: Id
    calendar_version: Number
    watch: Watch = Watch()


class TaskDateMoved(Event, owner="routing"):
    """The day by which the open step was to be done was declared a day off: it is the next working
    day. `steps` say why.
    """

    step: Id
    due_at: Instant
    steps: Steps
    calendar: Id
    calendar_version: Number


class ConsultationDateMoved(Event, owner="routing"):
    """The day by which an opinion was to be given was declared a day off: it is the next working
    day. `steps` say why.
    """

    consultation: Number
    respond_by: Instant
    steps: Steps
    calendar: Id
    calendar_version: Number


class CaseEscalated(Event, owner="routing"):
    """It is overdue and unfinished: it is escalated to the leader `to` as well."""

    to: Somebody
    due_at: Instant


class NotesForgotten(Event, owner="routing"):
    """Seen: the dossier was forgotten.

    Routing's own papers of it are deleted, each by a tombstone.
    """

    revisions: Annotated[tuple[Number, ...], Field(max_length=1000)]
