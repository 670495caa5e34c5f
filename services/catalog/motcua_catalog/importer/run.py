"""The import: files → what differs from what is published → commands → events.

All or nothing before anything is sent.

Versions are counted here, from what is published: whoever edits a file writes none. Importing the
same files again sends nothing.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from motcua_contracts import Command, Message, Payload
from motcua_contracts.wire.envelope import MAX_RECORD_BYTES, decode, encode, sha256, stable_id

from ..published import CatalogueLog
from .departures import leavers
from .differences import Change, change_of, is_published
from .file_stack import read_stack
from .forecasts import undecided
from .plan import build
from .sample_choice import NOWHERE, fill
from .samples import TooManyProcedures
from .yaml_lines import Fault

ACTOR = "system:catalog-import"
SOURCE = "/motcua/catalog-import"
WAIT_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.3


@dataclass(slots=True)
class ImportReport:
    """What came of an import.

    `faults`: nothing was sent. `refused`: subject and slug. `waiting`: sent, and no event seen in
    time.
    """

    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    """What an operator should know, and no fault."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not (self.faults or self.refused or self.waiting)

    def __str__(self) -> str:
        if self.faults:
            return (
                f"nothing imported: {len(self.faults)} fault{'s' if len(self.faults) > 1 else ''}"
            )
        kinds = Counter(change.kind for change in self.changes)
        done = f"{kinds['new']} new, {kinds['changed']} changed, {self.unchanged} unchanged"
        done += f", {kinds['withdrawn']} withdrawn" if kinds["withdrawn"] else ""
        done += f", {kinds['removed']} removed" if kinds["removed"] else ""
        return (
            done
            + "".join(f"; {subject} refused: {slug}" for subject, slug in self.refused)
            + "".join(f"; {subject} not seen yet" for subject in self.waiting)
        )


async def import_into(
    log: CatalogueLog,
    paths: Iterable[Path],
    report: Callable[[str], None],
    *,
    dry_run: bool = False,
    wait_seconds: float = WAIT_SECONDS,
    with_samples: bool = False,
    show: Callable[[Sequence[Change]], None] | None = None,
    now: datetime | None = None,
) -> ImportReport:
    """Import files and directories into a log.

    A dry run only shows. `with_samples`: and what fills up the published counts.

    `report` gets each line for people as it is known; `show` gets the changes at once before they
    are sent, instead of their lines. `now`: from when on warnings count; None: the wall clock.
    """
    out, shelf = ImportReport(), await log.read()
    plan = build(read_stack(paths), shelf.agencies, shelf.calendars)
    if with_samples and not plan.faults:
        try:
            fill(plan, shelf)
        except TooManyProcedures as error:
            plan.faults.append(Fault(NOWHERE, 1, "", str(error)))
    if plan.faults:
        return _nothing(out, plan.faults, report)
    commands: dict[str, Message[Payload]] = {}
    for wanted in (*plan.wanted, *leavers(plan.wanted, shelf)):
        command = wanted.command(shelf.version(wanted.subject) + 1)
        if wanted.empty and wanted.subject not in shelf.last:
            continue
        if is_published(command, wanted.subject, shelf):
            out.unchanged += 1
            continue
        change = change_of(wanted, command, shelf)
        message = _message(wanted.subject, command, change.version)
        if (wrong := _unsendable(message)) is not None:
            plan.faults.append(Fault(wanted.path, 1, "", wrong))
        out.changes.append(change)
        commands[wanted.subject] = message
    if plan.faults:
        return _nothing(out, plan.faults, report)
    if show is not None:
        show(out.changes)
    else:
        for change in out.changes:
            report(str(change))
    out.warnings = undecided(plan.tables.calendars.values(), now or datetime.now(UTC))
    if commands and not dry_run:
        await log.send(list(commands.values()))
        await _await(log, commands, out, wait_seconds)
    return out


def _nothing(out: ImportReport, faults: list[Fault], report: Callable[[str], None]) -> ImportReport:
    """Nothing is sent: every fault is told."""
    out.faults, out.changes, out.unchanged = faults, [], 0
    for fault in faults:
        report(str(fault))
    return out


def _unsendable(message: Message[Payload]) -> str | None:
    """Why readers could not take a command in: too large, or something in it that does not come
    back as it went.
    """
    try:
        raw = encode(message)
        if len(raw) > MAX_RECORD_BYTES:
            return f"too large: {len(raw)} bytes as a record, {MAX_RECORD_BYTES} are allowed"
        if decode(raw).data == message.data:
            return None
    except ValueError:
        pass
    return (
        "something here cannot be told as JSON and read again: a number out of range, or a broken"
        " letter"
    )


async def _await(
    log: CatalogueLog, commands: dict[str, Message[Payload]], out: ImportReport, wait_seconds: float
) -> None:
    """Look until every command has its event or its refusal, at most so long."""
    open_ones = dict(commands)
    try:
        async with asyncio.timeout(wait_seconds):
            while True:
                shelf = await log.read()
                for subject, message in list(open_ones.items()):
                    if message.id in shelf.refused:
                        out.refused.append((subject, shelf.refused[message.id]))
                    elif not is_published(message.data, subject, shelf):
                        continue
                    del open_ones[subject]
                if not open_ones:
                    return
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
    except TimeoutError:
        out.waiting = sorted(open_ones)


def _message(subject: str, command: Command, version: int) -> Message[Payload]:
    """The id follows from content and version: the same import, sent twice, is one command; back to
    older content is another.
    """
    content = sha256(command.model_dump_json().encode())
    message_id = stable_id("import", command.wire_type, subject, str(version), content)
    return Message(
        message_id,
        "/motcua/catalog-import",
        command.wire_type,
        subject,
        datetime.now(UTC),
        ACTOR,
        message_id,
        message_id,
        command,
    )
