"""The auditor's part of the command line: `replay`, `verify`, `state`, `export`. The main command line mounts `app` under `audit`.

Each ends with 0 only if everything holds; with 1 it names the first difference, with 2 it could not look.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .check import Report, check
from .domain.difference import Difference
from .export import verify_export, write_export
from .finding import Origin
from .log import Unreachable
from .proof import Proof, progress, prove, state_as_json
from .stack import address

T = TypeVar("T")
Kafka = Annotated[str | None, typer.Option(help="Kafka, host:port. [env: MOTCUA_KAFKA_BOOTSTRAP; else .motcua/stack.json]")]
Mongo = Annotated[str | None, typer.Option(help="MongoDB's URI. [env: MOTCUA_MONGO_URI; else .motcua/stack.json]")]
FromArchive = Annotated[bool, typer.Option("--archive", help="Read audit's archive, not Kafka.")]
Dossier = Annotated[str, typer.Argument(help="A dossier's id, or its code such as H40.12-261123-0001.")]
app = typer.Typer(add_completion=False, no_args_is_help=True, help="Replay and verify what every service has said.")


@app.command("replay")
def replay_command(
    kafka: Kafka = None,
    mongo: Mongo = None,
    archive: Annotated[bool, typer.Option(help="Whether the archive is looked into, too.")] = True,
) -> None:
    """Fold the facts on Kafka with each service's own rules and compare with what it has stored."""
    console = _console()

    async def work() -> Report:
        where = address("kafka", kafka), address("mongo", mongo)
        if not console.is_terminal:
            return await check(*where, archive=archive)
        with console.status("reading") as status:
            return await check(*where, archive=archive, progress=lambda lane: status.update(f"reading {lane}"))

    report = _run(work)
    table = _table("service", "subjects", "events", "copies", "papers", "erased", "archived", "differ")
    for part in report.services.values():
        counts = (part.subjects, part.events, part.copies, part.opened, part.erased, part.archived, len(part.differences))
        table.add_row(part.name, *[f"{count:,}" for count in counts])
    console.print(table)
    _end(console, report.differences, f"{report} ({report.seconds:.1f} s)")


@app.command("verify")
def verify_command(
    dossier: Annotated[str | None, typer.Argument(help="A dossier's id or code; without it, every chain.")] = None,
    archive: FromArchive = False,
    file: Annotated[Path | None, typer.Option(help="An exported file; nothing else is asked.")] = None,
    kafka: Kafka = None,
    mongo: Mongo = None,
) -> None:
    """Verify the hash chains: of one dossier, of everything, or of an exported file."""
    console = _console()
    if file is not None:
        proof = _run(_later(lambda: verify_export(file)))
    elif dossier is not None:
        subject, records = _run(lambda: _origin(kafka, mongo, archive).dossier(dossier))
        proof = prove(subject, records)
    else:
        _verify_all(console, kafka, mongo, archive)
        return
    console.print(escape(proof.subject))
    _end(console, proof.differences, _show(console, [(chain.source, [Proof("", [chain], [])]) for chain in proof.chains]))


