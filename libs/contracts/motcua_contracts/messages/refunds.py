"""Payment's words for money on its way back (hoàn trả), and for what a provider's statement shows
(đối soát).
"""

from typing import Annotated, Literal

from pydantic import Field

from ..values.bounds import (
    MAX_FINDINGS,
    BankNumber,
    Day,
    Digest,
    Id,
    Instant,
    LongLine,
    MessageId,
    Money,
    Number,
    Paid,
    Sha256,
)
from ..wire.doers import Doer
from ..wire.payload import Command, Event, Model

RefundReason = Literal[
    "refused",
    "not_accepted",
    "withdrawn",
    "stopped",
    "late",
    "duplicate",
    "amount_differs",
    "not_demanded",
    "by_hand",
]
Finding = Literal["missing_here", "missing_there", "amount_differs"]
"""`missing_here`: on the statement and not in our events; `missing_there`: the other way round."""


class RefundByHand(Command, owner="payment"):
    """To the dossier.

    A cashier or leader gives back all or a part of what was paid. `agency` is the officer's own.

    `reference` names the money (its transaction); empty: the fee. `over_the_counter`: in cash, also
    where the provider could.
    """

    closed_by = ("RefundRequested",)
    agency: Id
    amount_vnd: Paid
    reference: MessageId = ""
    over_the_counter: bool = False


class RecordRefund(Command, owner="payment"):
    """Answer of the dossier's effect `refund`: what the provider said.

    `provider_code` is its reason to refuse.
    """

    refund: Number
    accepted: bool
    reference: MessageId = ""
    provider_code: LongLine = ""


class RecordPayOut(Command, owner="payment"):
    """Till -> dossier. `reference` is unique per pay-out."""

    till: Id
    reference: MessageId
    refund: Number
    amount_vnd: Money


class RefundRequested(Event, owner="payment"):
    """A refund begins; demands the effect `refund` online, or a cashier's PayOut for cash.

    `refund` counts from 1 in this dossier.

    `channel` is the way back. `reference` names the money (the provider's transaction, or the
    till's taking), `fee` whether it had paid it.
    """

    refund: Number
    amount_vnd: Money
    channel: Literal["online", "cash"]
    provider: Id
    attempt: Number
    reason: RefundReason
    reference: MessageId = ""
    fee: bool = False


class Refunded(Event, owner="payment"):
    """The payer has the money back.

    `reference` is the provider's, or the till's. `till` where it was paid out.
    """

    refund: Number
    amount_vnd: Money
    channel: Literal["online", "cash"]
    reference: MessageId
    provider: Id = ""
    till: Id = ""


class RefundFailed(Event, owner="payment"):
    """The provider refuses the refund; an officer has to look into it.

    `provider_code` is its answer.
    """

    refund: Number
    amount_vnd: Money
    provider_code: LongLine


class ReversePayment(Command, owner="payment"):
    """To the dossier.

    The bank or provider took back what it had brought: recorded by a cashier or leader, who read it
    at the bank.

    `reference` names the money (its transaction), `bank_reference` is the bank's number of the
    movement, `agency` the officer's own.
    """

    closed_by = ("PaymentReversed",)
    agency: Id
    reference: MessageId
    bank_reference: BankNumber


class PaymentReversed(Event, owner="payment"):
    """Money that was here is not here any more, by the bank's own act.

    A mismatch: shown to the accountant until the fee is paid again.

    `fee`: it had paid the fee, which is not paid any more; `owed`: and is owed again, without an
    end of the time to pay, since the dossier goes on and is not stopped for it. `refunded_vnd`: so
    much of it had gone back to its payer already, who owes it to us now.
    """

    provider: Id
    attempt: Number
    reference: MessageId
    amount_vnd: Paid
    bank_reference: MessageId
    fee: bool
    owed: bool
    refunded_vnd: Money
    reversed_at: Instant
    officer: Doer


class StatementFinding(Model):
    """One line that does not match.

    Amounts are đồng; 0 on the side where it is missing. `dossier_id` empty where none is known.
    """

    finding: Finding
    kind: Literal["payment", "refund"]
    transaction: MessageId
    dossier_id: Id = ""
    here_vnd: Money = 0
    there_vnd: Money = 0


class RecordReconciliation(Command, owner="payment"):
    """To `reconciliation:<provider>:<day>`.

    A provider's statement of a day was compared with our events of it.
    """

    closed_by = ("ReconciliationRecorded",)
    provider: Id
    day: Day
    statement_sha256: Sha256
    matched: Number
    findings: Annotated[tuple[StatementFinding, ...], Field(max_length=MAX_FINDINGS)] = ()


class StatementMismatch(Event, owner="payment"):
    """A finding, recorded once a day, however often statements of that day are compared.

    It changes no charge: a person has to look.
    """

    finding: Finding
    kind: Literal["payment", "refund"]
    transaction: MessageId
    dossier_id: Id
    here_vnd: Money
    there_vnd: Money


class ReconciliationRecorded(Event, owner="payment"):
    """A statement was compared.

    `settled`: findings of earlier statements of the day that this one does not show any more.
    """

    provider: Id
    day: Day
    statement_sha256: Digest
    matched: Number
    missing_here: Number
    missing_there: Number
    amount_differs: Number
    settled: Number
    recorded_at: Instant
