"""The fold of notify's own facts, and what is to be sent because of them. No rules: what was decided is simply so."""

from collections.abc import Sequence

from motcua_contracts.decision import Effect
from motcua_contracts.envelope import Message
from motcua_contracts.notify import MessageFailed, MessageQueued, MessageSent, MessageSuppressed
from motcua_contracts.payload import CommandRejected, Payload

from .case import Case, Subject

SEND_EMAIL, SEND_SMS = "send-email", "send-sms"
"""Effects: hand the message to the provider of its channel, under its `message_id`."""
_KINDS = {"email": SEND_EMAIL, "sms": SEND_SMS}


def evolve(case: Case, event: Message[Payload]) -> Case:
    """The case after one of its own facts. Raises `TypeError` for a fact that notify does not say."""
    match event.data:
        case MessageQueued() as fact:
            subject = Subject(
                code=fact.values["code"],
                procedure_vi=fact.values["procedure_vi"],
                procedure_en=fact.values["procedure_en"],
                revision=fact.revision,
                contacts=fact.contacts,
            )
            return case.model_copy(update={"subject": subject, "on_the_way": (*case.on_the_way, fact)})
        case MessageSent() | MessageFailed() | MessageSuppressed() as fact:
            remaining = tuple(queued for queued in case.on_the_way if queued.message_id != fact.message_id)
            return case.model_copy(update={"on_the_way": remaining})
        case CommandRejected():
            return case
        case _:
            raise TypeError(f"notify does not say {type(event.data).__name__}")


def effects(case: Case) -> Sequence[Effect]:
    """Every message on its way. The key is the message's id, which names the dossier."""
    return tuple(Effect(queued.message_id, _KINDS[queued.channel]) for queued in case.on_the_way)
