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
    Place,
    ProcedurePublished,
    ProcedureResumed,
    ProcedureSuspended,
    ProcedureWithdrawn,
)
from ..wire.envelope import Message
from ..wire.payload import Payload
from .refusals import (
    AgencyUnknown,
    FactMissing,
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
        self._places: dict[str, OfficerPlaced] = {}
        self._left: dict[str, int] = {}
        """Officers who left, and the version that says so."""
        self._calendars: dict[str, list[CalendarPublished]] = {}
        self.changes: list[str] = []
        """Codes of procedures in the order in which facts changed them: who keeps an index reads on
        from where it was.
        """

    def apply(self, message: Message[Payload]) -> None:
        """Take in one fact.

        Facts of other kinds are ignored; a copy of a known one changes nothing.
        """
        match message.data:
            case ProcedurePublished() as fact:
                versions = self._procedures.setdefault(fact.terms.code, [])
                if all(v.terms.version != fact.terms.version for v in versions):
                    versions.append(fact)
                    versions.sort(key=lambda v: v.terms.version)
                    self.changes.append(fact.terms.code)
            case ProcedureSuspended() as fact:
                self._turn(
                    message, Availability("suspended", fact.effective_from, fact.reason_code)
                )
            case ProcedureResumed() as fact:
                self._turn(message, Availability("open", fact.effective_from))
            case ProcedureWithdrawn() as fact:
                self._turn(
                    message, Availability("withdrawn", fact.effective_from, fact.reason_code)
                )
            case AbsenceRecorded() as fact:
                self._absences[fact.officer] = fact.absences
            case AgencyPublished() as fact:
                self._agencies[fact.agency.id] = fact
            # a copy brings nobody back
            case OfficerPlaced() as fact if fact.version > self._left.get(fact.place.officer, 0):
                self._places[fact.place.officer] = fact
                self._left.pop(fact.place.officer, None)
            case OfficerRemoved() as fact:
                self._left[fact.officer] = fact.version
            case CalendarPublished() as fact:
                calendars = self._calendars.setdefault(fact.calendar.id, [])
                if all(v.version != fact.version for v in calendars):
                    calendars.append(fact)
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
                fact
                for fact in reversed(self._procedures.get(code, ()))
                if fact.effective_from <= at
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
        for fact in self._procedures.get(code, []):
            if fact.terms.version == version:
                return fact
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
        return [fact.agency for _, fact in sorted(self._agencies.items())]

    def place(self, officer: str) -> Place:
        """An officer's seat, also after leaving: for what papers show. Raises `FactMissing`."""
        if officer not in self._places:
            raise FactMissing()
        return self._places[officer].place

    def seat(self, officer: str) -> Place:
        """An officer's current seat: for what the officer may do.

        Raises `OfficerLeft`, `FactMissing`.
        """
        if officer in self._left:
            raise OfficerLeft()
        return self.place(officer)

    def officers(self, agency: str, department: str | None, role: str) -> list[Place]:
        """Officers of a department (None: of the whole agency) who hold the role, in a stable
        order.
        """
        places = (
            fact.place
            for officer, fact in sorted(self._places.items())
            if officer not in self._left
        )
        return [
            p
            for p in places
            if p.agency == agency and department in (None, p.department) and role in p.roles
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

        Raises `FactMissing`.
        """
        versions = self._calendars.get(calendar)
        if not versions:
            raise FactMissing()
        current = versions[0]
        for fact in versions:
            if fact.effective_from <= at:
                current = fact
        return current.calendar, current.version

    def calendar_versions(self) -> dict[str, tuple[CalendarPublished, ...]]:
        """Every version of every calendar, in the order of publication, by the calendar's id."""
        return {calendar: tuple(versions) for calendar, versions in self._calendars.items()}

    def versions_of_calendar(self, calendar: str) -> tuple[CalendarPublished, ...]:
        """Its versions in the order of publication; none of an unknown one."""
        return tuple(self._calendars.get(calendar, ()))

    def calendar(self, calendar: str, version: int) -> Calendar:
        """That version. Raises `FactMissing`."""
        for fact in self._calendars.get(calendar, []):
            if fact.version == version:
                return fact.calendar
        raise FactMissing()
