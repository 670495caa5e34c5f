"""Subjects as a lane keeps them: the case with the head of its chain, and beside it the inbox (what
was seen, whether it is parked).

One document each, so that both change in one write. The inbox is no part of the compared state.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from motcua_contracts import Effect
from motcua_contracts.values.clock import EPOCH, instant, milliseconds
from motcua_contracts.wire.envelope import GENESIS
from pymongo import InsertOne, ReplaceOne, UpdateOne

from ..deciders import Deciders


@dataclass(slots=True)
class Entry:
    """One subject.

    `seen`: source -> (sequence, hash) of its last event taken in. `parked`: "", "waiting" or
    "released".
    """

    subject: str
    lane: int
    case: Any
    sequence: int = 0
    hash: str = GENESIS
    last: datetime | None = None
    seen: dict[str, tuple[int, str]] = field(default_factory=dict)
    parked: str = ""
    effects: dict[str, Effect] = field(default_factory=dict)
    due: datetime | None = None
    stored: bool = False
    state: str = ""
    """The case as it is stored; rewritten only when the case changed."""
    unreadable: bool = False
    """Its stored case cannot be read here: nothing of it is changed but that it is parked."""

    def takes(self, parked_record: str) -> bool:
        """Whether a record may be taken in now: while the subject is parked only released ones, in
        their order.
        """
        return self.parked != "waiting" and (not self.parked or bool(parked_record))

    def fork(self) -> "Entry":
        """A copy to change; the original stays what is committed."""
        return replace(self, seen=dict(self.seen))


class Entries:
    """The lanes' subjects, from the database or from the owner's cache, which holds only what is
    committed.
    """

    def __init__(self, rules: Deciders, collection: Any, size: int = 20_000) -> None:
        self._rules, self._collection, self._size = rules, collection, size
        self._cache: OrderedDict[str, Entry] = OrderedDict()

    async def load(self, subjects: dict[str, int]) -> dict[str, Entry]:
        """Copies to change, by subject; new ones for subjects of which nothing is stored.

        `subjects`: subject -> lane.
        """
        missing = [s for s in subjects if s not in self._cache]
        unreadable: dict[str, str] = {}
        if missing:
            async for document in self._collection.find({"_id": {"$in": missing}}):
                try:
                    self._cache[document["_id"]] = self._read(document)
                # this subject's fault, not the batch's
                except (ValueError, TypeError, LookupError, RecursionError):
                    unreadable[document["_id"]] = str(document.get("parked", ""))
        found = {}
        for subject, lane in subjects.items():
            entry = self._cache.get(subject)
            if entry is not None:
                self._cache.move_to_end(subject)
                found[subject] = entry.fork()
            else:
                found[subject] = Entry(subject, lane, self._rules.empty(subject))
                if subject in unreadable:
                    found[subject].unreadable, found[subject].stored, found[subject].parked = (
                        True,
                        True,
                        unreadable[subject],
                    )
        return found

    def peek(self, subject: str) -> Any | None:
        """The committed case of a subject, if the cache holds it."""
        entry = self._cache.get(subject)
        return entry.case if entry is not None else None

    def keep(self, entries: Iterable[Entry]) -> None:
        """What was committed. Called only after the commit."""
        for entry in entries:
            if entry.unreadable:
                self.forget(entry.subject)
                continue
            entry.stored = True
            self._cache[entry.subject] = entry
            self._cache.move_to_end(entry.subject)
        while len(self._cache) > self._size:
            self._cache.popitem(last=False)

    def forget(self, subject: str) -> None:
        """Read this one from the database next time."""
        self._cache.pop(subject, None)

    def forget_all(self) -> None:
        """The lanes are no longer ours: what others do to them is not seen here."""
        self._cache.clear()

    def write(self, entry: Entry, *, whole: bool = True) -> Any:
        """The write operation of an entry as it is now.

        Not `whole`: nothing but what was seen has changed, which most records do.
        """
        if entry.unreadable:
            return UpdateOne(
                {"_id": entry.subject},
                {"$set": {"parked": entry.parked}} if entry.parked else {"$unset": {"parked": ""}},
            )
        if entry.stored and not whole:
            return UpdateOne({"_id": entry.subject}, {"$set": {"seen": _seen(entry)}})
        document: dict[str, Any] = {
            "_id": entry.subject,
            "lane": entry.lane,
            "state": entry.state or self._rules.written(entry.subject, entry.case),
            "sequence": entry.sequence,
            "hash": entry.hash,
            "last": milliseconds(entry.last) if entry.last else None,
            "seen": _seen(entry),
        }
        if entry.due is not None:
            # rounded up: a wake never comes before its instant
            document["due"] = -milliseconds(-(entry.due - EPOCH) + EPOCH)
        if entry.parked:
            document["parked"] = entry.parked
        index = self._rules.index(entry.subject, entry.case)
        document |= {f"i_{name}": value for name, value in index.items()}
        return ReplaceOne({"_id": entry.subject}, document) if entry.stored else InsertOne(document)

    def state_of(self, subject: str, case: Any) -> str:
        """The state as it is stored and compared."""
        return self._rules.written(subject, case)

    def case_of(self, subject: str, document: dict[str, Any] | None) -> Any:
        """The case of a stored document; an empty one for none."""
        if document is None:
            return self._rules.empty(subject)
        return self._rules.read(subject, document["state"])

    def demands(self, subject: str, case: Any) -> dict[str, Effect]:
        """What is open outside because of a case, by key."""
        return {effect.key: effect for effect in self._rules.effects(subject, case)}

    def due(self, subject: str, case: Any) -> datetime | None:
        return self._rules.due(subject, case)

    def _read(self, document: dict[str, Any]) -> Entry:
        subject = document["_id"]
        case = self.case_of(subject, document)
        return Entry(
            subject=subject,
            lane=document["lane"],
            case=case,
            sequence=document["sequence"],
            hash=document["hash"],
            last=instant(document["last"]) if document["last"] is not None else None,
            seen={source: (place[0], place[1]) for source, place in document["seen"].items()},
            parked=document.get("parked", ""),
            effects=self.demands(subject, case),
            due=instant(document["due"]) if "due" in document else None,
            stored=True,
            state=document["state"],
        )


def _seen(entry: Entry) -> dict[str, list[Any]]:
    return {source: list(place) for source, place in entry.seen.items()}
