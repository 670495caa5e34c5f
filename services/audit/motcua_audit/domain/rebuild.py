"""A service's states, folded from its events alone and from nothing: what its store would hold if
it were lost.
"""

from typing import Any

from motcua_contracts.wire.envelope import GENESIS

from .difference import Difference, LogPosition
from .replay import Stored
from .rules import Rules
from .verify import Read


class Rebuild:
    """One service's cases of one lane.

    Events of a subject may be on two topics: what comes before its turn is held.
    """

    def __init__(self, source: str, rules: Rules) -> None:
        self._source, self._rules = source, rules
        self._cases: dict[str, tuple[Any, int, str]] = {}
        self._held: dict[str, dict[int, Read]] = {}
        self._broken: set[str] = set()
        self.differences: list[Difference] = []

    def take(self, record: Read) -> None:
        """Fold one event in.

        Copies change nothing; behind an event that cannot be folded its subject is left alone.
        """
        subject = record.subject
        if record.link.sequence < self._next(subject):
            return
        held = self._held.setdefault(subject, {})
        held.setdefault(record.link.sequence, record)
        while (
            subject not in self._broken
            and (following := held.pop(self._next(subject), None)) is not None
        ):
            self._fold(subject, following)

    def states(self) -> dict[str, Stored]:
        """By subject, each as its service stores it."""
        return {
            subject: Stored(self._state(subject, case), sequence, digest)
            for subject, (case, sequence, digest) in self._cases.items()
        }

    def _state(self, subject: str, case: Any) -> str:
        stored = self._rules.stored(subject, case)
        return stored.__pydantic_serializer__.to_json(stored).decode()

    def _next(self, subject: str) -> int:
        return self._cases[subject][1] + 1 if subject in self._cases else 1

    def _fold(self, subject: str, record: Read) -> None:
        case, _, _ = self._cases.get(subject) or (self._rules.empty(subject), 0, GENESIS)
        if record.message is None:
            self._say(record, "type: not known here, so nothing can be folded")
            return
        try:
            folded = self._rules.evolve(case, record.message)
        except Exception as error:
            self._say(record, f"evolve raised {type(error).__name__}")
            return
        self._cases[subject] = folded, record.link.sequence, record.link.hash

    def _say(self, record: Read, detail: str) -> None:
        self._broken.add(record.subject)
        place: LogPosition = record.link.place
        self.differences.append(
            Difference(
                "fold-fails", self._source, record.subject, record.link.sequence, place, detail
            )
        )
