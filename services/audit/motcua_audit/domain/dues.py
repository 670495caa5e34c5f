"""When a subject wanted to be woken before each of its events: the fold of the events before it,
asked as its service asks it.
"""

from datetime import datetime
from typing import Any

from .rules import Rules
from .verify import Read


class Dues:
    """One lane of one service. `rules` None: the service is never woken, and nothing is folded."""

    def __init__(self, rules: Rules | None) -> None:
        self._rules = rules
        self._folded: dict[str, tuple[int, Any]] = {}

    def before(self, record: Read) -> tuple[datetime | None, bool]:
        """What was due before this event, and whether that is known; folds it in.

        Events come in the order of their chain, copies between.
        """
        rules, subject = self._rules, record.subject
        if rules is None:
            return None, True
        sequence, case = self._folded.get(subject) or (0, rules.empty(subject))
        if record.link.sequence != sequence + 1 or case is None or record.message is None:
            return None, False
        try:
            due, case = rules.due(subject, case), rules.evolve(case, record.message)
        except Exception:  # the replay names the event that cannot be folded
            due, case = None, None
        self._folded[subject] = sequence + 1, case
        return due, case is not None
