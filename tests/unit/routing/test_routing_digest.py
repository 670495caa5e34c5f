"""The officer's morning digest: who may ask for one, on which mornings it comes, and what it
contains.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from motcua_chassis import Prepared
from motcua_contracts import Catalogue, Event, Payload
from motcua_contracts.messages.catalog import CalendarPublished, Holiday
from motcua_contracts.messages.routing import (
    CaseEscalated,
    Consult,
    DigestDrawn,
    DigestSet,
    SetDigest,
    TakeOver,
)
from motcua_contracts.rules.decision import Wake
from motcua_contracts.rules.refusals import DossierUnknown, Refusal, RoleRequired
from motcua_routing.domain.assignment import Drawn
from motcua_routing.domain.case import Case
from motcua_routing.domain.digests import MOST_TASKS
from motcua_routing.domain.evolve import evolve, index
from motcua_routing.prepare import prepare
from motcua_routing.service import service
from pydantic import ValidationError

from .harness import LEADER, NOW, OFFICER, RoutingHarness, accepted, away, catalogue, message
from .test_routing_officers import FakeOffice

RULES = service.rules
WORKLIST = "worklist:officer-tckh"
SEVEN = SetDigest(at="07:00")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of November 2026 on Vietnam's clock; the 26th is a Thursday."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


class Worklist:
    """The subject of one officer's digest."""

    def __init__(self, officer: str = "officer-tckh", replica: Catalogue | None = None) -> None:
        self.catalogue, self.officer = replica or catalogue(), officer
        self.subject = f"worklist:{officer}"
        self.case = RULES.empty(self.subject)

    def tell(
        self,
        data: Payload,
        when: datetime = NOW,
        actor: str = "",
        cases: tuple[Case, ...] = (),
    ) -> list[Event]:
        said = replace(
            message(data, actor or f"officer:{self.officer}", when), subject=self.subject
        )
        events = RULES.decide(self.case, said, when, self.catalogue, Drawn(cases=cases)).events
        for event in events:
            payload = replace(message(event, "system:routing", when), subject=self.subject)
            self.case = RULES.evolve(self.case, payload)
        return list(events)

    def next_at(self, data: SetDigest, when: datetime) -> datetime | None:
        self.tell(data, when)
        return self.due

    @property
    def due(self) -> datetime | None:
        return RULES.due(self.subject, self.case)


def wanted(*cases: Case, when: datetime = at(27, 7), officer: str = "officer-tckh") -> DigestDrawn:  # noqa: B008 - a constant
    worklist = Worklist(officer)
    worklist.tell(SEVEN, at(26, 9))
    (drawn,) = worklist.tell(Wake(), when, cases=cases)
    assert isinstance(drawn, DigestDrawn)
    return drawn


def a_case(number: int = 1, due_at: datetime | None = None, officer: str = "officer-tckh") -> Case:
    desk = RoutingHarness()
    desk.tell(accepted(), given=Drawn({"tckh/officer": officer}))
    terms = desk.case.pinned.model_copy(update={"code": f"H40.12-261126-{number:04d}"})
    moved = {"due_at": due_at, "first_due_at": due_at} if due_at else {}
    return desk.case.model_copy(update={"id": f"d-{number}", "terms": terms, **moved})


@pytest.mark.parametrize(
    ("said_at", "first"),
    [
        (at(26, 6, 59), at(26, 7)),
        (at(26, 7), at(27, 7)),
        (at(27, 9), at(30, 7)),  # over the weekend
    ],
)
def test_it_comes_on_the_next_working_morning(said_at: datetime, first: datetime) -> None:
    assert Worklist().next_at(SEVEN, said_at) == first


