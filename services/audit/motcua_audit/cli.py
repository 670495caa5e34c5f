"""The auditor's part of the command line: `replay`, `verify`, `state`, `export`, `match`.

The main command line mounts `app` under `audit`.

Each ends with 0 only if everything holds; with 1 it names the first difference, with 2 it could not
look.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from aiokafka.errors import KafkaError
from motcua_chassis.command_line import Plain
from motcua_chassis.failures import brief
from motcua_chassis.transport import mongo_of
from motcua_contracts.wire.envelope import sha256
from pymongo.errors import PyMongoError
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from .check import Report, check
from .export import read_export, seal_of, verify_export, write_export
from .log import Unreachable
from .matches import matches
from .origin import Origin
from .proof import Proof, Record, progress, prove, state_as_json
from .rebuild import rebuild
from .stack import address, command_keys, known_address
from .tables import (
    COUNTS,
    FOLDED,
    chains_as_json,
    console,
    end,
    end_as_json,
    report_as_json,
    show_chains,
    show_report,
    table,
)

T = TypeVar("T")
Kafka = Annotated[
    str | None,
    typer.Option(help="Kafka, host:port. [env: MOTCUA_KAFKA_BOOTSTRAP; else .motcua/stack.json]"),
]
Mongo = Annotated[
    str | None, typer.Option(help="MongoDB's URI. [env: MOTCUA_MONGO_URI; else .motcua/stack.json]")
]
Keys = Annotated[
    str | None,
    typer.Option(
        "--command-keys",
        help=(
            "Whose commands are believed, JSON or a file. [env: MOTCUA_COMMAND_PUBLIC_KEYS; else"
            " .motcua]"
        ),
    ),
]
FromArchive = Annotated[bool, typer.Option("--archive", help="Read audit's archive, not Kafka.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Dossier = Annotated[
    str, typer.Argument(help="A dossier's id, or its code such as H40.12-261123-0001.")
]


class Commands(Plain, TyperGroup):
    """A group whose commands end plainly."""


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    help="Replay and verify what every service has said.",
)


@app.command("replay")
def replay_command(
    kafka: Kafka = None,
    mongo: Mongo = None,
    archive: Annotated[bool, typer.Option(help="Whether the archive is looked into, too.")] = True,
    into: Annotated[
        str,
        typer.Option(
            help=(
                "Write the folded states into this empty database (a MongoDB URI that names it);"
                " only Kafka is read."
            )
        ),
    ] = "",
    keys: Keys = None,
    signed_since: Annotated[
        str | None,
        typer.Option(help="Commands appended before this instant bear no signature (an upgrade)."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Fold the events on Kafka with each service's own rules, in memory, and compare with what it
    has stored.
    """
    out = console()

    async def read(said: Callable[[str], None] = lambda _: None) -> Report:
        if into:
            return await rebuild(address("kafka", kafka), mongo_of(into), progress=said)
        where = address("kafka", kafka), address("mongo", mongo)
        believed = command_keys(keys, _instant(signed_since, "--signed-since"))
        return await check(*where, archive=archive, believed=believed, progress=said)

    async def work() -> Report:
        if json or not out.is_terminal:
            return await read()
        with out.status("reading") as status:
            return await read(lambda lane: status.update(f"reading {lane}"))

    report = _run(work)
    counts = FOLDED if into else tuple(COUNTS)
    if json:
        end_as_json(report_as_json(report, counts), report.differences)
        return
    show_report(out, report, counts)
    folded = (
        f"{report.events} events: chains hold, their states are written to"
        f" {into.rpartition('/')[2].partition('?')[0]}"
    )
    end(out, report.differences, f"{folded if into else report} ({report.seconds:.1f} s)")


