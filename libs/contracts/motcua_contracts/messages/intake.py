"""Intake's commands and events: the dossier at the one-stop counter. Subject: the dossier's id."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from ..rules.deadline import Steps
from ..rules.decision import PrivateRecord
from ..rules.terms import DayUnit, Lateness, SupplementClock, Terms, Workflow
from ..values.bounds import (
    LINE,
    MAX_FILES,
    MAX_INPUTS,
    MAX_REQUESTED,
    REQUEST_NUMBER_OR_NONE,
    Day,
    Days,
    Digest,
    Form,
    Hours,
    Id,
    Instant,
    Line,
    Money,
    Number,
    Percent,
    PersonName,
    Seconds,
    Slug,
    Version,
    Whole,
)
from ..values.identity_numbers import IdentityKind
from ..wire.doers import Doer
from ..wire.payload import Command, Event, Model
from ..wire.personal import Personal, Printed, TypedNote
from .documents import AttachedPaper, DocumentRef

Channel = Literal["online", "counter", "post"]
Delivery = Literal["online", "counter", "post"]
Outcome = Literal["granted", "refused"]
ReasonCode = Slug
"""A reason from a list (`motcua_contracts/rules/reasons.py`), never what a person
typed: that is a paper.
"""
PersonalForm = Annotated[Form, Personal("declaration")]
RequestNumber = Annotated[str, Field(max_length=30, pattern=REQUEST_NUMBER_OR_NONE)]
"""Of a paper in the incoming register; no name fits."""
MAX_CHECKS = 200
Contact = Literal["email", "phone"]
"""A way to reach the applicant. Events say which the papers hold, never the address itself."""
CONTACTS: tuple[Contact, ...] = get_args(Contact)
CorrectedField = Literal[
    "full_name", "id_number", "id_kind", "address", "phone", "email", "language"
]
"""What of an applicant can be put right."""
Contacts = Annotated[tuple[Contact, ...], Field(max_length=4)]
Files = Annotated[tuple[AttachedPaper, ...], Field(max_length=MAX_FILES)]
PaperIds = Annotated[tuple[Id, ...], Field(max_length=MAX_FILES)]


class Applicant(Model):
    """The person who asks. Private."""

    full_name: Annotated[
        str, Field(min_length=1, max_length=120, pattern=LINE), Personal("applicant's name")
    ]
    id_number: Annotated[str, Field(max_length=20, pattern=LINE), Personal("identity number")] = ""
    id_kind: IdentityKind | Literal[""] = ""
    """Chosen by the applicant, or recognised when it is filed; empty without a number, and in older
    papers.
    """
    address: Annotated[str, Field(max_length=300, pattern=LINE), Personal("address")] = ""
    phone: Annotated[str, Field(max_length=20, pattern=LINE), Personal("phone")] = ""
    email: Annotated[str, Field(max_length=200, pattern=LINE), Personal("e-mail")] = ""
    language: Literal["vi", "en"] = "vi"


class DossierPapers(PrivateRecord):
    """The private records of a dossier, one revision.

    `pin` opens public tracking. `waiver_ground` is why a fee is waived.

    `note` is what a clerk typed with the event that names this revision (a reason in words, a
    remark); `recipient` who took the result (name, and by which authority), `postal_item` the
    number of a posted one.
    """

    pin: Annotated[Id, Personal("opens public tracking")]
    applicant: Applicant
    form: PersonalForm
    waiver_ground: Annotated[Id, Personal("why a fee is waived")] = ""
    note: TypedNote = ""
    recipient: Annotated[PersonName, Personal("who took the result")] = ""
    postal_item: Annotated[Id, Personal("number of a posted item")] = ""


class RequestedPaper(Model):
    """One line of a supplement request: `paper` is its id in the terms, or empty for one that the
    terms do not name (`note` says which).
    """

    paper: Id
    copies: Annotated[int, Field(ge=1, le=20)] = 1
    kind: Literal["original", "certified", "photocopy"] = "photocopy"
    reason_code: ReasonCode = ""


class PaperName(Model):
    """What a requested paper is called."""

    vi: Line
    en: Line


class CaseTerms(Model):
    """What other services need of a dossier once it is accepted, so that this one event is enough
    to decide.

    `revision` of the private records; `contacts` as in the registration. Days, unit and cut-off are
    what a deadline is computed from.
    """

    procedure: Id
    version: Number = 1
    code: Id
    name_vi: Line
    name_en: Line
    revision: Number
    contacts: Contacts = ()
    confirmed: Contacts = ()
    """As in the registration."""
    owner_actor: Id = ""
    """As in the registration: whose preferences apply to its messages."""
    receiving_agency: Id = ""
    deciding_agency: Id = ""
    result_vi: Line = ""
    issues_documents: bool = True
    days: Days = 0
    day_unit: DayUnit = "working"
    cutoff: Id = "15:00"
    supplement_clock: SupplementClock = "restart"
    workflow: Workflow | None = None
    """None only if the procedure has no routing."""
    received_at: Instant | None = None
    lateness: Lateness = Lateness()
    """Reminders, apology and new dates."""


class SubmitDossier(Command, owner="intake"):
    """A citizen files online. `form` by the procedure's schema; `files` uploaded before.

    `procedure_version`: the version that the caller has read; refused where another one is in force
    by now. `confirmed`: which of the applicant's contacts are known to be the applicant's (the
    identity provider says so, or they were confirmed before); never the caller's own word.
    """

    closed_by = ("DossierRegistered",)
    procedure_code: Id
    applicant: Applicant
    form: PersonalForm = {}
    files: Files = ()
    result_delivery: Delivery = "counter"
    receiving_agency: Id | None = None
    copies: Annotated[int, Field(ge=1, le=100)] = 1
    procedure_version: Version | None = None
    confirmed: Contacts = ()


class RegisterPaperDossier(SubmitDossier, owner="intake"):
    """A clerk registers a paper dossier at the counter or from the post.

    `agency` is the clerk's; the postmark counts for the deadline.

    `papers_on_paper`: ids of the papers that are on the desk without a scan. None: all that are
    needed do. `confirmed`: the contacts that the clerk has seen to be the applicant's own.
    """

    channel: Literal["counter", "post"] = "counter"
    agency: Id = ""
    postmark: Instant | None = None
    papers_on_paper: PaperIds | None = None


class AcceptDossier(Command, owner="intake"):
    """A clerk accepts the dossier. `agency` is the clerk's own."""

    closed_by = ("DossierAccepted",)
    agency: Id


