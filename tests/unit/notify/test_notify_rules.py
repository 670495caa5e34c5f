"""Which events are told, by which channels and with what, and how a message ends."""

from datetime import timedelta
from typing import Any

import pytest
from motcua_contracts import Event, Payload
from motcua_contracts.messages import intake, payment, routing
from motcua_contracts.messages.documents import DocumentRef
from motcua_contracts.messages.intake import Contact, DossierReturned, RequestedPaper
from motcua_contracts.messages.notify import (
    MessageDelivered,
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
    NewsHeld,
    RecordDelivery,
    RecordReport,
)
from motcua_contracts.rules.refusals import DossierUnknown, MessageUnknown
from motcua_contracts.rules.terms import FeeRule
from motcua_contracts.wire.payload import REGISTRY, REJECTIONS, CommandRejected, DeadLettered
from motcua_notify.domain.evolve import effects, evolve
from motcua_notify.domain.news import SILENT, TOLD

from .harness import (
    BOTH,
    CODE,
    NAMES,
    NOW,
    NotifyHarness,
    accepted,
    completed,
    delivery,
    demanded,
    message,
    registered,
    stopped,
    terms,
)

EMAIL: tuple[Contact, ...] = ("email",)
PHONE: tuple[Contact, ...] = ("phone",)
SLIP = DocumentRef(sha256="ab" * 32, size=1, media_type="application/pdf")
ASKED = (
    RequestedPaper(paper="identity"),
    RequestedPaper(paper="", copies=2, kind="original", reason_code="paper-expired"),
)
SUPPLEMENT = intake.SupplementRequested(
    by="department",
    number=1,
    papers=ASKED,
    reason_code="paper-missing",
    revision=2,
    respond_by=NOW + timedelta(days=5),
    slip=SLIP,
    names=(intake.PaperName(vi="Căn cước công dân", en=""), intake.PaperName(vi="", en="")),
)
PAPERS = {
    "papers_vi": (
        "Căn cước công dân (1 bản sao)\ngiấy tờ khác, ghi trong phiếu yêu cầu (2 bản chính): Giấy"
        " tờ hết hiệu lực"
    ),
    "papers_en": (
        "Căn cước công dân (1 photocopy)\nanother paper, named in the request (2 original): A paper"
        " has expired"
    ),
}
"""As a mail lists them: a name that is not known, a reason of its own."""
GIVEN_IN = intake.SupplementSubmitted(
    by="counter", number=1, revision=3, commitment="0" * 64, submitted_at=NOW
)
EXTENDED = routing.DeadlineExtended(
    due_at=NOW + timedelta(days=9),
    steps=(),
    reason_code="complex-matter",
    letter=SLIP,
    calendar="haihau",
    calendar_version=1,
)
RESUMED = routing.ClockResumed(
    number=1, due_at=NOW + timedelta(days=7), steps=(), calendar="haihau", calendar_version=1
)
MOVED = routing.DueDateMoved(
    due_at=NOW + timedelta(days=7),
    first_due_at=NOW + timedelta(days=7),
    steps=(),
    calendar="haihau",
    calendar_version=2,
)
MORE_TIME: dict[str, Any] = {"steps": (), "calendar": "haihau", "calendar_version": 2}
NOT_ACCEPTED = intake.DossierNotAccepted(
    reason_code="not-competent", revision=2, slip=SLIP, refundable=True
)
EVENTS: dict[str, tuple[Event, str, str, dict[str, str]]] = {
    # name -> the event, its template, the channels of somebody with both contacts, what it needs
    # beside the subject
    "registered": (registered(contacts=BOTH), "registered", "email", {}),
    "accepted": (accepted(BOTH), "accepted", "email sms", {"due_at": "2026-11-27T03:30:00.000Z"}),
    "demanded": (
        demanded(),
        "payment-demanded",
        "email",
        {"amount_vnd": "50000", "pay_by": "2026-11-24T03:00:00.000Z"},
    ),
    "not accepted": (NOT_ACCEPTED, "not-accepted", "email sms", {"reason_code": "not-competent"}),
    "supplement": (
        SUPPLEMENT,
        "supplement-requested",
        "email sms",
        {
            "count": "2",
            "respond_by": "2026-11-29T02:00:00.000Z",
            "reason_code": "paper-missing",
            **PAPERS,
        },
    ),
    "given in": (GIVEN_IN, "supplement-received", "email", {}),
    "resumed": (RESUMED, "clock-resumed", "email", {"due_at": "2026-12-01T02:00:00.000Z"}),
    "moved": (MOVED, "due-date-moved", "email", {"due_at": "2026-12-01T02:00:00.000Z"}),
    "papers' term": (
        intake.SupplementTermMoved(
            by="counter", number=1, respond_by=NOW + timedelta(days=7), **MORE_TIME
        ),
        "supplement-term-moved",
        "email",
        {"respond_by": "2026-12-01T02:00:00.000Z"},
    ),
    "fee's term": (
        payment.PayTermMoved(expires_at=NOW + timedelta(days=7), **MORE_TIME),
        "pay-term-moved",
        "email",
        {"pay_by": "2026-12-01T02:00:00.000Z"},
    ),
    "extended": (
        EXTENDED,
        "deadline-extended",
        "email sms",
        {"due_at": "2026-12-03T02:00:00.000Z", "reason_code": "complex-matter"},
    ),
    "granted": (completed(), "granted", "email sms", {}),
    "refused": (completed("refused"), "refused", "email sms", {}),
    "returned": (DossierReturned(channel="counter"), "returned", "email", {}),
    "posted": (intake.ResultPosted(revision=2, posted_at=NOW), "posted", "email", {}),
    "came back": (
        intake.PostCameBack(reason_code="address-wrong"),
        "post-came-back",
        "email sms",
        {"reason_code": "address-wrong"},
    ),
    "withdrawn": (intake.DossierWithdrawn(), "withdrawn", "email", {}),
    "not paid": (stopped(), "stopped-not-paid-in-time", "email", {}),
    "not supplemented": (
        stopped("not_supplemented_in_time"),
        "stopped-not-supplemented-in-time",
        "email",
        {},
    ),
    "receipt": (
        payment.ReceiptIssued(number="HH-1", document=SLIP, amount_vnd=50_000),
        "receipt",
        "email",
        {"number": "HH-1", "amount_vnd": "50000"},
    ),
    "refunded": (
        payment.Refunded(refund=1, amount_vnd=50_000, channel="online", reference="R"),
        "refunded",
        "email",
        {"amount_vnd": "50000"},
    ),
    "not refunded": (
        payment.RefundFailed(refund=1, amount_vnd=50_000, provider_code="91"),
        "refund-failed",
        "email",
        {"amount_vnd": "50000"},
    ),
}
QUIET: list[Event] = [
    DossierReturned(channel="online"),
    intake.FeeCleared(reason="free"),
    intake.DossierWithdrawn(standing=True),
    intake.SupplementSubmitted(
        by="department", number=1, revision=3, commitment="0" * 64, submitted_at=NOW
    ),
    routing.CaseEscalated(to="leader-tckh", due_at=NOW),
    payment.PaymentFailed(attempt=1, provider="vnpay", provider_code="24"),
]


