"""Texts of commands that end up on a paper, and what of them documents cannot print. Pure.

A field bears the mark where it is declared (`TypedNote` has it, also names that a clerk types). The
owner of the command looks at all of them before it decides, so no rule can forget one. An applicant
and a form have rules of their own (`applicants.py`, `form_rules.py`).
"""

from functools import cache

from ..values.printable import unprintable
from ..wire.payload import Command
from ..wire.personal import Printed
from .refusals import NotPrintable


@cache
def printed_fields(command: type[Command]) -> tuple[str, ...]:
    """The command's own fields whose text a paper may bear."""
    return tuple(
        name
        for name, field in command.model_fields.items()
        if any(isinstance(mark, Printed) for mark in field.metadata)
    )


def hold_printable(command: object) -> None:
    """Raises `NotPrintable` with the first field that has a letter which documents cannot print.

    What is no command passes.
    """
    if not isinstance(command, Command):
        return
    for name in printed_fields(type(command)):
        if letter := unprintable(getattr(command, name)):
            raise NotPrintable(field=name, letter=letter)
