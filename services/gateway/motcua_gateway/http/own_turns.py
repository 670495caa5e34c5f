"""Places that everybody shares, taken in turn: whoever asks for many waits behind their own
requests, not in front of others.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class OwnTurns:
    """At most `at_once` of one person's pieces of work run at a time; the rest of that person's
    wait here.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._places: dict[str, tuple[asyncio.Semaphore, int]] = {}

    @asynccontextmanager
    async def of(self, person: str) -> AsyncIterator[None]:
        """One place of this person's. Nothing is kept of a person who has none."""
        semaphore, users = self._places.get(person, (asyncio.Semaphore(self._at_once), 0))
        self._places[person] = (semaphore, users + 1)
        try:
            async with semaphore:
                yield
        finally:
            semaphore, users = self._places[person]
            if users > 1:
                self._places[person] = (semaphore, users - 1)
            else:
                del self._places[person]
