"""Ids of rows: their order is the order of writing, and a range of them is a stretch of one lane's
life.
"""

from hypothesis import given
from hypothesis import strategies as st
from motcua_chassis._store.journal_ids import (
    batch_of,
    effect_id,
    effects_of,
    ids_after,
    ids_up_to,
    journal_id_of,
)

LANES, BATCHES, NUMBERS = st.integers(0, 999), st.integers(1, 10**12 - 2), st.integers(0, 99_999)
SUFFIXES = st.sampled_from(["", "-000", "-p00", "-d"])


def _within(row_id: str, bounds: dict[str, str]) -> bool:
    return bounds["$gte"] <= row_id < bounds["$lt"]


@given(LANES, BATCHES, NUMBERS, SUFFIXES, LANES, st.integers(0, 10**12 - 2))
def test_a_range_holds_one_lanes_rows_on_its_side_of_a_batch(
    lane: int, batch: int, number: int, suffix: str, asked: int, bound: int
) -> None:
    row_id = journal_id_of(lane, batch, number) + suffix
    assert batch_of(row_id) == batch
    assert _within(row_id, ids_after(asked, bound)) == (lane == asked and batch > bound)
    assert _within(row_id, ids_up_to(asked, bound)) == (lane == asked and batch <= bound)


@given(LANES, LANES, st.text(max_size=20))
def test_effects_of_a_lane_are_found_by_their_ids(lane: int, asked: int, key: str) -> None:
    assert _within(effect_id(lane, key), effects_of(asked)) == (lane == asked)
