"""Intake's words: the dossier at the one-stop counter. Subject: the dossier's id."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from .deadline import DeadlineStep
from .decision import Papers
from .documents import AttachedPaper, DocumentRef
from .payload import Command, Event, Model
from .terms import DayUnit, Lateness, SupplementClock, Terms, Workflow

Channel = Literal["online", "counter", "post"]
Delivery = Literal["online", "counter", "post"]
Outcome = Literal["granted", "refused"]
ReasonCode = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9-]*$")]
"""A reason from a list (`motcua_contracts/reasons.py`), never what a person typed: that is a paper."""
Contact = Literal["email", "phone"]
"""A way to reach the applicant. Facts say which the papers hold, never the address itself."""


class Applicant(Model):
    """The person who asks. Private."""

    full_name: Annotated[str, Field(min_length=1, max_length=120)]
    id_number: Annotated[str, Field(max_length=20)] = ""
    address: Annotated[str, Field(max_length=300)] = ""
    phone: Annotated[str, Field(max_length=20)] = ""
    email: Annotated[str, Field(max_length=200)] = ""
    language: Literal["vi", "en"] = "vi"


class DossierPapers(Papers):
    """The private papers of a dossier, one revision. `pin` opens public tracking. `waiver_ground` is why a fee is waived.

    `note` is what a clerk typed with the fact that names this revision (a reason in words, a remark); `recipient` who took the result
    (name, and by which authority), `postal_item` the number of a posted one.
    """

    pin: str
    applicant: Applicant
    form: dict[str, Any]
    waiver_ground: str = ""
    note: str = ""
    recipient: str = ""
    postal_item: str = ""


class RequestedPaper(Model):
    """One line of a supplement request: `paper` is its id in the terms, or empty for one that the terms do not name (`note` says which)."""

    paper: str
    copies: Annotated[int, Field(ge=1, le=20)] = 1
    kind: Literal["original", "certified", "photocopy"] = "photocopy"
    reason_code: ReasonCode = ""


class PaperName(Model):
    """What a requested paper is called."""

    vi: str
    en: str


class CaseTerms(Model):
    """What others need of a dossier from its acceptance on, so that they decide from this one fact without the registration.

    `revision` of the private papers; `contacts` as in the registration. Days, unit and cut-off are what a deadline is computed from.
    """

    procedure: str
    version: int = 1
    code: str
    name_vi: str
    name_en: str
    revision: int
    contacts: tuple[Contact, ...] = ()
    owner_actor: str = ""
    """As in the registration: whose wishes hold for its messages."""
    receiving_agency: str = ""
    deciding_agency: str = ""
    result_vi: str = ""
    issues_documents: bool = True
    days: float = 0
    day_unit: DayUnit = "working"
    cutoff: str = "15:00"
    supplement_clock: SupplementClock = "restart"
    workflow: Workflow | None = None
    """None only where nobody routes."""
    received_at: datetime | None = None
    lateness: Lateness = Lateness()
    """Reminders, apology and new dates."""


class SubmitDossier(Command, owner="intake"):
    """A citizen files online. `form` by the procedure's schema; `files` uploaded before.

    `procedure_version`: the version that the caller has read; refused where another one is in force by now.
    """

    closed_by = ("DossierRegistered",)
    procedure_code: str
    applicant: Applicant
    form: dict[str, Any] = {}
    files: tuple[AttachedPaper, ...] = ()
    result_delivery: Delivery = "counter"
    receiving_agency: str | None = None
    copies: Annotated[int, Field(ge=1, le=100)] = 1
    procedure_version: Annotated[int, Field(ge=1)] | None = None


class RegisterPaperDossier(SubmitDossier, owner="intake"):
    """A clerk registers a paper dossier at the counter or from the post. `agency` is the clerk's; the postmark counts for the deadline.

    `papers_on_paper`: ids of the papers that lie on the desk without a scan. None: all that are needed do.
    """

    channel: Literal["counter", "post"] = "counter"
    agency: str = ""
    postmark: AwareDatetime | None = None
    papers_on_paper: tuple[str, ...] | None = None


class AcceptDossier(Command, owner="intake"):
    """A clerk accepts the dossier. `agency` is the clerk's own."""

    closed_by = ("DossierAccepted",)
    agency: str


class RecordAcceptanceSlip(Command, owner="intake"):
    """Answer of the effect `acceptance-slip`. None where the procedure issues no documents."""

    slip: DocumentRef | None


class RefuseDossier(Command, owner="intake"):
    """A clerk does not accept the dossier (từ chối tiếp nhận). `note` goes into a paper and onto the refusal slip."""

    closed_by = ("DossierNotAccepted",)
    agency: str
    reason_code: ReasonCode
    note: Annotated[str, Field(max_length=2000)] = ""


