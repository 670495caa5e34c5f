"""What routing's effects and `prepare` need from outside: the catalogue, how many
tasks each officer has, the office that issues results.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from motcua_chassis import Runtime
from motcua_chassis.people import name_of
from motcua_chassis.unreadable import Unreadable
from motcua_contracts import Catalogue
from motcua_contracts.messages.catalog import Seat
from motcua_documents.office import Office, open_office

from .domain.assignment import Drawn
from .prepare import cases_held_by, count_open_tasks
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Tools:
    """`prepare` and `perform` get this and nothing else.

    `cases` is routing's own collection of them.
    """

    catalogue: Catalogue
    cases: Any
    office: Office
    unreadable: Unreadable
    public_url: str = ""
    papers: Any = None
    """The chassis' collection of papers: officers' names among them."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def now(self) -> datetime:
        """The time, with a development clock's shift."""
        return self.clock()

    async def name_of(self, officer: str) -> str:
        """An officer's name as papers print it; empty where nobody knows it (yet)."""
        return await name_of(self.papers, officer)

    async def open_tasks(self, officers: Collection[str]) -> Mapping[str, int]:
        """How many open tasks each has; who has none is missing."""
        return await count_open_tasks(self.cases, officers)

    async def held_by(self, seat: Seat) -> Drawn:
        """The cases for an officer's digest, and the subjects of those that cannot be read."""
        return await cases_held_by(self.cases, seat, self.unreadable)


@asynccontextmanager
async def open_tools(runtime: Runtime) -> AsyncIterator[Tools]:
    """Raises `SigningNotConfigured` where key and certificate are missing: no result could be
    signed, so the service does not start.
    """
    settings = runtime.settings
    assert isinstance(settings, Settings)
    async with open_office(settings.documents_uri, settings.keys) as office:
        log, cases = structlog.get_logger(), runtime.database["cases"]
        unreadable = Unreadable(runtime.metrics, log)
        yield Tools(
            runtime.catalogue,
            cases,
            office,
            unreadable,
            settings.public_url,
            runtime.database["papers"],
            runtime.now,
        )
