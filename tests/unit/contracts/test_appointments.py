"""Dates of a running case against the same slow reader, minute by minute, over 2024 to 2027 with
their real holidays.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_contracts.rules.appointments import (
    gone_on,
    moved_by,
    moved_to,
    restarted,
    term_end,
    watch_gone_on,
    watch_of,
)
from motcua_contracts.rules.deadline import deadline
from motcua_contracts.rules.office import Office

from .test_deadline import (
    MINUTE,
    QUARTERS,
    VIETNAM,
    at,
    office,
    open_minute,
    opens_on,
    period,
    slow_later,
    slow_opening,
)

NAMES = st.sampled_from(["haihau", "haiminh"])


def local(instant: datetime) -> datetime:
    return instant.astimezone(VIETNAM).replace(tzinfo=None)


def slow_worked(name: str, since: datetime, until: datetime) -> int:
    """The minutes in which the office is open between two local times."""
    minutes = 0
    while since < until:
        minutes += open_minute(name, since)
        since += MINUTE
    return minutes


@settings(max_examples=60, deadline=None)
@given(
    name=NAMES,
    received=QUARTERS,
    days=st.integers(1, 8),
    after=st.integers(0, 40),
    waited=st.integers(1, 400),
)
def test_a_pause_neither_gives_nor_takes_a_minute(
    name: str, received: datetime, days: int, after: int, waited: int
) -> None:
    due = deadline(period(days), office(name), received).due_at
    stopped = min(received.astimezone(UTC) + timedelta(hours=after), due)
    came = stopped + timedelta(hours=waited)
    computed = gone_on(office(name), due, stopped, came)
    left = slow_worked(name, local(stopped), local(due))
    assert local(computed.due_at) == slow_later(name, slow_opening(name, local(came)), left)
    assert computed.steps[-1].at == computed.due_at
    whole = slow_worked(name, local(received), local(stopped)) + slow_worked(
        name, local(came), local(computed.due_at)
    )
    assert whole == slow_worked(name, local(received), local(due))


@settings(max_examples=100, deadline=None)
@given(name=NAMES, received=QUARTERS, days=st.integers(1, 20), waited=st.integers(0, 900))
def test_a_restart_is_the_deadline_of_the_day_on_which_the_papers_came(
    name: str, received: datetime, days: int, waited: int
) -> None:
    came = received + timedelta(hours=waited)
    again = restarted(period(days), office(name), received, came)
    assert again.due_at == deadline(period(days), office(name), came).due_at
    assert again.steps[-1].at == again.due_at


@settings(max_examples=60, deadline=None)
@given(name=NAMES, received=QUARTERS, days=st.integers(1, 10))
def test_it_is_reminded_at_its_shares_and_warned_a_working_day_before(
    name: str, received: datetime, days: int
) -> None:
    due = deadline(period(days), office(name), received).due_at
    watch = watch_of(office(name), received, due, (50, 80), 1)
    whole = slow_worked(name, local(received), local(due))
    for one in watch.reminders:
        passed = slow_worked(name, local(received), local(one.at))
        assert abs(passed - whole * one.percent / 100) <= 1
    if watch.apology_at is None:
        assert days == 1
    else:
        opened = [
            day
            for n in range(1, 40)
            if opens_on(name, day := local(due).date() - timedelta(days=n))
        ]
        assert local(watch.apology_at).date() == opened[0]
        assert received < watch.apology_at < due


@settings(max_examples=60, deadline=None)
@given(name=NAMES, received=QUARTERS, days=st.integers(2, 8), waited=st.integers(1, 200))
def test_what_was_to_be_said_comes_later_by_what_was_paused(
    name: str, received: datetime, days: int, waited: int
) -> None:
    due = deadline(period(days), office(name), received).due_at
    watch, stopped = watch_of(office(name), received, due, (50, 80), 1), received.astimezone(UTC)
    came = stopped + timedelta(hours=waited)
    after = watch_gone_on(office(name), watch, stopped, came)
    for before, later in zip(watch.reminders, after.reminders, strict=True):
        assert slow_worked(name, local(came), local(later.at)) == slow_worked(
            name, local(stopped), local(before.at)
        )


@settings(max_examples=100, deadline=None)
@given(name=NAMES, received=QUARTERS, days=st.integers(1, 15))
def test_a_new_date_lies_so_many_working_days_later_in_opening_hours(
    name: str, received: datetime, days: int
) -> None:
    due = deadline(period(3), office(name), received).due_at
    moved = moved_by(office(name), due, days)
    between = [
        n
        for n in range(1, 90)
        if local(due).date() + timedelta(days=n) <= local(moved.due_at).date()
    ]
    assert sum(opens_on(name, local(due).date() + timedelta(days=n)) for n in between) == days
    clock = Office(office(name))
    assert clock.opening_at_or_after(local(moved.due_at)) == local(moved.due_at)


@pytest.mark.parametrize(
    ("wished", "due"),
    [("2026-12-11 10:30", "2026-12-11 10:30"), ("2026-12-12 10:30", "2026-12-14 07:00")],
)
def test_a_chosen_date_outside_the_hours_moves_to_the_next_opening(wished: str, due: str) -> None:
    assert moved_to(office("haihau"), at("2026-12-09 10:30"), at(wished)).due_at == at(due)


def test_a_pause_after_the_date_leaves_nothing_and_is_due_at_once() -> None:
    assert gone_on(
        office("haihau"), at("2026-12-07 10:30"), at("2026-12-08 10:30"), at("2026-12-10 10:30")
    ).due_at == at("2026-12-10 10:30")


@pytest.mark.parametrize(
    ("name", "since", "days", "ends", "shows"),
    [
        (
            "haihau",
            "2027-01-08 10:00",
            30,
            "2027-02-11 17:00",
            "7 February is in Tết: the end of the next working day",
        ),
        (
            "haihau",
            "2026-12-07 10:00",
            30,
            "2027-01-06 10:00",
            "a Wednesday while the office is open: as it is",
        ),
        ("haihau", "2026-12-03 10:00", 30, "2027-01-04 17:00", "a Saturday"),
        (
            "haiminh",
            "2026-12-03 10:00",
            30,
            "2027-01-02 10:00",
            "a Saturday morning where the office is open",
        ),
        (
            "haiminh",
            "2026-12-03 15:00",
            30,
            "2027-01-04 17:00",
            "and its afternoon, where it is not",
        ),
        (
            "haihau",
            "2026-12-07 20:00",
            30,
            "2027-01-07 17:00",
            "in the evening: the day after, never less than the plain days",
        ),
        ("haihau", "2026-12-07 05:00", 30, "2027-01-06 17:00", "before opening: that day"),
        ("haihau", "2026-12-07 12:00", 30, "2027-01-06 17:00", "in the noon break: that day"),
        ("haihau", "2026-12-07 17:00", 30, "2027-01-06 17:00", "closing time is open still"),
        ("haihau", "2025-12-27 10:00", 6, "2026-01-05 17:00", "2 January 2026 is off"),
        ("haihau", "2026-12-07 20:00", 0.5, "2026-12-08 08:00", "less than a day runs on"),
        ("haihau", "2026-12-12 10:00", 0.5, "2026-12-12 22:00", "on a Saturday too"),
    ],
)
def test_a_term_of_the_citizen_ends_while_the_counter_is_open(
    name: str, since: str, days: float, ends: str, shows: str
) -> None:
    assert term_end(office(name), at(since), timedelta(days=days)) == at(ends), shows


@settings(max_examples=50, deadline=None)
@given(name=NAMES, since=QUARTERS, days=st.integers(1, 60))
def test_a_term_is_never_shorter_than_its_days_and_no_working_day_longer(
    name: str, since: datetime, days: int
) -> None:
    ends = term_end(office(name), since, timedelta(days=days))
    plain = since + timedelta(days=days)
    assert ends >= plain
    assert slow_worked(name, local(plain), local(ends)) <= 9 * 60
