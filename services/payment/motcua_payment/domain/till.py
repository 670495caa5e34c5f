"""The till (quầy thu) of one cashier: opened with a float, takes cash for dossiers, counted and closed.

Money that was taken is pending until its dossier has said whether it takes it: then it is booked, or given back.
"""

from collections.abc import Sequence
from typing import Any, Literal

from motcua_contracts.catalogue import Catalogue
from motcua_contracts.decision import Effect, Wake
from motcua_contracts.envelope import Message
from motcua_contracts.payload import Event, Model, Payload
from motcua_contracts.payment import (
    CashBooked,
    CashGivenBack,
    CashTaken,
    CloseTill,
    CollectCash,
    ConfirmCash,
    OpenTill,
    TillClosed,
    TillOpened,
)
from motcua_contracts.refusals import AttemptUnknown, ForeignAgency, RoleRequired, TillAlreadyOpen, TillBusy, TillNotOpen

RECORD_CASH = "record-cash"
"""Effect: tell the dossier of the cash, and the till what the dossier says."""


class Till(Model):
    """`float_vnd`, `booked_vnd` and `takings` are of the open session; `taken` counts all takings ever and makes references unique."""

    subject: str = ""
    state: Literal["closed", "open"] = "closed"
    float_vnd: int = 0
    booked_vnd: int = 0
    takings: int = 0
    taken: int = 0
    pending: tuple[CashTaken, ...] = ()

    @property
    def expected_vnd(self) -> int:
        """What must lie in the drawer when nothing is pending."""
        return self.float_vnd + self.booked_vnd

    def taking(self, reference: str) -> CashTaken:
        """The pending taking of that name. Raises `AttemptUnknown`."""
        for taking in self.pending:
            if taking.reference == reference:
                return taking
        raise AttemptUnknown()


def agency_of(subject: str) -> str:
    """The agency of a till's subject `till:<agency>:<cashier>`."""
    return subject.split(":", 2)[1]


def decide(till: Till, message: Message[Payload], facts: Catalogue) -> tuple[Event, ...]:
    match message.data:
        case OpenTill() as command:
            return (_opened(till, command, message, facts),)
        case CollectCash() as command:
            cashier = _cashier(message)
            if till.state == "closed":
                raise TillNotOpen()
            reference = f"{message.subject}/{till.taken + 1}"
            return (CashTaken(reference=reference, dossier_id=command.dossier_id, amount_vnd=command.amount_vnd, cashier=cashier),)
        case ConfirmCash() as command:
            return (_confirmed(till.taking(command.reference), command),)
        case CloseTill() as command:
            _cashier(message)
            return (_closed(till, command),)
        case Event() | Wake():
            return ()
        case _:
            raise TypeError(f"a till has no rule for {type(message.data).__name__}")


def _cashier(message: Message[Payload]) -> str:
    """The cashier's id. Raises `RoleRequired` for everybody but the one whose till it is."""
    cashier = message.subject.split(":", 2)[2]
    if message.actor != f"officer:{cashier}":
        raise RoleRequired(role="cashier")
    return cashier


def _opened(till: Till, command: OpenTill, message: Message[Payload], facts: Catalogue) -> TillOpened:
    """Raises `RoleRequired`, `ForeignAgency`, `TillAlreadyOpen`, or `FactMissing` for an officer whom the catalogue does not know."""
    cashier = _cashier(message)
    place = facts.place(cashier)
    if "cashier" not in place.roles:
        raise RoleRequired(role="cashier")
    if not place.agency == command.agency == agency_of(message.subject):
        raise ForeignAgency()
    if till.state == "open":
        raise TillAlreadyOpen()
    return TillOpened(agency=command.agency, cashier=cashier, float_vnd=command.float_vnd)


def _confirmed(taking: CashTaken, command: ConfirmCash) -> Event:
    named: dict[str, Any] = {"reference": taking.reference, "dossier_id": taking.dossier_id, "amount_vnd": taking.amount_vnd}
    return CashBooked(**named) if command.accepted else CashGivenBack(**named, reason=command.reason)


def _closed(till: Till, command: CloseTill) -> TillClosed:
    """Raises `TillNotOpen`, and `TillBusy` while it is not known whose the pending money is."""
    if till.state == "closed":
        raise TillNotOpen()
    if till.pending:
        raise TillBusy()
    difference = command.counted_vnd - till.expected_vnd
    return TillClosed(
        expected_vnd=till.expected_vnd, counted_vnd=command.counted_vnd, difference_vnd=difference, takings=till.takings
    )  # fmt: skip


def evolve(till: Till, event: Message[Payload]) -> Till:
    match event.data:
        case TillOpened() as fact:
            return Till(subject=event.subject, state="open", float_vnd=fact.float_vnd, taken=till.taken)
        case CashTaken() as fact:
            return till.model_copy(update={"taken": till.taken + 1, "pending": (*till.pending, fact)})
        case CashBooked() as fact:
            booked = {"booked_vnd": till.booked_vnd + fact.amount_vnd, "takings": till.takings + 1}
            return till.model_copy(update={**booked, "pending": _without(till, fact.reference)})
        case CashGivenBack() as fact:
            return till.model_copy(update={"pending": _without(till, fact.reference)})
        case TillClosed():
            return Till(subject=event.subject, taken=till.taken)
        case _:
            raise TypeError(f"a till does not say {type(event.data).__name__}")


def _without(till: Till, reference: str) -> tuple[CashTaken, ...]:
    return tuple(taking for taking in till.pending if taking.reference != reference)


def effects(till: Till) -> Sequence[Effect]:
    """One for each pending taking."""
    return [Effect(f"{taking.reference}/{RECORD_CASH}", RECORD_CASH) for taking in till.pending]
