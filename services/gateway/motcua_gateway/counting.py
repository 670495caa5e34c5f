"""Counts of dossiers for statistics: each question once for all who ask it, few at once, and never in one go.

A count reads every dossier, so it costs more the longer the office works. Who asks what is being counted waits for
the same count, and the public's counts are kept for a minute. Questions wait in lanes: the public's plain one, the
public's with dates of its own, and the staff's. A script that asks for another day each time holds up neither the
plain figures nor an officer. Between parts of a count everybody else's requests have their turn.
"""

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal, NamedTuple

from .milestones import Standing, Tally, standing
from .refusals import Unavailable
from .safe_rows import SafeRows

KEPT_SECONDS = 60
KEPT_COUNTS = 200
PART = 200
"""Dossiers that are counted before others have their turn: some milliseconds."""
WAITING = 8
"""Questions of one lane that may wait; whoever comes then is asked to try again."""
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
    """Dossiers received from `since` to `until` (both included), as they stood at `at`; those of one agency where one is named."""

    at: datetime
    since: datetime | None = None
    until: datetime | None = None
    agency: str = ""

    @property
    def where(self) -> dict[str, Any]:
        filed: dict[str, Any] = {"$lte": min(self.at, self.until) if self.until is not None else self.at}
        return {"filed_at": filed if self.since is None else {**filed, "$gte": self.since}}


class Counts:
    """Counts over the collection `dossiers`."""

    def __init__(self, dossiers: Any, rows: SafeRows, clock: Callable[[], float] = time.monotonic) -> None:
        self._dossiers, self._rows, self._clock = dossiers, rows, clock
        self._known: OrderedDict[Question, tuple[float, Tally]] = OrderedDict()
        self._running: dict[tuple[Lane, Question], asyncio.Task[Tally]] = {}
        self._turns: dict[Lane, asyncio.Lock] = {"plain": asyncio.Lock(), "dated": asyncio.Lock(), "staff": asyncio.Lock()}
        self._waiting: Counter[Lane] = Counter()

    async def of(self, question: Question, lane: Lane) -> Tally:
        """Raises `Unavailable` where too many other questions of the lane wait."""
        until, tally = self._known.get(question, (0.0, None))
        if lane != "staff" and tally is not None and until > self._clock():
            return tally
        running = self._running.get((lane, question))
        if running is None:
            if self._waiting[lane] >= WAITING:
                raise Unavailable()
            # In a task of its own: others wait for it too, whatever becomes of the request that was first.
            self._waiting[lane] += 1
            running = self._running[lane, question] = asyncio.create_task(self._turn(question, lane))
            running.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        return await asyncio.shield(running)

    async def _turn(self, question: Question, lane: Lane) -> Tally:
        try:
            async with self._turns[lane]:
                tally = await self._count(question)
            if lane != "staff":  # who works here sees what was just done
                self._known[question] = (self._clock() + KEPT_SECONDS, tally)
                self._known.move_to_end(question)
                while len(self._known) > KEPT_COUNTS:
                    self._known.popitem(last=False)
            return tally
        finally:
            self._waiting[lane] -= 1
            del self._running[lane, question]

    async def _count(self, question: Question) -> Tally:
        tally, began, done = Tally(), self._clock(), 0
        async for row in self._dossiers.find(question.where, READ, batch_size=PART):
            one = self._rows.one("statistics", row, partial(_standing, row, question.at), lambda: UNREADABLE)
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
    """Raises whatever an unreadable dossier leads to: `KeyError` without its filing, which came with the date it is found by,
    and `TypeError` where it would be counted by something that is no text."""
    row["filing"]
    one = standing(row, at)
    if one is not None and not all(isinstance(value, str) for value in one.by.values()):
        raise TypeError("counted by a text alone")
    return one
