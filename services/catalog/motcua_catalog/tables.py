"""Tables for the terminal: what an import would change, what is published, how much of it.

Nothing is computed here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from motcua_contracts.messages.catalog import ProcedurePublished
from rich.markup import escape
from rich.table import Table

from .counts import NOT_STATED, Count, Row
from .importer.differences import Change
from .published import Shelf

FEW = 20
"""So many new subjects are named; more are counted."""
LEVELS = (1, 2, 3, 4, NOT_STATED)


def difference_table(changes: Sequence[Change]) -> Iterator[Table | str]:
    """What is new by name, then each changed value before and after."""
    new = [change.subject for change in changes if change.kind == "new"]
    if new:
        named = ", ".join(new[:FEW]) + (f" and {len(new) - FEW} more" if len(new) > FEW else "")
        yield escape(f"+ {len(new)} new: {named}")
    gone = [change.subject for change in changes if change.kind == "withdrawn"]
    if gone:
        yield escape(f"- {len(gone)} withdrawn: {', '.join(gone)}")
    changed = [change for change in changes if change.kind == "changed"]
    if not changed:
        return
    table = Table("subject", "version", "field", "published", "file")
    for change in changed:
        for position, detail in enumerate(change.details):
            first = (change.subject, str(change.version)) if position == 0 else ("", "")
            table.add_row(
                *map(escape, (*first, detail.field, detail.before, detail.after)),
                end_section=position == len(change.details) - 1,
            )
    yield table


def procedure_table(events: Iterable[ProcedurePublished], shelf: Shelf, at: datetime) -> Table:
    table = Table("code", "version", "name", "field", "authority", "level", "marks")
    for event in events:
        terms, publication = event.terms, event.publication
        level = f"{terms.level} ({publication.level_source})" if terms.level else "not stated"
        state = shelf.catalogue.availability(terms.code, at).state
        marks: list[str] = [state] if state != "open" else []
        marks += ["sample"] if publication.sample else []
        marks += [f"{part} unknown" for part in publication.unknown]
        table.add_row(
            terms.code,
            str(terms.version),
            escape(terms.name_vi),
            terms.field_vi,
            terms.authority_level,
            level,
            ", ".join(marks),
        )
    return table


def statistics_table(counts: Iterable[Count], with_fields: bool) -> Table:
    table = Table(
        "authority, field",
        "kind",
        *(f"level {level}" for level in LEVELS if level),
        "not stated",
        "all",
        "fields",
    )
    for count in counts:
        rows = [
            (count.whole, str(len(count.fields))),
            *(((field, "") for field in count.fields) if with_fields else ()),
        ]
        for row, fields in rows:
            _add(table, row, fields)
    return table


def _add(table: Table, row: Row, fields: str) -> None:
    kinds: tuple[tuple[str, str, Counter[int], str], ...] = (
        (row.name, "real", row.real, ""),
        ("", "sample", row.sample, ""),
        ("", "together", row.together, fields),
    )
    for name, kind, by_level, shown in kinds:
        numbers = [str(by_level[level]) for level in LEVELS]
        table.add_row(
            name, kind, *numbers, str(by_level.total()), shown, end_section=kind == "together"
        )
