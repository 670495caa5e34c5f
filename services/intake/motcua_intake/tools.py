"""What intake's effects and `prepare` need from outside: numbers, form checks, the
catalogue, claims on uploads, the office that issues slips.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypedDict

from motcua_chassis import Runtime
from motcua_chassis.people import name_of
from motcua_chassis.secret import secret
from motcua_contracts import Catalogue, CatalogueEntryMissing
from motcua_contracts.messages.documents import AttachedPaper
from motcua_documents.office import Office, open_office

from .forms import Forms
from .numbers import Numbers
from .settings import Settings


class OfficerShown(TypedDict):
    """The same fields of `CounterForm`."""

    officer: str
    post_vi: str


def post_of(catalogue: Catalogue, officer: str) -> str:
    """The officer's post; empty where the catalogue knows none."""
    try:
        return catalogue.last_seat(officer).post_vi
    except CatalogueEntryMissing:
        return ""


@dataclass(frozen=True, slots=True)
class Tools:
    """`prepare` and `perform` get this and nothing else."""

    numbers: Numbers
    forms: Forms
    catalogue: Catalogue
    office: Office
    replica: Any
    """The chassis' collection of papers: intake's own, by `<dossier>/<revision>`."""
    public_url: str = ""
    matter_key: bytes = b""
    """Of the hash by which the same matter of the same person is found; intake's own."""

    async def papers(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The papers of these keys that are there."""
        return {
            row["_id"]: bytes(row["raw"])
            async for row in self.replica.find({"_id": {"$in": sorted(set(keys))}})
        }

    async def officer(self, officer: str) -> OfficerShown:
        """Name and post of an officer as papers print them; empty what nobody knows (yet)."""
        return OfficerShown(
            officer=await name_of(self.replica, officer), post_vi=post_of(self.catalogue, officer)
        )

    async def claim(
        self, files: Sequence[AttachedPaper], actor: str, dossier_id: str
    ) -> tuple[str, ...]:
        """Make the uploads of `actor` the dossier's.

        Gives the papers whose file is not theirs or filed elsewhere.
        """
        foreign = set(
            await self.office.store.claim([file.document for file in files], actor, dossier_id)
        )
        return tuple(file.paper for file in files if file.document in foreign)


@asynccontextmanager
async def open_tools(runtime: Runtime) -> AsyncIterator[Tools]:
    """Raises `SigningNotConfigured` where key and certificate are missing: no slip could be issued,
    so the service does not start.
    """
    settings = runtime.settings
    assert isinstance(settings, Settings)
    async with open_office(settings.documents_uri, settings.keys) as office:
        yield Tools(
            Numbers(runtime.database["numbers"]),
            Forms(),
            runtime.catalogue,
            office,
            runtime.database["papers"],
            settings.public_url,
            await secret(runtime.database, "matters"),
        )
