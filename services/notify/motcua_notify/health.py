"""Which provider of a channel is asked: weights that failures and slowness take down at once, and
time brings back slowly.

In memory, each instance by what it sees. The events record what was chosen, so a restart forgets
nothing that matters.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager

from motcua_chassis import NotYet

from .provider import Sender

AFTER_A_FAILURE = 0.25
"""What is left of a provider's share after a failure: three in a row leave next to nothing."""
FLOOR = 0.02
"""So much always stays, to find out whether it is well again."""
RECOVERS_SECONDS = 600.0
"""From nothing to all, evenly."""
SICK = 0.3
WAIT_SECONDS = 20
"""For a place. While Kafka is away none becomes free, and that is no failure of the message that
waits.
"""


class Provider:
    """A provider with its health, its places and its pace."""

    def __init__(
        self,
        name: str,
        sender: Sender,
        *,
        weight: float = 1,
        at_once: int = 12,
        per_second: float = 0,
        slow_seconds: float = 5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name, self.sender, self.weight = name, sender, weight
        self._slow_seconds, self._clock = slow_seconds, clock
        self._places, self._waiting = asyncio.Semaphore(at_once), 0
        self._pace, self._next = (1 / per_second if per_second else 0.0), 0.0
        self._level, self._changed = 1.0, clock()

    @property
    def strength(self) -> float:
        """1: all is well."""
        return min(1.0, self._level + (self._clock() - self._changed) / RECOVERS_SECONDS)

    def failed(self) -> None:
        """It did not take a message, or takes long."""
        self._level, self._changed = self.strength * AFTER_A_FAILURE, self._clock()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Callable[[], None]]:
        """Wait for a place and for the pace.

        `NotYet` where that takes long; a sick provider's messages, in the way of others, do not
        wait.

        What it gives is to be called once the provider answered: however long the place is held
        after that says nothing of it.
        """
        if self._places.locked() and self.strength < SICK:
            self._waiting += 1
            try:
                raise NotYet(
                    f"{self.name} has no place",
                    seconds=random.uniform(0.5, 1) * max(2, self._waiting / 100),
                )
            finally:
                asyncio.get_running_loop().call_later(2, self._left)
        if self._pace:
            now = self._clock()
            self._next = max(now, self._next) + self._pace
            if (wait := self._next - self._pace - now) > 0:
                await asyncio.sleep(wait)
        await self._free_place()
        slow = asyncio.get_running_loop().call_later(self._slow_seconds, self.failed)
        try:
            yield slow.cancel
        finally:
            slow.cancel()
            self._places.release()

    async def _free_place(self) -> None:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            raise NotYet(f"{self.name} has no place", seconds=1) from None

    def _left(self) -> None:
        self._waiting -= 1


class Channel:
    """The providers of one channel."""

    def __init__(self, providers: Collection[Provider]) -> None:
        self._providers = {one.name: one for one in providers}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._providers)

    def get(self, name: str) -> Provider | None:
        """None for one that is configured no more."""
        return self._providers.get(name)

    def choose(self, without: Collection[str] = ()) -> str:
        """By weight and health; empty where nobody is left.

        A stand-by's share is what the others lack.
        """
        left = [one for one in self._providers.values() if one.name not in without]
        if len(left) < 2:
            return left[0].name if left else ""
        best = max((one.strength for one in left if one.weight), default=0.0)
        shares = [
            one.weight * max(FLOOR, one.strength)
            if one.weight
            else max(0.0, 1 - best) * one.strength
            for one in left
        ]
        if not any(shares):
            shares = [1.0] * len(left)
        return random.choices(left, shares)[0].name

    async def close(self) -> None:
        await asyncio.gather(
            *(one.sender.close() for one in self._providers.values()), return_exceptions=True
        )