class RecordAcceptanceSlip(Command, owner="intake"):
    """Answer of the effect `acceptance-slip`. None where the procedure issues no documents."""

    slip: DocumentRef | None


class RefuseDossier(Command, owner="intake"):
    """A clerk does not accept the dossier (từ chối tiếp nhận).

    `note` goes into a paper and onto the refusal slip.
    """

    closed_by = ("DossierNotAccepted",)
    agency: Id
    reason_code: ReasonCode
    note: TypedNote = ""


class RequestPapers(Command, owner="intake"):
    """A clerk asks for more papers before acceptance (phiếu yêu cầu bổ sung, hoàn thiện)."""

    closed_by = ("SupplementRequested",)
    agency: Id
    papers: Annotated[tuple[RequestedPaper, ...], Field(min_length=1, max_length=MAX_REQUESTED)]
    reason_code: ReasonCode
    note: TypedNote = ""


class SubmitSupplement(Command, owner="intake"):
    """The owner (or a clerk for somebody at the counter, `agency` set) hands in what was asked for.

    `form` only where it changes.
    """

    closed_by = ("SupplementSubmitted",)
    files: Files = ()
    form: PersonalForm | None = None
    agency: Id = ""
    papers_on_paper: PaperIds = ()
    """Ids of requested papers that were handed in at the counter as paper."""


class WithdrawDossier(Command, owner="intake"):
    """The owner (or a clerk for the owner, `agency` set) withdraws the dossier."""

    closed_by = ("DossierWithdrawn",)
    agency: Id = ""
    note: TypedNote = ""


class RecordSlip(Command, owner="intake"):
    """Answer of the effects `supplement-slip` and `refusal-slip`.

    None where the procedure issues no documents.
    """

    about: Literal["supplement", "refusal"]
    number: Number = 1
    slip: DocumentRef | None


