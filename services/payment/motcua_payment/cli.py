"""Payment's part of the command line: `ledger`, `reconcile`, `unassigned`.

The main command line mounts `app` under `payment`.

All read what payment has said from Kafka. They end with 0 only if everything holds, with 1 where
something does not, with 2 where they could not look.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Never, TypeVar

import typer
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from motcua_chassis.command_line import Plain
from motcua_chassis.failures import brief
from motcua_chassis.partition import partition_of
from motcua_chassis.reader import stream_to_end
from motcua_chassis.signatures import UnusableKey, tools_signer
from motcua_chassis.tooling import headers_of
from motcua_chassis.transport import client_arguments, mongo_of
from motcua_contracts import VIETNAM, Message, Payload
from motcua_contracts.messages.refunds import ReconciliationRecorded, RecordReconciliation
from motcua_contracts.values.bounds import MAX_FINDINGS
from motcua_contracts.wire.envelope import decode, encode, sha256, stable_id
from motcua_contracts.wire.topics import PAYMENT_CHARGES, PAYMENT_COMMANDS
from motcua_payment_providers.base import NAMES
from pymongo.errors import PyMongoError
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from .books import Books
from .forged import Day, read_forged
from .statement import Compared, Ours, StatementError, compare, read_statement
from .unassigned import Unassigned

T = TypeVar("T")
Kafka = Annotated[
    str | None,
    typer.Option(
        help="Kafka, host:port. [env: MOTCUA_KAFKA_BOOTSTRAP; else the stack that runs here]"
    ),
]
Mongo = Annotated[
    str | None,
    typer.Option(help="MongoDB's URI. [env: MOTCUA_MONGO_URI; else the stack that runs here]"),
]
RECORD_SECONDS = 30


class Commands(Plain, TyperGroup):
    """A group whose commands end plainly."""


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    help="The ledger, and the reconciliation with providers' statements.",
)
console = Console(highlight=False)


@app.command("ledger")
def ledger_command(
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Say what does not hold; exit code 1 where anything does not."
        ),
    ] = False,
    kafka: Kafka = None,
) -> None:
    """The balances of every authority's book, folded from payment's events."""
    books = Books()

    async def work() -> None:
        async for message in _events(_address(kafka)):
            books.take(message)

    _run(work())
    table = Table("authority", "account", "debit", "credit")
    for column in table.columns[2:]:
        column.justify = "right"
    for authority, accounts in sorted(books.balances.items()):
        for account, amount in sorted(accounts.items()):
            table.add_row(
                escape(authority), escape(account), _dong(max(amount, 0)), _dong(max(-amount, 0))
            )
        debit, credit = (
            sum(max(sign * amount, 0) for amount in accounts.values()) for sign in (1, -1)
        )
        table.add_row(
            escape(authority),
            "[bold]sum[/]",
            f"[bold]{debit:,}[/]",
            f"[bold]{credit:,}[/]",
            end_section=True,
        )
    console.print(table)
    problems = books.problems() if check else []
    for problem in problems:
        console.print(f"[red]{escape(problem)}[/]")
    verdict = (
        f"{len(problems)} things do not hold"
        if problems
        else "balanced"
        if check
        else "not checked"
    )
    console.print(f"{books.entries} entries, {books.copies} copies: {verdict}")
    if problems:
        raise typer.Exit(1)


@app.command("reconcile")
def reconcile_command(
    file: Annotated[
        Path,
        typer.Argument(
            help=(
                "The provider's statement: CSV with kind, reference, transaction, amount_vnd, time."
            )
        ),
    ],
    provider: Annotated[
        str, typer.Option(help=f"Whose statement it is: {' or '.join(NAMES)}.")
    ] = "vnpay",
    day: Annotated[
        list[str] | None,
        typer.Option(help="A day (YYYY-MM-DD) to compare though the statement has nothing of it."),
    ] = None,
    record: Annotated[bool, typer.Option(help="Say what was found as events of payment.")] = True,
    kafka: Kafka = None,
    mongo: Mongo = None,
) -> None:
    """Compare a provider's statement with our events: matched, missing here, missing there, amount
    differs. Nothing is mended.
    """
    try:
        content = file.read_bytes()
        lines = read_statement(content)
    except OSError as error:
        _fail(f"{file}: cannot be read ({brief(error)})")
    except StatementError as error:
        _fail(f"{file}: {error}")
    days = [_day(one) for one in day or ()]
    ours = Ours(provider)

    async def work() -> list[Compared]:
        async for message in _events(_address(kafka)):
            ours.take(message)
        compared = compare(lines, ours, days)
        if record and (many := [one for one in compared if len(one.findings) > MAX_FINDINGS]):
            _fail(
                f"{many[0].day}: {len(many[0].findings)} lines do not match, and at most"
                f" {MAX_FINDINGS} a day can be recorded: is it a statement of {provider}, and is"
                " Kafka the right one? --no-record shows them all"
            )
        if record:
            for one in compared:
                await _recorded(_address(kafka), provider, one, sha256(content))
        return compared

    compared = _run(work())
    forged = _forged(mongo)
    for one in compared:
        _show(provider, one)
        if forged is not None:
            for name in (provider, f"{provider}-return"):
                told = forged.get((name, one.day), Day())
                if told.count or name == provider:
                    console.print(
                        f"forged calls of {escape(name)}, no money of anybody's: {told.in_words}"
                    )
    if not compared:
        console.print("the statement is empty; --day names a day to compare")
    if any(one.findings for one in compared):
        raise typer.Exit(1)


@app.command("forged-calls")
def forged_command(
    day: Annotated[
        str | None, typer.Option(help="This day alone (YYYY-MM-DD); all that are kept unless said.")
    ] = None,
    mongo: Mongo = None,
) -> None:
    """Callbacks that were not rightly signed, by day, provider and hour.

    The gateway keeps numbers alone.
    """
    forged, only = _forged(mongo), _day(day) if day else None
    if forged is None:
        _fail("mongo: give --mongo, set MOTCUA_MONGO_URI, or start the local stack (motcua up)")
    table = Table("day", "provider", "forged calls")
    for (provider, on), told in sorted(forged.items(), key=lambda pair: (pair[0][1], pair[0][0])):
        if only in (None, on):
            table.add_row(str(on), escape(provider), told.in_words)
    console.print(table if table.row_count else "no forged calls")


def _forged(given: str | None) -> dict[tuple[str, date], Day] | None:
    """What the gateway counted; None where nobody says where its database is."""
    uri = given or os.environ.get("MOTCUA_MONGO_URI")
    if not uri:
        console.print("forged calls: not looked at; give --mongo or set MOTCUA_MONGO_URI")
        return None
    try:
        return asyncio.run(read_forged(mongo_of(uri)))
    except PyMongoError as error:
        _fail(f"MongoDB cannot be read: {brief(error)}")


@app.command("unassigned")
def unassigned_command(
    day: Annotated[
        str | None, typer.Option(help="Only what was credited on this day (YYYY-MM-DD, Vietnam's).")
    ] = None,
    kafka: Kafka = None,
) -> None:
    """Transfers that named no payment of ours and are nobody's yet.

    Exit code 1 where there are any.
    """
    wanted, found = _day(day) if day is not None else None, Unassigned()

    async def work() -> None:
        async for message in _events(_address(kafka)):
            found.take(message)

    _run(work())
    waiting = found.waiting(wanted)
    table = Table("credited", "transaction", "amount", "names dossier", "state", "transfer")
    table.columns[2].justify = "right"
    for subject, one in waiting.items():
        money, at = one.sum, f"{one.sum.received_at.astimezone(VIETNAM):%Y-%m-%d %H:%M}"
        table.add_row(
            at,
            escape(money.reference),
            f"{money.amount_vnd:,}",
            escape(money.code),
            one.state,
            escape(subject),
        )
    if waiting:
        console.print(table)
    console.print(
        f"{len(waiting)} transfers, {sum(one.sum.amount_vnd for one in waiting.values()):,} đồng"
        " are nobody's yet"
    )
    if waiting:
        raise typer.Exit(1)


def _show(provider: str, one: Compared) -> None:
    console.print(
        f"[bold]{escape(provider)} {one.day}[/]: {len(one.matched)} matched, {len(one.findings)} do"
        " not match"
    )
    if one.matched:
        table = Table("matched", "transaction", "amount", "as", "dossier")
        for _, mine in one.matched:
            table.add_row(
                mine.kind,
                escape(mine.transaction),
                _dong(mine.amount_vnd),
                escape(mine.note),
                escape(mine.dossier_id),
            )
        console.print(table)
    if one.findings:
        table = Table("finding", "kind", "transaction", "here", "there", "dossier")
        for found in one.findings:
            row = (
                found.kind,
                escape(found.transaction),
                _dong(found.here_vnd),
                _dong(found.there_vnd),
                escape(found.dossier_id),
            )
            table.add_row(f"[red]{found.finding.replace('_', ' ')}[/]", *row)
        console.print(table)
    if one.anomalies:
        table = Table("anomaly", "dossier", "attempt", "amount", "reference")
        for odd in one.anomalies:
            reason = odd.reason.replace("_", " ")
            amount = escape(odd.amount_said) or _dong(odd.amount_vnd)
            table.add_row(
                reason, escape(odd.dossier_id), str(odd.attempt), amount, escape(odd.reference)
            )
        console.print(table)


async def _recorded(kafka: str, provider: str, one: Compared, statement_sha256: str) -> None:
    """Hand the findings to payment, and wait until it has said them.

    The same comparison again is the same command.
    """
    command = RecordReconciliation(
        provider=provider,
        day=one.day,
        statement_sha256=statement_sha256,
        matched=len(one.matched),
        findings=one.findings,
    )
    subject = f"reconciliation:{provider}:{one.day}"
    command_id = stable_id("reconciliation", subject, command.model_dump_json())
    message: Message[Payload] = Message(
        command_id,
        "/motcua/gateway",
        command.wire_type,
        subject,
        datetime.now(UTC),
        "system:reconciliation",
        command_id,
        command_id,
        command,
    )
    raw = tools_signer().sign(encode(message), PAYMENT_COMMANDS.name)
    producer = AIOKafkaProducer(**client_arguments(kafka), acks="all", enable_idempotence=True)
    try:
        await producer.start()
        partition = partition_of(PAYMENT_COMMANDS, subject)
        await producer.send_and_wait(
            PAYMENT_COMMANDS.name,
            raw,
            key=subject.encode(),
            partition=partition,
            headers=headers_of(message),
        )
    finally:
        await producer.stop()
    async with asyncio.timeout(RECORD_SECONDS):
        while not await _is_recorded(kafka, command_id):  # noqa: ASYNC110 - another process says it, no event of ours does
            await asyncio.sleep(0.2)


async def _is_recorded(kafka: str, command_id: str) -> bool:
    async with aclosing(_events(kafka)) as events:
        async for message in events:
            if (
                isinstance(message.data, ReconciliationRecorded)
                and message.causationid == command_id
            ):
                return True
    return False


async def _events(kafka: str) -> AsyncGenerator[Message[Payload], None]:
    """Everything payment has said, each subject's events in their order."""
    async for record in stream_to_end(kafka, (PAYMENT_CHARGES,)):
        yield decode(record.value)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        _fail(f"--day {text}: a day is required, such as 2026-11-24")
    if not 2000 <= day.year < 2099:
        _fail(f"--day {text}: allowed are the years 2000 to 2098")
    return day


def _dong(amount_vnd: int) -> str:
    return f"{amount_vnd:,}" if amount_vnd else ""


def _address(given: str | None) -> str:
    found = given or os.environ.get("MOTCUA_KAFKA_BOOTSTRAP")
    if not found:
        _fail(
            "kafka: give --kafka, set MOTCUA_KAFKA_BOOTSTRAP, or start the local stack (motcua up)"
        )
    return found


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except TimeoutError:
        _fail(f"payment has not taken the findings in within {RECORD_SECONDS} s: is it running?")
    except UnusableKey as error:
        _fail(error)
    except (KafkaError, OSError) as error:
        _fail(f"Kafka cannot be read: {brief(error)}")


def _fail(error: object) -> Never:
    console.print(f"[red]error:[/] {escape(str(error))}")
    raise typer.Exit(2)
