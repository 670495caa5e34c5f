"""Who tries next and when, and when it is given up: every outcome of an attempt, over and over."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st
from motcua_contracts import Event
from motcua_contracts.messages.notify import (
    MessageAttemptFailed,
    MessageFailed,
    MessageQueued,
    RecordDelivery,
)
from motcua_notify.domain.attempts import GIVEN_UP_AFTER, WAITS
from motcua_notify.domain.channels import Given
from motcua_notify.domain.evolve import effects

from .harness import NOW, NotifyHarness, delivery, registered

FIRST = Given(providers={"email": "a"})


def queued() -> tuple[NotifyHarness, MessageQueued]:
    desk = NotifyHarness()
    (one,) = desk.queued(registered(), given=FIRST)
    return desk, one


def failed(desk: NotifyHarness, answer: RecordDelivery, at: datetime = NOW) -> MessageAttemptFailed:
    (event,) = desk.tell(answer, at=at)
    assert isinstance(event, MessageAttemptFailed), event
    return event


def test_the_first_attempt_is_its_who_was_chosen_with_the_message() -> None:
    desk, one = queued()
    assert one.provider == "a"
    assert desk.case.way(one.message_id).provider == "a"


@pytest.mark.parametrize("outcome", ["not_sent", "refused"])
def test_a_definite_failure_goes_to_the_next_provider_at_once(outcome: str) -> None:
    desk, one = queued()
    event = failed(desk, delivery(one, outcome, "smtp-451", "a", then="b"))
    assert (event.attempt, event.round, event.next_provider, event.retry_at) == (1, 0, "b", NOW)
    (effect,) = effects(desk.case)
    assert (effect.key, effect.not_before) == ("d-1.1.email/1", NOW)
    assert desk.case.way(effect.key).provider == "b"


def test_when_everybody_was_asked_it_waits_longer_each_time() -> None:
    desk, one = queued()
    waited, at = [], NOW
    for number in range(6):
        failed(desk, delivery(one, "not_sent", "smtp-connection", "a", then="b"), at)
        event = failed(desk, delivery(one, "not_sent", "smtp-connection", "b", then="a"), at)
        assert (event.attempt, event.round) == (2 * number + 2, number + 1)
        waited.append(event.retry_at - at)
        at = event.retry_at
    for step, wait in zip(WAITS, waited, strict=False):
        assert step * 0.75 <= wait <= step * 1.25


def test_what_may_have_arrived_stays_with_its_provider() -> None:
    desk, one = queued()
    event = failed(desk, delivery(one, "unknown", "smtp-cut", "a", then="a"))
    assert (event.unknown, event.next_provider) == (True, "a")
    assert event.retry_at > NOW
    # Even where the answer names another one: the rule is the domain's.
    event = failed(desk, delivery(one, "unknown", "smtp-cut", "a", then="b"))
    assert event.next_provider == "a"


def test_a_refusal_by_everybody_is_the_end() -> None:
    desk, one = queued()
    failed(desk, delivery(one, "refused", "smtp-550", "a", then="b"))
    assert desk.case.way(one.message_id).refused_by == ("a",)
    (end,) = desk.tell(delivery(one, "refused", "smtp-550", "b"))
    assert end == MessageFailed(
        message_id=one.message_id, channel="email", provider="b", reason="smtp-550"
    )
    assert effects(desk.case) == ()


OUTCOMES = st.sampled_from(["not_sent", "unknown", "refused"])


@settings(max_examples=300, deadline=None)
@any_of(outcomes=st.lists(OUTCOMES, min_size=80, max_size=80), late=st.integers(0, 50_000))
def test_every_message_ends_within_its_day_and_says_a_bounded_number_of_events(
    outcomes: list[str], late: int
) -> None:
    """Whatever happens, and however late the answers come."""
    desk, one = queued()
    at, said = NOW, list[Event]()
    for outcome in outcomes:
        way = desk.case.way(one.message_id)
        left = [name for name in ("a", "b") if name not in {*way.refused_by, way.provider}]
        then = (
            way.provider
            if outcome == "unknown"
            else (left[0] if left else "" if outcome == "refused" else way.provider)
        )
        (event,) = desk.tell(delivery(one, outcome, "smtp-451", way.provider, then=then), at=at)
        said.append(event)
        if isinstance(event, MessageFailed):
            break
        assert isinstance(event, MessageAttemptFailed)
        assert event.retry_at <= NOW + GIVEN_UP_AFTER
        at = max(at, event.retry_at) + timedelta(seconds=late)
    assert isinstance(said[-1], MessageFailed)
    assert len(said) <= 2 * 15
    assert effects(desk.case) == ()


def test_what_fails_together_does_not_come_back_together() -> None:
    waits = set()
    for number in range(20):
        desk = NotifyHarness()
        for _ in range(number):
            desk.tell(registered(), given=FIRST)
        (one,) = desk.queued(registered(), given=FIRST)
        waits.add(failed(desk, delivery(one, "not_sent", "smtp-451", "a", then="a")).retry_at)
    assert len(waits) > 10
