"""`motcua bench`: straight-through dossiers from commands on Kafka until every service is done, and
what they cost.

A stack of its own, in a home that is wiped first. Counted from the first command until the archive
has every event, the gateway shows every dossier, every effect is closed and the SMTP server has
both mails of every dossier. CPU is read from /proc before and after.
"""

import asyncio
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from aiokafka import AIOKafkaProducer
from motcua_catalog.importer.file_stack import HOME as CATALOGUE
from motcua_catalog.importer.kafka import import_files
from motcua_chassis.command_line import Plain
from motcua_chassis.signatures import Signer
from motcua_chassis.tooling import headers_of
from motcua_chassis.transport import Kafka, client_arguments
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import encode
from motcua_operations.access import ADMIN
from motcua_operations.development_keys import GATEWAY_KEY, TOOLS_KEY
from pymongo import AsyncMongoClient
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from typer.core import TyperGroup

from . import bench_search
from .bench_load import commands, ends_of
from .detached import running_stack
from .home import Home
from .layout import Options
from .progress import Shown, Silent
from .stack_file import Stack

MAILS = 2
"""A straight-through dossier is told of twice: accepted, and granted."""
EVENT_TOPICS = tuple(topic.name for topic in topics.DOSSIER_EVENTS)


class Commands(Plain, TyperGroup):
    """A group whose commands end plainly."""


app = typer.Typer(cls=Commands, add_completion=False)
app.command("search")(bench_search.search)


@dataclass(frozen=True, slots=True)
class Figures:
    """CPU in milliseconds a dossier; `services` is all seven together.

    The SMTP server's own is apart.
    """

    dossiers: int
    seconds: float
    dossiers_per_second: float
    events_per_dossier: float
    cpu_ms_per_dossier: float
    services: float
    broker: float
    mongod: float
    each: dict[str, float]
    smtp_server: float
    mails: int
    records_per_turn: dict[str, float]


@app.callback(invoke_without_command=True)
def bench(
    context: typer.Context,
    dossiers: Annotated[int, typer.Option(min=1, help="How many.")] = 5000,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON line and nothing else.")
    ] = False,
    documents: Annotated[bool, typer.Option(help="With slip and signed result.")] = False,
    secure: Annotated[
        bool, typer.Option("--secure", help="Kafka and MongoDB by TLS and login, as in production.")
    ] = False,
    within_seconds: Annotated[float, typer.Option(help="Give up after so long.")] = 300,
) -> None:
    """Measure straight-through dossiers: dossiers/s, events and CPU-ms a dossier.

    `search` beside it: the public search.
    """
    if context.invoked_subcommand is not None:
        return
    console = Console(highlight=False, stderr=as_json, quiet=as_json)
    home = Home(Home.from_environment().root / "bench")
    shutil.rmtree(home.root, ignore_errors=True)
    with Shown(console) if not as_json else _nothing() as shown:
        options = Options(mail_sink=True, restart=False, throwaway=True, secure=secure)
        with running_stack(home, options, shown) as stack:
            figures = asyncio.run(_measure(stack, dossiers, documents, within_seconds, console))
    if as_json:
        typer.echo(json.dumps(asdict(figures)))
        return
    console.print(_table(figures))


def _nothing() -> Any:
    import contextlib

    return contextlib.nullcontext(Silent())


async def _measure(
    stack: Stack, count: int, documents: bool, within_seconds: float, console: Console
) -> Figures:
    kafka = stack.kafka(ADMIN)
    files = [CATALOGUE / "organisation", *CATALOGUE.glob("procedures/bench.*.yaml")]
    keys = Home(Path(stack.home)).keys
    report = await import_files(kafka, files, lambda line: None, key=keys / TOOLS_KEY)
    if not report.ok:
        raise typer.BadParameter(str(report))
    procedure = "bench.documents" if documents else "bench.straight-through"
    await asyncio.sleep(2)  # the services' start-up is not the dossiers' cost
    groups = _groups(stack)
    before, started = {name: cpu_ms(pids) for name, pids in groups.items()}, time.perf_counter()
    await _load(kafka, procedure, count, Signer.load(keys / GATEWAY_KEY))
    await _until_done(stack, count, started + within_seconds, console)
    seconds = time.perf_counter() - started
    spent = {name: round((cpu_ms(pids) - before[name]) / count, 3) for name, pids in groups.items()}
    services = {
        name: ms for name, ms in spent.items() if name not in ("broker", "mongod", "mailbox")
    }
    total = sum(services.values()) + spent["broker"] + spent["mongod"]
    events = sum((await ends_of(kafka, EVENT_TOPICS)).values())
    mails = (await _get(stack.addresses["mailbox"] + "/count"))["distinct"]
    return Figures(
        dossiers=count,
        seconds=round(seconds, 2),
        dossiers_per_second=round(count / seconds, 1),
        events_per_dossier=round(events / count, 2),
        cpu_ms_per_dossier=round(total, 2),
        services=round(sum(services.values()), 2),
        broker=spent["broker"],
        mongod=spent["mongod"],
        each=services,
        smtp_server=spent["mailbox"],
        mails=mails,
        records_per_turn=await _turns(stack),
    )


