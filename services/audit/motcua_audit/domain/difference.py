"""What a check can find: one difference, said so that somebody can go and look
at the very record.
"""

from typing import Literal, NamedTuple

Kind = Literal[
    "altered",
    "removed",
    "inserted",
    "reordered",
    "unreadable",
    "unpublished",
    "not-in-journal",
    "state-differs",
    "fold-fails",
    "paper-missing",
    "paper-altered",
    "not-archived",
    "no-fold",
    "forged",
]


class LogPosition(NamedTuple):
    """Where a record is on Kafka."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}@{self.offset}"


class Difference(NamedTuple):
    """`detail` names fields and places, never a value of a person.

    `place` None where no record on Kafka is to be blamed.

    `expected` and `found` are hashes, sequences or counts, empty where there are none to tell.
    """

    kind: Kind
    source: str
    subject: str
    sequence: int | None
    place: LogPosition | None
    detail: str
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        which = " ".join(
            filter(
                None,
                (
                    self.source,
                    self.subject,
                    "" if self.sequence is None else f"sequence {self.sequence}",
                ),
            )
        )
        where = f"at {self.place}" if self.place else ""
        beside = [
            f"{name} {_short(value)}"
            for name, value in (("expected", self.expected), ("found", self.found))
            if value
        ]
        return f"{self.kind}: {' '.join(filter(None, (which, where)))}: {self.detail}" + (
            f" ({', '.join(beside)})" if beside else ""
        )

    def as_json(self) -> dict[str, str | int | None]:
        """Flat, for answers and manifests."""
        topic, partition, offset = self.place or (None, None, None)
        return {
            "kind": self.kind,
            "source": self.source,
            "subject": self.subject,
            "sequence": self.sequence,
            "topic": topic,
            "partition": partition,
            "offset": offset,
            "detail": self.detail,
            "expected": self.expected,
            "found": self.found,
        }


def _short(value: str) -> str:
    """The beginning of a hash is enough for people; `as_json` has all of it."""
    return f"{value[:16]}…" if len(value) == 64 else value
