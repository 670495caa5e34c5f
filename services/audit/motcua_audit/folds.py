"""The services' own folds, found through entry points: audit imports no other service, and yet
folds with each one's own `evolve`.

A service's distribution declares `[project.entry-points."motcua.folds"]` with `intake =
"motcua_intake.service:service"`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points

from motcua_chassis import Service
from motcua_chassis.deciders import Deciders
from motcua_contracts.wire.topics import TOPICS, Topic

from .domain.dues import Dues
from .log import EVENT_TOPICS

GROUP = "motcua.folds"


@dataclass(frozen=True, slots=True)
class Fold:
    """How one service's events are folded.

    `rules`: its own, which choose by the subject; `topics`: where it says them; `private`: where
    the papers lie that they commit to; `hears`: the topics whose events it answers.
    """

    name: str
    rules: Deciders
    topics: tuple[Topic, ...]
    private: Topic | None = None
    hears: tuple[Topic, ...] = ()

    def dues(self) -> Dues:
        """What was due before each of its events."""
        return Dues(self.rules if self.rules.wakes else None)

    @property
    def source(self) -> str:
        return f"/motcua/{self.name}"

    @classmethod
    def of(cls, service: Service) -> "Fold":
        hears = tuple(
            topic for topic in service.consumes if topic.kind == "events" and service.decides(topic)
        )
        return cls(service.name, service.rules, topics_of(service.name), service.private, hears)


def topics_of(service: str) -> tuple[Topic, ...]:
    """The event topics that a service owns."""
    return tuple(topic for topic in EVENT_TOPICS if topic.owner == service)


SPEAKERS = tuple(dict.fromkeys(topic.owner for topic in TOPICS.values() if topic in EVENT_TOPICS))
"""The services that say events: each needs a fold, or its part is not proved."""


def installed() -> Mapping[str, Fold]:
    """The folds of the services installed here, by name."""
    services = [entry.load() for entry in entry_points(group=GROUP)]
    return {service.name: Fold.of(service) for service in services if service.rules}
