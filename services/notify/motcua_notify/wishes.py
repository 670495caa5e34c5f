"""Citizens' wishes as notify's own store has them, for the messages of their dossiers."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from motcua_contracts.notify import PREFERENCES, PreferencesSet

from .domain.case import Case

REMEMBERED_SECONDS = 5.0
CITIZEN = "citizen:"


class Wishes:
    """What citizens set, out of notify's own cases; None for who set nothing."""

    def __init__(self, cases: Any, most: int = 20_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._cases, self._most, self._clock = cases, most, clock
        self._known = OrderedDict[str, tuple[float, PreferencesSet | None]]()

    async def of(self, owners: set[str]) -> Mapping[str, PreferencesSet | None]:
        """By owner. Raises the driver's errors."""
        oldest = self._clock() - REMEMBERED_SECONDS
        missing = [owner for owner in owners if owner not in self._known or self._known[owner][0] < oldest]
        if missing:
            await self._read(missing)
        found = {owner: self._known[owner][1] for owner in owners}
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return found

    async def _read(self, owners: Sequence[str]) -> None:
        now = self._clock()
        for owner in owners:
            self._known[owner] = now, None
            self._known.move_to_end(owner)
        subjects = [PREFERENCES + owner.removeprefix(CITIZEN) for owner in owners]
        async for row in self._cases.find({"_id": {"$in": subjects}}, {"state": 1}):
            self._known[CITIZEN + row["_id"].removeprefix(PREFERENCES)] = now, Case.model_validate_json(row["state"]).preferences
