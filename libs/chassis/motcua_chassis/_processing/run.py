"""Running a service: `main(service, Settings)` in its `__main__`. Start, drain on SIGTERM, end.

Order of the start: probes, MongoDB and Kafka (waited for), replicas to their end, tools, the
consumer. The end goes the other way round.
"""

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import uvloop
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from motcua_contracts import Catalogue
from pydantic import ValidationError
from pymongo import ASCENDING, IndexModel
from pymongo.errors import PyMongoError

from .._effects.effects import Effects
from .._http import ports
from .._http.readiness import COLLECTION as FRESHNESS
from .._http.readiness import Serving
from .._kafka.connections import expect_resets
from .._kafka.offsets import Offsets
from .._telemetry.tracing import Tracing
from ..clock import DevClock
from ..failures import told
from ..logs import Log, configure
from ..metrics import Metrics
from ..mongo import connect
from ..secret import OWN_COMMANDS, secret
from ..service import Service
from ..settings import ServiceSettings
from ..signatures import Keyring, OwnSigner, Signer, UnusableKey
from ..transport import Kafka
from .announcements import COLLECTION as ANNOUNCEMENTS
from .announcements import Announcing
from .breaker import COLLECTION as BREAKERS
from .breaker import KEPT_SECONDS
from .catalogue_replica import CatalogueReplica
from .entries import Entries
from .lanes import Lanes
from .outcome import TurnResult
from .processor import Processor
from .projections import COLLECTION as VIEWS
from .runtime import ServiceRuntime
from .shredder import COLLECTION as SHREDDINGS
from .shredder import Shredder
from .timers import Timers
from .turn import Turn

ANSWERS_KEPT_SECONDS = 30 * 86_400
"""As long as commands."""


def main(service: Service, settings_type: type[ServiceSettings]) -> None:
    """Run a service until SIGTERM or SIGINT.

    Settings that are missing or wrong are named, and the process ends with 2.
    """
    try:
        settings = settings_type()
    except ValidationError as error:
        for wrong in error.errors(include_input=False, include_url=False):
            name = f"MOTCUA_{'_'.join(map(str, wrong['loc'])).upper()}: " if wrong["loc"] else ""
            sys.stderr.write(f"{name}{wrong['msg'].removeprefix('Value error, ')}\n")
        raise SystemExit(2) from None
    for warning in settings.warnings():
        sys.stderr.write(f"warning: {warning}\n")
    uvloop.run(run(service, settings))


