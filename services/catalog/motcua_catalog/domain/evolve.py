"""The fold of the catalogue's own events."""

from motcua_contracts import Message, Payload
from motcua_contracts.messages.catalog import (
    AbsenceRecorded,
    AgencyPublished,
    CalendarPublished,
    OfficerPlaced,
    OfficerRemoved,
    ProcedurePublished,
    ProcedureResumed,
    ProcedureSuspended,
    ProcedureWithdrawn,
)
from motcua_contracts.wire.payload import CommandRejected

from .case import Entry, digest


def evolve(entry: Entry, event: Message[Payload]) -> Entry:
    """The entry after one event.

    Raises `TypeError` for an event that the catalogue does not say.
    """
    match event.data:
        case (
            ProcedurePublished()
            | AgencyPublished()
            | CalendarPublished()
            | AbsenceRecorded()
            | OfficerRemoved() as data
        ):
            return entry.model_copy(update={"digests": (*entry.digests, digest(data))})
        case OfficerPlaced() as data:
            return entry.model_copy(
                update={"digests": (*entry.digests, digest(data)), "commitment": data.commitment}
            )
        case ProcedureSuspended(effective_from=since):
            return entry.model_copy(update={"stage": "suspended", "since": since})
        case ProcedureResumed(effective_from=since):
            return entry.model_copy(update={"stage": "open", "since": since})
        case ProcedureWithdrawn(effective_from=since):
            return entry.model_copy(update={"stage": "withdrawn", "since": since})
        case CommandRejected():
            return entry
        case _:
            raise TypeError(event.type)
