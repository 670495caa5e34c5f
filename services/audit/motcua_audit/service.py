"""Audit's wiring: every event topic goes into the archive; the one command it decides is an officer's reading of a paper."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from motcua_chassis.callers import OnlyKnownCallers
from motcua_chassis.service import Decider, Runtime, Service
from motcua_contracts import topics

from .archive import COLLECTION, archive
from .domain.readings import Readings, decide, evolve
from .settings import Settings
from .web import build_app, stranger


@asynccontextmanager
async def _archive_of(runtime: Runtime) -> AsyncIterator[Any]:
    yield runtime.database[COLLECTION]


def _for_the_gateway(runtime: Runtime, tools: Any) -> Any:
    """The API, for calls that the gateway signed: whoever reaches this port is not by that an auditor."""
    assert isinstance(runtime.settings, Settings)
    return OnlyKnownCallers(build_app(runtime, tools), runtime.settings.audit_secret, stranger())


service = Service(
    name="audit",
    decider=Decider(Readings, decide, evolve),
    consumes=(
        topics.AUDIT_COMMANDS,
        topics.INTAKE_DOSSIERS,
        topics.ROUTING_CASES,
        topics.PAYMENT_CHARGES,
        topics.NOTIFY_MESSAGES,
        topics.AUDIT_RECORDS,
        topics.CATALOG_PROCEDURES,
        topics.CATALOG_ORGANISATION,
    ),
    emits=topics.AUDIT_RECORDS,
    project=archive,
    unread=True,
    tools=_archive_of,
    web=_for_the_gateway,
)
