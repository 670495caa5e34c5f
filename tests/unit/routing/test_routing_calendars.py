"""Days off that are announced while a case runs: its date moves and is not late that day, and new promises go by the calendar in force."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from motcua_contracts import topics
from motcua_contracts.catalog import Calendar, CalendarPublished, Holiday
from motcua_contracts.decision import Wake
from motcua_contracts.envelope import Message
from motcua_contracts.payload import Payload
from motcua_contracts.routing import CaseEscalated, Consult, DueDateMoved, Extend, FollowCalendar, RecordApology
from motcua_contracts.topics import Topic
from motcua_routing.announcing import AT_ONCE, Announcing, days_off_since
from motcua_routing.domain.evolve import due, index
from routing_desk import DUE, NOW, RESULT, Desk, accepted, catalogue, message

DAY = timedelta(days=1)
NEXT = DUE + DAY
"""Due on Tuesday 1 December at 9:00; the Wednesday after."""
FOLLOW = FollowCalendar(calendar="haihau", version=2)


def announce(desk: Desk, *days: date, at: datetime = NOW, version: int = 2) -> None:
    """The calendar once more, with these days off."""
    before, _ = desk.facts.calendar_at("haihau", at)
    calendar = before.model_copy(update={"holidays": tuple(Holiday(day=day, name_vi="Nghỉ theo công điện") for day in days)})
    desk.facts.apply(message(CalendarPublished(calendar=calendar, version=version, effective_from=NOW - DAY), "system:catalog", at))


def running() -> Desk:
    desk = Desk(catalogue())
    desk.tell(accepted())
    return desk


def test_a_date_on_a_day_declared_off_moves_and_says_why() -> None:
    desk = running()
    announce(desk, DUE.date())
    (moved,) = desk.tell(FOLLOW)
    assert isinstance(moved, DueDateMoved)
    assert (moved.due_at, moved.first_due_at, moved.calendar_version) == (NEXT, NEXT, 2)
    assert moved.steps[0].text_vi == (
        "Ngày hẹn 09:00 ngày 01/12/2026 (thứ Ba) là ngày nghỉ theo lịch công bố sau khi hẹn: Nghỉ theo công điện. "
        "Chuyển sang ngày làm việc tiếp theo."
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
    desk.tell(Extend(step="process", new_due_at=DUE + 6 * DAY, reason_code="complex-matter"), RecordApology(letter=RESULT))
    announce(desk, DUE.date())
    (moved,) = desk.tell(FOLLOW)
    assert isinstance(moved, DueDateMoved)
    assert (moved.due_at, moved.first_due_at) == (DUE + 6 * DAY, NEXT)


@pytest.mark.parametrize("day", [7, 8])
def test_a_new_date_is_given_by_the_calendar_in_force(day: int) -> None:
    """A leader chooses the 7th, which was declared off since the case was opened: the 8th at opening."""
    desk = running()
    announce(desk, date(2026, 12, 7))
    wished = datetime(2026, 12, day, 2, 0, tzinfo=UTC)
    desk.tell(Extend(step="process", new_due_at=wished, reason_code="complex-matter"), RecordApology(letter=RESULT))
    assert desk.case.due_at == (datetime(2026, 12, 8, 0, 0, tzinfo=UTC) if day == 7 else wished)


def test_an_opinion_is_awaited_by_the_calendar_in_force() -> None:
    """Sixteen working hours from Thursday 9:00 are Monday 9:00; the Friday was declared off."""
    desk = running()
    before = Desk(catalogue())
    before.tell(accepted())
    ask = Consult(step="process", agency="haihau", department="tuphap")
    before.tell(ask)
    announce(desk, date(2026, 11, 27))
    desk.tell(ask)
    assert desk.case.asked[0].respond_by > before.case.asked[0].respond_by


def test_cases_are_indexed_by_their_dates_while_they_run() -> None:
    desk = running()
    assert index(desk.case)["due_on"] == ["haihau/2026-12-01"]
    assert index(desk.case.model_copy(update={"stage": "decided"}))["due_on"] is None


# ------------------------------------------------------------------ how a new version reaches them


def published(version: int, *days: date) -> CalendarPublished:
    week = dict.fromkeys(range(1, 6), catalogue().calendar("haihau", 1).week[1])
    calendar = Calendar(id="haihau", week=week, holidays=tuple(Holiday(day=day, name_vi="Nghỉ") for day in days))
    return CalendarPublished(calendar=calendar, version=version, effective_from=NOW - DAY)


def test_only_days_that_were_open_before_are_announced() -> None:
    first, sunday, late = date(2026, 12, 1), date(2026, 12, 6), date(2026, 12, 2)
    versions = (published(1, first), published(2, first, sunday, late))
    assert days_off_since(versions, 2, NOW) == [late]
    assert days_off_since(versions, 1, NOW) == []
    assert days_off_since((published(1, late), published(2)), 2, NOW) == [], "a day that is worked again takes nothing away"


class Rows:
    """Stands in for the collections: what is asked for is answered from lists, a page at a time."""

    def __init__(self, *ids: str) -> None:
        self.ids, self.asked, self.notes = ids, list[dict[str, Any]](), dict[str, Any]()

    def find(self, where: dict[str, Any], _: Any) -> "Rows":
        self.asked.append(where)
        return self

    def sort(self, *_: Any) -> "Rows":
        return self

    def limit(self, most: int) -> Any:
        after = self.asked[-1]["_id"]["$gt"]

        async def rows() -> Any:
            for one in [one for one in self.ids if one > after][:most]:
                yield {"_id": one}

        return rows()

    async def find_one(self, where: dict[str, Any]) -> Any:
        return self.notes.get(where["_id"])

    async def replace_one(self, where: dict[str, Any], note: Any, upsert: bool) -> None:
        self.notes[where["_id"]] = note


class Told:
    """A runtime whose broker goes away after so many commands."""

    def __init__(self, facts: Any, until: int = 10_000) -> None:
        self.catalogue, self.appended, self._until = facts, list[Message[Payload]](), until

    def now(self) -> datetime:
        return NOW

    async def append(self, topic: Topic, said: Message[Payload]) -> int:
        assert topic is topics.ROUTING_COMMANDS
        if len(self.appended) >= self._until:
            raise ConnectionError
        self.appended.append(said)
        return 0


async def test_cases_due_on_such_a_day_are_told_a_page_at_a_time_and_once() -> None:
    desk = Desk(catalogue())
    announce(desk, DUE.date())
    rows = Rows(*(f"d-{n:04d}" for n in range(2 * AT_ONCE + 50)))
    runtime = Told(desk.facts, until=AT_ONCE + 10)
    announcing = Announcing(runtime, rows, rows, None)  # type: ignore[arg-type]
    with pytest.raises(ConnectionError):
        await announcing.look()
    again = Told(desk.facts)
    announcing = Announcing(again, rows, rows, _Silent())  # type: ignore[arg-type]
    await announcing.look()
    assert rows.asked[0]["i_due_on"] == {"$in": ["haihau/2026-11-30", "haihau/2026-12-01", "haihau/2026-12-02"]}
    assert len({said.subject for said in (*runtime.appended, *again.appended)}) == len(rows.ids), "all of them"
    twice = {said.id for said in runtime.appended} & {said.id for said in again.appended}
    assert len(twice) == 10, "what was told before the broker went bears the same id again"
    assert await announcing.look() == 0, "it is done"


class _Silent:
    def info(self, *_: Any, **__: Any) -> None:
        """Nothing is looked at."""
