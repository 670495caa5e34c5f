"""Payment's words at the till (quầy thu). Subject: `till:<agency>:<cashier>`; it has one writer."""

from typing import Annotated

from pydantic import Field

from .payload import Command, Event

Amount = Annotated[int, Field(ge=0)]
"""Whole đồng."""


class OpenTill(Command, owner="payment"):
    closed_by = ("TillOpened",)
    agency: str
    float_vnd: Amount


class CloseTill(Command, owner="payment"):
    closed_by = ("TillClosed",)
    counted_vnd: Amount


class CollectCash(Command, owner="payment"):
    """To the till. The cashier takes the fee of a dossier in cash; closed by what the dossier says of it."""

    closed_by = ("CashBooked", "CashGivenBack")
    dossier_id: str
    amount_vnd: Annotated[int, Field(gt=0)]


class ConfirmCash(Command, owner="payment"):
    """Answer of the till's effect `record-cash`: what the dossier decided. `reason` is the refusal's slug."""

    reference: str
    accepted: bool
    reason: str = ""


class PayOut(Command, owner="payment"):
    """To the till. The cashier gives a refund back in cash; closed by what the dossier says of it."""

    closed_by = ("CashPaidOut", "PayOutDeclined")
    dossier_id: str
    refund: Annotated[int, Field(ge=1)]
    amount_vnd: Annotated[int, Field(gt=0)]


class ConfirmPayOut(Command, owner="payment"):
    """Answer of the till's effect `record-pay-out`: what the dossier decided. `reason` is the refusal's slug."""

    reference: str
    accepted: bool
    reason: str = ""


class TillOpened(Event, owner="payment"):
    agency: str
    cashier: str
    float_vnd: int


class CashTaken(Event, owner="payment"):
    """Till: demands the effect `record-cash`."""

    reference: str
    dossier_id: str
    amount_vnd: int
    cashier: str


class CashBooked(Event, owner="payment"):
    """Till: the dossier took the money."""

    reference: str
    dossier_id: str
    amount_vnd: int


class CashGivenBack(Event, owner="payment"):
    """Till: nothing was owed (any more)."""

    reference: str
    dossier_id: str
    amount_vnd: int
    reason: str


class TillClosed(Event, owner="payment"):
    expected_vnd: int
    counted_vnd: int
    difference_vnd: int
    takings: int
    paid_out_vnd: int = 0


class PayOutRequested(Event, owner="payment"):
    """Till: demands the effect `record-pay-out`. The money stays in the drawer until CashPaidOut."""

    reference: str
    dossier_id: str
    refund: int
    amount_vnd: int
    cashier: str


class CashPaidOut(Event, owner="payment"):
    """Till: the refund is handed out."""

    reference: str
    dossier_id: str
    refund: int
    amount_vnd: int


class PayOutDeclined(Event, owner="payment"):
    """Till: the dossier has no such refund open."""

    reference: str
    dossier_id: str
    refund: int
    amount_vnd: int
    reason: str
