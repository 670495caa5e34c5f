"""Any events in any order, answered in any way: each message is queued once and ends once."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_contracts import Payload
from motcua_contracts.messages.notify import (
    MessageAttemptFailed,
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
)
from motcua_contracts.rules.refusals import MessageUnknown
from motcua_contracts.rules.terms import FeeRule
from motcua_notify.domain.case import Case
from motcua_notify.domain.evolve import effects

from .harness import (
    BOTH,
    NotifyHarness,
    accepted,
    completed,
    delivery,
    demanded,
    registered,
    stopped,
    terms,
)

FIRST: list[Payload] = [
    registered(contacts=BOTH),
    registered(contacts=("phone",)),
    registered(contacts=()),
    registered(terms(automatic=True, fee=FeeRule(amount_vnd=1, moment="before_acceptance"))),
    accepted(BOTH),
]
LATER: list[Payload] = [
    demanded(),
    accepted(),
    accepted(BOTH, revision=2),
    completed(),
    completed("refused"),
    stopped(),
]
OUTCOMES = ["sent", "failed", "suppressed", "refused", "not_sent", "unknown"]
STEPS = st.one_of(st.sampled_from(LATER), st.tuples(st.integers(0, 20), st.sampled_from(OUTCOMES)))


@settings(max_examples=500, deadline=None)
@given(first=st.sampled_from(FIRST), history=st.lists(STEPS, max_size=25))
def test_each_queued_message_ends_exactly_once(
    first: Payload, history: list[Payload | tuple[int, str]]
) -> None:
    desk = NotifyHarness()
    desk.tell(first)
    for step in history:
        if isinstance(step, tuple):
            queued = [event for event in desk.said if isinstance(event, MessageQueued)]
            try:
                desk.tell(delivery(queued[step[0] % len(queued)], step[1]))
            except MessageUnknown:
                continue  # answered before
        else:
            assert desk.tell(step), "news that nobody was told"
    ends = Counter(
        event.message_id
        for event in desk.said
        if isinstance(event, MessageSent | MessageFailed | MessageSuppressed)
    )
    ids = [event.message_id for event in desk.said if isinstance(event, MessageQueued)]
    assert len(ids) == len(set(ids))
    assert set(ends) <= set(ids)
    assert all(times == 1 for times in ends.values())
    # What has not ended is still being sent, in its next attempt, and nothing else is.
    tries = Counter(
        event.message_id for event in desk.said if isinstance(event, MessageAttemptFailed)
    )
    open_now = [one for one in ids if one not in ends]
    assert [effect.key for effect in effects(desk.case)] == [
        f"{one}/{tries[one]}" if tries[one] else one for one in open_now
    ]
    for way in desk.case.on_the_way:
        desk.tell(delivery(way.queued))
    assert effects(desk.case) == ()


@given(first=st.sampled_from(FIRST), later=st.lists(st.sampled_from(LATER), max_size=6))
def test_the_stored_state_reads_back_as_it_was(first: Payload, later: list[Payload]) -> None:
    desk = NotifyHarness()
    desk.tell(first, *later)
    assert Case.model_validate_json(desk.case.model_dump_json()) == desk.case
