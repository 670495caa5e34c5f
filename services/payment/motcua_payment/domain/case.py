"""One case of payment, and which rules it falls under.

A case is one of five subjects, told apart by the subject's name:

a dossier's charge (the dossier's id), a till (`till:<agency>:<cashier>`), a receipt book
(`book:<authority>:<series>`), the reconciliation of a provider's day
(`reconciliation:<provider>:<day>`), a bank transfer that names no payment
(`transfer:<provider>:<hash>`). No rules here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from motcua_contracts.rules.days_off import due_days
from motcua_contracts.rules.decision import Decision, Effect
from motcua_contracts.rules.directory import Catalogue
from motcua_contracts.wire.envelope import Message
from motcua_contracts.wire.payload import CommandRejected, Model, Payload

from . import book, charge, paying, reconciling, till, transfer
from .book import Book
from .charge import Charge
from .reconciling import Reconciliation
from .till import Till
from .transfer import Transfer


class Case(Model):
    """The one part that its subject is; all empty for a subject of which nothing was said."""

    charge: Charge | None = None
    till: Till | None = None
    book: Book | None = None
    reconciliation: Reconciliation | None = None
    transfer: Transfer | None = None


def decide(
    case: Case, message: Message[Payload], at: datetime, facts: Catalogue, given: Any
) -> Decision:
    """What follows from one message.

    `given` is a `ProviderResult` for RecordProviderResult, an `Offer` for StartPayment.

    Commands are refused by name, facts never. Raises `TypeError` for a command that its subject has
    no rule for.
    """
    match _kind(message.subject):
        case "till":
            return Decision(till.decide(case.till or Till(), message, facts))
        case "book":
            return Decision(book.decide(case.book or Book(), message))
        case "reconciliation":
            return Decision(
                reconciling.decide(case.reconciliation or Reconciliation(), message, at)
            )
        case "transfer":
            return Decision(transfer.decide(case.transfer or Transfer(), message, at, facts, given))
        case _:
            return Decision(paying.decide(case.charge or Charge(), message, at, facts, given))


def evolve(case: Case, event: Message[Payload]) -> Case:
    """The fold of payment's own facts.

    Raises `TypeError` for a fact that its subject does not say.
    """
    if isinstance(event.data, CommandRejected):
        return case
    match _kind(event.subject):
        case "till":
            return Case(till=till.evolve(case.till or Till(), event))
        case "book":
            return Case(book=book.evolve(case.book or Book(), event))
        case "reconciliation":
            return Case(
                reconciliation=reconciling.evolve(case.reconciliation or Reconciliation(), event)
            )
        case "transfer":
            return Case(transfer=transfer.evolve(case.transfer or Transfer(), event))
        case _:
            return Case(charge=charge.evolve(case.charge or Charge(), event))


def effects(case: Case) -> Sequence[Effect]:
    """What is open outside: a payment to be started, a receipt to be issued, cash to be booked on
    its dossier.
    """
    if case.charge is not None:
        return charge.effects(case.charge)
    if case.till is not None:
        return till.effects(case.till)
    if case.transfer is not None:
        return transfer.effects(case.transfer)
    return ()


def due(case: Case) -> datetime | None:
    """When it wants to be woken. Only charges run out."""
    return charge.due(case.charge) if case.charge is not None else None


def index(case: Case) -> Mapping[str, Sequence[str] | None]:
    """`due_on`: the day (UTC) on which the time to pay ends, with the receiving agency, by whose
    calendar it goes.
    """
    charge = case.charge
    runs = charge is not None and charge.stage == "awaited"
    return {
        "due_on": due_days(charge.owed.receiving_agency, (charge.expires_at,))
        if charge is not None and runs
        else None
    }


def _kind(subject: str) -> str:
    kind, colon, _ = subject.partition(":")
    return kind if colon else "dossier"
