"""The double-entry ledger (sổ kế toán kép): what each of payment's own events posts.

Append-only, a pure fold, one book an authority.

Amounts are đồng, debit above zero and credit below. Every event posts within one book, and its
postings add up to nothing:

    receivable          fees that are owed                    revenue            fees, as soon as
    they are assessed
    clearing:<provider> what a provider holds for us          unclaimed          money that came
    without being owed
    cash:<till>         what is in a drawer                 refunds-payable    money that was
    promised back
    held                came before its demand was read       float, safe        change handed out
    to tills, money handed in
    cash-pending        taken, its dossier has not spoken
    till-clearing       between a till and a dossier          till-difference    counted more
    (credit) or less (debit) than expected
    unassigned          transfers that name no payment        transfer-pending   given to a dossier
    that has not spoken
    transfer-clearing   between a transfer and a dossier      taken-back         refunded, and taken
    back by the bank as well

Cash goes through `till-clearing` because till and dossier are subjects of their own, and may be of
two authorities; so do transfers that a cashier gives to a dossier, through `transfer-clearing`.
"""

from collections.abc import Iterable
from datetime import datetime

from motcua_contracts import Model, Payload
from motcua_contracts.messages.payment import (
    ChargeClosed,
    FeeAssessed,
    MismatchFound,
    PaymentExpired,
    PaymentHeld,
    PaymentSettled,
)
from motcua_contracts.messages.refunds import (
    PaymentReversed,
    Refunded,
    RefundFailed,
    RefundRequested,
)
from motcua_contracts.messages.till import PREFIX as TILLS
from motcua_contracts.messages.till import (
    CashBooked,
    CashGivenBack,
    CashPaidOut,
    CashTaken,
    TillClosed,
    TillOpened,
)
from motcua_contracts.messages.transfers import (
    TransferAssigned,
    TransferAssigning,
    TransferDeclined,
    TransferReceived,
    TransferReturned,
)

UNASSIGNED, TRANSFER_PENDING, TRANSFER_CLEARING = (
    "unassigned",
    "transfer-pending",
    "transfer-clearing",
)
TAKEN_BACK = "taken-back"
RECEIVABLE, REVENUE, UNCLAIMED, REFUNDS_PAYABLE = (
    "receivable",
    "revenue",
    "unclaimed",
    "refunds-payable",
)
CASH_PENDING, TILL_CLEARING, TILL_DIFFERENCE, FLOAT, SAFE, HELD = (
    "cash-pending",
    "till-clearing",
    "till-difference",
    "float",
    "safe",
    "held",
)


TRANSFER = "transfer:"


class Posting(Model):
    """One line: debit above zero, credit below."""

    account: str
    amount_vnd: int


class Entry(Model):
    """What one event posted in one authority's book."""

    authority: str
    subject: str
    sequence: int
    event: str
    at: datetime
    postings: tuple[Posting, ...]


class Folio(Model):
    """What later postings of a subject need: its book, what it owes still, whether its promised
    refunds are of the fee.

    Of a till: what it holds of the float, and whether it is closed.
    """

    authority: str = ""
    owed_vnd: int = 0
    held: tuple[str, ...] = ()
    of_fee: tuple[bool, ...] = ()
    float_vnd: int = 0
    closed: bool = False


def posted(folio: Folio, subject: str, event: Payload) -> tuple[Folio, tuple[Posting, ...]]:
    """The subject's folio after one of its events, and what the event posts: nothing for events
    that move no money.
    """
    if subject.startswith(TILLS):
        return _at_till(folio, subject, event)
    if subject.startswith(TRANSFER):
        return _at_transfer(folio, event)
    return _at_dossier(folio, event)


def _at_dossier(folio: Folio, event: Payload) -> tuple[Folio, tuple[Posting, ...]]:
    match event:
        case FeeAssessed(amount_vnd=amount) if amount:
            return _with(folio, authority=event.authority, owed_vnd=amount), _move(
                amount, RECEIVABLE, REVENUE
            )
        case PaymentSettled(amount_vnd=amount):
            holder = TILL_CLEARING if event.channel == "cash" else _holder(folio, event)
            # Paid in time, heard of after the end: what was given up is owed again, and paid.
            again = _move(amount - folio.owed_vnd, RECEIVABLE, REVENUE)
            return _with(folio, owed_vnd=0), again + _move(amount, holder, RECEIVABLE)
        case PaymentExpired() | ChargeClosed():
            return _with(folio, owed_vnd=0), _move(folio.owed_vnd, REVENUE, RECEIVABLE)
        case MismatchFound() if event.is_money:
            return folio, _move(event.amount_vnd, _holder(folio, event), UNCLAIMED)
        case PaymentHeld(channel="online"):
            return _with(folio, held=(*folio.held, event.reference)), _move(
                event.amount_vnd, _source(event), HELD
            )
        case RefundRequested(amount_vnd=amount):
            return _with(folio, of_fee=(*folio.of_fee, event.fee)), _move(
                amount, _origin(event.fee), REFUNDS_PAYABLE
            )
        case RefundFailed(amount_vnd=amount):
            return folio, _move(amount, REFUNDS_PAYABLE, _origin(folio.of_fee[event.refund - 1]))
        case PaymentReversed() as event:
            return _with(
                folio, owed_vnd=event.amount_vnd if event.owed else folio.owed_vnd
            ), _reversed(event)
        case Refunded(amount_vnd=amount):
            holder = TILL_CLEARING if event.channel == "cash" else f"clearing:{event.provider}"
            return folio, _move(amount, REFUNDS_PAYABLE, holder)
        case _:
            return folio, ()


