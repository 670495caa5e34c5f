"""Finding a dossier's records for the command line: by its id or by the code that people read, on
Kafka or in the archive.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson
from motcua_contracts.messages.intake import DossierRegistered
from motcua_contracts.values.clock import instant
from motcua_contracts.wire import topics

from .archive import read_archive
from .callers import Believed, Beside, Callers
from .check import beside_of
from .domain.difference import Difference
from .domain.verify import Chain, Chains, Read, read
from .folds import SPEAKERS, Fold, installed, topics_of
from .log import Log, Unreachable, place_of, read_dossier
from .proof import Proof, Record, prove
from .slices import Slice, slices
from .stores import Stores
from .web import recorded


@dataclass(frozen=True, slots=True)
class Origin:
    """Where records are read: Kafka, or the archive where `mongo` is given."""

    kafka: str = ""
    mongo: str = ""
    believed: Believed | None = None
    """Against which commands are held; None: they are not looked at."""
    heads: str = ""
    """MongoDB's URI, where the heads of commands are that were shredded; without it events of those
    cannot be proved.
    """

    @property
    def name(self) -> str:
        return "archive" if self.mongo else "kafka"

    async def dossier(self, wanted: str) -> tuple[str, list[Record]]:
        """The id and the records of a dossier. Raises `Unreachable` when there is none."""
        for subject in (wanted, await self._subject_of(wanted)):
            if subject and (records := await self._records(subject)):
                return subject, records
        raise Unreachable(f"{wanted}: no dossier has this id or code ({self.name})")

    async def forged(self, subject: str, records: Sequence[Record]) -> list[Difference]:
        """The dossier's events whose command nobody vouches for."""
        found: list[Difference] = []
        if self.mongo or self.believed is None:
            return found
        folds = installed()
        async with Log(self.kafka) as log, self._stores() as stores:
            for name in SPEAKERS:
                own = sorted(
                    (record for record in records if record.place.topic.split(".")[0] == name),
                    key=lambda record: record.place,
                )
                if not own or name not in folds:
                    continue
                lane, dues = own[0].place.partition, folds[name].dues()
                beside = await beside_of(log, stores, folds[name], lane)
                callers = Callers(log, self.believed, name, lane, beside, one_subject=True)
                await callers.read()
                for record in own:
                    known = read(record.raw, record.place)
                    if (
                        isinstance(known, Read)
                        and known.source == folds[name].source
                        and known.subject == subject
                    ):
                        due, folded = dues.before(known)
                        callers.take(known, record.at, due, folded=folded)
                await callers.finish()
                found += callers.differences
        return found

    async def _records(self, subject: str) -> list[Record]:
        if not self.mongo:
            return await read_dossier(self.kafka, subject)
        async with Stores(self.mongo) as stores:
            return [
                recorded(record) async for record in read_archive(stores.database("audit"), subject)
            ]

    async def _subject_of(self, code: str) -> str | None:
        """Only one event names the code, and nothing indexes it: the log of
        intake is read for it.
        """
        mark, registered = orjson.dumps(code), DossierRegistered.wire_type.encode()
        async for raw in self._intake():
            if mark in raw and registered in raw:
                head = orjson.loads(raw)
                if head["data"]["code"] == code:
                    return str(head["subject"])
        return None

    async def _intake(self) -> AsyncIterator[bytes]:
        if self.mongo:
            async with Stores(self.mongo) as stores:
                async for record in read_archive(stores.database("audit")):
                    if record.place.topic == topics.INTAKE_DOSSIERS.name:
                        yield record.raw
            return
        async with Log(self.kafka) as log:
            for lane in log.lanes([topics.INTAKE_DOSSIERS]):
                async for record in log.read([topics.INTAKE_DOSSIERS], lane):
                    if record.value is not None:
                        yield record.value

    async def everything(self) -> AsyncIterator[tuple[str, Proof]]:
        """Every chain, service by service, lane by lane and slice by slice (from the archive
        subject by subject).
        """
        if self.mongo:
            async for proof in self._everything_archived():
                yield proof
            return
        folds = installed()
        async with Log(self.kafka) as log, self._stores() as stores:
            for name in SPEAKERS:
                fold = folds.get(name)
                for lane in log.lanes(topics_of(name)):
                    for part in slices(await log.records(topics_of(name), lane)):
                        yield name, await self._slice(log, stores, name, fold, lane, part)

    async def _slice(
        self, log: Log, stores: Stores | None, name: str, fold: Fold | None, lane: int, part: Slice
    ) -> Proof:
        """The chains of one slice of a lane.

        Without the service's own rules nobody knows what it hears and when it is woken.
        """
        believed = self.believed if fold is not None else None
        beside = (
            await beside_of(log, stores, fold, lane)
            if fold is not None and believed is not None
            else Beside()
        )
        chains, callers = Chains(), Callers(log, believed, name, lane, beside, part=part)
        dues = fold.dues() if fold is not None else None
        await callers.read()
        async for record in log.read(topics_of(name), lane):
            if not part.takes(record.value or b""):
                continue
            known = chains.take(record.value or b"", place_of(record))
            if known is not None and dues is not None and known.source == f"/motcua/{name}":
                due, folded = dues.before(known)
                callers.take(known, instant(record.timestamp), due, folded=folded)
        await callers.finish()
        return Proof("", chains.verify(), chains.strays + callers.differences)

    @asynccontextmanager
    async def _stores(self) -> AsyncIterator[Stores | None]:
        if not self.heads or self.believed is None:
            yield None
            return
        async with Stores(self.heads) as stores:
            yield stores

    async def _everything_archived(self) -> AsyncIterator[tuple[str, Proof]]:
        async with Stores(self.mongo) as stores:
            subject, records = "", list[Record]()
            async for record in read_archive(stores.database("audit")):
                of = record.id.rsplit("|", 3)[0]
                if of != subject and records:
                    for name, part in _by_source(prove(subject, records)):
                        yield name, part
                    records = []
                subject = of
                records.append(recorded(record))
            if records:
                for name, part in _by_source(prove(subject, records)):
                    yield name, part


def _by_source(proof: Proof) -> list[tuple[str, Proof]]:
    """A subject's proof, one part for each service that spoke of it."""
    parts: dict[str, tuple[list[Chain], list[Difference]]] = {}
    for chain in proof.chains:
        parts.setdefault(chain.source, ([], []))[0].append(chain)
    for stray in proof.strays:
        parts.setdefault(stray.source, ([], []))[1].append(stray)
    return [
        (source.rsplit("/", 1)[-1] or "?", Proof(proof.subject, *part))
        for source, part in parts.items()
    ]