async def run(service: Service, settings: ServiceSettings) -> None:
    """The same within a loop."""
    expect_resets()
    log = configure(service.name, settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, show_tasks)
    async with contextlib.AsyncExitStack() as stack:
        running = Running(service, settings, log)
        stack.push_async_callback(running.close)
        starting = asyncio.create_task(running.start(stack))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            failed = asyncio.create_task(running.failed())
            await asyncio.wait({failed, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if failed.done():
                failed.result()
        starting.cancel()
        log.info("stopping")
        await running.drain()
    log.info("stopped")


def show_tasks() -> None:
    """The stack of every task, on standard error: for an operator who sees a process that lives and
    does nothing (`kill -USR1`).
    """
    for task in asyncio.all_tasks():
        task.print_stack(limit=6, file=sys.stderr)


class Running:
    """The parts of one running service, wired."""

    def __init__(self, service: Service, settings: ServiceSettings, log: Log) -> None:
        self.service, self.settings, self.log = service, settings, log
        self.metrics, self.tracing, self.health = Metrics(), Tracing(service.name), ports.Health()
        self.client = connect(settings.mongo_uri)
        self.database = self.client[f"motcua_{service.name}"]
        self.catalogue = Catalogue()
        self.replica = (
            CatalogueReplica(settings.kafka, self.catalogue, log)
            if service.reads_catalogue
            else None
        )
        self.clock = DevClock(settings.kafka, log, enabled=settings.env == "dev")
        self.entries = Entries(service.rules, self.database.cases) if service.rules else None
        self.lanes = Lanes(service, settings, self.client, self.database, self.metrics, log)
        self.runtime = ServiceRuntime(
            service,
            settings,
            self.database,
            self.catalogue,
            self.lanes,
            self.entries,
            self.clock,
            self.metrics,
        )
        self.offsets = Offsets(service.inputs, self.lanes, log)
        self.keyring, self.runtime.signer = believed(service, settings)
        self.processor = Processor(
            service,
            settings,
            self.database,
            self.lanes,
            self.entries,
            self.replica,
            self.clock,
            self.metrics,
            log,
        )
        self.effects = (
            Effects(service, self.runtime, self.lanes, self.metrics, self.tracing, log)
            if service.perform
            else None
        )
        self.timers = Timers(
            service,
            self.processor,
            self.entries,
            self.effects,
            self.clock,
            self.database,
            self.metrics,
            log,
            settings.instance,
        )
        # Topics are made by `motcua topics apply` alone: with the right partitions, times and
        # retention.
        self.broker = KafkaBroker(
            settings.kafka_bootstrap,
            security=settings.kafka.of_the_broker(),
            logger=None,
            allow_auto_create_topics=False,
        )
        self.serving = Serving(self.database, self.lanes, log) if service.serves_behind else None
        if self.serving is not None:
            self.runtime.as_of = partial(getattr, self.serving, "as_of")
        topic = service.commands
        self.shredder = (
            Shredder(topic, settings, self.lanes, self.database, self.metrics, log)
            if topic is not None
            else None
        )
        self._tasks: list[asyncio.Task[Any]] = []
        self._probes: Any = None
        self._web: Any = None

    async def start(self, stack: contextlib.AsyncExitStack) -> None:
        """Up to the consumer; waits for MongoDB and Kafka as long as it takes."""
        self.health.beats = self._stalled
        probes = ports.operators(self.metrics, self.health, self.settings.stall_seconds)
        limits = self.settings.connection_limits()
        self._probes = await ports.serve(
            probes, self.settings.metrics_host, self.settings.metrics_port, limits
        )
        self.log.info("listening", probes=self._probes[2])
        await self._waited("MongoDB", lambda: prepare_database(self.database, self.service))
        await self._waited("MongoDB", self.timers.notice.forget)
        await self._waited("topics", lambda: check_topics(self.settings.kafka, self.service))
        await self._waited("MongoDB", self._own_secret)
        for follower in (self.replica, self.clock if self.clock.enabled else None):
            if follower is not None:
                self._tasks.append(asyncio.create_task(follower.run()))
                await self._waited("Kafka", follower.catch_up)
        tools = (
            await stack.enter_async_context(self.service.tools(self.runtime))
            if self.service.tools
            else None
        )
        self._wire(tools)
        self.lanes.subscriber = self._subscriber()
        await self._waited("Kafka", self.broker.start)
        loops = [
            *self.timers.loops(),
            self.offsets.run(),
            *([self.effects.run()] if self.effects else []),
        ]
        loops += [self.serving.run()] if self.serving else []
        loops += [self.shredder.run()] if self.shredder is not None else []
        loops += (
            [self._announcing(self.service.announces).run()]
            if self.service.announces is not None
            else []
        )
        self._tasks += [asyncio.ensure_future(work) for work in loops]
        if self.service.web is not None:
            app = ports.public(
                self.service.web(self.runtime, tools), self.metrics, self.log, self.settings
            )
            self._web = await ports.serve(
                app, self.settings.http_host, self.settings.http_port, limits
            )
            self.log.info("listening", port=self._web[2])
        self.health.ready = self._not_ready
        # What lives now lives as long as the process; and a full collection walks through every
        # cached case.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)

    def _announcing(self, announces: Callable[..., Any]) -> Announcing:
        assert self.service.commands is not None, (
            f"{self.service.name} announces and takes no commands"
        )
        return Announcing(
            self.runtime,
            self.service.commands,
            announces,
            self.database.cases,
            self.database[ANNOUNCEMENTS],
            self.log,
        )

    async def _own_secret(self) -> None:
        actor = f"system:{self.service.name}"
        self.runtime.own = OwnSigner(actor, await secret(self.database, OWN_COMMANDS))
        self.keyring = replace(self.keyring, own=self.runtime.own)

    def _wire(self, tools: Any) -> None:
        self.processor.tools = tools
        if self.entries is not None:
            self.processor.turn = Turn(
                self.service,
                self.entries,
                self.database,
                self.catalogue,
                tools,
                self.tracing,
                self.log,
                self.keyring,
            )
        self.processor.on_stored = self._stored
        if self.effects is not None:
            self.effects.tools = tools
            self.processor.on_committed = self.effects.committed
        self.lanes.on_given_up = self._given_up

    def _stored(self, outcome: TurnResult) -> None:
        if self.effects is not None:
            self._remember_papers(outcome)
        if self.shredder is not None and outcome.erased:
            self.shredder.wake()

    def _remember_papers(self, outcome: TurnResult) -> None:
        """Effects read private records that came a moment ago. An erased subject's go at once."""
        for key, raw in outcome.private_records.items():
            self.runtime.recent.put(key, raw)
        if outcome.erased:
            self.runtime.recent.clear()

    def _given_up(self) -> None:
        self.runtime.recent.clear()
        self.processor.views.forget()
        if self.entries is not None:
            self.entries.forget_all()
        if self.effects is not None:
            self.effects.given_up()

    def _subscriber(self) -> Any:
        subscriber = self.broker.subscriber(
            *[topic.name for topic in self.service.inputs],
            batch=True,
            group_id=self.service.group,
            auto_offset_reset="earliest",
            max_records=self.settings.batch_records,
            batch_timeout_ms=40,
            ack_policy=AckPolicy.MANUAL,
            listener=self.lanes,
            partition_assignment_strategy=(RangePartitionAssignor,),
            decoder=_undecoded,
            session_timeout_ms=int(self.settings.session_timeout_seconds * 1000),
            heartbeat_interval_ms=1000,
            # One fetch is in flight for a broker; a partition that was just read joins the next one
            # only when it is back.
            fetch_max_wait_ms=100,
            max_partition_fetch_bytes=4 << 20,
        )
        processor = self.processor

        async def handle(message: KafkaMessage) -> None:
            await processor.handle(message)

        subscriber(handle)
        return subscriber

    async def _waited(self, what: str, work: Callable[[], Awaitable[Any]]) -> None:
        while True:
            try:
                await work()
                return
            except (PyMongoError, KafkaError, OSError, TimeoutError, TopicsMissing) as error:
                detail = str(error) if isinstance(error, TopicsMissing) else ""
                self.log.warning("start waits", part=what, **told(error), detail=detail)
                await asyncio.sleep(1)

    async def failed(self) -> None:
        """Returns when one of the loops ended, which none may. Raises what it raised."""
        served = [one[1] for one in (self._probes, self._web) if one is not None]
        done, _ = await asyncio.wait([*self._tasks, *served], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    def _stalled(self) -> float:
        ages = [ports.monotonic_age(self.processor.turning_since)]
        if self.lanes.joined:
            ages.append(ports.monotonic_age(self.timers.beat))
        return max(ages)

    def _not_ready(self) -> list[str]:
        reasons = [] if self.lanes.joined else ["the group is not joined"]
        waiting = [n for n in self.lanes.complete() if n not in self.lanes.owned]
        reasons += [f"lanes {waiting} are not taken"] if waiting else []
        apart = sorted({tp.partition for tp in self.lanes.assigned} - set(self.lanes.complete()))
        reasons += [f"lanes {apart} are assigned in part"] if apart else []
        if self.serving is not None:
            # What it answers comes from the store: a backlog, a stopped lane or a rebalance is said
            # with the answers, not by the probe.
            self.serving.began = self.serving.began or not reasons
            return self.serving.reasons() if self.serving.began else reasons
        reasons += [
            f"lane {lane.number} is stopped: {lane.stopped}"
            for lane in self.lanes.owned.values()
            if lane.stopped
        ]
        reasons += self.timers.standing(self.settings.stall_seconds)
        reasons += (
            [f"{self.processor.failures} turns failed in a row"]
            if self.processor.failures > 2
            else []
        )
        return reasons + (["the breaker is open"] if self.processor.breaker_open else [])

    async def drain(self) -> None:
        """The running turn and the running effects end, what is published is said, and the group
        hears that we leave.
        """
        self.health.ready = lambda: ["draining"]
        if self.effects is not None:
            await self.effects.drain(self.settings.drain_seconds)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.settings.drain_seconds + 5):
                await self.processor.drain()
                await self.offsets.tell()
                if self.lanes.subscriber is not None:
                    await self.broker.stop()

    async def close(self) -> None:
        """What is left."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.lanes.close()
        for served in (self._web, self._probes):
            if served is not None:
                served[0].should_exit = True
                await served[1]
        self.client.close()


def believed(service: Service, settings: ServiceSettings) -> tuple[Keyring, Signer | None]:
    """Whose commands are believed, and the key with which this process signs.

    Raises `SystemExit` where one cannot be used, by its name.
    """
    name = "MOTCUA_COMMAND_PUBLIC_KEYS"
    try:
        keyring = Keyring.load(settings.command_public_keys)
        name = "MOTCUA_COMMAND_KEY"
        signer = Signer.load(settings.command_key) if settings.command_key else None
        if signer is None and service.commands is None:
            raise UnusableKey(
                "required: what this service sends is for others, who refuse what it does not sign"
            )
        if signer is not None and signer.id not in keyring.keys:
            raise UnusableKey(
                "its public key is not in MOTCUA_COMMAND_PUBLIC_KEYS: every service would refuse"
                " what it signs"
            )
    except UnusableKey as error:
        raise SystemExit(f"{name}: {error}") from None
    return keyring, signer


class TopicsMissing(Exception):  # noqa: N818 - the operator's word
    """Topics that this service needs are not there yet: `motcua topics apply`."""


async def check_topics(kafka: Kafka, service: Service) -> None:
    """Every input topic is there with its own number of partitions, on which its keys' lanes hang.

    Raises `TopicsMissing`, or `SystemExit` where a count differs: no waiting mends that.
    """
    admin = AIOKafkaAdminClient(**kafka.arguments())
    await admin.start()
    try:
        found = {
            t["topic"]: len(t["partitions"])
            for t in await admin.describe_topics([topic.name for topic in service.inputs])
        }
    finally:
        await admin.close()
    for topic in service.inputs:
        if not found.get(topic.name):
            raise TopicsMissing(
                f"{topic.name} is not there, or this user may not read it; run: motcua topics apply"
            )
        if found[topic.name] != topic.partitions:
            raise SystemExit(
                f"{topic.name} has {found[topic.name]} partitions, must have {topic.partitions}:"
                " keys would move to other lanes"
            )


async def _undecoded(message: Any) -> None:
    """FastStream's own decoding is switched off: raw bytes are validated once."""


async def prepare_database(database: Any, service: Service) -> None:
    """Indexes of the chassis' collections.

    Collections exist before the first transaction touches them.
    """
    existing = set(await database.list_collection_names())
    wanted = {"lanes", "papers", "forgotten", "dead_letters", "outbox", BREAKERS}
    indexes: dict[str, list[IndexModel]] = {
        BREAKERS: [IndexModel([("seen_at", ASCENDING)], expireAfterSeconds=KEPT_SECONDS)]
    }
    parked = [IndexModel([("subject", ASCENDING), ("_id", ASCENDING)])]
    if service.project is not None:
        wanted |= {"parked", VIEWS, FRESHNESS}
        indexes |= {
            "parked": parked,
            VIEWS: [IndexModel([("lane", ASCENDING), ("parked", ASCENDING)])],
        }
    if service.rules:
        wanted |= {"cases", "journal", "answers", "effects", "parked", SHREDDINGS}
        indexes |= {
            "answers": [IndexModel([("at", ASCENDING)], expireAfterSeconds=ANSWERS_KEPT_SECONDS)],
            "parked": parked,
            "cases": [
                IndexModel(
                    [("lane", ASCENDING), ("due", ASCENDING)],
                    partialFilterExpression={"due": {"$exists": True}},
                ),
                IndexModel(
                    [("lane", ASCENDING), ("parked", ASCENDING)],
                    partialFilterExpression={"parked": {"$exists": True}},
                ),
            ],
        }
        for field in (f"i_{name}" for name in service.rules.indexed):
            exists = {field: {"$exists": True}}
            indexes["cases"].append(
                IndexModel([(field, ASCENDING)], partialFilterExpression=exists)
            )
    for name in sorted(wanted - existing):
        await database.create_collection(name)
    for name, models in indexes.items():
        await database[name].create_indexes(models)
