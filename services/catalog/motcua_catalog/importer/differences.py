"""What the files want against what is published: the same, or a change with each value before and
after. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, assert_never

from motcua_contracts import Command, Payload
from motcua_contracts.messages.catalog import (
    AbsenceRecorded,
    AgencyPublished,
    CalendarPublished,
    OfficerPlaced,
    OfficerRemoved,
    PlaceOfficer,
    ProcedurePublished,
    PublishAgency,
    PublishCalendar,
    PublishProcedure,
    RecordAbsence,
    RemoveOfficer,
    WithdrawProcedure,
)

from ..domain.case import digest
from ..published import Event, Shelf
from .plan import Wanted

LONGEST = 80
"""Letters of a value that are shown."""


class Difference(NamedTuple):
    """One value by its whole name (`terms.fee.amount_vnd`), as people read it.

    `—`: there is none.
    """

    field: str
    before: str
    after: str

    def __str__(self) -> str:
        return (
            f"{self.field}: {self.before} → {self.after}"
            if self.after
            else f"{self.field}: {self.before}"
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One subject that the files want otherwise than it is published.

    `details` hold no names of people.
    """

    kind: Literal["new", "changed", "withdrawn", "removed"]
    subject: str
    version: int
    path: Path
    details: tuple[Difference, ...] = ()

    def __str__(self) -> str:
        sign = {"new": "+", "changed": "~", "withdrawn": "-", "removed": "-"}[self.kind]
        return f"{sign} {self.subject} v{self.version}" + "".join(
            f"\n    {line}" for line in self.details
        )


def is_published(command: Payload, subject: str, shelf: Shelf) -> bool:
    """Whether the last event of the subject says what the command wants, whatever its version."""
    if isinstance(command, WithdrawProcedure):
        return shelf.withdrawn(subject)
    last = shelf.last.get(subject)
    if last is None:
        return False
    if (
        isinstance(command, PlaceOfficer)
        and isinstance(last, OfficerPlaced)
        and _private(shelf, last, command)
    ):
        return False
    return digest(last) == digest(_event(command))


def change_of(wanted: Wanted, command: Command, shelf: Shelf) -> Change:
    """How the subject differs from what is published."""
    version, last = shelf.version(wanted.subject) + 1, shelf.last.get(wanted.subject)
    if last is None:
        return Change("new", wanted.subject, version, wanted.path)
    if isinstance(command, WithdrawProcedure):
        return Change("withdrawn", wanted.subject, version - 1, wanted.path)
    if isinstance(command, RemoveOfficer) and isinstance(last, OfficerPlaced):
        sat = last.place
        return Change(
            "removed",
            wanted.subject,
            version,
            wanted.path,
            (Difference(f"{sat.agency}/{sat.department}", sat.post_vi, "—"),),
        )
    details = list(_differences(_content(last), _content(_event(command))))
    if isinstance(last, OfficerPlaced) and isinstance(command, PlaceOfficer):
        details += [Difference(field, "changed", "") for field in _private(shelf, last, command)]
    return Change("changed", wanted.subject, version, wanted.path, tuple(details))


def _private(shelf: Shelf, last: OfficerPlaced, command: PlaceOfficer) -> list[str]:
    """Which fields of the officer's paper differ."""
    person = shelf.people.get(last.commitment)
    return [
        field
        for field in ("full_name", "email")
        if person is None or getattr(person, field) != getattr(command, field)
    ]


def _event(command: Payload) -> Event:
    match command:
        case PublishProcedure():
            return ProcedurePublished(
                terms=command.terms,
                publication=command.publication,
                effective_from=command.effective_from,
            )
        case PublishAgency():
            return AgencyPublished(
                agency=command.agency, version=0, effective_from=command.effective_from
            )
        case PublishCalendar():
            return CalendarPublished(
                calendar=command.calendar, version=0, effective_from=command.effective_from
            )
        case RemoveOfficer():
            return OfficerRemoved(officer=command.officer, version=0)
        case RecordAbsence():
            return AbsenceRecorded(officer=command.officer, absences=command.absences, version=0)
        case PlaceOfficer():
            return OfficerPlaced(
                place=command.place, version=0, effective_from=command.effective_from, commitment=""
            )
        case _:
            raise TypeError(command.wire_type)


def _content(event: Event) -> dict[str, Any]:
    match event:
        case ProcedurePublished():
            return event.model_dump(mode="json", exclude={"terms": {"version"}})
        case (
            AgencyPublished()
            | CalendarPublished()
            | OfficerPlaced()
            | AbsenceRecorded()
            | OfficerRemoved()
        ):
            return event.model_dump(mode="json", exclude={"version", "commitment"})
        case _:
            assert_never(event)


def _differences(before: Any, after: Any, where: Sequence[str] = ()) -> Iterable[Difference]:
    """Each value that differs. Elements of lists are matched by id if they have one."""
    named = _by_id(before), _by_id(after)
    if named[0] is not None and named[1] is not None:
        if list(named[0]) != list(named[1]):
            yield Difference(
                ".".join(where), _short(", ".join(named[0])), _short(", ".join(named[1]))
            )
        for name in (one for one in named[0] if one in named[1]):
            yield from _differences(named[0][name], named[1][name], (*where, name))
    elif isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            yield from _differences(before.get(name), after.get(name), (*where, name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for position, (left, right) in enumerate(zip(before, after, strict=True)):
            yield from _differences(left, right, (*where, str(position)))
    elif before != after:
        yield Difference(".".join(where), _short(before), _short(after))


def _by_id(value: Any) -> dict[str, Any] | None:
    """The items of a list by their ids; None for anything else."""
    if not isinstance(value, list) or not all(
        isinstance(item, dict) and "id" in item for item in value
    ):
        return None
    return {str(item["id"]): item for item in value}


def _short(value: Any) -> str:
    text = "—" if value is None or value == "" else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
