"""One dossier with the rules of intake, routing and payment together, and the gateway's document of
it: what one service says the others hear at once, and the reader has heard everything.

Slips, letters, signatures and providers are outside: what they answer is a move of its own, so that
a history stands still while a slip is being made.
"""

from collections.abc import Iterable
from copy import copy
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from motcua_contracts import Catalogue, Event, Payload, Refusal
from motcua_contracts.messages.catalog import ProcedurePublished, Publication, Role
from motcua_contracts.messages.intake import (
    RecordAcceptanceSlip,
    RecordFilesDeleted,
    RecordSlip,
)
from motcua_contracts.messages.payment import (
    PaymentRequested,
    RecordPaymentStarted,
    RecordProviderAnswer,
    RecordProviderDoubt,
    RecordReceipt,
)
from motcua_contracts.messages.refunds import RecordRefund, ReversePayment
from motcua_contracts.messages.routing import RecordApology, RecordSignedDecision
from motcua_contracts.rules.decision import Wake
from motcua_contracts.rules.terms import Terms
from motcua_gateway.identity.callers import Caller
from motcua_gateway.read_model.document import fold_all
from motcua_gateway.read_model.folds import HANDLERS
from motcua_intake.domain.evolve import due as intake_due
from motcua_routing.domain.evolve import due as routing_due

from ..intake import harness as intake_harness
from ..payment import harness as payment_harness
from ..routing import harness as routing_harness

T0 = routing_harness.NOW
DOSSIER, AGENCY = "d-1", "haihau"
FILE = intake_harness.FILE
CASHIER = ("cashier", AGENCY, "motcua", "cashier")
PEOPLE: tuple[tuple[str, str, str, Role], ...] = (
    *routing_harness.PEOPLE,
    ("cashier", AGENCY, "motcua", "cashier"),
    ("clerk-haiminh", "haiminh", "motcua", "clerk"),
)
AWAY = ((routing_harness.OFFICER, 0, 12), (routing_harness.LEADER, 6, 9))
"""Officer, and the first and the last day of an absence, from the beginning."""


def catalogue(terms: Terms) -> Catalogue:
    catalogue = routing_harness.catalogue(PEOPLE)
    said: list[Event] = [
        ProcedurePublished(terms=terms, publication=Publication(), effective_from=T0)
    ]
    for officer, first, last in AWAY:
        said.append(
            routing_harness.away(
                officer.partition(":")[2],
                T0 + timedelta(days=first, hours=4),
                T0 + timedelta(days=last),
            )
        )
    for event in said:
        catalogue.apply(routing_harness.message(event, "system:catalog", T0))
    return catalogue


