"""Payment's words for a fee on its way in.

Its words for money on its way back and for the reconciliation are in `refunds`, those of the till
in `till`, those for bank transfers that name no payment in `transfers`; all of them are reached
from here.

Subjects: the dossier's id; `till:<agency>:<cashier>`; `book:<authority>:<series>` (the receipt
book: one writer, no gaps); `reconciliation:<provider>:<day>`; `transfer:<provider>:<hash>` (a
bank's transaction that names no payment).
"""

from base64 import b32encode
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field

from ..rules.deadline import Steps
from ..values.bounds import (
    LINE,
    MAX_HEAD_LETTERS,
    SLUG,
    TEXT,
    Id,
    Instant,
    LongLine,
    MessageId,
    Money,
    Number,
    Paid,
    Percent,
    Seconds,
    Url,
)
from ..wire.doers import Somebody
from ..wire.payload import Command, Event
from ..wire.personal import Personal
from .documents import DocumentRef
from .refunds import PaymentReversed as PaymentReversed
from .refunds import Refunded as Refunded
from .refunds import RefundFailed as RefundFailed
from .refunds import RefundRequested as RefundRequested
from .refunds import ReversePayment as ReversePayment
from .till import Amount as Amount
from .till import CashBooked as CashBooked
from .till import CashGivenBack as CashGivenBack
from .till import CashPaidOut as CashPaidOut
from .till import CashTaken as CashTaken
from .till import CloseTill as CloseTill
from .till import CollectCash as CollectCash
from .till import ConfirmCash as ConfirmCash
from .till import ConfirmPayOut as ConfirmPayOut
from .till import OpenTill as OpenTill
from .till import PayOut as PayOut
from .till import PayOutDeclined as PayOutDeclined
from .till import PayOutRequested as PayOutRequested
from .till import TillClosed as TillClosed
from .till import TillOpened as TillOpened
from .transfers import AssignTransfer as AssignTransfer
from .transfers import ConfirmTransfer as ConfirmTransfer
from .transfers import RecordTransfer as RecordTransfer
from .transfers import ReturnTransfer as ReturnTransfer
from .transfers import TransferAssigned as TransferAssigned
from .transfers import TransferAssigning as TransferAssigning
from .transfers import TransferDeclined as TransferDeclined
from .transfers import TransferReceived as TransferReceived
from .transfers import TransferReturned as TransferReturned

ProviderName = Annotated[str, Field(max_length=20, pattern=SLUG)]
"""A payment provider, by its name in `motcua_payment_providers.base`."""


Standing = Literal["failed", "unfinished", "doubted"]
"""How to read a provider's answer other than "paid"."""


def reference_of(dossier_id: str, attempt: int) -> str:
    """What an online payment is called at the provider: unique forever, and it
    names its dossier.
    """
    return f"{dossier_id}-{attempt}"


def read_reference(reference: str) -> tuple[str, int] | None:
    """Dossier and attempt of a provider's reference, None when it is none of ours.

    The gateway finds a call's subject by it.
    """
    dossier_id, _, attempt = reference.rpartition("-")
    if (
        not dossier_id
        or len(reference) > MAX_HEAD_LETTERS
        or not (attempt.isascii() and attempt.isdigit() and len(attempt) <= 9)
    ):
        return None
    return dossier_id, int(attempt)


def short_reference_of(reference: str) -> str:
    """The same payment where a bank leaves room for 25 letters: `MC` and 75 bits of the reference's
    SHA-256, in base 32.
    """
    return "MC" + b32encode(sha256(reference.encode()).digest()).decode()[:15]


class StartPayment(Command, owner="payment"):
    """The citizen wants to pay online.

    `return_url` is where the provider's page sends the browser back to.
    """

    closed_by = ("PaymentStarted",)
    provider: ProviderName = "vnpay"
    return_url: Annotated[str, Field(max_length=255, pattern=LINE)]


class RecordPaymentStarted(Command, owner="payment"):
    """Answer of the effect `start-payment`: the address of a pay page, or the `payload` of a QR
    code.
    """

    attempt: Number
    redirect_url: Url
    expires_at: Instant
    payload: Url = ""


