"""A new version of a calendar reaches running cases: those that are due on a day which it declares off are told, and no others.

They are found by the index of their dates (`domain.evolve.index`), a page at a time, and each gets a command of its own: the rule decides
(`domain.calendars`), at its turn in its lane. How far a version has come is kept, so that a restart goes on from there. Several instances
may do it at once: the command's id is made of calendar, version and case, so that a case is told once. A case that is missed because it
was just being opened follows when it is opened, or at its next wake.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiokafka.errors import KafkaError
from motcua_chassis.logs import Log
from motcua_chassis.service import Runtime
from motcua_contracts import topics
from motcua_contracts.catalog import CalendarPublished
from motcua_contracts.envelope import Message, stable_id
from motcua_contracts.office import DAY, office_of
from motcua_contracts.payload import Payload
from motcua_contracts.routing import FollowCalendar
from pymongo.errors import PyMongoError

from .domain.evolve import due_on

LOOK_SECONDS = 10.0
AT_ONCE = 200
"""So many cases are told before the next are looked for."""
BACK, AHEAD = timedelta(days=31), timedelta(days=400)
"""Days on which running cases are due, from today."""
ACTOR = "system:routing"


class Announcing:
    """`cases` are routing's own; `progress` is a collection of `{_id: calendar, version, after, done}`."""

    def __init__(self, runtime: Runtime, cases: Any, progress: Any, log: Log) -> None:
        self._runtime, self._cases, self._progress, self._log = runtime, cases, progress, log

    async def run(self) -> None:
        """As long as the process lives. What fails is tried again at the next look."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except (PyMongoError, KafkaError, OSError, TimeoutError) as error:
                self._log.warning("a calendar's days off wait to be announced", error=type(error).__name__)

    async def look(self) -> int:
        """Tell the cases that new versions concern. Gives how many were told."""
        now, told = self._runtime.now(), 0
        for calendar, versions in self._runtime.catalogue.calendar_versions().items():
            _, version = self._runtime.catalogue.calendar_at(calendar, now)
            note = await self._progress.find_one({"_id": calendar})
            if note is None or note["version"] != version:
                note = {"_id": calendar, "version": version, "after": "", "done": False}
            if not note["done"]:
                told += await self._announce(note, days_off_since(versions, version, now), now)
        return told

    async def _announce(self, note: dict[str, Any], days: Sequence[date], now: datetime) -> int:
        # The index is by days of UTC; the office's day overlaps two of them.
        wanted = sorted({due_on(note["_id"], day + n * DAY) for day in days for n in (-1, 0, 1)})
        told = 0
        while not note["done"]:
            where = {"i_due_on": {"$in": wanted}, "_id": {"$gt": note["after"]}}
            found = [row["_id"] async for row in self._cases.find(where, {"_id": 1}).sort("_id", 1).limit(AT_ONCE)] if wanted else []
            for subject in found:
                await self._runtime.append(topics.ROUTING_COMMANDS, command(note["_id"], note["version"], subject, now))
            told += len(found)
            note = {**note, "after": found[-1] if found else note["after"], "done": len(found) < AT_ONCE}
            await self._progress.replace_one({"_id": note["_id"]}, note, upsert=True)
        if told:
            self._log.info("days off announced to cases", calendar=note["_id"], version=note["version"], cases=told)
        return told


def days_off_since(versions: Sequence[CalendarPublished], version: int, now: datetime) -> list[date]:
    """The days near today that this version has off and an earlier one had open."""
    current = next(fact.calendar for fact in versions if fact.version == version)
    office = office_of(current)
    before = [office_of(fact.calendar) for fact in versions if fact.version < version]
    today = now.astimezone(ZoneInfo(current.timezone)).date()
    return [day for day in _days(today - BACK, today + AHEAD) if not office.is_open_on(day) and any(one.is_open_on(day) for one in before)]


def command(calendar: str, version: int, subject: str, at: datetime) -> Message[Payload]:
    """What routing tells itself about one case."""
    message_id = stable_id("follow-calendar", calendar, str(version), subject)
    data = FollowCalendar(calendar=calendar, version=version)
    return Message(message_id, "/motcua/routing", data.wire_type, subject, at, ACTOR, message_id, message_id, data)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * DAY for n in range((last - first).days + 1))