def test_none_on_holidays_and_none_while_the_officer_is_away() -> None:
    replica = catalogue()
    calendar, _ = replica.calendar_at("haihau", NOW)
    days_off = calendar.model_copy(
        update={"holidays": (Holiday(day=at(27, 12).date(), name_vi="Nghỉ"),)}
    )
    replica._calendars["haihau"][0] = replica._calendars["haihau"][0].model_copy(
        update={"calendar": days_off}
    )
    replica.apply(message(away("officer-tckh", at(30, 0), at(2, 0, month=12)), "system:catalog"))
    assert Worklist(replica=replica).next_at(SEVEN, at(26, 9)) == at(2, 7, month=12)


def test_who_is_away_by_then_gets_none_and_the_next_is_on_the_morning_after() -> None:
    worklist = Worklist()
    worklist.tell(SEVEN, at(26, 9))
    worklist.catalogue.apply(
        message(away("officer-tckh", at(27, 0), at(1, 0, month=12)), "system:catalog")
    )
    (drawn,) = worklist.tell(Wake(), at(27, 7), cases=(a_case(),))
    assert drawn == DigestDrawn(officer="officer-tckh", absent=True, next_at=at(1, 7, month=12))
    assert worklist.due == at(1, 7, month=12)


def test_none_on_a_day_that_became_a_day_off_after_it_was_planned() -> None:
    worklist = Worklist()
    worklist.tell(SEVEN, at(26, 9))
    calendar, _ = worklist.catalogue.calendar_at("haihau", NOW)
    closed = calendar.model_copy(
        update={"holidays": (Holiday(day=at(27, 12).date(), name_vi="Nghỉ bù"),)}
    )
    worklist.catalogue.apply(
        message(CalendarPublished(calendar=closed, version=2, effective_from=NOW), "system:catalog")
    )
    (drawn,) = worklist.tell(Wake(), at(27, 7), cases=(a_case(),))
    assert drawn == DigestDrawn(officer="officer-tckh", absent=True, next_at=at(30, 7))


def test_it_can_be_moved_and_turned_off() -> None:
    worklist = Worklist()
    assert worklist.tell(SEVEN, at(26, 9)) == [
        DigestSet(officer="officer-tckh", at="07:00", next_at=at(27, 7))
    ]
    assert worklist.next_at(SetDigest(at="13:30"), at(26, 10)) == at(26, 13, 30)
    assert worklist.next_at(SetDigest(at=""), at(26, 11)) is None
    assert worklist.tell(Wake(), at(27, 7)) == []


def test_a_wake_for_an_hour_that_was_moved_says_nothing() -> None:
    worklist = Worklist()
    worklist.tell(SEVEN, at(26, 9))
    worklist.tell(SetDigest(at="10:00"), at(26, 9))
    assert worklist.tell(Wake(), at(26, 9, 30)) == []


@pytest.mark.parametrize("hour", ["7:00", "24:00", "07:60", "sáng"])
def test_an_hour_is_an_hour(hour: str) -> None:
    with pytest.raises(ValidationError, match="at"):
        SetDigest(at=hour)


def test_only_officers_and_leaders_have_one_and_only_the_own() -> None:
    with pytest.raises(RoleRequired):
        Worklist("clerk").tell(SEVEN)
    with pytest.raises(RoleRequired):
        Worklist().tell(SEVEN, actor="citizen:an")
    with pytest.raises(DossierUnknown):
        Worklist().tell(SEVEN, actor=LEADER)


def test_who_is_no_officer_any_more_gets_no_more() -> None:
    worklist = Worklist()
    worklist.tell(SEVEN, at(26, 9))
    worklist.catalogue = catalogue((("officer-tckh", "haihau", "motcua", "clerk"),))
    assert worklist.tell(Wake(), at(27, 7)) == [
        DigestSet(officer="officer-tckh", at="", next_at=None)
    ]
    assert worklist.due is None


