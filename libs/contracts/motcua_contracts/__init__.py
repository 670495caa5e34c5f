"""Commands, events, topics and the pure rules every service shares.

Here is what every service needs. Beside it four public rooms: `values` (what a field may hold),
`wire` (payloads, envelope, topics), `messages` (commands and events by owner), `rules`.
"""

from .rules.decision import CatalogueEntryMissing, Decision, Effect, PrivateRecord, Refusal
from .rules.directory import Catalogue
from .values.clock import VIETNAM
from .values.labels import Label
from .wire.envelope import Message
from .wire.payload import Command, Event, Model, Payload

__all__ = [
    "VIETNAM",
    "Catalogue",
    "CatalogueEntryMissing",
    "Command",
    "Decision",
    "Effect",
    "Event",
    "Label",
    "Message",
    "Model",
    "Payload",
    "PrivateRecord",
    "Refusal",
]
