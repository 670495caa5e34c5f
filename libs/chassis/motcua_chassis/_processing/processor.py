"""The processor: a batch from Kafka, from time or from the parking lot goes through one turn, one
commit, one publishing.

The lock is held from the first look at a batch until it is published: the next turn of a lane
builds on this one, and its events may reach Kafka only after this one's. What goes wrong decides
what becomes of the lanes: fenced, they are given up and the group is rejoined; not published, they
are taken again, and the take-over publishes.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from motcua_contracts.values.clock import instant, milliseconds
from motcua_contracts.wire.topics import Topic
from pymongo import DeleteOne, InsertOne, ReplaceOne

from .._kafka.fetch import Batch, Record, accept
from .._kafka.producer import NotPublished
from .._store.commit import Committer, Refused, cause_of
from .._store.journal_ids import journal_id_of
from ..clock import DevClock
from ..failures import told
from ..logs import Log
from ..metrics import Metrics
from ..service import Projected, Service, Writes
from ..settings import ServiceSettings
from .backoff import backoff, is_transient
from .breaker import Run
from .catalogue_replica import CatalogueReplica
from .dead_letters import Fault, list_letter
from .entries import Entries
from .lanes import Fenced, Lanes
from .outcome import TurnResult
from .projections import Views, erases, projected
from .shredder import COLLECTION as SHREDDINGS
from .shredder import wishes
from .turn import CatalogueNeeded, LaneStopped, Turn, erasing

BUSY_RECORDS = 20


class Poisoned(Exception):  # noqa: N818 - the reader's word
    """This batch cannot be decided, projected or stored, and waiting does not help.

    Nothing of it is stored.
    """

    def __init__(self, error: Exception, where: str) -> None:
        cause = str(error) if isinstance(error, Refused) else cause_of(error)
        super().__init__(f"{cause} {where}")
        self.error = error
        self.fault = Fault(f"{cause} {where}", cause.partition(" ")[0])


@contextmanager
def _blamed(where: str) -> Iterator[None]:
    """Errors raised inside are the batch's fault, unless they are expected or transient."""
    try:
        yield
    except (Fenced, NotPublished, CatalogueNeeded, LaneStopped):
        raise
    except Exception as error:
        if is_transient(error):
            raise
        raise Poisoned(error, where) from error


