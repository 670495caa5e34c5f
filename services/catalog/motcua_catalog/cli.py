"""The catalogue's part of the command line: `import` and `list`. The main command line mounts `app` under `catalog`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from motcua_contracts.catalog import ProcedurePublished
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .importer import KafkaLog, import_files
from .reading import HOME

Bootstrap = Annotated[str, typer.Option(envvar="MOTCUA_KAFKA_BOOTSTRAP", help="Kafka, host:port.")]
app = typer.Typer(add_completion=False, no_args_is_help=True, help="Procedures and the organisation: import them, list them.")


@app.command("import")
def import_command(
    files: Annotated[list[Path] | None, typer.Argument(help="Files or directories; without any, the catalogue's own.")] = None,
    bootstrap: Bootstrap = "127.0.0.1:9092",
    dry_run: Annotated[bool, typer.Option(help="Show what would change; send nothing.")] = False,
) -> None:
    """Check YAML files, show what differs from what is published, publish that. One wrong file, and nothing is sent."""
    console = Console(highlight=False, soft_wrap=True)
    report = asyncio.run(import_files(bootstrap, files or [HOME], lambda line: console.print(escape(line)), dry_run=dry_run))
    console.print(escape(str(report)) + (" (dry run)" if dry_run else ""))
    if not report.ok:
        raise typer.Exit(1)


@app.command("list")
def list_command(
    level: Annotated[int | None, typer.Option(min=1, max=4, help="Only this level; 1 counts those that state none.")] = None,
    authority: Annotated[str | None, typer.Option(help="province, district or commune.")] = None,
    count: Annotated[bool, typer.Option("--count", help="Only how many.")] = False,
    bootstrap: Bootstrap = "127.0.0.1:9092",
) -> None:
    """List the published procedures, the last version of each."""
    shelf = asyncio.run(KafkaLog(bootstrap).read())
    shown = [
        fact
        for _, fact in sorted(shelf.last.items())
        if isinstance(fact, ProcedurePublished)
        and (level is None or fact.terms.service_level == level)
        and (authority is None or fact.terms.authority_level == authority)
    ]
    console = Console(highlight=False)
    if count:
        console.print(len(shown))
        return
    table = Table("code", "version", "name", "field", "authority", "level", "marks")
    for fact in shown:
        terms, publication = fact.terms, fact.publication
        level_shown = f"{terms.level} ({publication.level_source})" if terms.level else "not stated"
        marks = ["sample"] if publication.sample else []
        marks += [f"{part} unknown" for part in publication.unknown]
        name = escape(terms.name_vi)
        table.add_row(terms.code, str(terms.version), name, terms.field_vi, terms.authority_level, level_shown, ", ".join(marks))
    console.print(table)
