"""The effects: one attempt at handing a queued message to a provider, once the private records are
here; its end goes back as an answer.

Who tries next where it did not go out is decided with the answer: a definite failure may go to
another provider, an unknown one may not.
"""

from email.utils import format_datetime
from typing import Literal
from urllib.parse import quote

from motcua_chassis import PrivateRecords, hold
from motcua_contracts import Effect, Model
from motcua_contracts.messages.intake import Contact
from motcua_contracts.messages.notify import DIGEST, MessageQueued, RecordDelivery, dossier_of
from motcua_contracts.values.phones import kind_of_phone
from pydantic import ConfigDict

from .. import alphabet, formats
from ..domain.case import Case, OnTheWay
from ..domain.channels import MUST_BE_TOLD
from ..health import Channel, Provider
from ..provider import Mail, NotTaken, Refused, ShortMessage, Unknown
from ..tools import Tools
from ..unconfirmed import LIMITED
from ..unreadable import PAPERS, VALUES, failing_by_name, reading

Language = Literal["vi", "en"]


class Person(Model):
    """The part of `Applicant` that a message needs. What intake took is not judged again here."""

    full_name: str
    email: str = ""
    phone: str = ""
    language: Language = "vi"


class Reader(Model):
    """The part of a dossier's private records (`DossierPapers`) that a message needs."""

    model_config = ConfigDict(hide_input_in_errors=True)

    pin: str
    applicant: Person


@failing_by_name
async def send_email(
    effect: Effect, case: Case, records: PrivateRecords, tools: Tools
) -> RecordDelivery:
    """The mail of a queued message.

    Raises `NotYet` until the replica holds the revision and there is room.
    """
    way = case.way(effect.key)
    queued = way.queued
    with reading(PAPERS):
        reader = (
            await _officer(queued, tools)
            if queued.template == DIGEST
            else await _reader(case, queued, records)
        )
    if reader is None:
        return _suppressed(queued, "forgotten")
    address = formats.mailbox(reader.applicant.email)
    if address is None:
        return _suppressed(queued, "bad-address" if reader.applicant.email else "no-address")
    message_id = formats.message_id(queued.message_id)
    wishes = f"{tools.public_url}/quay/ban-tin"
    envelope = {
        "address": address,
        "date": format_datetime(way.since),
        "message_id": message_id,
        "wishes": wishes,
    }
    with reading(VALUES):
        template, values = (
            tools.templates[queued.template],
            _values(queued, reader, tools) | envelope,
        )
    if _confirmed(case, queued):
        kind = template.mail
    elif not await tools.unconfirmed.take("email", address, queued.message_id):
        return _suppressed(queued, LIMITED)
    else:
        corrected = case.subject.corrected.get("email", 0) if case.subject is not None else 0
        values |= {"confirm": tools.confirm_link(dossier_of(queued.message_id), "email", corrected)}
        kind = template.fixed_mail if values["confirm"] else template.bare_mail
    with reading(VALUES):
        mail = kind[_language(queued, reader)].render(values)
    return await _attempt(way, tools, tools.email, Mail(queued.message_id, address, mail))


@failing_by_name
async def send_sms(
    effect: Effect, case: Case, records: PrivateRecords, tools: Tools
) -> RecordDelivery:
    """The SMS of a queued message, in its reader's language. Raises as `send_email`."""
    way = case.way(effect.key)
    queued = way.queued
    with reading(PAPERS):
        reader = await _reader(case, queued, records)
    if reader is None:
        return _suppressed(queued, "forgotten")
    number = formats.phone_number(reader.applicant.phone)
    if number is None:
        return _suppressed(queued, "bad-address" if reader.applicant.phone else "no-address")
    if kind_of_phone(number) == "landline":
        return _suppressed(queued, "landline")
    template, confirmed = tools.templates[queued.template], _confirmed(case, queued)
    if not confirmed and not await tools.unconfirmed.take("sms", number, queued.message_id):
        return _suppressed(queued, LIMITED)
    kind = template.sms if confirmed else template.fixed_sms
    with reading(VALUES):
        text = kind[_language(queued, reader)].render(_values(queued, reader, tools)).decode()
        encoded = alphabet.encode(text, fold=tools.fold_accents)
    return await _attempt(way, tools, tools.sms, ShortMessage(queued.message_id, number, *encoded))


