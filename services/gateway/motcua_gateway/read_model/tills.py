"""The till (quầy thu) as its cashier sees it: one document a till, folded from what payment says of
it.

The open session with its takings, and the report of the last one that was closed.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NotRequired, TypedDict

from motcua_contracts import Message, Payload
from motcua_contracts.messages.payment import (
    CashBooked,
    CashGivenBack,
    CashPaidOut,
    CashTaken,
    PayOutDeclined,
    PayOutRequested,
    TillClosed,
    TillOpened,
)
from motcua_contracts.messages.till import PREFIX

from .document import fold_sequence

EVENTS = (
    TillOpened,
    CashTaken,
    CashBooked,
    CashGivenBack,
    PayOutRequested,
    CashPaidOut,
    PayOutDeclined,
    TillClosed,
)


class Movement(TypedDict):
    """Cash that was taken for a dossier, or asked to be paid out. `reason`: of what was undone.

    `refund`: of what is paid out, the number of the dossier's refund.
    """

    reference: str
    dossier_id: str
    amount_vnd: int
    at: datetime
    state: str
    reason: NotRequired[str]
    refund: NotRequired[int]


class Session(TypedDict):
    """An open till."""

    opened_at: datetime
    float_vnd: int
    booked_vnd: int
    takings: list[Movement]
    paid_out_vnd: int
    pay_outs: list[Movement]


class Report(Session):
    """A session that was closed, with what was counted."""

    closed_at: datetime
    expected_vnd: int
    counted_vnd: int
    difference_vnd: int


class Till(TypedDict):
    """The stored document."""

    _id: str
    sequence: int
    state: Literal["open", "closed"]
    session: Session | None
    last: Report | None


def subject_of(agency: str, cashier: str) -> str:
    """The till of a cashier, as commands and events name it."""
    return f"{PREFIX}{agency}:{cashier}"


def fold_till(
    document: Till | None, subject: str, messages: Iterable[Message[Payload]]
) -> Till | None:
    """The document with these events taken in. None: nothing in them is new."""
    document = (
        document
        if document is not None
        else {"_id": subject, "sequence": 0, "state": "closed", "session": None, "last": None}
    )
    return fold_sequence(document, messages, _take)


def _take(document: Till, message: Message[Payload]) -> None:
    match message.data:
        case TillOpened() as event:
            document["state"] = "open"
            document["session"] = {
                "opened_at": message.time,
                "float_vnd": event.float_vnd,
                "booked_vnd": 0,
                "takings": [],
                "paid_out_vnd": 0,
                "pay_outs": [],
            }
        case _:
            if (session := document["session"]) is None:
                raise TypeError("no open session")
            _take_cash(document, session, message)


def _take_cash(document: Till, session: Session, message: Message[Payload]) -> None:
    match message.data:
        case CashTaken() as event:
            taking: Movement = {
                "reference": event.reference,
                "dossier_id": event.dossier_id,
                "amount_vnd": event.amount_vnd,
                "at": message.time,
                "state": "pending",
            }
            session["takings"].append(taking)
        case CashBooked() as event:
            _mark(session, event.reference, state="booked")
            session["booked_vnd"] += event.amount_vnd
        case CashGivenBack() as event:
            _mark(session, event.reference, state="given_back", reason=event.reason)
        case PayOutRequested() as event:
            asked: Movement = {
                "reference": event.reference,
                "dossier_id": event.dossier_id,
                "refund": event.refund,
                "amount_vnd": event.amount_vnd,
                "at": message.time,
                "state": "pending",
            }
            session["pay_outs"].append(asked)
        case CashPaidOut() as event:
            _mark(session, event.reference, state="paid_out")
            session["paid_out_vnd"] += event.amount_vnd
        case PayOutDeclined() as event:
            _mark(session, event.reference, state="declined", reason=event.reason)
        case TillClosed() as event:
            document["state"], document["session"] = "closed", None
            document["last"] = {
                **session,
                "closed_at": message.time,
                "expected_vnd": event.expected_vnd,
                "counted_vnd": event.counted_vnd,
                "difference_vnd": event.difference_vnd,
            }
        case _:
            pass


def _mark(session: Session, reference: str, state: str, reason: str | None = None) -> None:
    for movement in (*session["takings"], *session["pay_outs"]):
        if movement["reference"] == reference:
            movement["state"] = state
            if reason is not None:
                movement["reason"] = reason
