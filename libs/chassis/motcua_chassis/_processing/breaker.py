"""The breaker: a run of dead letters that speaks for a bad release stops an instance before the day
is dead-lettered.

One caller's bad records never do that, however many: the run counts distinct callers. What a person
sent counts by that person, what services sent by its subject, and all that names nobody as one
caller. A record that the rules answered ends the run. The decision is 0020.
"""

from datetime import datetime
from typing import Any

from .outcome import TurnResult

COLLECTION = "breakers"
KEPT_SECONDS = 60
"""An open breaker says so every second; what was not heard of for so long belongs to an instance
that is gone.
"""
NOBODY = "?"


def caller_of(actor: str, subject: str, *, is_command: bool) -> str:
    """For whom a dead letter counts: the person, `~subject` for what services sent, one name for
    all that cannot be read.
    """
    if actor and not actor.startswith("system:"):
        return actor
    return f"~{subject}" if subject and (actor or not is_command) else NOBODY


class Run:
    """Dead letters since the last record that was answered.

    `limit` letters of `callers` people, or of `limit` subjects, are too many.
    """

    def __init__(self, limit: int, callers: int) -> None:
        self._limit, self._callers = limit, min(callers, limit)
        self.letters = 0
        self._people: set[str] = set()
        self._subjects: set[str] = set()

    def take_in(self, outcome: TurnResult) -> None:
        """Count what one stored batch led to."""
        if outcome.alive:
            self.end()
        self.letters += len(outcome.dead)
        for caller in outcome.dead:
            kept, most = (
                (self._subjects, self._limit)
                if caller.startswith("~")
                else (self._people, self._callers)
            )
            if len(kept) < most:
                kept.add(caller)

    def end(self) -> None:
        """Begin at zero."""
        self.letters = 0
        self._people.clear()
        self._subjects.clear()

    @property
    def people(self) -> int:
        return len(self._people)

    @property
    def subjects(self) -> int:
        return len(self._subjects)

    @property
    def is_bad(self) -> bool:
        """Whether no single caller can be to blame."""
        return (
            self.letters >= self._limit
            and self.people / self._callers + self.subjects / self._limit >= 1
        )


class Notice:
    """The breaker where the operator sees and closes it: one document of this instance, there while
    it is open.
    """

    def __init__(self, database: Any, instance: str) -> None:
        self._database, self._instance = database, instance

    async def forget(self) -> None:
        """An earlier process of this name is gone, and its breaker with it."""
        await self._database[COLLECTION].delete_one({"_id": self._instance})

    async def said(self, run: Run, opened_at: datetime) -> bool:
        """Say that it is open.

        Gives whether an operator has closed it; then the document is gone.
        """
        what = {
            "opened_at": opened_at,
            "letters": run.letters,
            "people": run.people,
            "subjects": run.subjects,
        }
        closed = await self._database[COLLECTION].delete_one(
            {"_id": self._instance, "close": opened_at}
        )
        if closed.deleted_count:
            return True
        await self._database[COLLECTION].update_one(
            {"_id": self._instance}, {"$set": what, "$currentDate": {"seen_at": True}}, upsert=True
        )  # fmt: skip
        return False
