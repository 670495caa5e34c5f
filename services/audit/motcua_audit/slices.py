"""A lane in slices: all subjects of one hash class, so that a check's memory does not grow with the
lane.

Chains, folds, causes and commitments are of one subject each. The lane is read once for each slice,
and all but the slice's own subjects is passed over by the head alone; so a lane of any size costs
the memory of one slice, and a large one the time of several readings.
"""

from dataclasses import dataclass
from zlib import crc32

from motcua_contracts.wire.envelope import Undecodable, decode_head

EVENTS_AT_ONCE = 100_000
"""Records of a lane that one slice holds, about. Measured: 2.4 kB each, with chain, journal, state,
command and cause.
"""


@dataclass(frozen=True, slots=True)
class Slice:
    """Number `number` of `of`."""

    number: int = 0
    of: int = 1

    def holds(self, subject: str) -> bool:
        """Whether a subject belongs to it."""
        return (
            self.of == 1 or crc32(subject.encode("utf-8", "surrogatepass")) % self.of == self.number
        )

    def takes(self, raw: bytes) -> bool:
        """Whether a record does: by the subject that it names, whatever its key is.

        What names none is the first slice's.
        """
        if self.of == 1:
            return True
        try:
            return self.holds(decode_head(raw)["subject"])
        except Undecodable:
            return self.is_first

    @property
    def is_first(self) -> bool:
        """Of what belongs to the lane and to no subject, one slice tells."""
        return self.number == 0


WHOLE = Slice()


def slices(records: int, at_once: int = EVENTS_AT_ONCE) -> list[Slice]:
    """The slices of a lane with about so many records."""
    count = max(1, -(-records // at_once))
    return [Slice(number, count) for number in range(count)]
