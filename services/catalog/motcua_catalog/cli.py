"""The catalogue's part of the command line. The main command line mounts `app` under `catalog`."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer
from motcua_chassis.command_line import Plain
from motcua_chassis.signatures import UnusableKey
from motcua_contracts import VIETNAM
from motcua_contracts.messages.catalog import ResumeProcedure, SuspendProcedure, WithdrawProcedure
from motcua_contracts.rules.reasons import SUSPENSION
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup

from .availability import Turn, instant, turn
from .counts import counts, standing
from .importer.differences import Change
from .importer.file_stack import HOME
from .importer.kafka import KafkaLog, import_files
from .tables import difference_table, procedure_table, statistics_table

Bootstrap = Annotated[str, typer.Option(envvar="MOTCUA_KAFKA_BOOTSTRAP", help="Kafka, host:port.")]
From = Annotated[
    str,
    typer.Option(
        "--from", help="From when: now, a day, or a time (Vietnam's) such as 2026-12-01T07:30."
    ),
]
Reason = Annotated[str, typer.Option(help=f"Why: {', '.join(SUSPENSION)}.")]
Code = Annotated[str, typer.Argument(help="The procedure's code.")]
T = TypeVar("T")
LOCAL = "127.0.0.1:9092"


class Commands(Plain, TyperGroup):
    """A group whose commands end plainly."""


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    help="Procedures and the organisation: import, list, count, suspend them.",
)


@app.command("import")
def import_command(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or directories; without any, the catalogue's own."),
    ] = None,
    bootstrap: Bootstrap = LOCAL,
    dry_run: Annotated[bool, typer.Option(help="Show what would change; send nothing.")] = False,
    samples: Annotated[
        bool, typer.Option("--samples", help="And the samples that fill up the published counts.")
    ] = False,
) -> None:
    """Check YAML files, show what differs from what is published, publish that.

    One wrong file, and nothing is sent.
    """
    console = Console(highlight=False, soft_wrap=True)

    def show(changes: Sequence[Change]) -> None:
        for part in difference_table(changes):
            console.print(part)

    report = _run(
        import_files(
            bootstrap,
            files or [HOME],
            lambda line: console.print(escape(line)),
            dry_run=dry_run,
            with_samples=samples,
            show=show,
        )
    )
    for warning in report.warnings:
        console.print(escape(warning))
    console.print(escape(str(report)) + (" (dry run)" if dry_run else ""))
    if not report.ok:
        raise typer.Exit(1)


@app.command("list")
def list_command(
    level: Annotated[
        int | None, typer.Option(min=0, max=4, help="Only this level; 0: those that state none.")
    ] = None,
    authority: Annotated[
        Literal["province", "district", "commune"] | None,
        typer.Option(help="Only this authority's."),
    ] = None,
    only: Annotated[
        Literal["real", "sample"] | None, typer.Option(help="Only real ones, or only samples.")
    ] = None,
    count: Annotated[bool, typer.Option("--count", help="Only how many.")] = False,
    bootstrap: Bootstrap = LOCAL,
) -> None:
    """List the published procedures, the last version of each, without those for load tests and
    what was withdrawn.
    """
    now, shelf = datetime.now(UTC), asyncio.run(KafkaLog(bootstrap).read())
    shown = [
        event
        for event in standing(shelf, now, level=level, authority=authority)
        if only in (None, _kind(event.publication.sample))
    ]
    console = Console(highlight=False)
    console.print(len(shown) if count else procedure_table(shown, shelf, now))


@app.command("statistics")
def statistics_command(
    fields: Annotated[bool, typer.Option("--fields", help="And each published field.")] = False,
    bootstrap: Bootstrap = LOCAL,
) -> None:
    """Count the procedures by authority and level: real ones, samples, and both together."""
    shelf = asyncio.run(KafkaLog(bootstrap).read())
    Console(highlight=False).print(
        statistics_table(counts(standing(shelf, datetime.now(UTC))), fields)
    )


@app.command("suspend")
def suspend_command(
    code: Code, reason: Reason, since: From = "now", bootstrap: Bootstrap = LOCAL
) -> None:
    """Take no new dossiers of a procedure. Those that run go on."""
    _turn(
        bootstrap,
        code,
        SuspendProcedure(effective_from=_instant(since), reason_code=_reason(reason)),
        "suspended",
    )


@app.command("resume")
def resume_command(code: Code, since: From = "now", bootstrap: Bootstrap = LOCAL) -> None:
    """Take dossiers of a suspended procedure again."""
    _turn(bootstrap, code, ResumeProcedure(effective_from=_instant(since)), "resumed")


@app.command("withdraw")
def withdraw_command(
    code: Code, reason: Reason, since: From = "now", bootstrap: Bootstrap = LOCAL
) -> None:
    """Abolish a procedure: no new dossiers and no new versions, for good. Those that run go on."""
    _turn(
        bootstrap,
        code,
        WithdrawProcedure(effective_from=_instant(since), reason_code=_reason(reason)),
        "withdrawn",
    )


def _turn(bootstrap: str, code: str, command: Turn, done: str) -> None:
    answer = _run(turn(KafkaLog(bootstrap), code, command))
    console = Console(highlight=False, soft_wrap=True)
    if answer.effective_from is None:
        console.print(escape(f"{code}: {answer.refusal}"))
        raise typer.Exit(1)
    console.print(
        escape(
            f"{code} {done} from"
            f" {answer.effective_from.astimezone(VIETNAM).isoformat(timespec='seconds')} on"
        )
    )


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except UnusableKey as error:
        raise typer.BadParameter(str(error), param_hint="MOTCUA_COMMAND_KEY") from error


def _instant(written: str) -> datetime | None:
    try:
        return instant(written)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--from") from error


def _reason(code: str) -> str:
    if code not in SUSPENSION:
        raise typer.BadParameter(f"must be one of {', '.join(SUSPENSION)}", param_hint="--reason")
    return code


def _kind(sample: bool) -> str:
    return "sample" if sample else "real"