def told(contacts: tuple[Contact, ...] = BOTH) -> NotifyHarness:
    """A harness that knows the dossier."""
    desk = NotifyHarness()
    desk.tell(registered(contacts=contacts))
    return desk


def test_every_event_is_told_or_listed_as_silent() -> None:
    """A new event of intake, routing or payment has to be thought of here."""
    events = {
        model
        for model in REGISTRY.values()
        if issubclass(model, Event)
        and model.owner in ("intake", "routing", "payment")
        and not issubclass(model, CommandRejected | DeadLettered)
    }
    assert {model.__name__ for model in events} == {model.__name__ for model in TOLD} | set(SILENT)
    assert not {model.__name__ for model in TOLD} & set(SILENT)
    assert {type(event) for event, _, _, _ in EVENTS.values()} == set(TOLD) - {
        routing.DigestDrawn
    }, "the digest: test_notify_digest.py"


@pytest.mark.parametrize("name", EVENTS)
def test_each_piece_of_news_goes_out_once_for_each_channel(name: str) -> None:
    event, template, channels, values = EVENTS[name]
    desk = NotifyHarness() if name in ("registered", "accepted") else told()
    queued = desk.queued(event)
    assert [one.channel for one in queued] == channels.split()
    assert {one.template for one in queued} == {template}
    assert {one.about for one in queued} == {type(event).__name__}
    assert all(one.values == NAMES | values for one in queued)
    assert len(effects(desk.case)) == len(queued) + (name not in ("registered", "accepted"))


