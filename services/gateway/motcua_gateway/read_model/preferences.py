"""A citizen's wishes for messages, as notify says they are: one document each."""

from collections.abc import Iterable
from datetime import datetime
from typing import NotRequired, TypedDict

from motcua_contracts import Message, Payload
from motcua_contracts.messages.notify import PREFERENCES, PreferencesSet

EVENTS = (PreferencesSet,)
NO_WISHES = PreferencesSet(email=True, sms="important")
"""What holds for who never said anything."""


def subject_of(actor: str) -> str:
    """The subject of a citizen's wishes."""
    return PREFERENCES + actor.removeprefix("citizen:")


class Preferences(TypedDict):
    """The stored document. `wishes`: a `PreferencesSet` as JSON has it."""

    _id: str
    sequence: int
    wishes: NotRequired[dict[str, object]]
    set_at: NotRequired[datetime]


def fold_preferences(
    document: Preferences | None, subject: str, messages: Iterable[Message[Payload]]
) -> Preferences | None:
    """The document with these events taken in. None: nothing in them is new."""
    document = document if document is not None else {"_id": subject, "sequence": 0}
    before = document["sequence"]
    for message in messages:
        if message.sequence is not None and message.sequence > document["sequence"]:
            document = {
                "_id": subject,
                "sequence": message.sequence,
                "wishes": message.data.model_dump(mode="json"),
                "set_at": message.time,
            }
    return document if document["sequence"] > before else None
