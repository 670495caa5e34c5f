"""Which facts are told to the applicant, by which channels, and how a message ends.

A message is owed at registration, when the fee is demanded, at acceptance, when the result is ready and when the dossier is stopped.
E-mail goes to everybody who left an address. SMS goes at acceptance and with the result, and with everything to those who have no e-mail.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple, assert_never

from motcua_contracts.catalogue import Catalogue
from motcua_contracts.decision import NOTHING, Decision
from motcua_contracts.envelope import Message, rfc3339
from motcua_contracts.intake import (
    Contact,
    DossierAccepted,
    DossierCompleted,
    DossierRegistered,
    DossierStopped,
    PaymentDemanded,
)
from motcua_contracts.notify import (
    MessageChannel,
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
    RecordDelivery,
)
from motcua_contracts.payload import Event, Payload
from motcua_contracts.refusals import DossierUnknown, MessageUnknown
from motcua_contracts.terms import Terms

from .case import Case, Subject

BY_SMS_TOO = frozenset({"accepted", "granted", "refused"})
"""Templates that go by SMS beside the e-mail."""


class NeverNamed(LookupError):  # noqa: N818 - the reader's word
    """A fact of a dossier whose code was never heard. Intake's order of facts excludes it: the record is parked, nothing is lost."""


class News(NamedTuple):
    """What is to be told: of whom, with which template, and what the template needs beside the subject."""

    subject: Subject
    template: str
    values: dict[str, str]


def decide(case: Case, message: Message[Payload], at: datetime, facts: Catalogue, given: Any) -> Decision:
    """A MessageQueued for each channel of what is news, and one end for each message.

    Raises `DossierUnknown` and `MessageUnknown` for answers, `NeverNamed`.
    """
    if isinstance(message.data, RecordDelivery):
        return Decision((_ended(case, message.data, at),))
    news = _news(case, message)
    return Decision(tuple(_queued(news, message))) if news is not None else NOTHING


def accepted_at_once(terms: Terms) -> bool:
    """Whether acceptance follows the registration without anybody's doing, so that one message tells both."""
    waits_for_fee = terms.fee.amount_vnd > 0 and terms.fee.moment == "before_acceptance"
    return terms.workflow.automatic_acceptance and not waits_for_fee


def channels(template: str, contacts: tuple[Contact, ...]) -> tuple[MessageChannel, ...]:
    """Never none: without any contact the e-mail is queued all the same, and its suppression shows that nobody could be told."""
    chosen: tuple[MessageChannel, ...] = ("email",) if "email" in contacts else ()
    if "phone" in contacts and (template in BY_SMS_TOO or not chosen):
        chosen += ("sms",)
    return chosen or ("email",)


def _news(case: Case, message: Message[Payload]) -> News | None:
    match message.data:
        case DossierRegistered() as fact:
            if accepted_at_once(fact.terms):
                return None
            subject = Subject(
                code=fact.code,
                procedure_vi=fact.terms.name_vi,
                procedure_en=fact.terms.name_en,
                revision=fact.revision,
                contacts=fact.contacts,
            )
            return News(subject, "registered", {})
        case PaymentDemanded() as fact:
            pay_by = message.time + timedelta(seconds=fact.pay_within_seconds)
            return News(_known(case), "payment-demanded", {"amount_vnd": str(fact.amount_vnd), "pay_by": rfc3339(pay_by)})
        case DossierAccepted() as fact:
            subject = Subject(
                code=fact.case.code,
                procedure_vi=fact.case.name_vi,
                procedure_en=fact.case.name_en,
                revision=fact.case.revision,
                contacts=fact.case.contacts,
            )
            return News(subject, "accepted", {"due_at": rfc3339(fact.due_at)})
        case DossierCompleted() as fact:
            return News(_known(case), fact.outcome, {})
        case DossierStopped() as fact:
            return News(_known(case), "stopped-" + fact.reason.replace("_", "-"), {})
        case _:
            return None


def _known(case: Case) -> Subject:
    if case.subject is None:
        raise NeverNamed("a fact that names no code came before any that does")
    return case.subject


def _queued(news: News, message: Message[Payload]) -> Iterator[MessageQueued]:
    for channel in channels(news.template, news.subject.contacts):
        yield MessageQueued(
            # One for each fact and channel for ever; a dot-atom, so that it can stand in a Message-ID as it is.
            message_id=f"{message.subject}.{message.sequence}.{channel}",
            channel=channel,
            template=news.template,
            about=type(message.data).__name__,
            revision=news.subject.revision,
            contacts=news.subject.contacts,
            values=news.subject.values | news.values,
        )


def _ended(case: Case, answer: RecordDelivery, at: datetime) -> Event:
    if case.subject is None:
        raise DossierUnknown()
    try:
        queued = case.message(answer.message_id)
    except KeyError:
        raise MessageUnknown() from None
    message_id, channel = queued.message_id, queued.channel
    match answer.outcome:
        case "sent":
            return MessageSent(message_id=message_id, channel=channel, provider=answer.provider, sent_at=at)
        case "failed":
            return MessageFailed(message_id=message_id, channel=channel, provider=answer.provider, reason=answer.reason)
        case "suppressed":
            return MessageSuppressed(message_id=message_id, channel=channel, reason=answer.reason)
        case _:
            assert_never(answer.outcome)
