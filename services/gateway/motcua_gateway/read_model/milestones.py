"""What statistics are counted from: the moments of a dossier that matter (`marks` of its document).

Folded from events, pure.

Each mark bears the time of its event, so what was so at any past instant can be counted again
exactly: marks after it are not looked at. The order in which sources were heard does not matter.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from motcua_contracts import VIETNAM, Message, Payload
from motcua_contracts.messages.intake import (
    DossierAccepted,
    DossierNotAccepted,
    DossierRegistered,
    DossierStopped,
    DossierWithdrawn,
)
from motcua_contracts.messages.routing import (
    CaseDecided,
    CaseOpened,
    ClockResumed,
    DueDateMoved,
    SupplementNeeded,
    TaskAssigned,
)

from .stored import Document, Mark

RECEIVED, DUE, STOPPED, TASK, DECIDED, ENDED = (
    "received",
    "due",
    "stopped",
    "task",
    "decided",
    "ended",
)
Measure = Literal[
    "waiting", "overdue", "early", "on_time", "late", "not_accepted", "withdrawn", "stopped"
]
"""`waiting`, `overdue`: unfinished, within and after the first date. `early` (by days), `on_time`,
`late`: decided. The rest ended so.
"""
MEASURES: tuple[Measure, ...] = (
    "waiting",
    "overdue",
    "early",
    "on_time",
    "late",
    "not_accepted",
    "withdrawn",
    "stopped",
)
BY = (
    "agency",
    "receiving_agency",
    "department",
    "field",
    "officer",
    "channel",
    "level",
    "procedure",
)


class Standing(NamedTuple):
    """How a dossier stood at an instant: by what it is counted, and as what."""

    by: Mapping[str, str]
    measure: Measure


def mark_of(message: Message[Payload]) -> Mark | None:
    """What is kept of an event: when, what, and its value; None of most events."""
    at = message.time
    match message.data:
        case DossierRegistered():
            return Mark(at, RECEIVED, None)
        case DossierAccepted() | CaseOpened() as event:
            return Mark(at, DUE, event.due_at)
        case ClockResumed() as event:
            return Mark(at, DUE, event.first_due_at or event.due_at)
        case DueDateMoved() as event:
            return Mark(at, DUE, event.first_due_at)
        case SupplementNeeded():
            return Mark(at, STOPPED, None)
        case TaskAssigned() as event if event.officer:
            return Mark(at, TASK, [event.agency, event.department, event.officer])
        case CaseDecided() as event:
            return Mark(at, DECIDED, event.outcome)
        case DossierNotAccepted():
            return Mark(at, ENDED, "not_accepted")
        case DossierWithdrawn():
            return Mark(at, ENDED, "withdrawn")
        case DossierStopped():
            return Mark(at, ENDED, "stopped")
        case _:
            return None


def standing(document: Document, at: datetime) -> Standing | None:
    """How the dossier stood at `at`; None where it had not been received."""
    filing, marks = document.get("filing"), document.get("marks", ())
    if filing is None or not any(kind == RECEIVED and when <= at for when, kind, _ in marks):
        return None
    due: datetime | None = None
    stopped: datetime | None = None
    by = {
        "agency": filing["deciding_agency"],
        "receiving_agency": document["agency"],
        "department": "",
        "field": filing["field"],
        "officer": "",
        "channel": filing["channel"],
        "level": str(filing["level"] or 1),
        "procedure": filing["procedure"],
    }
    decided: datetime | None = None
    ended: Measure | None = None
    for when, kind, value in sorted(marks, key=lambda mark: mark[0]):
        if when > at:
            break
        match kind:
            case "due":
                due, stopped = value, None
            case "stopped":
                stopped = when
            case "task":
                by |= {
                    "agency": value[0],
                    "department": f"{value[0]}/{value[1]}",
                    "officer": value[2],
                }
            case "decided":
                decided = decided or when
            case "ended":
                ended = value
            case _:
                pass
    return Standing(by, ended or _measure(due, stopped, decided, at))


def _measure(
    due: datetime | None, stopped: datetime | None, decided: datetime | None, at: datetime
) -> Measure:
    if decided is not None:
        if due is None or decided.astimezone(VIETNAM).date() < due.astimezone(VIETNAM).date():
            return "early"
        return "on_time" if decided <= due else "late"
    # While papers are awaited the clock is paused: what counts is how late it was when it stopped.
    return "overdue" if due is not None and (stopped or at) > due else "waiting"


WITHIN = {"department": "agency", "procedure": "field"}
"""Things to count by of which each is in one of another."""


class Tally:
    """Counts standings one by one: received, and how many stand as what; in all, and by each thing
    of `BY`.
    """

    def __init__(self) -> None:
        self.unreadable = 0
        """Dossiers that could not be read, and are in no other count."""
        self._total: Counter[str] = Counter()
        self._tables: dict[str, dict[str, Counter[str]]] = {by: {} for by in BY}
        self._within: dict[str, dict[str, set[str]]] = {inner: {} for inner in WITHIN}

    def add(self, one: Standing) -> None:
        for inner, outer in WITHIN.items():
            self._within[inner].setdefault(one.by[inner], set()).add(one.by[outer])
        for counts in (
            self._total,
            *(rows.setdefault(one.by[by], Counter()) for by, rows in self._tables.items()),
        ):
            counts[RECEIVED] += 1
            counts[one.measure] += 1

    @property
    def total(self) -> dict[str, int]:
        return _row(self._total)

    def rows(self, by: str) -> list[dict[str, Any]]:
        """One row for each value, in its order."""
        return [{by: value, **_row(counts)} for value, counts in sorted(self._tables[by].items())]

    def within(self, by: str) -> dict[str, str]:
        """Each value with the value of `WITHIN[by]` that holds it; "" where several do."""
        return {
            value: next(iter(outer)) if len(outer) == 1 else ""
            for value, outer in self._within[by].items()
        }


def _row(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in (RECEIVED, *MEASURES)}
