"""Payment's words at the till (quầy thu). Subject: `till:<agency>:<cashier>`; it has one writer."""

from ..values.bounds import Difference, Id, LongLine, MessageId, Money, Number, Paid, Version
from ..wire.doers import Doer
from ..wire.payload import Command, Event

PREFIX = "till:"
"""What every till's subject begins with."""
Amount = Money
"""Whole đồng."""


class OpenTill(Command, owner="payment"):
    closed_by = ("TillOpened",)
    agency: Id
    float_vnd: Amount


class CloseTill(Command, owner="payment"):
    closed_by = ("TillClosed",)
    counted_vnd: Amount


class CollectCash(Command, owner="payment"):
    """To the till.

    The cashier takes the fee of a dossier in cash; closed by what the dossier says of it.
    """

    closed_by = ("CashBooked", "CashGivenBack")
    dossier_id: Id
    amount_vnd: Paid


class ConfirmCash(Command, owner="payment"):
    """Answer of the till's effect `record-cash`: what the dossier decided.

    `reason` is the refusal's slug.
    """

    reference: MessageId
    accepted: bool
    reason: LongLine = ""


class PayOut(Command, owner="payment"):
    """To the till.

    The cashier gives a refund back in cash; closed by what the dossier says of it.
    """

    closed_by = ("CashPaidOut", "PayOutDeclined")
    dossier_id: Id
    refund: Version
    amount_vnd: Paid


class ConfirmPayOut(Command, owner="payment"):
    """Answer of the till's effect `record-pay-out`: what the dossier decided.

    `reason` is the refusal's slug.
    """

    reference: MessageId
    accepted: bool
    reason: LongLine = ""


class TillOpened(Event, owner="payment"):
    agency: Id
    cashier: Doer
    float_vnd: Money


class CashTaken(Event, owner="payment"):
    """Till: demands the effect `record-cash`."""

    reference: MessageId
    dossier_id: Id
    amount_vnd: Money
    cashier: Doer


class CashBooked(Event, owner="payment"):
    """Till: the dossier took the money."""

    reference: MessageId
    dossier_id: Id
    amount_vnd: Money


class CashGivenBack(Event, owner="payment"):
    """Till: nothing was owed (any more)."""

    reference: MessageId
    dossier_id: Id
    amount_vnd: Money
    reason: LongLine


class TillClosed(Event, owner="payment"):
    expected_vnd: Money
    counted_vnd: Money
    difference_vnd: Difference
    takings: Number
    paid_out_vnd: Money = 0


class PayOutRequested(Event, owner="payment"):
    """Till: demands the effect `record-pay-out`.

    The money stays in the drawer until CashPaidOut.
    """

    reference: MessageId
    dossier_id: Id
    refund: Number
    amount_vnd: Money
    cashier: Doer


class CashPaidOut(Event, owner="payment"):
    """Till: the refund is handed out."""

    reference: MessageId
    dossier_id: Id
    refund: Number
    amount_vnd: Money


class PayOutDeclined(Event, owner="payment"):
    """Till: the dossier has no such refund open."""

    reference: MessageId
    dossier_id: Id
    refund: Number
    amount_vnd: Money
    reason: LongLine