class Processor:
    """One service's turns.

    `on_stored` is called for every batch once it is stored, `on_committed` once it is published
    too.
    """

    def __init__(
        self,
        service: Service,
        settings: ServiceSettings,
        database: Any,
        lanes: Lanes,
        entries: Entries | None,
        replica: CatalogueReplica | None,
        clock: DevClock,
        metrics: Metrics,
        log: Log,
    ) -> None:
        self._service, self._settings, self._database = service, settings, database
        self.lanes, self._entries, self._replica, self._clock, self._metrics, self._log = (
            lanes,
            entries,
            replica,
            clock,
            metrics,
            log,
        )
        self._committer = Committer(lanes, database, log)
        self.views = Views(service, database, log)
        self._topics: dict[str, Topic] = {topic.name: topic for topic in service.inputs}
        self._private_topics = {topic.name for topic in service.private_records}
        self._own = service.private.name if service.private is not None else ""
        self.turn: Turn | None = None
        self.tools: Any = None
        self.on_committed: Callable[[TurnResult], None] = lambda outcome: None
        self.on_stored: Callable[[TurnResult], None] = lambda outcome: None
        self.breaker_open = self.draining = False
        self.failures = 0
        self.run = Run(settings.breaker_limit, settings.breaker_callers)
        self.breaker_opened_at: datetime | None = None
        self.turning_since: float | None = None

    # ------------------------------------------------------------------ doors

    async def handle(self, message: Any) -> None:
        """FastStream's handler: `message.raw_message` is a batch of Kafka's records.

        Raises nothing: it would be swallowed.

        It acknowledges nothing to Kafka: `offsets.py` tells the group what is stored.
        """
        started = time.monotonic()
        await self.guarded(lambda: self._from_kafka(message.raw_message))
        await self._gather(len(message.raw_message), started)

    async def _gather(self, records: int, started: float) -> None:
        """Under load, let records gather: a turn of ten costs nearly as much as one of a hundred.

        A lone record is never held.
        """
        if BUSY_RECORDS <= records < self._settings.batch_records:
            await asyncio.sleep(
                max(0.0, started + self._settings.gather_seconds - time.monotonic())
            )

    async def drain(self) -> None:
        """No turn after this one, so the stored `published` mark stays accurate. Lock not held."""

        async def last_words() -> None:
            self.draining = True
            await self.lanes.store_published(idle_seconds=0)

        await self.guarded(last_words)

    async def guarded(self, work: Callable[[], Awaitable[None]]) -> bool:
        """One turn under the lock. False when the lanes were given up."""
        async with self.lanes.lock:
            self.turning_since = time.monotonic()
            try:
                await work()
                self.failures = 0
                return True
            except Fenced as fenced:
                self._log.warning("fenced", lanes=str(fenced))
                self.lanes.drop(rejoin=True)
            except NotPublished as error:
                self._log.warning("not published", error=str(error))
                self.lanes.drop(rejoin=False)
            except asyncio.CancelledError:
                self.lanes.forget()  # what this turn stored is not in memory
                raise
            except Exception:
                # Not foreseen: nothing was moved in memory that is not stored, so the lanes can be
                # taken again.
                self.failures += 1
                self._log.error("turn failed", in_a_row=self.failures, exc_info=True)
                await asyncio.sleep(0.5)
                self.lanes.drop(rejoin=False)
            finally:
                self.turning_since = None
            return False

    async def _from_kafka(self, raw: Sequence[Any]) -> None:
        batch = await self._retried(lambda: accept(self.lanes, self._topics, raw))
        if batch.ends:
            newest = max(record.at for record in batch.records)
            appended = {record.lane: record.at for record in batch.records}
            await self._retried(lambda: self._clock.know(newest))
            if self._clock.shifted:
                batch.records = [
                    replace(r, at=self._clock.at(r.at), appended=r.at) for r in batch.records
                ]
            await self.take_in(batch)
            for number, at in appended.items():
                if (lane := self.lanes.owned.get(number)) is not None:
                    lane.last_at = at

    async def take_in(self, batch: Batch) -> None:
        """Decide and project, commit, publish.

        Lock held. Records of lanes that are not owned (any more) are left out.

        A batch that cannot be decided, projected or stored is tried in halves, as if Kafka had
        brought it so: in the end one record is at fault, and it parks its subject or is passed
        over. Nothing of a batch that failed is stored.
        """
        try:
            await self._take_in(batch)
        except Poisoned as poisoned:
            self._metrics.batches_apart.inc()
            if not batch.records:
                raise poisoned.error from poisoned
            if len(batch.records) == 1:
                await self._take_in(batch, poisoned.fault)
                return
            self._log.warning(
                "batch taken apart", records=len(batch.records), reason=poisoned.fault.reason
            )
            for half in batch.halves():
                if self.turning_since is not None:
                    self.turning_since = time.monotonic()
                await self.take_in(half)

    async def _take_in(self, batch: Batch, doomed: Fault | None = None) -> None:
        """One try.

        Raises `Poisoned` where the batch itself is at fault; with `doomed`, none of it is tried.
        """
        while True:
            live = {
                n
                for n, lane in self.lanes.owned.items()
                if not (lane.stopped or self.breaker_open or self.draining)
            }
            records = [r for r in batch.records if r.lane in live]
            ends = {where: end for where, end in batch.ends.items() if where[0] in live}
            numbers = sorted(
                {r.lane for r in records} | {n for n, _ in ends} | (batch.lanes & live)
            )
            if not numbers:
                return
            try:
                with _blamed("in the rules"):
                    outcome = await self._decided(records, numbers, batch.emptied, doomed)
                break
            except LaneStopped as stopped:
                self.lanes.stop_lane(self.lanes.owned[stopped.lane], stopped.reason)
        with _blamed("in the view"):
            aside = await self._aside(records, outcome, batch.emptied_views, doomed)
        with _blamed("when stored"):
            writes = dict(outcome.writes())
            for name, operations in aside.items():
                writes[name] = [*writes.get(name, ()), *operations]
            if outcome.erased and (
                shreds := wishes(self._service.commands, self.lanes.owned, ends, outcome.erased)
            ):
                writes[SHREDDINGS] = shreds
            for name, rows in (
                ("journal", outcome.journal),
                ("outbox", outcome.outbox),
                ("answers", outcome.answers),
            ):
                if rows:
                    writes[name] = [InsertOne(row) for row in rows]
            self._fault("before-commit", outcome)
            started = time.perf_counter()
            await self._committer.commit(numbers, ends, writes)
        self._metrics.commit.observe(time.perf_counter() - started)
        self._metrics.batch.observe(len(records))
        self._metrics.count(outcome.counted)
        if self._entries is not None:
            self._entries.keep(outcome.entries[subject] for subject in outcome.touched)
        self.views.keep(outcome)
        for row in outcome.outbox:
            self.lanes.owned[row["lane"]].outbox = True
        self.on_stored(outcome)
        self._fault("after-commit", outcome)
        await self._published(numbers, outcome)
        self._fault("after-publish", outcome)
        self.on_committed(outcome)
        self._break(outcome)

    async def _published(self, numbers: Sequence[int], outcome: TurnResult) -> None:
        self._metrics.unpublished.set(len(numbers))
        started = time.perf_counter()
        await self.lanes.publish(outcome.private_out(), outcome.events_out())
        self._metrics.publish.observe(time.perf_counter() - started)
        self._metrics.unpublished.set(0)
        for number in numbers:
            self.lanes.owned[number].published = self.lanes.owned[number].batch

    # ------------------------------------------------------------------ deciding and projecting

    async def _decided(
        self,
        records: Sequence[Record],
        numbers: Sequence[int],
        emptied: Sequence[str],
        doomed: Fault | None,
    ) -> TurnResult:
        if self.turn is None:
            return TurnResult()
        mine = [r for r in records if self._decides(r)]
        batches = {n: self.lanes.owned[n].batch + 1 for n in numbers}
        decide = partial(self.turn.decide, mine, batches, emptied=emptied, doomed=doomed)
        started = time.perf_counter()
        outcome: TurnResult
        try:
            outcome = await self._retried(partial(decide, final=False))
        except CatalogueNeeded:
            assert self._replica is not None, (
                "a rule asks for events that this service does not read"
            )
            await self._retried(self._replica.catch_up)
            outcome = await self._retried(partial(decide, final=True))
        self._metrics.decide.observe(time.perf_counter() - started)
        return outcome

    def _decides(self, record: Record) -> bool:
        return self._service.decides(record.topic)

    async def _aside(
        self,
        records: Sequence[Record],
        outcome: TurnResult,
        emptied: Sequence[tuple[int, str]] = (),
        doomed: Fault | None = None,
    ) -> dict[str, list[Any]]:
        """The writes that are no decisions: the replica of private records, and what `project`
        makes of the records.
        """
        writes: dict[str, list[Any]] = {}
        private = [r for r in records if r.topic.name in self._private_topics and doomed is None]
        shown: list[Projected] = []
        if self._service.project is not None:
            shown = await self._shown(records, outcome, emptied, doomed)
        elif doomed is not None:
            self._pass_over([r for r in records if not self._decides(r)], doomed, outcome)
        if self._private_topics and self._service.project is not None:
            # A service that decides has written this already; one that only projects hears of them
            # here, and of parked subjects in `sort`.
            outcome.erased |= {r.key for r in shown if erases(r.message)}
            for subject in outcome.erased:
                for name, operation in erasing(subject).items():
                    writes.setdefault(name, []).append(operation)
        if private:
            forgotten = await self._retried(
                lambda: self._forgotten({r.key.rpartition("/")[0] for r in private})
            )
            forgotten |= outcome.erased
            latest = {
                r.key: None if r.key.rpartition("/")[0] in forgotten else r.raw for r in private
            }
            writes["papers"] = writes.get("papers", []) + [
                DeleteOne({"_id": key})
                if raw is None
                else ReplaceOne({"_id": key}, {"_id": key, "raw": raw}, upsert=True)
                for key, raw in latest.items()
            ]
            outcome.private_records |= latest
        if own := [r for r in records if r.topic.name == self._own and r.raw is not None]:
            await self._answer_late(own, outcome)
        if self._service.project is not None:
            project = self._service.project
            if shown:
                for name, operations in (
                    await self._retried(lambda: project(shown, self.tools))
                ).items():
                    writes[name] = [*writes.get(name, ()), *operations]
        for name, operations in (await self._closing(records, doomed)).items():
            writes[name] = [*writes.get(name, ()), *operations]
        return writes

    async def _shown(
        self,
        records: Sequence[Record],
        outcome: TurnResult,
        emptied: Sequence[tuple[int, str]],
        doomed: Fault | None,
    ) -> list[Projected]:
        """What `project` is given: no record of a parked subject."""
        # A command of ours that comes again from the parking lot, or that is listed as a dead
        # letter just now, was shown or is told of.
        own = self._service.projects_own and doomed is None
        theirs = [
            r
            for r in records
            if not self._decides(r) or (own and r.topic.kind == "commands" and not r.parked)
        ]
        lanes = {r.lane for r in theirs}
        await self._retried(lambda: self.views.know(lanes))
        batches = {lane: self.lanes.owned[lane].batch + 1 for lane in lanes}
        shown = self.views.sort(theirs, batches, outcome, doomed)
        self.views.emptied(emptied, outcome)
        return shown

    def _pass_over(self, records: Sequence[Record], doomed: Fault, outcome: TurnResult) -> None:
        """Private records that cannot be stored, of a service that projects nothing: listed, and
        the lane goes on.
        """
        for number, record in enumerate(records):
            batch = self.lanes.owned[record.lane].batch + 1
            list_letter(
                self._service.name,
                f"{journal_id_of(record.lane, batch, number)}v",
                record,
                doomed,
                outcome,
                parks=False,
                view=True,
            )

    async def _closing(self, records: Sequence[Record], doomed: Fault | None) -> Writes:
        """What those who wait are told: also of parked subjects, and of a record that is listed as
        a dead letter just now.
        """
        closes = self._service.closes
        theirs = [
            projected(r, unread=self._service.unread)
            for r in records
            if not self._decides(r) and not r.topic.compacted
        ]
        if closes is None or not theirs:
            return {}
        try:
            return await self._retried(lambda: closes(theirs, self.tools))  # type: ignore[no-any-return]
        except Exception as error:
            if doomed is None:
                raise
            self._log.error("nobody could be told", reason=doomed.reason, **told(error))
            return {}

    async def _answer_late(self, private: Sequence[Record], outcome: TurnResult) -> None:
        """Private records that came back from our own topic: one of a forgotten subject, from a
        producer that was thought dead, gets another tombstone, so that it does not stay on Kafka.
        Of its own tombstones the service hears nothing.
        """
        assert self._service.private is not None
        forgotten = outcome.erased | await self._retried(
            lambda: self._forgotten({r.key.rpartition("/")[0] for r in private})
        )
        for number, record in enumerate(private):
            if record.key.rpartition("/")[0] in forgotten:
                self._log.warning(
                    "late paper of a forgotten subject",
                    topic=self._own,
                    lane=record.lane,
                    offset=record.offset,
                )
                batch = self.lanes.owned[record.lane].batch + 1
                outcome.post(
                    f"{journal_id_of(record.lane, batch, number)}-late",
                    self._service.private,
                    record.lane,
                    record.key,
                    None,
                )

    async def _forgotten(self, subjects: set[str]) -> set[str]:
        return {
            row["_id"]
            async for row in self._database.forgotten.find({"_id": {"$in": sorted(subjects)}})
        }

    async def _retried(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Until the store answers: while MongoDB or Kafka is away the processor waits, and nothing
        is skipped.
        """
        attempt = 0
        while True:
            try:
                return await work()
            except (CatalogueNeeded, LaneStopped):
                raise
            except Exception as error:
                if not is_transient(error):
                    raise
                attempt += 1
                self._log.warning("waiting", attempt=attempt, **told(error))
                await asyncio.sleep(backoff(0.05, 1, attempt))

    # ------------------------------------------------------------------ the breaker, and a point to
    # die at

    def _break(self, outcome: TurnResult) -> None:
        """A run of dead letters of many callers is a bad release, not bad records: stop before the
        day is dead-lettered.
        """
        self.run.take_in(outcome)
        if self.run.is_bad and not self.breaker_open:
            self.breaker_open, self.breaker_opened_at = (
                True,
                instant(milliseconds(datetime.now(UTC))),
            )
            self._metrics.breaker.set(1)
            self._log.error(
                "breaker open",
                dead_letters_in_a_row=self.run.letters,
                people=self.run.people,
                subjects=self.run.subjects,
            )
            for lane in self.lanes.owned.values():
                self.lanes.stop_lane(lane, "the breaker is open")

    def close_breaker(self) -> None:
        """An operator has looked: go on from where the lanes were left, and count from zero.

        Lock held.
        """
        self.breaker_open, self.breaker_opened_at = False, None
        self.run.end()
        self._metrics.breaker.set(0)
        self._log.warning("breaker closed by an operator")
        self.lanes.drop(rejoin=False)

    def _fault(self, point: str, outcome: TurnResult) -> None:
        if self._settings.fault_point == point and outcome.journal:
            os._exit(9)
