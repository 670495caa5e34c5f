"""Announcing: something new in the catalogue concerns stored cases, which are found by an index,
and each is told by a command.

A service declares what it announces (`Service.announces`); the rule answers the command as any
other, in its case's lane. Cases are looked for a batch at a time, and how far an announcement has
come is stored after each batch, so that a process that dies between two goes on there. A batch that
was told and not noted is told again under the same ids, which the inbox drops: at least once
outside, once inside. Several instances may announce at once. A case that is stored behind the
search is not told: its rule looks for itself when it wakes.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue, Command, Message, Payload
from motcua_contracts.rules.days_off import days_off_since, due_on
from motcua_contracts.rules.office import DAY
from motcua_contracts.wire.envelope import stable_id
from motcua_contracts.wire.topics import Topic

from ..failures import told
from ..logs import Log
from ..service import Announcement, Runtime
from .backoff import is_transient

LOOK_SECONDS = 10.0
AT_ONCE = 200
"""So many cases are told before the next are looked for."""
COLLECTION = "announcements"
"""How far each has come: `{_id, version, after: the last case that was told, done}`."""
FAULT_POINT = "between-announcements"


@dataclass(frozen=True, slots=True)
class DaysOff:
    """The announcements of days that calendars declare off late, for `Service.announces`.

    Cases are found by the index `due_on` (`motcua_contracts.rules.days_off.due_days`). `command`
    makes the service's own from calendar and version. `owners`: whose days the index names for a
    calendar; by default the calendar's own.
    """

    command: Callable[[str, int], Command]
    owners: Callable[[Catalogue, str], Iterable[str]] = lambda _, calendar: (calendar,)

    def __call__(self, catalogue: Catalogue, now: datetime) -> Iterable[Announcement]:
        for calendar in catalogue.calendar_versions():
            _, version = catalogue.calendar_at(calendar, now)

            def where(calendar: str = calendar, version: int = version) -> Mapping[str, Any] | None:
                days = days_off_since(catalogue.versions_of_calendar(calendar), version, now)
                owners = tuple(self.owners(catalogue, calendar)) if days else ()
                # The index is by days of UTC; the office's day overlaps two of them.
                wanted = sorted(
                    {
                        due_on(owner, day + n * DAY)
                        for owner in owners
                        for day in days
                        for n in (-1, 0, 1)
                    }
                )
                return {"i_due_on": {"$in": wanted}} if wanted else None

            yield Announcement(calendar, version, where, self.command(calendar, version))


class Announcing:
    """The loop of one service.

    `cases` are its own, `progress` the collection of how far it has come.
    """

    def __init__(
        self,
        runtime: Runtime,
        topic: Topic,
        announces: Callable[[Catalogue, datetime], Iterable[Announcement]],
        cases: Any,
        progress: Any,
        log: Log,
    ) -> None:
        self._runtime, self._topic, self._announces = runtime, topic, announces
        self._cases, self._progress, self._log = cases, progress, log

    async def run(self) -> None:
        """As long as the service does. What fails is tried again at the next look."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except Exception as error:
                self._log.warning(
                    "an announcement waits", **told(error), exc_info=not is_transient(error)
                )

    async def look(self) -> int:
        """Tell the cases that something new concerns.

        Gives how many were told. Raises `KafkaError`, `PyMongoError`, `OSError`.
        """
        count = 0
        for one in self._announces(self._runtime.catalogue, self._runtime.now()):
            note = await self._progress.find_one({"_id": one.id}) or {"_id": one.id, "version": 0}
            if note["version"] > one.version:
                continue  # another instance knows more of the catalogue than this one
            if note["version"] < one.version:
                note = {"_id": one.id, "version": one.version, "after": "", "done": False}
            if not note["done"]:
                count += await self._announce(one, note)
        return count

    async def _announce(self, one: Announcement, note: dict[str, Any]) -> int:
        where, count = one.where(), 0
        while not note["done"]:
            found: list[str] = []
            if where is not None:
                rows = (
                    self._cases.find({**where, "_id": {"$gt": note["after"]}}, {"_id": 1})
                    .sort("_id", 1)
                    .limit(AT_ONCE)
                )
                found = [row["_id"] async for row in rows]
            await asyncio.gather(
                *(
                    self._runtime.append(self._topic, self._message(one, subject))
                    for subject in found
                )
            )
            if found and self._runtime.settings.fault_point == FAULT_POINT:
                os._exit(9)
            count += len(found)
            note = {
                **note,
                "after": found[-1] if found else note["after"],
                "done": len(found) < AT_ONCE,
            }
            await self._progress.replace_one({"_id": one.id}, note, upsert=True)
        if count:
            self._log.info(
                "announced to cases",
                what=one.command.wire_type,
                about=one.id,
                version=one.version,
                cases=count,
            )
        return count

    def _message(self, one: Announcement, subject: str) -> Message[Payload]:
        name = self._topic.owner
        message_id = stable_id("announce", one.command.wire_type, one.id, str(one.version), subject)
        at, actor = self._runtime.now(), f"system:{name}"
        return Message(
            message_id,
            f"/motcua/{name}",
            one.command.wire_type,
            subject,
            at,
            actor,
            message_id,
            message_id,
            one.command,
        )
