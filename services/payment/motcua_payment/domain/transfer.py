"""The rules of a bank transfer that names no payment of ours: received once, given to one dossier
or paid back, by a person, for a reason.

A transfer is a subject of its own, as a till is: between two cashiers the first one is heard, and
the dossier says whether it takes the money. What it does not take is unassigned again. Also here:
what the dossier says.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from motcua_contracts import Catalogue, Decision, Effect, Event, Message, Model, Payload
from motcua_contracts.messages.payment import PaymentHeld, RecordProviderResult
from motcua_contracts.messages.transfers import (
    AssignTransfer,
    ConfirmTransfer,
    RecordTransfer,
    ReturnTransfer,
    TransferAssigned,
    TransferAssigning,
    TransferDeclined,
    TransferReceived,
    TransferReturned,
)
from motcua_contracts.rules.decision import Wake
from motcua_contracts.rules.refusals import (
    AlreadySettled,
    AmountDiffers,
    AttemptUnknown,
    BadSignature,
    BankNumberInvalid,
    DossierUnknown,
    FeeExpired,
    ForeignAgency,
    NothingOwed,
    RoleRequired,
    TransferBusy,
    TransferGone,
    TransferUnknown,
)
from motcua_contracts.values.bounds import BANK_NUMBER
from motcua_contracts.wire.payload import CommandRejected

from .calls import ProviderResult
from .charge import Charge
from .verdict import received

RECORD_TRANSFER = "record-transfer"
"""Effect: tell the dossier of the money, and the transfer what the dossier says."""


class Transfer(Model):
    """`assignments` counts all ever asked for and makes the effects' keys unique."""

    subject: str = ""
    state: Literal["unknown", "unassigned", "assigning", "assigned", "returned"] = "unknown"
    money: TransferReceived | None = None
    assigning: TransferAssigning | None = None
    assignments: int = 0

    @property
    def sum(self) -> TransferReceived:
        """The money. Only a transfer that was received has one."""
        assert self.money is not None, "asked for the money of a transfer that was never received"
        return self.money


def decide(
    transfer: Transfer, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
) -> Decision:
    """Commands are refused by name, events change nothing.

    `given` is a `ProviderResult` for RecordProviderResult.
    """
    return Decision(_decided(transfer, message, at, catalogue, given))


def _decided(
    transfer: Transfer, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
) -> tuple[Event, ...]:
    match message.data:
        case RecordProviderResult() as command:
            if not isinstance(given, ProviderResult):
                raise TypeError("a bank's notification needs its ProviderResult")
            return (_received(transfer, command.provider, given, at),)
        case AssignTransfer() as command:
            return (
                _assigning(
                    transfer,
                    command,
                    _require_officer(transfer, message, command.agency, catalogue, {"cashier"}),
                ),
            )
        case ConfirmTransfer() as command:
            return (_confirmed(transfer, command),)
        case ReturnTransfer() as command:
            return (
                _returned(
                    transfer,
                    command,
                    _require_officer(
                        transfer, message, command.agency, catalogue, {"cashier", "leader"}
                    ),
                ),
            )
        case Event() | Wake():
            return ()
        case _:
            raise TypeError(f"a transfer has no rule for {type(message.data).__name__}")


def _received(
    transfer: Transfer, provider: str, result: ProviderResult, at: datetime
) -> TransferReceived:
    """Raises `BadSignature`, `AmountTooLarge`, and `AlreadySettled` however often and in whatever
    words the bank tells of the same, to whichever subject.
    """
    if not result.valid or not result.transaction or result.amount_vnd <= 0:
        raise BadSignature()
    if transfer.state != "unknown" or result.booked_elsewhere:
        raise AlreadySettled()
    result.held_to_money(provider)
    return TransferReceived(
        provider=provider,
        reference=result.transaction,
        amount_vnd=result.amount_vnd,
        received_at=min(result.paid_at or at, at),
        agency=result.agency,
        code=result.code_named,
    )


