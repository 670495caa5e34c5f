"""Which contacts are known to be the applicant's at filing, and the page that confirms one: only
its reader can, and only by a click.
"""

from pathlib import Path
from typing import Any

import pytest
from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages.intake import (
    Applicant,
    DossierPapers,
    RegisterPaperDossier,
    SubmitDossier,
)
from motcua_contracts.messages.notify import (
    ConfirmContact,
    ContactConfirmed,
    MessageQueued,
    MessageSuppressed,
    contact_signature,
    report_signature,
)
from motcua_contracts.rules.decision import PrivateEntry
from motcua_documents.store import DocumentStore
from motcua_gateway.identity.callers import Identity

from .dossier_events import CODE, DOSSIER, MARKS, REGISTERED_ONLY, registered, said_by, way
from .harness import GatewayHarness, open_gateway
from .test_gateway_identity import by_key_file, parts, token

SECRET = "what notify and the gateway share"
AN = {"full_name": "Nguyễn Thị Mẫu An", "email": "an.nguyen@mau.example", "phone": "0900000001"}
STRANGER = {
    "full_name": "Ông A, xem http://lua-dao.example",
    "email": "nan.nhan@mau.example",
    "phone": "0900000099",
}


def filing(applicant: dict[str, str]) -> dict[str, Any]:
    return {"procedure_code": "1.001612", "applicant": applicant, "form": {"a": 1}}


def commands(desk: GatewayHarness, kind: type[Any]) -> list[Any]:
    return [message.data for _, message in desk.runtime.appended if isinstance(message.data, kind)]


# ---------------------------------------------------------------------- what the provider vouches
# for


@pytest.mark.parametrize(
    ("claims", "email", "phone"),
    [
        ({"email": "An@Example.vn", "email_verified": True}, "an@example.vn", ""),
        ({"phone_number": "+84 900 000 001", "phone_number_verified": True}, "", "0900000001"),
        ({"email": "an@example.vn"}, "", ""),
        ({"email": "an@example.vn", "email_verified": False}, "", ""),
        ({"email": "an@example.vn", "email_verified": "true"}, "", ""),
        ({"email": "an@example.vn", "email_verified": 1}, "", ""),
        ({"email": ["an@example.vn"], "email_verified": True}, "", ""),
        ({"email": "x" * 300 + "@example.vn", "email_verified": True}, "", ""),
        (
            {
                "email": "an",
                "email_verified": True,
                "phone_number": "x",
                "phone_number_verified": True,
            },
            "",
            "",
        ),
        ({"email_verified": True, "phone_number_verified": True}, "", ""),
    ],
)
async def test_only_what_the_provider_has_verified_counts(
    tmp_path: Path, database: Any, claims: dict[str, Any], email: str, phone: str
) -> None:
    caller = await Identity(by_key_file(tmp_path), *parts(database)).caller(token(**claims))
    assert (caller.email, caller.phone) == (email, phone)
    assert "example.vn" not in repr(caller)
    assert "0900" not in repr(caller)


async def test_the_claims_have_the_names_that_the_settings_give_them(
    tmp_path: Path, database: Any
) -> None:
    said: dict[str, Any] = {
        "contact": {"mail": "an@example.vn", "mail_ok": True},
        "email": "b@example.vn",
        "email_verified": True,
    }
    names: dict[str, Any] = {
        "oidc_email_claim": "contact.mail",
        "oidc_email_verified_claim": "contact.mail_ok",
        "oidc_phone_claim": "",
    }
    caller = await Identity(by_key_file(tmp_path, **names), *parts(database)).caller(
        token(**said, phone_number="0900000001", phone_number_verified=True)
    )
    assert (caller.email, caller.phone) == ("an@example.vn", "")
    off = await Identity(
        by_key_file(tmp_path, oidc_email_verified_claim=""), *parts(database)
    ).caller(token(**said))
    assert off.email == ""


# ---------------------------------------------------------------------- at filing


@pytest.mark.parametrize(
    ("changes", "confirmed"),
    [
        ({}, ("email", "phone")),
        ({"email": " AN.Nguyen@mau.example", "phone": "+84 900.000.001"}, ("email", "phone")),
        ({"email": ""}, ("phone",)),
        ({"email": STRANGER["email"]}, ("phone",)),
        ({"phone": STRANGER["phone"]}, ("email",)),
        ({"email": "an.nguyen+x@mau.example", "phone": ""}, ()),
        ({"email": "", "phone": ""}, ()),
    ],
)
async def test_a_filing_says_which_contacts_are_the_callers_own(
    desk: GatewayHarness, changes: dict[str, str], confirmed: tuple[str, ...]
) -> None:
    await desk.post("citizen-an", "/dossiers", filing({**AN, **changes}))
    (command,) = commands(desk, SubmitDossier)
    assert command.confirmed == confirmed


