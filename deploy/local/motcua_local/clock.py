"""`motcua clock`: simulated time of a development stack.

It only ever goes forwards, for everybody at once, and is kept on `dev.clock`.
"""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import orjson
import typer
from aiokafka import AIOKafkaProducer
from motcua_chassis.command_line import COULD_NOT, Plain
from motcua_chassis.reader import read_to_end
from motcua_chassis.tooling import headers_on
from motcua_chassis.transport import Kafka, client_arguments
from motcua_contracts import VIETNAM
from motcua_contracts.wire import topics
from motcua_operations.access import OPERATOR
from rich.console import Console
from typer.core import TyperGroup

from .home import Home
from .stack_file import NoStackError, read_stack


class Commands(Plain, TyperGroup):
    """A group whose commands end plainly."""


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    help="Simulated time of the development stack that runs here.",
)
UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def seconds_of(word: str) -> int:
    """`2d`, `36h`, `1d12h30m`. Raises `typer.BadParameter`, which says what is allowed."""
    parts = re.findall(r"(\d+)([dhms])", word)
    total = sum(int(count) * UNITS[unit] for count, unit in parts)
    if not total or "".join(count + unit for count, unit in parts) != word:
        raise typer.BadParameter(
            f"{word!r} cannot be read; write days, hours, minutes, seconds, for example 2d or"
            " 1d12h30m"
        )
    return total


@app.command()
def advance(
    by: Annotated[str, typer.Argument(help="How far, for example 2d, 36h or 1d12h30m.")],
) -> None:
    """Move time forwards. What is due by then fires by itself."""
    seconds = seconds_of(by)
    shift = asyncio.run(_moved(_kafka(), seconds))
    Console(highlight=False).print(
        f"it is {_shown(shift)} now (shifted by {timedelta(seconds=shift)})"
    )


@app.command()
def show() -> None:
    """What time it is for the services."""
    shift = asyncio.run(_shift(_kafka()))
    Console(highlight=False).print(f"{_shown(shift)} (shifted by {timedelta(seconds=shift)})")


def _kafka() -> Kafka:
    """The broker of the stack that runs here: a development stack by its making.

    No other broker is ever moved.
    """
    try:
        return read_stack(Home.from_environment()).kafka(OPERATOR)
    except NoStackError as error:
        typer.echo(
            f"error: {error}; simulated time is for a local development stack alone", err=True
        )
        raise typer.Exit(COULD_NOT) from None


async def _shift(kafka: str | Kafka) -> float:
    shifts = [
        orjson.loads(record.value)["shift_seconds"]
        for record in await read_to_end(kafka, (topics.DEV_CLOCK,))
    ]
    return float(max(shifts, default=0))


async def _moved(kafka: str | Kafka, seconds: int) -> float:
    shift = await _shift(kafka) + seconds
    producer = AIOKafkaProducer(**client_arguments(kafka), acks="all")
    try:
        await producer.start()
        clock = topics.DEV_CLOCK.name
        await producer.send_and_wait(
            clock, orjson.dumps({"shift_seconds": shift}), partition=0, headers=headers_on(clock)
        )
    finally:
        await producer.stop()
    return shift


def _shown(shift: float) -> str:
    now = datetime.now(UTC) + timedelta(seconds=shift)
    return f"{now.astimezone(VIETNAM):%d/%m/%Y %H:%M} in Vietnam"
