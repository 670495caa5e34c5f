"""New versions of a calendar are announced to the cases that they concern: a batch at a time, once,
and on from where a process died.
"""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from motcua_chassis import Announcement, DaysOff
from motcua_chassis._processing.announcements import AT_ONCE, FAULT_POINT, Announcing
from motcua_contracts import Catalogue, Message, Payload
from motcua_contracts.messages.catalog import Calendar, CalendarPublished, Holiday, Span
from motcua_contracts.messages.routing import FollowCalendar
from motcua_contracts.rules.days_off import days_off_since
from motcua_contracts.wire import topics
from motcua_contracts.wire.topics import Topic

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
OFF = date(2026, 12, 1)
WEEK = dict.fromkeys(
    range(1, 6), (Span(opens="07:00", closes="11:30"), Span(opens="13:30", closes="17:00"))
)
DAYS_OFF = DaysOff(lambda calendar, version: FollowCalendar(calendar=calendar, version=version))


def published(version: int, *days: date) -> CalendarPublished:
    calendar = Calendar(
        id="haihau", week=WEEK, holidays=tuple(Holiday(day=day, name_vi="Nghỉ") for day in days)
    )
    return CalendarPublished(calendar=calendar, version=version, effective_from=NOW - DAY)


def catalogue(*versions: CalendarPublished) -> Catalogue:
    catalogue = Catalogue()
    for one in versions or (published(1), published(2, OFF)):
        catalogue.apply(
            Message(
                f"v-{one.version}",
                "/motcua/catalog",
                one.wire_type,
                "haihau",
                NOW,
                "a",
                "c",
                "c",
                one,
                one.version,
            )
        )
    return catalogue


def test_only_days_that_were_open_before_are_announced() -> None:
    sunday, late = date(2026, 12, 6), date(2026, 12, 2)
    versions = (published(1, OFF), published(2, OFF, sunday, late))
    assert days_off_since(versions, 2, NOW) == [late]
    assert days_off_since(versions, 1, NOW) == []
    assert days_off_since((published(1, late), published(2)), 2, NOW) == [], (
        "a day that is worked again takes nothing away"
    )


class Rows:
    """Stands in for the collections: what is asked for is answered from lists,
    a batch at a time.
    """

    def __init__(self, count: int = 2 * AT_ONCE + 50) -> None:
        self.ids = [f"d-{n:04d}" for n in range(count)]
        self.asked, self.notes = list[dict[str, Any]](), dict[str, Any]()

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

    def __init__(
        self, replica: Catalogue | None = None, until: int = 10_000, fault_point: str = ""
    ) -> None:
        self.catalogue, self.appended, self._until = (
            replica or catalogue(),
            list[Message[Payload]](),
            until,
        )
        self.settings = SimpleNamespace(fault_point=fault_point)

    def now(self) -> datetime:
        return NOW

    async def append(self, topic: Topic, said: Message[Payload]) -> int:
        assert topic is topics.ROUTING_COMMANDS
        if len(self.appended) >= self._until:
            raise ConnectionError
        self.appended.append(said)
        return 0


class Silent:
    def info(self, *_: Any, **__: Any) -> None:
        """Nothing is looked at."""


def announcing(runtime: Told, rows: Rows, announces: Any = DAYS_OFF) -> Announcing:
    return Announcing(runtime, topics.ROUTING_COMMANDS, announces, rows, rows, Silent())  # type: ignore[arg-type]


async def test_cases_due_on_such_a_day_are_told_a_batch_at_a_time_and_once() -> None:
    rows, first = Rows(), Told(until=AT_ONCE + 10)
    with pytest.raises(ConnectionError):
        await announcing(first, rows).look()
    again = Told()
    await announcing(again, rows).look()
    assert rows.asked[0]["i_due_on"] == {
        "$in": ["haihau/2026-11-30", "haihau/2026-12-01", "haihau/2026-12-02"]
    }
    assert {said.subject for said in (*first.appended, *again.appended)} == set(rows.ids), (
        "all of them"
    )
    twice = {said.id for said in first.appended} & {said.id for said in again.appended}
    assert len(twice) == 10, "what was told before the broker went bears the same id again"
    assert await announcing(again, rows).look() == 0, "it is done"
    assert {(said.actor, said.source, type(said.data)) for said in again.appended} == {
        ("system:routing", "/motcua/routing", FollowCalendar)
    }  # fmt: skip


class Died(BaseException):
    """What a process that is gone would not get round to catching."""


async def test_a_process_killed_between_two_batches_goes_on_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It dies after a batch was told and before that was noted: the worst moment.

    Then it lives, and dies again at the next.
    """

    def die(code: int) -> None:
        raise Died(code)

    monkeypatch.setattr("os._exit", die)
    rows, said = Rows(), list[Message[Payload]]()
    for _ in range(2):
        dying = Told(fault_point=FAULT_POINT)
        with pytest.raises(Died):
            await announcing(dying, rows).look()
        said += dying.appended
    assert {one.subject for one in said} == set(rows.ids[:AT_ONCE]), (
        "nothing was noted: the same batch again"
    )
    assert len({one.id for one in said}) == AT_ONCE
    again = Told(until=AT_ONCE)
    with pytest.raises(ConnectionError):
        await announcing(again, rows).look()
    assert rows.notes["haihau"]["after"] == rows.ids[AT_ONCE - 1]
    last = Told()
    await announcing(last, rows).look()
    assert [one.subject for one in last.appended] == rows.ids[AT_ONCE:]


async def test_a_newer_version_begins_anew_and_an_instance_that_is_behind_says_nothing() -> None:
    rows = Rows(3)
    assert await announcing(Told(), rows).look() == 3
    newer = Told(catalogue(published(1), published(2, OFF), published(3, OFF, OFF + DAY)))
    assert await announcing(newer, rows).look() == 3
    assert {f"haihau/{day}" for day in (OFF, OFF + DAY)} <= set(rows.asked[-1]["i_due_on"]["$in"])
    assert await announcing(Told(), rows).look() == 0
    assert rows.notes["haihau"]["version"] == 3


async def test_nobody_is_looked_for_where_no_day_off_is_new() -> None:
    rows = Rows()
    assert await announcing(Told(catalogue(published(1))), rows).look() == 0
    assert (rows.asked, rows.notes["haihau"]["done"]) == ([], True)


async def test_an_index_by_agencies_is_asked_for_those_whose_calendar_it_is() -> None:
    rows = Rows(1)
    own = DaysOff(DAYS_OFF.command, lambda _, calendar: (f"{calendar}-a", f"{calendar}-b"))
    await announcing(Told(), rows, own).look()
    assert {one.partition("/")[0] for one in rows.asked[0]["i_due_on"]["$in"]} == {
        "haihau-a",
        "haihau-b",
    }


async def test_anything_that_is_found_by_an_index_can_be_announced() -> None:
    rows, runtime = Rows(5), Told()
    said = FollowCalendar(calendar="other", version=7)
    assert (
        await announcing(
            runtime, rows, lambda *_: [Announcement("other", 7, lambda: {"i_officer": "an"}, said)]
        ).look()
        == 5
    )
    assert rows.asked[0]["i_officer"] == "an"
    assert {one.data for one in runtime.appended} == {said}
