"""Payment's wiring: what it takes in, what it says, its rules and its side effects."""

from motcua_chassis import DaysOff, Decider, Service
from motcua_contracts.messages.intake import (
    ApplicantCorrected,
    DossierCompleted,
    DossierNotAccepted,
    DossierRegistered,
    DossierStopped,
    DossierWithdrawn,
    PaymentDemanded,
)
from motcua_contracts.messages.payment import FollowCalendar
from motcua_contracts.messages.till import PREFIX as TILLS
from motcua_contracts.messages.transfers import PREFIX
from motcua_contracts.rules.days_off import agencies_with
from motcua_contracts.wire import topics

from .domain import attempts, book, charge, reconciliation, term, till, transfer
from .domain.book import Book
from .domain.charge import ASK_PROVIDER, ISSUE_RECEIPT, REFUND, START_PAYMENT, Charge
from .domain.reconciliation import Reconciliation
from .domain.till import RECORD_CASH, RECORD_PAY_OUT, Till
from .domain.transfer import RECORD_TRANSFER, Transfer
from .effects.cash import record_cash, record_pay_out, record_transfer
from .effects.online import ask_provider, refund, start_payment
from .effects.receipts import issue_receipt
from .prepare import prepare
from .stored import part
from .tools import open_tools

HEARS = (
    DossierRegistered,
    PaymentDemanded,
    DossierNotAccepted,
    DossierCompleted,
    DossierWithdrawn,
    DossierStopped,
    ApplicantCorrected,
)

service = Service(
    name="payment",
    deciders=(
        Decider(
            Charge,
            attempts.decide,
            charge.evolve,
            charge.effects,
            charge.due,
            index=term.index,
            hears=HEARS,
            stored=part("charge", Charge),
        ),
        Decider(
            Till,
            till.decide,
            till.evolve,
            till.effects,
            subjects=TILLS,
            stored=part("till", Till),
        ),
        Decider(Book, book.decide, book.evolve, subjects=book.SUBJECTS, stored=part("book", Book)),
        Decider(
            Reconciliation,
            reconciliation.decide,
            reconciliation.evolve,
            subjects=reconciliation.SUBJECTS,
            stored=part("reconciliation", Reconciliation),
        ),
        Decider(
            Transfer,
            transfer.decide,
            transfer.evolve,
            transfer.effects,
            subjects=PREFIX,
            stored=part("transfer", Transfer),
        ),
    ),
    consumes=(topics.PAYMENT_COMMANDS, topics.INTAKE_DOSSIERS),
    private_records=(topics.INTAKE_PRIVATE, topics.CATALOG_PEOPLE),
    emits=topics.PAYMENT_CHARGES,
    private=topics.PAYMENT_PRIVATE,
    reads_catalogue=True,
    prepare=prepare,
    perform={
        START_PAYMENT: start_payment,
        ASK_PROVIDER: ask_provider,
        REFUND: refund,
        RECORD_CASH: record_cash,
        RECORD_PAY_OUT: record_pay_out,
        RECORD_TRANSFER: record_transfer,
        ISSUE_RECEIPT: issue_receipt,
    },
    announces=DaysOff(
        lambda calendar, version: FollowCalendar(calendar=calendar, version=version), agencies_with
    ),
    tools=open_tools,
)
