"""Payment's words.

Subjects: the dossier's id; `till:<agency>:<cashier>`; `book:<authority>:<series>` (the receipt book: one writer, no gaps).
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from .documents import DocumentRef
from .payload import Command, Event

Amount = Annotated[int, Field(ge=0)]
"""Whole đồng."""


def reference_of(dossier_id: str, attempt: int) -> str:
    """What an online payment is called at the provider: unique for ever, and it names its dossier."""
    return f"{dossier_id}-{attempt}"


def read_reference(reference: str) -> tuple[str, int] | None:
    """Dossier and attempt of a provider's reference, None when it is none of ours. The gateway finds a call's subject by it."""
    dossier_id, _, attempt = reference.rpartition("-")
    if not dossier_id or not (attempt.isascii() and attempt.isdigit()):
        return None
    return dossier_id, int(attempt)


class StartPayment(Command, owner="payment"):
    """The citizen wants to pay online. `return_url` is where the provider's page sends the browser back to."""

    closed_by = ("PaymentStarted",)
    provider: Literal["vnpay"] = "vnpay"
    return_url: Annotated[str, Field(max_length=255)]


class RecordPaymentStarted(Command, owner="payment"):
    """Answer of the effect `start-payment`."""

    attempt: int
    redirect_url: str
    expires_at: datetime


class RecordProviderResult(Command, owner="payment"):
    """The provider's call, raw (the query string as it came). The signature is checked in `prepare`.

    Its subject is the dossier that the reference names (`read_reference`).
    """

    closed_by = ("PaymentSettled", "PaymentFailed", "MismatchFound")
    provider: Literal["vnpay"] = "vnpay"
    raw_query: Annotated[str, Field(max_length=4000)]


class OpenTill(Command, owner="payment"):
    closed_by = ("TillOpened",)
    agency: str
    float_vnd: Amount


class CloseTill(Command, owner="payment"):
    closed_by = ("TillClosed",)
    counted_vnd: Amount


class CollectCash(Command, owner="payment"):
    """To the till. The cashier takes the fee of a dossier in cash; closed by what the dossier says of it."""

    closed_by = ("CashBooked", "CashGivenBack")
    dossier_id: str
    amount_vnd: Annotated[int, Field(gt=0)]


class RecordCash(Command, owner="payment"):
    """Till -> dossier. `reference` is unique per taking."""

    till: str
    reference: str
    amount_vnd: Annotated[int, Field(gt=0)]


class ConfirmCash(Command, owner="payment"):
    """Answer of the till's effect `record-cash`: what the dossier decided. `reason` is the refusal's slug."""

    reference: str
    accepted: bool
    reason: str = ""


class AllotReceipt(Command, owner="payment"):
    """Dossier -> receipt book."""

    dossier_id: str
    amount_vnd: int


class RecordReceipt(Command, owner="payment"):
    """Answer of the dossier's effect `issue-receipt`."""

    number: str
    document: DocumentRef | None


class FeeAssessed(Event, owner="payment"):
    """`computation`: how the amount came about, line by line (Vietnamese). `amount_vnd` 0 is final: no demand follows.

    The rest is what paying needs later, and stays empty where nothing is owed: who may pay online (`owner_actor`, from level 4), at which
    counter cash is taken, whose receipt it is (`authority`), and what the receipt says (the procedure; the payer is in paper `revision`).
    """

    amount_vnd: int
    computation: tuple[str, ...]
    moment: Literal["before_acceptance", "before_result"]
    pay_within_seconds: float
    code: str = ""
    level: int = 1
    owner_actor: str = ""
    receiving_agency: str = ""
    authority: str = ""
    procedure: str = ""
    procedure_version: int = 0
    revision: int = 0
    issues_documents: bool = True


class FeeWaived(Event, owner="payment"):
    percent: int


