"""The fold of notify's own events, and what is to be sent because of them.

No rules: what was decided is simply so.
"""

from collections.abc import Sequence
from typing import Any

from motcua_contracts import Effect, Message, Payload
from motcua_contracts.messages.notify import (
    ContactConfirmed,
    ContactsChanged,
    MessageAttemptFailed,
    MessageDelivered,
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
    NewsHeld,
)
from motcua_contracts.wire.payload import CommandRejected

from .case import Case, Handed, OnTheWay, Subject
from .channels import next_channel

SEND_EMAIL, SEND_SMS = "send-email", "send-sms"
"""Effects: hand the message to the provider of its channel, under its `message_id`."""
_KINDS = {"email": SEND_EMAIL, "sms": SEND_SMS}


def evolve(case: Case, event: Message[Payload]) -> Case:
    """The case after one of its own events.

    Raises `TypeError` for an event that notify does not say.
    """
    match event.data:
        case MessageQueued() as data:
            return case.model_copy(update=_queued(case, data, event))
        case NewsHeld() as data:
            return case.model_copy(update={"held": (*case.held, data)})
        case MessageAttemptFailed() as data:
            return case.model_copy(
                update={"on_the_way": tuple(_attempted(way, data) for way in case.on_the_way)}
            )
        case MessageSent() as data:
            handed = (_handed(case, data),) if data.channel == "sms" else ()
            return case.model_copy(
                update={
                    "on_the_way": _without(case, data.message_id),
                    "handed": (*case.handed, *handed),
                }
            )
        case MessageDelivered() | MessageFailed() | MessageSuppressed() as data:
            return case.model_copy(update=_ended(case, data))
        case ContactConfirmed() as data:
            return case.model_copy(update=_confirmed(case, data))
        case ContactsChanged() as data if case.subject is not None:
            corrected = case.subject.corrected | dict.fromkeys(data.changed, data.revision)
            now = {
                "revision": data.revision,
                "contacts": data.contacts,
                "confirmed": data.confirmed,
                "corrected": corrected,
            }
            return case.model_copy(update={"subject": case.subject.model_copy(update=now)})
        case ContactsChanged():
            return case
        case CommandRejected():
            return case
        case _:
            raise TypeError(f"notify does not say {type(event.data).__name__}")


def effects(case: Case) -> Sequence[Effect]:
    """The next attempt of every message on its way.

    The key begins with the message's id, which names the dossier.
    """
    return tuple(
        Effect(way.key, _KINDS[way.queued.channel], way.not_before) for way in case.on_the_way
    )


def _handed(case: Case, event: MessageSent) -> Handed:
    way = next((way for way in case.on_the_way if way.queued.message_id == event.message_id), None)
    kept = way if way is not None and next_channel(way.queued, way.others) is not None else None
    return Handed(message_id=event.message_id, provider=event.provider, way=kept)


def _queued(case: Case, data: MessageQueued, event: Message[Payload]) -> dict[str, Any]:
    subject = Subject(
        code=data.values["code"],
        procedure_vi=data.values["procedure_vi"],
        procedure_en=data.values["procedure_en"],
        revision=data.revision,
        contacts=data.contacts,
        confirmed=data.confirmed,
        owner_actor=data.owner_actor,
        corrected=case.subject.corrected if case.subject is not None else {},
    )
    since = max(event.time, data.not_before) if data.not_before is not None else event.time
    news_id = data.message_id.rpartition(".")[0]
    same = [way for way in case.on_the_way if way.queued.message_id.rpartition(".")[0] == news_id]
    same += [
        one.way
        for one in case.handed
        if one.way is not None and one.message_id.rpartition(".")[0] == news_id
    ]
    others = tuple(
        dict.fromkeys(channel for way in same for channel in (way.queued.channel, *way.others))
    )
    way = OnTheWay(
        queued=data, since=since, provider=data.provider, not_before=data.not_before, others=others
    )
    told = tuple(
        one.model_copy(update={"others": (*one.others, data.channel)}) if one in same else one
        for one in case.on_the_way
    )
    held = tuple(news for news in case.held if news.news_id != news_id)
    return {"subject": subject, "on_the_way": (*told, way), "held": held}


def _confirmed(case: Case, event: ContactConfirmed) -> dict[str, Any]:
    """Messages on their way that are not handed over yet are sent whole."""
    if case.subject is None or event.contact in case.subject.confirmed:
        return {}
    return {
        "subject": case.subject.model_copy(
            update={"confirmed": (*case.subject.confirmed, event.contact)}
        )
    }


def _attempted(way: OnTheWay, event: MessageAttemptFailed) -> OnTheWay:
    if way.queued.message_id != event.message_id:
        return way
    return way.model_copy(
        update={
            "provider": event.next_provider,
            "attempts": event.attempt,
            "round": event.round,
            "tried": (*way.tried, event.provider) if event.round == way.round else (),
            "refused_by": (*way.refused_by, event.provider) if event.refused else way.refused_by,
            "not_before": event.retry_at,
        }
    )


def _without(case: Case, message_id: str) -> tuple[OnTheWay, ...]:
    return tuple(way for way in case.on_the_way if way.queued.message_id != message_id)


def _ended(
    case: Case, event: MessageDelivered | MessageFailed | MessageSuppressed
) -> dict[str, Any]:
    """A report ends an SMS that was handed over; every other end is that of an attempt."""
    handed = tuple(one for one in case.handed if one.message_id != event.message_id)
    if len(handed) < len(case.handed):
        return {"handed": handed, "reported": (*case.reported, event.message_id)}
    return {"on_the_way": _without(case, event.message_id)}
