"""Commitments in events, opened against the private records: what was filed is what is kept, or it
was forgotten by order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .difference import Difference, LogPosition
from .verify import Read


@dataclass(slots=True)
class Commitments:
    """The commitments of one lane.

    An event that commits names the paper's `revision` (in the catalogue its `version`).
    """

    made: list[tuple[str, int, str, int, LogPosition]] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)
    opened: int = 0
    erased: int = 0

    def take(self, record: Read) -> None:
        """Note what an event commits to, or that it erases."""
        if record.message is None:
            return
        event = record.message.data
        if getattr(event, "erases", False):
            self.forgotten.add(record.subject)
        commitment = getattr(event, "commitment", "")
        if commitment:
            revision: int = getattr(event, "revision", 0) or getattr(event, "version", 0)
            self.made.append(
                (record.subject, revision, commitment, record.link.sequence, record.link.place)
            )

    def compare(self, source: str, papers: Mapping[str, str | None]) -> list[Difference]:
        """`papers`: key (`<subject>/<revision>`) -> SHA-256 of the paper, None for a tombstone."""
        differences: list[Difference] = []
        self.opened = self.erased = 0
        for subject, revision, commitment, sequence, place in self.made:
            held = papers.get(f"{subject}/{revision}")
            if held == commitment:
                self.opened += 1
            elif held is not None:
                detail = f"paper {revision} does not have the hash that was committed to"
                differences.append(
                    Difference(
                        "paper-altered", source, subject, sequence, place, detail, commitment, held
                    )
                )
            elif subject in self.forgotten:
                self.erased += 1
            else:
                detail = (
                    f"paper {revision} is not kept, and nothing says that it was to be forgotten"
                )
                differences.append(
                    Difference(
                        "paper-missing", source, subject, sequence, place, detail, commitment
                    )
                )
        return differences
