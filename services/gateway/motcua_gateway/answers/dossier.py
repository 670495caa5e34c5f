"""Dossiers as their owner and anybody with code and pin read them, and what a citizen's acts
answer.
"""

from datetime import datetime
from typing import Any, Literal

from motcua_contracts.messages.documents import DocumentRef
from motcua_contracts.messages.intake import Channel, Contact, Delivery, DossierRated, Outcome
from motcua_contracts.messages.refunds import RefundReason
from motcua_contracts.rules.deadline import DeadlineStep
from motcua_contracts.rules.status import FeeState, NextAction, Status
from motcua_contracts.rules.terms import DayUnit, Moment, PaperKind
from motcua_contracts.values.bounds import Money

from .base import Answer, UnreadableRow, part_of, told


class Person(Answer):
    """An officer. `name` is empty where nobody knows it (yet)."""

    id: str
    name: str


class Actor(Person):
    """Who did something, with the post that the officer has now."""

    post_vi: str
    post_en: str


class AgencyNames(Answer):
    """Names of an agency and one of its departments; the id where the catalogue
    does not know it.
    """

    agency_vi: str
    agency_en: str
    department_vi: str
    department_en: str


class Desk(AgencyNames):
    """A department with its id and the post that acts there."""

    agency: str
    department: str
    post_vi: str
    post_en: str


class PublicWhereabouts(Desk):
    """Where a dossier is now."""

    step: str
    step_vi: str
    step_en: str


class NamedWhereabouts(PublicWhereabouts):
    """Where a dossier is now, and with whom."""

    officer: Person | None


class Consultation(Desk):
    """An opinion that was asked for; `opinion` null as long as it is awaited."""

    consultation: int
    respond_by: datetime
    opinion: Literal["agrees", "objects", "no_opinion"] | None


class ListRow(Answer):
    """A dossier in a list."""

    dossier_id: str
    code: str
    status: Status
    status_vi: str
    status_en: str
    procedure_code: str
    procedure_vi: str
    procedure_en: str
    level: int | None
    received_at: datetime
    due_at: datetime | None
    changed_at: datetime | None


class DossierList(Answer):
    dossiers: list[ListRow | UnreadableRow]
    next_cursor: str | None


class Due(Answer):
    """Why it is due when: the computation line by line.

    `first_due_at`: what late is measured against.

    `forecast`: it reaches a year whose days off are not decided yet, so it may move.
    """

    due_at: datetime | None
    first_due_at: datetime | None
    step_due_at: datetime | None
    forecast: bool
    steps: list[DeadlineStep]


class Reason(Answer):
    """A reason of a list with its texts; left out where none was given."""

    reason_code: str = ""
    reason_vi: str = ""
    reason_en: str = ""


class Apology(Reason):
    """A new date, with its reason and letter."""

    due_at: datetime
    letter: DocumentRef | None


class Settled(Answer):
    channel: str
    settled_at: datetime


class Refund(Answer):
    """`fee`: whether the money had paid the fee."""

    refund: int
    amount_vnd: Money
    channel: Literal["online", "cash"]
    reason: RefundReason
    state: Literal["requested", "done", "failed"]
    fee: bool


class Fee(Answer):
    """What a dossier costs.

    `amount_vnd` null: not assessed yet. `online`: whether it may be paid so.

    `in_doubt`: the payer's bank took money and the provider has not said whether the payment
    counts; it is asked again.
    """

    state: FeeState
    amount_vnd: Money | None
    computation: list[str]
    moment: Moment | None
    pay_until: datetime | None
    online: bool
    settled: Settled | None
    receipt_number: str | None
    refunds: list[Refund]
    in_doubt: bool


class PublicEvent(Answer):
    """A line of the history; the department and post to which it went, or of who did it."""

    at: datetime
    event: str
    text_vi: str
    text_en: str
    agency_vi: str = ""
    agency_en: str = ""
    department_vi: str = ""
    department_en: str = ""
    post_vi: str = ""
    post_en: str = ""
    officer_name: str = ""
    """Only where the office shows its officers' names in public."""


class Event(PublicEvent, Reason):
    """The same with who did it: the kind of person, and an officer by name."""

    actor: str
    actor_vi: str
    actor_en: str
    officer: Actor | None = None
    assigned_to: Person | None = None


class Document(Answer):
    """A file of the dossier, fetched at `href`."""

    kind: Literal[
        "upload", "slip", "supplement-slip", "refusal-slip", "receipt", "apology", "result"
    ]
    sha256: str
    size: int
    media_type: str
    href: str
    paper: str = ""
    name_vi: str = ""


