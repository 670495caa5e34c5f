"""A citizen's wishes: which channels, whether at night, in which language, and what they cannot
turn off.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from motcua_contracts import Catalogue, Message, Payload
from motcua_contracts.messages.intake import Contact
from motcua_contracts.messages.notify import (
    PREFERENCES,
    ConfirmContact,
    MessageQueued,
    MessageSuppressed,
    PreferencesSet,
    SetPreferences,
)
from motcua_contracts.rules.refusals import DossierUnknown, FormInvalid
from motcua_notify.domain.case import Case
from motcua_notify.domain.channels import MUST_BE_TOLD, Chosen, Given, choose, quiet_until
from motcua_notify.domain.evolve import effects
from motcua_notify.domain.preferences import Preferences, decide, evolve
from motcua_notify.preferences import Wishes
from motcua_notify.service import service

from .harness import BOTH, NOW, NotifyHarness, accepted, completed, message, registered

RULES, AN = service.rules, "citizen:an"
NIGHT = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
"""23:30 in Vietnam."""
EMAIL: tuple[Contact, ...] = ("email",)
PHONE: tuple[Contact, ...] = ("phone",)


def wishes(**more: object) -> PreferencesSet:
    return PreferencesSet.model_validate({"email": True, "sms": "important", **more})


@pytest.mark.parametrize(
    ("template", "contacts", "asked", "chosen"),
    [
        ("registered", BOTH, wishes(), Chosen(("email",))),
        ("registered", BOTH, wishes(sms="all"), Chosen(("email", "sms"))),
        ("accepted", BOTH, wishes(sms="never"), Chosen(("email",))),
        ("accepted", BOTH, wishes(email=False), Chosen(("sms",))),
        ("registered", BOTH, wishes(email=False), Chosen(("sms",))),
        ("registered", BOTH, wishes(email=False, sms="never"), Chosen(("email",), wanted=False)),
        ("registered", PHONE, wishes(sms="never"), Chosen(("sms",), wanted=False)),
        # What a term runs from is told whatever was turned off.
        ("supplement-requested", BOTH, wishes(email=False, sms="never"), Chosen(("email",))),
        ("supplement-requested", PHONE, wishes(sms="never"), Chosen(("sms",))),
        ("granted", EMAIL, wishes(email=False), Chosen(("email",))),
        ("registered", (), wishes(email=False, sms="never"), Chosen(("email",))),
    ],
)
def test_channels_follow_the_wishes(
    template: str, contacts: tuple[Contact, ...], asked: PreferencesSet, chosen: Chosen
) -> None:
    assert choose(template, contacts, asked) == chosen


@pytest.mark.parametrize("template", sorted(MUST_BE_TOLD))
@pytest.mark.parametrize("contacts", [EMAIL, PHONE, BOTH])
def test_nobody_can_miss_what_must_be_told(template: str, contacts: tuple[Contact, ...]) -> None:
    assert choose(template, contacts, wishes(email=False, sms="never")).wanted


def test_what_is_not_wanted_is_written_down_and_not_sent() -> None:
    desk = NotifyHarness()
    events = desk.tell(registered(contacts=BOTH), given=Given(wishes(email=False, sms="never")))
    assert [type(event) for event in events] == [MessageQueued, MessageSuppressed]
    assert isinstance(events[1], MessageSuppressed)
    assert events[1].reason == "by-choice"
    assert effects(desk.case) == ()
    assert desk.queued(accepted(BOTH)), "the dossier is known all the same"


@pytest.mark.parametrize(
    ("begins", "ends", "hour", "held_until"),
    [
        ("22:00", "06:00", NIGHT, datetime(2026, 11, 24, 23, 0, tzinfo=UTC)),
        ("22:00", "06:00", NIGHT + timedelta(hours=3), datetime(2026, 11, 24, 23, 0, tzinfo=UTC)),
        ("22:00", "06:00", NIGHT + timedelta(hours=6, minutes=30), None),
        ("22:00", "06:00", NOW, None),
        ("08:00", "10:00", NOW, datetime(2026, 11, 24, 3, 0, tzinfo=UTC)),
        ("08:00", "09:00", NOW, None),
        ("", "", NIGHT, None),
    ],
)
def test_quiet_hours_are_the_citizens_own(
    begins: str, ends: str, hour: datetime, held_until: datetime | None
) -> None:
    assert quiet_until(wishes(quiet_from=begins, quiet_until=ends), hour) == held_until


def test_at_night_only_the_sms_waits_and_without_a_choice_nothing_does() -> None:
    """A result is never held by the office: its mail goes out at once, its SMS by the citizen's
    word alone waits.
    """
    asked = Given(wishes(quiet_from="22:00", quiet_until="06:00"))
    desk = NotifyHarness()
    desk.tell(registered(contacts=BOTH))
    email, sms = desk.queued(completed(), at=NIGHT, given=asked)
    assert email.not_before is None
    assert sms.not_before == datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    assert {effect.key: effect.not_before for effect in effects(desk.case)}[
        sms.message_id
    ] == sms.not_before
    other = NotifyHarness()
    other.tell(registered(contacts=BOTH))
    assert [one.not_before for one in other.queued(completed(), at=NIGHT)] == [None, None]


def test_the_language_is_the_citizens_where_one_was_chosen() -> None:
    desk = NotifyHarness()
    assert desk.queued(registered(), given=Given(wishes(language="en")))[0].language == "en"
    assert desk.queued(completed())[0].language == ""


def setting(subject: str, actor: str, **asked: object) -> Message[Payload]:
    data = SetPreferences.model_validate(asked)
    return Message("m", "/motcua/gateway", data.wire_type, subject, NOW, actor, "c", "c", data)


def test_a_citizen_sets_the_own_wishes() -> None:
    sent = setting(
        "preferences:an",
        "citizen:an",
        email=False,
        sms="all",
        quiet_from="22:00",
        quiet_until="06:00",
        language="en",
    )
    (event,) = decide(Preferences(), sent, NOW, Catalogue(), None).events
    assert event == PreferencesSet(
        email=False, sms="all", quiet_from="22:00", quiet_until="06:00", language="en"
    )
    assert evolve(Preferences(), message(event, 1)).chosen == event


def test_nobody_sets_anothers() -> None:
    with pytest.raises(DossierUnknown):
        decide(Preferences(), setting("preferences:an", "citizen:binh"), NOW, Catalogue(), None)


def test_wishes_answer_no_command_of_dossiers_and_a_dossier_no_wishes() -> None:
    """Each is refused by name, as it was when both were one case."""
    confirm = ConfirmContact(contact="email")
    said = Message(
        "m", "/motcua/gateway", confirm.wire_type, "preferences:an", NOW, AN, "c", "c", confirm
    )
    with pytest.raises(DossierUnknown):
        RULES.decide(Preferences(), said, NOW, Catalogue(), None)
    with pytest.raises(DossierUnknown):
        RULES.decide(Case(), setting("d-1", AN), NOW, Catalogue(), None)


@pytest.mark.parametrize(
    "asked",
    [
        {"quiet_from": "22:00"},
        {"quiet_until": "06:00"},
        {"quiet_from": "22:00", "quiet_until": "22:00"},
    ],
)
def test_half_a_night_is_none(asked: dict[str, str]) -> None:
    sent = setting("preferences:an", AN, **asked)
    with pytest.raises(FormInvalid):
        decide(Preferences(), sent, NOW, Catalogue(), None)


class Stored:
    """The one query that wishes are read by."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []

    async def find(self, wanted: Any, fields: Any) -> AsyncIterator[dict[str, str]]:
        for row in self.rows:
            if row["_id"] in wanted["_id"]["$in"]:
                yield row


async def test_a_no_of_this_moment_is_heard_by_the_next_message() -> None:
    cases = Stored()
    known = Wishes(cases)
    assert await known.of({"citizen:p-1"}) == {"citizen:p-1": None}
    said, subject = wishes(sms="never"), PREFERENCES + "p-1"
    cases.rows.append({"_id": subject, "state": RULES.written(subject, Preferences(chosen=said))})
    assert await known.of({"citizen:p-1"}) == {"citizen:p-1": said}
    assert await known.of(set()) == {}
