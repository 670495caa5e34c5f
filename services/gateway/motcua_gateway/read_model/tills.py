"""The till (quầy thu) as its cashier sees it: one document a till, folded from what payment says of
it.

The open session with its takings, and the report of the last one that was closed.
"""

from collections.abc import Iterable
from typing import Any

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
from motcua_contracts.wire.envelope import Message
from motcua_contracts.wire.payload import Payload

from .document import fold_sequence

PREFIX = "till:"
FACTS = (
    TillOpened,
    CashTaken,
    CashBooked,
    CashGivenBack,
    PayOutRequested,
    CashPaidOut,
    PayOutDeclined,
    TillClosed,
)


def subject_of(agency: str, cashier: str) -> str:
    """The till of a cashier, as commands and facts name it."""
    return f"{PREFIX}{agency}:{cashier}"


def fold_till(
    document: dict[str, Any] | None, subject: str, messages: Iterable[Message[Payload]]
) -> dict[str, Any] | None:
    """The document with these facts taken in. None: nothing in them is new."""
    document = (
        document
        if document is not None
        else {"_id": subject, "sequence": 0, "state": "closed", "session": None, "last": None}
    )
    return fold_sequence(document, messages, _take)


def _take(document: dict[str, Any], message: Message[Payload]) -> None:
    session = document["session"]
    match message.data:
        case TillOpened() as fact:
            document["state"] = "open"
            document["session"] = {
                "opened_at": message.time,
                "float_vnd": fact.float_vnd,
                "booked_vnd": 0,
                "takings": [],
            }
            document["session"] |= {"paid_out_vnd": 0, "pay_outs": []}
        case CashTaken() as fact:
            taking = {
                "reference": fact.reference,
                "dossier_id": fact.dossier_id,
                "amount_vnd": fact.amount_vnd,
                "at": message.time,
            }
            session["takings"].append({**taking, "state": "pending"})
        case CashBooked() as fact:
            _mark(session, fact.reference, state="booked")
            session["booked_vnd"] += fact.amount_vnd
        case CashGivenBack() as fact:
            _mark(session, fact.reference, state="given_back", reason=fact.reason)
        case PayOutRequested() as fact:
            asked = fact.model_dump(include={"reference", "dossier_id", "refund", "amount_vnd"})
            session["pay_outs"].append({**asked, "at": message.time, "state": "pending"})
        case CashPaidOut() as fact:
            _mark(session, fact.reference, state="paid_out")
            session["paid_out_vnd"] += fact.amount_vnd
        case PayOutDeclined() as fact:
            _mark(session, fact.reference, state="declined", reason=fact.reason)
        case TillClosed() as fact:
            closed = {
                "closed_at": message.time,
                "expected_vnd": fact.expected_vnd,
                "counted_vnd": fact.counted_vnd,
                "difference_vnd": fact.difference_vnd,
            }
            document["state"], document["session"], document["last"] = (
                "closed",
                None,
                {**session, **closed},
            )
        case _:
            pass


def _mark(session: dict[str, Any], reference: str, **change: str) -> None:
    for taking in (*session["takings"], *session["pay_outs"]):
        if taking["reference"] == reference:
            taking.update(change)
