"""Payment's words for money on its way back (hoàn trả), and for what a provider's statement shows (đối soát)."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from .payload import Command, Event, Model

RefundReason = Literal["refused", "not_accepted", "withdrawn", "stopped", "late", "duplicate", "amount_differs", "not_demanded", "by_hand"]
Finding = Literal["missing_here", "missing_there", "amount_differs"]
"""`missing_here`: on the statement and not in our facts; `missing_there`: the other way round."""


class RefundByHand(Command, owner="payment"):
    """To the dossier. A cashier or leader gives back all or a part of what was paid. `agency` is the officer's own.

    `reference` names the money (its transaction); empty: the fee. `over_the_counter`: in cash, also where the provider could.
    """

    closed_by = ("RefundRequested",)
    agency: str
    amount_vnd: Annotated[int, Field(gt=0)]
    reference: Annotated[str, Field(max_length=120)] = ""
    over_the_counter: bool = False


class RecordRefund(Command, owner="payment"):
    """Answer of the dossier's effect `refund`: what the provider said. `provider_code` is its reason to refuse."""

    refund: int
    accepted: bool
    reference: str = ""
    provider_code: str = ""


class RecordPayOut(Command, owner="payment"):
    """Till -> dossier. `reference` is unique per pay-out."""

    till: str
    reference: str
    refund: int
    amount_vnd: int


class RefundRequested(Event, owner="payment"):
    """Money goes back; demands the effect `refund` online, or a cashier's PayOut for cash. `refund` counts from 1 in this dossier.

    `channel` is the way back. `reference` names the money (the provider's transaction, or the till's taking), `fee` whether it had paid it.
    """

    refund: int
    amount_vnd: int
    channel: Literal["online", "cash"]
    provider: str
    attempt: int
    reason: RefundReason
    reference: str = ""
    fee: bool = False


class Refunded(Event, owner="payment"):
    """The money is back with its payer. `reference` is the provider's, or the till's. `till` where it was paid out."""

    refund: int
    amount_vnd: int
    channel: Literal["online", "cash"]
    reference: str
    provider: str = ""
    till: str = ""


class RefundFailed(Event, owner="payment"):
    """The provider refuses; a person has to look. `provider_code` is its answer."""

    refund: int
    amount_vnd: int
    provider_code: str


class StatementFinding(Model):
    """One line that does not match. Amounts are đồng; 0 on the side where it is missing. `dossier_id` empty where none is known."""

    finding: Finding
    kind: Literal["payment", "refund"]
    transaction: str
    dossier_id: str = ""
    here_vnd: int = 0
    there_vnd: int = 0


class RecordReconciliation(Command, owner="payment"):
    """To `reconciliation:<provider>:<day>`. A provider's statement of a day was compared with our facts of it."""

    closed_by = ("ReconciliationRecorded",)
    provider: str
    day: date
    statement_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    matched: int
    findings: tuple[StatementFinding, ...] = ()


class StatementMismatch(Event, owner="payment"):
    """A finding, said once for each day, however often statements of it are compared. It changes no charge: a person has to look."""

    finding: Finding
    kind: Literal["payment", "refund"]
    transaction: str
    dossier_id: str
    here_vnd: int
    there_vnd: int


class ReconciliationRecorded(Event, owner="payment"):
    """A statement was compared. `settled`: findings of earlier statements of the day that this one does not show any more."""

    provider: str
    day: date
    statement_sha256: str
    matched: int
    missing_here: int
    missing_there: int
    amount_differs: int
    settled: int
    recorded_at: datetime
