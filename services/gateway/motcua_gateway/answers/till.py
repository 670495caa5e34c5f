"""The cashier's till, and what its acts answer."""

from datetime import datetime
from typing import Any, Literal

from motcua_contracts.messages.payment import CashBooked, CashPaidOut, TillClosed, TillOpened
from motcua_contracts.messages.refunds import RefundRequested
from motcua_contracts.values.bounds import Difference, Money

from .base import Answer, UnreadableRow, told


class _Line(Answer):
    reference: str
    dossier_id: str
    code: str
    amount_vnd: Money
    at: datetime
    reason: str = ""


class Taking(_Line):
    """Cash that was taken for a dossier."""

    state: Literal["pending", "booked", "given_back"]


class PaidOut(_Line):
    """A refund that was handed out."""

    refund: int
    state: Literal["pending", "paid_out", "declined"]


class Session(Answer):
    opened_at: datetime
    float_vnd: Money
    booked_vnd: Money
    paid_out_vnd: Money
    takings: list[Taking | UnreadableRow]
    pay_outs: list[PaidOut | UnreadableRow]
    expected_vnd: Difference


class ClosedSession(Session):
    """The report: expected, counted, difference."""

    closed_at: datetime
    counted_vnd: Money
    difference_vnd: Difference


class Till(Answer):
    cashier: str
    agency: str
    state: Literal["open", "closed"]
    session: Session | None
    last: ClosedSession | None


Opened: Any = told(TillOpened)
Closed: Any = told(TillClosed)
Booked: Any = told(CashBooked)
HandedOut: Any = told(CashPaidOut)
RefundAsked: Any = told(RefundRequested)
