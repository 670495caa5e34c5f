"""An address that nobody has confirmed gets fixed words, a few a day; a confirmed one everything,
the citizen's own text never first.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from motcua_chassis.mongo import connect
from motcua_contracts.messages.intake import Contact
from motcua_contracts.messages.notify import (
    DIGEST,
    TITLES,
    ConfirmContact,
    ContactConfirmed,
    MessageQueued,
    contact_signature,
)
from motcua_contracts.rules.refusals import DossierUnknown
from motcua_notify import rendering
from motcua_notify.domain.case import Case
from motcua_notify.rendering import SAMPLE_ENVELOPE, SAMPLES
from motcua_notify.unconfirmed import UnconfirmedLimit

from tests.support.stack import mongodb

from .harness import BOTH, CODE, DOSSIER, NotifyHarness, accepted, completed, registered
from .providers import Provider
from .test_notify_rendering import LANGUAGES, part, read
from .test_notify_sending import Places, Shelf, deliver, sent, tools

SECRET = "a secret of tests"
CITIZENS_TEXT = "Nguyễn Văn A trúng thưởng, xem http://lua-dao.example"
MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DOSSIERS_TEMPLATES = sorted(set(TITLES) - {DIGEST})

# ---------------------------------------------------------------------- the rules


def confirmed_in(events: list[Any]) -> list[tuple[Contact, ...]]:
    return [one.confirmed for one in events if isinstance(one, MessageQueued)]


def test_a_message_says_which_contacts_get_everything() -> None:
    assert confirmed_in(NotifyHarness().tell(registered(contacts=BOTH, confirmed=("email",)))) == [
        ("email",)
    ]
    assert confirmed_in(NotifyHarness().tell(registered(contacts=BOTH, confirmed=()))) == [()]
    assert (
        confirmed_in(NotifyHarness().tell(accepted(BOTH, confirmed=("phone",)))) == [("phone",)] * 2
    )


def test_what_is_confirmed_stays_so_whatever_the_later_events_name() -> None:
    desk = NotifyHarness()
    desk.tell(registered(contacts=BOTH, confirmed=()))
    assert desk.tell(ConfirmContact(contact="email")) == [ContactConfirmed(contact="email")]
    assert confirmed_in(desk.tell(accepted(BOTH, confirmed=()))) == [("email",)] * 2
    assert confirmed_in(desk.tell(completed())) == [("email",)] * 2
    desk.tell(ConfirmContact(contact="phone"))
    assert confirmed_in(desk.tell(completed())) == [("email", "phone")] * 2


def test_confirming_again_is_closed_again_and_changes_nothing() -> None:
    desk = NotifyHarness()
    desk.tell(registered(contacts=BOTH, confirmed=()), ConfirmContact(contact="email"))
    before = desk.case
    assert desk.tell(ConfirmContact(contact="email")) == [ContactConfirmed(contact="email")]
    assert desk.case == before


@pytest.mark.parametrize("told", [[], [registered(contacts=("email",))]])
def test_a_contact_that_the_dossier_does_not_have_is_refused(told: list[Any]) -> None:
    desk = NotifyHarness()
    desk.tell(*told)
    with pytest.raises(DossierUnknown):
        desk.tell(ConfirmContact(contact="phone"))


def test_a_state_of_an_earlier_release_reads_as_unconfirmed() -> None:
    old = (
        '{"subject": {"code": "c", "procedure_vi": "v", "procedure_en": "e", "revision": 1,'
        ' "contacts": ["email"]}}'
    )
    subject = Case.model_validate_json(old).subject
    assert subject is not None
    assert subject.confirmed == ()


# ---------------------------------------------------------------------- the texts

WORDS = {
    "code",
    "procedure_vi",
    "procedure_en",
    "link",
    "confirm",
    "number",
    "address",
    "date",
    "message_id",
}
"""All that a message to an unconfirmed address may take from its dossier: nothing that anybody
typed.
"""


def marked() -> dict[str, str]:
    """Whatever could be somebody's text bears a mark."""
    keeps = {**SAMPLES, **SAMPLE_ENVELOPE}
    return {name: value if name in WORDS else "MARK" for name, value in keeps.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DOSSIERS_TEMPLATES)