def _at_till(folio: Folio, subject: str, event: Payload) -> tuple[Folio, tuple[Posting, ...]]:
    drawer = f"cash:{subject}"
    match event:
        case TillOpened():
            return _with(
                folio, authority=event.agency, float_vnd=event.float_vnd, closed=False
            ), _move(event.float_vnd, drawer, FLOAT)
        case CashTaken(amount_vnd=amount):
            return folio, _move(amount, drawer, CASH_PENDING)
        case CashBooked(amount_vnd=amount):
            return folio, _move(amount, CASH_PENDING, TILL_CLEARING)
        case CashGivenBack(amount_vnd=amount):
            return folio, _move(amount, CASH_PENDING, drawer)
        case CashPaidOut(amount_vnd=amount):
            return folio, _move(amount, TILL_CLEARING, drawer)
        case TillClosed():
            counted = _move(event.difference_vnd, drawer, TILL_DIFFERENCE)
            handed_in = _move(folio.float_vnd, FLOAT, drawer) + _move(
                event.counted_vnd - folio.float_vnd, SAFE, drawer
            )
            return _with(folio, float_vnd=0, closed=True), counted + handed_in
        case _:
            return folio, ()


def _at_transfer(folio: Folio, event: Payload) -> tuple[Folio, tuple[Posting, ...]]:
    match event:
        case TransferReceived(amount_vnd=amount):
            return _with(folio, authority=event.agency), _move(
                amount, f"clearing:{event.provider}", UNASSIGNED
            )
        case TransferAssigning(amount_vnd=amount):
            return folio, _move(amount, UNASSIGNED, TRANSFER_PENDING)
        case TransferAssigned(amount_vnd=amount):
            return folio, _move(amount, TRANSFER_PENDING, TRANSFER_CLEARING)
        case TransferDeclined(amount_vnd=amount):
            return folio, _move(amount, TRANSFER_PENDING, UNASSIGNED)
        case TransferReturned(amount_vnd=amount):
            return folio, _move(amount, UNASSIGNED, f"clearing:{event.provider}")
        case _:
            return folio, ()


def _holder(folio: Folio, money: PaymentSettled | MismatchFound) -> str:
    return HELD if money.reference in folio.held else _source(money)


def _source(money: PaymentSettled | MismatchFound | PaymentHeld) -> str:
    """Where a provider's money comes from: by no attempt, it was a transfer that a cashier gave to
    the dossier.
    """
    return f"clearing:{money.provider}" if money.attempt else TRANSFER_CLEARING


def _reversed(event: PaymentReversed) -> tuple[Posting, ...]:
    """The provider holds it no more.

    It is owed again, or given up as it came; what its payer has twice now, the payer owes.
    """
    gone = f"clearing:{event.provider}"
    if event.owed:
        return _move(event.amount_vnd, RECEIVABLE, gone)
    return _move(event.amount_vnd - event.refunded_vnd, _origin(event.fee), gone) + _move(
        event.refunded_vnd, TAKEN_BACK, gone
    )


def _origin(of_fee: bool) -> str:
    return REVENUE if of_fee else UNCLAIMED


def _move(amount_vnd: int, debit: str, credit: str) -> tuple[Posting, ...]:
    """A negative amount moves the other way."""
    if not amount_vnd:
        return ()
    return (
        Posting(account=debit, amount_vnd=amount_vnd),
        Posting(account=credit, amount_vnd=-amount_vnd),
    )


def _with(folio: Folio, **changes: object) -> Folio:
    return folio.model_copy(update=changes)


def sum_of(postings: Iterable[Posting]) -> int:
    """Nothing, for every entry."""
    return sum(posting.amount_vnd for posting in postings)
