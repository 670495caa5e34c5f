"""Where the journeys take place: a running stack with the real catalogue published, and its people
signed in.
"""

import asyncio
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx
from motcua_catalog.importer.file_stack import HOME as CATALOGUE
from motcua_catalog.importer.kafka import import_files
from motcua_local.home import Home
from motcua_local.stack_file import Stack
from motcua_operations.access import OPERATOR
from motcua_operations.development_keys import TOOLS_KEY

from .personas import Anybody, Auditor, Cashier, Citizen, Officer, Persona, Refused, Watch

P = TypeVar("P", bound=Persona)
OFFICERS = (
    "clerk-haihau",
    "cashier-haihau",
    "officer-tckh",
    "leader-tckh",
    "officer-tuphap",
    "leader-tuphap",
    "clerk-haiminh",
    "officer-haiminh",
    "leader-haiminh",
)
PROCEDURES = ("local.hh-0001", "1.001193", "1.001612")
READY_SECONDS = 30.0


class CatalogueError(Exception):
    """The catalogue could not be published, or the gateway does not show it."""


@dataclass(frozen=True)
class Stage:
    """The people, and where mails and SMS arrive."""

    stack: Stack
    people: ExitStack
    watch: Watch | None = None
    """Is shown every answer that the people get."""

    @property
    def addresses(self) -> Mapping[str, str]:
        return self.stack.addresses

    @property
    def signing_ca(self) -> Path:
        """The authority whose signatures are trusted here."""
        return Home(Path(self.stack.home)).keys / "signing-ca.pem"

    def _in(self, kind: type[P], name: str) -> P:
        person = kind(self.addresses["gateway"], name, self.watch)
        self.people.callback(person.close)
        return person

    @cached_property
    def an(self) -> Citizen:
        return self._in(Citizen, "citizen-an")

    @cached_property
    def binh(self) -> Citizen:
        return self._in(Citizen, "citizen-binh")

    @cached_property
    def cashier(self) -> Cashier:
        return self._in(Cashier, "cashier-haihau")

    @cached_property
    def auditor(self) -> Auditor:
        return self._in(Auditor, "auditor")

    @cached_property
    def anybody(self) -> Anybody:
        anybody = Anybody(self.addresses["gateway"], self.watch)
        self.people.callback(anybody.close)
        return anybody

    @cached_property
    def officers(self) -> Mapping[str, Officer]:
        """Everybody with a desk, by persona."""
        return {name: self._in(Officer, name) for name in OFFICERS}

    @cached_property
    def desks(self) -> Mapping[str, dict[str, Any]]:
        """Who sits where, by officer, as each is told by `GET /desk/me`."""
        return {name: officer.me() for name, officer in self.officers.items()}

    def mails(self, to: str) -> list[dict[str, Any]]:
        """What the SMTP server received for an address, oldest first."""
        return list(
            httpx.get(f"{self.addresses['mailbox']}/messages", params={"to": to}, trust_env=False)
            .raise_for_status()
            .json()
        )

    def texts(self, to: str) -> list[dict[str, Any]]:
        """What the SMS gateway received for a number, oldest first."""
        return list(
            httpx.get(f"{self.addresses['sms']}/messages", params={"to": to}, trust_env=False)
            .raise_for_status()
            .json()
        )


def stage_home(root: Path) -> Home:
    """An empty home of its own: what a run before left there is removed, so that any number of runs
    see the same.
    """
    if root.exists():
        shutil.rmtree(root)
    return Home(root)


@contextmanager
def open_stage(stack: Stack, watch: Watch | None = None) -> Iterator[Stage]:
    """Publish the real catalogue, filled up with samples, and wait until the gateway shows it.

    Raises `CatalogueError`.
    """
    lines: list[str] = []
    key = Home(Path(stack.home)).keys / TOOLS_KEY
    report = asyncio.run(
        import_files(stack.kafka(OPERATOR), [CATALOGUE], lines.append, with_samples=True, key=key)
    )
    if not report.ok:
        raise CatalogueError("\n".join([*lines, str(report)]))
    with ExitStack() as people:
        stage = Stage(stack, people, watch)
        _wait_for_the_catalogue(stage)
        yield stage


def _wait_for_the_catalogue(stage: Stage) -> None:
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            if (
                all(stage.anybody.procedure(code)["takes_dossiers"] for code in PROCEDURES)
                and stage.desks
            ):
                return
        except Refused as refused:
            if time.monotonic() > until:
                raise CatalogueError(
                    f"the gateway does not show what was imported: {refused}"
                ) from refused
        time.sleep(0.1)