@app.command("verify")
def verify_command(
    dossier: Annotated[
        str | None, typer.Argument(help="A dossier's id or code; without it, every chain.")
    ] = None,
    archive: FromArchive = False,
    file: Annotated[
        Path | None, typer.Option(help="An exported file; nothing else is asked.")
    ] = None,
    keys: Keys = None,
    json: AsJson = False,
    kafka: Kafka = None,
    mongo: Mongo = None,
) -> None:
    """Verify the hash chains: of one dossier, of everything, or of an exported file; on Kafka also
    the commands' signatures.
    """
    head: dict[str, Any] = {}
    parts: list[tuple[str, list[Proof]]]
    if file is None and dossier is None:
        parts = _run(lambda: _everything(_origin(kafka, mongo, archive, keys=keys)))
        differences = [
            difference
            for _, proofs in parts
            for proof in proofs
            for difference in proof.differences
        ]
    else:
        if file is not None:
            proof = _run(_later(lambda: verify_export(file)))
            head = {"dossier": proof.subject, "sha256": seal_of(file)}
        else:
            proof = _run(lambda: _proved(_origin(kafka, mongo, archive, keys=keys), dossier or ""))
            head = {"dossier": proof.subject}
        parts, differences = (
            [(chain.source, [Proof("", [chain], [])]) for chain in proof.chains],
            proof.differences,
        )
    if json:
        end_as_json({**head, "sources": chains_as_json(parts)}, differences)
        return
    out = console()
    for name, value in head.items():
        out.print(escape(value if name == "dossier" else f"sha256 of its lines {value}"))
    show_chains(out, parts)
    end(
        out,
        differences,
        f"{sum(row['records'] for row in chains_as_json(parts))} records: every chain holds",
    )


@app.command("match")
def match_command(
    file: Annotated[
        Path, typer.Argument(help="A document, or a private record, as somebody has it.")
    ],
    dossier: Annotated[str | None, typer.Option(help="The dossier's id or code.")] = None,
    export: Annotated[
        Path | None, typer.Option(help="An exported file of it; nothing else is asked.")
    ] = None,
    archive: FromArchive = False,
    json: AsJson = False,
    kafka: Kafka = None,
    mongo: Mongo = None,
) -> None:
    """Find the events of a dossier that name a file's very bytes: a document by its SHA-256, a
    private record by its commitment.
    """
    out = console()

    async def work() -> tuple[str, Proof, list[Record]]:
        try:
            digest = sha256(file.read_bytes())
        except OSError as error:
            raise Unreachable(f"{file}: {error.strerror or error}") from error
        if (dossier is None) == (export is None):
            raise Unreachable("give either --dossier or --export")
        if export is not None:
            proof = verify_export(export)
            return digest, proof, read_export(export)[1] if proof.holds else []
        subject, records = await _origin(kafka, mongo, archive).dossier(dossier or "")
        return digest, prove(subject, records), records

    digest, proof, records = _run(work)
    found = matches(records, digest) if proof.holds else []
    if json:
        document = {
            "dossier": proof.subject,
            "sha256": digest,
            "named_by": [one.as_json() for one in found],
        }
        end_as_json(document, proof.differences)
    else:
        out.print(escape(f"{proof.subject}\nsha256 of the file {digest}"))
        if found:
            made = table("event", "sequence")
            made.add_column("field")
            made.add_column("place")
            for one in found:
                made.add_row(
                    *[escape(str(cell)) for cell in (one.type, one.sequence, one.field, one.place)]
                )
            out.print(made)
        end(
            out,
            proof.differences,
            f"named by {len(found)} events"
            if found
            else "no event of the dossier names these bytes",
        )
    if not found:
        raise typer.Exit(1)


