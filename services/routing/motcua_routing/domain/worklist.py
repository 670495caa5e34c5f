"""An officer's worklist: the wish for a morning's digest, and when the next one is due. What a
digest contains is in `digests`.
"""

from datetime import datetime

from motcua_contracts import Catalogue, Decision, Event, Message, Payload
from motcua_contracts.messages.routing import DigestDrawn, DigestSet, SetDigest
from motcua_contracts.rules.decision import NOTHING, Wake
from motcua_contracts.wire.payload import CommandRejected

from . import digests
from .assignment import NOBODY_CHOSE, Drawn, Now
from .case import Case, Digest, Worklist
from .decide import decide as decide_case


def decide(
    worklist: Worklist,
    message: Message[Payload],
    at: datetime,
    catalogue: Catalogue,
    given: Drawn | None,
) -> Decision:
    """What follows from one message. A command of dossiers is refused as by a dossier that no
    department has seen.
    """
    now = Now(at, catalogue, given or NOBODY_CHOSE)
    match message.data:
        case SetDigest() as command:
            return digests.set_digest(message.subject, command, message.actor, now)
        case Wake():
            return digests.draw(worklist, now)
        case Event():
            return NOTHING
        case _:
            return decide_case(Case(), message, at, catalogue, given)


def evolve(worklist: Worklist, event: Message[Payload]) -> Worklist:
    """Raises `TypeError` for an event that a worklist does not say."""
    match event.data:
        case DigestSet() as data:
            digest = Digest(officer=data.officer, at=data.at, next_at=data.next_at)
            return Worklist(digest=digest)
        case DigestDrawn() as data if worklist.digest is not None:
            later = worklist.digest.model_copy(update={"next_at": data.next_at})
            return Worklist(digest=later)
        case CommandRejected():
            return worklist
        case _:
            raise TypeError(f"a worklist does not say {type(event.data).__name__}")


def due(worklist: Worklist) -> datetime | None:
    """The morning of the next digest."""
    return worklist.digest.next_at if worklist.digest is not None else None
