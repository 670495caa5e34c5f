"""What is published, as an importer sees it: the last event of each subject, and who was refused.

Fed with records; no Kafka here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from motcua_contracts import Catalogue, Message, Payload
from motcua_contracts.messages.catalog import (
    AbsenceRecorded,
    Agency,
    AgencyPublished,
    Calendar,
    CalendarPublished,
    OfficerPlaced,
    OfficerRemoved,
    Person,
    ProcedurePublished,
    ProcedureResumed,
    ProcedureSuspended,
    ProcedureWithdrawn,
)
from motcua_contracts.wire.envelope import UnknownType, decode, sha256
from motcua_contracts.wire.payload import CommandRejected
from pydantic import ValidationError

Event = (
    ProcedurePublished
    | AgencyPublished
    | OfficerPlaced
    | CalendarPublished
    | AbsenceRecorded
    | OfficerRemoved
)

FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Shelf:
    """What is published now: the last event of each subject, the papers of officers by commitment,
    and refusals by command id.
    """

    last: dict[str, Event] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    turned: dict[str, datetime] = field(default_factory=dict)
    """Suspensions, resumptions and withdrawals: the command's id, and from when it counts."""
    catalogue: Catalogue = field(default_factory=Catalogue)
    """The same as the services hold it: what is in force when, what is suspended."""

    @property
    def agencies(self) -> tuple[Agency, ...]:
        return tuple(
            event.agency for event in self.last.values() if isinstance(event, AgencyPublished)
        )

    @property
    def calendars(self) -> tuple[Calendar, ...]:
        return tuple(
            event.calendar for event in self.last.values() if isinstance(event, CalendarPublished)
        )

    def withdrawn(self, code: str) -> bool:
        """Whether a procedure was abolished, now or from some later instant on."""
        return self.catalogue.availability(code, FOR_EVER).state == "withdrawn"

    def version(self, subject: str) -> int:
        """The last version of a subject; 0 where nothing is published."""
        event = self.last.get(subject)
        match event:
            case None:
                return 0
            case ProcedurePublished():
                return event.terms.version
            case _:
                return event.version

    def take(self, raw: bytes) -> None:
        """Take in one record of an event topic.

        Copies and types of a later release change nothing.
        """
        try:
            message = decode(raw)
        except UnknownType:
            return
        self.catalogue.apply(message)
        match message.data:
            case (
                ProcedurePublished()
                | AgencyPublished()
                | OfficerPlaced()
                | CalendarPublished()
                | AbsenceRecorded()
                | OfficerRemoved() as event
            ):
                self.last[message.subject] = event
            case ProcedureSuspended() | ProcedureResumed() | ProcedureWithdrawn() as event:
                self.turned[message.causationid] = event.effective_from
            case CommandRejected(command_id=command, slug=slug):
                self.refused[command] = slug
            case _:
                pass

    def take_paper(self, raw: bytes | None) -> None:
        """Take in one record of catalog.people; tombstones and what is no
        person are passed over.
        """
        if raw is None:
            return
        try:
            self.people[sha256(raw)] = Person.model_validate_json(raw)
        except ValidationError:
            return


class CatalogueLog(Protocol):
    """Where the importer reads and writes."""

    async def read(self) -> Shelf: ...

    async def send(self, commands: Sequence[Message[Payload]]) -> None: ...
