"""The catalogue as every service holds it: a fold of the catalogue's topics, in memory, looked up by code and version.

One pure class; the chassis feeds it, decides read from it.
"""

from bisect import bisect_right
from datetime import datetime

from .catalog import Agency, AgencyPublished, Calendar, CalendarPublished, OfficerPlaced, Place, ProcedurePublished
from .envelope import Message
from .payload import Payload
from .refusals import AgencyUnknown, FactMissing, ProcedureUnknown


class Catalogue:
    """Procedures, agencies, officers and calendars, each with its versions. `apply` is called in topic order."""

    def __init__(self) -> None:
        self._procedures: dict[str, list[ProcedurePublished]] = {}
        self._agencies: dict[str, AgencyPublished] = {}
        self._places: dict[str, OfficerPlaced] = {}
        self._calendars: dict[str, list[CalendarPublished]] = {}

    def apply(self, message: Message[Payload]) -> None:
        """Take in one fact. Facts of other kinds are ignored; a copy of a known one changes nothing."""
        match message.data:
            case ProcedurePublished() as fact:
                versions = self._procedures.setdefault(fact.terms.code, [])
                if all(v.terms.version != fact.terms.version for v in versions):
                    versions.append(fact)
                    versions.sort(key=lambda v: (v.effective_from, v.terms.version))
            case AgencyPublished() as fact:
                self._agencies[fact.agency.id] = fact
            case OfficerPlaced() as fact:
                self._places[fact.place.officer] = fact
            case CalendarPublished() as fact:
                calendars = self._calendars.setdefault(fact.calendar.id, [])
                if all(v.version != fact.version for v in calendars):
                    calendars.append(fact)
            case _:
                pass

    def procedure_at(self, code: str, at: datetime) -> ProcedurePublished:
        """The version in force at `at`. Raises `ProcedureUnknown`."""
        versions = self._procedures.get(code, [])
        index = bisect_right(versions, at, key=lambda v: v.effective_from)
        if not index:
            raise ProcedureUnknown()
        return versions[index - 1]

    def procedure(self, code: str, version: int) -> ProcedurePublished:
        """That version. Raises `ProcedureUnknown`."""
        for fact in self._procedures.get(code, []):
            if fact.terms.version == version:
                return fact
        raise ProcedureUnknown()

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
        """Where an officer sits. Raises `FactMissing`."""
        if officer not in self._places:
            raise FactMissing()
        return self._places[officer].place

    def officers(self, agency: str, department: str | None, role: str) -> list[Place]:
        """Officers of a department (None: of the whole agency) who hold the role, in a stable order."""
        places = (fact.place for _, fact in sorted(self._places.items()))
        return [p for p in places if p.agency == agency and department in (None, p.department) and role in p.roles]

    def calendar_at(self, calendar: str, at: datetime) -> tuple[Calendar, int]:
        """The calendar and its version in force at `at`; the first one before that. Raises `FactMissing`."""
        versions = self._calendars.get(calendar)
        if not versions:
            raise FactMissing()
        current = versions[0]
        for fact in versions:
            if fact.effective_from <= at:
                current = fact
        return current.calendar, current.version

    def calendar(self, calendar: str, version: int) -> Calendar:
        """That version. Raises `FactMissing`."""
        for fact in self._calendars.get(calendar, []):
            if fact.version == version:
                return fact.calendar
        raise FactMissing()