def test_what_is_due_first_stands_first_and_late_and_due_today_are_counted() -> None:
    late, today, later = a_case(1, at(26, 17)), a_case(2, at(27, 17)), a_case(3, at(30, 9))
    drawn = wanted(later, late, today)
    assert [task.code[-1] for task in drawn.tasks] == ["1", "2", "3"]
    assert (drawn.total, drawn.late, drawn.today, drawn.waiting) == (3, 1, 1, 0)
    assert (drawn.tasks[0].step_vi, drawn.tasks[0].why, drawn.tasks[0].due_at) == (
        "Thẩm định",
        "task",
        at(26, 17),
    )


def test_what_waits_for_the_applicant_is_a_number() -> None:
    waiting = a_case().model_copy(update={"stage": "waiting"})
    drawn = wanted(waiting)
    assert (drawn.total, drawn.waiting, drawn.tasks) == (0, 1, ())


def test_opinions_asked_of_the_department_and_late_cases_of_others_stand_in_it() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), given=Drawn({"tckh/officer": "officer-tckh"}))
    desk.tell(Consult(step="process", agency="haihau", department="tuphap"))
    assert [task.why for task in wanted(desk.case, officer="officer-tuphap").tasks] == ["opinion"]
    assert (
        wanted(desk.case, officer="officer-tuphap").tasks[0].due_at == desk.case.asked[0].respond_by
    )
    escalated = evolve(
        desk.case, message(CaseEscalated(to="leader-tckh", due_at=NOW), "system:routing")
    )
    assert [task.why for task in wanted(escalated, officer="leader-tckh").tasks] == ["escalated"]
    assert index(escalated)["beside"] == ["haihau:tuphap", "leader-tckh"]


def test_a_long_list_ends_in_a_number() -> None:
    drawn = wanted(*(a_case(number) for number in range(1, MOST_TASKS + 6)))
    assert (len(drawn.tasks), drawn.total) == (MOST_TASKS, MOST_TASKS + 5)


def test_a_worklist_has_no_effects_and_counts_for_nobody() -> None:
    worklist = Worklist()
    worklist.tell(SEVEN)
    assert RULES.effects(WORKLIST, worklist.case) == ()
    assert RULES.index(WORKLIST, worklist.case) == {}


async def test_the_cases_are_asked_for_when_the_morning_has_come_and_only_then() -> None:
    worklist, lying = Worklist(), a_case()
    worklist.tell(SEVEN)
    office = FakeOffice(lying={"officer-tckh": (lying,)})
    wake = message(Wake(), "system:routing", message_id="w")
    assert await prepare([Prepared(wake, WORKLIST, worklist.case, NOW)], office) == {
        "w": Drawn(cases=(lying,))
    }
    assert (
        await prepare(
            [Prepared(message(SEVEN, OFFICER, message_id="s"), WORKLIST, worklist.case, NOW)],
            office,
        )
        == {}
    )
    assert await prepare([Prepared(wake, "d-1", lying, NOW)], office) == {}


def test_a_new_date_leaves_the_first_one_in_the_digest() -> None:
    """Promised for Monday, promised again for Friday: late on Wednesday, by two working days."""
    case = a_case(1, at(4, 9, month=12)).model_copy(update={"first_due_at": at(30, 9)})
    digest = wanted(case, when=at(2, 9, month=12))
    (line,) = digest.tasks
    assert (digest.late, digest.today) == (1, 0)
    assert (line.due_at, line.first_due_at, line.working_days_late) == (
        at(4, 9, month=12),
        at(30, 9),
        2,
    )


def test_a_worklist_answers_no_command_of_dossiers_and_a_dossier_no_wish_for_a_digest() -> None:
    """Each is refused by name, as it was when both were one case."""
    worklist, desk = Worklist(), RoutingHarness()
    desk.tell(accepted(), given=Drawn({"tckh/officer": "officer-tckh"}))
    for command in (
        Consult(step="process", agency="haihau", department="tuphap"),
        TakeOver(step="process"),
    ):
        with pytest.raises(Refusal):
            worklist.tell(command)
    with pytest.raises(DossierUnknown):
        desk.tell(SEVEN, actor=OFFICER)