class AskedPaper(Reason):
    """`paper` empty: one that the procedure does not name, the note says which."""

    paper: str
    name_vi: str
    copies: int
    kind: PaperKind
    kind_vi: str
    kind_en: str


class AwaitedSupplement(Reason):
    """What is asked for, as long as it is awaited."""

    by: Literal["counter", "department"]
    respond_by: datetime
    note: str
    papers: list[AskedPaper]


class AskedInPublic(Reason):
    """What is asked for, as whoever has the pin reads it: no note."""

    respond_by: datetime
    papers: list[AskedPaper]


class OpenFee(Answer):
    """What is to be paid, `now` or before the result. `online`: whether it may be paid so."""

    amount_vnd: Money
    pay_until: datetime | None
    online: bool
    now: bool


class Refusal(Reason):
    """Why the counter did not accept. `refundable`: a paid fee goes back."""

    note: str
    refundable: bool


class Decision(Answer):
    outcome: Outcome
    reason_code: str
    decided_at: datetime


class ContactShown(Answer):
    """A way to reach the applicant that the dossier has; not `confirmed`: it
    gets fixed words only.
    """

    contact: Contact
    confirmed: bool


class Core(ListRow):
    """What owner and officers read of a dossier."""

    place: NamedWhereabouts | None
    due: Due
    consultations: list[Consultation]
    apologies: list[Apology]
    days: float
    day_unit: DayUnit
    channel: Channel
    result_delivery: Delivery
    contacts: list[ContactShown]
    fee: Fee
    history: list[Event]
    documents: list[Document]
    supplement: AwaitedSupplement | None
    refusal: Refusal | None
    rating: int | None
    outcome: Decision | None


class SameMatter(Answer):
    """Another open dossier of the same person and procedure: both may stand.

    A citizen is told only of their own.
    """

    dossier_id: str
    code: str
    status: Status


class OwnersDossier(Core):
    """The dossier as its owner reads it. `next_actions`: what can be done now."""

    next_actions: list[NextAction]
    same_matter: list[SameMatter]


class TrackedDossier(Answer):
    """What code and pin open: nothing personal."""

    code: str
    procedure_code: str
    procedure_vi: str
    procedure_en: str
    status: Status
    status_vi: str
    status_en: str
    place: PublicWhereabouts | NamedWhereabouts | None
    consultations: list[Consultation]
    received_at: datetime
    due_at: datetime | None
    counter_vi: str
    counter_en: str
    supplement: AskedInPublic | None
    fee: OpenFee | None
    history: list[PublicEvent]


class IssuedDocument(Answer):
    kind: str
    sha256: str
    size: int


class VerifiedDossier(Answer):
    """What was issued for a dossier; a document is genuine if its own hash is among them."""

    code: str
    procedure_code: str
    procedure_vi: str
    procedure_en: str
    agency_vi: str
    agency_en: str
    outcome: Outcome | None
    decided_at: str | datetime | None
    documents: list[IssuedDocument]


class Corrected(Answer):
    """What of the applicant's data is another now, by name; which contacts there are, and which are
    known to be the applicant's.
    """

    dossier_id: str
    fields: list[str]
    contacts: list[Contact]
    confirmed: list[Contact]


class Notice(Answer):
    """What should be known of a field that is taken all the same: no SMS goes to a landline."""

    field: str
    title: str
    title_en: str


class Filed(Answer):
    """A dossier was registered. The pin opens public tracking."""

    dossier_id: str
    code: str
    status: Literal["registered"]
    pin: str
    notices: list[Notice]
    same_matter: list[SameMatter]


class _Payment(Answer):
    provider: str
    attempt: int
    amount_vnd: Money | None
    expires_at: datetime


class PayPage(_Payment):
    """A payment was started: send the browser to `redirect_url`."""

    redirect_url: str


class TransferCode(_Payment):
    """A payment by transfer: `payload` is the QR code's text, the pictures show it."""

    payload: str
    qr_svg: str
    qr_png: str


class SupplementTaken(Answer):
    dossier_id: str
    submitted_at: datetime


class Withdrawn(Answer):
    """`refundable`: a paid fee goes back."""

    dossier_id: str
    status: Literal["withdrawn"]
    refundable: bool


Uploaded: Any = part_of(DocumentRef, "Uploaded")
Rated: Any = told(DossierRated)
