"""The effects: a queued message becomes a mail or an SMS, once the private papers are here, and its end goes back as an answer.

What goes wrong on the way is left to the chassis, which does the effect again under the same key.
"""

from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import Literal
from urllib.parse import quote

from motcua_chassis.service import PaperShelf
from motcua_contracts.decision import Effect
from motcua_contracts.notify import MessageQueued, RecordDelivery
from motcua_contracts.payload import Model
from pydantic import ConfigDict

from . import places
from .domain.case import Case
from .provider import Refused
from .tools import Tools

SMTP, SMS = "smtp", "sms"
"""Names of the providers in the facts."""


class Person(Model):
    """The part of `Applicant` that a message needs. What intake took is not judged again here."""

    full_name: str
    email: str = ""
    phone: str = ""
    language: Literal["vi", "en"] = "vi"


class Reader(Model):
    """The part of a dossier's private papers (`DossierPapers`) that a message needs."""

    model_config = ConfigDict(hide_input_in_errors=True)

    pin: str
    applicant: Person


async def send_email(effect: Effect, case: Case, papers: PaperShelf, tools: Tools) -> RecordDelivery:
    """The mail of a queued message. Raises `NotSent`, and `PaperNotYet` until the replica holds the revision."""
    queued = case.message(effect.key)
    reader = await _reader(queued, papers)
    if reader is None:
        return _suppressed(queued, "forgotten")
    address = places.mailbox(reader.applicant.email)
    if address is None:
        return _suppressed(queued, "bad-address" if reader.applicant.email else "no-address")
    values = _values(queued, reader, tools) | {
        "address": address,
        "date": format_datetime(tools.now()),
        "message_id": places.message_id(queued.message_id),
    }
    mail = tools.templates[queued.template].mail.render(values)
    return await _delivered(queued, SMTP, lambda: tools.mailer.send(address, mail))


async def send_sms(effect: Effect, case: Case, papers: PaperShelf, tools: Tools) -> RecordDelivery:
    """The SMS of a queued message, in the applicant's language. Raises as `send_email`."""
    queued = case.message(effect.key)
    reader = await _reader(queued, papers)
    if reader is None:
        return _suppressed(queued, "forgotten")
    number = places.phone_number(reader.applicant.phone)
    if number is None:
        return _suppressed(queued, "bad-address" if reader.applicant.phone else "no-address")
    text = tools.templates[queued.template].sms[reader.applicant.language].render(_values(queued, reader, tools)).decode()
    return await _delivered(queued, SMS, lambda: tools.sms.send(queued.message_id, number, text))


async def _reader(queued: MessageQueued, papers: PaperShelf) -> Reader | None:
    """None where the dossier was forgotten."""
    return None if papers.forgotten else Reader.model_validate_json(await papers.get(queued.revision))


def _values(queued: MessageQueued, reader: Reader, tools: Tools) -> dict[str, str]:
    link = f"{tools.public_url}/track/{quote(queued.values['code'], safe='')}"
    return {**queued.values, "name": reader.applicant.full_name, "pin": reader.pin, "link": link}


async def _delivered(queued: MessageQueued, provider: str, send: Callable[[], Awaitable[None]]) -> RecordDelivery:
    try:
        await send()
    except Refused as refusal:
        return RecordDelivery(message_id=queued.message_id, outcome="failed", provider=provider, reason=refusal.reason)
    return RecordDelivery(message_id=queued.message_id, outcome="sent", provider=provider)


def _suppressed(queued: MessageQueued, reason: str) -> RecordDelivery:
    return RecordDelivery(message_id=queued.message_id, outcome="suppressed", provider="", reason=reason)
