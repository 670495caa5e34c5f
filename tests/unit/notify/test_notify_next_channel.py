"""A message that must be told goes by the next channel once one has failed for good; nothing goes
twice by one.
"""

from datetime import timedelta

import pytest
from motcua_contracts import Event
from motcua_contracts.messages.intake import Contact
from motcua_contracts.messages.notify import (
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
    PreferencesSet,
    RecordReport,
)
from motcua_notify.domain.channels import Given

from .harness import BOTH, NOW, NotifyHarness, accepted, completed, delivery, demanded, registered

NIGHT = NOW.replace(hour=16)
"""23:00 in Vietnam."""


def kinds(said: list[Event]) -> list[tuple[str, str]]:
    return [(type(one).__name__, getattr(one, "channel", "")) for one in said]


def with_demand(contacts: tuple[Contact, ...] = BOTH) -> tuple[NotifyHarness, MessageQueued]:
    desk = NotifyHarness()
    desk.tell(registered(contacts=contacts))
    (queued,) = desk.queued(demanded())
    return desk, queued


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [("suppressed", "bad-address"), ("failed", "smtp-550"), ("refused", "smtp-550")],
)
def test_a_demand_whose_mail_failed_for_good_goes_by_sms(outcome: str, reason: str) -> None:
    desk, queued = with_demand()
    given = Given(None, {"email": "smtp", "sms": "kannel"})
    again, end = desk.tell(delivery(queued, outcome, reason), given=given)
    assert isinstance(again, MessageQueued)
    assert isinstance(end, MessageFailed | MessageSuppressed)
    assert (again.message_id, again.channel, again.provider) == (
        queued.message_id.replace(".email", ".sms"),
        "sms",
        "kannel",
    )
    assert (again.template, again.values, again.contacts) == (
        queued.template,
        queued.values,
        queued.contacts,
    )
    assert [
        way.queued.channel
        for way in desk.case.on_the_way
        if way.queued.template == "payment-demanded"
    ] == ["sms"]
    # The last channel is the end of it.
    assert kinds(desk.tell(delivery(again, "suppressed", "landline"))) == [
        ("MessageSuppressed", "sms")
    ]


def test_nothing_goes_on_where_another_channel_would_meet_the_same_or_none_is_left() -> None:
    for reason in ("forgotten", "papers-unreadable", "message-unreadable"):
        desk, queued = with_demand()
        assert len(desk.tell(delivery(queued, "suppressed", reason))) == 1
    desk, queued = with_demand(("email",))
    assert len(desk.tell(delivery(queued, "suppressed", "bad-address"))) == 1


def test_what_need_not_be_told_ends_with_its_channel() -> None:
    desk = NotifyHarness()
    (queued,) = desk.queued(registered(contacts=BOTH))
    assert len(desk.tell(delivery(queued, "suppressed", "bad-address"))) == 1


def test_what_goes_by_both_channels_goes_once_by_each_whichever_ends_first() -> None:
    for first in (0, 1):
        desk = NotifyHarness()
        desk.tell(registered(contacts=BOTH), accepted(BOTH))
        both = [
            one
            for one in desk.said
            if isinstance(one, MessageQueued) and one.template == "accepted"
        ]
        assert kinds(desk.tell(delivery(both[first], "sent"))) == [
            ("MessageSent", both[first].channel)
        ]
        assert len(desk.tell(delivery(both[1 - first], "suppressed", "bad-address"))) == 1


def test_an_sms_that_the_network_could_not_deliver_goes_by_mail() -> None:
    desk = NotifyHarness()
    wishes = PreferencesSet(email=False, sms="all")
    desk.tell(registered(contacts=BOTH), given=Given(wishes))
    (queued,) = desk.queued(completed(), given=Given(wishes))
    desk.tell(delivery(queued, "sent"))
    said = desk.tell(RecordReport(message_id=queued.message_id, delivered=False))
    assert kinds(said) == [("MessageQueued", "email"), ("MessageFailed", "sms")]
    assert desk.case.handed == ()
    # A report before the answer of the attempt leads to the same.
    early = NotifyHarness()
    early.tell(registered(contacts=BOTH), given=Given(wishes))
    (queued,) = early.queued(completed(), given=Given(wishes))
    said = early.tell(RecordReport(message_id=queued.message_id, delivered=False))
    assert [one for one in kinds(said) if one[0] != MessageSent.__name__] == [
        ("MessageQueued", "email"),
        ("MessageFailed", "sms"),
    ]


def test_quiet_hours_hold_the_next_channel_too() -> None:
    desk, queued = with_demand()
    wishes = PreferencesSet(email=True, sms="important", quiet_from="22:00", quiet_until="06:00")
    again, _ = desk.tell(delivery(queued, "failed", "smtp-550"), at=NIGHT, given=Given(wishes))
    assert isinstance(again, MessageQueued)
    assert again.not_before == NIGHT + timedelta(hours=7)
