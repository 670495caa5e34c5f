"""Counts of dossiers for statistics: each question once for all who ask it, few at once, and never
in one go.

A count reads every dossier, so it costs more the longer the office works. The public's counts are
kept for a minute, and everybody who asks the plain question waits for the same count. Questions
wait in lanes: the public's plain one, the public's with dates of its own, and the staff's; in a
lane one question of each caller at a time. A script that asks for another day each time waits
behind their own questions, not in front of others. Between parts of a count everybody else's
requests have their turn.
"""

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal, NamedTuple

from ..http.own_turns import OwnTurns
from ..http.refusals import Unavailable
from ..http.safe_rows import SafeRows
from .milestones import Standing, Tally, standing

KEPT_SECONDS = 60
KEPT_COUNTS = 200
PART = 200
"""Dossiers that are counted before others have their turn: some milliseconds."""
WAITING = 8
"""Questions of one caller in one lane that may wait; more of them are asked to come again."""
ALL_WAITING = 40
"""And of all callers together."""
READ = {
    "agency": 1,
    "filing.deciding_agency": 1,
    "filing.field": 1,
    "filing.channel": 1,
    "filing.level": 1,
    "filing.procedure": 1,
    "marks": 1,
}
Lane = Literal["plain", "dated", "staff"]


class Question(NamedTuple):
    """Dossiers received from `since` to `until` (both included), as they stood at `at`; those of
    one agency where one is named.
    """

    at: datetime
    since: datetime | None = None
    until: datetime | None = None
    agency: str = ""

    @property
    def where(self) -> dict[str, object]:
        filed: dict[str, object] = {
            "$lte": min(self.at, self.until) if self.until is not None else self.at
        }
        return {"filed_at": filed if self.since is None else {**filed, "$gte": self.since}}


class Counts:
    """Counts over the collection `dossiers`."""

    def __init__(
        self, dossiers: Any, rows: SafeRows, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._dossiers, self._rows, self._clock = dossiers, rows, clock
        self._known: OrderedDict[Question, tuple[float, Tally]] = OrderedDict()
        self._running: dict[tuple[Lane, str, Question], asyncio.Task[Tally]] = {}
        self._turns: dict[Lane, asyncio.Lock] = {
            "plain": asyncio.Lock(),
            "dated": asyncio.Lock(),
            "staff": asyncio.Lock(),
        }
        self._own = OwnTurns(1)
        self._waiting: Counter[tuple[Lane, str]] = Counter()

    async def of(self, question: Question, lane: Lane, who: str = "") -> Tally:
        """`who` asks: an address or a person; none for a question that everybody shares.

        Raises `Unavailable` where too many other questions of the same caller wait, or too many in
        the lane.
        """
        if (tally := self._kept(question, lane)) is not None:
            return tally
        running = self._running.get((lane, who, question))
        if running is None:
            if (
                self._waiting[lane, who] >= WAITING
                or sum(n for (of, _), n in self._waiting.items() if of == lane) >= ALL_WAITING
            ):
                raise Unavailable()
            # In a task of its own: others wait for it too, whatever becomes of the request that was
            # first.
            self._waiting[lane, who] += 1
            running = self._running[lane, who, question] = asyncio.create_task(
                self._turn(question, lane, who)
            )
            running.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        return await asyncio.shield(running)

    def _kept(self, question: Question, lane: Lane) -> Tally | None:
        """A count of the last minute; none for staff, who see what was just done."""
        until, tally = self._known.get(question, (0.0, None))
        return tally if lane != "staff" and until > self._clock() else None

    async def _turn(self, question: Question, lane: Lane, who: str) -> Tally:
        try:
            async with self._own.of(f"{lane} {who}"), self._turns[lane]:
                # somebody else asked the same
                if (tally := self._kept(question, lane)) is not None:
                    return tally
                tally = await self._count(question)
            if lane != "staff":
                self._known[question] = (self._clock() + KEPT_SECONDS, tally)
                self._known.move_to_end(question)
                while len(self._known) > KEPT_COUNTS:
                    self._known.popitem(last=False)
            return tally
        finally:
            self._waiting[lane, who] -= 1
            if not self._waiting[lane, who]:
                del self._waiting[lane, who]
            del self._running[lane, who, question]

    async def _count(self, question: Question) -> Tally:
        tally, began, done = Tally(), self._clock(), 0
        async for row in self._dossiers.find(question.where, READ, batch_size=PART):
            one = self._rows.one(
                "statistics", row, partial(_standing, row, question.at), lambda: UNREADABLE
            )
            if one is UNREADABLE:
                tally.unreadable += 1
            elif isinstance(one, Standing) and question.agency in ("", one.by["agency"]):
                tally.add(one)
            done += 1
            if done % PART == 0:
                # It waits as long as it worked, so that whoever else asks for something has a turn.
                await asyncio.sleep(self._clock() - began)
                began = self._clock()
        return tally


UNREADABLE: Final = object()
"""Takes the place of a dossier that cannot be read."""


def _standing(row: Any, at: datetime) -> Standing | None:
    """Raises whatever an unreadable dossier leads to: `KeyError` without its filing, which came
    with the date it is found by, and `TypeError` where it would be counted by something that is no
    text.
    """
    row["filing"]
    one = standing(row, at)
    if one is not None and not all(isinstance(value, str) for value in one.by.values()):
        raise TypeError("counted by a text alone")
    return one