async def _turns(stack: Stack) -> dict[str, float]:
    """How many records one turn took in on average, by service: what group commit lives on."""
    found = {}
    for part in stack.services():
        async with httpx.AsyncClient(trust_env=False) as client:
            lines = (await client.get(f"{part.probes_url}/metrics")).text.splitlines()
        values = {
            name: float(value)
            for name, value in (
                line.rsplit(" ", 1) for line in lines if line.startswith("motcua_batch_records_")
            )
        }
        turns = values["motcua_batch_records_count"]
        found[part.service] = round(values["motcua_batch_records_sum"] / turns, 1) if turns else 0.0
    return found


async def _load(kafka: str | Kafka, procedure: str, count: int, signer: Signer) -> None:
    topic = topics.INTAKE_COMMANDS.name
    producer = AIOKafkaProducer(
        **client_arguments(kafka), acks="all", linger_ms=2, max_batch_size=262_144
    )
    await producer.start()
    try:
        sent = []
        for number, (lane, message) in enumerate(commands(procedure, count)):
            raw = signer.sign(encode(message), topic)
            sent.append(
                await producer.send(
                    topic,
                    raw,
                    key=message.subject.encode(),
                    partition=lane,
                    headers=headers_of(message),
                )
            )
            if number % 500 == 499:
                await asyncio.gather(*sent)
                sent.clear()
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def _until_done(stack: Stack, count: int, deadline: float, console: Console) -> None:
    """Returns when the mails are out, nothing is open in any store, and every lane has read its
    topics to the end.
    """
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(stack.mongo(ADMIN))
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    try:
        with Progress(*columns, console=console, transient=True) as bar:
            mails = bar.add_task("mails", total=count * MAILS)
            while (
                got := (await _get(stack.addresses["mailbox"] + "/count"))["distinct"]
            ) < count * MAILS:
                bar.update(mails, completed=got)
                _in_time(deadline, f"{got} of {count * MAILS} mails")
                await asyncio.sleep(0.25)
            while (left := await _left(client, stack.kafka(ADMIN))) != "":
                _in_time(deadline, left)
                await asyncio.sleep(0.1)
    finally:
        await client.close()


def _in_time(deadline: float, left: str) -> None:
    if time.perf_counter() > deadline:
        raise SystemExit(f"not done in time: {left}")


async def _left(client: AsyncMongoClient[dict[str, Any]], kafka: str | Kafka) -> str:
    """What is not done yet, "" when all is."""
    if open_effects := await client["motcua_notify"]["effects"].count_documents({}):
        return f"{open_effects} effects of notify"
    ends = await ends_of(kafka, [*EVENT_TOPICS, "intake.commands", "notify.commands"])
    for service in topics.SERVICES:
        async for lane in client[f"motcua_{service}"]["lanes"].find():
            for topic, offset in lane["next"].items():
                end = ends.get((topic.replace("/", "."), lane["_id"]))
                if end is not None and offset < end:
                    return (
                        f"{service} is {end - offset} records behind on {topic.replace('/', '.')}"
                    )
    return ""


async def _get(url: str) -> Any:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(url)).json()


def _groups(stack: Stack) -> dict[str, list[int]]:
    """Processes by what they are counted as."""
    groups: dict[str, list[int]] = {}
    for part in stack.processes:
        name = {"kafka": "broker", "mongodb": "mongod", "mongo": "mongod"}.get(
            part.name, part.service or part.name
        )
        if name not in ("sms", "vnpay"):
            groups.setdefault(name, []).append(part.pid)
    return groups


def cpu_ms(pids: list[int]) -> float:
    """User and system time of the processes so far, from /proc."""

    def ticks(pid: int) -> int:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    return sum(map(ticks, pids)) * 1000 / os.sysconf("SC_CLK_TCK")


def _table(figures: Figures) -> Table:
    table = Table(
        "what",
        "CPU-ms a dossier",
        "records a turn",
        title=f"{figures.dossiers} straight-through dossiers",
        title_justify="left",
    )
    for name, ms in figures.each.items():
        table.add_row(name, f"{ms:.2f}", f"{figures.records_per_turn.get(name, 0):.0f}")
    table.add_section()
    table.add_row("services", f"{figures.services:.2f}")
    table.add_row("broker", f"{figures.broker:.2f}")
    table.add_row("mongod", f"{figures.mongod:.2f}")
    table.add_row("[bold]together", f"[bold]{figures.cpu_ms_per_dossier:.2f}")
    table.add_row("SMTP server, apart", f"{figures.smtp_server:.2f}")
    table.caption = (
        f"{figures.dossiers_per_second:.0f} dossiers/s in {figures.seconds:.1f} s,"
        f" {figures.events_per_dossier:.1f} events and {figures.mails / figures.dossiers:.1f} mails"
        " a dossier"
    )
    return table
