"""A gateway with the real catalogue and its samples, without Kafka: its real app on a real MongoDB,
served on a free port.
"""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from queue import Queue
from typing import Any
from uuid import uuid4

import httpx
import structlog
import uvicorn
from motcua_catalog.importer.file_stack import HOME as CATALOGUE
from motcua_catalog.importer.file_stack import read_stack
from motcua_catalog.importer.plan import build
from motcua_catalog.importer.sample_choice import fill
from motcua_catalog.published import Shelf
from motcua_chassis import Projected
from motcua_chassis.metrics import Metrics
from motcua_chassis.mongo import connect
from motcua_contracts import Catalogue, Event, Message
from motcua_contracts.messages.catalog import (
    AgencyPublished,
    ProcedurePublished,
    PublishAgency,
    PublishProcedure,
)
from motcua_contracts.messages.intake import DossierPapers
from motcua_contracts.rules.decision import PrivateEntry
from motcua_contracts.wire.topics import INTAKE_DOSSIERS
from motcua_documents.store import open_store
from motcua_gateway.acts.awaited import CLOSING
from motcua_gateway.read_model.projection import project
from motcua_gateway.settings import Settings
from motcua_gateway.tools import Gateway, assemble
from motcua_gateway.web import build_app

from tests.support.stack import mongodb

REPORT_SECRET = "of-the-browsers-tests-and-nobody-else"


@dataclass
class Standing:
    """What a gateway needs of its process, without a broker: pages change nothing."""

    settings: Settings
    database: Any
    catalogue: Catalogue = field(default_factory=Catalogue)
    metrics: Metrics = field(default_factory=Metrics)

    behind_since: datetime | None = None

    def as_of(self) -> datetime | None:
        """Up to when the read models are known to be complete; None while they are not behind."""
        return self.behind_since

    def now(self) -> datetime:
        return datetime.now(UTC)


def published() -> Catalogue:
    """Everything that `motcua catalog import --samples` publishes."""
    plan = build(read_stack([CATALOGUE]))
    fill(plan, Shelf())
    catalogue = Catalogue()
    for wanted in plan.wanted:
        match wanted.command(1):
            case PublishAgency() as command:
                _apply(
                    catalogue,
                    wanted.subject,
                    AgencyPublished(
                        agency=command.agency, version=1, effective_from=command.effective_from
                    ),
                )
            case PublishProcedure() as command:
                event = ProcedurePublished(
                    terms=command.terms,
                    publication=command.publication,
                    effective_from=command.effective_from,
                )
                _apply(catalogue, wanted.subject, event)
    return catalogue


def _apply(catalogue: Catalogue, subject: str, event: Event) -> None:
    catalogue.apply(
        Message(
            "",
            "/motcua/catalog",
            event.wire_type,
            subject,
            datetime.now(UTC),
            "system:catalog",
            "",
            "",
            event,
            1,
        )
    )


@dataclass(frozen=True)
class Portal:
    """Its address, and what of a dossier it is told."""

    url: str
    gateway: Gateway
    loop: asyncio.AbstractEventLoop
    standing: Standing

    def hear(self, messages: Sequence[Message[Event]], papers: Mapping[str, DossierPapers]) -> None:
        """The projection of these events, and the private records beside them."""
        asyncio.run_coroutine_threadsafe(self._hear(messages, papers), self.loop).result(30)

    @contextmanager
    def behind(self, since: datetime) -> Iterator[None]:
        """A gateway that has not read its topics' ends, for as long as the block runs."""
        self.standing.behind_since = since
        try:
            yield
        finally:
            self.standing.behind_since = None

    async def _hear(
        self, messages: Sequence[Message[Event]], papers: Mapping[str, DossierPapers]
    ) -> None:
        batch = [
            Projected(INTAKE_DOSSIERS, 0, n, one.subject, b"", one.time, one)
            for n, one in enumerate(messages)
        ]
        for collection, operations in (await project(batch, self.gateway)).items():
            await self.gateway.database[collection].bulk_write(operations)
        for key, paper in papers.items():
            raw = PrivateEntry.of(1, paper).raw
            await self.gateway.database.papers.replace_one({"_id": key}, {"raw": raw}, upsert=True)


@contextmanager
def open_portal() -> Iterator[Portal]:
    """Serve until the end of the block, in a thread with a loop of its own."""
    mongo = mongodb()  # started from the main thread, on which it hangs
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    portals: Queue[Portal] = Queue()
    stop = asyncio.Event()
    served = asyncio.run_coroutine_threadsafe(_serve(mongo, portals, stop), loop)
    served.add_done_callback(lambda _: portals.put(None))  # type: ignore[arg-type] # wakes the waiter where opening fails
    try:
        opened = portals.get(timeout=60)
        if opened is None:
            served.result()
        yield opened
    finally:
        loop.call_soon_threadsafe(stop.set)
        served.result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


async def _serve(mongo: str, portals: "Queue[Portal]", stop: asyncio.Event) -> None:
    client = connect(mongo)
    name = f"browser_{uuid4().hex[:12]}"
    database = client[name]
    listener = socket.create_server(("127.0.0.1", 0))
    stores = {
        "kafka_bootstrap": "none:9092",
        "mongo_uri": "mongodb://none",
        "documents_uri": "mongodb://none/documents",
    }
    public = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = Settings.model_validate(
        {
            "env": "dev",
            **stores,
            "public_url": public,
            "limit_factor": 1000,
            "report_secret": REPORT_SECRET,
        }
    )
    try:
        async with (
            open_store(mongo.replace("/?", f"/{name}?")) as documents,
            httpx.AsyncClient() as audit,
        ):
            standing: Any = Standing(settings, database, published())
            gateway = await assemble(
                standing,
                settings,
                database,
                documents,
                audit,
                structlog.get_logger(),
                awaited=CLOSING,
            )
            server = uvicorn.Server(
                uvicorn.Config(build_app(standing, gateway), log_level="warning", lifespan="off")
            )
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            portals.put(
                Portal(
                    f"http://127.0.0.1:{listener.getsockname()[1]}",
                    gateway,
                    asyncio.get_running_loop(),
                    standing,
                )
            )
            await stop.wait()
            server.should_exit = True
            await serving
    finally:
        await client.drop_database(name)
        client.close()
