"""Statistics cost nobody else anything: one count for all who ask the same, few at once, strangers
apart from staff.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from motcua_chassis.metrics import Metrics
from motcua_gateway.http.refusals import Unavailable
from motcua_gateway.http.safe_rows import SafeRows
from motcua_gateway.read_model.statistics import ALL_WAITING, PART, WAITING, Counts, Question

from .dossier_events import way
from .harness import GatewayHarness

T0 = datetime(2026, 11, 1, tzinfo=UTC)
SAFE = SafeRows(Metrics(), structlog.get_logger())


class Slow:
    """A collection whose questions wait until a test lets them go; it counts how many are read at
    once.
    """

    def __init__(self) -> None:
        self.go, self.asked, self.reading, self.most = asyncio.Event(), 0, 0, 0

    def find(self, where: Any, read: Any, batch_size: int) -> Any:
        self.asked += 1
        return self._rows()

    async def _rows(self) -> Any:
        self.reading += 1
        self.most = max(self.most, self.reading)
        try:
            await self.go.wait()
            for _ in ():
                yield {}
        finally:
            self.reading -= 1


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_hundred_who_ask_the_same_are_one_count() -> None:
    rows = Slow()
    counts = Counts(rows, SAFE)
    asked = [asyncio.create_task(counts.of(Question(T0), "plain")) for _ in range(100)]
    await turns()
    asked[0].cancel()  # the first one going away takes nothing from the others
    rows.go.set()
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert rows.asked == 1
    assert len({id(one) for one in told[1:]}) == 1
    assert await counts.of(Question(T0), "plain") is told[1], "kept for the next ones"
    await counts.of(Question(T0), "staff")
    assert rows.asked == 2, "staff see what was just done"


async def test_a_script_with_another_day_each_time_waits_alone() -> None:
    rows = Slow()
    counts = Counts(rows, SAFE)
    flood = [
        asyncio.create_task(counts.of(Question(T0 + timedelta(days=n)), "dated"))
        for n in range(100)
    ]
    await turns()
    assert rows.reading == 1
    refused = [one for one in flood if one.done() and isinstance(one.exception(), Unavailable)]
    assert len(refused) == 100 - WAITING
    # the script asks this one, too, and it waits behind all others
    last = Question(T0 + timedelta(days=WAITING - 1))
    others = [
        asyncio.create_task(counts.of(last, "plain")),
        asyncio.create_task(counts.of(last, "staff")),
    ]
    await turns()
    assert rows.reading == 3
    rows.go.set()
    await asyncio.gather(*others)
    assert all((await asyncio.gather(*flood, return_exceptions=True))[:WAITING])
    assert rows.most <= 3


async def test_a_stranger_waits_behind_one_question_of_a_script_and_never_behind_all() -> None:
    class InOrder(Slow):
        def __init__(self) -> None:
            super().__init__()
            self.order: list[datetime] = []

        def find(self, where: Any, read: Any, batch_size: int) -> Any:
            self.order.append(where["filed_at"]["$lte"])
            return super().find(where, read, batch_size)

    rows = InOrder()
    counts = Counts(rows, SAFE)
    days = [T0 + timedelta(days=n) for n in range(WAITING)]
    flood = [asyncio.create_task(counts.of(Question(day), "dated", "a script")) for day in days]
    await turns()
    stranger = asyncio.create_task(counts.of(Question(days[-1]), "dated", "a stranger"))
    await turns()
    rows.go.set()
    told = await stranger
    await asyncio.gather(*flood)
    assert rows.order[:2] == [days[0], days[-1]], "also where the script asked the same, at its end"
    assert len(rows.order) == WAITING, "and it is counted once"
    assert told is await flood[-1]
    assert not counts._waiting


async def test_many_scripts_together_leave_no_endless_queue() -> None:
    rows = Slow()
    counts = Counts(rows, SAFE)
    flood = [
        asyncio.create_task(counts.of(Question(T0 + timedelta(days=n)), "dated", f"address {who}"))
        for who in range(20)
        for n in range(4)
    ]
    await turns()
    assert sum(one.done() for one in flood) == len(flood) - ALL_WAITING
    rows.go.set()
    await asyncio.gather(*flood, return_exceptions=True)


async def test_others_have_their_turns_while_a_count_runs(desk: GatewayHarness) -> None:
    await desk.hear(way())
    (row,) = [one async for one in desk.gateway.database.dossiers.find({})]
    copies = [{**row, "_id": f"copy-{n}", "code": f"copy-{n}"} for n in range(PART * 10)]
    await desk.gateway.database.dossiers.insert_many(copies)
    counting = asyncio.create_task(
        desk.gateway.counts.of(Question(datetime(2030, 1, 1, tzinfo=UTC)), "dated")
    )
    had = 0
    while not counting.done():
        await asyncio.sleep(0)
        had += 1
    assert (await counting).total["received"] == PART * 10 + 1
    assert had > 20


async def test_a_failed_count_is_told_and_counted_again() -> None:
    class Broken:
        def find(self, *given: Any, **more: Any) -> Any:
            raise ConnectionError

    counts = Counts(Broken(), SAFE)
    for _ in range(WAITING * 3):
        with pytest.raises(ConnectionError):
            await counts.of(Question(T0), "plain")
