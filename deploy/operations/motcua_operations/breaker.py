"""`motcua breaker`: instances that stopped on a run of dead letters, and the word to go on, without
a restart.

The instance keeps a document in its service's database while its breaker is open. Closing marks
that document; the instance sees the mark within a second, takes its lanes again and counts from
zero. Openings are told apart by their instant, so that a late word closes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from motcua_chassis.command_line import COULD_NOT, Plain
from motcua_chassis.tooling import BREAKERS
from motcua_contracts.wire.topics import SERVICES
from pymongo.errors import PyMongoError
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from .dead_letters import PREFIX, Documents, Mongo, NotFoundError, client_of


class Commands(Plain, TyperGroup):
    """A group whose commands end plainly."""


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    help="Instances that stopped on a run of dead letters: look, then let them go on.",
)


@dataclass(frozen=True, slots=True)
class Open:
    """One open breaker. `closing`: it was told to go on and has not done so yet."""

    service: str
    instance: str
    opened_at: datetime
    letters: int
    people: int
    subjects: int
    closing: bool


def open_ones(client: Documents, service: str | None = None) -> list[Open]:
    """Open breakers, of one service or of all.

    Raises `NotFoundError` for a name that is none, and the driver's errors.
    """
    known = [
        name.removeprefix(PREFIX)
        for name in client.list_database_names()
        if name.startswith(PREFIX)
    ]
    if service is not None and service not in (*known, *SERVICES):
        raise NotFoundError(
            f"service: there is no {service!r}; there are: {', '.join(sorted({*known, *SERVICES}))}"
        )
    return [
        Open(
            name,
            str(row["_id"]),
            row["opened_at"],
            row["letters"],
            row["people"],
            row["subjects"],
            closing="close" in row,
        )
        for name in sorted(known)
        if service in (None, name)
        for row in client[PREFIX + name][BREAKERS]
        .find({"opened_at": {"$exists": True}})
        .sort("_id", 1)
    ]


def close(client: Documents, service: str) -> list[Open]:
    """Tell every instance of the service whose breaker is open to go on.

    Gives which. Raises as `open_ones`.
    """
    found = open_ones(client, service)
    for one in found:
        wanted = {"_id": one.instance, "opened_at": one.opened_at}
        client[PREFIX + service][BREAKERS].update_one(wanted, {"$set": {"close": one.opened_at}})
    return found


@app.command("status")
def status_command(mongo: Mongo = "") -> None:
    """Which breakers are open. Exit code 1 when one is, 2 when it could not look."""
    console = Console(highlight=False)
    with _answering(mongo, console) as client:
        found = open_ones(client)
    if found:
        console.print(_table(found))
        raise typer.Exit(1)
    console.print("every breaker is closed")


@app.command("close")
def close_command(
    service: Annotated[str, typer.Argument(help="The service, for example routing.")],
    mongo: Mongo = "",
) -> None:
    """Let the instances of a service go on, once you have looked at `motcua dead-letters list`.

    They count from zero.
    """
    console = Console(highlight=False, soft_wrap=True)
    with _answering(mongo, console) as client:
        done = close(client, service)
    for one in done:
        console.print(escape(f"{one.instance}: told to go on"))
    if not done:
        console.print(escape(f"{service}: no breaker is open"))


@contextmanager
def _answering(mongo: str, console: Console) -> Iterator[Documents]:
    with client_of(mongo, console) as client:
        try:
            yield client
        except NotFoundError as error:
            console.print(f"[red]error:[/] {escape(str(error))}", soft_wrap=True)
            raise typer.Exit(COULD_NOT) from error
        except PyMongoError as error:
            console.print(
                f"[red]error:[/] MongoDB does not answer ({type(error).__name__})", soft_wrap=True
            )
            raise typer.Exit(COULD_NOT) from error


def _table(found: list[Open]) -> Table:
    table = Table("service", "instance", "open since", "letters", "people", "subjects", "now")
    for one in found:
        numbers = (str(one.letters), f"{one.people}", f"{one.subjects}")
        table.add_row(
            escape(one.service),
            escape(one.instance),
            f"{one.opened_at:%Y-%m-%d %H:%M:%S}",
            *numbers,
            "closing" if one.closing else "open",
        )
    return table
