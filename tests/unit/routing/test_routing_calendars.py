"""Days off that are announced while a case runs: its date moves and is not late that day, and new
promises go by the calendar in force.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from motcua_contracts.messages.catalog import CalendarPublished, Holiday
from motcua_contracts.messages.routing import (
    CaseEscalated,
    CompleteStep,
    Consult,
    ConsultationDateMoved,
    DraftDecision,
    DueDateMoved,
    Extend,
    FollowCalendar,
    RecordApology,
    RequestSupplement,
    TaskDateMoved,
)
from motcua_contracts.rules.decision import Wake
from motcua_contracts.rules.refusals import ConsultationOpen
from motcua_routing.domain.evolve import due, index

from .harness import DUE, NOW, RESULT, RoutingHarness, accepted, catalogue, message

DAY = timedelta(days=1)
NEXT = DUE + DAY
"""Due on Tuesday 1 December at 9:00; the Wednesday after."""
FOLLOW = FollowCalendar(calendar="haihau", version=2)


def announce(desk: RoutingHarness, *days: date, at: datetime = NOW, version: int = 2) -> None:
    """The calendar once more, with these days off."""
    before, _ = desk.catalogue.calendar_at("haihau", at)
    calendar = before.model_copy(
        update={"holidays": tuple(Holiday(day=day, name_vi="Nghỉ theo công điện") for day in days)}
    )
    desk.catalogue.apply(
        message(
            CalendarPublished(calendar=calendar, version=version, effective_from=NOW - DAY),
            "system:catalog",
            at,
        )
    )


def running() -> RoutingHarness:
    desk = RoutingHarness(catalogue())
    desk.tell(accepted())
    return desk


def test_a_date_on_a_day_declared_off_moves_and_says_why() -> None:
    desk = running()
    announce(desk, DUE.date())
    (moved,) = desk.tell(FOLLOW)
    assert isinstance(moved, DueDateMoved)
    assert (moved.due_at, moved.first_due_at, moved.calendar_version) == (NEXT, NEXT, 2)
    assert (
        moved.steps[0].text_vi
        == "Ngày hẹn 09:00 ngày 01/12/2026 (thứ Ba) là ngày nghỉ theo lịch công bố sau khi hẹn:"
        " Nghỉ theo công điện. Chuyển sang ngày làm việc tiếp theo."
    )
    assert (desk.case.due_at, desk.case.first_due_at) == (NEXT, NEXT)
    assert desk.tell(FOLLOW) == [], "told again, it has followed"


def test_nobody_is_late_on_a_day_declared_off_though_nobody_told_the_case() -> None:
    """The wake itself looks at the calendar in force: the announcement may be behind."""
    desk = running()
    announce(desk, DUE.date(), at=DUE - timedelta(hours=2))
    said: list[Any] = []
    while (when := due(desk.case)) is not None and when <= DUE + timedelta(hours=12):
        said += desk.tell(Wake(), at=when)
        if desk.case.extending is not None:
            said += desk.tell(RecordApology(letter=RESULT), at=when)
    assert [one for one in said if isinstance(one, CaseEscalated)] == []
    assert desk.case.first_due_at == NEXT


def test_other_days_off_move_nothing() -> None:
    desk = running()
    announce(desk, (DUE - DAY).date(), NEXT.date())
    assert desk.tell(FOLLOW) == []
    assert desk.case.due_at == DUE


def test_two_days_off_in_a_row_and_then_another_one() -> None:
    desk = running()
    announce(desk, DUE.date(), NEXT.date())
    desk.tell(FOLLOW)
    assert desk.case.due_at == DUE + 2 * DAY
    announce(desk, DUE.date(), NEXT.date(), (DUE + 2 * DAY).date(), version=3)
    desk.tell(FOLLOW)
    assert desk.case.due_at == DUE + 3 * DAY, "Friday"


def test_the_first_date_moves_beside_a_new_one() -> None:
    desk = running()
    desk.tell(
        Extend(step="process", new_due_at=DUE + 6 * DAY, reason_code="complex-matter"),
        RecordApology(letter=RESULT),
    )
    announce(desk, DUE.date())
    (moved,) = desk.tell(FOLLOW)
    assert isinstance(moved, DueDateMoved)
    assert (moved.due_at, moved.first_due_at) == (DUE + 6 * DAY, NEXT)


@pytest.mark.parametrize("day", [7, 8])
def test_a_new_date_is_given_by_the_calendar_in_force(day: int) -> None:
    """A leader chooses the 7th, which was declared off since the case was opened: the 8th at
    opening.
    """
    desk = running()
    announce(desk, date(2026, 12, 7))
    wished = datetime(2026, 12, day, 2, 0, tzinfo=UTC)
    desk.tell(
        Extend(step="process", new_due_at=wished, reason_code="complex-matter"),
        RecordApology(letter=RESULT),
    )
    assert desk.case.due_at == (datetime(2026, 12, 8, 0, 0, tzinfo=UTC) if day == 7 else wished)


def test_an_opinion_is_awaited_by_the_calendar_in_force() -> None:
    """Sixteen working hours from Thursday 9:00 are Monday 9:00; the Friday was declared off."""
    desk = running()
    before = RoutingHarness(catalogue())
    before.tell(accepted())
    ask = Consult(step="process", agency="haihau", department="tuphap")
    before.tell(ask)
    announce(desk, date(2026, 11, 27))
    desk.tell(ask)
    assert desk.case.asked[0].respond_by > before.case.asked[0].respond_by


def test_cases_are_indexed_by_their_dates_while_they_run() -> None:
    desk = running()
    assert index(desk.case)["due_on"] == [
        "haihau/2026-11-27",
        "haihau/2026-12-01",
    ], "the open step's and its own"
    assert index(desk.case.model_copy(update={"stage": "decided"}))["due_on"] is None


# ------------------------------------------------------------------ the dates of steps and opinions


def test_the_date_of_the_open_step_moves_and_says_why() -> None:
    desk = running()
    task = desk.case.open_task.due_at
    assert task is not None
    announce(desk, task.date())
    (moved,) = [one for one in desk.tell(FOLLOW) if isinstance(one, TaskDateMoved)]
    assert (moved.step, moved.due_at, moved.calendar_version) == (
        "process",
        task + 3 * DAY,
        2,
    ), "from Friday to Monday"
    assert moved.steps[0].text_vi.startswith("Hạn của bước xử lý ")
    assert (
        "là ngày nghỉ theo lịch công bố sau: Nghỉ theo công điện. Chuyển sang "
        in moved.steps[0].text_vi
    )
    assert desk.case.open_task.due_at == task + 3 * DAY
    assert desk.tell(FOLLOW) == [], "told again, it has followed"


def asked() -> tuple[RoutingHarness, datetime]:
    """An opinion asked on Thursday 9:00 with sixteen working hours is due on Monday 9:00."""
    desk = running()
    desk.tell(Consult(step="process", agency="haihau", department="tuphap"))
    return desk, desk.case.asked[0].respond_by


def test_an_opinion_may_be_given_until_the_next_working_day() -> None:
    desk, until = asked()
    announce(desk, until.date())
    (moved,) = [one for one in desk.tell(FOLLOW) if isinstance(one, ConsultationDateMoved)]
    assert (moved.consultation, moved.respond_by) == (1, until + DAY)
    assert moved.steps[0].text_en.startswith("The date for the opinion, ")
    assert desk.case.asked[0].respond_by == until + DAY


def test_a_decision_waits_for_an_opinion_though_nobody_told_the_case_of_the_day_off() -> None:
    desk, until = asked()
    desk.tell(CompleteStep(step="process"))
    announce(desk, until.date())
    with pytest.raises(ConsultationOpen):
        desk.tell(DraftDecision(step="draft", outcome="granted"), at=until + timedelta(hours=3))


def test_an_opinion_moves_while_the_clock_stands_and_the_case_does_not() -> None:
    desk, until = asked()
    papers = ({"paper": "minutes"},)
    desk.tell(
        RequestSupplement.model_validate(
            {"step": "process", "papers": papers, "reason_code": "paper-missing"}
        )
    )
    task = desk.case.open_task.due_at
    assert task is not None
    assert index(desk.case)["due_on"] == [f"haihau/{task.date()}", f"haihau/{until.date()}"]
    announce(desk, task.date(), until.date(), DUE.date())
    assert [type(one).__name__ for one in desk.tell(FOLLOW)] == [
        "TaskDateMoved",
        "ConsultationDateMoved",
    ]


def test_a_new_date_that_was_given_first_hides_no_day_off() -> None:
    """The leader's new date goes by the second version; the first date is on the day that this
    version has off.
    """
    desk = running()
    announce(desk, DUE.date())
    desk.tell(
        Extend(step="process", new_due_at=DUE + 6 * DAY, reason_code="complex-matter"),
        RecordApology(letter=RESULT),
    )
    assert desk.case.calendar_version == 2
    desk.tell(FOLLOW)
    assert desk.case.first_due_at == NEXT


def test_what_has_ended_moves_no_more() -> None:
    desk = running()
    announce(desk, DUE.date())
    ended = desk.case.model_copy(update={"stage": "closed"})
    assert index(ended)["due_on"] is None
