"""Audit's wiring: every event goes into the archive, of every command the head is kept; what it
decides is who has read what.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from motcua_chassis import Decider, Projected, Runtime, Service
from motcua_chassis.callers import OnlyKnownCallers
from motcua_chassis.service import Writes
from motcua_chassis.signatures import Keyring
from motcua_contracts.wire import topics

from . import heads
from .archive import COLLECTION, archive
from .domain.readings import Readings, decide, evolve
from .settings import Settings
from .web import build_app, stranger


class Collections(NamedTuple):
    """Where it keeps what it does not decide."""

    archive: Any
    commands: Any
    believed: Keyring
    """Whose commands it does not mark as refused."""


@asynccontextmanager
async def _collections(runtime: Runtime) -> AsyncIterator[Collections]:
    believed = Keyring.load(runtime.settings.command_public_keys)
    found = Collections(runtime.database[COLLECTION], runtime.database[heads.COLLECTION], believed)
    await found.commands.create_indexes(heads.INDEXES)
    yield found


async def project(batch: Sequence[Projected], tools: Collections) -> Writes:
    """Events into the archive, of commands the heads."""
    commands = [record for record in batch if record.topic.kind == "commands"]
    events = [record for record in batch if record.topic.kind != "commands"]
    kept = (
        {heads.COLLECTION: await heads.keep_heads(commands, tools.believed, tools.commands)}
        if commands
        else {}
    )
    return {**(await archive(events, tools.archive) if events else {}), **kept}


def _for_the_gateway(runtime: Runtime, tools: Any) -> Any:
    """The API, for calls that the gateway signed: whoever reaches this port is not by that an
    auditor.
    """
    assert isinstance(runtime.settings, Settings)
    return OnlyKnownCallers(build_app(runtime, tools), runtime.settings.audit_secret, stranger())


service = Service(
    name="audit",
    deciders=(Decider(Readings, decide, evolve),),
    consumes=(
        topics.AUDIT_COMMANDS,
        topics.INTAKE_COMMANDS,
        topics.ROUTING_COMMANDS,
        topics.PAYMENT_COMMANDS,
        topics.NOTIFY_COMMANDS,
        topics.CATALOG_COMMANDS,
        topics.INTAKE_DOSSIERS,
        topics.ROUTING_CASES,
        topics.PAYMENT_CHARGES,
        topics.NOTIFY_MESSAGES,
        topics.AUDIT_RECORDS,
        topics.CATALOG_PROCEDURES,
        topics.CATALOG_ORGANISATION,
    ),
    emits=topics.AUDIT_RECORDS,
    project=project,
    unread=True,
    projects_own=True,
    tools=_collections,
    web=_for_the_gateway,
)