class RequestPapers(Command, owner="intake"):
    """A clerk asks for more papers before acceptance (phiếu yêu cầu bổ sung, hoàn thiện)."""

    closed_by = ("SupplementRequested",)
    agency: str
    papers: Annotated[tuple[RequestedPaper, ...], Field(min_length=1, max_length=30)]
    reason_code: ReasonCode
    note: Annotated[str, Field(max_length=2000)] = ""


class SubmitSupplement(Command, owner="intake"):
    """The owner (or a clerk for somebody at the counter, `agency` set) hands in what was asked for. `form` only where it changes."""

    closed_by = ("SupplementSubmitted",)
    files: tuple[AttachedPaper, ...] = ()
    form: dict[str, Any] | None = None
    agency: str = ""
    papers_on_paper: tuple[str, ...] = ()
    """Ids of requested papers that were handed in at the counter as paper."""


class WithdrawDossier(Command, owner="intake"):
    """The owner (or a clerk for the owner, `agency` set) withdraws the dossier."""

    closed_by = ("DossierWithdrawn",)
    agency: str = ""
    note: Annotated[str, Field(max_length=2000)] = ""


class RecordSlip(Command, owner="intake"):
    """Answer of the effects `supplement-slip` and `refusal-slip`. None where the procedure issues no documents."""

    about: Literal["supplement", "refusal"]
    number: int = 1
    slip: DocumentRef | None


class HandOver(Command, owner="intake"):
    """A clerk hands the result over. The recipient's name is private and stays out of the facts."""

    closed_by = ("DossierReturned",)
    agency: str
    identity_checked: bool
    recipient: Annotated[str, Field(max_length=200)] = ""
    """Who took it, where that is not the applicant. Kept as a paper."""
    written_authority: bool = False
    """A proxy showed a written authority."""


class PostResult(Command, owner="intake"):
    """A clerk hands the result to the post. The item's number is kept as a paper."""

    closed_by = ("ResultPosted",)
    agency: str
    item_number: Annotated[str, Field(min_length=1, max_length=40)]


class RecordPost(Command, owner="intake"):
    """A clerk records what became of the posted result."""

    closed_by = ("DossierReturned", "PostCameBack")
    agency: str
    delivered: bool
    reason_code: ReasonCode = ""


class ForgetDossier(Command, owner="intake"):
    """A clerk forgets a finished dossier on its owner's demand: papers and files go, the facts stay."""

    closed_by = ("DossierForgotten",)
    agency: str


class RecordFilesDeleted(Command, owner="intake"):
    """Answer of the effect `delete-files`: the document store holds no file of the forgotten dossier any more."""


class RateDossier(Command, owner="intake"):
    """The owner says how it went, 1 to 5, once, after the return."""

    closed_by = ("DossierRated",)
    stars: Annotated[int, Field(ge=1, le=5)]


class DossierRegistered(Event, owner="intake"):
    """`code` is what people read (`H40.12-261123-0001`); `commitment` is the SHA-256 of the paper `revision`."""

    code: str
    terms: Terms
    commitment: str
    revision: int
    channel: Channel
    owner_actor: str
    """`citizen:<pseudonym>`, or empty for a paper dossier without an account."""
    receiving_agency: str
    deciding_agency: str
    result_delivery: Delivery
    contacts: tuple[Contact, ...] = ()
    """Which contacts paper `revision` holds."""
    documents: tuple[AttachedPaper, ...] = ()
    papers_on_paper: tuple[str, ...] = ()
    """Ids of the papers that were handed in on paper, without a scan."""
    fee_inputs: dict[str, int | bool] = {}
    waiver_percent: int = 0
    received_at: datetime
    """What the deadline and the acceptance check count from: append time, or the postmark."""


class PaymentDemanded(Event, owner="intake"):
    """The fee is due now. Payment counts `pay_within_seconds` from this fact's time."""

    amount_vnd: int
    pay_within_seconds: float
    moment: Literal["before_acceptance", "before_result"]


class FeeDeferred(Event, owner="intake"):
    """Seen: a fee is owed, but only before the result. `pay_within_seconds` is what the demand will say then."""

    amount_vnd: int
    pay_within_seconds: float
    answer_by: datetime | None = None
    """Until when the counter is to answer an online dossier; None where nothing is watched."""


class FeeCleared(Event, owner="intake"):
    """Nothing is owed (any more)."""

    reason: Literal["free", "waived", "settled"]
    answer_by: datetime | None = None
    """As in FeeDeferred. Paid money starts the counter's hours at the settlement."""


