"""A harness for the rules of payment: one subject, told messages one by one, and no chassis."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from motcua_contracts import Catalogue, Command, Effect, Event, Message, Payload, Refusal
from motcua_contracts.messages.catalog import OfficerPlaced, Role, Seat
from motcua_contracts.messages.intake import DossierRegistered, PaymentDemanded
from motcua_contracts.messages.payment import RecordCash, RecordProviderResult, StartPayment
from motcua_contracts.messages.refunds import RefundByHand
from motcua_contracts.rules.decision import Wake
from motcua_contracts.rules.terms import FeeRule, Step, Terms, Workflow
from motcua_contracts.wire.payload import REJECTIONS
from motcua_payment.domain.attempts import Offer
from motcua_payment.domain.calls import ProviderResult
from motcua_payment.domain.charge import Charge
from motcua_payment.domain.till import Till
from motcua_payment.service import service

RULES = service.rules

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Tuesday, 9:00 in Vietnam."""
FEE_VND = 50_000
PAY_WITHIN_SECONDS = 3600
AN, SYSTEM, CASHIER = "citizen:an", "system:payment", "officer:cashier-haihau"
DOSSIER, TILL, BOOK = "d-1", "till:haihau:cashier-haihau", "book:haihau:BL26"


def terms(**changes: Any) -> Terms:
    """Level 4, 50,000 VND before acceptance, one hour to pay."""
    step = Step(
        id="sign", name_vi="Ký", name_en="Sign", department="tckh", role="leader", does="approve"
    )
    plain: dict[str, Any] = {
        "code": "re-issue",
        "version": 3,
        "name_vi": "Cấp lại Giấy chứng nhận đăng ký hộ kinh doanh",
        "name_en": "Re-issue of a household business certificate",
        "field": "household-business",
        "field_vi": "Thành lập và hoạt động hộ kinh doanh",
        "authority_level": "district",
        "level": 4,
        "receiving_agency": "haihau",
        "deciding_agency": "haihau",
        "days": 3,
        "calendar": "haihau",
        "fee": FeeRule(
            amount_vnd=FEE_VND,
            moment="before_acceptance",
            pay_within_hours=PAY_WITHIN_SECONDS / 3600,
        ),
        "workflow": Workflow(id="plain", steps=(step,)),
    }
    return Terms(**plain | changes)


def registered(pinned: Terms | None = None, **changes: Any) -> DossierRegistered:
    """Filed online by An."""
    plain: dict[str, Any] = {
        "code": "H40.12-261124-0001",
        "terms": pinned or terms(),
        "commitment": "0" * 64,
        "revision": 1,
        "channel": "online",
        "owner_actor": AN,
        "receiving_agency": "haihau",
        "deciding_agency": "haihau",
        "result_delivery": "online",
        "received_at": NOW,
    }
    return DossierRegistered(**plain | changes)


def demanded(pay_within_seconds: float = PAY_WITHIN_SECONDS) -> PaymentDemanded:
    return PaymentDemanded(
        amount_vnd=FEE_VND, pay_within_seconds=pay_within_seconds, moment="before_acceptance"
    )


START = StartPayment(return_url="https://motcua.example/paid")
CALL = RecordProviderResult(raw_query="vnp_TxnRef=…")


def cash(amount_vnd: int = FEE_VND, taking: int = 1, till: str = TILL) -> RecordCash:
    return RecordCash(till=till, reference=f"{till}/{taking}", amount_vnd=amount_vnd)


def result(attempt: int = 1, **changes: Any) -> ProviderResult:
    """The provider says that an attempt was paid."""
    plain: dict[str, Any] = {
        "valid": True,
        "reference": f"{DOSSIER}-{attempt}",
        "amount_vnd": FEE_VND,
        "code": "00",
    }
    return ProviderResult(**plain | {"transaction": f"1400000{attempt}"} | changes)


NO_SUCH_PROVIDER = Offer(known=False, allowed="vietqr, vnpay")
TRANSFER = Offer(pay_seconds=None, asked=False, refunds_by="counter")
"""What VietQR can do."""


def staff(
    officer: str = "cashier-haihau", agency: str = "haihau", roles: tuple[Role, ...] = ("cashier",)
) -> Catalogue:
    """A catalogue that knows one officer."""
    catalogue = Catalogue()
    place = Seat(
        officer=officer,
        agency=agency,
        department="one-stop",
        post_vi="Thủ quỹ",
        post_en="Cashier",
        roles=roles,
    )
    catalogue.apply(
        message(
            OfficerPlaced(place=place, version=1, effective_from=NOW, commitment="0" * 64),
            "system:catalog",
            NOW,
        )
    )
    return catalogue


def message(
    data: Payload, actor: str, at: datetime, subject: str = DOSSIER, sequence: int | None = None
) -> Message[Payload]:
    return Message(
        "id",
        f"/motcua/{data.owner}",
        data.wire_type,
        subject,
        at,
        actor,
        "chain",
        "cause",
        data,
        sequence,
    )


class PaymentHarness:
    """One subject of payment.

    `said` are its events so far; each fold goes through JSON, as the stored case does.
    """

    def __init__(self, subject: str = DOSSIER, catalogue: Catalogue | None = None) -> None:
        self.subject, self.catalogue = subject, catalogue or staff()
        self.case: Any = RULES.empty(subject)
        self.said: list[Event] = []
        self._sequence = count(1)

    @property
    def charge(self) -> Charge:
        assert isinstance(self.case, Charge)
        return self.case

    @property
    def till(self) -> Till:
        assert isinstance(self.case, Till)
        return self.case

    @property
    def effects(self) -> Sequence[Effect]:
        return RULES.effects(self.subject, self.case)

    @property
    def due(self) -> datetime | None:
        return RULES.due(self.subject, self.case)

    def tell(
        self, *messages: Payload, at: datetime = NOW, actor: str = "", given: Any = None
    ) -> list[str]:
        """The names of the events that follow from the messages.

        Raises the refusal, after folding the event of it.
        """
        before = len(self.said)
        for data in messages:
            try:
                told = message(data, actor or self._actor(data), at, self.subject)
                decided = RULES.decide(
                    self.case, told, at, self.catalogue, self._given(data, given)
                )
            except Refusal as refusal:
                rejected = REJECTIONS["payment"](
                    command=type(data).__name__, command_id="id", slug=refusal.slug
                )
                self.case = RULES.evolve(
                    self.case, message(rejected, actor, at, self.subject, next(self._sequence))
                )
                raise
            for event in decided.events:
                self._fold(event, at)
        return [type(event).__name__ for event in self.said[before:]]

    def _fold(self, event: Event, at: datetime) -> None:
        folded = RULES.evolve(
            self.case, message(event, SYSTEM, at, self.subject, next(self._sequence))
        )
        self.case = RULES.read(self.subject, RULES.written(self.subject, folded))
        assert self.case == folded, "the case is not what its JSON says"
        self.said.append(event)

    def _given(self, data: Payload, given: Any) -> Any:
        """VNPAY's offer for an attempt, unless a test names another."""
        return given or (Offer() if isinstance(data, StartPayment) else None)

    def _actor(self, data: Payload) -> str:
        if isinstance(data, StartPayment):
            return AN
        if isinstance(data, RefundByHand) or (self.subject == TILL and isinstance(data, Command)):
            return CASHIER
        return SYSTEM


def wake() -> Wake:
    return Wake()


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)