async def test_a_citizen_cannot_say_it(desk: GatewayHarness) -> None:
    answer = await desk.post(
        "citizen-an", "/dossiers", {**filing(STRANGER), "confirmed": ["email"]}
    )
    assert answer.status_code == 400
    assert desk.runtime.appended == []


async def test_at_the_counter_what_the_clerk_ticks_counts_and_nothing_else(
    desk: GatewayHarness,
) -> None:
    await desk.post("clerk-haihau", "/desk/dossiers", filing(AN))
    await desk.post(
        "clerk-haihau", "/desk/dossiers", {**filing(AN), "confirmed": ["phone"]}, key="another-key"
    )
    assert [one.confirmed for one in commands(desk, RegisterPaperDossier)] == [(), ("phone",)]
    wrong = await desk.post(
        "clerk-haihau",
        "/desk/dossiers",
        {**filing({**AN, "phone": ""}), "confirmed": ["phone"]},
        key="a-third-key",
    )
    assert wrong.status_code == 400
    assert len(commands(desk, RegisterPaperDossier)) == 2


async def earlier(desk: GatewayHarness, applicant: dict[str, str], *events: Event) -> None:
    """A dossier of An's with these contacts, and what notify says of it."""
    await desk.hear(way(REGISTERED_ONLY))
    await desk.own("citizen-an")
    papers = DossierPapers(
        salt="5" * 32, pin="157842", applicant=Applicant.model_validate(applicant), form={}
    )
    await desk.gateway.database.papers.replace_one(
        {"_id": f"{DOSSIER}/1"}, {"raw": PrivateEntry.of(1, papers).raw}, upsert=True
    )
    for number, event in enumerate(events, 1):
        await desk.hear([said_by("notify", event, number, DOSSIER)])


@pytest.mark.parametrize(
    ("before", "events", "now", "confirmed"),
    [
        (STRANGER, [ContactConfirmed(contact="email")], STRANGER, ("email",)),
        (
            STRANGER,
            [ContactConfirmed(contact="email"), ContactConfirmed(contact="phone")],
            STRANGER,
            ("email", "phone"),
        ),
        (STRANGER, [], STRANGER, ()),
        (
            STRANGER,
            [ContactConfirmed(contact="email")],
            {**STRANGER, "email": "other@mau.example"},
            (),
        ),
        (STRANGER, [ContactConfirmed(contact="phone")], {**STRANGER, "phone": ""}, ()),
    ],
)
async def test_what_an_earlier_dossier_of_the_same_account_confirmed_counts(
    desk: GatewayHarness,
    before: dict[str, str],
    events: list[Event],
    now: dict[str, str],
    confirmed: tuple[str, ...],
) -> None:
    await earlier(desk, before, *events)
    await desk.post("citizen-an", "/dossiers", filing(now))
    await desk.post("citizen-binh", "/dossiers", filing(now))
    assert [one.confirmed for one in commands(desk, SubmitDossier)] == [confirmed, ()]


async def test_a_repeat_is_the_same_command_whatever_was_confirmed_meanwhile(
    desk: GatewayHarness,
) -> None:
    first = await desk.post("citizen-an", "/dossiers", filing(STRANGER))
    await earlier(desk, STRANGER, ContactConfirmed(contact="email"))
    again = await desk.post("citizen-an", "/dossiers", filing(STRANGER))
    assert (first.status_code, again.status_code) == (202, 202)
    assert [one.confirmed for one in commands(desk, SubmitDossier)] == [(), ()]
    await desk.post("citizen-an", "/dossiers", filing(STRANGER), key="the-next-key")
    assert commands(desk, SubmitDossier)[-1].confirmed == ("email",)


# ---------------------------------------------------------------------- what is shown


async def test_owner_and_clerk_see_which_contacts_are_not_confirmed(desk: GatewayHarness) -> None:
    event = registered().model_copy(
        update={"contacts": ("email", "phone"), "confirmed": ("phone",)}
    )
    await desk.hear([said_by("intake", event, 1, DOSSIER)])
    await desk.own("citizen-an")
    owner, clerk = [
        (await desk.get(*one)).json()
        for one in (
            ("citizen-an", f"/dossiers/{DOSSIER}"),
            ("clerk-haihau", f"/desk/dossiers/{DOSSIER}"),
        )
    ]
    assert (
        owner["contacts"]
        == clerk["contacts"]
        == [{"contact": "email", "confirmed": False}, {"contact": "phone", "confirmed": True}]
    )
    await desk.hear([said_by("notify", ContactConfirmed(contact="email"), 1, DOSSIER)])
    assert all(
        one["confirmed"]
        for one in (await desk.get("citizen-an", f"/dossiers/{DOSSIER}")).json()["contacts"]
    )


