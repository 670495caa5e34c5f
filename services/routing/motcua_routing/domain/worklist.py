"""An officer's worklist: the wish for a morning's digest, and when the next one is due. What a
digest contains is in `digests`.
"""

from datetime import datetime

from motcua_contracts.messages.routing import DigestDrawn, DigestSet, SetDigest
from motcua_contracts.rules.decision import NOTHING, Decision, Wake
from motcua_contracts.rules.directory import Catalogue
from motcua_contracts.wire.envelope import Message
from motcua_contracts.wire.payload import CommandRejected, Event, Payload

from . import digests
from .assignment import NOBODY_CHOSE, Given, Now
from .decide import decide as decide_case
from .state import Case, Digest, Worklist


def decide(
    worklist: Worklist,
    message: Message[Payload],
    at: datetime,
    facts: Catalogue,
    given: Given | None,
) -> Decision:
    """What follows from one message. A command of dossiers is refused as by a dossier that no
    department has seen.
    """
    now = Now(at, facts, given or NOBODY_CHOSE)
    match message.data:
        case SetDigest() as command:
            return digests.set_digest(message.subject, command, message.actor, now)
        case Wake():
            return digests.draw(worklist, now)
        case Event():
            return NOTHING
        case _:
            return decide_case(Case(), message, at, facts, given)


def evolve(worklist: Worklist, event: Message[Payload]) -> Worklist:
    """Raises `TypeError` for a fact that a worklist does not say."""
    match event.data:
        case DigestSet() as fact:
            digest = Digest(officer=fact.officer, at=fact.at, next_at=fact.next_at)
            return Worklist(digest=digest)
        case DigestDrawn() as fact if worklist.digest is not None:
            later = worklist.digest.model_copy(update={"next_at": fact.next_at})
            return Worklist(digest=later)
        case CommandRejected():
            return worklist
        case _:
            raise TypeError(f"a worklist does not say {type(event.data).__name__}")


def due(worklist: Worklist) -> datetime | None:
    """The morning of the next digest."""
    return worklist.digest.next_at if worklist.digest is not None else None
