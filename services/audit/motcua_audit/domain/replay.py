"""Replay: the events of a service, folded with its own `evolve`, against what it has stored.

Events come in the order of their log. A subject is compared at the sequence at which its state was
stored; what came later is not folded, so that a service at work can be checked too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from motcua_contracts import Model
from motcua_contracts.wire.envelope import GENESIS
from pydantic import ValidationError

from .difference import Difference, Kind, LogPosition
from .rules import Rules
from .verify import Link, Read


class Stored(NamedTuple):
    """A case as its service stored it: `state` is the JSON of the case, `hash` of its last event's
    bytes.
    """

    state: str
    sequence: int
    hash: str


@dataclass(slots=True)
class _Folded:
    case: Any
    sequence: int = 0
    hash: str = GENESIS
    place: LogPosition | None = None
    done: bool = False
    held: dict[int, Read] = field(default_factory=dict)
    """Ahead of their turn: a subject whose events are on two topics."""


class Replay:
    """One service's cases of one lane. `stored` by subject."""

    def __init__(self, source: str, rules: Rules, stored: dict[str, Stored]) -> None:
        self._source, self._rules, self._stored = source, rules, stored
        self._folded: dict[str, _Folded] = {}
        self.differences: list[Difference] = []

    def take(self, record: Read) -> None:
        """Fold one event in. Copies change nothing."""
        folded = self._folded.get(record.subject)
        if folded is None:
            folded = self._folded[record.subject] = _Folded(self._rules.empty(record.subject))
        if folded.done or record.link.sequence <= folded.sequence:
            return
        if record.link.sequence > folded.sequence + 1:
            folded.held.setdefault(record.link.sequence, record)
            return
        following: Read | None = record
        while following is not None and not folded.done:
            self._fold(folded, following)
            following = folded.held.pop(folded.sequence + 1, None) if folded.held else None

    def finish(self) -> list[Difference]:
        """After the last event: every stored case that no fold has reached is a difference, too."""
        for subject, stored in self._stored.items():
            folded = self._folded.get(subject) or _Folded(self._rules.empty(subject))
            if folded.done:
                continue
            if stored.sequence == folded.sequence == 0:
                self._compare(subject, folded, stored)
                continue
            detail = (
                f"stored at sequence {stored.sequence}, but the events on Kafka lead to"
                f" {folded.sequence}"
            )
            self._say(
                "state-differs",
                subject,
                stored.sequence,
                folded.place,
                detail,
                str(folded.sequence),
                str(stored.sequence),
            )
        return self.differences

    def _fold(self, folded: _Folded, record: Read) -> None:
        stored = self._stored.get(record.subject)
        if stored is None or stored.sequence < record.link.sequence:
            folded.done = True  # later than what is compared
            if stored is not None:
                self._compare(record.subject, folded, stored)
            return
        if record.message is None:
            folded.done = True
            self._say(
                "fold-fails",
                record.subject,
                record.link.sequence,
                record.link.place,
                "type: not known here, so nothing can be folded",
            )
            return
        try:
            folded.case = self._rules.evolve(folded.case, record.message)
        except Exception as error:
            folded.done = True
            self._say(
                "fold-fails",
                record.subject,
                record.link.sequence,
                record.link.place,
                f"evolve raised {type(error).__name__}",
            )
            return
        folded.sequence, folded.hash, folded.place = (
            record.link.sequence,
            record.link.hash,
            record.link.place,
        )
        if stored.sequence == folded.sequence:
            self._compare(record.subject, folded, stored)
            folded.done, folded.case = True, None

    def _compare(self, subject: str, folded: _Folded, stored: Stored) -> None:
        if stored.hash != folded.hash:
            detail = "hash: the stored one is not that of the last event"
            self._say(
                "state-differs",
                subject,
                stored.sequence,
                folded.place,
                detail,
                folded.hash,
                stored.hash,
            )
        if (path := differing(self._rules.stored(subject, folded.case), stored.state)) is not None:
            self._say("state-differs", subject, stored.sequence, folded.place, path)

    def _say(
        self,
        kind: Kind,
        subject: str,
        sequence: int,
        place: LogPosition | None,
        detail: str,
        expected: str = "",
        found: str = "",
    ) -> None:
        self.differences.append(
            Difference(kind, self._source, subject, sequence, place, detail, expected, found)
        )


def differing(folded: Model, state: str) -> str | None:
    """Where what a fold leads to and a stored state differ, as a field's path without values; None
    where they say the same.
    """
    if folded.__pydantic_serializer__.to_json(folded).decode() == state:
        return None
    try:
        # An older release may have written fewer fields: what counts is what its reader reads.
        stored = type(folded).model_validate_json(state)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return (
            f"{'.'.join(map(str, first['loc'])) or 'state'}: the stored state cannot be read"
            f" ({first['msg']})"
        )
    if stored == folded:
        return None
    return (
        f"{_path(folded.model_dump(mode='json'), stored.model_dump(mode='json'))}: stored otherwise"
        " than the events fold"
    )


def _path(folded: Any, stored: Any, path: str = "") -> str:
    """The first field in which two JSON values differ."""
    pairs: Iterable[tuple[Any, Any, Any]]
    if isinstance(folded, dict) and isinstance(stored, dict) and folded.keys() == stored.keys():
        pairs = ((key, folded[key], stored[key]) for key in folded)
    elif isinstance(folded, list) and isinstance(stored, list) and len(folded) == len(stored):
        pairs = (
            (number, one, other)
            for number, (one, other) in enumerate(zip(folded, stored, strict=True))
        )
    else:
        return path or "state"
    for name, one, other in pairs:
        if one != other:
            return _path(one, other, f"{path}.{name}" if path else str(name))
    return path or "state"


def compare_journal(
    source: str, journal: dict[tuple[str, int], str], links: dict[tuple[str, str], list[Link]]
) -> tuple[list[Difference], list[tuple[str, Link]], list[tuple[str, int]]]:
    """The journal, (subject, sequence) -> hash, against what is on Kafka.

    Gives the records whose bytes differ, those that the journal does not hold (they may be younger
    than it) and the entries that are not on Kafka (they may be on their way).
    """
    differences: list[Difference] = []
    unknown: list[tuple[str, Link]] = []
    seen: set[tuple[str, int]] = set()
    for (said_by, subject), chain in links.items():
        if said_by != source:
            continue
        for link in chain:
            key = (subject, link.sequence)
            written = journal.get(key)
            if written is None:
                unknown.append((subject, link))
            elif written == link.hash:
                seen.add(key)
            else:
                detail = "its bytes are not those of the journal"
                differences.append(
                    Difference(
                        "altered",
                        source,
                        subject,
                        link.sequence,
                        link.place,
                        detail,
                        written,
                        link.hash,
                    )
                )
                seen.add(key)
    return (
        differences,
        unknown,
        [key for key in journal if key not in seen] if len(seen) < len(journal) else [],
    )
