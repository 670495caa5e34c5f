"""The services' own folds, found through entry points: audit imports no other service, and yet
folds with each one's own `evolve`.

A service's distribution declares `[project.entry-points."motcua.folds"]` with `intake =
"motcua_intake.service:service"`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points

from motcua_chassis import Service
from motcua_contracts.wire.payload import Model
from motcua_contracts.wire.topics import TOPICS, Topic

from .domain.dues import Due, Dues
from .domain.replay import Evolve
from .log import EVENT_TOPICS

GROUP = "motcua.folds"


@dataclass(frozen=True, slots=True)
class Fold:
    """How one service's facts are folded.

    `topics`: where it says them; `private`: where the papers lie that they commit to; `hears`: the
    topics whose facts it answers; `due`: when a case wants to be woken.
    """

    name: str
    case: type[Model]
    evolve: Evolve
    topics: tuple[Topic, ...]
    private: Topic | None = None
    hears: tuple[Topic, ...] = ()
    due: Due | None = None

    def dues(self) -> Dues:
        """What was due before each of its facts."""
        return Dues(self.case, self.evolve, self.due)

    @property
    def source(self) -> str:
        return f"/motcua/{self.name}"

    @classmethod
    def of(cls, service: Service) -> "Fold":
        assert service.decider is not None, f"{service.name} declares a fold but decides nothing"
        rules, hears = (
            service.decider,
            tuple(
                topic
                for topic in service.consumes
                if topic.kind == "events" and service.decides(topic)
            ),
        )
        return cls(
            service.name,
            rules.case,
            rules.evolve,
            topics_of(service.name),
            service.private,
            hears,
            rules.due,
        )


def topics_of(service: str) -> tuple[Topic, ...]:
    """The event topics that a service owns."""
    return tuple(topic for topic in EVENT_TOPICS if topic.owner == service)


SPEAKERS = tuple(dict.fromkeys(topic.owner for topic in TOPICS.values() if topic in EVENT_TOPICS))
"""The services that say facts: each needs a fold, or its part is not proved."""


def installed() -> Mapping[str, Fold]:
    """The folds of the services installed here, by name."""
    services = [entry.load() for entry in entry_points(group=GROUP)]
    return {service.name: Fold.of(service) for service in services if service.decider is not None}