class OfficeHarness:
    """`tell` decides a message at the service that owns it; `document` is what the reader knows."""

    def __init__(self, terms: Terms) -> None:
        self.events = catalogue(terms)
        self.intake = intake_harness.IntakeHarness(self.events)
        self.routing = routing_harness.RoutingHarness(self.events)
        self.payment = payment_harness.PaymentHarness(catalogue=self.events)
        self.at = T0
        self.document: Any = {}
        self._told = {"intake": 0, "routing": 0, "payment": 0}
        self._corrections = count(1)

    @property
    def services(self) -> dict[str, Any]:
        return {"intake": self.intake, "routing": self.routing, "payment": self.payment}

    def tell(self, data: Payload, actor: str = "", *, owner: str = "", given: Any = None) -> None:
        """Decide, fold, and let everybody hear what follows. Raises the refusal."""
        name = owner or data.owner
        how: dict[str, Any] = {"actor": actor or f"system:{name}", "at": self.at}
        if given is not None:
            how["given"] = given
        self.services[name].tell(data, **how)
        self._spread(name, how["actor"])

    def judge(self, data: Payload, actor: str) -> list[Payload]:
        """What would follow now; nothing is changed. Raises the refusal."""
        desk = copy(self.services[data.owner])
        for name, value in vars(desk).items():
            if isinstance(value, list | dict):
                setattr(desk, name, copy(value))
        desk._sequence = count(1)
        before = len(journal(desk))
        desk.tell(data, actor=actor, at=self.at)
        return [*journal(desk)[before:]]

    def caller(self, officer: str) -> Caller:
        seat = self.events.last_seat(officer)
        return Caller(f"officer:{officer}", frozenset(seat.roles), officer, seat)

    def next_wake(self) -> tuple[datetime, str] | None:
        waits = {
            "intake": intake_due(self.intake.dossier),
            "routing": routing_due(self.routing.case),
            "payment": self.payment.due,
        }
        return min(((at, name) for name, at in waits.items() if at is not None), default=None)

    def wait(self, time: timedelta, *, wakes: bool = True) -> None:
        """Time passes; with `wakes` each service says on the way what its time brings."""
        until = self.at + time
        for _ in range(50 if wakes else 0):
            nearest = self.next_wake()
            if nearest is None or nearest[0] > until:
                break
            self.at = max(self.at, nearest[0])
            self.tell(Wake(), owner=nearest[1])
        self.at = until

    def outside(self) -> list[tuple[Payload, str]]:
        """What slips, letters, signatures and providers may answer now, and what a bank may do."""
        dossier, case, charge = self.intake.dossier, self.routing.case, self.payment.charge
        able: list[Payload] = []
        if dossier.stage == "accepting":
            able.append(RecordAcceptanceSlip(slip=FILE))
        if dossier.stage == "refusing":
            able.append(RecordSlip(about="refusal", slip=FILE))
        if dossier.supplement is not None and not dossier.supplement_asked:
            able.append(RecordSlip(about="supplement", slip=FILE))
        if dossier.stage == "forgotten" and not dossier.files_deleted:
            able.append(RecordFilesDeleted())
        if case.stage == "approved":
            able.append(RecordSignedDecision(result=FILE))
        if case.extending is not None and case.stage in ("open", "waiting"):
            able.append(RecordApology(letter=FILE))
        if charge.settlement is not None and not charge.receipt:
            able.append(RecordReceipt(number="BL26-0000001", document=None))
        for attempt in charge.attempts:
            able += self._of_attempt(attempt.request, attempt.state, asked=attempt.asked)
        for refund in charge.refunds:
            if refund.state == "requested" and refund.request.channel == "online":
                number = refund.request.refund
                able.append(RecordRefund(refund=number, accepted=True, reference=f"15{number}"))
                able.append(RecordRefund(refund=number, accepted=False, provider_code="95"))
        said = [(data, "") for data in able]
        for money in charge.moneys:
            if money.channel == "online":
                back = ReversePayment(
                    agency=AGENCY, reference=money.reference, bank_reference="FT26"
                )
                said.append((back, "officer:cashier"))
        return said

    def _of_attempt(
        self, request: PaymentRequested, state: str, *, asked: bool
    ) -> Iterable[Payload]:
        number = request.attempt
        if state == "requested":
            yield RecordPaymentStarted(
                attempt=number, redirect_url="https://pay.example", expires_at=request.expires_at
            )
        if state in ("started", "doubted") and asked:
            yield RecordProviderDoubt(attempt=number, code="07")
            yield RecordProviderAnswer(attempt=number, code="91")
            yield RecordProviderAnswer(
                attempt=number,
                code="00",
                amount_vnd=request.amount_vnd,
                transaction=f"1400000{number}",
                paid_at=self.at,
            )

    def provider_calls(self) -> list[Any]:
        """A provider's own calls about attempts that are running: paid, not paid, in doubt."""
        return [
            payment_harness.result(
                one.request.attempt,
                reference=one.request.reference,
                amount_vnd=one.request.amount_vnd,
                **how,
            )
            for one in self.payment.charge.attempts
            if one.state == "started"
            for how in ({}, {"code": "24"}, {"code": "07", "standing": "doubted"})
        ]

    def _spread(self, name: str, actor: str) -> None:
        """Every event reaches the other services and the reader, until nobody has more to say."""
        open_ = [name]
        while open_:
            name = open_.pop(0)
            said = journal(self.services[name])
            news, first = said[self._told[name] :], self._told[name] + 1
            self._told[name] = len(said)
            for sequence, event in enumerate(news, first):
                self._read(event, actor, sequence)
                for other, desk in self.services.items():
                    if other != name:
                        desk.tell(event, at=self.at)
                        open_.append(other)

    def _read(self, event: Event, actor: str, sequence: int) -> None:
        if type(event) not in HANDLERS:
            return
        heard = routing_harness.message(event, actor, self.at, sequence)
        folded = fold_all(self.document or None, DOSSIER, [heard])
        assert folded is not None, "every event is news to the reader"
        self.document = dict(folded)


def journal(desk: Any) -> list[Event]:
    return list(desk.journal if isinstance(desk, intake_harness.IntakeHarness) else desk.said)


def tries(office: OfficeHarness, data: Payload, actor: str) -> Refusal | None:
    """The refusal of a command, if it would be refused now."""
    try:
        office.judge(data, actor)
    except Refusal as refusal:
        return refusal
    return None
