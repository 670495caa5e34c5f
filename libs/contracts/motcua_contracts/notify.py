"""Notify's words: messages to people. Subject: the dossier's id. Addresses stay in the private papers."""

from datetime import datetime
from typing import Literal

from .intake import Contact
from .payload import Command, Event

MessageChannel = Literal["email", "sms"]


class RecordDelivery(Command, owner="notify"):
    """Answer of the effect `send-email` or `send-sms`."""

    message_id: str
    outcome: Literal["sent", "failed", "suppressed"]
    provider: str
    reason: str = ""


class MessageQueued(Event, owner="notify"):
    """Demands the effect that sends it. `message_id` is also the e-mail's Message-ID and the provider's key."""

    message_id: str
    channel: MessageChannel
    template: str
    about: str
    """Type name of the fact it tells of."""
    revision: int
    contacts: tuple[Contact, ...] = ()
    """Which contacts paper `revision` holds; later messages of the dossier choose their channels by it."""
    values: dict[str, str]
    """What the template needs, none of it personal: always `code`, `procedure_vi`, `procedure_en`; instants in RFC 3339."""


class MessageSent(Event, owner="notify"):
    message_id: str
    channel: MessageChannel
    provider: str
    sent_at: datetime


class MessageFailed(Event, owner="notify"):
    message_id: str
    channel: MessageChannel
    provider: str
    reason: str


class MessageSuppressed(Event, owner="notify"):
    message_id: str
    channel: MessageChannel
    reason: str
