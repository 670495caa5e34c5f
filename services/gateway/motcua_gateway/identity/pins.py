"""Guards the tracking pin: six digits hold only if nobody may try them all.

A try is counted before it is judged, so that a thousand at once are ten judged ones and the rest
refused; a right one is given back. Tries count by code and address, so that a stranger does not
lock the owner out, and by code alone, higher, so that many addresses cannot try all pins. Where
that bound is reached, an address from which the pin was right before goes on, and the owner's own
page (signed in) and the counter never need a pin.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from limits.aio.storage import MongoDBStorage

from ..http.refusals import TooManyTries
from .rates import Rates

MOST_TRIES = 10
WINDOW = timedelta(minutes=15)
DAY = timedelta(days=1)
MOST_A_DAY = 20
MOST_OF_AN_ADDRESS = 60
"""An hour, over all codes: nobody goes through the codes of a day with one pin."""
MOST_OF_A_CODE = 200
"""A day, over all addresses: one pin in five thousand."""
KNOWN = timedelta(days=30)
Counted = tuple[str, int]
"""A counter and the seconds of its window."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A try that was let in: the key of code and address, and what counted it."""

    here: str
    counted: tuple[Counted, ...]


class Pins:
    """Wrong tries, whether the code exists or not. Shared by all instances; keys are hashes."""

    def __init__(self, storage: MongoDBStorage, rates: Rates, known: Any) -> None:
        self._storage, self._hidden, self._known = storage, rates.hidden, known

    async def make_indexes(self) -> None:
        await self._known.create_index("until", expireAfterSeconds=0)

    async def enter(self, code: str, address: str) -> Entered:
        """Count a try that is about to be judged.

        Raises `TooManyTries`. Give what comes to `right` where the pin was right.

        The narrow bounds come first: a try that one of them refuses does not use up the wider ones,
        which are others' too.
        """
        here = self._hidden("pin", code, address)
        counted: list[Counted] = []
        for name, most, window in (
            (f"pin-quarter/{here}", MOST_TRIES, WINDOW),
            (f"pin-day/{here}", MOST_A_DAY, DAY),
            (f"pin-address/{self._hidden('pin', address)}", MOST_OF_AN_ADDRESS, timedelta(hours=1)),
            (f"pin-code/{self._hidden('pin', code)}", MOST_OF_A_CODE, DAY),
        ):
            seconds = int(window.total_seconds())
            tries = await self._storage.incr(name, seconds)
            if tries > most and not (name.startswith("pin-code/") and await self._knows(here)):
                await self._give_back(counted)
                raise await self._refusal(name, seconds)
            counted.append((name, seconds))
        return Entered(here, tuple(counted))

    async def right(self, entered: Entered) -> None:
        """The pin was right: it is no try, and this address is known for a month."""
        await self._give_back(entered.counted)
        await self._known.update_one(
            {"_id": entered.here}, {"$set": {"until": datetime.now(UTC) + KNOWN}}, upsert=True
        )

    async def _give_back(self, counted: Sequence[Counted]) -> None:
        for name, seconds in counted:
            await self._storage.incr(name, seconds, -1)

    async def _knows(self, here: str) -> bool:
        return (
            await self._known.find_one({"_id": here, "until": {"$gt": datetime.now(UTC)}})
            is not None
        )

    async def _refusal(self, name: str, window_seconds: int) -> TooManyTries:
        left = await self._storage.get_expiry(name) - datetime.now(UTC).timestamp()
        seconds = min(max(1, math.ceil(left)), window_seconds)
        return TooManyTries(minutes=math.ceil(seconds / 60), seconds=seconds)