def _confirmed(case: Case, queued: MessageQueued) -> bool:
    """Whether the address gets everything, as is known at the moment of sending.

    Officers' addresses are the office's own.
    """
    contact: Contact = "email" if queued.channel == "email" else "phone"
    return queued.template == DIGEST or (
        case.subject is not None and contact in case.subject.confirmed
    )


async def _reader(case: Case, queued: MessageQueued, records: PrivateRecords) -> Reader | None:
    """By the papers as they were corrected since, since what is confirmed is said of those.

    None where the dossier was forgotten.
    """
    revision = max(queued.revision, case.subject.revision if case.subject is not None else 0)
    return None if records.forgotten else Reader.model_validate_json(await records.get(revision))


async def _officer(queued: MessageQueued, tools: Tools) -> Reader:
    person = await tools.person(queued.owner_actor.removeprefix("officer:"))
    return Reader(
        pin="",
        applicant=Person(full_name=person.full_name, email=person.email)
        if person
        else Person(full_name=""),
    )


def _language(queued: MessageQueued, reader: Reader) -> Language:
    return queued.language or reader.applicant.language


def _values(queued: MessageQueued, reader: Reader, tools: Tools) -> dict[str, str]:
    page = (
        "quay/cong-viec"
        if queued.template == DIGEST
        else f"track/{quote(queued.values['code'], safe='')}"
    )
    link = f"{tools.public_url}/{page}"
    return {**queued.values, "name": reader.applicant.full_name, "pin": reader.pin, "link": link}


async def _attempt(
    way: OnTheWay, tools: Tools, channel: Channel, message: Mail | ShortMessage
) -> RecordDelivery:
    provider = channel.get(way.provider) or channel.get(
        channel.choose(way.refused_by) or channel.choose()
    )
    assert provider is not None, "a channel has a provider"
    if way.queued.template not in MUST_BE_TOLD:  # a term runs from those: they are never held
        tools.limit.check(message.to)
    segments = message.segments if isinstance(message, ShortMessage) else 0
    # Until the answer is on Kafka: whoever dies before has no more messages under way than there
    # are places.
    answered = await hold(provider.place())
    try:
        await provider.sender.send(message)
    except NotTaken as trouble:
        return _not_taken(way, channel, provider, trouble)
    finally:
        answered()
    tools.limit.count(message.to)
    return RecordDelivery(
        message_id=message.message_id, outcome="sent", provider=provider.name, segments=segments
    )


def _not_taken(
    way: OnTheWay, channel: Channel, provider: Provider, trouble: NotTaken
) -> RecordDelivery:
    message_id, name, reason = way.queued.message_id, provider.name, trouble.reason
    match trouble:
        case Refused():
            # One message's refusal says nothing of the provider.
            left = (
                ""
                if trouble.everywhere
                else channel.choose({*way.refused_by, *way.tried, name})
                or channel.choose({*way.refused_by, name})
            )
            return RecordDelivery(
                message_id=message_id,
                outcome="refused",
                provider=name,
                reason=reason,
                next_provider=left,
            )
        case Unknown():
            provider.failed()
            return RecordDelivery(
                message_id=message_id,
                outcome="unknown",
                provider=name,
                reason=reason,
                next_provider=name,
            )
        case _:
            provider.failed()
            # In this round whoever was not asked yet; for the next one anybody who may, rather than
            # who just failed.
            left = (
                channel.choose({*way.refused_by, *way.tried, name})
                or channel.choose({*way.refused_by, name})
                or name
            )
            return RecordDelivery(
                message_id=message_id,
                outcome="not_sent",
                provider=name,
                reason=reason,
                next_provider=left,
            )


def _suppressed(queued: MessageQueued, reason: str) -> RecordDelivery:
    return RecordDelivery(
        message_id=queued.message_id, outcome="suppressed", provider="", reason=reason
    )
