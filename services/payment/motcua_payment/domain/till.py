"""The till (quầy thu) of one cashier: opened with a float, takes cash for dossiers, pays refunds
out, counted and closed.

Money that was taken is pending until its dossier has said whether it takes it: then it is booked,
or given back. A refund is handed out only once its dossier has said that it is open.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from motcua_contracts import Catalogue, Decision, Effect, Event, Message, Model, Payload
from motcua_contracts.messages.payment import (
    CashBooked,
    CashGivenBack,
    CashPaidOut,
    CashTaken,
    CloseTill,
    CollectCash,
    ConfirmCash,
    ConfirmPayOut,
    OpenTill,
    PayOut,
    PayOutDeclined,
    PayOutRequested,
    TillClosed,
    TillOpened,
)
from motcua_contracts.rules.decision import Wake
from motcua_contracts.rules.refusals import (
    AttemptUnknown,
    ForeignAgency,
    RoleRequired,
    TillAlreadyOpen,
    TillBusy,
    TillNotOpen,
    TillTooFull,
    TillTooLow,
)
from motcua_contracts.values.bounds import MONEY_MAX
from motcua_contracts.wire.payload import CommandRejected

RECORD_CASH = "record-cash"
"""Effect: tell the dossier of the cash, and the till what the dossier says."""

RECORD_PAY_OUT = "record-pay-out"
"""Effect: ask the dossier whether the refund may be handed out, and tell the till."""


class Till(Model):
    """`float_vnd`, `booked_vnd`, `paid_out_vnd` and `takings` are of the open session.

    `taken` counts all takings and pay-outs ever and makes references unique.
    """

    subject: str = ""
    state: Literal["closed", "open"] = "closed"
    float_vnd: int = 0
    booked_vnd: int = 0
    paid_out_vnd: int = 0
    takings: int = 0
    taken: int = 0
    pending: tuple[CashTaken, ...] = ()
    paying_out: tuple[PayOutRequested, ...] = ()

    @property
    def expected_vnd(self) -> int:
        """What must be in the drawer when nothing is pending."""
        return self.float_vnd + self.booked_vnd - self.paid_out_vnd

    @property
    def turned_over_vnd(self) -> int:
        """All that came into the drawer in this session, also what is pending: no sum of a session
        is larger.
        """
        return self.float_vnd + self.booked_vnd + sum(one.amount_vnd for one in self.pending)

    @property
    def free_vnd(self) -> int:
        """What can be handed out: pending takings may have to go back, pending pay-outs are as good
        as gone.
        """
        return self.expected_vnd - sum(one.amount_vnd for one in self.paying_out)

    def pay_out(self, reference: str) -> PayOutRequested:
        """The pending pay-out of that name. Raises `AttemptUnknown`."""
        for pay_out in self.paying_out:
            if pay_out.reference == reference:
                return pay_out
        raise AttemptUnknown()

    def taking(self, reference: str) -> CashTaken:
        """The pending taking of that name. Raises `AttemptUnknown`."""
        for taking in self.pending:
            if taking.reference == reference:
                return taking
        raise AttemptUnknown()


def agency_of(subject: str) -> str:
    """The agency of a till's subject `till:<agency>:<cashier>`."""
    return subject.split(":", 2)[1]


def decide(
    till: Till, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
) -> Decision:
    """Commands are refused by name, events change nothing."""
    return Decision(_decided(till, message, catalogue))


def _decided(till: Till, message: Message[Payload], catalogue: Catalogue) -> tuple[Event, ...]:
    match message.data:
        case OpenTill() as command:
            return (_opened(till, command, message, catalogue),)
        case CollectCash() as command:
            cashier = _require_seat(message, catalogue)
            if till.state == "closed":
                raise TillNotOpen()
            if till.turned_over_vnd + command.amount_vnd > MONEY_MAX:
                raise TillTooFull(most_vnd=MONEY_MAX)
            reference = f"{message.subject}/{till.taken + 1}"
            return (
                CashTaken(
                    reference=reference,
                    dossier_id=command.dossier_id,
                    amount_vnd=command.amount_vnd,
                    cashier=cashier,
                ),
            )
        case ConfirmCash() as command:
            return (_confirmed(till.taking(command.reference), command),)
        case PayOut() as command:
            return (_paying_out(till, command, _require_seat(message, catalogue)),)
        case ConfirmPayOut() as command:
            return (_pay_out_confirmed(till.pay_out(command.reference), command),)
        case CloseTill() as command:
            # who was moved hands in what is in the drawer; who has left does nothing
            catalogue.seat(_require_cashier(message))
            return (_closed(till, command),)
        case Event() | Wake():
            return ()
        case _:
            raise TypeError(f"a till has no rule for {type(message.data).__name__}")


def _require_cashier(message: Message[Payload]) -> str:
    """The cashier's id. Raises `RoleRequired` for everybody but the one whose till it is."""
    cashier = message.subject.split(":", 2)[2]
    if message.actor != f"officer:{cashier}":
        raise RoleRequired(role="cashier")
    return cashier


