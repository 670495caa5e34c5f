"""What caused a fact: the record that it names must exist, be of its subject, be by its actor, and
explain its time. Pure.

A service says facts in answer to a command to it, to a fact of another service, or to its own clock
(a wake). The fact's `causationid` is that record's id, its `actor` the command's where a person
gave it and the service in all other cases, and its `time` is exactly the cause's append time (of a
wake its due instant), or the time of the fact before it where that is later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from motcua_contracts.values.clock import instant, milliseconds
from motcua_contracts.wire.envelope import wake_id

from .difference import Place

SYSTEM = "system:"


class Fact(NamedTuple):
    """Of a fact, what names its cause.

    `appended` and `time` are instants of whole milliseconds; `due`: of its subject before it.
    """

    subject: str
    sequence: int
    place: Place
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
    """A record that may have caused facts of its subject.

    `at`: the instants of its places. `actor`: whom its facts must name.
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
    forged: dict[str, tuple[Place, str]] = field(default_factory=dict)
    wakes: dict[str, Cause] = field(default_factory=dict)
    """Those that were seen: a wake may cause several facts, and it was due before the first of
    them.
    """

    def add_command(self, known: str, subject: str, actor: str, at: datetime) -> None:
        """A command that its sender's key vouches for; the same one may lie at several places."""
        own = f"{SYSTEM}{self.service}" if actor.startswith(SYSTEM) else actor
        self._add(self.commands, known, Cause(subject, own, (at,)))

    def add_event(self, known: str, subject: str, at: datetime) -> None:
        """A fact of another service that this one hears."""
        self._add(self.events, known, Cause(subject, f"{SYSTEM}{self.service}", (at,)))

    def _add(self, causes: dict[str, Cause], known: str, cause: Cause) -> None:
        first = causes.setdefault(known, cause)
        if first is not cause and first[:2] == cause[:2] and cause.at[0] not in first.at:
            causes[known] = first._replace(at=(*first.at, *cause.at))

    def of(self, fact: Fact) -> Cause | None:
        """What caused the fact, None where nothing is known that did."""
        known = (
            self.commands.get(fact.cause)
            or self.events.get(fact.cause)
            or self.wakes.get(fact.cause)
        )
        return known or self._wake(fact)

    def _wake(self, fact: Fact) -> Cause | None:
        for due in dict.fromkeys((milliseconds(fact.time), fact.due)):
            if due is not None and fact.cause == wake_id(self.service, fact.subject, due):
                cause = Cause(fact.subject, f"{SYSTEM}{self.service}", (instant(due),))
                return self.wakes.setdefault(fact.cause, cause)
        return None


def against(fact: Fact, cause: Cause, before: datetime | None) -> str:
    """What does not fit between a fact and its cause; empty where all does.

    `before`: the time of the chain's fact before it.
    """
    if cause.subject != fact.subject or cause.actor != fact.actor:
        return "its command is of another subject or actor"
    if fact.otherwise:
        return f"{fact.otherwise}: names another person than the fact's actor"
    if fact.time not in {max(at, before) if before is not None else at for at in cause.at}:
        return "time: neither when its cause came, nor the time of the fact before it"
    return ""


def previous(facts: Iterable[Fact]) -> Mapping[tuple[str, int], datetime]:
    """(subject, sequence) -> the time of the fact with that sequence."""
    return {(fact.subject, fact.sequence): fact.time for fact in facts}
