"""Projections, subject by subject: one that cannot be taken in parks its own subject, and the lane
goes on (decision 0020).

What is parked is kept in `parked_views`, apart from the inbox of a decider: `{_id:
"<lane>/<subject>", lane, subject, parked}`, with the records in `parked` (`view: true`). Operators
see and release them as they do a decider's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from motcua_contracts import Event, Message, Payload
from motcua_contracts.wire.envelope import Undecodable, UnknownType, decode
from pymongo import DeleteOne, InsertOne, UpdateOne

from .._kafka.fetch import Record
from .._store.journal_ids import journal_id_of
from ..logs import Log
from ..service import Projected, Service
from .dead_letters import Fault, list_letter, parked_row
from .outcome import TurnResult

COLLECTION = "parked_views"
WAITING, RELEASED = "waiting", "released"


class Views:
    """Which subjects of the owned lanes are parked.

    Memory holds only what is committed; `keep` and `forget` follow the lanes.
    """

    def __init__(self, service: Service, database: Any, log: Log) -> None:
        self._service, self._database, self._log = service, database, log
        self._parked: dict[int, dict[str, str]] = {}

    async def know(self, lanes: set[int]) -> None:
        """Read what is parked in lanes that were taken. Raises the driver's errors."""
        missing = sorted(lanes - self._parked.keys())
        if missing:
            found: dict[int, dict[str, str]] = {lane: {} for lane in missing}
            async for row in self._database[COLLECTION].find({"lane": {"$in": missing}}):
                found[row["lane"]][row["subject"]] = row["parked"]
            self._parked |= found

    def sort(
        self,
        records: Sequence[Record],
        batches: Mapping[int, int],
        out: TurnResult,
        doomed: Fault | None = None,
    ) -> list[Projected]:
        """The records that are to be projected now.

        Others wait behind their subject; one that cannot be read, or `doomed`, parks it.
        """
        shown = []
        for number, record in enumerate(records):
            where = f"{journal_id_of(record.lane, batches[record.lane], number)}v"
            state = self._state(record, out)
            if state == WAITING or (state and not record.parked):
                if not record.parked:
                    out.write(
                        "parked", InsertOne({**parked_row(where, record, record.key), "view": True})
                    )
                    if erases(projected(record, unread=self._service.unread).message):
                        # whoever is forgotten does not wait for an operator
                        out.erased.add(record.key)
                continue
            one = projected(record, unread=self._service.unread)
            if (fault := doomed or _unreadable(record, one)) is not None:
                self._give_up(where, record, one, fault, out)
                continue
            shown.append(one)
            out.counted["records", record.topic.name] += 1
            if record.parked:
                out.write("parked", DeleteOne({"_id": record.parked}))
            if record.topic.kind == "events":
                out.answered()
        return shown

    def emptied(self, subjects: Sequence[tuple[int, str]], out: TurnResult) -> None:
        """These released subjects have no parked record left, unless one of them failed again just
        now.
        """
        for lane, subject in subjects:
            if (
                out.views.get((lane, subject), self._parked.get(lane, {}).get(subject, ""))
                == RELEASED
            ):
                out.views[lane, subject] = ""
                out.write(COLLECTION, DeleteOne({"_id": _id(lane, subject)}))

    def keep(self, out: TurnResult) -> None:
        """What was committed."""
        for (lane, subject), state in out.views.items():
            parked = self._parked.setdefault(lane, {})
            if state:
                parked[subject] = state
            else:
                parked.pop(subject, None)

    def release(self, lane: int, subject: str) -> None:
        """An operator has released it: the mark is in the store."""
        if subject in self._parked.get(lane, {}):
            self._parked[lane][subject] = RELEASED

    def forget(self) -> None:
        """The lanes are no longer ours."""
        self._parked.clear()

    def _state(self, record: Record, out: TurnResult) -> str:
        if not parks(record):
            return ""
        return out.views.get(
            (record.lane, record.key), self._parked.get(record.lane, {}).get(record.key, "")
        )

    def _give_up(
        self, where: str, record: Record, one: Projected, fault: Fault, out: TurnResult
    ) -> None:
        message = one.message
        if message is not None:
            fault = Fault(fault.reason, fault.error, fault.command_id, message.actor)
        list_letter(self._service.name, where, record, fault, out, parks=parks(record), view=True)
        self._log.error(
            "view parked",
            subject=record.key,
            topic=record.topic.name,
            lane=record.lane,
            offset=record.offset,
            reason=fault.reason,
        )
        if parks(record):
            if not record.parked:
                out.write(
                    "parked", InsertOne({**parked_row(where, record, record.key), "view": True})
                )
            mark = {"lane": record.lane, "subject": record.key, "parked": WAITING}
            out.write(
                COLLECTION,
                UpdateOne({"_id": _id(record.lane, record.key)}, {"$set": mark}, upsert=True),
            )
            out.views[record.lane, record.key] = WAITING


def erases(message: Message[Payload] | None) -> bool:
    """Whether a record is an event that erases its subject."""
    return message is not None and isinstance(message.data, Event) and message.data.erases


def parks(record: Record) -> bool:
    """Whether later records of the same key have to wait: papers replace each other, and dead
    letters are of no chain.
    """
    return bool(record.key) and record.topic.kind == "events"


def projected(record: Record, *, unread: bool) -> Projected:
    """A record as `project` sees it."""
    message, problem, unknown = None, "", False
    if record.raw is not None and not record.topic.compacted and not unread:
        try:
            message = decode(record.raw)
            if record.topic.kind == "events" and message.subject != record.key:
                message, problem = None, "subject: must be the record's key"
        except UnknownType as error:
            problem, unknown = error.reason, True
        except Undecodable as error:
            problem = error.reason
    where = (record.topic, record.lane, record.offset, record.key)
    return Projected(
        *where, record.raw, record.at, message, problem, unknown, record.appended or record.at
    )


def _unreadable(record: Record, one: Projected) -> Fault | None:
    return (
        Fault(one.problem)
        if one.problem and not one.unknown and record.topic.kind == "events"
        else None
    )


def _id(lane: int, subject: str) -> str:
    return f"{lane:03d}/{subject}"
