"""The effects against a real SMTP server and a real HTTP gateway: what arrives, and how each
trouble ends.
"""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import pytest
import structlog
from aiosmtpd.smtp import SMTP
from motcua_chassis import NotYet, PrivateRecords
from motcua_chassis._effects.slots import holding
from motcua_chassis.metrics import Metrics
from motcua_chassis.unreadable import Unreadable
from motcua_contracts.messages.catalog import Person
from motcua_contracts.messages.intake import Applicant, DossierPapers
from motcua_contracts.messages.notify import RecordDelivery
from motcua_contracts.rules.decision import PrivateEntry
from motcua_notify import rendering
from motcua_notify.domain.case import Case
from motcua_notify.domain.evolve import effects
from motcua_notify.effects.delivery import send_email, send_sms
from motcua_notify.limits import RecipientLimit
from motcua_notify.preferences import Wishes
from motcua_notify.reports import confirm_links
from motcua_notify.settings import Settings
from motcua_notify.smtp import Mailer
from motcua_notify.tools import Tools, channels
from motcua_notify.unconfirmed import UnconfirmedLimit

from .harness import BOTH, CODE, NotifyHarness, accepted
from .providers import Provider

SENDER = "motcua@motcua.example"
APPLICANT = {"full_name": "Nguyễn Thị Mẫu An", "phone": "0900 000 001", "email": "an@example.vn"}


class Shelf:
    """Stands for the replica of the papers of one dossier."""

    def __init__(self, *, forgotten: bool = False, arrived: bool = True, **applicant: Any) -> None:
        self.forgotten, self._arrived = forgotten, arrived
        self._papers = DossierPapers(
            salt="5a17",
            pin="042042",
            applicant=Applicant(**APPLICANT | applicant),
            form={"x": "secret"},
        )

    async def get(self, revision: int) -> bytes:
        if not self._arrived:
            raise NotYet
        return PrivateEntry.of(revision, self._papers).raw or b""


class Places:
    """Stands for the limit of unconfirmed addresses: so many places for everybody; what took one
    keeps it.
    """

    def __init__(self, places: int) -> None:
        self._places, self.taken = places, list[tuple[str, str, str]]()

    async def take(self, channel: str, address: str, message_id: str) -> bool:
        one = (channel, address, message_id)
        if one not in self.taken and len(self.taken) < self._places:
            self.taken.append(one)
        return one in self.taken


async def nobody(officer: str) -> Person | None:
    return None


@asynccontextmanager
async def tools(
    smtp_port: int = 9, sms_url: str = "http://127.0.0.1:9", **more: Any
) -> AsyncIterator[Tools]:
    settings = Settings(
        env="test",
        kafka_bootstrap="none:9092",
        mongo_uri="mongodb://none",
        smtp_host="127.0.0.1",
        smtp_port=smtp_port,
        smtp_sender=SENDER,
        smtp_timeout_seconds=1,
        sms_url=sms_url,
        public_url="https://motcua.example",
    )
    async with httpx.AsyncClient(trust_env=False) as client:
        email, sms = channels(
            more.pop("providers", settings.of_the_environment()), settings, client
        )
        metrics = more.pop("metrics", None) or Metrics()
        wishes, people = Wishes(None), more.pop("people", nobody)
        limit, unconfirmed = (
            RecipientLimit(more.pop("per_hour", 0)),
            more.pop("unconfirmed", None) or Places(0),
        )
        links = confirm_links("https://motcua.example", more.pop("secret", ""))
        templates = rendering.load(SENDER)
        yield Tools(
            templates,
            email,
            sms,
            limit,
            wishes,
            "https://motcua.example",
            people,
            cast(UnconfirmedLimit, unconfirmed),
            links,
            Unreadable(metrics, structlog.get_logger()),
            **more,
        )
        await email.close()


def mailer_of(given: Tools) -> Mailer:
    provider = given.email.get("smtp")
    assert provider is not None
    assert isinstance(provider.sender, Mailer)
    return provider.sender


def accepted_case() -> Case:
    desk = NotifyHarness()
    desk.tell(accepted(BOTH))
    return desk.case


async def deliver(
    given: Tools, shelf: Shelf, kind: str, case: Case | None = None
) -> RecordDelivery:
    case = case or accepted_case()
    effect = next(one for one in effects(case) if one.kind == kind)
    perform = {"send-email": send_email, "send-sms": send_sms}[kind]
    async with holding():  # as the chassis does it
        return await perform(effect, case, cast(PrivateRecords, shelf), given)


