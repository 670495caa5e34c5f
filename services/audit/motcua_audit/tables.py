"""What the command line shows of a check: tables for people, one JSON document for machines, and
the exit code.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .check import Report
from .domain.difference import Difference
from .proof import Proof

SHOWN = 10


def console() -> Console:
    return Console(highlight=False, soft_wrap=True)


def table(first: str, *counts: str) -> Table:
    made = Table(first)
    for name in counts:
        made.add_column(name, justify="right")
    return made


def end(out: Console, differences: Sequence[Difference], well: str) -> None:
    """The last lines for people. Raises `typer.Exit` with 1 where something differs."""
    if not differences:
        out.print(escape(well))
        return
    count = (
        "1 difference:"
        if len(differences) == 1
        else f"{len(differences):,} differences, the first:"
    )
    out.print(escape(f"{count}\n  {differences[0]}"), style="red")
    for difference in differences[1:SHOWN]:
        out.print(escape(f"  {difference}"))
    if len(differences) > SHOWN:
        out.print(f"  … and {len(differences) - SHOWN:,} more: --json has all of them")
    raise typer.Exit(1)


def end_as_json(document: Mapping[str, Any], differences: Sequence[Difference]) -> None:
    """One document with every difference. Raises `typer.Exit` with 1 where something differs."""
    whole = {
        "holds": not differences,
        **document,
        "differences": [difference.as_json() for difference in differences],
    }
    typer.echo(orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode())
    if differences:
        raise typer.Exit(1)


COUNTS = {
    "subjects": "subjects",
    "events": "events",
    "copies": "copies",
    "opened": "papers",
    "erased": "erased",
    "archived": "archived",
}
COUNTS |= {"signed": "signed", "unprovable": "not provable"}
"""Of a service's report: field and heading. Papers and the archive are not looked into when states
are written elsewhere.
"""
FOLDED = ("subjects", "events", "copies")


def show_report(out: Console, report: Report, counts: Sequence[str] = tuple(COUNTS)) -> None:
    made = table("service", *[COUNTS[count] for count in counts], "differ")
    for part in report.services.values():
        made.add_row(
            part.name,
            *[f"{getattr(part, count):,}" for count in counts],
            f"{len(part.differences):,}",
        )
    out.print(made)


def report_as_json(report: Report, counts: Sequence[str] = tuple(COUNTS)) -> dict[str, Any]:
    services = [
        {"service": part.name, **{COUNTS[count]: getattr(part, count) for count in counts}}
        for part in report.services.values()
    ]
    return {"seconds": round(report.seconds, 1), "services": services}


Parts = Sequence[tuple[str, Sequence[Proof]]]


def show_chains(out: Console, parts: Parts) -> None:
    """One line for each source."""
    made = table("source", "chains", "records", "copies", "differ")
    for row in chains_as_json(parts):
        made.add_row(
            escape(row["source"]),
            *[f"{row[name]:,}" for name in ("chains", "records", "copies", "differ")],
        )
    out.print(made)


def chains_as_json(parts: Parts) -> list[dict[str, Any]]:
    rows = []
    for name, proofs in sorted(parts, key=lambda part: part[0]):
        chains = [chain for proof in proofs for chain in proof.chains]
        records, copies = (
            sum(chain.records for chain in chains),
            sum(chain.copies for chain in chains),
        )
        differ = sum(len(proof.differences) for proof in proofs)
        rows.append(
            {
                "source": name,
                "chains": len(chains),
                "records": records,
                "copies": copies,
                "differ": differ,
            }
        )
    return rows