class PaymentAwaited(Event, owner="payment"):
    """Seen: intake demands the fee. Paid at or before `expires_at` (by append time) is in time."""

    amount_vnd: int
    expires_at: datetime


class PaymentRequested(Event, owner="payment"):
    """Demands the effect `start-payment`. `expires_at`: the provider takes no money for this attempt after it."""

    attempt: int
    provider: str
    reference: str
    amount_vnd: int
    return_url: str
    requested_at: datetime
    expires_at: datetime


class PaymentStarted(Event, owner="payment"):
    attempt: int
    provider: str
    reference: str
    redirect_url: str
    expires_at: datetime


class PaymentHeld(Event, owner="payment"):
    """Money for a fee whose demand was not read yet. It is judged by `received_at` once all that was said until then is read."""

    channel: Literal["online", "cash"]
    provider: str
    attempt: int
    reference: str
    amount_vnd: int
    received_at: datetime
    till: str = ""


class PaymentSettled(Event, owner="payment"):
    """The fee is paid. `reference` is the provider's transaction number, or the till's."""

    amount_vnd: int
    channel: Literal["online", "cash"]
    provider: str
    attempt: int
    reference: str
    settled_at: datetime


class PaymentFailed(Event, owner="payment"):
    attempt: int
    provider: str
    provider_code: str


class PaymentExpired(Event, owner="payment"):
    amount_vnd: int
    expired_at: datetime


class MismatchFound(Event, owner="payment"):
    """Money or a call that does not fit. Booked, shown in the reconciliation, never mended silently."""

    reason: Literal["late", "duplicate", "amount_differs", "bad_signature", "not_demanded"]
    amount_vnd: int
    provider: str
    attempt: int
    reference: str


class CashCollected(Event, owner="payment"):
    """Dossier: cash taken at a till settles the fee (PaymentSettled follows)."""

    till: str
    reference: str
    amount_vnd: int


class CashDeclined(Event, owner="payment"):
    """Dossier: held cash came too late, or after other money. `reason` is the refusal's slug; the till gives it back."""

    reference: str
    amount_vnd: int
    reason: str


class TillOpened(Event, owner="payment"):
    agency: str
    cashier: str
    float_vnd: int


class CashTaken(Event, owner="payment"):
    """Till: demands the effect `record-cash`."""

    reference: str
    dossier_id: str
    amount_vnd: int
    cashier: str


class CashBooked(Event, owner="payment"):
    """Till: the dossier took the money."""

    reference: str
    dossier_id: str
    amount_vnd: int


class CashGivenBack(Event, owner="payment"):
    """Till: nothing was owed (any more)."""

    reference: str
    dossier_id: str
    amount_vnd: int
    reason: str


class TillClosed(Event, owner="payment"):
    expected_vnd: int
    counted_vnd: int
    difference_vnd: int
    takings: int


class ReceiptNumbered(Event, owner="payment"):
    """Book: the next number of this authority and series, without gaps."""

    number: str
    ordinal: int
    dossier_id: str
    amount_vnd: int


class ReceiptIssued(Event, owner="payment"):
    number: str
    document: DocumentRef | None
    amount_vnd: int


class RefundRequested(Event, owner="payment"):
    """Money goes back; demands the effect `refund` online, or a cashier's PayOut for cash. `refund` counts from 1 in this dossier."""

    refund: int
    amount_vnd: int
    channel: Literal["online", "cash"]
    provider: str
    attempt: int
    reason: Literal["refused", "not_accepted", "withdrawn", "late", "duplicate", "amount_differs", "not_demanded", "by_hand"]


class Refunded(Event, owner="payment"):
    """The money is back with its payer. `reference` is the provider's, or the till's."""

    refund: int
    amount_vnd: int
    channel: Literal["online", "cash"]
    reference: str


class RefundFailed(Event, owner="payment"):
    """The provider refuses; a person has to look. `provider_code` is its answer."""

    refund: int
    amount_vnd: int
    provider_code: str
