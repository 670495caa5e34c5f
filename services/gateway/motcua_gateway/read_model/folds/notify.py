"""What notify's facts change of a dossier's view: `messages`, `undelivered`, `confirmed`, and the
history.
"""

from motcua_contracts.messages.notify import (
    ContactConfirmed,
    MessageAttemptFailed,
    MessageDelivered,
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
)
from motcua_contracts.wire.payload import Payload

from ..changes import Changing
from ..stored import More, Told
from .common import Handler

OF_THE_DOSSIER = frozenset({"code", "procedure_vi", "procedure_en"})
"""Values of a message that the document holds anyway."""
NOBODYS_FAULT = frozenset({"by-choice", "forgotten"})
"""Reasons for which a message that was not sent is no failure."""


def _queued(document: Changing, fact: MessageQueued) -> None:
    message: Told = {
        "id": fact.message_id,
        "news": fact.message_id.rpartition(".")[0],
        "at": document.at,
        "channel": fact.channel,
        "template": fact.template,
        "values": {
            name: value for name, value in fact.values.items() if name not in OF_THE_DOSSIER
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


def _sent(document: Changing, fact: MessageSent) -> More:
    _state(document, fact.message_id, "sent")
    return {"channel": fact.channel}


def _delivered(document: Changing, fact: MessageDelivered) -> None:
    _state(document, fact.message_id, "delivered")


def _attempt_failed(document: Changing, fact: MessageAttemptFailed) -> None:
    _state(document, fact.message_id, "retrying", fact.reason)


def _failed(document: Changing, fact: MessageFailed) -> More:
    _state(document, fact.message_id, "failed", fact.reason)
    return {"channel": fact.channel, "reason": fact.reason}


def _suppressed(document: Changing, fact: MessageSuppressed) -> More | None:
    _state(document, fact.message_id, "suppressed", fact.reason)
    return (
        {"channel": fact.channel, "reason": fact.reason}
        if fact.reason not in NOBODYS_FAULT
        else None
    )


def _confirmed(document: Changing, fact: ContactConfirmed) -> None:
    """Beside what the registration says: between sources there is no order.

    One of an address that was corrected since says nothing.
    """
    if fact.corrected < document.get("filing", {}).get("corrected", {}).get(fact.contact, 0):
        return
    if fact.corrected:
        document.put(
            "confirmed_by", {**document.get("confirmed_by", {}), fact.contact: fact.corrected}
        )
    document.put("confirmed", sorted({*document.get("confirmed", ()), fact.contact}))


HANDLERS: dict[type[Payload], Handler] = {
    MessageQueued: _queued,
    MessageAttemptFailed: _attempt_failed,
    MessageSent: _sent,
    MessageDelivered: _delivered,
    MessageFailed: _failed,
    MessageSuppressed: _suppressed,
    ContactConfirmed: _confirmed,
}
