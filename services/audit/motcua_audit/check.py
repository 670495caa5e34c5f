"""The whole check: chains hold, journal = what is on Kafka, fold = stored state, every commitment
has its paper, the archive has it all.

Lane by lane and service by service, and a large lane in slices of its subjects (slices.py), so that
memory holds one slice. The stores are read first, then Kafka to its end: what a service at work
says in between is younger than what it is compared with, and is looked up in its journal.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from motcua_chassis.transport import Kafka
from motcua_contracts.values.clock import instant
from motcua_contracts.wire.envelope import sha256
from motcua_contracts.wire.topics import TOPICS

from .archive import COLLECTION, STRAY
from .callers import Believed, Beside, Callers
from .domain.difference import Difference
from .domain.papers import Commitments
from .domain.replay import Replay, compare_journal
from .domain.verify import Chains
from .folds import SPEAKERS, Fold, installed, topics_of
from .heads import COLLECTION as HEADS
from .heads import Heads
from .log import Log, place_of
from .slices import EVENTS_AT_ONCE, WHOLE, Slice, slices
from .stores import Snapshot, Stores
from .surplus import Surplus

STEP_SECONDS = 0.5
PATIENCE_SECONDS = 5.0
"""So long may something committed be on its way to Kafka, or something on Kafka on its way to the
archive.
"""


@dataclass(slots=True)
class ServiceReport:
    """What was found of one service.

    `events` are distinct; `opened` and `erased` count commitments.

    `signed`: events that name a person and whose command bears a signature that holds;
    `unprovable`: those whose command is no longer there.
    """

    name: str
    subjects: int = 0
    events: int = 0
    copies: int = 0
    opened: int = 0
    erased: int = 0
    archived: int = 0
    signed: int = 0
    unprovable: int = 0
    differences: list[Difference] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """The check of all services, in a fixed order."""

    services: dict[str, ServiceReport] = field(default_factory=dict)
    seconds: float = 0

    @property
    def differences(self) -> list[Difference]:
        return [
            difference for service in self.services.values() for difference in service.differences
        ]

    @property
    def ok(self) -> bool:
        return not self.differences

    @property
    def events(self) -> int:
        return sum(service.events for service in self.services.values())

    def __str__(self) -> str:
        found = self.differences
        if not found:
            subjects = sum(service.subjects for service in self.services.values())
            return (
                f"{self.events} events of {subjects} subjects: chains hold, journals are published,"
                " folds are the stored states"
            )
        return f"{len(found)} differences, the first: {found[0]}"


async def check(
    kafka: str | Kafka,
    mongo: str,
    *,
    folds: Mapping[str, Fold] | None = None,
    archive: bool = True,
    believed: Believed | None = None,
    at_once: int = EVENTS_AT_ONCE,
    patience_seconds: float = PATIENCE_SECONDS,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Check every service that says events.

    `archive=False` leaves the archive out, `believed` None the commands.

    `at_once`: so many records of a lane are held in memory, about.

    Raises `Unreachable` when Kafka or MongoDB does not answer.
    """
    started = time.monotonic()
    patience = Patience(patience_seconds)
    report, surplus = Report(), Surplus()
    async with Log(kafka) as log, Stores(mongo) as stores:
        for name, fold, part in folding(report, folds):
            for lane in sorted({*log.lanes(topics_of(name)), *await stores.lanes(name)}):
                for one in slices(await log.records(fold.topics, lane), at_once):
                    progress(
                        f"{name}, lane {lane}"
                        + (f", {one.number + 1} of {one.of}" if one.of > 1 else "")
                    )
                    await _Lane(
                        log, stores, fold, lane, part, patience, surplus, believed, one
                    ).check(archive)
        if archive:
            progress("the archive")
            for difference in await surplus.find(log, stores.database("audit")[COLLECTION]):
                owner = (
                    difference.source.rsplit("/", 1)[-1]
                    or str(difference.place or "audit").split(".", 1)[0]
                )
                report.services.setdefault(owner, ServiceReport(owner)).differences.append(
                    difference
                )
    report.seconds = time.monotonic() - started
    return report


def folding(
    report: Report, folds: Mapping[str, Fold] | None
) -> Iterator[tuple[str, Fold, ServiceReport]]:
    """Each service that says events, its fold (None: as installed), and its part of the report; one
    without a fold is a difference.
    """
    folds = installed() if folds is None else folds
    for name in SPEAKERS:
        report.services[name] = part = ServiceReport(name)
        if (fold := folds.get(name)) is not None:
            yield name, fold, part
            continue
        detail = f"the package of {name} is not installed here, so its events were not folded"
        part.differences.append(Difference("no-fold", f"/motcua/{name}", "", None, None, detail))


async def beside_of(log: Log, stores: Stores | None, fold: Fold, lane: int) -> Beside:
    """What causes are looked up in, beside the commands on Kafka.

    Without `stores` the heads are not looked at.
    """
    topic, clock = TOPICS.get(f"{fold.name}.commands"), await log.clock()
    if stores is None or topic is None:
        return Beside(hears=fold.hears, shifted=clock.at)
    # Read before the heads are: what audit has taken in by now is there.
    reached = await stores.reached(topic, lane)
    heads = Heads(stores.database("audit")[HEADS])
    return Beside(heads, reached, await stores.secret(fold.name), fold.hears, clock.at)


