"""Inputs gathered before a message is queued: the owner's preferences, and which provider to ask
first.

Wishes are the case of another subject, in another lane: one query for a batch, never remembered.
The provider goes into the event, so that an attempt which nobody knows the end of is made again
with the same one, whoever makes it.
"""

from collections.abc import Mapping, Sequence

from motcua_chassis import Prepared
from motcua_contracts import Payload
from motcua_contracts.messages.intake import DossierAccepted, DossierRegistered
from motcua_contracts.messages.notify import RecordDelivery, RecordReport

from .domain.case import Case
from .domain.channels import Given
from .domain.news import TOLD
from .preferences import CITIZEN
from .tools import Tools


async def prepare(batch: Sequence[Prepared], tools: Tools) -> Mapping[str, Given]:
    """By message id, for every event that is told, and for every end of a message that may go on by
    another channel.
    """
    told = [
        one
        for one in batch
        if isinstance(one.case, Case)
        and (type(one.message.data) in TOLD or _may_go_on(one.message.data))
    ]
    if not told:
        return {}
    owners = {one.subject: owner for one in told if (owner := _owner_in(one.message.data))}
    of = {
        one.message.id: owners.get(one.subject)
        or (one.case.subject.owner_actor if one.case.subject else "")
        for one in told
    }
    wishes = await tools.wishes.of({owner for owner in of.values() if owner.startswith(CITIZEN)})
    email, sms = tools.email, tools.sms
    return {
        key: Given(wishes.get(owner), {"email": email.choose(), "sms": sms.choose()})
        for key, owner in of.items()
    }


def _may_go_on(said: Payload) -> bool:
    """Whether a message may end here for good, and then goes by another channel."""
    match said:
        case RecordDelivery():
            return said.outcome not in ("sent", "unknown")
        case RecordReport():
            return not said.delivered
        case _:
            return False


def _owner_in(event: Payload) -> str:
    match event:
        case DossierRegistered():
            return event.owner_actor
        case DossierAccepted():
            return event.case.owner_actor
        case _:
            return ""
