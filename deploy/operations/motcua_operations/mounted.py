"""The groups of the command line, imported only when asked for.

Beside those of operators and auditors it has the commands that other distributions bring, as entry
points of the group `motcua.commands`: where the local stack is installed, `motcua up` is there.
"""

import importlib
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NamedTuple

import typer
from motcua_chassis.command_line import Plain
from typer.core import TyperGroup

from .access import AUDITOR, OPERATOR
from .environment import adopt_environment

EXTENSIONS = "motcua.commands"


class Mounted(NamedTuple):
    """A command, and the user that it works as on a stack with logins; without one, it asks for a
    login itself.
    """

    module: str
    works_as: str | None = OPERATOR


MOUNTED = {
    "topics": Mounted("motcua_operations.topics_command", None),
    "dead-letters": Mounted("motcua_operations.dead_letters"),
    "breaker": Mounted("motcua_operations.breaker"),
    "deadline": Mounted("motcua_operations.deadline"),
    "catalog": Mounted("motcua_catalog.cli"),
    "payment": Mounted("motcua_payment.cli"),
    "notify": Mounted("motcua_notify.cli"),
    "audit": Mounted("motcua_audit.cli", AUDITOR),
}
"""Command and the module whose `app` (a Typer application) it is; an application of one command is
that command.
"""


def extensions() -> dict[str, EntryPoint]:
    """The commands that other distributions bring: a Typer application, or one command's
    function.
    """
    return {found.name: found for found in entry_points(group=EXTENSIONS)}


class Mounting(Plain, TyperGroup):
    """The group that knows the mounted commands and the extensions."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*MOUNTED, *(name for name in extensions() if name not in MOUNTED)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if mounted := MOUNTED.get(cmd_name):
            if mounted.works_as is not None:
                adopt_environment(mounted.works_as)
            return _named(cmd_name, importlib.import_module(mounted.module).app)
        if extension := extensions().get(cmd_name):
            return _named(cmd_name, extension.load())
        return None


def _named(name: str, found: Any) -> Any:
    if not isinstance(found, typer.Typer):
        application = typer.Typer(add_completion=False)
        application.command()(found)
        found = application
    command = typer.main.get_command(found)
    command.name = name
    return command