class HandOver(Command, owner="intake"):
    """A clerk hands the result over.

    The recipient's name is private and stays out of the events.
    """

    closed_by = ("DossierReturned",)
    agency: Id
    identity_checked: bool
    recipient: Annotated[
        str, Field(max_length=200, pattern=LINE), Personal("who took the result"), Printed()
    ] = ""
    """Who collected it, if not the applicant. Kept as a paper."""
    written_authority: bool = False
    """A proxy showed a written authorisation."""


class PostResult(Command, owner="intake"):
    """A clerk hands the result to the post. The item's number is kept as a paper."""

    closed_by = ("ResultPosted",)
    agency: Id
    item_number: Annotated[
        str,
        Field(min_length=1, max_length=40, pattern=LINE),
        Personal("number of a posted item"),
        Printed(),
    ]


class RecordPost(Command, owner="intake"):
    """A clerk records the outcome of the postal delivery."""

    closed_by = ("DossierReturned", "PostCameBack")
    agency: Id
    delivered: bool
    reason_code: ReasonCode = ""


class ForgetDossier(Command, owner="intake"):
    """A clerk erases the papers of an ended dossier: papers and files go; the events, slip, fee
    receipt and result stay.

    `reason_code` of `archive.ERASURE`, `asked_by` of `archive.ASKED_BY`; `request_number` and
    `request_date` name the written request, as the incoming register has it. Without them, and
    before the archive's term, it is refused.
    """

    closed_by = ("DossierForgotten",)
    agency: Id
    reason_code: ReasonCode = ""
    asked_by: Slug = ""
    request_number: RequestNumber = ""
    request_date: Day | None = None


class RecordFilesDeleted(Command, owner="intake"):
    """Answer of the effect `delete-files`: the document store holds no file of the forgotten
    dossier any more.
    """


class CorrectApplicant(Command, owner="intake"):
    """Corrects the applicant's data in the papers. None: unchanged; empty: removed.

    A clerk (`agency` set) may correct everything, with a reason and the paper that shows it; the
    owner only their own contact, which is `phone`, `email` and `language`. `confirmed`: the
    contacts that are known to be the applicant's, never the caller's own word.
    """

    closed_by = ("ApplicantCorrected",)
    agency: Id = ""
    full_name: Annotated[
        str | None, Field(max_length=120, pattern=LINE), Personal("applicant's name")
    ] = None
    id_number: Annotated[
        str | None, Field(max_length=20, pattern=LINE), Personal("identity number")
    ] = None
    id_kind: IdentityKind | Literal[""] | None = None
    address: Annotated[str | None, Field(max_length=300, pattern=LINE), Personal("address")] = None
    phone: Annotated[str | None, Field(max_length=20, pattern=LINE), Personal("phone")] = None
    email: Annotated[str | None, Field(max_length=200, pattern=LINE), Personal("e-mail")] = None
    language: Literal["vi", "en"] | None = None
    confirmed: Contacts = ()
    reason_code: ReasonCode = ""
    shown_by: TypedNote = ""
    """The document that proves the correct data, as the clerk names it. Kept as the revision's
    note.
    """


class FollowCalendar(Command, owner="intake"):
    """Intake tells itself that a calendar has days off which it did not have: a term of the dossier
    may end on one.
    """

    closed_by = ("SupplementTermMoved", "AnswerTermMoved")
    calendar: Id
    version: Number


class RateDossier(Command, owner="intake"):
    """The owner rates the service from 1 to 5, once, after the result was returned."""

    closed_by = ("DossierRated",)
    stars: Annotated[int, Field(ge=1, le=5)]