class RecordProviderResult(Command, owner="payment"):
    """The provider's call, raw (the query string as it came).

    The signature is checked in `prepare`.

    Its subject is the dossier that the reference names (`read_reference`); of a bank transfer that
    names none the transfer's own.
    """

    closed_by = (
        "PaymentSettled",
        "PaymentFailed",
        "PaymentDoubted",
        "MismatchFound",
        "TransferReceived",
    )
    provider: ProviderName = "vnpay"
    raw_query: Annotated[
        str,
        Field(max_length=4000, pattern=TEXT),
        Personal("a bank's or provider's words about a payer"),
    ]
    """Of a bank: its signature, a dot and the body of its notification."""


class RecordProviderAnswer(Command, owner="payment"):
    """Answer of the effect `ask-provider`: what the provider says of an attempt of which it has not
    called.

    `code` as in its calls (`00` paid); `transaction`, amount and time only where something was
    paid.
    """

    attempt: Number
    code: Id
    amount_vnd: Money = 0
    transaction: MessageId = ""
    paid_at: Instant | None = None


class RecordProviderDoubt(Command, owner="payment"):
    """The other answer of the effect `ask-provider`: neither paid nor failed.

    `unfinished`: nobody has paid by now, as far as it knows.
    """

    attempt: Number
    code: Id
    transaction: MessageId = ""
    unfinished: bool = False


class EndDoubt(Command, owner="payment"):
    """A cashier or leader found out (the provider's portal, its statement) that a doubted payment
    brought nothing. `agency`: theirs.
    """

    closed_by = ("PaymentFailed",)
    agency: Id
    attempt: Number


class RecordCash(Command, owner="payment"):
    """Till -> dossier. `reference` is unique per taking."""

    till: Id
    reference: MessageId
    amount_vnd: Paid


class AllotReceipt(Command, owner="payment"):
    """Dossier -> receipt book."""

    dossier_id: Id
    amount_vnd: Money


class FollowCalendar(Command, owner="payment"):
    """Payment tells itself that a calendar has days off which it did not have: the time to pay may
    end on one.
    """

    closed_by = ("PayTermMoved",)
    calendar: Id
    version: Number


class RecordReceipt(Command, owner="payment"):
    """Answer of the dossier's effect `issue-receipt`."""

    number: Id
    document: DocumentRef | None


class FeeAssessed(Event, owner="payment"):
    """`computation`: how the amount was computed, line by line (Vietnamese).

    `amount_vnd` 0 is final: no demand follows.

    The rest is what paying needs later, and stays empty where nothing is owed: who may pay online
    (`owner_actor`, from level 4), at which counter cash is taken, whose receipt it is
    (`authority`), and what the receipt says (the procedure; the payer is in paper `revision`).
    """

    amount_vnd: Money
    computation: Annotated[tuple[LongLine, ...], Field(max_length=50)]
    moment: Literal["before_acceptance", "before_result"]
    pay_within_seconds: Seconds
    code: Id = ""
    level: Number = 1
    owner_actor: Somebody = ""
    receiving_agency: Id = ""
    authority: Id = ""
    procedure: Id = ""
    procedure_version: Number = 0
    revision: Number = 0
    issues_documents: bool = True


class FeeWaived(Event, owner="payment"):
    percent: Percent


class PayerCorrectionSeen(Event, owner="payment"):
    """From now on receipts of the dossier are written by paper `revision`."""

    revision: Number


class PaymentAwaited(Event, owner="payment"):
    """Seen: intake demands the fee. Paid at or before `expires_at` (by append time) is in time."""

    amount_vnd: Money
    expires_at: Instant


class PayTermMoved(Event, owner="payment"):
    """The day until which the fee may be paid was declared a day off: it is the end of the
    counter's next working day. `steps` say why.
    """

    expires_at: Instant
    steps: Steps
    calendar: Id
    calendar_version: Number