def test_an_unconfirmed_address_reads_fixed_words_and_nobodys_text(
    name: str, language: rendering.Language
) -> None:
    template = rendering.load("motcua@motcua.example")[name]
    for kind in (template.fixed_mail, template.bare_mail, template.fixed_sms):
        text = kind[language].render(marked()).decode()
        assert "MARK" not in text
    sms = template.fixed_sms[language].render(marked()).decode()
    assert SAMPLES["code"] in sms
    assert SAMPLES[f"procedure_{language}"] not in sms


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DOSSIERS_TEMPLATES)
def test_the_preview_shows_the_status_sentence_and_the_link(
    name: str, language: rendering.Language
) -> None:
    shown = rendering.preview(name, language, confirmed=False)
    assert TITLES[name].vi.format_map(SAMPLES) + "." in shown
    assert TITLES[name].en.format_map(SAMPLES) + "." in shown
    assert shown.count(SAMPLES["confirm"]) == 2
    assert "Kính gửi ông/bà,\n" in shown
    assert f'href="{SAMPLES["confirm"]}"' in rendering.preview(
        name, language, "html", confirmed=False
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(TITLES))
def test_a_citizens_text_opens_no_mail_and_stands_in_no_header(
    name: str, language: rendering.Language
) -> None:
    mail = read(name, language, name=CITIZENS_TEXT)
    assert all(CITIZENS_TEXT not in str(value) for value in mail.values())
    for half in part(mail, "plain").split("* * *"):
        before, found, _ = half.partition(CITIZENS_TEXT)
        assert found
        english = (
            "The morning digest of your work"
            if name == DIGEST
            else "A message from the one-stop counter"
        )
        head = "Bộ phận một cửa" if "Kính gửi" in before else english
        assert before.strip().startswith(head)
        assert (
            name == DIGEST
            or (CODE in before and "Household" in before)
            or ("Đăng ký" in before and CODE in before)
        )
    html = part(mail, "html")
    assert html.index("Bộ phận một cửa") < html.index(CITIZENS_TEXT)


@pytest.mark.parametrize(
    ("where", "hole"),
    [("sms.vi", "{name}"), ("sms.en", "{pin}"), ("vi", "{name}"), ("en", "{name}")],
)
def test_a_template_that_puts_a_citizens_text_elsewhere_stops_the_start(
    where: str, hole: str
) -> None:
    sections = {"vi": "a", "en": "a", "sms.vi": "a", "sms.en": "a"} | {where: f"Xin chào {hole}"}
    with pytest.raises(rendering.BadTemplate, match=f"accepted: {hole[1:-1]} must not stand there"):
        rendering._keeps_citizens_out("accepted", sections)


def test_the_officers_digest_has_no_such_form() -> None:
    with pytest.raises(rendering.BadTemplate, match="digest goes out as a mail alone"):
        rendering.preview(DIGEST, "vi", confirmed=False)


# ---------------------------------------------------------------------- the sending


def case_of(*confirmed: Contact, told: Any = None) -> Case:
    desk = NotifyHarness()
    desk.tell(told or accepted(BOTH, confirmed=confirmed))
    return desk.case


async def test_a_mail_to_an_unconfirmed_address_offers_to_confirm_it(mailbox: Provider) -> None:
    async with tools(mailbox.smtp_port, unconfirmed=Places(1), secret=SECRET) as given:
        assert await deliver(
            given, Shelf(full_name=CITIZENS_TEXT), "send-email", case_of()
        ) == sent("email")
    (kept,) = mailbox.messages()
    link = f"https://motcua.example/xac-nhan/{DOSSIER}/email/{contact_signature(DOSSIER, 'email', SECRET)}"  # noqa: E501
    assert kept["subject"] == f"Hồ sơ {CODE} đã được tiếp nhận / Dossier {CODE} has been accepted"
    assert kept["text"].count(link) == 2
    assert "042042" not in kept["text"]
    assert "lua-dao" not in mailbox.raw(kept["id"]).decode()
    assert "27/11/2026" not in kept["text"]


async def test_without_a_secret_no_link_is_given_out(mailbox: Provider) -> None:
    async with tools(mailbox.smtp_port, unconfirmed=Places(1)) as given:
        await deliver(given, Shelf(), "send-email", case_of())
    (kept,) = mailbox.messages()
    assert "xac-nhan" not in kept["text"]
    assert "xin xác nhận" not in kept["text"]