class AcceptanceDecided(Event, owner="intake"):
    """Demands the effect `acceptance-slip`."""

    accepted_at: datetime
    due_at: datetime
    steps: tuple[DeadlineStep, ...]
    calendar: str
    calendar_version: int


class DossierAccepted(Event, owner="intake"):
    """Accepted, with the receipt and appointment (giấy tiếp nhận và hẹn trả). Opens the case in routing."""

    case: CaseTerms
    accepted_at: datetime
    due_at: datetime
    steps: tuple[DeadlineStep, ...]
    calendar: str
    calendar_version: int
    slip: DocumentRef | None
    supplements_used: int = 0


class CaseDecisionSeen(Event, owner="intake"):
    """Seen: the department decided."""

    outcome: Outcome
    result: DocumentRef | None
    decided_at: datetime


class DossierCompleted(Event, owner="intake"):
    """Done; the result waits for its owner, or goes out at once (DossierReturned)."""

    outcome: Outcome
    refundable: bool
    result: DocumentRef | None


class DossierReturned(Event, owner="intake"):
    """The result is with its owner. `revision`: the paper that says who took it, where that was not the applicant."""

    channel: Delivery
    revision: int | None = None
    commitment: str = ""


class DossierStopped(Event, owner="intake"):
    """Stopped (dừng xử lý)."""

    reason: Literal["not_paid_in_time", "not_supplemented_in_time"]


class SupplementDemanded(Event, owner="intake"):
    """More papers are asked for; demands the effect `supplement-slip` (form 02), which SupplementRequested closes.

    `by`: the counter before acceptance, or the department (`number` as in routing's SupplementNeeded). `revision`: the paper with the note.
    `agency`, `officer`: who asks, and whom the slip names for questions. `note_revision`: routing's paper with what the department typed.
    """

    by: Literal["counter", "department"]
    number: int
    papers: tuple[RequestedPaper, ...]
    reason_code: ReasonCode = ""
    revision: int
    commitment: str = ""
    respond_by: datetime
    agency: str = ""
    officer: str = ""
    note_revision: int | None = None


class SupplementRequested(Event, owner="intake"):
    """The owner is asked, with the slip. After `respond_by` without an answer the dossier is stopped."""

    by: Literal["counter", "department"]
    number: int
    papers: tuple[RequestedPaper, ...]
    reason_code: ReasonCode = ""
    revision: int
    respond_by: datetime
    slip: DocumentRef | None
    names: tuple[PaperName, ...] = ()
    """Of `papers`, in their order; both empty for one that the terms do not name."""


class SupplementSubmitted(Event, owner="intake"):
    """The owner answered. `revision` holds the papers from now on; `documents` are the new files. Claims them as the registration does."""

    by: Literal["counter", "department"]
    number: int
    revision: int
    commitment: str
    contacts: tuple[Contact, ...] = ()
    documents: tuple[AttachedPaper, ...] = ()
    papers_on_paper: tuple[str, ...] = ()
    submitted_at: datetime
    answer_by: datetime | None = None
    """Before acceptance: until when the counter is to answer now."""


class RefusalDecided(Event, owner="intake"):
    """The counter does not accept; demands the effect `refusal-slip` (form 03). `revision` of the paper with the note."""

    reason_code: ReasonCode
    revision: int
    commitment: str = ""
    refused_at: datetime


class DossierNotAccepted(Event, owner="intake"):
    """Not accepted (không được tiếp nhận), with the slip. A paid fee is returned where `refundable`."""

    reason_code: ReasonCode
    revision: int
    slip: DocumentRef | None
    refundable: bool


class DossierWithdrawn(Event, owner="intake"):
    """The owner withdrew it, before intake saw a decision. Routing closes the case; said again (`standing`) where a decision crossed."""

    refundable: bool = False
    standing: bool = False
    revision: int | None = None
    """Of the paper with what a clerk typed."""
    commitment: str = ""


class ResultPosted(Event, owner="intake"):
    """The result is with the post. The item's number is in paper `revision`."""

    revision: int
    commitment: str = ""
    posted_at: datetime


class PostCameBack(Event, owner="intake"):
    """The post brought it back; it waits at the counter."""

    reason_code: ReasonCode = ""


class DossierForgotten(Event, owner="intake"):
    """Papers and files of this dossier are deleted wherever this is read. The facts stay.

    Demands the effect `delete-files`, which FilesDeleted closes.
    """

    erases = True


class FilesDeleted(Event, owner="intake"):
    """The document store holds no file of the forgotten dossier any more."""


class DossierRated(Event, owner="intake"):
    stars: Annotated[int, Field(ge=1, le=5)]


class AcceptanceOverdue(Event, owner="intake"):
    """The counter has not answered an online dossier within its working hours (the watched acceptance check)."""

    waited_since: datetime
    working_hours: float