@pytest.mark.parametrize("contacts", [EMAIL, PHONE, ()])
@pytest.mark.parametrize("name", EVENTS)
def test_who_has_one_contact_hears_everything_by_it(
    name: str, contacts: tuple[Contact, ...]
) -> None:
    """Without any the e-mail is queued all the same: its suppression shows that nobody could be
    told.
    """
    event = (
        registered(contacts=contacts)
        if name == "registered"
        else accepted(contacts)
        if name == "accepted"
        else EVENTS[name][0]
    )
    desk = NotifyHarness() if name in ("registered", "accepted") else told(contacts)
    assert [one.channel for one in desk.queued(event)] == ["sms" if contacts == PHONE else "email"]


@pytest.mark.parametrize("event", QUIET, ids=lambda event: type(event).__name__)
def test_other_events_are_no_news(event: Payload) -> None:
    assert told().tell(event) == []


def test_a_straight_through_dossier_gets_two_mails() -> None:
    desk = NotifyHarness()
    queued = desk.queued(
        registered(terms(automatic=True)),
        accepted(),
        completed(),
        DossierReturned(channel="online"),
    )
    assert [(one.template, one.channel) for one in queued] == [
        ("accepted", "email"),
        ("granted", "email"),
    ]
    assert queued[1].values == NAMES


@pytest.mark.parametrize(
    ("fee", "templates"),
    [
        (FeeRule(amount_vnd=0, moment="before_acceptance"), ["accepted"]),
        (FeeRule(amount_vnd=50_000, moment="before_result"), ["accepted"]),
        (FeeRule(amount_vnd=50_000, moment="before_acceptance"), ["registered", "accepted"]),
    ],
)
def test_registration_is_told_unless_acceptance_follows_at_once(
    fee: FeeRule, templates: list[str]
) -> None:
    """With a fee before it, acceptance waits for the citizen; the demand that comes first takes the
    code from this message.
    """
    desk = NotifyHarness()
    assert [
        one.template for one in desk.queued(registered(terms(automatic=True, fee=fee)), accepted())
    ] == templates


def test_newer_papers_are_used_from_acceptance_on() -> None:
    desk = NotifyHarness()
    desk.tell(registered())
    queued = desk.queued(accepted(BOTH, revision=2), completed())
    assert [(one.revision, one.channel) for one in queued] == [
        (2, "email"),
        (2, "sms"),
        (2, "email"),
        (2, "sms"),
    ]


def test_what_is_read_before_the_dossier_is_known_is_told_once_it_is() -> None:
    """Another log may be read ahead of intake's: nothing is parked, nothing is lost, nothing comes
    twice.
    """
    desk = NotifyHarness()
    (held,) = desk.tell(EXTENDED)
    assert isinstance(held, NewsHeld)
    assert effects(desk.case) == ()
    queued = desk.queued(accepted(BOTH))
    assert [(one.template, one.channel) for one in queued] == [
        ("accepted", "email"),
        ("accepted", "sms"),
        ("deadline-extended", "email"),
        ("deadline-extended", "sms"),
    ]
    assert queued[2].values == NAMES | {
        "due_at": "2026-12-03T02:00:00.000Z",
        "reason_code": "complex-matter",
    }
    assert desk.case.held == ()
    assert [one.template for one in desk.queued(completed())] == ["granted", "granted"]


def test_messages_of_different_sources_have_different_ids() -> None:
    """Events are counted by source: the fourth of intake and the fourth of payment are two."""
    desk = told(EMAIL)
    ids = [one.message_id for one in desk.queued(completed(), EVENTS["receipt"][0], EXTENDED)]
    assert ids == ["d-1.2.email", "d-1.p3.email", "d-1.r4.email"]