class DossierRegistered(Event, owner="intake"):
    """`code` is what people read (`H40.12-261123-0001`); `commitment` is the SHA-256 of the paper
    `revision`.
    """

    code: Id
    terms: Terms
    commitment: Digest
    revision: Number
    channel: Channel
    owner_actor: Doer
    """`citizen:<pseudonym>`, or empty for a paper dossier without an account."""
    receiving_agency: Id
    deciding_agency: Id
    result_delivery: Delivery
    contacts: Contacts = ()
    """Which contacts paper `revision` holds."""
    confirmed: Contacts = ()
    """Which of them are known to be the applicant's. The others get fixed texts only."""
    documents: Files = ()
    papers_on_paper: PaperIds = ()
    """Ids of the papers that were handed in on paper, without a scan."""
    fee_inputs: Annotated[dict[Id, Whole | bool], Field(max_length=MAX_INPUTS)] = {}
    waiver_percent: Percent = 0
    matter: Digest = ""
    """The same for the same person and procedure: a hash under intake's own key, which says nothing
    of the person. Empty: not known.
    """
    received_at: Instant
    """What the deadline and the acceptance check count from: append time, or the postmark."""


class PaymentDemanded(Event, owner="intake"):
    """The fee is due now: until `pay_by`, or, where that is None, `pay_within_seconds` from this
    event's time.

    `pay_by`: the end of a working day of the counter, where the plain days would end while it is
    closed.
    """

    amount_vnd: Money
    pay_within_seconds: Seconds
    moment: Literal["before_acceptance", "before_result"]
    pay_by: Instant | None = None


class FeeDeferred(Event, owner="intake"):
    """Seen: a fee is owed, but only before the result.

    `pay_within_seconds` is what the demand will say then.
    """

    amount_vnd: Money
    pay_within_seconds: Seconds
    answer_by: Instant | None = None
    """Until when the counter is to answer an online dossier; None where nothing is watched."""


class FeeCleared(Event, owner="intake"):
    """Nothing is owed, or nothing any more."""

    reason: Literal["free", "waived", "settled"]
    answer_by: Instant | None = None
    """As in FeeDeferred. Paid money starts the counter's hours at the settlement."""


class AcceptanceDecided(Event, owner="intake"):
    """Demands the effect `acceptance-slip`."""

    accepted_at: Instant
    due_at: Instant
    steps: Steps
    calendar: Id
    calendar_version: Number


class DossierAccepted(Event, owner="intake"):
    """Accepted, with the receipt and appointment (giấy tiếp nhận và hẹn trả).

    Opens the case in routing.
    """

    case: CaseTerms
    accepted_at: Instant
    due_at: Instant
    steps: Steps
    calendar: Id
    calendar_version: Number
    slip: DocumentRef | None
    supplements_used: Number = 0


class CaseDecisionSeen(Event, owner="intake"):
    """Seen: the department decided."""

    outcome: Outcome
    result: DocumentRef | None
    decided_at: Instant


class DossierCompleted(Event, owner="intake"):
    """The case is decided; the result waits for its owner, or is returned at once
    (DossierReturned).
    """

    outcome: Outcome
    refundable: bool
    result: DocumentRef | None


class DossierReturned(Event, owner="intake"):
    """The owner has the result.

    `revision`: the paper that says who collected it, if not the applicant.
    """

    channel: Delivery
    revision: Number | None = None
    commitment: Digest = ""


class DossierStopped(Event, owner="intake"):
    """Stopped (dừng xử lý)."""

    reason: Literal["not_paid_in_time", "not_supplemented_in_time"]


class SupplementDemanded(Event, owner="intake"):
    """More papers are asked for; demands the effect `supplement-slip` (form 02), which
    SupplementRequested closes.

    `by`: the counter before acceptance, or the department (`number` as in routing's
    SupplementNeeded). `revision`: the paper with the note. `agency`, `officer`: who asks, and whom
    the slip names for questions. `note_revision`: routing's paper with what the department typed.
    """

    by: Literal["counter", "department"]
    number: Number
    papers: Annotated[tuple[RequestedPaper, ...], Field(max_length=MAX_REQUESTED)]
    reason_code: ReasonCode = ""
    revision: Number
    commitment: Digest = ""
    respond_by: Instant
    agency: Id = ""
    officer: Doer = ""
    note_revision: Number | None = None


class SupplementRequested(Event, owner="intake"):
    """The owner is asked, with the slip.

    After `respond_by` without an answer the dossier is stopped.
    """

    by: Literal["counter", "department"]
    number: Number
    papers: Annotated[tuple[RequestedPaper, ...], Field(max_length=MAX_REQUESTED)]
    reason_code: ReasonCode = ""
    revision: Number
    respond_by: Instant
    slip: DocumentRef | None
    names: Annotated[tuple[PaperName, ...], Field(max_length=MAX_REQUESTED)] = ()
    """Of `papers`, in their order; both empty for one that the terms do not name."""


