"""Money that needs a person's look, and what the acts on it answer."""

from datetime import datetime
from typing import Any, Literal

from motcua_contracts.messages.payment import PaymentFailed, PaymentReversed
from motcua_contracts.messages.transfers import TransferAssigned, TransferReturned
from motcua_contracts.values.bounds import Money

from .base import Answer, UnreadableRow, told


class DoubtedPayment(Answer):
    """`provider_code` with its words; `reference` is the provider's number.

    Asked `asks` times; the next time is `ask_at`.
    """

    attempt: int
    provider: str
    provider_code: str
    said_vi: str
    said_en: str
    reference: str
    amount_vnd: Money
    doubted_at: datetime
    ask_at: datetime
    asks: int
    end_href: str


class DoubtedDossier(Answer):
    dossier_id: str
    code: str
    procedure_vi: str
    procedure_en: str
    href: str
    payments: list[DoubtedPayment]


class DoubtedPayments(Answer):
    dossiers: list[DoubtedDossier | UnreadableRow]
    next_cursor: str | None


class ReversedPayment(Answer):
    """Money that the bank took back.

    `fee`: it had paid the fee; `owed`: which is owed again. `refunded_vnd`: refunded before, too.
    """

    provider: str
    reference: str
    bank_reference: str
    amount_vnd: Money
    fee: bool
    owed: bool
    refunded_vnd: Money
    reversed_at: datetime


class ReversedDossier(Answer):
    dossier_id: str
    code: str
    procedure_vi: str
    procedure_en: str
    href: str
    payments: list[ReversedPayment]


class ReversedPayments(Answer):
    dossiers: list[ReversedDossier | UnreadableRow]
    next_cursor: str | None


Reversed: Any = told(PaymentReversed)
DoubtEnded: Any = told(PaymentFailed)


class TransferRow(Answer):
    """`code_in_text`: the dossier's code that the payer wrote.

    `declined`: why the last dossier did not take it (a refusal's slug).

    `dossier_id`, `code`, the reason and the officer are those of the last act on it.
    """

    transfer_id: str
    provider: str
    reference: str
    amount_vnd: Money
    received_at: datetime
    agency: str
    state: Literal["unassigned", "assigning", "assigned", "returned"]
    officer: str
    declined: str
    declined_vi: str
    declined_en: str
    code_in_text: str
    dossier_id: str
    code: str
    reason_vi: str
    reason_en: str


class TransferList(Answer):
    transfers: list[TransferRow | UnreadableRow]
    next_cursor: str | None


Assigned: Any = told(TransferAssigned)
Returned: Any = told(TransferReturned)
