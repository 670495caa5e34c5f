"""What notify does with what it hears of a dossier: news are queued for each channel, attempts end
or go on.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue, Decision, Event, Message, Payload
from motcua_contracts.messages.intake import ApplicantCorrected, DossierAccepted, DossierRegistered
from motcua_contracts.messages.notify import (
    ConfirmContact,
    ContactConfirmed,
    ContactsChanged,
    MessageDelivered,
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
    NewsHeld,
    RecordDelivery,
    RecordReport,
    SetPreferences,
)
from motcua_contracts.messages.routing import DigestDrawn
from motcua_contracts.rules.decision import NOTHING
from motcua_contracts.rules.refusals import DossierUnknown, MessageUnknown

from .attempts import after
from .case import Case, OnTheWay, Subject
from .channels import NOBODYS_FAULT, Given, choose, next_channel, quiet_until
from .news import TOLD

SOURCES = {"/motcua/intake": "", "/motcua/routing": "r", "/motcua/payment": "p"}
"""Events are counted by source: the letter keeps the ids of their messages apart."""


def decide(
    case: Case, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
) -> Decision:
    """Raises `DossierUnknown` and `MessageUnknown` for answers and reports, `DossierUnknown` for
    wishes, and for a contact that the dossier does not have.
    """
    match message.data:
        case RecordDelivery() as answer:
            return _answered(case, answer, at, given or Given())
        case RecordReport() as report:
            return Decision(tuple(_reported(case, report, at, given or Given())))
        case SetPreferences():
            raise DossierUnknown()  # wishes are a citizen's, and no dossier's
        case ConfirmContact() as command:
            return Decision((_confirmed(case, command),))
        case ApplicantCorrected() as event:
            return Decision(tuple(_corrected(case, event)))
        case DigestDrawn() as event if at >= event.next_at:
            return NOTHING  # read after a long standstill: the next morning's is due already
        case Event() as event if type(event) in TOLD:
            return Decision(tuple(_news(case, message, at, given or Given())))
        case _:
            return NOTHING


def _news(case: Case, message: Message[Payload], at: datetime, given: Given) -> Iterator[Event]:
    event = message.data
    assert isinstance(event, Event)
    template, values = TOLD[type(event)](message, event)
    if not template:
        return
    subject = _known(case, event)
    news = NewsHeld(
        news_id=f"{message.subject}.{SOURCES[message.source]}{message.sequence}",
        template=template,
        about=type(event).__name__,
        values=values,
    )
    if subject is None:
        yield news
        return
    yield from _queued(news, subject, at, given)
    for held in case.held:
        yield from _queued(held, subject, at, given)


def _corrected(case: Case, event: ApplicantCorrected) -> Iterator[Event]:
    """Who was never told anything is known by the next event that names the dossier.

    What was confirmed here and is the same stays so.
    """
    if case.subject is None:
        return
    before = case.subject.confirmed
    confirmed = (
        c
        for c in event.contacts
        if c in event.confirmed or (c in before and c not in event.changed)
    )
    yield ContactsChanged(
        revision=event.revision,
        contacts=event.contacts,
        changed=event.changed,
        confirmed=tuple(confirmed),
    )


def _known(case: Case, event: Event) -> Subject | None:
    """The dossier as this event names it, else as it is known here.

    What was confirmed here stays confirmed.
    """
    named, before = _named_in(event), case.subject
    if named is None or before is None:
        return named or before
    later = (
        contact
        for contact in before.confirmed
        if contact in named.contacts and contact not in named.confirmed
    )
    return named.model_copy(
        update={"confirmed": (*named.confirmed, *later), "corrected": before.corrected}
    )


def _named_in(event: Event) -> Subject | None:
    match event:
        case DossierRegistered():
            return Subject(
                code=event.code,
                procedure_vi=event.terms.name_vi,
                procedure_en=event.terms.name_en,
                revision=event.revision,
                contacts=event.contacts,
                confirmed=event.confirmed,
                owner_actor=event.owner_actor,
            )
        case DossierAccepted():
            return Subject(
                code=event.case.code,
                procedure_vi=event.case.name_vi,
                procedure_en=event.case.name_en,
                revision=event.case.revision,
                contacts=event.case.contacts,
                confirmed=event.case.confirmed,
                owner_actor=event.case.owner_actor,
            )
        case DigestDrawn():
            return Subject(
                code="",
                procedure_vi="",
                procedure_en="",
                revision=0,
                contacts=("email",),
                confirmed=("email",),
                owner_actor=f"officer:{event.officer}",
            )
        case _:
            return None


def _queued(news: NewsHeld, subject: Subject, at: datetime, given: Given) -> Iterator[Event]:
    chosen = choose(news.template, subject.contacts, given.wishes)
    for channel in chosen.channels:
        # One for each event and channel, always the same; a dot-atom, so that it can stand in a
        # Message-ID as it is.
        message_id = f"{news.news_id}.{channel}"
        yield MessageQueued(
            message_id=message_id,
            channel=channel,
            template=news.template,
            about=news.about,
            revision=subject.revision,
            contacts=subject.contacts,
            confirmed=subject.confirmed,
            values=subject.values | news.values,
            owner_actor=subject.owner_actor,
            provider=given.providers.get(channel, ""),
            not_before=quiet_until(given.wishes, at) if channel == "sms" else None,
            language=given.wishes.language if given.wishes is not None else "",
        )
        if not chosen.wanted:
            yield MessageSuppressed(message_id=message_id, channel=channel, reason="by-choice")


def _instead(case: Case, way: OnTheWay, reason: str, at: datetime, given: Given) -> Iterator[Event]:
    """The same message by the next channel, where it must be told and this one ended for good.

    Said before that end.
    """
    queued = way.queued
    if (now := case.subject) is not None:
        queued = queued.model_copy(
            update={"revision": now.revision, "contacts": now.contacts, "confirmed": now.confirmed}
        )
    channel = None if reason in NOBODYS_FAULT else next_channel(queued, way.others)
    if channel is not None:
        yield queued.model_copy(
            update={
                "message_id": f"{queued.message_id.rpartition('.')[0]}.{channel}",
                "channel": channel,
                "provider": given.providers.get(channel, ""),
                "not_before": quiet_until(given.wishes, at) if channel == "sms" else None,
            }
        )


def _answered(case: Case, answer: RecordDelivery, at: datetime, given: Given) -> Decision:
    if case.subject is None:
        raise DossierUnknown()
    if answer.message_id in case.reported:
        return NOTHING  # the report told it before
    try:
        way = case.way(answer.message_id)
    except KeyError:
        raise MessageUnknown() from None
    end = after(way, answer, at)
    if isinstance(end, MessageFailed | MessageSuppressed):
        return Decision((*_instead(case, way, end.reason, at, given), end))
    return Decision((end,))


def _reported(case: Case, report: RecordReport, at: datetime, given: Given) -> Iterator[Event]:
    handed = next((one for one in case.handed if one.message_id == report.message_id), None)
    provider, sent = (handed.provider, handed.way) if handed is not None else (None, None)
    if provider is None:
        # It may overtake the answer of the attempt; then it says as well that the provider took it.
        try:
            way = case.way(report.message_id)
        except KeyError:
            raise MessageUnknown() from None
        provider, sent = way.provider, way
        yield MessageSent(
            message_id=report.message_id, channel="sms", provider=provider, sent_at=at
        )
    if report.delivered:
        yield MessageDelivered(message_id=report.message_id, channel="sms", delivered_at=at)
    else:
        if sent is not None:
            yield from _instead(case, sent, "undeliverable", at, given)
        yield MessageFailed(
            message_id=report.message_id, channel="sms", provider=provider, reason="undeliverable"
        )


def _confirmed(case: Case, command: ConfirmContact) -> ContactConfirmed:
    if case.subject is None or command.contact not in case.subject.contacts:
        raise DossierUnknown()
    if command.corrected != case.subject.corrected.get(command.contact, 0):
        # the link was sent to an address that is not the applicant's any more
        raise DossierUnknown()
    return ContactConfirmed(contact=command.contact, corrected=command.corrected)
