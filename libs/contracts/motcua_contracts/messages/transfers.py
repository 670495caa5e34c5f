"""Payment's commands and events for a bank transfer that names no payment of ours (khoản chuyển
khoản chưa xác định).

Subject: `transfer:<provider>:<hash>` (`transfer_subject`), one for each transaction of the bank,
with one writer: so nobody can give the same money away twice. The text that the payer wrote is in
no event; what is kept of it is the dossier's code, where it names one.
"""

import re
from hashlib import sha256
from typing import Literal

from ..values.bounds import Id, Instant, LongLine, MessageId, Number, Paid
from ..wire.doers import Doer, Somebody
from ..wire.payload import Command, Event

PREFIX = "transfer:"
AssignReason = Literal["code-in-text", "payer-shows-proof", "payer-named", "other"]
ReturnReason = Literal[
    "not-for-us", "payer-asked", "amount-differs", "paid-otherwise", "taken-back-by-bank", "other"
]
_CODE = re.compile(r"H\W?([0-9]{2})\W?([0-9]{2})\W?([0-9]{6})\W?([0-9]{4})(?![0-9])")


def transfer_subject(provider: str, transaction: str) -> str:
    """The subject of a bank's transaction: the same however often the bank tells of it."""
    return f"{PREFIX}{provider}:{sha256(transaction.encode()).hexdigest()[:32]}"


def code_in(text: str) -> str:
    """The dossier's code in what a payer wrote, as we write it: banks leave out points, dashes and
    blanks. Empty where there is none.
    """
    found = _CODE.search(text.upper())
    return f"H{found[1]}.{found[2]}-{found[3]}-{found[4]}" if found else ""


class AssignTransfer(Command, owner="payment"):
    """To the transfer.

    A cashier says whose fee it is; closed by what the dossier says of it. `agency` is the officer's
    own.
    """

    closed_by = ("TransferAssigned", "TransferDeclined")
    agency: Id
    dossier_id: Id
    reason_code: AssignReason


class ConfirmTransfer(Command, owner="payment"):
    """Answer of the transfer's effect `record-transfer`: what the dossier decided.

    `reason` is the refusal's slug.
    """

    assignment: Number
    accepted: bool
    reason: LongLine = ""


class ReturnTransfer(Command, owner="payment"):
    """To the transfer.

    It was sent back, or the bank took it back: recorded with the bank's number of that movement.
    """

    closed_by = ("TransferReturned",)
    agency: Id
    reason_code: ReturnReason
    reference: MessageId


class RecordTransfer(Command, owner="payment"):
    """Transfer -> dossier.

    `reference` is the bank's transaction number, `agency` the seat of the `cashier` who gives it.
    """

    transfer: Id
    provider: Id
    reference: MessageId
    amount_vnd: Paid
    received_at: Instant
    agency: Id = ""
    cashier: Somebody = ""


class TransferReceived(Event, owner="payment"):
    """Money that is not matched to a fee yet.

    `agency` has the account (empty: not set up). `code`: see `code_in`.
    """

    provider: Id
    reference: MessageId
    amount_vnd: Paid
    received_at: Instant
    agency: Id = ""
    code: Id = ""


class TransferAssigning(Event, owner="payment"):
    """A cashier gives it to a dossier, which has not spoken yet: demands the effect
    `record-transfer`. Nobody else can give it away.

    `agency` is the cashier's: the dossier takes money from those alone who may take its fee.
    """

    assignment: Number
    dossier_id: Id
    amount_vnd: Paid
    reason_code: AssignReason
    officer: Doer
    agency: Id = ""


class TransferAssigned(Event, owner="payment"):
    """The dossier accepted it as its fee."""

    assignment: Number
    dossier_id: Id
    amount_vnd: Paid


class TransferDeclined(Event, owner="payment"):
    """The dossier did not accept it (`reason` is the refusal's slug): it is unassigned again."""

    assignment: Number
    dossier_id: Id
    amount_vnd: Paid
    reason: LongLine


class TransferReturned(Event, owner="payment"):
    """The money has left our account. `reference` is the bank's number of that movement."""

    provider: Id
    amount_vnd: Paid
    reason_code: ReturnReason
    reference: MessageId
    officer: Doer
