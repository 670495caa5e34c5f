"""The import: files → what differs from what is published → commands → facts. All or nothing before anything is sent.

Versions are counted here, from what is published: whoever edits a file writes none. Importing the same files again sends nothing.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, assert_never

from motcua_contracts.catalog import (
    AgencyPublished,
    CalendarPublished,
    OfficerPlaced,
    PlaceOfficer,
    ProcedurePublished,
    PublishAgency,
    PublishCalendar,
    PublishProcedure,
)
from motcua_contracts.envelope import Message, sha256, stable_id
from motcua_contracts.payload import Command, Payload

from .building import Wanted, build
from .domain.state import digest
from .lines import Fault
from .published import CatalogueLog, Fact, Shelf
from .reading import read_stack

ACTOR = "system:catalog-import"
SOURCE = "/motcua/catalog-import"
WAIT_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Change:
    """One subject that the files want otherwise than it is published. `details`: `field: before → after`, without names of people."""

    kind: Literal["new", "changed"]
    subject: str
    version: int
    path: Path
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{'+' if self.kind == 'new' else '~'} {self.subject} v{self.version}" + "".join(f"\n    {line}" for line in self.details)


@dataclass(slots=True)
class ImportReport:
    """What came of an import. `faults`: nothing was sent. `refused`: subject and slug. `waiting`: sent, and no fact seen in time."""

    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not (self.faults or self.refused or self.waiting)

    def __str__(self) -> str:
        if self.faults:
            return f"nothing imported: {len(self.faults)} fault{'s' if len(self.faults) > 1 else ''}"
        new = sum(change.kind == "new" for change in self.changes)
        done = f"{new} new, {len(self.changes) - new} changed, {self.unchanged} unchanged"
        return done + "".join(f"; {subject} refused: {slug}" for subject, slug in self.refused) + "".join(
            f"; {subject} not seen yet" for subject in self.waiting
        )  # fmt: skip


async def import_into(
    log: CatalogueLog, paths: Iterable[Path], report: Callable[[str], None], *, dry_run: bool = False, wait_seconds: float = WAIT_SECONDS
) -> ImportReport:
    """Import files and directories into a log; `report` gets each line for people as it is known. A dry run only shows."""
    out, shelf = ImportReport(), await log.read()
    plan = build(read_stack(paths), shelf.agencies, frozenset(calendar.id for calendar in shelf.calendars))
    if plan.faults:
        out.faults = plan.faults
        for fault in plan.faults:
            report(str(fault))
        return out
    commands: dict[str, Message[Payload]] = {}
    for wanted in plan.wanted:
        command = wanted.command(shelf.version(wanted.subject) + 1)
        if _published(command, wanted.subject, shelf):
            out.unchanged += 1
            continue
        change = _change(wanted, command, shelf)
        out.changes.append(change)
        report(str(change))
        commands[wanted.subject] = _message(wanted.subject, command, change.version)
    if commands and not dry_run:
        await log.send(list(commands.values()))
        await _await(log, commands, out, wait_seconds)
    return out


async def _await(log: CatalogueLog, commands: dict[str, Message[Payload]], out: ImportReport, wait_seconds: float) -> None:
    """Look until every command has its fact or its refusal, at most so long."""
    open_ones = dict(commands)
    try:
        async with asyncio.timeout(wait_seconds):
            while True:
                shelf = await log.read()
                for subject, message in list(open_ones.items()):
                    if message.id in shelf.refused:
                        out.refused.append((subject, shelf.refused[message.id]))
                    elif not _published(message.data, subject, shelf):
                        continue
                    del open_ones[subject]
                if not open_ones:
                    return
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
    except TimeoutError:
        out.waiting = sorted(open_ones)


def _message(subject: str, command: Command, version: int) -> Message[Payload]:
    """The id follows from content and version: the same import, sent twice, is one command; back to older content is another."""
    content = sha256(command.model_dump_json().encode())
    message_id = stable_id("import", command.wire_type, subject, str(version), content)
    return Message(
        message_id, "/motcua/catalog-import", command.wire_type, subject, datetime.now(UTC), ACTOR, message_id, message_id, command
    )


def _published(command: Payload, subject: str, shelf: Shelf) -> bool:
    """Whether the last fact of the subject says what the command wants, whatever its version."""
    last = shelf.last.get(subject)
    if last is None:
        return False
    if isinstance(command, PlaceOfficer) and isinstance(last, OfficerPlaced) and shelf.names.get(last.commitment) != command.full_name:
        return False
    return digest(last) == digest(_fact(command))


def _fact(command: Payload) -> Fact:
    match command:
        case PublishProcedure():
            return ProcedurePublished(terms=command.terms, publication=command.publication, effective_from=command.effective_from)
        case PublishAgency():
            return AgencyPublished(agency=command.agency, version=0, effective_from=command.effective_from)
        case PublishCalendar():
            return CalendarPublished(calendar=command.calendar, version=0, effective_from=command.effective_from)
        case PlaceOfficer():
            return OfficerPlaced(place=command.place, version=0, effective_from=command.effective_from, commitment="")
        case _:
            raise TypeError(command.wire_type)


def _change(wanted: Wanted, command: Command, shelf: Shelf) -> Change:
    version, last = shelf.version(wanted.subject) + 1, shelf.last.get(wanted.subject)
    if last is None:
        return Change("new", wanted.subject, version, wanted.path)
    details = list(_differences(_content(last), _content(_fact(command))))
    if isinstance(last, OfficerPlaced) and isinstance(command, PlaceOfficer) and shelf.names.get(last.commitment) != command.full_name:
        details.append("full_name: changed")
    return Change("changed", wanted.subject, version, wanted.path, tuple(details))


def _content(fact: Fact) -> dict[str, Any]:
    match fact:
        case ProcedurePublished():
            return fact.model_dump(mode="json", exclude={"terms": {"version"}})
        case AgencyPublished() | CalendarPublished() | OfficerPlaced():
            return fact.model_dump(mode="json", exclude={"version", "commitment"})
        case _:
            assert_never(fact)


def _differences(before: Any, after: Any, where: Sequence[str] = ()) -> Iterable[str]:
    """`field: before → after` for each value that differs, by its whole path."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            yield from _differences(before.get(name), after.get(name), (*where, name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for position, (left, right) in enumerate(zip(before, after, strict=True)):
            yield from _differences(left, right, (*where, str(position)))
    elif before != after:
        yield f"{'.'.join(where)}: {_short(before)} → {_short(after)}"


def _short(value: Any) -> str:
    text = "—" if value is None else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
