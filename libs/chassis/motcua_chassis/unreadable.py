"""What is stored and cannot be read is said to the operator by class and id, never by its content,
and counted.
"""

from time import monotonic
from typing import Final

from .logs import Log
from .metrics import Metrics

QUIET_SECONDS: Final = 3600
"""The same record in the same view is logged once in that time, and counted each time."""
LONGEST_ID: Final = 60
REMEMBERED: Final = 10_000


class Unreadable:
    """Told by whoever shows a row or a message in the place of what it could not read."""

    def __init__(self, metrics: Metrics, log: Log) -> None:
        self._metrics, self._log = metrics, log
        self._quiet_until: dict[tuple[str, str, str], float] = {}

    def tell(self, view: str, record: str, error: BaseException, *, traced: bool = False) -> None:
        """`view`: where it was to be shown; `record`: its id, of which no more than 60 letters are
        logged. `traced`: with the places.
        """
        name = type(error).__name__
        self._metrics.unreadable_rows.labels(view, name).inc()
        key, now = (view, record[:LONGEST_ID], name), monotonic()
        if self._quiet_until.get(key, 0.0) > now:
            return
        if len(self._quiet_until) >= REMEMBERED:
            self._quiet_until.clear()
        self._quiet_until[key] = now + QUIET_SECONDS
        self._log.error(
            "a row cannot be read",
            view=view,
            id=key[1],
            error=name,
            exc_info=error if traced else None,
        )