@app.command("state")
def state_command(
    dossier: Dossier,
    at: Annotated[str | None, typer.Option(help="An instant with its offset: 2026-11-24T09:00:00+07:00. Without it, now.")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    archive: FromArchive = False,
    kafka: Kafka = None,
    mongo: Mongo = None,
) -> None:
    """Where a dossier lay at that time, folded from its facts."""
    console = _console()

    async def work() -> dict[str, Any]:
        instant = _instant(at)
        subject, records = await _origin(kafka, mongo, archive).dossier(dossier)
        return state_as_json(subject, *progress(records, instant), instant)

    state = _run(work)
    if json:
        console.print_json(data=state)
        return
    table = Table(show_header=False)
    place = state["place"] or {}
    shown = {
        "dossier": state["dossier"],
        "code": state["code"] if state["known"] else "not registered by then",
        "procedure": state["procedure"],
        "status": f"{state['status_vi']} / {state['status_en']}" if state["known"] else "",
        "place": ", ".join(str(place[part]) for part in ("agency", "department", "officer", "step_vi") if place.get(part)),
        "due": state["due_at"],
        "fee": state["fee"] + (f", {state['amount_vnd']:,} VND" if state["amount_vnd"] is not None else ""),
        "last fact": state["last_fact_at"],
        "heard": ", ".join(f"{source.rsplit('/', 1)[-1]} {sequence}" for source, sequence in state["sequences"].items()),
    }
    for name, value in shown.items():
        table.add_row(name, escape(str(value or "")))
    console.print(table)


@app.command("export")
def export_command(
    dossier: Dossier,
    file: Annotated[Path, typer.Argument(help="Where to write; an existing file is kept and refused.")],
    archive: FromArchive = False,
    kafka: Kafka = None,
    mongo: Mongo = None,
) -> None:
    """Write a dossier's records, byte for byte, into a file that `verify --file` proves anywhere."""
    console = _console()

    async def work() -> dict[str, Any]:
        if file.exists():
            raise Unreachable(f"{file}: exists already")
        origin = _origin(kafka, mongo, archive)
        subject, records = await origin.dossier(dossier)
        return write_export(file, subject, records, origin.name, datetime.now(UTC))

    manifest = _run(work)
    console.print(escape(f"{file}: {manifest['records']} records of {manifest['dossier']}, sha256 of its lines {manifest['sha256']}"))
    if not manifest["holds"]:
        console.print("its chains do not hold: see motcua audit verify --file")
        raise typer.Exit(1)


def _verify_all(console: Console, kafka: str | None, mongo: str | None, archive: bool) -> None:
    async def work() -> dict[str, list[Proof]]:
        parts: dict[str, list[Proof]] = {}
        async for name, proof in _origin(kafka, mongo, archive).everything():
            # What is shown, not the chains: they are many.
            parts.setdefault(name, []).append(proof)
        return parts

    parts = _run(work)
    said = _show(console, list(parts.items()))
    _end(console, [difference for proofs in parts.values() for proof in proofs for difference in proof.differences], said)


def _show(console: Console, parts: list[tuple[str, list[Proof]]]) -> str:
    """A table, one line for each source, and the sentence for when all is well."""
    table = _table("source", "chains", "records", "copies", "differ")
    total = 0
    for name, proofs in sorted(parts, key=lambda part: part[0]):
        chains = [chain for proof in proofs for chain in proof.chains]
        records = sum(chain.records for chain in chains)
        total += records
        counts = (len(chains), records, sum(chain.copies for chain in chains), sum(len(proof.differences) for proof in proofs))
        table.add_row(escape(name), *[f"{count:,}" for count in counts])
    console.print(table)
    return f"{total} records: every chain holds"


def _table(first: str, *counts: str) -> Table:
    table = Table(first)
    for name in counts:
        table.add_column(name, justify="right")
    return table


def _end(console: Console, differences: list[Difference], well: str) -> None:
    if not differences:
        console.print(escape(well))
        return
    count = "1 difference:" if len(differences) == 1 else f"{len(differences):,} differences, the first:"
    console.print(escape(f"{count}\n  {differences[0]}"), style="red")
    for difference in differences[1:10]:
        console.print(escape(f"  {difference}"))
    raise typer.Exit(1)


def _origin(kafka: str | None, mongo: str | None, archive: bool) -> Origin:
    return Origin(mongo=address("mongo", mongo)) if archive else Origin(kafka=address("kafka", kafka))


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Unreachable(f"--at {text}: an instant is required, such as 2026-11-24T09:00:00+07:00") from None
    if instant.tzinfo is None:
        raise Unreachable(f"--at {text}: the offset is missing, such as +07:00")
    return instant


def _run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    try:
        return asyncio.run(work())
    except Unreachable as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(2) from reason


def _later(work: Callable[[], T]) -> Callable[[], Coroutine[Any, Any, T]]:
    async def later() -> T:
        return work()

    return later


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)