def _require_seat(message: Message[Payload], catalogue: Catalogue) -> str:
    """The cashier's id, who sits at the till's agency now, also where the till was opened before.

    Raises `RoleRequired`, `ForeignAgency`, `OfficerLeft`, or `CatalogueEntryMissing` for an officer
    whom the catalogue does not know.
    """
    cashier = _require_cashier(message)
    seat = catalogue.seat(cashier)
    if "cashier" not in seat.roles:
        raise RoleRequired(role="cashier")
    if seat.agency != agency_of(message.subject):
        raise ForeignAgency()
    return cashier


def _opened(
    till: Till, command: OpenTill, message: Message[Payload], catalogue: Catalogue
) -> TillOpened:
    """Raises as `_require_seat` does, and `TillAlreadyOpen`."""
    cashier = _require_seat(message, catalogue)
    if command.agency != agency_of(message.subject):
        raise ForeignAgency()
    if till.state == "open":
        raise TillAlreadyOpen()
    return TillOpened(agency=command.agency, cashier=cashier, float_vnd=command.float_vnd)


def _confirmed(taking: CashTaken, command: ConfirmCash) -> Event:
    named: dict[str, Any] = {
        "reference": taking.reference,
        "dossier_id": taking.dossier_id,
        "amount_vnd": taking.amount_vnd,
    }
    return (
        CashBooked(**named) if command.accepted else CashGivenBack(**named, reason=command.reason)
    )


def _paying_out(till: Till, command: PayOut, cashier: str) -> PayOutRequested:
    """Raises `TillNotOpen`, `TillTooLow`."""
    if till.state == "closed":
        raise TillNotOpen()
    if command.amount_vnd > till.free_vnd:
        raise TillTooLow(held_vnd=till.free_vnd)
    return PayOutRequested(
        reference=f"{till.subject}/{till.taken + 1}",
        dossier_id=command.dossier_id,
        refund=command.refund,
        amount_vnd=command.amount_vnd,
        cashier=cashier,
    )


def _pay_out_confirmed(
    asked: PayOutRequested, command: ConfirmPayOut
) -> CashPaidOut | PayOutDeclined:
    named: dict[str, Any] = asked.model_dump(exclude={"cashier"})
    return (
        CashPaidOut(**named) if command.accepted else PayOutDeclined(**named, reason=command.reason)
    )


def _closed(till: Till, command: CloseTill) -> TillClosed:
    """Raises `TillNotOpen`, and `TillBusy` while it is not known whose the pending money is."""
    if till.state == "closed":
        raise TillNotOpen()
    if till.pending or till.paying_out:
        raise TillBusy()
    difference = command.counted_vnd - till.expected_vnd
    return TillClosed(
        expected_vnd=till.expected_vnd,
        counted_vnd=command.counted_vnd,
        difference_vnd=difference,
        takings=till.takings,
        paid_out_vnd=till.paid_out_vnd,
    )


def evolve(till: Till, event: Message[Payload]) -> Till:
    match event.data:
        case TillOpened() as data:
            return Till(
                subject=event.subject, state="open", float_vnd=data.float_vnd, taken=till.taken
            )
        case CashTaken() as data:
            return till.model_copy(
                update={"taken": till.taken + 1, "pending": (*till.pending, data)}
            )
        case CashBooked() as data:
            booked = {"booked_vnd": till.booked_vnd + data.amount_vnd, "takings": till.takings + 1}
            return till.model_copy(update={**booked, "pending": _without(till, data.reference)})
        case CashGivenBack() as data:
            return till.model_copy(update={"pending": _without(till, data.reference)})
        case PayOutRequested() as data:
            return till.model_copy(
                update={"taken": till.taken + 1, "paying_out": (*till.paying_out, data)}
            )
        case CashPaidOut() as data:
            paid_out_vnd = till.paid_out_vnd + data.amount_vnd
            return till.model_copy(
                update={
                    "paid_out_vnd": paid_out_vnd,
                    "paying_out": _without_pay_out(till, data.reference),
                }
            )
        case PayOutDeclined() as data:
            return till.model_copy(update={"paying_out": _without_pay_out(till, data.reference)})
        case TillClosed():
            return Till(subject=event.subject, taken=till.taken)
        case CommandRejected():
            return till
        case _:
            raise TypeError(f"a till does not say {type(event.data).__name__}")


def _without(till: Till, reference: str) -> tuple[CashTaken, ...]:
    return tuple(taking for taking in till.pending if taking.reference != reference)


def _without_pay_out(till: Till, reference: str) -> tuple[PayOutRequested, ...]:
    return tuple(one for one in till.paying_out if one.reference != reference)


def effects(till: Till) -> Sequence[Effect]:
    """One for each pending taking and each pending pay-out."""
    takings = [Effect(f"{taking.reference}/{RECORD_CASH}", RECORD_CASH) for taking in till.pending]
    return takings + [
        Effect(f"{one.reference}/{RECORD_PAY_OUT}", RECORD_PAY_OUT) for one in till.paying_out
    ]
