"""What caused an event: the record that it names must exist, be of its subject, be by its actor,
and explain its time. Pure.

A service says events in answer to a command to it, to an event of another service, or to its own
clock (a wake). The event's `causationid` is that record's id, its `actor` the command's where a
person gave it and the service in all other cases, and its `time` is exactly the cause's append time
(of a wake its due instant), or the time of the event before it where that is later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from motcua_contracts.values.clock import instant, milliseconds
from motcua_contracts.wire.envelope import wake_id

from .difference import LogPosition

SYSTEM = "system:"


class Event(NamedTuple):
    """Of an event, what names its cause.

    `appended` and `time` are instants of whole milliseconds; `due`: of its subject before it.
    """

    subject: str
    sequence: int
    place: LogPosition
    actor: str
    cause: str
    time: datetime
    appended: datetime
    due: int | None = None
    """Milliseconds since 1970; None where nothing was due, or where that is not known."""
    folded: bool = False
    """Whether `due` is known."""
    otherwise: str = ""
    """The field of its data that names another person than its actor."""


class Cause(NamedTuple):
    """A record that may have caused events of its subject.

    `at`: the instants of its places. `actor`: whom its events must name.
    """

    subject: str
    actor: str
    at: tuple[datetime, ...]


@dataclass(slots=True)
class Causes:
    """The causes of one lane of one service, by id.

    `commands` are vouched for; `forged`: nobody vouches for these, and why.
    """

    service: str
    commands: dict[str, Cause] = field(default_factory=dict)
    events: dict[str, Cause] = field(default_factory=dict)
    forged: dict[str, tuple[LogPosition, str]] = field(default_factory=dict)
    wakes: dict[str, Cause] = field(default_factory=dict)
    """Those that were seen: a wake may cause several events, and it was due before the first of
    them.
    """

    def add_command(self, known: str, subject: str, actor: str, at: datetime) -> None:
        """A command that its sender's key vouches for; the same one may be at several places."""
        own = f"{SYSTEM}{self.service}" if actor.startswith(SYSTEM) else actor
        self._add(self.commands, known, Cause(subject, own, (at,)))

    def add_event(self, known: str, subject: str, at: datetime) -> None:
        """An event of another service that this one hears."""
        self._add(self.events, known, Cause(subject, f"{SYSTEM}{self.service}", (at,)))

    def _add(self, causes: dict[str, Cause], known: str, cause: Cause) -> None:
        first = causes.setdefault(known, cause)
        if first is not cause and first[:2] == cause[:2] and cause.at[0] not in first.at:
            causes[known] = first._replace(at=(*first.at, *cause.at))

    def of(self, event: Event) -> Cause | None:
        """What caused the event, None where nothing is known that did."""
        known = (
            self.commands.get(event.cause)
            or self.events.get(event.cause)
            or self.wakes.get(event.cause)
        )
        return known or self._wake(event)

    def _wake(self, event: Event) -> Cause | None:
        for due in dict.fromkeys((milliseconds(event.time), event.due)):
            if due is not None and event.cause == wake_id(self.service, event.subject, due):
                cause = Cause(event.subject, f"{SYSTEM}{self.service}", (instant(due),))
                return self.wakes.setdefault(event.cause, cause)
        return None


def against(event: Event, cause: Cause, before: datetime | None) -> str:
    """What does not fit between an event and its cause; empty where all does.

    `before`: the time of the chain's event before it.
    """
    if cause.subject != event.subject or cause.actor != event.actor:
        return "its command is of another subject or actor"
    if event.otherwise:
        return f"{event.otherwise}: names another person than the event's actor"
    if event.time not in {max(at, before) if before is not None else at for at in cause.at}:
        return "time: neither when its cause came, nor the time of the event before it"
    return ""


def previous(events: Iterable[Event]) -> Mapping[tuple[str, int], datetime]:
    """(subject, sequence) -> the time of the event with that sequence."""
    return {(event.subject, event.sequence): event.time for event in events}
