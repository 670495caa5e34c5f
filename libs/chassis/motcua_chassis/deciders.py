"""The rules of a service, and which of them a subject falls to.

A service may have a decider for each kind of subject it has. The form of the subject chooses, and
it chooses here alone: the engine, the effects and audit's folds ask `Deciders`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue, Decision, Effect, Event, Message, Model, Payload

Due = Callable[[Any], datetime | None]
Index = Callable[[Any], Mapping[str, str | int | Sequence[str] | None]]


@dataclass(frozen=True, slots=True)
class StoredAs:
    """How a case is stored where that is more than its own JSON: as a `model` that several kinds of
    subjects share.

    What is stored outlives the classes of today, so that a log folds to the same bytes. `unwrap`
    gives an empty case for a subject of which nothing was said.
    """

    model: type[Model]
    wrap: Callable[[Any], Model]
    unwrap: Callable[[Any], Any]

    @classmethod
    def more_than(cls, case: type[Model], model: type[Model]) -> "StoredAs":
        """For a `model` that has all fields of the case, and more, which are empty here.

        Cases are copied: this is done for every one, and costs a fifth of a model's construction.
        """
        empty, bare, own = model(), case(), case.model_fields.keys()

        def unwrap(stored: Model) -> Model:
            kept = {name: value for name, value in vars(stored).items() if name in own}
            return bare.model_copy(update=kept)

        return cls(model, lambda one: empty.model_copy(update=vars(one)), unwrap)


@dataclass(frozen=True, slots=True)
class Decider:
    """The rules of one kind of subject, pure.

    `case()` without arguments is a subject of which nothing was said.

    `subjects` is what their names begin with; empty: every subject that no other decider of the
    service takes. `index` names values that are stored beside the state and can be queried
    (`i_<name>` in the collection `cases`; each of several). `hears` are the events that the rules
    answer; the sequence of others is checked and nothing else is read of them. Empty: all.
    """

    case: type[Model]
    decide: Callable[[Any, Message[Payload], datetime, Catalogue, Any], Decision]
    evolve: Callable[[Any, Message[Payload]], Any]
    effects: Callable[[Any], Sequence[Effect]] | None = None
    due: Due | None = None
    index: Index | None = None
    hears: tuple[type[Event], ...] = ()
    subjects: str = ""
    stored: StoredAs | None = None


class Deciders:
    """All deciders of one service. A case is always given with the subject whose it is."""

    __slots__ = ("_all", "_by_prefix", "_others")

    def __init__(self, service: str, deciders: Sequence[Decider]) -> None:
        """Raises `ValueError` where a subject has two deciders, or none."""
        self._all = tuple(deciders)
        self._by_prefix = [(one.subjects, one) for one in deciders if one.subjects]
        for number, (prefix, _) in enumerate(self._by_prefix):
            for other, _ in self._by_prefix[number + 1 :]:
                if prefix.startswith(other) or other.startswith(prefix):
                    both = max(prefix, other, key=len)
                    raise ValueError(f"{service}: two deciders take the subjects {both}…")
        others = [one for one in deciders if not one.subjects]
        if deciders and len(others) != 1:
            raise ValueError(
                f"{service}: {len(others) or 'no'} deciders take the subjects that no prefix names;"
                " exactly one does"
            )
        self._others = others[0] if others else None

    def __iter__(self) -> Iterator[Decider]:
        return iter(self._all)

    def __bool__(self) -> bool:
        return bool(self._all)

    @property
    def wakes(self) -> bool:
        """Whether any case may want to be woken."""
        return any(one.due is not None for one in self._all)

    @property
    def indexed(self) -> tuple[str, ...]:
        """The names of all values that are stored beside states."""
        found = (one.index(one.case()) for one in self._all if one.index is not None)
        return tuple(dict.fromkeys(name for names in found for name in names))

    def of(self, subject: str) -> Decider:
        """Raises `LookupError` where the service decides nothing."""
        for prefix, decider in self._by_prefix:
            if subject.startswith(prefix):
                return decider
        if self._others is None:
            raise LookupError("a service without rules")
        return self._others

    def hears(self, subject: str, event: type[Payload]) -> bool:
        """Whether the rules of this subject answer events of a type."""
        hears = self.of(subject).hears if self._all else ()
        return not hears or event in hears

    def empty(self, subject: str) -> Any:
        """The case of a subject of which nothing was said."""
        return self.of(subject).case()

    def decide(
        self, case: Any, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
    ) -> Decision:
        """Raises what the rules raise."""
        return self.of(message.subject).decide(case, message, at, catalogue, given)

    def evolve(self, case: Any, event: Message[Payload]) -> Any:
        """Raises what the fold raises."""
        return self.of(event.subject).evolve(case, event)

    def effects(self, subject: str, case: Any) -> Sequence[Effect]:
        """What is open outside because of a case."""
        effects = self.of(subject).effects
        return effects(case) if effects is not None else ()

    def due(self, subject: str, case: Any) -> datetime | None:
        """When a case wants to be woken."""
        due = self.of(subject).due
        return due(case) if due is not None else None

    def index(self, subject: str, case: Any) -> Mapping[str, Any]:
        """What is stored beside a state, without what it does not have."""
        index = self.of(subject).index
        if index is None:
            return {}
        return {name: value for name, value in index(case).items() if value is not None}

    def stored(self, subject: str, case: Any) -> Model:
        """What is stored of a case."""
        stored_as = self.of(subject).stored
        found: Model = case if stored_as is None else stored_as.wrap(case)
        return found

    def written(self, subject: str, case: Any) -> str:
        """The state as it is stored and compared: the JSON of what is stored."""
        stored = self.stored(subject, case)
        return str(stored.__pydantic_serializer__.to_json(stored), "utf-8")

    def read(self, subject: str, state: str) -> Any:
        """The case of a stored state. Raises `ValueError` for one that cannot be read."""
        decider = self.of(subject)
        if decider.stored is None:
            return decider.case.model_validate_json(state)
        return decider.stored.unwrap(decider.stored.model.model_validate_json(state))
