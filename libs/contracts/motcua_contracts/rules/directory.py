"""The catalogue as every service holds it: a fold of the catalogue's topics, in memory, looked up
by code and version.

One pure class; the chassis feeds it, decides read from it.
"""

from datetime import datetime
from typing import Literal, NamedTuple

from ..messages.catalog import (
    Absence,
    AbsenceRecorded,
    Agency,
    AgencyPublished,
    Calendar,
    CalendarPublished,
    OfficerPlaced,
    OfficerRemoved,
    ProcedurePublished,
    ProcedureResumed,
    ProcedureSuspended,
    ProcedureWithdrawn,
    Seat,
)
from ..wire.envelope import Message
from ..wire.payload import Payload
from .refusals import (
    AgencyUnknown,
    CatalogueEntryMissing,
    OfficerLeft,
    ProcedureSuspendedNow,
    ProcedureUnknown,
    ProcedureWithdrawnNow,
)


class Availability(NamedTuple):
    """Whether new dossiers of a procedure are taken, since when it is so (None:
    ever), and why not.
    """

    state: Literal["open", "suspended", "withdrawn"] = "open"
    since: datetime | None = None
    reason_code: str = ""


OPEN = Availability()


class Catalogue:
    """Procedures, agencies, officers and calendars, each with its versions.

    `apply` is called in topic order.
    """

    def __init__(self) -> None:
        self._procedures: dict[str, list[ProcedurePublished]] = {}
        self._availability: dict[str, dict[str, Availability]] = {}
        """By code and by the event's id, in order."""
        self._absences: dict[str, tuple[Absence, ...]] = {}
        self._agencies: dict[str, AgencyPublished] = {}
        self._seats: dict[str, OfficerPlaced] = {}
        self._left: dict[str, int] = {}
        """Officers who left, and the version that says so."""
        self._calendars: dict[str, list[CalendarPublished]] = {}
        self.changes: list[str] = []
        """Codes of procedures in the order in which events changed them: who keeps an index reads
        on from where it was.
        """

    def apply(self, message: Message[Payload]) -> None:
        """Take in one event.

        Events of other kinds are ignored; a copy of a known one changes nothing.
        """
        match message.data:
            case ProcedurePublished() as event:
                versions = self._procedures.setdefault(event.terms.code, [])
                if all(v.terms.version != event.terms.version for v in versions):
                    versions.append(event)
                    versions.sort(key=lambda v: v.terms.version)
                    self.changes.append(event.terms.code)
            case ProcedureSuspended() as event:
                self._turn(
                    message, Availability("suspended", event.effective_from, event.reason_code)
                )
            case ProcedureResumed() as event:
                self._turn(message, Availability("open", event.effective_from))
            case ProcedureWithdrawn() as event:
                self._turn(
                    message, Availability("withdrawn", event.effective_from, event.reason_code)
                )
            case AbsenceRecorded() as event:
                self._absences[event.officer] = event.absences
            case AgencyPublished() as event:
                self._agencies[event.agency.id] = event
            # a copy brings nobody back
            case OfficerPlaced() as event if event.version > self._left.get(event.place.officer, 0):
                self._seats[event.place.officer] = event
                self._left.pop(event.place.officer, None)
            case OfficerRemoved() as event:
                self._left[event.officer] = event.version
            case CalendarPublished() as event:
                calendars = self._calendars.setdefault(event.calendar.id, [])
                if all(v.version != event.version for v in calendars):
                    calendars.append(event)
            case _:
                pass

    def _turn(self, message: Message[Payload], availability: Availability) -> None:
        turns = self._availability.setdefault(message.subject, {})
        if message.id not in turns:
            turns[message.id] = availability
            self.changes.append(message.subject)

    def procedure_at(self, code: str, at: datetime) -> ProcedurePublished:
        """The version in force at `at`: the last published of those in effect by then.

        Raises `ProcedureUnknown`.
        """
        in_force = next(
            (
                event
                for event in reversed(self._procedures.get(code, ()))
                if event.effective_from <= at
            ),
            None,
        )
        if in_force is None:
            raise ProcedureUnknown()
        return in_force

    def availability(self, code: str, at: datetime) -> Availability:
        """Whether new dossiers of a procedure are taken at `at`; what is announced for later does
        not count yet.
        """
        turns = self._availability.get(code, {}).values()
        return next(
            (turn for turn in reversed(turns) if turn.since is not None and turn.since <= at), OPEN
        )

    def announced(self, code: str, at: datetime) -> Availability | None:
        """The next change after `at`, as far as it is known: a coming suspension or withdrawal."""
        return next(
            (
                turn
                for turn in self._availability.get(code, {}).values()
                if turn.since is not None and turn.since > at
            ),
            None,
        )

    def require_open(self, code: str, at: datetime) -> None:
        """Raises `ProcedureSuspendedNow` or `ProcedureWithdrawnNow` where no new dossier may be
        registered at `at`.
        """
        match self.availability(code, at).state:
            case "suspended":
                raise ProcedureSuspendedNow()
            case "withdrawn":
                raise ProcedureWithdrawnNow()
            case "open":
                pass

    def procedure(self, code: str, version: int) -> ProcedurePublished:
        """That version. Raises `ProcedureUnknown`."""
        for event in self._procedures.get(code, []):
            if event.terms.version == version:
                return event
        raise ProcedureUnknown()

    def versions(self, code: str) -> tuple[ProcedurePublished, ...]:
        """Every version that was published, in their order; none of an unknown code."""
        return tuple(self._procedures.get(code, ()))

    def procedures(self) -> list[ProcedurePublished]:
        """The last version of each, by code."""
        return [versions[-1] for _, versions in sorted(self._procedures.items())]

    def agency(self, agency: str) -> Agency:
        """Raises `AgencyUnknown`."""
        if agency not in self._agencies:
            raise AgencyUnknown()
        return self._agencies[agency].agency

    def agencies(self) -> list[Agency]:
        return [event.agency for _, event in sorted(self._agencies.items())]

    def last_seat(self, officer: str) -> Seat:
        """An officer's seat, also after leaving: for what papers show.

        Raises `CatalogueEntryMissing`.
        """
        if officer not in self._seats:
            raise CatalogueEntryMissing()
        return self._seats[officer].place

    def seat(self, officer: str) -> Seat:
        """An officer's current seat: for what the officer may do.

        Raises `OfficerLeft`, `CatalogueEntryMissing`.
        """
        if officer in self._left:
            raise OfficerLeft()
        return self.last_seat(officer)

    def officers(self, agency: str, department: str | None, role: str) -> list[Seat]:
        """Officers of a department (None: of the whole agency) who hold the role, in a stable
        order.
        """
        seats = (
            event.place
            for officer, event in sorted(self._seats.items())
            if officer not in self._left
        )
        return [
            one
            for one in seats
            if one.agency == agency and department in (None, one.department) and role in one.roles
        ]

    def absence(self, officer: str, at: datetime) -> Absence | None:
        """The absence that covers `at`; None if the officer is present."""
        return next(
            (away for away in self._absences.get(officer, ()) if away.starts <= at < away.ends),
            None,
        )

    def absent(self, officer: str, at: datetime) -> bool:
        """Whether an officer is away at `at`, or has left: new tasks go to others, and open ones
        may be taken over.
        """
        return officer in self._left or self.absence(officer, at) is not None

    def absences(self, officer: str) -> tuple[Absence, ...]:
        """All times away that are known, past ones too."""
        return self._absences.get(officer, ())

    def calendar_at(self, calendar: str, at: datetime) -> tuple[Calendar, int]:
        """The calendar and its version in force at `at`; the first one before that.

        Raises `CatalogueEntryMissing`.
        """
        versions = self._calendars.get(calendar)
        if not versions:
            raise CatalogueEntryMissing()
        current = versions[0]
        for event in versions:
            if event.effective_from <= at:
                current = event
        return current.calendar, current.version

    def calendar_versions(self) -> dict[str, tuple[CalendarPublished, ...]]:
        """Every version of every calendar, in the order of publication, by the calendar's id."""
        return {calendar: tuple(versions) for calendar, versions in self._calendars.items()}

    def versions_of_calendar(self, calendar: str) -> tuple[CalendarPublished, ...]:
        """Its versions in the order of publication; none of an unknown one."""
        return tuple(self._calendars.get(calendar, ()))

    def calendar(self, calendar: str, version: int) -> Calendar:
        """That version. Raises `CatalogueEntryMissing`."""
        for event in self._calendars.get(calendar, []):
            if event.version == version:
                return event.calendar
        raise CatalogueEntryMissing()