def sent(channel: str, segments: int = 0) -> RecordDelivery:
    provider = {"email": "smtp", "sms": "sms"}[channel]
    return RecordDelivery(
        message_id=f"d-1.1.{channel}", outcome="sent", provider=provider, segments=segments
    )


class OldServer:
    """Takes ASCII alone: it offers neither 8BITMIME nor SMTPUTF8."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        self.taken.append(envelope.original_content)
        return "250 OK"


async def test_a_server_without_8bitmime_gets_ascii_that_reads_the_same() -> None:
    old = OldServer()
    loop = asyncio.get_running_loop()
    door = await loop.create_server(
        lambda: SMTP(old, decode_data=True, hostname="old.local"), "127.0.0.1", 0
    )
    async with door, tools(door.sockets[0].getsockname()[1]) as given:
        assert await deliver(given, Shelf(), "send-email") == sent("email")
        with_accents = await deliver(given, Shelf(email="ăn@example.vn"), "send-email")
    assert (with_accents.outcome, with_accents.reason) == ("refused", "smtp-no-utf8-addresses")
    (raw,) = old.taken
    assert raw.isascii()
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert read["Subject"] == f"Hồ sơ {CODE} đã được tiếp nhận / Dossier {CODE} has been accepted"
    for kind in ("plain", "html"):
        part = read.get_body((kind,))
        assert part is not None
        assert part["Content-Transfer-Encoding"] == "base64"
        assert "Nguyễn Thị Mẫu An" in part.get_content()


async def test_a_mail_arrives_as_it_is_meant(mailbox: Provider) -> None:
    async with tools(mailbox.smtp_port) as given:
        assert await deliver(given, Shelf(), "send-email") == sent("email")
    (kept,) = mailbox.messages()
    assert (kept["from"], kept["to"]) == (SENDER, ["an@example.vn"])
    assert kept["message_id"] == "<d-1.1.email@motcua.example>"
    assert kept["subject"] == f"Hồ sơ {CODE} đã được tiếp nhận / Dossier {CODE} has been accepted"
    assert "Hẹn trả kết quả: 10 giờ 30 ngày 27/11/2026" in kept["text"]
    assert "Mã tra cứu: 042042" in kept["text"]
    assert f"https://motcua.example/track/{CODE}" in kept["text"]
    mail = email.message_from_bytes(mailbox.raw(kept["id"]), policy=email.policy.SMTP)
    assert mail["Date"] == "Tue, 24 Nov 2026 02:00:00 +0000"


async def test_an_address_with_vietnamese_letters_arrives(mailbox: Provider) -> None:
    async with tools(mailbox.smtp_port) as given:
        assert await deliver(given, Shelf(email="ẫn@example.vn"), "send-email") == sent("email")
    assert mailbox.messages()[0]["to"] == ["ẫn@example.vn"]


@pytest.mark.parametrize(
    ("language", "text"),
    [("vi", "Hẹn trả kết quả: 10 giờ 30 ngày 27/11/2026."), ("en", "Result due: 27 November 2026")],
)
async def test_an_sms_arrives_in_the_applicants_language_once(
    gateway: Provider, language: str, text: str
) -> None:
    async with tools(sms_url=gateway.url) as given:
        for _ in range(2):
            answer = await deliver(given, Shelf(language=language), "send-sms")
            assert answer == sent("sms", 2 if language == "vi" else 1)
    (kept,) = gateway.messages()
    assert (kept["key"], kept["to"], kept["from"]) == ("d-1.1.sms", "0900000001", "MOTCUA")
    assert CODE in kept["text"]
    assert text in kept["text"]


@pytest.mark.parametrize(
    ("kind", "applicant", "reason"),
    [
        ("send-email", {"email": ""}, "no-address"),
        ("send-email", {"email": "an"}, "bad-address"),
        ("send-email", {"email": "an@example.vn> RCPT TO:<other@example.vn"}, "bad-address"),
        ("send-sms", {"phone": ""}, "no-address"),
        ("send-sms", {"phone": "chưa có"}, "bad-address"),
    ],
)
async def test_without_an_address_the_message_is_suppressed(
    kind: str, applicant: dict[str, Any], reason: str
) -> None:
    async with tools() as given:
        answer = await deliver(given, Shelf(**applicant), kind)
    assert (answer.outcome, answer.reason) == ("suppressed", reason)


@pytest.mark.parametrize("kind", ["send-email", "send-sms"])
async def test_nobody_writes_to_the_forgotten_and_nobody_before_the_paper_is_here(
    kind: str,
) -> None:
    async with tools() as given:
        answer = await deliver(given, Shelf(forgotten=True, arrived=False), kind)
        assert (answer.outcome, answer.reason) == ("suppressed", "forgotten")
        with pytest.raises(NotYet):
            await deliver(given, Shelf(arrived=False), kind)


async def test_a_refusal_by_the_provider_is_an_answer(mailbox: Provider, gateway: Provider) -> None:
    mailbox.fault("5xx", times=1)
    gateway.fault("4xx", times=1)
    async with tools(mailbox.smtp_port, gateway.url) as given:
        mail, sms = (
            await deliver(given, Shelf(), "send-email"),
            await deliver(given, Shelf(), "send-sms"),
        )
        assert (mail.outcome, mail.provider, mail.reason, mail.next_provider) == (
            "refused",
            "smtp",
            "smtp-554",
            "",
        )
        assert (sms.outcome, sms.provider, sms.reason, sms.next_provider) == (
            "refused",
            "sms",
            "sms-422",
            "",
        )
        assert await deliver(given, Shelf(), "send-email") == sent("email")


@pytest.mark.parametrize(
    ("fault", "kept", "outcome", "reason"),
    [
        ("4xx", 1, "not_sent", "smtp-451"),
        ("refuse", 1, "not_sent", "smtp-connection"),
        ("cut_in_data", 1, "unknown", "smtp-cut"),
        ("cut_after_data", 2, "unknown", "smtp-cut"),
        ("slow", 2, "unknown", "smtp-timeout"),
    ],
)
async def test_trouble_is_told_apart_and_tried_again_under_the_same_message_id(
    mailbox: Provider, fault: str, kept: int, outcome: str, reason: str
) -> None:
    mailbox.fault(fault, times=1, seconds=3)
    async with tools(mailbox.smtp_port) as given:
        answer = await deliver(given, Shelf(), "send-email")
        assert (answer.outcome, answer.reason, answer.next_provider) == (outcome, reason, "smtp")
        assert await deliver(given, Shelf(), "send-email") == sent("email")
    assert [one["message_id"] for one in mailbox.messages()] == [
        "<d-1.1.email@motcua.example>"
    ] * kept


@pytest.mark.parametrize(
    ("fault", "outcome", "reason"), [("5xx", "not_sent", "sms-503"), ("cut", "unknown", "sms-cut")]
)
async def test_trouble_with_the_gateway_is_tried_again_under_the_same_key(
    gateway: Provider, fault: str, outcome: str, reason: str
) -> None:
    gateway.fault(fault, times=1)
    async with tools(sms_url=gateway.url) as given:
        answer = await deliver(given, Shelf(), "send-sms")
        assert (answer.outcome, answer.reason) == (outcome, reason)
        assert await deliver(given, Shelf(), "send-sms") == sent("sms", 2)
    assert [one["key"] for one in gateway.messages()] == ["d-1.1.sms"]


async def test_a_message_that_the_gateway_took_with_an_earlier_text_is_sent(
    gateway: Provider,
) -> None:
    """A new release of the template must not send it twice, nor fail it."""
    async with tools(sms_url=gateway.url) as given:
        await deliver(given, Shelf(language="vi"), "send-sms")
        assert await deliver(given, Shelf(language="en"), "send-sms") == sent("sms", 1)
    assert len(gateway.messages()) == 1


async def test_a_server_that_is_away_is_told_by_its_code() -> None:
    async with tools() as given:
        mail, sms = (
            await deliver(given, Shelf(), "send-email"),
            await deliver(given, Shelf(), "send-sms"),
        )
    assert (mail.outcome, mail.reason) == ("not_sent", "smtp-connection")
    assert (sms.outcome, sms.reason) == ("not_sent", "sms-connection")


async def test_many_mails_share_a_few_connections(mailbox: Provider) -> None:
    async with tools(mailbox.smtp_port) as given:
        for _ in range(5):
            await asyncio.gather(*(deliver(given, Shelf(), "send-email") for _ in range(4)))
        assert len(mailer_of(given)._idle) == 4
    assert len(mailbox.messages()) == 20


async def test_idle_connections_that_the_server_left_are_replaced(mailbox: Provider) -> None:
    """No mail was on its way then, so nobody needs to hear of it."""
    async with tools(mailbox.smtp_port) as given:
        await deliver(given, Shelf(), "send-email")
        transport = mailer_of(given)._idle[0].transport
        assert transport is not None
        transport.abort()  # type: ignore[attr-defined]
        assert await deliver(given, Shelf(), "send-email") == sent("email")
    assert len(mailbox.messages()) == 2