def _require_officer(
    transfer: Transfer,
    message: Message[Payload],
    agency: str,
    catalogue: Catalogue,
    roles: set[str],
) -> str:
    """Who acts.

    Raises `RoleRequired`, `ForeignAgency`, `TransferUnknown`, `TransferBusy`, `TransferGone`.
    """
    kind, _, officer = message.actor.partition(":")
    if kind != "officer":
        raise RoleRequired(role="cashier")
    seat = catalogue.seat(officer)
    if not roles & set(seat.roles):
        raise RoleRequired(role="cashier")
    if transfer.money is None:
        raise TransferUnknown()
    if seat.agency != agency or (transfer.money.agency and transfer.money.agency != agency):
        raise ForeignAgency()
    if transfer.state == "assigning":
        raise TransferBusy()
    if transfer.state != "unassigned":
        raise TransferGone()
    return officer


def _assigning(transfer: Transfer, command: AssignTransfer, officer: str) -> TransferAssigning:
    return TransferAssigning(
        assignment=transfer.assignments + 1,
        dossier_id=command.dossier_id,
        amount_vnd=transfer.sum.amount_vnd,
        reason_code=command.reason_code,
        officer=officer,
        agency=command.agency,
    )


def _confirmed(transfer: Transfer, command: ConfirmTransfer) -> TransferAssigned | TransferDeclined:
    """Raises `AttemptUnknown`."""
    asked = transfer.assigning
    if asked is None or asked.assignment != command.assignment:
        raise AttemptUnknown()
    named: dict[str, Any] = asked.model_dump(include={"assignment", "dossier_id", "amount_vnd"})
    return (
        TransferAssigned(**named)
        if command.accepted
        else TransferDeclined(**named, reason=command.reason)
    )


def _returned(transfer: Transfer, command: ReturnTransfer, officer: str) -> TransferReturned:
    """Raises `BankNumberInvalid`: what a person types into an event is a
    number, and no sentence.
    """
    if not re.fullmatch(BANK_NUMBER, command.reference):
        raise BankNumberInvalid()
    money = transfer.sum
    return TransferReturned(
        provider=money.provider,
        amount_vnd=money.amount_vnd,
        reason_code=command.reason_code,
        reference=command.reference,
        officer=officer,
    )


def evolve(transfer: Transfer, event: Message[Payload]) -> Transfer:
    """Raises `TypeError` for an event that a transfer does not say."""
    match event.data:
        case TransferReceived() as data:
            return Transfer(subject=event.subject, state="unassigned", money=data)
        case TransferAssigning() as data:
            return transfer.model_copy(
                update={"state": "assigning", "assigning": data, "assignments": data.assignment}
            )
        case TransferAssigned():
            return transfer.model_copy(update={"state": "assigned", "assigning": None})
        case TransferDeclined():
            return transfer.model_copy(update={"state": "unassigned", "assigning": None})
        case TransferReturned():
            return transfer.model_copy(update={"state": "returned"})
        case CommandRejected():
            return transfer
        case _:
            raise TypeError(f"a transfer does not say {type(event.data).__name__}")


def effects(transfer: Transfer) -> Sequence[Effect]:
    """The dossier is told of what is being given to it."""
    if transfer.assigning is None:
        return ()
    return (
        Effect(
            f"{transfer.subject}/{RECORD_TRANSFER}-{transfer.assigning.assignment}", RECORD_TRANSFER
        ),
    )


def taken(charge: Charge, command: RecordTransfer, at: datetime) -> tuple[Event, ...]:
    """The dossier's word: it takes what settles its fee, judged by when the bank had it, and
    nothing else.

    Raises `DossierUnknown`, `ForeignAgency` (to a cashier of neither the receiving agency nor the
    authority), `NothingOwed`, `AlreadySettled`, `FeeExpired`, `AmountDiffers`: the money stays
    unassigned.
    """
    if charge.stage == "unregistered":
        raise DossierUnknown()
    if charge.fee is not None and command.agency not in (
        charge.fee.receiving_agency,
        charge.fee.authority,
    ):
        raise ForeignAgency()
    if charge.knows(command.provider, command.reference) or charge.held:
        raise AlreadySettled()
    if charge.stage in ("free", "settled", "closed"):
        raise NothingOwed()
    if charge.stage == "expired" or (
        charge.expires_at is not None and command.received_at > charge.expires_at
    ):
        raise FeeExpired()
    if command.amount_vnd != charge.owed.amount_vnd:
        raise AmountDiffers(amount_vnd=charge.owed.amount_vnd)
    money = PaymentHeld(
        channel="online",
        provider=command.provider,
        attempt=0,
        reference=command.reference,
        amount_vnd=command.amount_vnd,
        received_at=min(command.received_at, at),
        given_by=command.cashier,
    )
    return received(charge, money)
