"""What people at the desks read: who they are, the queue, one dossier; and what a clerk's acts
answer.
"""

from datetime import datetime
from typing import Any, Literal

from motcua_contracts.messages.documents import DocumentRef
from motcua_contracts.messages.intake import (
    Applicant,
    DossierForgotten,
    DossierNotAccepted,
    DossierReturned,
    DossierWithdrawn,
    Outcome,
    PostCameBack,
    ResultPosted,
)
from motcua_contracts.values.bounds import Money

from .base import Answer, UnreadableRow, fields_of, model_of
from .dossier import AgencyNames, Core, ListRow, Notice, SameMatter


class Absence(Answer):
    starts: datetime
    ends: datetime


class Me(AgencyNames):
    """Where an officer sits, and when the officer is away."""

    officer: str
    name: str
    roles: list[str]
    agency: str
    department: str
    post_vi: str
    post_en: str
    absent: bool
    absences: list[Absence]


class QueueRow(ListRow):
    """`answer_overdue`: filed online, and the counter has not answered in its working hours."""

    answer_overdue: bool


class Queue(Answer):
    dossiers: list[QueueRow | UnreadableRow]
    next_cursor: str | None


class Prepared(Answer):
    """An apology that waits for a signature: what it says, and when the agency's seal signs it
    instead.
    """

    new_due_at: datetime
    reason_code: str
    reason_vi: str
    reason_en: str
    seal_at: datetime


class Action(Answer):
    """What may be done now, with the call that does it and the values that it needs."""

    action: str
    method: Literal["POST"]
    href: str
    step: str = ""
    prepared: Prepared | None = None
    consultation: int = 0
    dossier_id: str = ""
    refund: int = 0
    amount_vnd: Money = 0
    refundable_vnd: Money = 0
    possible_from: datetime | None = None
    """Of an erasure: when the archive's term is over. Of a decision: until when it waits for
    opinions at the latest.
    """


class Task(Answer):
    """The open step of a case; `officer` empty: nobody has it yet."""

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


class Draft(Answer):
    outcome: Outcome
    reason_code: str


class Note(Answer):
    """What somebody typed, by the event that it belongs to."""

    event: str
    note: str = ""
    recipient: str = ""
    postal_item: str = ""
    unreadable: bool = False


class PapersShown(Answer):
    applicant: Applicant
    form: dict[str, Any]
    waiver_ground: str


class PapersUnreadable(Answer):
    vi: str
    en: str


class DeskDossier(Core):
    """The dossier as an officer works with it. `papers` null: not here yet, or forgotten."""

    task: Task | None
    draft: Draft | None
    forgotten: bool
    actions: list[Action]
    papers: PapersShown | None
    papers_unreadable: PapersUnreadable | None
    notes: list[Note]
    notices: list[Notice]
    same_matter: list[SameMatter]


class Accepted(Answer):
    """When it is due, and the slip (form 01)."""

    dossier_id: str
    status: Literal["accepted"]
    accepted_at: datetime
    due_at: datetime
    slip: DocumentRef | None


class PapersAsked(Answer):
    """Until when papers are awaited, and the slip (form 02)."""

    dossier_id: str
    status: Literal["supplement_requested"]
    respond_by: datetime
    slip: DocumentRef | None


def _act(event: Any, *statuses: str) -> Any:
    """A clerk's act: the dossier, the status that it led to, and the event's own values."""
    more: dict[str, Any] = {"dossier_id": (str, ...)}
    if statuses:
        more["status"] = (Literal[statuses], ...)
    return model_of(f"{event.__name__}AtCounter", event.__doc__, more | fields_of(event))


NotAccepted: Any = _act(DossierNotAccepted, "not_accepted")
WithdrawnAtCounter: Any = _act(DossierWithdrawn, "withdrawn")
HandedOver: Any = _act(DossierReturned, "returned")
Posted: Any = _act(ResultPosted, "completed")
CameBack: Any = _act(PostCameBack, "completed")
Forgotten: Any = _act(DossierForgotten)