class SupplementSubmitted(Event, owner="intake"):
    """The owner answered.

    `revision` holds the papers from now on; `documents` are the new files. Claims them as the
    registration does.
    """

    by: Literal["counter", "department"]
    number: Number
    revision: Number
    commitment: Digest
    contacts: Contacts = ()
    documents: Files = ()
    papers_on_paper: PaperIds = ()
    submitted_at: Instant
    answer_by: Instant | None = None
    """Before acceptance: the new time limit for the counter's answer."""


class RefusalDecided(Event, owner="intake"):
    """The counter does not accept; demands the effect `refusal-slip` (form 03).

    `revision` of the paper with the note.
    """

    reason_code: ReasonCode
    revision: Number
    commitment: Digest = ""
    refused_at: Instant


class DossierNotAccepted(Event, owner="intake"):
    """Not accepted (không được tiếp nhận), with the slip.

    A paid fee is returned where `refundable`.
    """

    reason_code: ReasonCode
    revision: Number
    slip: DocumentRef | None
    refundable: bool


class DossierWithdrawn(Event, owner="intake"):
    """The owner withdrew it, before intake saw a decision.

    Routing closes the case; said again (`standing`) where a decision crossed.
    """

    refundable: bool = False
    standing: bool = False
    revision: Number | None = None
    """Of the paper with what a clerk typed."""
    commitment: Digest = ""


class ResultPosted(Event, owner="intake"):
    """The result was sent by post. The item's number is in paper `revision`."""

    revision: Number
    commitment: Digest = ""
    posted_at: Instant


class PostCameBack(Event, owner="intake"):
    """The post returned it; it waits at the counter."""

    reason_code: ReasonCode = ""


class DossierForgotten(Event, owner="intake"):
    """Papers and files of this dossier are deleted wherever this is read; the events, slip, fee
    receipt and result stay.

    Who asked for it, why and on which paper is as in the command; empty in events of the first
    release. `checks` are SHA-256 of the check codes that the documents bear which stay: by them
    they are verified from now on. Demands the effect `delete-files`, which FilesDeleted closes.
    """

    erases = True
    reason_code: ReasonCode = ""
    asked_by: Slug = ""
    request_number: RequestNumber = ""
    request_date: Day | None = None
    checks: Annotated[tuple[Digest, ...], Field(max_length=MAX_CHECKS)] = ()


class FilesDeleted(Event, owner="intake"):
    """The document store holds no file of the forgotten dossier any more."""


class ApplicantCorrected(Event, owner="intake"):
    """Paper `revision` corrects the applicant's data.

    Later messages and documents use it; what was issued before stays.

    `fields` are names alone. `contacts` are those of the new paper, `changed` the ones that are
    other addresses now: nobody has confirmed them but where `confirmed` says so.
    """

    revision: Number
    commitment: Digest
    by: Literal["counter", "owner"]
    reason_code: ReasonCode = ""
    fields: Annotated[tuple[CorrectedField, ...], Field(max_length=10)]
    contacts: Contacts = ()
    changed: Contacts = ()
    confirmed: Contacts = ()
    matter: Digest | None = None


class DossierRated(Event, owner="intake"):
    stars: Annotated[int, Field(ge=1, le=5)]


class SupplementTermMoved(Event, owner="intake"):
    """The day by which papers were to be handed in was declared a day off: it is the end of the
    next working day. `steps` say why.
    """

    by: Literal["counter", "department"]
    number: Number
    respond_by: Instant
    steps: Steps
    calendar: Id
    calendar_version: Number


class AnswerTermMoved(Event, owner="intake"):
    """The day on which the counter's hours to answer end was declared a day off: they end on its
    next working day. `steps` say why.
    """

    answer_by: Instant
    steps: Steps
    calendar: Id
    calendar_version: Number


class AcceptanceOverdue(Event, owner="intake"):
    """The counter has not answered an online dossier in time (the watched acceptance check)."""

    waited_since: Instant
    working_hours: Hours
