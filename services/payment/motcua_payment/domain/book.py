"""The receipt book (quyển biên lai) of one authority and series: one writer, hence numbers without
gaps.
"""

from datetime import datetime
from typing import Any

from motcua_contracts import VIETNAM, Catalogue, Decision, Event, Message, Model, Payload
from motcua_contracts.messages.payment import AllotReceipt, ReceiptNumbered
from motcua_contracts.rules.decision import NOTHING, Wake
from motcua_contracts.wire.payload import CommandRejected

SUBJECTS = "book:"
REMEMBERED = 1_000


class Book(Model):
    """`last` is the last number given. `recent` are the last allotments, oldest first.

    A dossier asks again only until its receipt is issued, and by the same command id, which repeats
    silently. The recent ones are for a repeat under another id (an operator's replay): it gets the
    same number said again, and not a second one.
    """

    last: int = 0
    recent: tuple[ReceiptNumbered, ...] = ()


def book_of(authority: str, paid_at: datetime) -> str:
    """The subject of an authority's book.

    The series (ký hiệu) is by the year, in Vietnam, in which the money came in.
    """
    return f"{SUBJECTS}{authority}:BL{paid_at.astimezone(VIETNAM):%y}"


def decide(
    book: Book, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
) -> Decision:
    """A repeat gets its number again; events change nothing."""
    match message.data:
        case AllotReceipt() as command:
            known = next((one for one in book.recent if one.dossier_id == command.dossier_id), None)
            return Decision((known or _next(book, message.subject, command),))
        case Event() | Wake():
            return NOTHING
        case _:
            raise TypeError(f"a receipt book has no rule for {type(message.data).__name__}")


def _next(book: Book, subject: str, command: AllotReceipt) -> ReceiptNumbered:
    ordinal = book.last + 1
    series = subject.rpartition(":")[2]
    return ReceiptNumbered(
        number=f"{series}-{ordinal:07d}",
        ordinal=ordinal,
        dossier_id=command.dossier_id,
        amount_vnd=command.amount_vnd,
    )


def evolve(book: Book, event: Message[Payload]) -> Book:
    match event.data:
        case ReceiptNumbered() as data if data.ordinal > book.last:
            return Book(last=data.ordinal, recent=(*book.recent, data)[-REMEMBERED:])
        case ReceiptNumbered() | CommandRejected():
            return book
        case _:
            raise TypeError(f"a receipt book does not say {type(event.data).__name__}")
