"""What the public may see of counts: whole days, and no count from which one person's dossier can
be read.

A count from 1 to 4 is shown as "under 5" (`{"under": 5}`), never exactly. Where a sum beside it
would give it away (one hidden count in a row or in a column of shown ones), another count of that
row or column is hidden too, the smallest first. Zeros are shown: nobody is behind them. Source of
the rule: usual practice of statistical disclosure control (minimum frequency with complementary
suppression); the threshold is the one that this project's owner set.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from motcua_contracts import VIETNAM

THRESHOLD: Final = 5
UNDER: Final[Mapping[str, int]] = {"under": THRESHOLD}
"""A count from 1 to 4."""
HIDDEN: Final[Mapping[str, bool]] = {"hidden": True}
"""A count of 5 or more that would give a small one beside it away."""
Cell = tuple[int, int]


def day_start(at: datetime) -> datetime:
    """Midnight in Vietnam at which the day of an instant began."""
    return datetime.combine(at.astimezone(VIETNAM).date(), time.min, VIETNAM)


def day_end(at: datetime) -> datetime:
    """The last microsecond of the instant's day in Vietnam."""
    return day_start(at) + timedelta(days=1, microseconds=-1)


def guarded(
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    total: Mapping[str, int],
    measures: Sequence[str],
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
    """The rows of each table and their common total, with the small counts hidden.

    `tables`: the same dossiers, counted by one thing each. `measures`: `received`, the sum of all
    others, among them.
    """
    counts = {
        name: [[int(row[m]) for m in measures] for row in (*rows, total)]
        for name, rows in tables.items()
    }
    hidden: dict[str, set[Cell]] = {name: _small(table) for name, table in counts.items()}
    of_total = {c for c, m in enumerate(measures) if 0 < total[m] < THRESHOLD}
    while True:
        before = len(of_total)
        for name, table in counts.items():
            last = len(table) - 1
            hidden[name] |= {(last, c) for c in of_total}
            _complement(table, hidden[name], measures.index("received"))
            of_total |= {c for r, c in hidden[name] if r == last}
        if len(of_total) == before:
            break

    told = {
        name: [
            {
                **row,
                **{
                    m: _shown(counts[name][r][c], (r, c) in hidden[name])
                    for c, m in enumerate(measures)
                },
            }
            for r, row in enumerate(rows)
        ]
        for name, rows in tables.items()
    }
    return told, {m: _shown(int(total[m]), c in of_total) for c, m in enumerate(measures)}


def within(
    rows: Sequence[Mapping[str, Any]],
    by: str,
    outer: Mapping[str, Mapping[str, Any]],
    held_by: Mapping[str, str],
    measures: Sequence[str],
) -> list[dict[str, Any]]:
    """The rows of a table whose every row is in one row of another table, as that one is shown
    (`outer`, by its value).

    A row that is shown whole is the sum of those within it, which are guarded by it. Of a row that
    is not, or of several rows, nothing within is shown but zeros: one table would give away what
    the other one hides.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(held_by.get(row[by], ""), []).append(row)
    told: dict[str, dict[str, Any]] = {}
    for holder, inner in groups.items():
        total = outer.get(holder, {})
        found = [_masked(row, measures) for row in inner]
        if all(isinstance(total.get(measure), int) for measure in measures):
            guarded_rows, sums = guarded({by: inner}, {m: total[m] for m in measures}, measures)
            found = (
                guarded_rows[by] if all(isinstance(one, int) for one in sums.values()) else found
            )
        told |= {row[by]: row for row in found}
    return [told[row[by]] for row in rows]


def _masked(row: Mapping[str, Any], measures: Sequence[str]) -> dict[str, Any]:
    return {
        **row,
        **{measure: _shown(int(row[measure]), int(row[measure]) > 0) for measure in measures},
    }


def _shown(count: int, secret: bool) -> Any:
    if not secret:
        return count
    return dict(UNDER) if 0 < count < THRESHOLD else dict(HIDDEN)


def _small(table: Sequence[Sequence[int]]) -> set[Cell]:
    return {
        (r, c)
        for r, line in enumerate(table)
        for c, count in enumerate(line)
        if 0 < count < THRESHOLD
    }


def _complement(table: Sequence[Sequence[int]], hidden: set[Cell], received: int) -> None:
    """Hide on until no line (row or column) has hidden counts that its sum gives away."""
    across = [
        [(r, received), *((r, c) for c in range(len(table[r])) if c != received)]
        for r in range(len(table))
    ]
    down = [
        [(len(table) - 1, c), *((r, c) for r in range(len(table) - 1))]
        for c in range(len(table[0]))
    ]
    changed = True
    while changed:
        changed = False
        for line in (*across, *down):
            if not _given_away([table[r][c] for r, c in line], [cell in hidden for cell in line]):
                continue
            others = [cell for cell in line if cell not in hidden and table[cell[0]][cell[1]] > 0]
            if others:
                hidden.add(min(others, key=lambda cell: (table[cell[0]][cell[1]], cell)))
                changed = True


def _given_away(counts: Sequence[int], hidden: Sequence[bool]) -> bool:
    """Whether the line's sum (the first count) tells a hidden part: it is the only hidden count, or
    all of them must be the least or the most that they can be. A reader knows of each that it is
    from 1 to 4, or 5 and more: 4 and 4 behind a shown 8 are no secret.
    """
    if sum(hidden) < 2:
        return any(hidden)
    parts = [count for count, secret in zip(counts[1:], hidden[1:], strict=True) if secret]
    least = sum(1 if count < THRESHOLD else THRESHOLD for count in parts)
    most = sum(THRESHOLD - 1 for _ in parts) if all(count < THRESHOLD for count in parts) else None
    if not hidden[0]:
        return sum(parts) in (least, most)
    shown = sum(counts[1:]) - sum(parts)
    small = counts[0] < THRESHOLD  # the sum is from 1 to 4, or 5 and more
    return (
        shown + least == THRESHOLD - 1 if small else most is not None and shown + most == THRESHOLD
    )