class PaymentRequested(Event, owner="payment"):
    """Demands the effect `start-payment`.

    `expires_at`: the provider takes no money for this attempt after it.

    What the provider can do is written down with the attempt: `asked`, whether it answers what
    became of an attempt; `refunds_by`, whether it sends money back itself or the office does over
    the counter.
    """

    attempt: Number
    provider: Id
    reference: MessageId
    amount_vnd: Money
    return_url: Url
    requested_at: Instant
    expires_at: Instant
    short_reference: Id = ""
    asked: bool = False
    refunds_by: Literal["provider", "counter"] = "counter"


class PaymentStarted(Event, owner="payment"):
    attempt: Number
    provider: Id
    reference: MessageId
    redirect_url: Url
    expires_at: Instant
    payload: Url = ""
    amount_vnd: Money = 0


class ProviderAsked(Event, owner="payment"):
    """The time of an attempt is over and its provider has not called, or a doubt lasts: demands the
    effect `ask-provider`.
    """

    attempt: Number
    asked_at: Instant


class PaymentHeld(Event, owner="payment"):
    """Money for a fee whose demand has not been read yet.

    It is judged by `received_at` once everything up to then is read.
    """

    channel: Literal["online", "cash"]
    provider: Id
    attempt: Number
    reference: MessageId
    amount_vnd: Money
    received_at: Instant
    till: Id = ""
    given_by: Somebody = ""
    """The cashier who gave a bank's transfer to the dossier."""


class PaymentSettled(Event, owner="payment"):
    """The fee is paid. `reference` is the provider's transaction number, or the till's."""

    amount_vnd: Money
    channel: Literal["online", "cash"]
    provider: Id
    attempt: Number
    reference: MessageId
    settled_at: Instant
    given_by: Somebody = ""
    """As in PaymentHeld."""


class PaymentFailed(Event, owner="payment"):
    attempt: Number
    provider: Id
    provider_code: LongLine


class PaymentDoubted(Event, owner="payment"):
    """The payer may have been debited and we have no money: the provider suspects the payment,
    reverses it, or cannot say yet.

    Neither paid nor failed: the time to pay does not end meanwhile. The provider is asked at
    `ask_at`, and again until it is settled or not. `asks`: how often it was asked since the doubt
    began. `reference` is the provider's number of the transaction.
    """

    attempt: Number
    provider: Id
    provider_code: LongLine
    reference: MessageId
    amount_vnd: Money
    doubted_at: Instant
    ask_at: Instant
    asks: Number = 0


class PaymentExpired(Event, owner="payment"):
    amount_vnd: Money
    expired_at: Instant


class MismatchFound(Event, owner="payment"):
    """Money or a call that does not match.

    Shown in the reconciliation, never corrected silently; money is booked and refunded.

    `confirmed`: another amount than was asked for is really with us. A pay page's call alone does
    not show that: the page takes one amount.
    """

    reason: Literal["late", "duplicate", "amount_differs", "bad_signature", "not_demanded"]
    amount_vnd: Money
    provider: Id
    attempt: Number
    reference: MessageId
    received_at: Instant | None = None
    confirmed: bool = False

    @property
    def is_money(self) -> bool:
        return self.confirmed or self.reason in ("late", "duplicate", "not_demanded")


class ChargeClosed(Event, owner="payment"):
    """Seen: the dossier ended without what was asked for.

    What is not paid is owed no more; a paid fee goes back where `refundable`.

    What is paid after `ended_at` was not demanded, and goes back.
    """

    reason: Literal["not_accepted", "refused", "withdrawn", "stopped"]
    refundable: bool
    ended_at: Instant


class CashCollected(Event, owner="payment"):
    """Dossier: cash taken at a till settles the fee (PaymentSettled follows)."""

    till: Id
    reference: MessageId
    amount_vnd: Money


class CashDeclined(Event, owner="payment"):
    """Dossier: held cash came too late, or after other money.

    `reason` is the refusal's slug; the till gives it back.
    """

    reference: MessageId
    amount_vnd: Money
    reason: LongLine


class ReceiptNumbered(Event, owner="payment"):
    """Book: the next number of this authority and series, without gaps."""

    number: Id
    ordinal: Number
    dossier_id: Id
    amount_vnd: Money


class ReceiptIssued(Event, owner="payment"):
    number: Id
    document: DocumentRef | None
    amount_vnd: Money
