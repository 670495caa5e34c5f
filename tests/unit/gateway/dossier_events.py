"""Events of one dossier as each service says them, with marks of personal data planted wherever a
person's data could be.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count

from motcua_contracts import Catalogue, Event, Message
from motcua_contracts.messages.catalog import (
    Agency,
    AgencyPublished,
    Calendar,
    CalendarPublished,
    Department,
    OfficerPlaced,
    ProcedurePublished,
    Publication,
    Seat,
    Span,
)
from motcua_contracts.messages.documents import AttachedPaper, DocumentRef
from motcua_contracts.messages.intake import (
    AcceptanceDecided,
    Applicant,
    CaseDecisionSeen,
    CaseTerms,
    DossierAccepted,
    DossierCompleted,
    DossierPapers,
    DossierRegistered,
    DossierReturned,
    FeeCleared,
    PaymentDemanded,
)
from motcua_contracts.messages.notify import MessageQueued, MessageSent
from motcua_contracts.messages.payment import (
    FeeAssessed,
    PaymentAwaited,
    PaymentRequested,
    PaymentSettled,
    PaymentStarted,
    ReceiptIssued,
)
from motcua_contracts.messages.routing import (
    CaseDecided,
    CaseOpened,
    DecisionApproved,
    StepCompleted,
    TaskAssigned,
)
from motcua_contracts.rules.deadline import DeadlineStep
from motcua_contracts.rules.terms import FeeRule, RequiredPaper, Step, Terms, Workflow

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
DOSSIER = "0b0f5a3e-6f0e-5b0e-8a51-0f4b6f2c9d11"
CODE = "H40.12-261124-0001"
OWNER = "citizen:pseudonym-of-an"
PIN = "157842"
MARKS = (
    "Nguyễn Mẫu Bí Mật",
    "036000000001",
    "0900000001",
    "bimat@example.com",
    "Ngõ Kín",
    "form-secret",
    "pseudonym-of-an",
)
"""Personal data of the sample applicant, and the pseudonym: no public answer
may hold any of them.
"""
OFFICER_NAMES = {"officer-tckh": "Phạm Quốc Tuấn", "leader-tckh": "Nguyễn Đức Thịnh"}


def document(letter: str) -> DocumentRef:
    return DocumentRef(sha256=letter * 64, size=1000, media_type="application/pdf")


UPLOAD, SLIP, RECEIPT, RESULT = (document(letter) for letter in "abcd")
PAPERS = DossierPapers(
    salt="5" * 32,
    pin=PIN,
    applicant=Applicant(
        full_name=MARKS[0], id_number=MARKS[1], phone=MARKS[2], email=MARKS[3], address=MARKS[4]
    ),
    form={"note": MARKS[5]},
)


def terms(level: int = 4) -> Terms:
    step = {"name_vi": "Thẩm định", "name_en": "Examination", "department": "tckh"}
    return Terms(
        code="1.001612",
        version=1,
        name_vi="Đăng ký thành lập hộ kinh doanh",
        name_en="Household business registration",
        field="household-business",
        field_vi="Hộ kinh doanh",
        authority_level="district",
        level=level,
        receiving_agency="haihau",
        deciding_agency="haihau",
        days=3,
        calendar="haihau",
        fee=FeeRule(amount_vnd=100_000, moment="before_acceptance"),
        workflow=Workflow(
            id="haihau-tckh",
            steps=(
                Step(id="draft", role="officer", does="draft", **step),
                Step(id="approve", role="leader", does="approve", **step),
            ),
        ),
        papers=(RequiredPaper(id="application", name_vi="Giấy đề nghị"),),
    )


def catalogue() -> Catalogue:
    """Two agencies, one procedure, the officers that the tests need."""
    catalogue = Catalogue()
    departments = (
        Department(id="motcua", name_vi="Bộ phận một cửa", name_en="One-stop counter"),
        Department(id="tckh", name_vi="Phòng Tài chính – Kế hoạch", name_en="Finance and Planning"),
    )
    said: list[Event] = [
        AgencyPublished(
            agency=Agency(
                id=agency,
                code=code,
                name_vi=name,
                name_en=agency,
                authority_level="district",
                calendar="haihau",
                departments=departments,
            ),
            version=1,
            effective_from=T0,
        )
        for agency, code, name in (
            ("haihau", "H40.12", "UBND huyện Hải Hậu"),
            ("haiminh", "H40.12.20", "UBND xã Hải Minh"),
        )
    ]
    places = {
        "clerk-haihau": ("haihau", "motcua", "clerk"),
        "cashier-haihau": ("haihau", "motcua", "cashier"),
        "officer-tckh": ("haihau", "tckh", "officer"),
        "leader-tckh": ("haihau", "tckh", "leader"),
        "clerk-haiminh": ("haiminh", "motcua", "clerk"),
        "officer-haiminh": ("haiminh", "tckh", "officer"),
    }
    for officer, (agency, department, role) in places.items():
        place = Seat.model_validate(
            {
                "officer": officer,
                "agency": agency,
                "department": department,
                "post_vi": "Chuyên viên",
                "post_en": "Officer",
                "roles": [role],
            }
        )
        said.append(OfficerPlaced(place=place, version=1, effective_from=T0, commitment="c" * 64))
    calendar = Calendar(id="haihau", week={1: (Span(opens="07:00", closes="17:00"),)})
    said += [
        CalendarPublished(calendar=calendar, version=1, effective_from=T0),
        ProcedurePublished(terms=terms(), publication=Publication(), effective_from=T0),
    ]
    for place_in_log, event in enumerate(said, 1):
        catalogue.apply(said_by("catalog", event, place_in_log, "x"))
    return catalogue


def said_by(
    service: str,
    event: Event,
    sequence: int | None,
    subject: str = DOSSIER,
    actor: str = "",
    chain: str = "chain",
) -> Message[Event]:
    """One event as a message."""
    source = f"/motcua/{service}"
    return Message(
        f"{service}-{sequence}",
        source,
        event.wire_type,
        subject,
        T0,
        actor or f"system:{service}",
        chain,
        chain,
        event,
        sequence,
    )


def registered(delivery: str = "online", owner: str = OWNER, code: str = CODE) -> DossierRegistered:
    return DossierRegistered.model_validate(
        {
            "code": code,
            "terms": terms(),
            "commitment": "c" * 64,
            "revision": 1,
            "channel": "online",
            "owner_actor": owner,
            "receiving_agency": "haihau",
            "deciding_agency": "haihau",
            "result_delivery": delivery,
            "documents": (AttachedPaper(paper="application", document=UPLOAD),),
            "received_at": T0,
        }
    )


def case_terms() -> CaseTerms:
    pinned = terms()
    names = {"name_vi": pinned.name_vi, "name_en": pinned.name_en}
    return CaseTerms(
        procedure=pinned.code,
        code=CODE,
        revision=1,
        deciding_agency="haihau",
        workflow=pinned.workflow,
        **names,
    )


def task(step: str, does: str, officer: str) -> TaskAssigned:
    return TaskAssigned.model_validate(
        {
            "step": step,
            "step_vi": "Thẩm định",
            "step_en": "Examination",
            "does": does,
            "agency": "haihau",
            "department": "tckh",
            "officer": officer,
            "post_vi": "Chuyên viên tài chính",
            "post_en": "Officer of finance",
            "due_at": DUE,
        }
    )


STEP = DeadlineStep(at=T0, text_vi="Nhận hồ sơ.", text_en="Received.")
_DUE = {"due_at": DUE, "steps": (STEP,), "calendar": "haihau", "calendar_version": 1}
ACCEPTED = DossierAccepted.model_validate(
    {"case": case_terms(), "accepted_at": T0, "slip": SLIP, **_DUE}
)
OPENED = CaseOpened.model_validate({"case": case_terms(), "agency": "haihau", **_DUE})
DRAFT, SIGN = task("draft", "draft", "officer-tckh"), task("approve", "approve", "leader-tckh")
MOMENT = {"moment": "before_acceptance"}
_QUEUED = {
    "message_id": "m1",
    "channel": "email",
    "template": "accepted",
    "about": "x",
    "revision": 1,
    "values": {},
}

WAY: dict[str, list[Event]] = {
    "intake": [
        registered(),
        PaymentDemanded.model_validate({"amount_vnd": 100_000, "pay_within_seconds": 60, **MOMENT}),
        FeeCleared(reason="settled"),
        AcceptanceDecided.model_validate({"accepted_at": T0, **_DUE}),
        ACCEPTED,
        CaseDecisionSeen(outcome="granted", result=RESULT, decided_at=T0),
        DossierCompleted(outcome="granted", refundable=False, result=RESULT),
        DossierReturned(channel="online"),
    ],
    "routing": [
        OPENED,
        DRAFT,
        StepCompleted(step="draft", officer="officer-tckh", outcome="granted"),
        SIGN,
        DecisionApproved(step="approve", officer="leader-tckh", outcome="granted", approved_at=T0),
        CaseDecided(outcome="granted", result=RESULT, decided_at=T0),
    ],
    "payment": [
        FeeAssessed.model_validate(
            {"amount_vnd": 100_000, "computation": ("Lệ phí",), "pay_within_seconds": 60, **MOMENT}
        ),
        PaymentAwaited(amount_vnd=100_000, expires_at=DUE),
        PaymentRequested(
            attempt=1,
            provider="vnpay",
            reference="r",
            amount_vnd=100_000,
            return_url="x",
            requested_at=T0,
            expires_at=DUE,
        ),
        PaymentStarted(
            attempt=1,
            provider="vnpay",
            reference="r",
            redirect_url="https://pay.example/?x",
            expires_at=DUE,
        ),
        PaymentSettled(
            amount_vnd=100_000,
            channel="online",
            provider="vnpay",
            attempt=1,
            reference="1",
            settled_at=T0,
        ),
        ReceiptIssued(number="BL26-0000001", document=RECEIPT, amount_vnd=100_000),
    ],
    "notify": [
        MessageQueued.model_validate(_QUEUED),
        MessageSent(message_id="m1", channel="email", provider="smtp", sent_at=T0),
    ],
}
"""J1: level 4, fee before acceptance, result online."""


def way(upto: dict[str, int] | None = None, subject: str = DOSSIER) -> list[Message[Event]]:
    """The events of WAY, one source after the other; `upto` says how many of
    each (none named: all).
    """
    said: Iterable[tuple[str, int, Event]] = (
        (source, sequence, event)
        for source, events in WAY.items()
        for sequence, event in zip(count(1), events, strict=False)
    )
    return [
        said_by(source, event, sequence, subject)
        for source, sequence, event in said
        if upto is None or sequence <= upto.get(source, 0)
    ]  # fmt: skip


REGISTERED_ONLY = {"intake": 1, "payment": 1}
AT_OFFICER = {"intake": 5, "routing": 2, "payment": 6}
AT_LEADER = {"intake": 5, "routing": 4, "payment": 6}
DECIDED = {"intake": 7, "routing": 6, "payment": 6}
