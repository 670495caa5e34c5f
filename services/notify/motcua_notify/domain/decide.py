"""What notify does with what it hears of a dossier: news are queued for each channel, attempts end
or go on.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

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
from motcua_contracts.rules.decision import NOTHING, Decision
from motcua_contracts.rules.directory import Catalogue
from motcua_contracts.rules.refusals import DossierUnknown, MessageUnknown
from motcua_contracts.wire.envelope import Message
from motcua_contracts.wire.payload import Event, Payload

from .attempts import after
from .case import Case, OnTheWay, Subject
from .channels import NOBODYS_FAULT, Given, choose, next_channel, quiet_until
from .news import TOLD

SOURCES = {"/motcua/intake": "", "/motcua/routing": "r", "/motcua/payment": "p"}
"""Facts are counted by source: the letter keeps the ids of their messages apart."""


def decide(
    case: Case, message: Message[Payload], at: datetime, facts: Catalogue, given: Any
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
        case ApplicantCorrected() as fact:
            return Decision(tuple(_corrected(case, fact)))
        case DigestDrawn() as fact if at >= fact.next_at:
            return NOTHING  # read after a long standstill: the next morning's is due already
        case Event() as fact if type(fact) in TOLD:
            return Decision(tuple(_news(case, message, at, given or Given())))
        case _:
            return NOTHING


def _news(case: Case, message: Message[Payload], at: datetime, given: Given) -> Iterator[Event]:
    fact = message.data
    assert isinstance(fact, Event)
    template, values = TOLD[type(fact)](message, fact)
    if not template:
        return
    subject = _known(case, fact)
    news = NewsHeld(
        news_id=f"{message.subject}.{SOURCES[message.source]}{message.sequence}",
        template=template,
        about=type(fact).__name__,
        values=values,
    )
    if subject is None:
        yield news
        return
    yield from _queued(news, subject, at, given)
    for held in case.held:
        yield from _queued(held, subject, at, given)


def _corrected(case: Case, fact: ApplicantCorrected) -> Iterator[Event]:
    """Who was never told anything is known by the next fact that names the dossier.

    What was confirmed here and is the same stays so.
    """
    if case.subject is None:
        return
    before = case.subject.confirmed
    confirmed = (
        c for c in fact.contacts if c in fact.confirmed or (c in before and c not in fact.changed)
    )
    yield ContactsChanged(
        revision=fact.revision,
        contacts=fact.contacts,
        changed=fact.changed,
        confirmed=tuple(confirmed),
    )


def _known(case: Case, fact: Event) -> Subject | None:
    """The dossier as this fact names it, else as it is known here.

    What was confirmed here stays confirmed.
    """
    named, before = _named_in(fact), case.subject
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


def _named_in(fact: Event) -> Subject | None:
    match fact:
        case DossierRegistered():
            return Subject(
                code=fact.code,
                procedure_vi=fact.terms.name_vi,
                procedure_en=fact.terms.name_en,
                revision=fact.revision,
                contacts=fact.contacts,
                confirmed=fact.confirmed,
                owner_actor=fact.owner_actor,
            )
        case DossierAccepted():
            return Subject(
                code=fact.case.code,
                procedure_vi=fact.case.name_vi,
                procedure_en=fact.case.name_en,
                revision=fact.case.revision,
                contacts=fact.case.contacts,
                confirmed=fact.case.confirmed,
                owner_actor=fact.case.owner_actor,
            )
        case DigestDrawn():
            return Subject(
                code="",
                procedure_vi="",
                procedure_en="",
                revision=0,
                contacts=("email",),
                confirmed=("email",),
                owner_actor=f"officer:{fact.officer}",
            )
        case _:
            return None


def _queued(news: NewsHeld, subject: Subject, at: datetime, given: Given) -> Iterator[Event]:
    chosen = choose(news.template, subject.contacts, given.wishes)
    for channel in chosen.channels:
        # One for each fact and channel, always the same; a dot-atom, so that it can stand in a
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
