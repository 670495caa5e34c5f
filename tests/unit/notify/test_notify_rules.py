"""Which facts are told, by which channels and with what, and how a message ends."""

import pytest
from motcua_contracts.intake import Contact, DossierReturned, FeeCleared
from motcua_contracts.notify import MessageFailed, MessageSent, MessageSuppressed, RecordDelivery
from motcua_contracts.payload import REJECTIONS, Payload
from motcua_contracts.refusals import DossierUnknown, MessageUnknown
from motcua_contracts.terms import FeeRule
from motcua_notify.domain.decide import NeverNamed
from motcua_notify.domain.evolve import effects, evolve
from notify_desk import BOTH, CODE, NAMES, NOW, Desk, accepted, completed, delivery, demanded, message, registered, stopped, terms

EMAIL: tuple[Contact, ...] = ("email",)
PHONE: tuple[Contact, ...] = ("phone",)
TOLD = [
    # fact, contacts, template, channels
    ("registered", EMAIL, "registered", "email"),
    ("registered", BOTH, "registered", "email"),
    ("registered", PHONE, "registered", "sms"),
    ("registered", (), "registered", "email"),
    ("demanded", BOTH, "payment-demanded", "email"),
    ("demanded", PHONE, "payment-demanded", "sms"),
    ("accepted", EMAIL, "accepted", "email"),
    ("accepted", BOTH, "accepted", "email sms"),
    ("accepted", PHONE, "accepted", "sms"),
    ("accepted", (), "accepted", "email"),
    ("granted", EMAIL, "granted", "email"),
    ("granted", BOTH, "granted", "email sms"),
    ("refused", BOTH, "refused", "email sms"),
    ("stopped", BOTH, "stopped-not-paid-in-time", "email"),
    ("unsupplemented", PHONE, "stopped-not-supplemented-in-time", "sms"),
]


def way(fact: str, contacts: tuple[Contact, ...]) -> tuple[list[Payload], Payload]:
    """What comes before the fact, and the fact."""
    first: Payload = registered(contacts=contacts)
    ways: dict[str, tuple[list[Payload], Payload]] = {
        "registered": ([], first),
        "demanded": ([first], demanded()),
        "accepted": ([first], accepted(contacts)),
        "granted": ([first, accepted(contacts)], completed()),
        "refused": ([first, accepted(contacts)], completed("refused")),
        "stopped": ([first, demanded()], stopped()),
        "unsupplemented": ([first], stopped("not_supplemented_in_time")),
    }
    return ways[fact]


@pytest.mark.parametrize(("fact", "contacts", "template", "channels"), TOLD)
def test_each_piece_of_news_goes_out_once_for_each_channel(fact: str, contacts: tuple[Contact, ...], template: str, channels: str) -> None:
    desk = Desk()
    before, news = way(fact, contacts)
    desk.tell(*before)
    queued = desk.queued(news)
    assert [one.channel for one in queued] == channels.split()
    assert {one.template for one in queued} == {template}
    assert {one.about for one in queued} == {type(news).__name__}
    assert all(NAMES.items() <= one.values.items() for one in queued)


@pytest.mark.parametrize("fact", [DossierReturned(channel="online"), FeeCleared(reason="free")])
def test_other_facts_are_no_news(fact: Payload) -> None:
    desk = Desk()
    desk.tell(registered())
    assert desk.tell(fact) == []


def test_a_straight_through_dossier_gets_two_mails() -> None:
    desk = Desk()
    queued = desk.queued(registered(terms(automatic=True)), accepted(), completed())
    assert [(one.template, one.channel) for one in queued] == [("accepted", "email"), ("granted", "email")]
    assert queued[1].values == NAMES


@pytest.mark.parametrize(
    ("fee", "templates"),
    [
        (FeeRule(amount_vnd=0, moment="before_acceptance"), ["accepted"]),
        (FeeRule(amount_vnd=50_000, moment="before_result"), ["accepted"]),
        (FeeRule(amount_vnd=50_000, moment="before_acceptance"), ["registered", "accepted"]),
    ],
)
def test_registration_is_told_unless_acceptance_follows_at_once(fee: FeeRule, templates: list[str]) -> None:
    """With a fee before it, acceptance waits for the citizen; the demand that comes first takes the code from this message."""
    desk = Desk()
    assert [one.template for one in desk.queued(registered(terms(automatic=True, fee=fee)), accepted())] == templates


def test_the_demand_names_the_amount_and_the_last_moment() -> None:
    desk = Desk()
    desk.tell(registered())
    assert desk.queued(demanded())[0].values == NAMES | {"amount_vnd": "50000", "pay_by": "2026-11-24T03:00:00.000Z"}


def test_acceptance_names_the_due_date_and_newer_papers_are_used_from_then_on() -> None:
    desk = Desk()
    desk.tell(registered())
    told = desk.queued(accepted(BOTH, revision=2), completed())
    assert told[0].values["due_at"] == "2026-11-27T03:30:00.000Z"
    assert [(one.revision, one.channel) for one in told] == [(2, "email"), (2, "sms"), (2, "email"), (2, "sms")]


def test_a_fact_that_names_no_code_is_loud_where_none_was_heard() -> None:
    with pytest.raises(NeverNamed):
        Desk().tell(completed())


@pytest.mark.parametrize(
    ("outcome", "reason", "end"),
    [
        ("sent", "", MessageSent(message_id="d-1.1.email", channel="email", provider="smtp", sent_at=NOW)),
        ("failed", "smtp-550", MessageFailed(message_id="d-1.1.email", channel="email", provider="smtp", reason="smtp-550")),
        ("suppressed", "no-address", MessageSuppressed(message_id="d-1.1.email", channel="email", reason="no-address")),
    ],
)
def test_the_answer_of_the_effect_ends_the_message(outcome: str, reason: str, end: Payload) -> None:
    desk = Desk()
    (queued,) = desk.queued(registered())
    assert [(effect.key, effect.kind) for effect in effects(desk.case)] == [("d-1.1.email", "send-email")]
    assert desk.tell(delivery(queued, outcome, reason)) == [end]
    assert effects(desk.case) == ()
    with pytest.raises(MessageUnknown):
        desk.tell(delivery(queued))


def test_one_channel_ends_without_the_other() -> None:
    desk = Desk()
    email, sms = desk.queued(accepted(BOTH))
    desk.tell(delivery(email, "failed", "smtp-550"))
    assert [(effect.key, effect.kind) for effect in effects(desk.case)] == [(sms.message_id, "send-sms")]


def test_an_answer_for_a_dossier_nobody_heard_of_is_refused() -> None:
    with pytest.raises(DossierUnknown):
        Desk().tell(RecordDelivery(message_id="d-1.1.email", outcome="sent", provider="smtp"))


def test_the_fold_knows_its_own_facts_only() -> None:
    desk = Desk()
    desk.tell(registered())
    rejected = REJECTIONS["notify"](command="record-delivery", command_id="c", slug="message-unknown")
    assert evolve(desk.case, message(rejected, 2)) == desk.case
    with pytest.raises(TypeError, match="DossierCompleted"):
        evolve(desk.case, message(completed(), 3))


def test_facts_hold_nothing_of_the_person() -> None:
    desk = Desk()
    for one in desk.queued(registered(contacts=BOTH), demanded(), accepted(BOTH), completed()):
        assert set(one.values) <= {*NAMES, "due_at", "amount_vnd", "pay_by"}
        assert one.values["code"] == CODE
