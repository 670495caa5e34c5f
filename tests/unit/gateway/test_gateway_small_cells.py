"""No count from 1 to 4 can be read off the public's figures, nor computed from
the sums beside it.
"""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_gateway.read_model.small_cells import HIDDEN, THRESHOLD, UNDER, guarded, within

PARTS = ("waiting", "early", "late")
MEASURES = ("received", *PARTS)
Rows = list[dict[str, Any]]


def row(field: str, *parts: int) -> dict[str, Any]:
    return {"field": field, "received": sum(parts), **dict(zip(PARTS, parts, strict=True))}


def total_of(rows: Rows) -> dict[str, int]:
    return {name: sum(one[name] for one in rows) for name in MEASURES}


def test_small_counts_are_shown_as_such_and_zeros_as_they_are() -> None:
    rows = [row("land", 10, 3, 0), row("business", 20, 4, 0)]
    shown, total = guarded({"field": rows}, total_of(rows), MEASURES)
    assert [one["early"] for one in shown["field"]] == [UNDER, UNDER]
    assert [one["late"] for one in shown["field"]] == [0, 0]
    assert total["late"] == 0


def test_large_counts_are_shown_exactly() -> None:
    rows = [row("land", 10, 30, 50), row("business", 20, 40, 60)]
    shown, total = guarded({"field": rows}, total_of(rows), MEASURES)
    assert (shown["field"], total) == (rows, total_of(rows))


def test_a_small_count_is_not_given_away_by_its_sums() -> None:
    rows = [row("land", 10, 30, 2), row("business", 20, 40, 60), row("births", 7, 8, 9)]
    shown, _ = guarded({"field": rows}, total_of(rows), MEASURES)
    assert shown["field"][0]["late"] == UNDER
    assert HIDDEN in [one["late"] for one in shown["field"][1:]], (
        "late of the others and in all would give it away"
    )
    assert HIDDEN in shown["field"][0].values(), "received, waiting and early of the same row would"


def test_what_a_reader_knows_of_a_hidden_count_is_reckoned_with() -> None:
    """4 and 4 are the only two counts under 5 that make 8; 5 and 1 the only ones of which one is 5
    or more that make 6.
    """
    for one in (row("land", 4, 4, 0), row("land", 5, 1, 0), row("land", 4, 4, 4)):
        rows = [one, row("business", 50, 60, 70)]
        shown, _ = guarded({"field": rows}, total_of(rows), MEASURES)
        assert not isinstance(shown["field"][0]["received"], int), shown


tables = st.lists(st.tuples(*[st.integers(0, 12)] * 3), min_size=1, max_size=4).map(
    lambda found: [row(f"f{n}", *parts) for n, parts in enumerate(found)]
)


@settings(max_examples=300, deadline=None)
@given(rows=tables)
def test_each_hidden_small_count_could_be_another(rows: Rows) -> None:
    """A reader who knows every sum finds at least two tables that look the same, for each count
    that is hidden as small.
    """
    shown, total = guarded({"field": rows}, total_of(rows), MEASURES)
    assert not any(
        isinstance(value, int) and 0 < value < THRESHOLD
        for line in (*shown["field"], total)
        for value in line.values()
    )
    grid = [[one[name] for name in MEASURES] for one in [*rows, total_of(rows)]]
    told = [[one[name] for name in MEASURES] for one in [*shown["field"], total]]
    secret = [
        (r, c)
        for r, c in product(range(len(grid)), range(len(MEASURES)))
        if not isinstance(told[r][c], int)
    ]
    for r, c in secret:
        alone_across = sum(one[0] == r for one in secret) == 1 and any(
            isinstance(v, int) and v for v in told[r]
        )
        alone_down = sum(one[1] == c for one in secret) == 1 and any(
            isinstance(line[c], int) and line[c] for line in told
        )
        assert not alone_across, (told, (r, c))
        assert not alone_down, (told, (r, c))


def received(by: str, value: str, received: int) -> dict[str, Any]:
    return {by: value, "received": received}


def test_one_table_gives_away_nothing_that_another_one_hides() -> None:
    """P3 is all of F3: shown, it would tell F2 = 33 - 20 - 10."""
    fields = [received("field", "F1", 20), received("field", "F2", 3), received("field", "F3", 10)]
    procedures = [
        received("procedure", name, count)
        for name, count in (("P1a", 12), ("P1b", 8), ("P2", 3), ("P3", 10))
    ]
    outer, total = guarded({"field": fields}, {"received": 33}, ("received",))
    held_by = {"P1a": "F1", "P1b": "F1", "P2": "F2", "P3": "F3"}
    told = within(
        procedures,
        "procedure",
        {one["field"]: one for one in outer["field"]},
        held_by,
        ("received",),
    )
    assert total == {"received": 33}
    assert [one["received"] for one in outer["field"]] == [20, UNDER, HIDDEN]
    assert [one["received"] for one in told] == [12, 8, UNDER, HIDDEN]


@pytest.mark.parametrize(
    ("held_by", "shown"),
    [
        # the sum is shown, so the other one is hidden
        ({"P1": "F1", "P2": "F1"}, [UNDER, HIDDEN, 0]),
        ({"P1": "F1", "P2": ""}, [UNDER, HIDDEN, 0]),  # procedures whose field changed are in none
    ],
)
def test_small_counts_within_a_shown_one_are_guarded_by_it(
    held_by: dict[str, str], shown: list[Any]
) -> None:
    rows = [
        received("procedure", "P1", 3),
        received("procedure", "P2", 12),
        received("procedure", "P3", 0),
    ]
    told = within(rows, "procedure", {"F1": received("field", "F1", 15)}, held_by, ("received",))
    assert [one["received"] for one in told] == shown
