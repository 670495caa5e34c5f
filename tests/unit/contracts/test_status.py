"""The status is a fold: total, independent of the order of arrival, deaf to copies, and what
citizens are told at each point of the way.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages.intake import SupplementRequested, SupplementSubmitted
from motcua_contracts.messages.routing import ClockResumed, DeadlineExtended, DueDateMoved
from motcua_contracts.rules.status import (
    COUNTER,
    LABELS,
    PORTAL_NUMBER,
    STEP_LABELS,
    TABLE,
    IntakeState,
    PaymentState,
    Progress,
    RoutingState,
    Status,
    fold,
)

from .status_events import (
    AWAITED,
    DEFERRED,
    DEMANDED,
    DEMANDED_LATER,
    DUE,
    EXPIRED,
    OWED,
    OWED_LATER,
    PAID,
    SEEN,
    SETTLED,
    WAYS,
    accepted,
    messages,
    registered,
)
from .status_events import case as case_events


def folded(*events_of: tuple[str, list[Event]]) -> Progress:
    """Sources one after the other, each with its events in its own order."""
    progress = Progress()
    for source, events in events_of:
        for message in messages(source, events):
            progress = fold(progress, message)
    return progress


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[str, list[Message[Payload]]]:
    """A way and one order in which a reader may hear it: each source in its order, the sources
    anyhow, known events once more.
    """
    name = draw(st.sampled_from(sorted(WAYS)))
    left = {source: messages(source, events) for source, events in WAYS[name][0].items()}
    order = draw(st.permutations([source for source, events in left.items() for _ in events]))
    heard: list[Message[Payload]] = []
    for source in order:
        heard.append(left[source].pop(0))
        if draw(st.booleans()):
            heard.append(draw(st.sampled_from(heard)))
    return name, heard


def test_the_table_gives_one_of_the_ten_statuses_for_every_combination() -> None:
    assert set(TABLE) == set(
        product(get_args(IntakeState), get_args(RoutingState), get_args(PaymentState))
    )
    assert set(TABLE.values()) <= set(get_args(Status))


def test_every_status_has_its_label_and_number() -> None:
    assert tuple(LABELS) == get_args(Status)
    assert {PORTAL_NUMBER[status] for status in LABELS} == set(range(1, 11))


@given(arrivals())
def test_every_order_of_arrival_ends_in_the_same_progress(
    arrival: tuple[str, list[Message[Payload]]],
) -> None:
    name, heard = arrival
    way, status = WAYS[name]
    progress = Progress()
    for message in heard:
        progress = fold(progress, message)
    assert progress == folded(*way.items())
    assert progress.status == status


@given(arrivals(), st.data())
def test_what_is_read_halfway_hangs_only_on_how_far_each_source_was_heard(
    arrival: tuple[str, list[Message[Payload]]], data: st.DataObject
) -> None:
    name, heard = arrival
    part = heard[: data.draw(st.integers(0, len(heard)))]
    progress = Progress()
    for message in part:
        progress = fold(progress, message)
    far = {
        s: max([m.sequence or 0 for m in part if m.source.endswith(s)], default=0)
        for s in ("intake", "routing", "payment")
    }
    assert progress == folded(
        *((source, events[: far[source]]) for source, events in WAYS[name][0].items())
    )
    assert Progress.model_validate_json(progress.model_dump_json()) == progress
    assert progress.place is not None or not (far["intake"] or far["routing"] > 1)


def test_a_paid_way_shows_each_status_once_its_event_is_heard() -> None:
    way = WAYS["level 4, fee before acceptance"][0]
    intake, routing, payment = (messages(s, way[s]) for s in ("intake", "routing", "payment"))
    heard = [
        intake[0],
        payment[0],
        intake[1],
        payment[1],
        payment[2],
        intake[3],
        *intake[4:6],
        routing[0],
        routing[5],
        *intake[6:],
    ]
    progress = Progress()
    shown: list[str] = []
    for message in heard:
        progress = fold(progress, message)
        if not shown or shown[-1] != progress.status:
            shown.append(progress.status)
    assert shown == [
        "registered",
        "payment_due",
        "registered",
        "accepted",
        "processing",
        "completed",
        "returned",
    ]


AT_COUNTER = ("pay_at_counter", "withdraw")


@pytest.mark.parametrize(
    ("level", "actions"), [(4, ("pay_online", *AT_COUNTER)), (3, AT_COUNTER), (None, AT_COUNTER)]
)
def test_online_payment_is_offered_at_level_4_only(
    level: int | None, actions: tuple[str, ...]
) -> None:
    progress = folded(
        ("intake", [registered(level, "counter"), DEMANDED]), ("payment", [OWED, AWAITED])
    )
    assert (progress.status, progress.fee, progress.next_actions) == ("payment_due", "due", actions)


def test_an_expired_fee_offers_no_payment_and_intake_says_when_it_stops() -> None:
    progress = folded(("intake", [registered(), DEMANDED]), ("payment", [OWED, AWAITED, EXPIRED]))
    assert (progress.status, progress.fee, progress.next_actions) == (
        "payment_due",
        "expired",
        ("withdraw",),
    )


def test_payments_word_that_it_is_paid_ends_payment_due_before_intake_says_so() -> None:
    before = folded(("intake", [registered(), DEMANDED]), ("payment", [OWED, AWAITED, SETTLED]))
    assert (before.status, before.fee) == ("registered", "paid")
    late = folded(
        ("intake", [registered(), DEFERRED, *accepted(), SEEN, DEMANDED_LATER]),
        ("payment", [OWED_LATER, AWAITED, SETTLED]),
    )
    assert late.status == "processing"


def test_the_result_can_be_fetched_only_once_it_is_returned() -> None:
    events = WAYS["level 4, fee before acceptance"][0]["intake"]
    assert folded(("intake", events[:-1])).next_actions == ()
    assert folded(("intake", events)).next_actions == ("fetch_result", "rate")


def test_a_completed_dossier_waits_at_the_counter_for_its_owner() -> None:
    progress = folded(*WAYS["level 3, free, result at the counter"][0].items())
    assert progress.next_actions == ("collect_result",)
    assert progress.place is not None
    assert (progress.place.agency, progress.place.department, progress.place.step) == (
        "haihau",
        COUNTER,
        "return",
    )


def test_the_place_goes_from_the_counter_to_each_officer_and_back() -> None:
    way = WAYS["level 4, fee before acceptance"][0]
    intake, routing = messages("intake", way["intake"]), messages("routing", way["routing"])
    progress = Progress()
    way_of_it: list[tuple[str, str, str]] = []
    for message in [intake[0], intake[1], intake[3], *intake[4:6], *routing, *intake[6:]]:
        progress = fold(progress, message)
        assert progress.place is not None
        stop = (progress.place.department, progress.place.officer, progress.place.step)
        if not way_of_it or way_of_it[-1] != stop:
            way_of_it.append(stop)
    assert way_of_it == [
        (COUNTER, "", "reception"),
        (COUNTER, "", "payment"),
        (COUNTER, "", "reception"),
        (COUNTER, "", "handing-on"),
        ("tckh", "officer-1", "examine"),
        ("tckh", "leader-1", "sign"),
        (COUNTER, "", "return"),
    ]


def test_the_counters_steps_have_names_in_both_languages() -> None:
    assert all(label.vi and label.en for label in STEP_LABELS.values())


def test_the_due_date_is_intakes_until_the_case_is_open_then_routings() -> None:
    assert folded(("intake", [registered()])).due_at is None
    assert folded(("intake", [registered(), PAID, *accepted()])).due_at == DUE
    later = case_events()[0].model_copy(update={"due_at": DUE.replace(day=28)})
    assert folded(
        ("intake", [registered(), PAID, *accepted()]), ("routing", [later])
    ).due_at == DUE.replace(day=28)


def test_commands_and_other_sources_change_nothing() -> None:
    progress = folded(("intake", [registered()]))
    assert folded(("intake", [registered()]), ("notify", [SEEN])) == progress
    command = messages("intake", [registered()])[0]
    assert fold(Progress(), replace(command, sequence=None)) == Progress()


def test_a_fee_that_is_paid_while_papers_are_awaited_is_not_due_again_when_they_come() -> None:
    asked = SupplementRequested(
        by="counter", number=1, papers=(), revision=2, respond_by=DUE, slip=None
    )
    brought = SupplementSubmitted(
        by="counter", number=1, revision=3, commitment="c", submitted_at=DUE
    )
    unpaid = folded(("intake", [registered(), DEMANDED, asked, brought]))
    assert unpaid.status == "payment_due"
    paid = folded(("intake", [registered(), DEMANDED, asked, PAID, brought]))
    assert (paid.status, paid.fee) == ("registered", "paid")


def test_a_supplement_moves_what_late_is_measured_against_and_a_new_appointment_does_not() -> None:
    opened = WAYS["level 4, fee before acceptance"][0]["routing"][:2]
    later, latest = DUE + timedelta(days=5), DUE + timedelta(days=9)
    resumed = ClockResumed(
        number=1, due_at=later, steps=(), calendar="haihau", calendar_version=1, first_due_at=later
    )
    extended = DeadlineExtended(
        due_at=latest,
        steps=(),
        reason_code="workload",
        letter=None,
        calendar="haihau",
        calendar_version=1,
    )
    progress = folded(("routing", [*opened, resumed, extended]))
    assert (progress.routing.first_due_at, progress.due_at) == (later, latest)
    moved = DueDateMoved(
        due_at=latest,
        first_due_at=later + timedelta(days=1),
        steps=(),
        calendar="haihau",
        calendar_version=2,
    )
    progress = folded(("routing", [*opened, resumed, extended, moved]))
    assert (progress.routing.first_due_at, progress.due_at) == (
        later + timedelta(days=1),
        latest,
    ), "a day declared off does"
