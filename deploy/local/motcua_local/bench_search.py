"""`motcua bench search`: how long a search among 5,000 procedures takes, from what somebody typed
to the page's JSON.

No stack is needed: the gateway's own index, filled with the catalogue's real procedures and with
names made of their words. The time holds ranking, facets with counts, and the twenty procedures of
the page.
"""

import json
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer
from motcua_catalog.importer.file_stack import HOME as CATALOGUE
from motcua_catalog.importer.file_stack import read_stack
from motcua_catalog.importer.plan import build
from motcua_contracts import Catalogue, Event, Message
from motcua_contracts.messages.catalog import (
    AgencyPublished,
    ProcedurePublished,
    PublishAgency,
    PublishProcedure,
)
from motcua_gateway.procedures.description import summary
from motcua_gateway.procedures.index import ProcedureIndex
from rich.console import Console
from rich.table import Table

PAGE = 20
SEED = 20261124
QUERIES = (
    "dang ky khai sinh",
    "đăng ký khai sinh",
    "Dang Ky Ho Kinh Doanh",
    "khai si",
    "đất",
    "dat dai",
    "cap phep xay dung",
    "hộ tịch",
    "chung thuc",
    "ho ngheo",
    "1.001193",
    "1.001193.000.00.00.H40",
    "2.0",
    "uy ban nhan dan huyen hai hau",
    "hai minh",
    "giay chung nhan",
    "trích lục",
    "khong co thu tuc nao nhu the",
    "nguoi khuyet tat",
    "birth registration",
    "",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds a search.

    `typing`: each query letter by letter, as it comes in while somebody types.
    """

    procedures: int
    searches: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    slowest_ms: float
    slowest_query: str
    filling_ms: float
    one_more_event_ms: float


def search(
    procedures: Annotated[int, typer.Option(min=1, help="How many.")] = 5000,
    rounds: Annotated[int, typer.Option(min=1, help="How often each query is asked.")] = 5,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON line and nothing else.")
    ] = False,
) -> None:
    """Measure the public search: milliseconds from what was typed to the page's JSON."""
    figures = measure(procedures, rounds)
    if as_json:
        typer.echo(json.dumps(asdict(figures), ensure_ascii=False))
        return
    table = Table(
        title=f"Search among {figures.procedures} procedures, {figures.searches} searches"
    )
    for name in ("p50", "p95", "p99", "slowest", "filling", "one more event"):
        table.add_column(name, justify="right")
    shown = (
        figures.p50_ms,
        figures.p95_ms,
        figures.p99_ms,
        figures.slowest_ms,
        figures.filling_ms,
        figures.one_more_event_ms,
    )
    table.add_row(*(f"{one:.2f} ms" for one in shown))
    Console(highlight=False).print(table, f"slowest: {figures.slowest_query!r}")


def measure(procedures: int, rounds: int) -> Figures:
    """Fill an index, ask every query letter by letter, and take the times."""
    catalogue = Catalogue()
    events = _events(procedures)
    for subject, event in events:
        catalogue.apply(_message(subject, event))
    index = ProcedureIndex(catalogue, lambda: datetime.now(UTC))
    filling = _timed(index, "")
    taken: list[tuple[float, str]] = []
    for _ in range(rounds):
        for query in QUERIES:
            taken += [
                (_timed(index, query[:end]), query[:end])
                for end in range(min(1, len(query)), len(query) + 1)
            ]
    times = sorted(ms for ms, _ in taken)
    last = next(event for _, event in reversed(events) if isinstance(event, ProcedurePublished))
    again = last.model_copy(update={"terms": last.terms.model_copy(update={"version": 2})})
    catalogue.apply(_message(again.terms.code, again))
    more = _timed(index, "dang ky")
    percentiles = statistics.quantiles(times, n=100)
    slowest = max(taken)
    return Figures(
        len(index.all()),
        len(times),
        percentiles[49],
        percentiles[94],
        percentiles[98],
        slowest[0],
        slowest[1],
        filling,
        more,
    )


def _timed(index: ProcedureIndex, query: str) -> float:
    begun = time.perf_counter()
    found = index.search(query, {}, PAGE)
    names = {**index.group_names(), **index.field_names()}
    facets = {
        facet: [(value, names.get(value), count) for value, count in counts.items()]
        for facet, counts in found.facets.items()
    }
    orjson.dumps(
        {
            "procedures": [summary(shown) for shown in found.page],
            "total": found.total,
            "facets": facets,
        }
    )
    return (time.perf_counter() - begun) * 1000


def _events(procedures: int) -> list[tuple[str, Event]]:
    """The real catalogue, and procedures made of the words of its names until there are enough."""
    plan = build(read_stack([CATALOGUE]))
    found: list[tuple[str, Event]] = []
    real: list[ProcedurePublished] = []
    for wanted in plan.wanted:
        match wanted.command(1):
            case PublishAgency() as command:
                found.append(
                    (
                        wanted.subject,
                        AgencyPublished(
                            agency=command.agency, version=1, effective_from=command.effective_from
                        ),
                    )
                )
            case PublishProcedure() as command if command.terms.field != "bench":
                event = ProcedurePublished(
                    terms=command.terms,
                    publication=command.publication,
                    effective_from=command.effective_from,
                )
                real.append(event)
    made = [*real, *_made(real, procedures - len(real))][:procedures]
    return [*found, *((event.terms.code, event) for event in made)]


def _made(real: list[ProcedurePublished], count: int) -> Iterator[ProcedurePublished]:
    chance = random.Random(SEED)
    for number in range(max(0, count)):
        head, tail = chance.choice(real), chance.choice(real)
        words, more = head.terms.name_vi.split(), tail.terms.name_vi.split()
        name = " ".join([*words[: chance.randint(2, len(words))], *more[-chance.randint(2, 6) :]])
        changed = {
            "code": f"9.{number:06}",
            "name_vi": name,
            "level": chance.choice((None, 2, 3, 4)),
            "field": tail.terms.field,
        }
        yield head.model_copy(update={"terms": head.terms.model_copy(update=changed)})


def _message(subject: str, event: Event) -> Message[Event]:
    return Message(
        "",
        "/motcua/catalog",
        event.wire_type,
        subject,
        datetime.now(UTC),
        "system:catalog",
        "",
        "",
        event,
        1,
    )
