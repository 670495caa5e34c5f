"""The events of whole ways of a dossier, source by source, as each source says them in its own
order.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from motcua_contracts import Event, Message
from motcua_contracts.messages.documents import DocumentRef
from motcua_contracts.messages.intake import (
    AcceptanceDecided,
    CaseDecisionSeen,
    CaseTerms,
    DossierAccepted,
    DossierCompleted,
    DossierRegistered,
    DossierReturned,
    DossierStopped,
    FeeCleared,
    FeeDeferred,
    PaymentDemanded,
)
from motcua_contracts.messages.payment import (
    FeeAssessed,
    PaymentAwaited,
    PaymentExpired,
    PaymentSettled,
    ReceiptIssued,
)
from motcua_contracts.messages.routing import (
    CaseDecided,
    CaseOpened,
    DecisionApproved,
    StepCompleted,
    TaskAssigned,
)
from motcua_contracts.rules.terms import FeeRule, Step, Terms, Workflow
from motcua_contracts.wire.payload import REJECTIONS

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
RESULT = DocumentRef(sha256="a" * 64, size=1000, media_type="application/pdf")
SIGN = Step(
    id="sign", name_vi="Ký", name_en="Sign", department="tckh", role="leader", does="approve"
)
CatalogueReplica = list[Event]
Way = dict[str, CatalogueReplica]


def terms(level: int | None) -> Terms:
    return Terms(
        code="1.001612",
        version=1,
        name_vi="Đăng ký hộ kinh doanh",
        name_en="Household business registration",
        field="business",
        field_vi="Đăng ký kinh doanh",
        authority_level="district",
        level=level,
        receiving_agency="haihau",
        deciding_agency="haihau",
        days=3,
        calendar="haihau",
        fee=FeeRule(amount_vnd=100_000),
        workflow=Workflow(
            id="plain",
            steps=(
                Step(
                    id="sign",
                    name_vi="Ký",
                    name_en="Sign",
                    department="tckh",
                    role="leader",
                    does="approve",
                ),
            ),
        ),
    )


def registered(level: int | None = 4, delivery: str = "online") -> Event:
    return DossierRegistered(
        code="H40.12-261124-0001",
        terms=terms(level),
        commitment="c" * 64,
        revision=1,
        channel="online",
        owner_actor="citizen:1",
        receiving_agency="haihau",
        deciding_agency="haihau",
        result_delivery=delivery,
        received_at=T0,
    )


def case_terms() -> CaseTerms:
    pinned = terms(4)
    return CaseTerms(
        procedure=pinned.code,
        code="H40.12-261124-0001",
        name_vi=pinned.name_vi,
        name_en=pinned.name_en,
        revision=1,
        deciding_agency="haihau",
        workflow=pinned.workflow,
    )


def accepted() -> CatalogueReplica:
    said = {
        "accepted_at": T0,
        "due_at": DUE,
        "steps": (),
        "calendar": "haihau",
        "calendar_version": 1,
    }
    return [
        AcceptanceDecided.model_validate(said),
        DossierAccepted.model_validate({**said, "case": case_terms(), "slip": None}),
    ]


def task(step: str, officer: str) -> Event:
    return TaskAssigned(
        step=step,
        step_vi="Thẩm định",
        step_en="Examination",
        does="draft",
        agency="haihau",
        department="tckh",
        officer=officer,
        post_vi="Chuyên viên",
        post_en="Officer",
        due_at=DUE,
    )


def case(decided: bool = True) -> CatalogueReplica:
    said: CatalogueReplica = [
        CaseOpened(
            case=case_terms(),
            agency="haihau",
            due_at=DUE,
            steps=(),
            calendar="haihau",
            calendar_version=1,
        ),
        task("examine", "officer-1"),
        StepCompleted(step="examine", officer="officer-1"),
        task("sign", "leader-1"),
        DecisionApproved(step="sign", officer="leader-1", outcome="granted", approved_at=T0),
    ]
    return (
        [*said, CaseDecided(outcome="granted", result=RESULT, decided_at=T0)] if decided else said
    )


def done() -> Event:
    return DossierCompleted(outcome="granted", refundable=False, result=RESULT)


SEEN = CaseDecisionSeen(outcome="granted", result=RESULT, decided_at=T0)
FREE = FeeAssessed(amount_vnd=0, computation=(), moment="before_acceptance", pay_within_seconds=60)
OWED = FeeAssessed(
    amount_vnd=100_000, computation=(), moment="before_acceptance", pay_within_seconds=60
)
OWED_LATER = OWED.model_copy(update={"moment": "before_result"})
AWAITED = PaymentAwaited(amount_vnd=100_000, expires_at=DUE)
SETTLED = PaymentSettled(
    amount_vnd=100_000, channel="online", provider="vnpay", attempt=1, reference="1", settled_at=T0
)
RECEIPT = ReceiptIssued(number="0000001", document=None, amount_vnd=100_000)
EXPIRED = PaymentExpired(amount_vnd=100_000, expired_at=DUE)
DEMANDED = PaymentDemanded(amount_vnd=100_000, pay_within_seconds=60, moment="before_acceptance")
DEMANDED_LATER = PaymentDemanded(amount_vnd=100_000, pay_within_seconds=60, moment="before_result")
DEFERRED = FeeDeferred(amount_vnd=100_000, pay_within_seconds=60)
PAID = FeeCleared(reason="settled")
REFUSAL = REJECTIONS["intake"](command="AcceptDossier", command_id="1", slug="fee-open")

WAYS: dict[str, tuple[Way, str]] = {
    "level 4, fee before acceptance": (
        {
            "intake": [
                registered(),
                DEMANDED,
                REFUSAL,
                PAID,
                *accepted(),
                SEEN,
                done(),
                DossierReturned(channel="online"),
            ],
            "routing": case(),
            "payment": [OWED, AWAITED, SETTLED, RECEIPT],
        },
        "returned",
    ),
    "level 3, free, result at the counter": (
        {
            "intake": [
                registered(3, "counter"),
                FeeCleared(reason="free"),
                *accepted(),
                SEEN,
                done(),
            ],
            "routing": case(),
            "payment": [FREE],
        },
        "completed",
    ),
    "fee before the result, still open": (
        {
            "intake": [registered(3, "counter"), DEFERRED, *accepted(), SEEN, DEMANDED_LATER],
            "routing": case(),
            "payment": [OWED_LATER, AWAITED],
        },
        "payment_due",
    ),
    "fee before the result, not paid in time": (
        {
            "intake": [
                registered(3, "counter"),
                DEFERRED,
                *accepted(),
                SEEN,
                DEMANDED_LATER,
                DossierStopped(reason="not_paid_in_time"),
            ],
            "routing": case(),
            "payment": [OWED_LATER, AWAITED, EXPIRED],
        },
        "stopped",
    ),
    "in the department": (
        {
            "intake": [registered(3, "counter"), FeeCleared(reason="free"), *accepted()],
            "routing": case(decided=False),
            "payment": [FREE],
        },
        "processing",
    ),
}


def messages(source: str, events: Iterable[Event]) -> list[Message[Event]]:
    """The events of one source as messages with their sequence."""
    said = f"/motcua/{source}"
    return [
        Message(
            f"{source}-{n}",
            said,
            event.wire_type,
            "d-1",
            T0,
            f"system:{source}",
            "c",
            "c",
            event,
            sequence=n,
            prevhash="0" * 64,
        )
        for n, event in enumerate(events, 1)
    ]