async def test_each_contact_is_confirmed_by_itself(mailbox: Provider, gateway: Provider) -> None:
    async with tools(mailbox.smtp_port, gateway.url, unconfirmed=Places(1)) as given:
        case = case_of("email")
        await deliver(given, Shelf(), "send-email", case)
        await deliver(given, Shelf(), "send-sms", case)
    assert "Kính gửi ông/bà Nguyễn Thị Mẫu An," in mailbox.messages()[0]["text"]
    (sms,) = gateway.messages()
    assert (
        sms["text"]
        == f"Hồ sơ {CODE} đã được tiếp nhận. Theo dõi: https://motcua.example/track/{CODE}"
    )


async def test_what_exceeds_is_suppressed_and_an_attempt_that_is_made_again_takes_no_second_place(
    mailbox: Provider,
) -> None:
    places = Places(1)
    mailbox.fault("4xx", times=1)
    async with tools(mailbox.smtp_port, unconfirmed=places) as given:
        first, other = case_of(), case_of(told=registered(confirmed=()))
        assert (await deliver(given, Shelf(), "send-email", first)).outcome == "not_sent"
        assert await deliver(given, Shelf(), "send-email", first) == sent("email")
        desk = NotifyHarness()
        desk.tell(registered(confirmed=()), completed())
        later = desk.case.model_copy(update={"on_the_way": desk.case.on_the_way[1:]})
        answer = await deliver(given, Shelf(), "send-email", later)
        assert (answer.outcome, answer.reason) == ("suppressed", "unconfirmed-limit")
        assert other.subject is not None
    assert places.taken == [("email", "an@example.vn", "d-1.1.email")]


async def test_a_confirmed_address_takes_no_place(mailbox: Provider) -> None:
    async with tools(mailbox.smtp_port, unconfirmed=Places(0)) as given:
        assert await deliver(given, Shelf(), "send-email", case_of("email", "phone")) == sent(
            "email"
        )


# ---------------------------------------------------------------------- the limit


@pytest.fixture
async def collection() -> AsyncIterator[Any]:
    client = connect(mongodb())
    name = f"notify_{uuid4().hex[:12]}"
    yield client[name].unconfirmed
    await client.drop_database(name)
    client.close()


def limit_of(collection: Any, per_day: int = 5, at: datetime = MORNING) -> UnconfirmedLimit:
    return UnconfirmedLimit(collection, b"k" * 32, per_day, lambda: at)


async def test_of_fifty_messages_at_once_five_find_a_place_whatever_the_instance(
    collection: Any,
) -> None:
    instances = [limit_of(collection), limit_of(collection)]
    await instances[0].make_indexes()
    found = await asyncio.gather(
        *(instances[n % 2].take("email", "an@example.vn", f"d-{n}.1.email") for n in range(50))
    )
    assert sum(found) == 5
    again = await asyncio.gather(
        *(instances[n % 2].take("email", "an@example.vn", f"d-{n}.1.email") for n in range(50))
    )
    assert again == found


@pytest.mark.parametrize(
    ("channel", "first", "second"),
    [
        ("email", "an@example.vn", "AN+1@Example.vn"),
        ("email", "v.an@gmail.com", "van+x@googlemail.com"),
        ("sms", "0900000001", "+84900000001"),
        ("sms", "0900000001", "0084900000001"),
    ],
)
async def test_ways_to_write_one_address_share_its_places(
    collection: Any, channel: Any, first: str, second: str
) -> None:
    limit = limit_of(collection, per_day=1)
    assert await limit.take(channel, first, "a")
    assert not await limit.take(channel, second, "b")
    assert await limit.take(channel, "0900000009" if channel == "sms" else "binh@example.vn", "c")


async def test_the_next_day_has_places_again_and_none_means_none(collection: Any) -> None:
    assert await limit_of(collection, 1).take("email", "an@example.vn", "a")
    assert not await limit_of(collection, 1, MORNING + timedelta(hours=14)).take(
        "email", "an@example.vn", "b"
    )
    assert await limit_of(collection, 1, MORNING + timedelta(hours=15)).take(
        "email", "an@example.vn", "b"
    )
    assert not await limit_of(collection, 0).take("email", "binh@example.vn", "a")


async def test_no_address_is_stored(collection: Any) -> None:
    await limit_of(collection).take("email", "an@example.vn", "d-1.1.email")
    (document,) = [one async for one in collection.find()]
    assert "an@" not in str(document)
    assert document["_id"].endswith("/2026-11-24")