class Patience:
    """What may still be on its way is waited for, but not longer than this in the whole check."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    async def wait(self) -> bool:
        """False when there is none left."""
        if self._left <= 0:
            return False
        self._left -= STEP_SECONDS
        await asyncio.sleep(STEP_SECONDS)
        return True


class _Lane:
    """The check of one lane of one service, or of a slice of it."""

    def __init__(
        self,
        log: Log,
        stores: Stores,
        fold: Fold,
        lane: int,
        part: ServiceReport,
        patience: Patience,
        surplus: Surplus,
        believed: Believed | None,
        slice_: Slice = WHOLE,
    ) -> None:
        self._slice = slice_
        self._believed = believed
        self._log, self._stores, self._fold, self._lane, self._part = log, stores, fold, lane, part
        self._patience, self._surplus = patience, surplus
        self._commitments = Commitments()

    async def check(self, archive: bool) -> None:
        """Adds to the report."""
        snapshot = await self._stores.snapshot(self._fold.name, self._lane, self._slice)
        while True:
            chains, replay, callers = await self._read(snapshot)
            differing, unknown, unpublished = compare_journal(
                self._fold.source, snapshot.journal, chains.links
            )
            if not unpublished or not await self._patience.wait():
                break
        part = self._part
        for chain in chains.verify():
            part.subjects += 1
            part.events += chain.records
            part.copies += chain.copies
            part.differences += chain.differences
        part.differences += chains.strays + differing + callers.differences
        part.signed, part.unprovable = (
            part.signed + callers.signed,
            part.unprovable + callers.unprovable,
        )
        if unknown:
            younger = await self._stores.younger(
                self._fold.name, self._lane, snapshot.batch, self._slice
            )
            for subject, link in unknown:
                if younger.get((subject, link.sequence)) != link.hash:
                    detail = "lies on Kafka, but its service has not written it down"
                    held = younger.get((subject, link.sequence), "")
                    part.differences.append(
                        Difference(
                            "not-in-journal",
                            self._fold.source,
                            subject,
                            link.sequence,
                            link.place,
                            detail,
                            held,
                            link.hash,
                        )
                    )
        for subject, sequence in unpublished:
            detail = "written down by its service, but not on Kafka"
            held = snapshot.journal[subject, sequence]
            part.differences.append(
                Difference("unpublished", self._fold.source, subject, sequence, None, detail, held)
            )
        part.differences += replay.finish()
        for subject in {subject for subject, _ in snapshot.journal} - snapshot.cases.keys():
            detail = "the journal has events of it, but no state is stored"
            part.differences.append(
                Difference("state-differs", self._fold.source, subject, None, None, detail)
            )
        await self._open_papers()
        if archive:
            await self._look_into_archive(chains)

    async def _read(self, snapshot: Snapshot) -> tuple[Chains, Replay, Callers]:
        chains, self._commitments = Chains(), Commitments()
        replay = Replay(self._fold.source, self._fold.rules, dict(snapshot.cases))
        beside = (
            await beside_of(self._log, self._stores, self._fold, self._lane)
            if self._believed is not None
            else Beside()
        )
        callers = Callers(
            self._log, self._believed, self._fold.name, self._lane, beside, part=self._slice
        )
        dues = self._fold.dues()
        await callers.read()
        async for record in self._log.read(self._fold.topics, self._lane):
            if not self._slice.takes(record.value or b""):
                continue
            known = chains.take(record.value or b"", place_of(record))
            if known is not None and known.source == self._fold.source:
                replay.take(known)
                self._commitments.take(known)
                due, folded = dues.before(known)
                callers.take(known, instant(record.timestamp), due, folded=folded)
        await callers.finish()
        return chains, replay, callers

    async def _open_papers(self) -> None:
        """A paper is published before the event that commits to it: read after the events, it must
        be there.
        """
        if not self._commitments.made:
            return
        papers: dict[str, str | None] = {}
        if self._fold.private is not None:
            async for record in self._log.read([self._fold.private], self._lane):
                key = (record.key or b"").decode("utf-8", "replace")
                if self._slice.holds(key.rpartition("/")[0]):
                    papers[key] = sha256(record.value) if record.value is not None else None
        self._part.differences += self._commitments.compare(self._fold.source, papers)
        self._part.opened += self._commitments.opened
        self._part.erased += self._commitments.erased

    async def _look_into_archive(self, chains: Chains) -> None:
        """By the archive's ids, which name the hash; whether the archived bytes still have it is
        `verify --archive`.
        """
        name = self._fold.name
        wanted = {
            f"{subject}|{source.rsplit('/', 1)[-1]}|{link.sequence:010}|{link.hash}": (
                source,
                subject,
                link,
            )
            for (source, subject), links in chains.links.items()
            if not subject.startswith(STRAY)
            for link in links
        }
        places = {known: link.place for known, (_, _, link) in wanted.items()}
        collection = self._stores.database("audit")[COLLECTION]
        while True:
            ids = list(wanted)
            for start in range(0, len(ids), 10_000):
                async for document in collection.find(
                    {"_id": {"$in": ids[start : start + 10_000]}}, {"_id": 1}
                ):
                    wanted.pop(document["_id"], None)
            if not wanted or not await self._patience.wait():
                break
        self._part.archived += len(places) - len(wanted)
        archived = [place for known, place in places.items() if known not in wanted]
        strays = [stray.place for stray in chains.strays if stray.place is not None]
        self._surplus.note(
            archived, [*strays, *(link.place for links in chains.links.values() for link in links)]
        )
        for source, subject, link in wanted.values():
            detail = f"lies on Kafka, but the archive does not hold these bytes ({name})"
            self._part.differences.append(
                Difference(
                    "not-archived", source, subject, link.sequence, link.place, detail, link.hash
                )
            )
