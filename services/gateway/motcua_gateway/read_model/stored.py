"""What a dossier's document in the collection `dossiers` holds, part by part.

Types only: the document stays the plain dict that MongoDB gives. A part whose events have not been
heard is not there. What a list leaves out of the documents that it reads is in `dossiers.LISTED`.
"""

from datetime import datetime
from typing import Any, Literal, NamedTuple, NotRequired, Required, TypedDict

from motcua_contracts.messages.intake import Channel, Contact, Delivery, Outcome
from motcua_contracts.rules.status import Status
from motcua_contracts.rules.terms import DayUnit, Moment


class More(TypedDict, total=False):
    """What a history entry needs beside the event's name. Each event has a few of these."""

    agency: str
    department: str
    officer: str
    step_vi: str
    step_en: str
    post_vi: str
    post_en: str
    step_due_at: datetime
    due_at: datetime
    respond_by: datetime
    answer_by: datetime
    waited_since: datetime
    seal_at: datetime
    pay_until: datetime
    by: str
    channel: str
    reason: str
    reason_code: str
    reason_vi: str
    reason_en: str
    on_vi: str
    on_en: str
    outcome: Outcome
    opinion: str
    consultation: int
    revision: int | None
    percent: int
    stars: int
    amount_vnd: int
    moment: Moment
    provider: str
    provider_code: str
    number: str


class Entry(NamedTuple):
    """A line of the history. It is stored as an array, in this order."""

    at: datetime
    source: int
    """Of `document.SOURCES`; of events of one millisecond the lower one comes first."""
    sequence: int
    """Of the event among its source's."""
    event: str
    actor: str
    more: More


class Mark(NamedTuple):
    """A moment that statistics count. It is stored as an array, in this order."""

    at: datetime
    kind: str
    value: Any
    """A due date, an outcome or a seat, by `kind`."""


class FileReference(TypedDict):
    """A file of the document store."""

    sha256: str
    size: int
    media_type: str


class Upload(FileReference):
    """A file for one of the procedure's papers, by the paper's id."""

    paper: str


class Slip(FileReference):
    """A slip of a supplement request or a refusal."""

    kind: str


class HeldFile(FileReference, total=False):
    """A file of any kind. `paper`: of an upload."""

    kind: Required[str]
    paper: str


class Due(TypedDict):
    """A due date with its computation, which is JSON (`document.due_steps`)."""

    due_at: datetime
    calendar: str
    calendar_version: int
    steps: bytes


class Filing(TypedDict):
    """What the registration says, and what came in since."""

    procedure: str
    procedure_version: int
    name_vi: str
    name_en: str
    field: str
    level: int | None
    days: float
    day_unit: DayUnit
    channel: Channel
    result_delivery: Delivery
    deciding_agency: str
    revision: int
    contacts: list[Contact]
    confirmed: list[Contact]
    papers: list[Upload]
    on_paper: list[str]
    archive: dict[str, object]
    corrected: NotRequired[dict[Contact, int]]
    """Contact -> the revision in which it became another address."""


class Acceptance(TypedDict):
    accepted_at: datetime
    slip: FileReference | None
    due: Due


class PaperAsked(TypedDict):
    """A line of a supplement request."""

    paper: str
    copies: int
    kind: str
    reason_code: str


class Supplement(TypedDict, total=False):
    """The last supplement request, from the demand for its slip on."""

    state: Literal["demanded", "requested", "submitted"]
    by: Literal["counter", "department"]
    number: int
    agency: str
    note: int | None
    reason_code: str
    papers: list[PaperAsked]
    respond_by: datetime
    revision: int
    submitted_at: datetime


class Refused(TypedDict):
    """Why the counter did not accept."""

    reason_code: str
    revision: int
    refundable: bool


class Completion(TypedDict):
    outcome: Outcome


class Noted(TypedDict):
    """A revision of the private records that says in words what an event says in codes."""

    revision: int
    fact: str


class Task(TypedDict):
    """The open step of the case."""

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


class Draft(TypedDict):
    outcome: Outcome
    reason_code: str


class Decided(Draft):
    decided_at: datetime


class Waiting(TypedDict):
    """The clock is paused for a supplement."""

    since: datetime | None
    number: int
    clock: Literal["restart", "pause"]
    papers: list[PaperAsked]


