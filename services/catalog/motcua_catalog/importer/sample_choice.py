"""Samples in an import: which are wanted beside the files, and which there are too many of by now.

Pure.
"""

from dataclasses import replace
from pathlib import Path

from motcua_contracts.messages.catalog import (
    ProcedurePublished,
    PublishProcedure,
    WithdrawProcedure,
)
from motcua_contracts.rules.terms import Terms

from ..published import Shelf
from .drafts import publication_of, terms_of
from .plan import Plan, Wanted, publishing
from .samples import PREFIX, samples

NOWHERE = Path("samples")
"""Where samples are written: nowhere, they are made."""


def fill(plan: Plan, shelf: Shelf) -> None:
    """Add to the plan the samples that the published counts need, and the withdrawal of those that
    they need no more.

    Raises `TooManyProcedures`.
    """
    real = {
        code: event.terms
        for code, event in _procedures(shelf).items()
        if not event.publication.sample and not shelf.withdrawn(code)
    }
    real |= {
        wanted.subject: terms
        for wanted in plan.wanted
        if (terms := _real(wanted)) is not None and not shelf.withdrawn(wanted.subject)
    }
    withdrawn = frozenset(code for code in _procedures(shelf) if shelf.withdrawn(code))
    missing = samples(real.values(), plan.tables, withdrawn)
    tables = replace(
        plan.tables,
        levels=plan.tables.levels | {s.file.code: s.level for s in missing if s.level is not None},
    )
    for file, _ in missing:
        plan.wanted.append(
            Wanted(
                file.code,
                NOWHERE,
                publishing(file, terms_of(file, tables), publication_of(file, tables)),
            )
        )
    needed = {sample.file.code for sample in missing}
    for code, event in _procedures(shelf).items():
        if (
            code.startswith(PREFIX)
            and event.publication.sample
            and code not in needed
            and code not in withdrawn
        ):
            plan.wanted.append(
                Wanted(code, NOWHERE, lambda _: WithdrawProcedure(reason_code="replaced"))
            )


def _procedures(shelf: Shelf) -> dict[str, ProcedurePublished]:
    return {
        code: event for code, event in shelf.last.items() if isinstance(event, ProcedurePublished)
    }


def _real(wanted: Wanted) -> Terms | None:
    command = wanted.command(1)
    return (
        command.terms
        if isinstance(command, PublishProcedure) and not command.publication.sample
        else None
    )
