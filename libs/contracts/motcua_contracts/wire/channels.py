"""Which payload and which paper travels on which topic.

Every publisher and the AsyncAPI document ask here.
"""

from ..messages.catalog import (
    AbsenceRecorded,
    AgencyPublished,
    CalendarPublished,
    OfficerPlaced,
    OfficerRemoved,
)
from ..rules.decision import PrivateRecord
from . import topics
from .payload import Command, DeadLettered, Event, Payload
from .topics import DEAD_LETTERS, TOPICS, Topic

_EVENTS = {
    "catalog": topics.CATALOG_PROCEDURES,
    "intake": topics.INTAKE_DOSSIERS,
    "routing": topics.ROUTING_CASES,
    "payment": topics.PAYMENT_CHARGES,
    "notify": topics.NOTIFY_MESSAGES,
    "audit": topics.AUDIT_RECORDS,
}
_ORGANISATION = (AbsenceRecorded, AgencyPublished, CalendarPublished, OfficerPlaced, OfficerRemoved)
"""Who is where and when: apart from the procedures, and read whole by everybody."""


def topic_of(payload: type[Payload]) -> Topic:
    """Where a payload travels: a command on its owner's commands.

    Raises `KeyError` for one of a service that has no such topic.
    """
    if issubclass(payload, Command):
        return TOPICS[f"{payload.owner}.commands"]
    if issubclass(payload, DeadLettered):
        return DEAD_LETTERS[payload.owner]
    return topics.CATALOG_ORGANISATION if payload in _ORGANISATION else _EVENTS[payload.owner]


def topic_of_event(event: Event) -> Topic:
    """Where one event travels."""
    return topic_of(type(event))


def topic_of_private_record(paper: type[PrivateRecord]) -> Topic:
    """Where a kind of private record travels: its owner is the service whose contracts it is in.

    Raises `KeyError` where none has such.
    """
    owner = paper.__module__.rpartition(".")[2]
    return topics.CATALOG_PEOPLE if owner == "catalog" else TOPICS[f"{owner}.private"]
