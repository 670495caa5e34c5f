"""What one turn leads to, before it is written: entries, journal, outbox, answers, effects.

All of it is committed, or none of it.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from motcua_contracts import Effect
from motcua_contracts.wire.topics import Topic
from pymongo import DeleteOne, InsertOne, ReplaceOne

from .._kafka.producer import Outgoing
from .._store.journal_ids import effect_id
from .entries import Entry


@dataclass(slots=True)
class Demand:
    """An effect that an event demanded, with the chain it belongs to."""

    effect: Effect
    subject: str
    lane: int
    correlationid: str
    causationid: str
    traceparent: str | None

    def document(self) -> dict[str, Any]:
        """The row of the collection `effects`."""
        return {
            "_id": effect_id(self.lane, self.effect.key),
            "key": self.effect.key,
            "lane": self.lane,
            "subject": self.subject,
            "kind": self.effect.kind,
            "not_before": self.effect.not_before,
            "correlationid": self.correlationid,
            "causationid": self.causationid,
            "traceparent": self.traceparent,
        }

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Demand":
        """The inverse of `document`."""
        effect = Effect(row["key"], row["kind"], row["not_before"])
        return cls(
            effect,
            row["subject"],
            row["lane"],
            row["correlationid"],
            row["causationid"],
            row["traceparent"],
        )


@dataclass(slots=True)
class TurnResult:
    """`dead`: the callers of dead letters since the last record that was answered; `alive`: whether
    there was one.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    """Subjects that are to be written; those not in `changed` have only heard something, and say no
    more than that.
    """
    changed: set[str] = field(default_factory=set)
    journal: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    demanded: dict[str, Demand] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    """Effects that were closed, with their lane."""
    reopened: set[str] = field(default_factory=set)
    """Demanded effects of which an older row is still stored."""
    dead: list[str] = field(default_factory=list)
    alive: bool = False
    views: dict[tuple[int, str], str] = field(default_factory=dict)
    """(lane, subject) -> whether its projection is parked now: projections.py."""
    counted: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """(metric, its labels) -> how often; told to the metrics once this is stored, so that a batch
    that is decided twice counts once.
    """
    erased: set[str] = field(default_factory=set)
    private_records: dict[str, bytes | None] = field(default_factory=dict)
    """Of this batch by key, own and others'; None where one went."""
    _writes: dict[str, list[Any]] = field(default_factory=dict)

    def answered(self) -> None:
        """A record was taken in for good: the run of dead letters before it is over."""
        self.alive = True
        self.dead.clear()

    def change(self, subject: str) -> None:
        """More than its inbox is to be written."""
        self.touched.add(subject)
        self.changed.add(subject)

    def write(self, collection: str, operation: Any) -> None:
        self._writes.setdefault(collection, []).append(operation)

    def post(self, journal_id: str, topic: Topic, lane: int, key: str, value: bytes | None) -> None:
        """Something to be published before the events; without a value a tombstone."""
        self.outbox.append(
            {"_id": journal_id, "lane": lane, "topic": topic.name, "key": key, "value": value}
        )

    def writes(self) -> dict[str, list[Any]]:
        """Collection -> operations, for all but journal, outbox and answers, which are plain
        insertions.
        """
        effects: list[Any] = [
            DeleteOne({"_id": effect_id(lane, key)}) for key, lane in self.closed.items()
        ]
        for key, demand in self.demanded.items():
            row = demand.document()
            effects.append(
                ReplaceOne({"_id": row["_id"]}, row, upsert=True)
                if key in self.reopened
                else InsertOne(row)
            )
        return {**self._writes, "effects": effects} if effects else self._writes

    def private_out(self) -> list[Outgoing]:
        return [
            Outgoing(row["topic"], row["lane"], row["key"], row["value"]) for row in self.outbox
        ]

    def events_out(self) -> list[Outgoing]:
        return [
            Outgoing(row["topic"], row["lane"], row["subject"], row["raw"]) for row in self.journal
        ]
