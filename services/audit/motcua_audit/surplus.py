"""What the archive holds and Kafka does not: a record that somebody put into the archive behind a
chain's end, or a whole chain.

A check of the archive alone cannot tell, where the hashes are right. Counts are compared first,
partition by partition, in one scan; only where they differ is the partition read once more, to name
the records.
"""

from collections.abc import Iterable
from typing import Any

from motcua_chassis import Projected
from motcua_contracts.values.clock import instant
from motcua_contracts.wire.topics import TOPICS

from .archive import STRAY, archive_id
from .domain.difference import Difference, Kind, LogPosition
from .log import Log

Partition = tuple[str, int]
FIRST = {"$first": "$places"}
PARTITION = {"t": {"$arrayElemAt": [FIRST, 0]}, "l": {"$arrayElemAt": [FIRST, 1]}}
DETAIL = "the archive holds these bytes, Kafka does not"


class Surplus:
    """`note` what was read of each partition, then `find`."""

    def __init__(self) -> None:
        self._archived: dict[Partition, int] = {}
        self._seen_to: dict[Partition, int] = {}

    def note(self, archived: Iterable[LogPosition], seen: Iterable[LogPosition]) -> None:
        """Once for each slice of a lane of a service.

        `archived`: a place of each of its records that the archive holds; `seen`: of all of them.
        """
        for place in archived:
            self._archived[place[:2]] = self._archived.get(place[:2], 0) + 1
        for place in seen:
            self._seen_to[place[:2]] = max(self._seen_to.get(place[:2], 0), place.offset + 1)

    async def find(self, log: Log, collection: Any) -> list[Difference]:
        """What is in the archive at places that were read, and is not there; or at places that
        Kafka does not have.
        """
        differences: list[Difference] = []
        for partition in await self._overfull(collection):
            known = {archive_id(record, raw) async for record, raw in _records(log, partition)}
            held = [
                row
                async for row in _rows(
                    collection, partition, {"$gte": 0, "$lt": self._seen_to[partition]}
                )
            ]
            differences += [_difference(row) for row in held if row["_id"] not in known]
        latest = {
            (row["_id"]["t"], row["_id"]["l"]): row["last"]
            async for row in collection.aggregate([{"$match": _PLACED}, _LATEST])
        }
        differences += [
            _difference(row)
            async for row in collection.find({"$nor": [_PLACED]}, {"_id": 1}).sort("_id", 1)
        ]
        # Asked for after the archive was: what it holds lay on Kafka before.
        ends = await log.ends()
        for partition, last in latest.items():
            if last >= (end := ends.get(partition, 0)):
                differences += [
                    _difference(row) async for row in _rows(collection, partition, {"$gte": end})
                ]
        return differences

    async def _overfull(self, collection: Any) -> list[Partition]:
        """Partitions of which the archive holds more than was found on Kafka."""
        if not self._seen_to:
            return []
        read = [_of(partition, {"$gte": 0, "$lt": end}) for partition, end in self._seen_to.items()]
        counted = collection.aggregate(
            [{"$match": {"$or": read}}, {"$group": {"_id": PARTITION, "count": {"$sum": 1}}}]
        )
        counts = {(row["_id"]["t"], row["_id"]["l"]): row["count"] async for row in counted}
        return sorted(
            partition
            for partition, count in counts.items()
            if count > self._archived.get(partition, 0)
        )


_PLACED = {
    "places": {"$type": "array"},
    "places.0.2": {"$type": ["int", "long", "double"], "$gte": 0},
}
"""Whoever writes into the archive by hand need not keep to its form."""
_LATEST = {"$group": {"_id": PARTITION, "last": {"$max": {"$arrayElemAt": [FIRST, 2]}}}}


def _of(partition: Partition, offset: dict[str, int]) -> dict[str, Any]:
    return {"places.0.0": partition[0], "places.0.1": partition[1], "places.0.2": offset}


def _rows(collection: Any, partition: Partition, offset: dict[str, int]) -> Any:
    return collection.find(_of(partition, offset), {"_id": 1, "places": 1}).sort("_id", 1)


async def _records(log: Log, partition: Partition) -> Any:
    topic, lane = TOPICS[partition[0]], partition[1]
    async for record in log.read([topic], lane):
        if record.value is not None:
            yield (
                Projected(
                    topic, lane, record.offset, "", record.value, instant(record.timestamp), None
                ),
                record.value,
            )


def _difference(row: dict[str, Any]) -> Difference:
    named = str(row["_id"]).rsplit("|", 3)
    kind: Kind = "inserted" if row.get("places") else "altered"
    place = LogPosition(*row["places"][0][:3]) if row.get("places") else None
    detail = DETAIL if place else "places: the archive does not say where on Kafka it lies"
    if len(named) < 4 or named[0].startswith(STRAY) or not named[2].isdecimal():
        return Difference(kind, "", "", None, place, detail, "", named[-1])
    subject, service, sequence, digest = named
    return Difference(kind, f"/motcua/{service}", subject, int(sequence), place, detail, "", digest)
