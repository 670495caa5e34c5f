"""The choice among several officers: the fewest open tasks, the first among equals, one query and
only where there is a choice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from motcua_chassis import Prepared
from motcua_contracts import Catalogue, Payload
from motcua_contracts.messages.catalog import Seat
from motcua_routing.domain.assignment import Drawn
from motcua_routing.domain.case import Case
from motcua_routing.prepare import prepare

from .harness import (
    APPROVE,
    COMPLETE,
    DRAFT,
    NOW,
    PEOPLE,
    PROCESS,
    STOPPED,
    RoutingHarness,
    accepted,
    actor_of,
    automatic,
    catalogue,
    message,
)

TWO = "officer-tckh", "officer-tckh-2"


@dataclass
class FakeOffice:
    """Loads as the database would count them, and what was asked."""

    loads: Mapping[str, int] = field(default_factory=dict)
    catalogue: Catalogue = field(default_factory=catalogue)
    asked: list[set[str]] = field(default_factory=list)
    lying: Mapping[str, Sequence[Case]] = field(default_factory=dict)

    async def open_tasks(self, officers: Collection[str]) -> Mapping[str, int]:
        self.asked.append(set(officers))
        return self.loads

    async def held_by(self, seat: Seat) -> Drawn:
        return Drawn(cases=self.lying.get(seat.officer, ()))


def prepared(number: int, data: Payload, case: Case | None = None) -> Prepared:
    return Prepared(
        message(data, actor_of(data), message_id=f"m-{number}"), f"d-{number}", case or Case(), NOW
    )


async def test_the_least_loaded_gets_it_and_equals_by_id() -> None:
    given = await prepare(
        [prepared(1, accepted())], FakeOffice({"officer-tckh": 3, "officer-tckh-2": 2})
    )
    assert given == {"m-1": Drawn({"tckh/officer": "officer-tckh-2"})}
    given = await prepare([prepared(1, accepted())], FakeOffice())
    assert given == {"m-1": Drawn({"tckh/officer": "officer-tckh"})}


async def test_a_batch_spreads_and_asks_once() -> None:
    office = FakeOffice({"officer-tckh": 1})
    given = await prepare([prepared(number, accepted()) for number in range(5)], office)
    chosen = [one.officers["tckh/officer"] for one in given.values()]
    assert chosen == [
        "officer-tckh-2",
        "officer-tckh",
        "officer-tckh-2",
        "officer-tckh",
        "officer-tckh-2",
    ]
    assert office.asked == [set(TWO)]


async def test_without_a_choice_nothing_is_asked() -> None:
    office = FakeOffice()
    opened = RoutingHarness()
    opened.tell(accepted(automatic(PROCESS), DRAFT, APPROVE))
    batch = [
        prepared(1, accepted(automatic(APPROVE))),
        prepared(2, accepted(APPROVE)),
        prepared(3, STOPPED),
        prepared(4, accepted(), opened.case),
        prepared(5, COMPLETE),
    ]
    assert await prepare(batch, office) == {}
    assert office.asked == []


async def test_who_has_the_case_keeps_it_without_asking() -> None:
    desk, office = RoutingHarness(), FakeOffice()
    desk.tell(accepted())
    assert await prepare([prepared(1, COMPLETE, desk.case)], office) == {}
    assert office.asked == []


async def test_a_leader_is_chosen_when_the_draft_is_done() -> None:
    desk = RoutingHarness(catalogue((*PEOPLE, ("leader-2", "haihau", "tckh", "leader"))))
    desk.tell(accepted(PROCESS, APPROVE))
    given = await prepare(
        [prepared(1, COMPLETE, desk.case)],
        FakeOffice({"leader-2": 0, "leader-tckh": 1}, desk.catalogue),
    )
    assert given == {"m-1": Drawn({"tckh/leader": "leader-2"})}
    desk.tell(COMPLETE, given=given["m-1"])
    assert desk.case.open_task.officer == "leader-2"
