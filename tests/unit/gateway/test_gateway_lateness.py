"""How late a task is: measured in working days against the date that was promised first, whatever
new one was given.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from motcua_contracts.messages.intake import SupplementRequested, SupplementTermMoved
from motcua_contracts.messages.payment import PayTermMoved
from motcua_contracts.messages.routing import (
    ConsultationDateMoved,
    ConsultationRequested,
    DeadlineExtended,
    DueDateMoved,
    SupplementNeeded,
    TaskDateMoved,
)
from motcua_contracts.rules.deadline import DeadlineStep
from motcua_contracts.rules.status import Progress
from motcua_gateway.identity.callers import Caller
from motcua_gateway.pages.site import _templates
from motcua_gateway.read_model.document import fold_all
from motcua_gateway.read_model.folds import HANDLERS
from motcua_gateway.read_model.milestones import standing
from motcua_gateway.read_model.stored import Document
from motcua_gateway.views.dossier import desk_view, owner_view, public_view, task_row
from motcua_gateway.views.hand_overs import hand_overs

from .dossier_events import (
    AT_OFFICER,
    DOSSIER,
    DUE,
    SIGN,
    STEP,
    catalogue,
    registered,
    said_by,
    way,
)

EVENTS = catalogue()
"""Its offices open on Mondays alone: a week is one working day."""
WEEK = timedelta(days=7)
LEADER = Caller(
    "officer:leader-tckh", frozenset({"leader"}), "leader-tckh", EVENTS.last_seat("leader-tckh")
)
NEW = DeadlineExtended(
    due_at=DUE + 4 * WEEK,
    steps=(STEP,),
    reason_code="workload",
    letter=None,
    calendar="haihau",
    calendar_version=1,
)


def document(*more: Any) -> Document:
    later = [
        replace(said_by("routing", event, number), time=DUE) for number, event in enumerate(more, 3)
    ]
    folded = fold_all(
        None, DOSSIER, [m for m in (*way(AT_OFFICER), *later) if type(m.data) in HANDLERS]
    )
    assert folded is not None
    return folded.typed


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
def test_a_new_date_makes_nobody_punctual(
    after: timedelta, late: bool, days: int, extended: bool
) -> None:
    """Due on a Friday, and a month later once a new date was given: late since the Friday all the
    same.
    """
    row = task_row(document(*((NEW,) if extended else ())), {}, LEADER, EVENTS, DUE + after)
    assert (row["first_due_at"], row["late"], row["working_days_late"]) == (DUE, late, days)
    assert row["due_at"] == (NEW.due_at if extended else DUE)


def test_while_papers_are_awaited_nothing_gets_later() -> None:
    asked = SupplementNeeded(
        number=1, papers=(), clock="pause", agency="haihau", officer="officer-tckh"
    )
    row = task_row(document(asked), {}, LEADER, EVENTS, DUE + 10 * WEEK)
    assert (row["late"], row["working_days_late"]) == (False, 0), "asked for at the date itself"


def test_the_leaders_list_shows_both_dates_and_the_days() -> None:
    row = task_row(document(NEW), {}, LEADER, EVENTS, DUE + 2 * WEEK)
    template = _templates().from_string(
        '{% from "lateness.html" import late_mark, promised %}{{ promised(row, row.due_at, t) }}{{'
        " late_mark(row, t) }}"
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
    row = task_row(stored, {}, LEADER, EVENTS, DUE + timedelta(days=3))
    assert (row["first_due_at"], row["due_at"], row["late"]) == (DUE + WEEK, DUE + WEEK, False)
    assert standing(stored, DUE + timedelta(days=3)).measure == "waiting"  # type: ignore[union-attr]
    line = owner_view(stored, EVENTS, {})["history"][-1]
    assert (
        line["text_vi"]
        == "Dời ngày hẹn trả kết quả vì ngày hẹn là ngày nghỉ. Ngày hẹn là ngày nghỉ."
    )
    assert line["text_en"] == "The due date was moved to a working day. It is a day off."
    assert [one["event"] for one in public_view(stored, EVENTS, {})["history"]][
        -1
    ] == "DueDateMoved"


WHY = {
    "steps": (DeadlineStep(at=DUE, text_vi="Là ngày nghỉ.", text_en="It is off."),),
    "calendar": "haihau",
    "calendar_version": 2,
}


def test_steps_and_opinions_show_their_moved_dates_and_the_office_alone_reads_why() -> None:
    asked = ConsultationRequested(
        consultation=1,
        step="draft",
        agency="haihau",
        department="tckh",
        officer="",
        post_vi="",
        post_en="",
        respond_by=DUE,
    )
    moved = (
        TaskDateMoved.model_validate({"step": "draft", "due_at": DUE + WEEK, **WHY}),
        ConsultationDateMoved.model_validate({"consultation": 1, "respond_by": DUE + WEEK, **WHY}),
    )
    stored = document(asked, *moved)
    task = stored["case"]["task"]
    assert task is not None
    assert task["due_at"] == DUE + WEEK
    assert [one["respond_by"] for one in stored["case"]["consultations"]] == [DUE + WEEK]
    lines = [one["text_vi"] for one in desk_view(stored, EVENTS, {}, LEADER)["history"]]
    assert "Dời hạn của bước xử lý vì ngày nghỉ. Là ngày nghỉ." in lines
    assert "Dời hạn cho ý kiến phối hợp số 1 vì ngày nghỉ. Là ngày nghỉ." in lines
    assert not {"TaskDateMoved", "ConsultationDateMoved"} & {
        one["event"] for one in owner_view(stored, EVENTS, {})["history"]
    }


def test_a_step_is_not_late_on_form_05_on_a_day_declared_off() -> None:
    moved = TaskDateMoved.model_validate({"step": "draft", "due_at": DUE + WEEK, **WHY})
    done = replace(said_by("routing", SIGN, 9), time=DUE + timedelta(days=3))
    late, punctual = (
        fold_all(
            None,
            DOSSIER,
            [
                *way(AT_OFFICER),
                *(replace(said_by("routing", one, 3), time=DUE) for one in between),
                done,
            ],
        )
        for between in ((), (moved,))
    )
    assert late is not None
    assert punctual is not None
    assert hand_overs(late.typed, {}, EVENTS)[-1].result_vi == "Quá hạn"
    assert hand_overs(punctual.typed, {}, EVENTS)[-1].result_vi == "Trước hạn"


def test_the_owner_reads_the_moved_terms() -> None:
    term = SupplementTermMoved.model_validate(
        {"by": "counter", "number": 1, "respond_by": DUE + WEEK, **WHY}
    )
    asked = SupplementRequested(
        by="counter", number=1, papers=(), revision=1, respond_by=DUE, slip=None
    )
    pay = PayTermMoved.model_validate({"expires_at": DUE + WEEK, **WHY})
    told = [
        said_by("intake", registered(), 1),
        said_by("intake", asked, 2),
        said_by("intake", term, 3),
        said_by("payment", pay, 1),
    ]
    folded = fold_all(None, DOSSIER, told)
    assert folded is not None
    view = owner_view(folded.typed, EVENTS, {})
    assert view["supplement"]["respond_by"] == view["fee"]["pay_until"] == DUE + WEEK
    assert Progress.model_validate_json(folded["progress"]).intake.respond_by == DUE + WEEK
    for seen in (view, public_view(folded.typed, EVENTS, {})):
        assert {"SupplementTermMoved", "PayTermMoved"} <= {one["event"] for one in seen["history"]}
    assert "Dời hạn nộp phí, lệ phí vì ngày nghỉ. Là ngày nghỉ." in [
        one["text_vi"] for one in view["history"]
    ]
