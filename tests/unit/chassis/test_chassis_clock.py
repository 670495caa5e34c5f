"""Simulated time: the shift in force at the append time, for every reader, always the same.

And lanes by Kafka's own partitioner.
"""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
import structlog
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st
from motcua_chassis.clock import DevClock
from motcua_chassis.partition import lane_of
from motcua_contracts.values.clock import instant, milliseconds

HOUR = timedelta(hours=1)
START = instant(1_790_000_000_000)


def clock(*shifts: tuple[float, float]) -> DevClock:
    """Shifts as (hours after START when written, hours of the shift)."""
    made = DevClock("nowhere", structlog.get_logger(), enabled=True)
    for after, shift in shifts:
        value = orjson.dumps({"shift_seconds": shift * 3600})
        made.take(SimpleNamespace(value=value, timestamp=milliseconds(START + after * HOUR)))
    return made


def test_a_record_has_the_shift_that_was_in_force_when_it_was_appended() -> None:
    shifted = clock((1, 24), (2, 48))
    assert [shifted.at(START + hours * HOUR) - START for hours in (0, 1, 1.5, 2, 3)] == [
        0 * HOUR,
        25 * HOUR,
        25.5 * HOUR,
        50 * HOUR,
        51 * HOUR,
    ]


def test_time_never_runs_backwards() -> None:
    assert clock((1, 24), (2, 3)).at(START + 2 * HOUR) == START + 26 * HOUR


@pytest.mark.parametrize(
    ("due", "came"),
    [(0.5, 0.5), (5, 1), (25, 1), (26, 2)],
    ids=["before", "jumped over", "at the jump", "after it"],
)
def test_the_wall_time_by_which_a_simulated_instant_had_come(due: float, came: float) -> None:
    assert clock((1, 24)).passed(START + due * HOUR) == START + came * HOUR


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1000)), max_size=5),
    st.floats(0, 100),
    st.floats(0, 100),
)
def test_what_is_appended_later_is_later(
    shifts: list[tuple[float, float]], one: float, other: float
) -> None:
    shifted = clock(*sorted(shifts))
    first, second = sorted((one, other))
    assert shifted.at(START + first * HOUR) <= shifted.at(START + second * HOUR)


@given(st.text(min_size=1, max_size=60), st.sampled_from([1, 6]))
def test_a_subject_lies_where_every_kafka_client_would_put_it(
    subject: str, partitions: int
) -> None:
    every: Any = list(range(partitions))
    assert lane_of(subject, partitions) == DefaultPartitioner()(subject.encode(), every, every)
