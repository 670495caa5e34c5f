"""How much one recipient gets at most: a mistake upstream shall not fill somebody's phone.

In memory, each instance for itself.

Addresses are kept as hashes only, and only as long as they count.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from hashlib import blake2b

from motcua_chassis import NotYet

HOUR = 3600.0
_MOST_REMEMBERED = 50_000


class RecipientLimit:
    """`per_hour` 0: no limit."""

    def __init__(self, per_hour: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_hour, self._clock = per_hour, clock
        self._sent = OrderedDict[bytes, deque[float]]()

    def check(self, recipient: str) -> None:
        """Raises `NotYet` until the hour has room."""
        if not self._per_hour:
            return
        times = self._sent.get(self._key(recipient))
        now = self._clock()
        while times and times[0] <= now - HOUR:
            times.popleft()
        if times and len(times) >= self._per_hour:
            raise NotYet("recipient's limit", seconds=max(1.0, min(60.0, times[0] + HOUR - now)))

    def count(self, recipient: str) -> None:
        """Something went out."""
        if not self._per_hour:
            return
        key = self._key(recipient)
        self._sent.setdefault(key, deque(maxlen=self._per_hour)).append(self._clock())
        self._sent.move_to_end(key)
        if len(self._sent) > _MOST_REMEMBERED:
            self._sent.popitem(last=False)

    @staticmethod
    def _key(recipient: str) -> bytes:
        return blake2b(recipient.lower().encode(), digest_size=12).digest()
