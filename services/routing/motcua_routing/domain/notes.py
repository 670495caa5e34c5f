"""What people type beside an event: a paper of its own, numbered above `NOTES_FROM`.

The event names its revision and nothing else.
"""

from motcua_contracts.messages.routing import NOTES_FROM, RoutingNote
from motcua_contracts.rules.decision import PrivateEntry

from .assignment import Drawn
from .case import Case


def note(case: Case, text: str, given: Drawn) -> tuple[int | None, tuple[PrivateEntry, ...]]:
    """The revision that the event names, and the paper; None and none where nothing was typed.

    Raises `ValueError` where no salt was given: that is a fault of ours, and a note without one
    could be guessed from its hash.
    """
    if not text.strip():
        return None, ()
    if not given.salt:
        raise ValueError("salt: a note needs one")
    revision = NOTES_FROM + case.notes + 1
    return revision, (PrivateEntry.of(revision, RoutingNote(salt=given.salt, text=text.strip())),)


def revisions(case: Case) -> tuple[int, ...]:
    """The papers of routing that a case has."""
    return tuple(NOTES_FROM + number for number in range(1, case.notes + 1))
