"""`motcua topics`: makes the topics of the contracts on Kafka, and who may do what with them."""

import asyncio
import os
from pathlib import Path
from typing import Annotated, Never

import typer
from aiokafka.errors import KafkaError
from motcua_chassis.command_line import COULD_NOT, Plain
from motcua_contracts.wire.topics import TOPICS
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from . import topics
from .access import ADMIN, kafka_rights
from .environment import adopt_environment
from .kafka_acls import PasswordsError, apply_acls, read_passwords


class Commands(Plain, TyperGroup):
    """A group whose commands end plainly."""


app = typer.Typer(cls=Commands, add_completion=False, no_args_is_help=True, help="Topics on Kafka.")
console = Console(highlight=False, soft_wrap=True)


def _fail(error: object) -> Never:
    console.print(f"[red]error:[/] {escape(str(error))}", soft_wrap=True)
    raise typer.Exit(COULD_NOT)


@app.command("apply")
def apply(
    bootstrap: Annotated[
        str | None, typer.Option(help="Kafka, host:port; by default the stack that runs here.")
    ] = None,
    replicas: Annotated[
        int,
        typer.Option(
            min=1, help="Copies of each new topic: 3 on a cluster, then two must have a record."
        ),
    ] = 1,
    acls: Annotated[
        bool, typer.Option("--acls", help="Also each user's rights, and no others of theirs.")
    ] = False,
    passwords: Annotated[
        Path | None,
        typer.Option(
            help=(
                "With --acls: a directory, one file a user, its password inside; they are made or"
                " renewed."
            )
        ),
    ] = None,
) -> None:
    """Make the topics that the contracts name.

    Never deletes, never changes a partition count. Signs in as Kafka's administrator.
    """
    local = adopt_environment(ADMIN)
    if passwords is not None and not acls:
        _fail("--passwords: is for users with rights, so say --acls, too")
    address = bootstrap or os.environ.get("MOTCUA_KAFKA_BOOTSTRAP")
    if not address:
        _fail(
            "--bootstrap: no stack runs here, so name Kafka's address (host:port) or set"
            " MOTCUA_KAFKA_BOOTSTRAP"
        )
    try:
        lines = asyncio.run(topics.apply(address, replicas=replicas)).lines()
        if acls:
            # Only where time is simulated does anybody need the topic that says so.
            development = (
                os.environ.get("MOTCUA_ENV") == "dev"
                or local.get("MOTCUA_KAFKA_BOOTSTRAP") == address
            )
            known = read_passwords(passwords) if passwords is not None else {}
            lines += asyncio.run(
                apply_acls(address, kafka_rights(development=development), known)
            ).lines()
    except (topics.PartitionsDifferError, KafkaError, PasswordsError) as error:
        _fail(error)
    for line in lines or ["everything is as the contracts say"]:
        console.print(escape(line))


@app.command("list")
def list_command() -> None:
    """The topics that the contracts name."""
    shown = Table("topic", "kind", "partitions")
    for topic in TOPICS.values():
        shown.add_row(topic.name, topic.kind, str(topic.partitions))
    console.print(shown)
