"""`motcua deadline explain`: why a dossier is due when it is, line by line, also after a supplement
and after a new appointment.

Read from the log itself, which anybody can compute again: each event that set or moved the date
carries its computation.
"""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any, NamedTuple

import typer
from motcua_chassis.command_line import Plain
from motcua_chassis.reader import read_to_end
from motcua_contracts import VIETNAM
from motcua_contracts.messages.intake import DossierAccepted, DossierRegistered
from motcua_contracts.messages.routing import (
    ClockResumed,
    DeadlineExtended,
    DueDateMoved,
    SupplementNeeded,
)
from motcua_contracts.rules.deadline import DeadlineStep
from motcua_contracts.rules.reasons import reason
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import Undecodable, decode
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup


class Commands(Plain, TyperGroup):
    """A group whose commands end plainly."""


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    help="Why a dossier is due when it is.",
)


class Turn(NamedTuple):
    """An event that set, stopped or moved the date. `due_at` is None while the clock is paused."""

    at: datetime
    name_vi: str
    name_en: str
    steps: tuple[DeadlineStep, ...]
    due_at: datetime | None


@app.callback()
def group() -> None:
    """Keeps `explain` a word of its own."""


@app.command()
def explain(
    dossier: Annotated[
        str, typer.Argument(help="A dossier's id, or its code such as H40.12-261123-0001.")
    ],
    kafka: Annotated[
        str,
        typer.Option(
            envvar="MOTCUA_KAFKA_BOOTSTRAP", help="Kafka, host:port; else the stack that runs here."
        ),
    ] = "",
) -> None:
    """The computation of the due date, step by step, in Vietnamese and English."""
    console = Console(highlight=False)
    if not kafka:
        console.print(
            "No stack runs here: start one with motcua up, or name the broker by --kafka."
        )
        raise typer.Exit(2)
    records = asyncio.run(read_to_end(kafka, (topics.INTAKE_DOSSIERS, topics.ROUTING_CASES)))
    code, turns = turns_of(dossier, (record.value for record in records))
    if not turns:
        console.print(
            f"{dossier}: no such dossier, or it was not accepted yet, so nothing is due. Name its"
            " id or its whole code."
        )
        raise typer.Exit(1)
    console.print(shown(code, turns))
    due = turns[-1].due_at
    stands = (
        "Đang chờ bổ sung, thời hạn ngừng tính · The clock is paused: more documents are awaited"
    )
    console.print(f"Hẹn trả kết quả · Due: [bold]{local(due)}[/bold]" if due else stands)


def turns_of(dossier: str, raws: Iterable[bytes | None]) -> tuple[str, list[Turn]]:
    """The dossier's code, and what set or moved its date, in order; none for one that nobody
    accepted.
    """
    code, by_subject, wanted = dossier, dict[str, list[Turn]](), dossier
    for raw in raws:
        try:
            message = decode(raw or b"")
        except Undecodable:
            continue
        if isinstance(message.data, DossierRegistered) and dossier in (
            message.subject,
            message.data.code,
        ):
            wanted, code = message.subject, message.data.code
        if (turn := _turn(message.time, message.data)) is not None:
            by_subject.setdefault(message.subject, []).append(turn)
    return code, sorted(by_subject.get(wanted, []), key=lambda turn: turn.at)


def _turn(at: datetime, event: Any) -> Turn | None:
    match event:
        case DossierAccepted():
            return Turn(at, "Tiếp nhận", "Accepted", event.steps, event.due_at)
        case SupplementNeeded():
            return Turn(at, "Yêu cầu bổ sung", "More papers asked for", (), None)
        case ClockResumed():
            return Turn(at, "Đã bổ sung", "Papers came", event.steps, event.due_at)
        case DeadlineExtended():
            why = reason(event.reason_code)
            return Turn(
                at,
                f"Xin lỗi, hẹn lại: {why.vi}",
                f"New appointment: {why.en}",
                event.steps,
                event.due_at,
            )
        case DueDateMoved():
            return Turn(at, "Dời vì ngày nghỉ", "Moved off a day off", event.steps, event.due_at)
        case _:
            return None


def shown(code: str, turns: Iterable[Turn]) -> Table:
    """The turns as a table, one row a line of the computation."""
    table = Table(
        title=f"{code}: vì sao hẹn trả vào lúc đó? · why is it due then?", show_lines=False
    )
    for head in ("", "lúc", "tiếng Việt", "English"):
        table.add_column(head)
    for turn in turns:
        for row in _rows(turn):
            table.add_row(*row)
        table.add_section()
    return table


def _rows(turn: Turn) -> Iterator[tuple[str, str, str, str]]:
    if not turn.steps:
        yield (
            f"[bold]{turn.name_vi}[/bold]",
            local(turn.at),
            "Thời hạn ngừng tính.",
            "The clock is paused.",
        )
    for number, step in enumerate(turn.steps):
        yield (
            (f"[bold]{turn.name_vi}[/bold]" if not number else ""),
            local(step.at),
            step.text_vi,
            step.text_en,
        )


def local(at: datetime | None) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if at is not None else ""
