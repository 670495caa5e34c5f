"""Citizens' wishes as notify's own store has them, for the messages of their dossiers."""

from collections.abc import Mapping
from typing import Any

from motcua_contracts.messages.notify import PREFERENCES, PreferencesSet

from .stored import Stored

CITIZEN = "citizen:"


class Wishes:
    """What citizens set, out of notify's own cases; None for who set nothing.

    Asked again for every batch and never remembered: whoever said no a second ago is not sent
    another message.
    """

    def __init__(self, cases: Any) -> None:
        self._cases = cases

    async def of(self, owners: set[str]) -> Mapping[str, PreferencesSet | None]:
        """By owner. Raises the driver's errors."""
        found: dict[str, PreferencesSet | None] = dict.fromkeys(owners)
        if not owners:
            return found
        subjects = [PREFERENCES + owner.removeprefix(CITIZEN) for owner in owners]
        async for row in self._cases.find({"_id": {"$in": subjects}}, {"state": 1}):
            stored = Stored.model_validate_json(row["state"])
            found[CITIZEN + row["_id"].removeprefix(PREFERENCES)] = stored.preferences
        return found
