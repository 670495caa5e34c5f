"""When a subject wanted to be woken before each of its facts: the fold of the facts before it,
asked as its service asks it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from .replay import Evolve
from .verify import Read

Due = Callable[[Any], datetime | None]


class Dues:
    """One lane of one service. `due` None: the service is never woken, and nothing is folded."""

    def __init__(self, case: Callable[[], Any], evolve: Evolve, due: Due | None) -> None:
        self._case, self._evolve, self._due = case, evolve, due
        self._folded: dict[str, tuple[int, Any]] = {}

    def before(self, record: Read) -> tuple[datetime | None, bool]:
        """What was due before this fact, and whether that is known; folds it in.

        Facts come in the order of their chain, copies between.
        """
        if self._due is None:
            return None, True
        sequence, case = self._folded.get(record.subject) or (0, self._case())
        if record.link.sequence != sequence + 1 or case is None or record.message is None:
            return None, False
        try:
            due, case = self._due(case), self._evolve(case, record.message)
        except Exception:  # the replay names the fact that cannot be folded
            due, case = None, None
        self._folded[record.subject] = sequence + 1, case
        return due, case is not None
