"""A harness for the rules of notify: one dossier, told intake's events one by one, and no
chassis.
"""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from motcua_contracts import Catalogue, Event, Message, Payload
from motcua_contracts.messages.intake import (
    CaseTerms,
    Contact,
    DossierAccepted,
    DossierCompleted,
    DossierRegistered,
    DossierStopped,
    PaymentDemanded,
)
from motcua_contracts.messages.notify import MessageQueued, RecordDelivery
from motcua_contracts.rules.terms import FeeRule, Step, Terms, Workflow
from motcua_notify.domain.case import Case
from motcua_notify.domain.channels import Given
from motcua_notify.domain.decide import decide
from motcua_notify.domain.evolve import evolve

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Tuesday, 9:00 in Vietnam."""
DOSSIER, CODE = "d-1", "H40.12-261124-0001"
BOTH: tuple[Contact, ...] = ("email", "phone")
NAMES = {
    "code": CODE,
    "procedure_vi": "Đăng ký thành lập hộ kinh doanh",
    "procedure_en": "Household business registration",
}


def terms(automatic: bool = False, fee: FeeRule | None = None) -> Terms:
    step = Step(
        id="sign", name_vi="Ký", name_en="Sign", department="tckh", role="leader", does="approve"
    )
    return Terms(
        code="1.001612",
        version=1,
        name_vi=NAMES["procedure_vi"],
        name_en=NAMES["procedure_en"],
        field="household-business",
        field_vi="Hộ kinh doanh",
        authority_level="district",
        receiving_agency="haihau",
        deciding_agency="haihau",
        days=3,
        calendar="haihau",
        fee=fee or FeeRule(amount_vnd=0),
        workflow=Workflow(id="plain", steps=(step,), automatic_acceptance=automatic),
    )


def registered(
    pinned: Terms | None = None,
    contacts: tuple[Contact, ...] = ("email",),
    revision: int = 1,
    owner: str = "citizen:an",
    confirmed: tuple[Contact, ...] | None = None,
) -> DossierRegistered:
    """Of somebody whose contacts are all confirmed, unless said otherwise."""
    return DossierRegistered(
        code=CODE,
        terms=pinned or terms(),
        commitment="0" * 64,
        revision=revision,
        channel="online",
        owner_actor=owner,
        receiving_agency="haihau",
        deciding_agency="haihau",
        result_delivery="counter",
        contacts=contacts,
        confirmed=contacts if confirmed is None else confirmed,
        received_at=NOW,
    )


def accepted(
    contacts: tuple[Contact, ...] = ("email",),
    revision: int = 1,
    confirmed: tuple[Contact, ...] | None = None,
) -> DossierAccepted:
    """Due on Friday, 10:30 in Vietnam. Contacts as in `registered`."""
    return DossierAccepted(
        case=CaseTerms(
            procedure="1.001612",
            code=CODE,
            name_vi=NAMES["procedure_vi"],
            name_en=NAMES["procedure_en"],
            revision=revision,
            contacts=contacts,
            confirmed=contacts if confirmed is None else confirmed,
            owner_actor="citizen:an",
        ),
        accepted_at=NOW,
        due_at=datetime(2026, 11, 27, 3, 30, tzinfo=UTC),
        steps=(),
        calendar="haihau",
        calendar_version=1,
        slip=None,
    )


def demanded() -> PaymentDemanded:
    return PaymentDemanded(amount_vnd=50_000, pay_within_seconds=3600, moment="before_acceptance")


def completed(outcome: Any = "granted") -> DossierCompleted:
    return DossierCompleted(outcome=outcome, refundable=False, result=None)


def stopped(reason: Any = "not_paid_in_time") -> DossierStopped:
    return DossierStopped(reason=reason)


def delivery(
    queued: MessageQueued,
    outcome: Any = "sent",
    reason: str = "",
    provider: str = "smtp",
    then: str = "",
) -> RecordDelivery:
    return RecordDelivery(
        message_id=queued.message_id,
        outcome=outcome,
        provider=provider,
        reason=reason,
        next_provider=then,
    )


class NotifyHarness:
    """One dossier.

    `tell` decides a message and folds what follows; `said` are all events of notify so far.
    """

    def __init__(self) -> None:
        self.case = Case()
        self.said: list[Event] = []
        self._heard, self._sequence = count(1), count(1)

    def tell(self, *told: Payload, at: datetime = NOW, given: Given | None = None) -> list[Event]:
        """The events that follow. Raises the refusal of an answer."""
        news: list[Event] = []
        for data in told:
            sequence = next(self._heard) if isinstance(data, Event) else None
            decision = decide(self.case, message(data, sequence, at), at, Catalogue(), given)
            assert decision.private_records == ()
            for event in decision.events:
                self.case = evolve(self.case, message(event, next(self._sequence), at))
                news.append(event)
        self.said += news
        return news

    def queued(
        self, *told: Payload, at: datetime = NOW, given: Given | None = None
    ) -> list[MessageQueued]:
        """The messages that follow; fails on any other event."""
        news = self.tell(*told, at=at, given=given)
        assert all(isinstance(event, MessageQueued) for event in news)
        return [event for event in news if isinstance(event, MessageQueued)]


def message(data: Payload, sequence: int | None, at: datetime = NOW) -> Message[Payload]:
    return Message(
        "m",
        f"/motcua/{data.owner}",
        data.wire_type,
        DOSSIER,
        at,
        f"system:{data.owner}",
        "c",
        "c",
        data,
        sequence,
    )
