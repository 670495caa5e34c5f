"""What routing's hands need from outside: the catalogue, how many tasks each officer has, the office that issues results."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from motcua_chassis.service import Runtime
from motcua_contracts.catalog import Place
from motcua_contracts.catalogue import Catalogue
from motcua_documents.office import Office, open_office

from .domain.state import Case
from .officers import cases_lying_with, count_open_tasks
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Tools:
    """`prepare` and `perform` get this and nothing else. `cases` is routing's own collection of them."""

    catalogue: Catalogue
    cases: Any
    office: Office
    public_url: str = ""

    async def open_tasks(self, officers: Collection[str]) -> Mapping[str, int]:
        """How many open tasks each has; who has none is missing."""
        return await count_open_tasks(self.cases, officers)

    async def lying_with(self, place: Place) -> Sequence[Case]:
        """The cases for an officer's digest."""
        return await cases_lying_with(self.cases, place)


@asynccontextmanager
async def open_tools(runtime: Runtime) -> AsyncIterator[Tools]:
    """Raises `SigningNotConfigured` where key and certificate are missing: no result could be signed, so the service does not start."""
    settings = runtime.settings
    assert isinstance(settings, Settings)
    async with open_office(settings.documents_uri, settings.signing_key, settings.signing_cert) as office:
        yield Tools(runtime.catalogue, runtime.database["cases"], office, settings.public_url)