class Prepared(TypedDict):
    """A letter that waits for a leader's signature."""

    new_due_at: datetime
    reason_code: str
    seal_at: datetime


class Asked(TypedDict):
    """An opinion that was asked for; None as long as it is awaited."""

    consultation: int
    agency: str
    department: str
    officer: str
    post_vi: str
    post_en: str
    respond_by: datetime
    opinion: str | None


class Apology(TypedDict):
    """A new date that was given, with its letter."""

    reason_code: str
    due_at: datetime
    letter: FileReference | None


class Case(TypedDict, total=False):
    """Routing's part."""

    agency: str
    due: Due
    task: Task | None
    draft: Draft
    result: FileReference | None
    decision: Decided
    supplements: int
    waiting: Waiting | None
    prepared: Prepared | None
    consultations: list[Asked]
    apologies: list[Apology]
    reminded: int
    by_hand: list[str]
    """Ids of the steps that persons do, in their order."""
    extensions_allowed: int
    extending: bool
    """A new due date is decided, and its letter is being made."""


class Settled(TypedDict):
    channel: str
    settled_at: datetime


class Receipt(TypedDict):
    number: str
    document: FileReference | None


class Refund(TypedDict):
    refund: int
    amount_vnd: int
    channel: str
    reason: str
    state: str
    fee: bool


class Doubt(TypedDict):
    """A payment of which the provider does not know yet what became of it."""

    attempt: int
    provider: str
    provider_code: str
    reference: str
    amount_vnd: int
    doubted_at: datetime
    ask_at: datetime
    asks: int


class Reversal(TypedDict):
    """A payment that the bank took back."""

    provider: str
    reference: str
    amount_vnd: int
    bank_reference: str
    fee: bool
    owed: bool
    refunded_vnd: int
    reversed_at: datetime


class Charge(TypedDict, total=False):
    """Payment's part."""

    amount_vnd: int
    computation: list[str]
    moment: Moment
    waived_percent: int
    pay_until: datetime
    attempts: int
    settled: Settled | None
    receipt: Receipt
    closed: str
    refunds: list[Refund]
    doubts: list[Doubt]
    asking: list[int]
    """Attempts whose provider is being asked what became of them."""
    reversals: list[Reversal]


class Told(TypedDict):
    """A message that notify queued for the dossier's applicant."""

    id: str
    news: str
    at: datetime | None
    channel: str
    template: str
    values: dict[str, str]
    state: str
    reason: str


class Document(TypedDict, total=False):
    """A dossier whose registration was heard, as it is stored and read."""

    _id: Required[str]
    code: Required[str]
    owner: Required[str]
    agency: Required[str]
    filed_at: Required[datetime]
    filing: Required[Filing]
    progress: Required[bytes]
    """`rules.status.Progress` as JSON."""
    history: Required[list[list[Any]]]
    """Arrays, each of which is an `Entry` (`history_of`)."""
    marks: list[list[Any]]
    passed: list[list[Any]]
    """Each status that the dossier came to, with its time."""
    told: int
    """How many of `passed` the portal's feed has."""
    notified: int
    """The sequence of notify's last event."""
    version: Required[int]
    status: Required[Status]
    due_at: Required[datetime | None]
    first_due_at: datetime | None
    changed_at: Required[datetime | None]
    officer: str
    """Who has the open step; empty where nobody has."""
    matter: str
    desks: list[str]
    asked: list[str]
    escalated_to: str
    documents: list[str]
    accepting: bool
    """The acceptance is decided; until `acceptance` is there its slip is being made."""
    acceptance: Acceptance
    supplement: Supplement
    counter_asked: bool
    unanswered: bool
    refusing: bool
    refusal: Refused
    slips: list[Slip]
    noted: list[Noted]
    completion: Completion
    ended_at: datetime | None
    stars: int
    forgotten: bool
    lasting: bool
    checks: list[str]
    case: Case
    charge: Charge
    transfers: list[str]
    credits: list[str]
    messages: list[Told]
    undelivered: int
    confirmed: list[Contact]
    confirmed_by: dict[Contact, int]
    """Contact -> the revision whose address was confirmed."""
    acted: dict[str, str]
    """Event -> who decided what it says (`folds/actors.py`)."""


def history_of(document: Document) -> list[Entry]:
    """The lines of the history, the earliest first."""
    return [Entry(*line) for line in document["history"]]
