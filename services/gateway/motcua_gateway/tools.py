"""What the gateway works with, opened once a process: its collections, who is who, the way to send
commands, documents, audit.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from motcua_chassis import Runtime
from motcua_chassis.logs import Log
from motcua_chassis.secret import secret
from motcua_contracts import Catalogue
from motcua_documents.inspection.inspector import Inspector, Server
from motcua_documents.store import DocumentStore, open_store
from motcua_payment_providers.base import FORGED_CALLS

from .commands.audit_calls import SignedCalls
from .commands.forged_calls import ForgedCalls
from .commands.idempotency import Requests
from .commands.outcomes import Closing, Outcomes
from .commands.sending import Commands
from .documents.cleanup import Sweeper
from .documents.quota import UploadQuota
from .documents.seals import Seal
from .documents.uploads import Uploads
from .http.safe_rows import SafeRows
from .identity.callers import Identity
from .identity.pins import Pins
from .identity.pseudonyms import People
from .identity.rates import Rates, SharedCounters
from .identity.sessions import SignedOut
from .procedures.form_validation import FormChecks
from .procedures.index import ProcedureIndex
from .read_model.bank_transfers import Transfers
from .read_model.dossiers import Dossiers
from .read_model.names import Names
from .read_model.person_search import SECRET, PersonSearch
from .read_model.private_records import PapersReplica
from .read_model.readings import ReadingsOfPapers
from .read_model.statistics import Counts
from .settings import Settings
from .views.confirmations import Confirmations
from .views.vnpay_return import WaysBack

AUDIT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Gateway:
    """Handed to `project` and, through the app, to every route."""

    runtime: Runtime
    settings: Settings
    database: Any
    awaited: Closing
    catalogue: Catalogue
    requests: Requests
    outcomes: Outcomes
    commands: Commands
    identity: Identity
    dossiers: Dossiers
    transfers: Transfers
    person_search: PersonSearch
    counts: Counts
    rows: SafeRows
    papers: PapersReplica
    readings: ReadingsOfPapers
    names: Names
    pins: Pins
    rates: Rates
    procedures: ProcedureIndex
    form_checks: FormChecks
    documents: DocumentStore
    uploads: Uploads
    seal: Seal
    audit: httpx.AsyncClient
    log: Log
    forged: ForgedCalls
    confirmations: Confirmations
    ways_back: WaysBack


@asynccontextmanager
async def open_tools(runtime: Runtime, *, awaited: Closing) -> AsyncIterator[Gateway]:
    """The tools, with the watch over outcomes and the sweep of uploads running. `awaited`: what
    closes a command that has a caller waiting here.

    Raises the driver's error where the database cannot be reached."""
    settings, database = runtime.settings, runtime.database
    assert isinstance(settings, Settings)
    log = structlog.get_logger().bind(service="gateway")
    async with AsyncExitStack() as stack:
        documents = await stack.enter_async_context(
            open_store(settings.documents_uri, now=runtime.now)
        )
        known = SignedCalls(settings.audit_secret)
        audit = await stack.enter_async_context(
            httpx.AsyncClient(base_url=settings.audit_url, auth=known, timeout=AUDIT_SECONDS)
        )
        server = Server()
        stack.callback(server.close)
        server.start()
        gateway = await assemble(
            runtime, settings, database, documents, audit, log, server, awaited=awaited
        )
        sweeper = Sweeper(runtime, database.jobs, documents, log)
        gateway.seal.warm()
        stack.push_async_callback(gateway.seal.close)
        tasks = [
            asyncio.create_task(work)
            for work in (gateway.outcomes.watch(), sweeper.run(), gateway.forged.run())
        ]
        try:
            yield gateway
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task


async def assemble(
    runtime: Runtime,
    settings: Settings,
    database: Any,
    documents: DocumentStore,
    audit: httpx.AsyncClient,
    log: Log,
    server: Server | None = None,
    *,
    awaited: Closing,
) -> Gateway:
    """Put together from its parts, indexes included.

    `server` opens uploads; it starts with the first.
    """
    requests = Requests(database.requests, await secret(database, "request-digests"))
    await requests.make_indexes()
    outcomes = Outcomes(requests.collection, log)
    counters = SharedCounters(database)
    await counters.create_indices()
    rates = Rates(settings, counters, await secret(database, "limits"), log)
    dossiers, pins = Dossiers(database.dossiers), Pins(counters, rates, database.pin_known)
    await dossiers.make_indexes()
    transfers = Transfers(database.transfers)
    await transfers.make_indexes()
    person_search = PersonSearch(database, await secret(database, SECRET))
    await person_search.make_indexes()
    await pins.make_indexes()
    signed_out = SignedOut(database.signed_out)
    await signed_out.make_indexes()
    quota = UploadQuota(database.upload_bytes, documents)
    await quota.make_indexes()
    inspector = Inspector(server or Server(), at_once=settings.inspections_at_once)
    people = People(database.people)
    await people.make_indexes()
    rows = SafeRows(runtime.metrics, log)
    papers, readings = PapersReplica(database.papers, rows), ReadingsOfPapers(database.readings)
    await readings.make_indexes()
    return Gateway(
        runtime=runtime,
        settings=settings,
        database=database,
        awaited=awaited,
        catalogue=runtime.catalogue,
        requests=requests,
        outcomes=outcomes,
        commands=Commands(runtime, requests, outcomes, settings.answer_seconds),
        identity=Identity(
            settings, people, runtime.catalogue, await secret(database, "dev-tokens"), signed_out
        ),
        dossiers=dossiers,
        transfers=transfers,
        person_search=person_search,
        counts=Counts(database.dossiers, rows),
        rows=rows,
        papers=papers,
        readings=readings,
        names=Names(papers),
        pins=pins,
        rates=rates,
        procedures=ProcedureIndex(runtime.catalogue, runtime.now),
        form_checks=FormChecks(),
        documents=documents,
        uploads=Uploads(settings, documents, quota, inspector, log),
        seal=Seal(settings),
        audit=audit,
        log=log,
        forged=ForgedCalls(runtime.metrics, log, runtime.now, database[FORGED_CALLS]),
        confirmations=Confirmations(await secret(database, "confirmations")),
        ways_back=WaysBack(await secret(database, "ways-back")),
    )
