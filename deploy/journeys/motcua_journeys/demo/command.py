"""`motcua demo`: a stack of its own with the real catalogue, three dossiers from the first click to
the result, and what proves it.

The same journeys as tests/journeys. Its data are in `.motcua/demo`, empty at every start;
everything is stopped at the end.
"""

import os
import time
from contextlib import ExitStack
from typing import Annotated

import typer
from motcua_local.detached import running_stack
from motcua_local.home import Home
from motcua_local.kafka_server import SHORT_LIVED
from motcua_local.layout import Options
from motcua_local.parts.kafka_jars import LockError
from motcua_local.parts.mongod_binary import MongodMissingError
from motcua_local.ports import NoFreePortError
from motcua_local.process import PartFailedError
from motcua_local.progress import Shown
from motcua_local.stack_file import is_held
from rich.console import Console
from rich.markup import escape

from .. import (
    BirthRegistration,
    BusinessRegistration,
    Journey,
    Reissue,
    Stage,
    open_stage,
    stage_home,
)
from ..journey import JourneyStuckError
from ..personas import NotInListError, Refused, StillPendingError
from ..stage import CatalogueError
from .screen import Way, mail_panel, title
from .verdict import checks_of, show_checks

WIDTH = 120
"""Of what is printed where no terminal says how wide it is."""
JOURNEYS: tuple[type[Journey], ...] = (Reissue, BirthRegistration, BusinessRegistration)
ERRORS = (
    PartFailedError, LockError, MongodMissingError, NoFreePortError, CatalogueError,
    JourneyStuckError, NotInListError, StillPendingError, Refused,
)  # fmt: skip
app = typer.Typer(add_completion=False)


@app.command()
def demo(
    journeys: Annotated[list[str] | None, typer.Argument(help="Only these: J1, J2, J3.")] = None,
    secure: Annotated[
        bool,
        typer.Option(
            "--secure", help="Kafka and MongoDB by TLS and login, rights for each service alone."
        ),
    ] = False,
) -> None:
    """Three real dossiers through every service, the mail that came of it, and a closing check.

    Ends with 0 only if all of it holds.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    chosen = _chosen(journeys or [])
    home = Home(Home.from_environment().root / "demo")
    if is_held(home):
        console.print(f"[red]error:[/] a demo already runs in {escape(str(home.root))}")
        raise typer.Exit(1)
    begun = time.monotonic()
    try:
        holds = _run(console, home, chosen, secure=secure)
    except ERRORS as error:
        console.print(f"[red]error:[/] {escape(str(error))}")
        console.print(f"[dim]The logs are in {escape(str(home.logs))}[/]", soft_wrap=True)
        raise typer.Exit(1) from error
    console.print(
        f"\n{'[green]✓ all of it holds' if holds else '[red]✗ not all of it holds'}[/]"
        f" [dim]{time.monotonic() - begun:.0f} s[/]"
    )
    if not holds:
        raise typer.Exit(1)


def _chosen(words: list[str]) -> tuple[type[Journey], ...]:
    known = {journey.number: journey for journey in JOURNEYS}
    if unknown := [word for word in words if word.upper() not in known]:
        raise typer.BadParameter(f"{', '.join(unknown)}: allowed are {', '.join(known)}")
    return tuple(known[word.upper()] for word in words) or JOURNEYS


def _run(console: Console, home: Home, chosen: tuple[type[Journey], ...], *, secure: bool) -> bool:
    """Whether everything held. The stack is stopped whatever happens."""
    # for the supervisor: this broker lives for half a minute
    os.environ.setdefault("MOTCUA_KAFKA_JAVA_OPTIONS", SHORT_LIVED)
    with ExitStack() as ends:
        with Shown(console) as shown:
            stack = ends.enter_context(
                running_stack(stage_home(home.root), Options(throwaway=True, secure=secure), shown)
            )
            with shown.step("Catalogue: procedures, agencies, officers, calendars imported"):
                stage = ends.enter_context(open_stage(stack))
        played = [_play(console, stage, kind) for kind in chosen]
        _show_mail(console, stage, played)
        checks = checks_of(stage, played)
        show_checks(console, checks)
    return checks.ok


def _play(console: Console, stage: Stage, kind: type[Journey]) -> Journey:
    journey = kind(stage)
    console.print(title(journey, stage.anybody.procedure(kind.procedure)))
    way = Way(console, stage, journey)
    journey.play(way.act)
    way.rest()
    return journey


def _show_mail(console: Console, stage: Stage, played: list[Journey]) -> None:
    """The last mail of the first dossier, as the SMTP server holds it."""
    mails = [
        mail for mail in stage.mails(played[0].applicant["email"]) if played[0].code in mail["text"]
    ]
    if mails:
        console.print(mail_panel(mails[-1]))