@pytest.mark.parametrize(
    ("outcome", "reason", "end"),
    [
        (
            "sent",
            "",
            MessageSent(message_id="d-1.1.email", channel="email", provider="smtp", sent_at=NOW),
        ),
        (
            "failed",
            "smtp-550",
            MessageFailed(
                message_id="d-1.1.email", channel="email", provider="smtp", reason="smtp-550"
            ),
        ),
        (
            "refused",
            "smtp-554",
            MessageFailed(
                message_id="d-1.1.email", channel="email", provider="smtp", reason="smtp-554"
            ),
        ),
        (
            "suppressed",
            "no-address",
            MessageSuppressed(message_id="d-1.1.email", channel="email", reason="no-address"),
        ),
    ],
)
def test_the_answer_of_the_effect_ends_the_message(outcome: str, reason: str, end: Payload) -> None:
    desk = NotifyHarness()
    (queued,) = desk.queued(registered())
    assert [(effect.key, effect.kind) for effect in effects(desk.case)] == [
        ("d-1.1.email", "send-email")
    ]
    assert desk.tell(delivery(queued, outcome, reason)) == [end]
    assert effects(desk.case) == ()
    with pytest.raises(MessageUnknown):
        desk.tell(delivery(queued))


def test_one_channel_ends_without_the_other() -> None:
    desk = NotifyHarness()
    email, sms = desk.queued(accepted(BOTH))
    desk.tell(delivery(email, "failed", "smtp-550"))
    assert [(effect.key, effect.kind) for effect in effects(desk.case)] == [
        (sms.message_id, "send-sms")
    ]


def test_an_answer_for_a_dossier_nobody_heard_of_is_refused() -> None:
    with pytest.raises(DossierUnknown):
        NotifyHarness().tell(
            RecordDelivery(message_id="d-1.1.email", outcome="sent", provider="smtp")
        )


def sms_of(desk: NotifyHarness) -> MessageQueued:
    _, sms = desk.queued(accepted(BOTH))
    return sms


def test_a_report_tells_that_an_sms_arrived_once() -> None:
    desk = NotifyHarness()
    sms = sms_of(desk)
    desk.tell(delivery(sms, provider="kannel"))
    assert desk.tell(RecordReport(message_id=sms.message_id, delivered=True)) == [
        MessageDelivered(message_id=sms.message_id, channel="sms", delivered_at=NOW)
    ]
    with pytest.raises(MessageUnknown):
        desk.tell(RecordReport(message_id=sms.message_id, delivered=True))


def test_a_report_that_it_never_arrived_is_a_visible_failure() -> None:
    desk = NotifyHarness()
    sms = sms_of(desk)
    desk.tell(delivery(sms, provider="kannel"))
    assert desk.tell(RecordReport(message_id=sms.message_id, delivered=False)) == [
        MessageFailed(
            message_id=sms.message_id, channel="sms", provider="kannel", reason="undeliverable"
        )
    ]


def test_a_report_may_overtake_the_answer_of_its_attempt() -> None:
    desk = NotifyHarness()
    sms = sms_of(desk)
    assert [
        type(event).__name__
        for event in desk.tell(RecordReport(message_id=sms.message_id, delivered=True))
    ] == [
        "MessageSent",
        "MessageDelivered",
    ]
    assert [effect.kind for effect in effects(desk.case)] == ["send-email"]
    assert desk.tell(delivery(sms)) == []


def test_the_fold_knows_its_own_events_only() -> None:
    desk = NotifyHarness()
    desk.tell(registered())
    rejected = REJECTIONS["notify"](
        command="record-delivery", command_id="c", slug="message-unknown"
    )
    assert evolve(desk.case, message(rejected, 2)) == desk.case
    with pytest.raises(TypeError, match="DossierCompleted"):
        evolve(desk.case, message(completed(), 3))


def test_events_hold_nothing_of_the_person() -> None:
    desk = told()
    allowed = {
        *NAMES,
        "due_at",
        "amount_vnd",
        "pay_by",
        "respond_by",
        "reason_code",
        "count",
        "number",
        *PAPERS,
    }
    for name, (event, *_) in EVENTS.items():
        for one in desk.queued(event):
            assert set(one.values) <= allowed, name
            assert one.values["code"] == CODE


def test_the_mail_names_the_end_of_the_time_to_pay_that_the_demand_names() -> None:
    event = demanded().model_copy(update={"pay_by": NOW + timedelta(days=5)})
    desk = NotifyHarness()
    desk.tell(registered())
    desk.tell(event)
    queued = [
        one
        for one in desk.said
        if isinstance(one, MessageQueued) and one.template == "payment-demanded"
    ]
    assert queued
    assert {one.values["pay_by"] for one in queued} == {"2026-11-29T02:00:00.000Z"}
