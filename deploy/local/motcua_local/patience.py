"""How long a start waits: as long as anything moves, and so many seconds after nothing did.

A sign of movement is a line in a part's log or an answer of its probe that this start has not seen
before. Numbers do not count: a part that tries the same call again and again says nothing new, and
is not waited for without end.
"""

import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path

QUIET_SECONDS = 60.0
_MOST_SIGNS = 100_000
"""More different lines than any start says; a part that says more than these is not heard any
longer.
"""
_READ_BYTES = 1_048_576
_WITH_DIGITS = re.compile(r"\w*\d\w*")


class NewLines:
    """Reads what a log has gained since the last look."""

    def __init__(self, log: Path, since: int = 0) -> None:
        self._log, self._at = log, since

    def look(self) -> list[str]:
        """Lines that were added, empty when there is no file.

        A line that is half written counts as one.
        """
        try:
            with self._log.open("rb") as file:
                file.seek(self._at)
                raw = file.read(_READ_BYTES)
        except OSError:
            return []
        self._at += len(raw)
        return raw.decode(errors="replace").splitlines()


class Patience:
    """Runs out once no new sign was seen for `quiet_seconds`. `clock`: monotonic seconds."""

    def __init__(
        self, quiet_seconds: float = QUIET_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.quiet_seconds, self._clock = quiet_seconds, clock
        self._seen: set[int] = set()
        self._moved_at = clock()

    def see(self, part: str, signs: Iterable[str]) -> None:
        """What a part says now; the time starts again when one of it is new."""
        for sign in signs:
            mark = hash((part, _WITH_DIGITS.sub("#", sign)))
            if mark not in self._seen and len(self._seen) < _MOST_SIGNS:
                self._seen.add(mark)
                self._moved_at = self._clock()

    @property
    def still_seconds(self) -> float:
        """Since the last sign of movement."""
        return self._clock() - self._moved_at

    @property
    def is_over(self) -> bool:
        """Whether nothing has moved for the whole time."""
        return self.still_seconds > self.quiet_seconds