async def test_what_the_limit_held_back_is_in_the_inbox_and_on_the_counters_list(
    desk: GatewayHarness,
) -> None:
    names = {"code": CODE, "procedure_vi": "v", "procedure_en": "e"}
    queued = MessageQueued(
        message_id=f"{DOSSIER}.1.email",
        channel="email",
        template="registered",
        about="DossierRegistered",
        revision=1,
        values=names,
    )
    held = MessageSuppressed(
        message_id=f"{DOSSIER}.1.email", channel="email", reason="unconfirmed-limit"
    )
    await earlier(desk, AN, queued, held)
    (line,) = (await desk.get("citizen-an", "/inbox")).json()["messages"]
    (row,) = (await desk.get("clerk-haihau", "/desk/undelivered")).json()["dossiers"]
    for channel in (line["channels"][0], row["messages"][0]["channels"][0]):
        assert (channel["state"], channel["reason"]) == ("suppressed", "unconfirmed-limit")
        assert (
            channel["reason_vi"]
            == "địa chỉ chưa được xác nhận và đã nhận đủ số thông báo trong ngày"
        )


# ---------------------------------------------------------------------- the page


@pytest.fixture
async def door(database: Any, documents: DocumentStore) -> GatewayHarness:
    desk = await open_gateway(database, documents, report_secret=SECRET)
    await desk.hear(way(REGISTERED_ONLY))
    return desk


def link(contact: Any = "email", dossier: str = DOSSIER, signature: str | None = None) -> str:
    return f"/xac-nhan/{dossier}/{contact}/{signature if signature is not None else contact_signature(dossier, contact, SECRET)}"  # noqa: E501


HTML = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("", "Tôi là người nộp hồ sơ và muốn nhận thông báo"),
        ("?lang=en", "I filed this dossier and want to receive its messages"),
    ],
)
async def test_opening_the_link_shows_the_question_and_confirms_nothing(
    door: GatewayHarness, language: str, words: str
) -> None:
    for _ in range(3):
        page = await door.client.get(link() + language, headers=HTML)
        assert page.status_code == 200
        assert words in page.text
    assert CODE in page.text
    assert [mark for mark in MARKS if mark in page.text] == []
    assert door.runtime.appended == []


async def test_a_click_confirms_once_however_often(door: GatewayHarness) -> None:
    async def react(message: Message[Payload]) -> None:
        await door.hear(
            [
                said_by(
                    "notify",
                    ContactConfirmed(contact="email"),
                    1,
                    message.subject,
                    chain=message.correlationid,
                )
            ]
        )

    door.runtime.react = react
    for _ in range(2):
        page = await door.client.post(link(), headers=HTML)
        assert page.status_code == 200
        assert "Đã xác nhận." in page.text
    ((topic, message),) = door.runtime.appended
    assert topic.name == "notify.commands"
    assert (message.subject, message.actor, message.data) == (
        DOSSIER,
        "system:contact",
        ConfirmContact(contact="email"),
    )


async def test_a_confirmation_that_takes_longer_is_said_to_be_on_its_way(
    door: GatewayHarness,
) -> None:
    page = await door.client.post(link("phone") + "?lang=en", headers=HTML)
    assert "has been received and is being processed" in page.text
    assert commands(door, ConfirmContact) == [ConfirmContact(contact="phone")]


OTHER = "0b0f5a3e-6f0e-5b0e-8a51-0f4b6f2c9d12"
WRONG = {
    "another signature": link(signature="0" * 32),
    "none": link(signature="x"),
    "another contact's": link("phone", signature=contact_signature(DOSSIER, "email", SECRET)),
    "another dossier's": link(dossier=OTHER, signature=contact_signature(DOSSIER, "email", SECRET)),
    "of a report": link(signature=report_signature(DOSSIER, SECRET)),
    "by another secret": link(signature=contact_signature(DOSSIER, "email", "another")),
    "a contact that there is not": f"/xac-nhan/{DOSSIER}/fax/{'0' * 32}",
    "letters": link(signature="%E1%BA%AB"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_wrong_link_gets_one_plain_answer(
    door: GatewayHarness, name: str, method: str
) -> None:
    page = await door.client.request(method, WRONG[name], headers=HTML)
    assert page.status_code == 404
    assert "Đường dẫn xác nhận không đúng" in page.text
    assert CODE not in page.text
    assert door.runtime.appended == []


async def test_without_a_secret_no_link_is_good(desk: GatewayHarness) -> None:
    page = await desk.client.post(
        link(signature=contact_signature(DOSSIER, "email", "")), headers=HTML
    )
    assert page.status_code == 404
    assert desk.runtime.appended == []


async def test_the_page_is_rate_limited_by_address(database: Any, documents: DocumentStore) -> None:
    desk = await open_gateway(
        database,
        documents,
        report_secret=SECRET,
        limit_factor=1,
        limit_address={"verification": "3/minute"},
    )
    answers = [
        (await desk.client.post(link(signature="0" * 32), headers=HTML)).status_code
        for _ in range(5)
    ]
    assert answers == [404, 404, 404, 429, 429]
