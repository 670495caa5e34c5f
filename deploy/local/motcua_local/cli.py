"""Commands of the local stack: start and stop it, scale it, look at it.

Each is an entry point of the `motcua` command, which is there with this distribution alone.
"""

import json
import signal
import time
from pathlib import Path
from typing import Annotated, Any, Never

import typer
from aiokafka.errors import KafkaError
from motcua_chassis.command_line import COULD_NOT
from motcua_contracts.wire.topics import SERVICES
from motcua_operations import topics
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .control import ask
from .detached import start_detached, stop_detached
from .home import AlreadyRunningError, Home
from .layout import OptionError, Options, check_services, parse_instances
from .parts.kafka_jars import LockError
from .parts.mongod_binary import MongodMissingError
from .patience import QUIET_SECONDS, Patience
from .ports import NoFreePortError
from .process import PartFailedError
from .progress import Shown, Written
from .readiness import Named, wait_ready
from .stack_file import NoStackError, Stack, read_stack
from .status import gather, table
from .supervisor import Supervisor

console = Console(highlight=False, soft_wrap=True)
_START_ERRORS = (
    AlreadyRunningError,
    PartFailedError,
    LockError,
    MongodMissingError,
    NoFreePortError,
    topics.PartitionsDifferError,
    KafkaError,
)


NOT_AS_IT_SHOULD_BE = 1
"""Exit code of a start that failed, and of `status` where something is not ready."""


def _fail(error: object, code: int = COULD_NOT) -> Never:
    console.print(f"[red]error:[/] {escape(str(error))}", soft_wrap=True)
    raise typer.Exit(code)


def _options(services: str, only_infra: bool, instances: list[str], **others: Any) -> Options:
    """`others`: fields of Options as they are."""
    chosen: tuple[str, ...]
    try:
        match services:
            case "all":
                chosen = SERVICES
            case "none":
                chosen = ()
            case _:
                chosen = tuple(services.split(","))
                check_services(chosen)
        return Options(() if only_infra else chosen, parse_instances(instances), **others)
    except OptionError as error:
        _fail(error)


def up(
    instances: Annotated[
        list[str] | None, typer.Option(help="SERVICE=COUNT, also several times: routing=3.")
    ] = None,
    services: Annotated[
        str, typer.Option(help="`all`, `none`, or names with commas between them.")
    ] = "all",
    only_infra: Annotated[
        bool,
        typer.Option("--only-infra", help="MongoDB, Kafka, topics and simulators, no service."),
    ] = False,
    simulators: Annotated[
        bool, typer.Option(help="The mailbox, the SMS gateway and VNPAY.")
    ] = True,
    restart: Annotated[bool, typer.Option(help="Start a part again that ended by itself.")] = True,
    mail_sink: Annotated[
        bool, typer.Option("--mail-sink", help="The mailbox only counts (benchmarks).")
    ] = False,
    throwaway: Annotated[
        bool, typer.Option("--throwaway", help="End fast: nobody will look at the data afterwards.")
    ] = False,
    secure: Annotated[
        bool,
        typer.Option(
            "--secure",
            help=(
                "Kafka and MongoDB by TLS and login, rights for each service alone. Needs a home of"
                " its own."
            ),
        ),
    ] = False,
    patience: Annotated[
        float,
        typer.Option(
            min=1, help="Give up when nothing has moved for so many seconds: no log, no probe."
        ),
    ] = QUIET_SECONDS,
    detach: Annotated[
        bool,
        typer.Option("--detach", help="Come back when everything is ready; `motcua down` ends it."),
    ] = False,
    progress_file: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Start everything and stay until Ctrl-C.

    MOTCUA_MONGO_URI and MOTCUA_KAFKA_BOOTSTRAP name servers to use instead of own ones.
    """
    options = _options(
        services,
        only_infra,
        instances or [],
        simulators=simulators,
        restart=restart,
        mail_sink=mail_sink,
        throwaway=throwaway,
        secure=secure,
        patience=patience,
    )
    home = Home.from_environment().ensure()
    if progress_file is not None:
        _run_for_terminal(home, options, progress_file)
        return
    with Shown(console) as shown:
        try:
            if detach:
                _show_addresses(start_detached(home, options, shown))
            else:
                Supervisor(home, options, shown, lambda line: console.print(escape(line))).run(
                    _show_ready
                )
        except _START_ERRORS as error:
            _fail(error, NOT_AS_IT_SHOULD_BE)


def _run_for_terminal(home: Home, options: Options, progress_file: Path) -> None:
    """The detached supervisor: steps go into a file, all else into the log that is its standard
    output.
    """
    written = Written(progress_file)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        Supervisor(
            home, options, written, lambda line: print(time.strftime("%FT%T"), line, flush=True)
        ).run(lambda _: written.write(do="ready"))
    except _START_ERRORS as error:
        written.write(do="failed", message=str(error))
        raise typer.Exit(1) from error


def _show_ready(stack: Stack) -> None:
    _show_addresses(stack)
    console.print("Ctrl-C stops it.")


def _show_addresses(stack: Stack) -> None:
    shown = Table(show_header=False, box=None)
    for name, address in stack.addresses.items():
        shown.add_row(name, escape(address))
    shown.add_row("home", escape(stack.home))
    console.print(shown)


def down() -> None:
    """Stop the stack of this home and wait until it has ended."""
    home = Home.from_environment()
    try:
        ended = stop_detached(home)
    except NoStackError as error:
        console.print(escape(str(error)))
        return
    if not ended:
        _fail("the stack did not end in time; it was killed")
    console.print("stopped")


def scale(
    service: Annotated[str, typer.Argument(help="Which service.")],
    instances: Annotated[int, typer.Argument(help="How many of it.")],
    patience: Annotated[
        float,
        typer.Option(
            min=1, help="Give up when nothing has moved for so many seconds: no log, no probe."
        ),
    ] = QUIET_SECONDS,
) -> None:
    """Run so many instances of one service; lanes move by themselves.

    Comes back when all of them are ready.
    """
    home = Home.from_environment()
    try:
        answer = ask(home, do="scale", service=service, instances=instances)
        if not answer["ok"]:
            _fail(answer["error"])
        parts = [part for part in read_stack(home).services() if part.service == service]
        with Shown(console) as shown, shown.step(service) as step:
            wait_ready(
                [(Named(part), f"{part.probes_url}/readyz") for part in parts],
                Patience(patience),
                step.say,
            )
    except (NoStackError, PartFailedError) as error:
        _fail(error)
    console.print(f"{service}: {instances} running")


def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Each instance: ready, lanes, lag, rate, unpublished, dead letters.

    Exit code 1 when one is not ready.
    """
    try:
        stack = read_stack(Home.from_environment())
    except NoStackError as error:
        _fail(error)
    rows = gather(stack)
    others = [part for part in stack.processes if part.kind != "service"]
    if as_json:
        document = {"addresses": stack.addresses, "services": [row.as_json() for row in rows]}
        print(
            json.dumps(
                {
                    **document,
                    "others": [
                        {"name": p.name, "pid": p.pid, "running": p.running} for p in others
                    ],
                }
            )
        )
    else:
        console.print(table(rows))
        console.print(
            ", ".join(
                f"{p.name} {'[green]runs[/]' if p.running else '[red]down[/]'} (pid {p.pid})"
                for p in others
            )
        )
    if not all(row.ready for row in rows) or not all(part.running for part in others):
        raise typer.Exit(1)
