"""How late a task is: measured in working days against the date that was promised first, whatever new one was given."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from gateway_facts import AT_OFFICER, DOSSIER, DUE, STEP, catalogue, said_by, way
from motcua_contracts.deadline import DeadlineStep
from motcua_contracts.routing import DeadlineExtended, DueDateMoved, SupplementNeeded
from motcua_gateway.folding import fold_all
from motcua_gateway.folds import HANDLERS
from motcua_gateway.identity import Caller
from motcua_gateway.milestones import standing
from motcua_gateway.pages.site import _templates
from motcua_gateway.views import owner_view, public_view, task_row

FACTS = catalogue()
"""Its offices open on Mondays alone: a week is one working day."""
WEEK = timedelta(days=7)
LEADER = Caller("officer:leader-tckh", frozenset({"leader"}), "leader-tckh", FACTS.place("leader-tckh"))
NEW = DeadlineExtended(
    due_at=DUE + 4 * WEEK, steps=(STEP,), reason_code="workload", letter=None, calendar="haihau", calendar_version=1
)  # fmt: skip


def document(*more: Any) -> dict[str, Any]:
    later = [replace(said_by("routing", fact, number), time=DUE) for number, fact in enumerate(more, 3)]
    folded = fold_all(None, DOSSIER, [m for m in (*way(AT_OFFICER), *later) if type(m.data) in HANDLERS])
    assert folded is not None
    return folded


@pytest.mark.parametrize(
    ("after", "late", "days"),
    [
        (timedelta(0), False, 0),
        (timedelta(seconds=1), True, 0),
        (timedelta(days=2), True, 0),
        (timedelta(days=3), True, 1),
        (3 * WEEK, True, 3),
    ],
)
@pytest.mark.parametrize("extended", [False, True])
def test_a_new_date_makes_nobody_punctual(after: timedelta, late: bool, days: int, extended: bool) -> None:
    """Due on a Friday, and a month later once a new date was given: late since the Friday all the same."""
    row = task_row(document(*((NEW,) if extended else ())), {}, LEADER, FACTS, DUE + after)
    assert (row["first_due_at"], row["late"], row["working_days_late"]) == (DUE, late, days)
    assert row["due_at"] == (NEW.due_at if extended else DUE)


def test_while_papers_are_awaited_nothing_gets_later() -> None:
    asked = SupplementNeeded(number=1, papers=(), clock="pause", agency="haihau", officer="officer-tckh")
    row = task_row(document(asked), {}, LEADER, FACTS, DUE + 10 * WEEK)
    assert (row["late"], row["working_days_late"]) == (False, 0), "asked for at the date itself"


def test_the_leaders_list_shows_both_dates_and_the_days() -> None:
    row = task_row(document(NEW), {}, LEADER, FACTS, DUE + 2 * WEEK)
    template = _templates().from_string(
        '{% from "lateness.html" import late_mark, promised %}{{ promised(row, row.due_at, t) }}{{ late_mark(row, t) }}'
    )
    said = template.render(row=row, t=lambda vi, en: vi)
    assert "hẹn lần đầu 27/11/2026 16:00" in said
    assert "Quá hạn 2 ngày làm việc" in said


MOVED = DueDateMoved(
    due_at=DUE + WEEK, first_due_at=DUE + WEEK, calendar="haihau", calendar_version=2,
    steps=(DeadlineStep(at=DUE, text_vi="Ngày hẹn là ngày nghỉ.", text_en="It is a day off."),),
)  # fmt: skip


def test_a_date_that_moved_off_a_day_off_is_not_late_that_day_and_the_history_says_why() -> None:
    stored = document(MOVED)
    row = task_row(stored, {}, LEADER, FACTS, DUE + timedelta(days=3))
    assert (row["first_due_at"], row["due_at"], row["late"]) == (DUE + WEEK, DUE + WEEK, False)
    assert standing(stored, DUE + timedelta(days=3)).measure == "waiting"  # type: ignore[union-attr]
    line = owner_view(stored, FACTS, {})["history"][-1]
    assert line["text_vi"] == "Dời ngày hẹn trả kết quả vì ngày hẹn là ngày nghỉ. Ngày hẹn là ngày nghỉ."
    assert line["text_en"] == "The date moved to a working day. It is a day off."
    assert [one["event"] for one in public_view(stored, FACTS, {})["history"]][-1] == "DueDateMoved"
