"""What a service is made of: pure functions and, where needed, side effects.

Its wiring fits on one screen.

    service = Service(
        name="routing",
        deciders=(
            Decider(Case, decide, evolve, effects, due),
            Decider(Worklist, worklist.decide, worklist.evolve, subjects="worklist:"),
        ),
        consumes=(topics.ROUTING_COMMANDS, topics.INTAKE_DOSSIERS),
        private_records=(topics.INTAKE_PRIVATE,),
        emits=topics.ROUTING_CASES,
        events=True,
        prepare=prepare,
        perform={SIGN_DECISION: sign_decision},
        tools=open_tools,
    )

Only declarations live here; what is done with them is in the modules beside.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from motcua_contracts import Catalogue, Command, Effect, Event, Message, Payload
from motcua_contracts.rules.decision import Answer
from motcua_contracts.wire.topics import DEAD_LETTERS, TOPICS, Topic

from .deciders import Decider, Deciders
from .metrics import Metrics
from .settings import ServiceSettings


@dataclass(frozen=True, slots=True)
class Prepared:
    """One message of a batch, as `prepare` sees it: before anything of the batch was decided."""

    message: Message[Payload]
    subject: str
    case: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class Projected:
    """One record, as `project` sees it.

    `message` is None for what cannot be read here (`problem` says why) and for private records.

    `raw` None is a tombstone. `at` is the broker's append time, in development with the shift of
    the clock; `appended` is without it.
    """

    topic: Topic
    lane: int
    offset: int
    key: str
    raw: bytes | None
    at: datetime
    message: Message[Payload] | None = None
    problem: str = ""
    unknown: bool = False
    """The problem is only that this release does not know the type."""
    appended: datetime | None = None


Writes = Mapping[str, Sequence[Any]]
"""Collection -> pymongo write operations, done in the lanes' transaction. They must bear being done
again for a copy of a record.
"""


class NotYet(Exception):  # noqa: N818 - no fault: the effect is tried again
    """An effect cannot run yet; this is not an error.

    It is tried again in `seconds`, and no failure is counted.
    """

    def __init__(self, reason: str = "", *, seconds: float = 0.1) -> None:
        super().__init__(reason)
        self.seconds = seconds


class PrivateRecordNotYet(NotYet):
    """The replica does not hold this revision yet."""


class PrivateRecords(Protocol):
    """The private records of one subject."""

    @property
    def forgotten(self) -> bool:
        """The subject was forgotten: its records are deleted and will not come again."""
        ...

    async def get(self, revision: int) -> bytes:
        """The exact bytes of a revision. Raises `PrivateRecordNotYet`."""
        ...


@dataclass(frozen=True, slots=True)
class AskResult:
    """What a command led to: the events it caused, or the slug of its refusal."""

    refused: str = ""
    events: tuple[Message[Payload], ...] = ()


class Runtime(Protocol):
    """What tools are made from. The parts that only the chassis can give."""

    settings: ServiceSettings
    database: Any
    catalogue: Catalogue
    metrics: Metrics

    def now(self) -> datetime:
        """The wall clock; in development with the shift of `motcua clock`."""
        ...

    async def ask(self, subject: str, command: Command, *, key: str) -> AskResult:
        """Send a command to another subject of the same service and wait for what follows.

        `key` makes a repeat the same command.

        Raises `TimeoutError` when nothing followed in time; asking again is safe.
        """
        ...

    async def case(self, subject: str) -> Any:
        """The stored case of a subject, on whichever instance; an empty one
        where nothing was said.
        """
        ...

    async def append(self, topic: Topic, message: Message[Payload]) -> int:
        """Append a command to a topic, in its subject's lane.

        Gives its offset when the broker has it. Raises `KafkaError`, `OSError`.
        """
        ...


PerformFunction = Callable[[Effect, Any, PrivateRecords, Any], Awaitable[Any]]
"""(effect, case, records, tools) -> the answering command, or an `Answer`."""


@dataclass(frozen=True, slots=True)
class Perform:
    """How one kind of effect is done: `concurrency` at once in one instance, each cut off after
    `seconds`, stuck after `tries`.
    """

    call: PerformFunction
    concurrency: int = 8
    tries: int = 8
    seconds: float = 120


class Announcement(NamedTuple):
    """Something new that stored cases are told (`announcements.py`): those that `where` finds;
    None: nobody.

    `id` and `version`: a newer version takes the place of an older one. `command`: what each of
    them is told.
    """

    id: str
    version: int
    where: Callable[[], Mapping[str, Any] | None]
    command: Command


@dataclass(frozen=True, slots=True)
class Service:
    """One service.

    Deciders answer records with events, one for each kind of subject; `project` turns them into
    documents of its own (read model, archive).

    With both, its own commands are decided and everything else is projected, other services'
    commands too; `projects_own`: its own commands are projected besides. `unread` leaves the bytes
    undecoded for `project`. What `project` cannot take in, or what it makes of a record and the
    store refuses, parks the record's subject. `closes` is a second projection, for those who wait:
    it sees every record at once, also of a parked subject, and writes what tells them.
    `serves_behind`: its API answers from what is stored, whatever the backlog, so readiness says no
    more than that it can. `private_records`: private topics of which a replica is kept. `sends`:
    command topics of others that it writes to. `announces`: what of the catalogue its stored cases
    are told, asked again and again (`announcements.py`). `web` gives an ASGI app that is served
    beside the probes.
    """

    name: str
    consumes: tuple[Topic, ...]
    deciders: tuple[Decider, ...] = ()
    project: Callable[[Sequence[Projected], Any], Awaitable[Writes]] | None = None
    closes: Callable[[Sequence[Projected], Any], Awaitable[Writes]] | None = None
    unread: bool = False
    projects_own: bool = False
    serves_behind: bool = False
    emits: Topic | Callable[[Event], Topic] | None = None
    private: Topic | None = None
    private_records: tuple[Topic, ...] = ()
    sends: tuple[Topic, ...] = ()
    reads_catalogue: bool = False
    prepare: Callable[[Sequence[Prepared], Any], Awaitable[Mapping[str, Any]]] | None = None
    perform: Mapping[str, PerformFunction | Perform] = field(default_factory=dict)
    announces: Callable[[Catalogue, datetime], Iterable[Announcement]] | None = None
    tools: Callable[[Runtime], AbstractAsyncContextManager[Any]] | None = None
    web: Callable[[Runtime, Any], Any] | None = None
    rules: Deciders = field(init=False, repr=False, compare=False)
    """The deciders, by the subjects that each takes."""

    def __post_init__(self) -> None:
        """Raises `ValueError` where a subject has two deciders or none, or where an event is heard
        that no consumed topic brings.
        """
        object.__setattr__(self, "rules", Deciders(self.name, self.deciders))
        missing = {topic.owner for topic in TOPICS.values() if topic.kind == "events"}
        missing -= {topic.owner for topic in self.consumes if topic.kind == "events"}
        for event in (event for decider in self.deciders for event in decider.hears):
            if event.owner in missing:
                raise ValueError(
                    f"{self.name}: hears {event.__name__}, but consumes no topic of {event.owner}"
                )

    def topic_of(self, event: Event) -> Topic:
        """Where an event of this service is published."""
        if isinstance(self.emits, Topic):
            return self.emits
        assert self.emits is not None, f"{self.name} says events but has no topic for them"
        return self.emits(event)

    @property
    def commands(self) -> Topic | None:
        """The service's own command topic."""
        return next(
            (
                topic
                for topic in self.consumes
                if topic.kind == "commands" and topic.owner == self.name
            ),
            None,
        )

    def decides(self, topic: Topic) -> bool:
        """Whether the rules hear what is on this topic: all but private records, and, with a
        projection, only its own commands and wakes.
        """
        if topic in self.private_records or topic == self.private:
            return False
        return self.project is None or topic == self.commands or topic.kind == "wake"

    @property
    def inputs(self) -> tuple[Topic, ...]:
        """Every topic that its lanes read; including its own private one, for what an old producer
        brings there late.
        """
        return (
            *self.consumes,
            *self.private_records,
            *((self.private,) if self.private is not None else ()),
        )

    @property
    def said(self) -> tuple[Topic, ...]:
        """Every topic that it publishes to: events, private records, dead letters, and commands (to
        itself, for the results of its effects).
        """
        events: tuple[Topic, ...] = ()
        if isinstance(self.emits, Topic):
            events = (self.emits,)
        elif self.emits is not None:
            events = tuple(
                topic
                for topic in TOPICS.values()
                if topic.kind == "events" and topic.owner == self.name
            )
        own = (
            (self.commands,)
            if (self.perform or self.announces) and self.commands is not None
            else ()
        )
        private = (self.private,) if self.private is not None else ()
        return (*events, *private, DEAD_LETTERS[self.name], *own, *self.sends)

    @property
    def group(self) -> str:
        """The consumer group of its instances."""
        return f"motcua.{self.name}"

    def how(self, kind: str) -> Perform:
        """How an effect is done. Raises `KeyError` for a kind that nobody does."""
        performer = self.perform[kind]
        return performer if isinstance(performer, Perform) else Perform(performer)


def answers_of(performed: Any) -> Answer:
    """What `perform` gave, as an `Answer`."""
    return performed if isinstance(performed, Answer) else Answer(performed)
