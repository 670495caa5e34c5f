"""`motcua dead-letters`: what services could not take in, and the release of parked subjects after
a mend.

A letter says where a record is and why it could not be taken in, and holds nothing of it. Here it
is only listed and marked: the service itself takes the parked records in, in their order, once its
lane sees the mark.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from motcua_chassis.command_line import COULD_NOT, Plain
from motcua_chassis.transport import mongo_of
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

PREFIX = "motcua_"
WAITING, RELEASED = "waiting", "released"
Documents = MongoClient[dict[str, Any]]
Mongo = Annotated[
    str,
    typer.Option(
        "--mongo",
        envvar="MOTCUA_MONGO_URI",
        help="MongoDB's address; a running stack's is taken by itself.",
    ),
]


class Commands(Plain, TyperGroup):
    """A group whose commands end plainly."""


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    help="Records that services could not take in: list them, release what waits behind them.",
)


class NotFoundError(ValueError):
    """A name that is none; the text names it and what there is."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The current state of one dead letter.

    `where`: topic/partition@offset, or the effect's key. `now`: what became of it.
    """

    service: str
    subject: str
    at: datetime
    where: str
    reason: str
    now: str
    open: bool


@dataclass(frozen=True, slots=True)
class Release:
    """A subject that was marked, with the number of records that wait.

    `already`: it had been marked before.
    """

    subject: str
    records: int
    already: bool = False


def services_of(client: Documents) -> list[str]:
    """Services that may have letters: those whose database keeps them."""
    names = [name for name in client.list_database_names() if name.startswith(PREFIX)]
    return sorted(
        name.removeprefix(PREFIX)
        for name in names
        if "dead_letters" in client[name].list_collection_names()
    )


def letters_of(client: Documents, service: str) -> list[Letter]:
    """Every letter of a service, oldest first."""
    database = client[PREFIX + service]
    # A service that decides and one that projects park apart: the second in `parked_views`, and its
    # rows are marked.
    parked = {
        (False, case["_id"]): case["parked"]
        for case in database.cases.find({"parked": {"$exists": True}}, {"parked": 1})
    }
    parked |= {(True, view["subject"]): view["parked"] for view in database.parked_views.find({})}
    groups = database.parked.aggregate(
        [{"$group": {"_id": {"subject": "$subject", "view": "$view"}, "records": {"$sum": 1}}}]
    )
    waiting = {
        (bool(row["_id"].get("view")), row["_id"]["subject"]): row["records"] for row in groups
    }
    effects = {row["key"] for row in database.effects.find({}, {"key": 1})}
    found = []
    for row in database.dead_letters.find({}).sort([("at", 1), ("_id", 1)]):
        subject = row["subject"]
        if "effect" in row:
            where, stuck = row["effect"], row["effect"] in effects
            now, is_open = ("tried on" if stuck else "done since"), stuck
        else:
            where = f"{row['topic']}/{row['partition']}@{row['offset']}"
            place = (bool(row.get("view")), subject)
            is_open = bool(row["parked"] and place in parked)
            now = (
                "passed over"
                if not row["parked"]
                else (
                    f"{parked[place]}, {waiting.get(place, 0)} records"
                    if is_open
                    else "taken in since"
                )
            )
        found.append(Letter(service, subject, row["at"], where, row["reason"], now, is_open))
    return found


def release(client: Documents, service: str, subject: str | None) -> list[Release]:
    """Mark a parked subject, or (None) all of the service, for its lane to take in.

    NotFoundError for a name that is none.
    """
    if service not in (known := services_of(client)):
        raise NotFoundError(
            f"service: {service!r} keeps no dead letters here; those that do:"
            f" {', '.join(known) or 'none'}"
        )
    database = client[PREFIX + service]
    wanted = {"parked": {"$exists": True}} | ({"_id": subject} if subject is not None else {})
    cases = list(database.cases.find(wanted, {"parked": 1}).sort("_id", 1))
    views = list(
        database.parked_views.find({"subject": subject} if subject is not None else {}).sort(
            "subject", 1
        )
    )
    if subject is not None and not cases and not views:
        raise NotFoundError(
            f"subject: {subject!r} is not parked in {service}; `motcua dead-letters list --service"
            f" {service}` names those that are"
        )
    done = []
    for case in cases:
        database.cases.update_one(
            {"_id": case["_id"], "parked": WAITING}, {"$set": {"parked": RELEASED}}
        )
        records = database.parked.count_documents(
            {"subject": case["_id"], "view": {"$exists": False}}
        )
        done.append(Release(case["_id"], records, already=case["parked"] == RELEASED))
    for view in views:
        database.parked_views.update_one(
            {"_id": view["_id"], "parked": WAITING}, {"$set": {"parked": RELEASED}}
        )
        records = database.parked.count_documents({"subject": view["subject"], "view": True})
        done.append(Release(view["subject"], records, already=view["parked"] == RELEASED))
    return done


@app.command("list")
def list_command(
    mongo: Mongo = "",
    service: Annotated[str | None, typer.Option(help="Only this service's.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what was taken in, done or passed over since.")
    ] = False,
) -> None:
    """Letters that are open: parked subjects with what waits behind them, and effects that fail.

    `--all` shows the others, too.
    """
    console = Console(highlight=False)
    with client_of(mongo, console) as client:
        try:
            known = services_of(client)
            if service is not None and service not in known:
                raise _failed(
                    console,
                    f"service: {service!r} keeps no dead letters here; those that do:"
                    f" {', '.join(known) or 'none'}",
                )
            letters = [
                letter
                for name in known
                if service in (None, name)
                for letter in letters_of(client, name)
            ]
        except PyMongoError as error:
            raise _failed(console, f"MongoDB does not answer ({type(error).__name__})") from error
    shown = [letter for letter in letters if letter.open or everything]
    if shown:
        console.print(_table(shown))
    hidden = len(letters) - len(shown)
    console.print(
        f"{sum(letter.open for letter in letters)} open"
        + (f"; {hidden} more with --all" if hidden else "")
    )


@app.command("replay")
def replay_command(
    service: Annotated[str, typer.Argument(help="The service, for example routing.")],
    subject: Annotated[
        str | None, typer.Argument(help="The parked subject: a dossier's id.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every parked subject of the service.")
    ] = False,
    mongo: Mongo = "",
) -> None:
    """Release a parked subject after a mend: its records run in order; one that fails again stays
    in front, and the rest waits on.
    """
    console = Console(highlight=False, soft_wrap=True)
    if (subject is None) != everything:
        raise _failed(console, "subject: name one, or say --all")
    with client_of(mongo, console) as client:
        try:
            done = release(client, service, subject)
        except NotFoundError as error:
            raise _failed(console, str(error)) from error
        except PyMongoError as error:
            raise _failed(console, f"MongoDB does not answer ({type(error).__name__})") from error
    for one in done:
        console.print(
            escape(
                f"{service} {one.subject}: {'was released already' if one.already else 'released'},"
                f" {one.records} records"
            )
        )
    if not done:
        console.print(f"{service}: nothing is parked")


def client_of(mongo: str, console: Console) -> Documents:
    """A client of the operator's MongoDB. Raises `typer.Exit` where none is named."""
    if not mongo:
        raise _failed(
            console,
            "--mongo: no stack runs here, so name MongoDB's address or set MOTCUA_MONGO_URI",
        )
    return MongoClient(mongo_of(mongo), serverSelectionTimeoutMS=5_000, tz_aware=True)


def _failed(console: Console, reason: str) -> typer.Exit:
    console.print(f"[red]error:[/] {escape(reason)}", soft_wrap=True)
    return typer.Exit(COULD_NOT)


def _table(letters: list[Letter]) -> Table:
    table = Table("service", "subject", "at", "record", "reason", "now")
    for letter in letters:
        at = f"{letter.at:%Y-%m-%d %H:%M:%S}"
        table.add_row(
            *map(
                escape,
                (
                    letter.service,
                    letter.subject or "-",
                    at,
                    letter.where,
                    letter.reason,
                    letter.now,
                ),
            )
        )
    return table
