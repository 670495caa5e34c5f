"""Parts of the command line that live elsewhere, imported only when asked for: a missing one hides
its own command alone.
"""

import importlib
import importlib.util
import os
from typing import Any

import typer
from motcua_chassis.command_line import Plain
from typer.core import TyperGroup

from .access import AUDITOR, OPERATOR
from .home import Home
from .keys import COMMAND_KEYS, TOOLS_KEY
from .stack_file import NoStackError, Stack, read_stack

MOUNTED = {
    "demo": "motcua_local.demo",
    "bench": "motcua_local.bench",
    "catalog": "motcua_catalog.cli",
    "audit": "motcua_audit.cli",
    "payment": "motcua_payment.cli",
    "notify": "motcua_notify.cli",
    "dead-letters": "motcua_local.dead_letters",
    "breaker": "motcua_local.breaker",
    "clock": "motcua_local.clock",
    "deadline": "motcua_local.deadline",
}
"""Command and the module whose `app` (a Typer application) it is; an application of one command is
that command.
"""
_START_THEIR_OWN = {"demo", "bench"}


class Mounting(Plain, TyperGroup):
    """The group that knows the mounted commands beside its own."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [
            *super().list_commands(ctx),
            *(name for name, module in MOUNTED.items() if _exists(module)),
        ]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        module = MOUNTED.get(cmd_name)
        if module is None or not _exists(module):
            return super().get_command(ctx, cmd_name)
        if cmd_name not in _START_THEIR_OWN:
            adopt_running_stack(AUDITOR if cmd_name == "audit" else OPERATOR)
        command = typer.main.get_command(importlib.import_module(module).app)
        command.name = cmd_name
        return command


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def adopt_running_stack(who: str = OPERATOR) -> Stack | None:
    """The stack that runs here, for commands that take addresses and logins from the environment.

    What is set already stays.

    `who`: the user that a command works as on a secure stack. Somebody else's Kafka gets no login
    of this stack's.
    """
    home = Home.from_environment()
    try:
        stack = read_stack(home)
    except NoStackError:
        return None  # the command itself says what it lacks
    if stack.secure:
        if (
            os.environ.get("MOTCUA_KAFKA_BOOTSTRAP", stack.addresses["kafka"])
            == stack.addresses["kafka"]
        ):
            for name, value in stack.kafka(who).environment().items():
                os.environ.setdefault(name, value)
        os.environ.setdefault("MOTCUA_MONGO_URI", stack.mongo(who))
    names = {
        "kafka": "MOTCUA_KAFKA_BOOTSTRAP",
        "mongo": "MOTCUA_MONGO_URI",
        "gateway": "MOTCUA_GATEWAY_URL",
        "audit": "MOTCUA_AUDIT_URL",
        "mailbox": "MOTCUA_MAILBOX_URL",
    }
    for name, variable in names.items():
        if name in stack.addresses:
            os.environ.setdefault(variable, stack.addresses[name])
    os.environ.setdefault("MOTCUA_COMMAND_PUBLIC_KEYS", str(home.keys / COMMAND_KEYS))
    os.environ.setdefault("MOTCUA_COMMAND_KEY", str(home.keys / TOOLS_KEY))
    return stack
