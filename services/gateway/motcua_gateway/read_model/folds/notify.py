"""What notify's events change of a dossier's view: `messages`, `undelivered`, `confirmed`, and the
history.
"""

from motcua_contracts import Payload
from motcua_contracts.messages.notify import (
    ContactConfirmed,
    MessageAttemptFailed,
    MessageDelivered,
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
)

from ..changes import Changing
from ..stored import More, Told
from .common import Handler

OF_THE_DOSSIER = frozenset({"code", "procedure_vi", "procedure_en"})
"""Values of a message that the document holds anyway."""
NOBODYS_FAULT = frozenset({"by-choice", "forgotten"})
"""Reasons for which a message that was not sent is no failure."""


def _queued(document: Changing, event: MessageQueued) -> None:
    message: Told = {
        "id": event.message_id,
        "news": event.message_id.rpartition(".")[0],
        "at": document.at,
        "channel": event.channel,
        "template": event.template,
        "values": {
            name: value for name, value in event.values.items() if name not in OF_THE_DOSSIER
        },
        "state": "queued",
        "reason": "",
    }
    document.setdefault("messages", []).append(message)
    document.pushed("messages", message)


def _state(document: Changing, message_id: str, state: str, reason: str = "") -> None:
    """The message's state, and how many pieces of news reached nobody."""
    messages = document.typed.get("messages", [])
    message = next((one for one in messages if one["id"] == message_id), None)
    if message is None:
        return
    message["state"], message["reason"] = state, reason
    document.rewritten("messages")
    if state in ("failed", "suppressed", "delivered") or "undelivered" in document:
        document.put("undelivered", _undelivered(messages))


def _undelivered(messages: list[Told]) -> int:
    news: dict[str, list[Told]] = {}
    for message in messages:
        news.setdefault(message["news"], []).append(message)
    return sum(all(lost(message) for message in channels) for channels in news.values())


def lost(message: Told) -> bool:
    """Whether a message ended without reaching anybody, through no wish of the reader."""
    return message["state"] in ("failed", "suppressed") and message["reason"] not in NOBODYS_FAULT


def _sent(document: Changing, event: MessageSent) -> More:
    _state(document, event.message_id, "sent")
    return {"channel": event.channel}


def _delivered(document: Changing, event: MessageDelivered) -> None:
    _state(document, event.message_id, "delivered")


def _attempt_failed(document: Changing, event: MessageAttemptFailed) -> None:
    _state(document, event.message_id, "retrying", event.reason)


def _failed(document: Changing, event: MessageFailed) -> More:
    _state(document, event.message_id, "failed", event.reason)
    return {"channel": event.channel, "reason": event.reason}


def _suppressed(document: Changing, event: MessageSuppressed) -> More | None:
    _state(document, event.message_id, "suppressed", event.reason)
    return (
        {"channel": event.channel, "reason": event.reason}
        if event.reason not in NOBODYS_FAULT
        else None
    )


def _confirmed(document: Changing, event: ContactConfirmed) -> None:
    """Beside what the registration says: between sources there is no order.

    One of an address that was corrected since says nothing.
    """
    if event.corrected < document.get("filing", {}).get("corrected", {}).get(event.contact, 0):
        return
    if event.corrected:
        document.put(
            "confirmed_by", {**document.get("confirmed_by", {}), event.contact: event.corrected}
        )
    document.put("confirmed", sorted({*document.get("confirmed", ()), event.contact}))


HANDLERS: dict[type[Payload], Handler] = {
    MessageQueued: _queued,
    MessageAttemptFailed: _attempt_failed,
    MessageSent: _sent,
    MessageDelivered: _delivered,
    MessageFailed: _failed,
    MessageSuppressed: _suppressed,
    ContactConfirmed: _confirmed,
}
