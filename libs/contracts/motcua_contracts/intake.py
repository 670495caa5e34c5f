"""Intake's words: the dossier at the one-stop counter. Subject: the dossier's id."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from .deadline import DeadlineStep
from .decision import Papers
from .documents import AttachedPaper, DocumentRef
from .payload import Command, Event, Model
from .terms import DayUnit, Terms, Workflow

Channel = Literal["online", "counter", "post"]
Delivery = Literal["online", "counter", "post"]
Outcome = Literal["granted", "refused"]
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
    """The private papers of a dossier, one revision. `pin` opens public tracking. `waiver_ground` is why a fee is waived."""

    pin: str
    applicant: Applicant
    form: dict[str, Any]
    waiver_ground: str = ""


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
    receiving_agency: str = ""
    deciding_agency: str = ""
    result_vi: str = ""
    issues_documents: bool = True
    days: float = 0
    day_unit: DayUnit = "working"
    cutoff: str = "15:00"
    supplement_clock: Literal["restart", "pause"] = "restart"
    workflow: Workflow | None = None
    """None only where nobody routes."""
    received_at: datetime | None = None


class SubmitDossier(Command, owner="intake"):
    """A citizen files online. `form` by the procedure's schema; `files` uploaded before."""

    closed_by = ("DossierRegistered",)
    procedure_code: str
    applicant: Applicant
    form: dict[str, Any] = {}
    files: tuple[AttachedPaper, ...] = ()
    result_delivery: Delivery = "counter"
    receiving_agency: str | None = None
    copies: Annotated[int, Field(ge=1, le=100)] = 1


class RegisterPaperDossier(SubmitDossier, owner="intake"):
    """A clerk registers a paper dossier at the counter or from the post. `agency` is the clerk's; the postmark counts for the deadline."""

    channel: Literal["counter", "post"] = "counter"
    agency: str = ""
    postmark: AwareDatetime | None = None


class AcceptDossier(Command, owner="intake"):
    """A clerk accepts the dossier. `agency` is the clerk's own."""

    closed_by = ("DossierAccepted",)
    agency: str


class RecordAcceptanceSlip(Command, owner="intake"):
    """Answer of the effect `acceptance-slip`. None where the procedure issues no documents."""

    slip: DocumentRef | None


class HandOver(Command, owner="intake"):
    """A clerk hands the result over. The recipient's name is private and stays out of the facts."""

    closed_by = ("DossierReturned",)
    agency: str
    identity_checked: bool


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


class FeeCleared(Event, owner="intake"):
    """Nothing is owed (any more)."""

    reason: Literal["free", "waived", "settled"]


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
    """The result is with its owner."""

    channel: Delivery


class DossierStopped(Event, owner="intake"):
    """Stopped (dừng xử lý)."""

    reason: Literal["not_paid_in_time", "not_supplemented_in_time"]