@app.command("state")
def state_command(
    dossier: Dossier,
    at: Annotated[
        str | None,
        typer.Option(
            help="An instant with its offset: 2026-11-24T09:00:00+07:00. Without it, now."
        ),
    ] = None,
    json: AsJson = False,
    archive: FromArchive = False,
    kafka: Kafka = None,
    mongo: Mongo = None,
) -> None:
    """Where a dossier lay at that time, folded from its events."""
    out = console()

    async def work() -> dict[str, Any]:
        instant = _instant(at)
        subject, records = await _origin(kafka, mongo, archive).dossier(dossier)
        return state_as_json(subject, *progress(records, instant), instant)

    state = _run(work)
    if json:
        out.print_json(data=state)
        return
    made = Table(show_header=False)
    place = state["place"] or {}
    shown = {
        "dossier": state["dossier"],
        "code": state["code"] if state["known"] else "not registered by then",
        "procedure": state["procedure"],
        "status": f"{state['status_vi']} / {state['status_en']}" if state["known"] else "",
        "place": ", ".join(
            str(place[part])
            for part in ("agency", "department", "officer", "step_vi")
            if place.get(part)
        ),
        "due": state["due_at"],
        "fee": (
            state["fee"]
            + (f", {state['amount_vnd']:,} VND" if state["amount_vnd"] is not None else "")
        ),
        "last event": state["last_fact_at"],
        "heard": ", ".join(
            f"{source.rsplit('/', 1)[-1]} {sequence}"
            for source, sequence in state["sequences"].items()
        ),
    }
    for name, value in shown.items():
        made.add_row(name, escape(str(value or "")))
    out.print(made)


@app.command("export")
def export_command(
    dossier: Dossier,
    file: Annotated[
        Path, typer.Argument(help="Where to write; an existing file is kept and refused.")
    ],
    archive: FromArchive = False,
    kafka: Kafka = None,
    mongo: Mongo = None,
) -> None:
    """Write a dossier's records, byte for byte, into a file that `verify
    --file` proves anywhere.
    """
    out = console()

    async def work() -> dict[str, Any]:
        if file.exists():
            raise Unreachable(f"{file}: exists already")
        origin = _origin(kafka, mongo, archive)
        subject, records = await origin.dossier(dossier)
        return write_export(file, subject, records, origin.name, datetime.now(UTC))

    manifest = _run(work)
    out.print(
        escape(
            f"{file}: {manifest['records']} records of {manifest['dossier']}, sha256 of its lines"
            f" {manifest['sha256']}"
        )
    )
    if not manifest["holds"]:
        out.print("its chains do not hold: see motcua audit verify --file")
        raise typer.Exit(1)


async def _proved(origin: Origin, dossier: str) -> Proof:
    subject, records = await origin.dossier(dossier)
    proof = prove(subject, records)
    return replace(proof, strays=[*proof.strays, *await origin.forged(subject, records)])


async def _everything(origin: Origin) -> list[tuple[str, list[Proof]]]:
    parts: dict[str, list[Proof]] = {}
    async for name, proof in origin.everything():
        parts.setdefault(name, []).append(proof)
    return list(parts.items())


def _origin(
    kafka: str | None, mongo: str | None, archive: bool, *, keys: str | None = None
) -> Origin:
    if archive:
        return Origin(mongo=address("mongo", mongo))
    believed = command_keys(keys, required=False)
    heads = known_address("mongo", mongo) if believed is not None else ""
    return Origin(kafka=address("kafka", kafka), believed=believed, heads=heads)


def _instant(text: str | None, option: str = "--at") -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Unreachable(
            f"{option} {text}: an instant is required, such as 2026-11-24T09:00:00+07:00"
        ) from None
    if instant.tzinfo is None:
        raise Unreachable(f"{option} {text}: the offset is missing, such as +07:00")
    return instant


def _run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    try:
        return asyncio.run(work())
    except Unreachable as reason:
        typer.echo(f"error: {reason}", err=True)
        raise typer.Exit(2) from reason
    except (KafkaError, PyMongoError) as error:
        typer.echo(f"error: reading broke off: {brief(error)}", err=True)
        raise typer.Exit(2) from error


def _later(work: Callable[[], T]) -> Callable[[], Coroutine[Any, Any, T]]:
    async def later() -> T:
        return work()

    return later
