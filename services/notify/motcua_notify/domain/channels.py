"""By which channels somebody is told, as contacts and the citizen's own wishes allow, and when an
SMS may wake them. Pure.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple

from motcua_contracts import VIETNAM
from motcua_contracts.messages.intake import Contact
from motcua_contracts.messages.notify import MessageChannel, MessageQueued, PreferencesSet

"""No summer time since 1945."""
BY_SMS_TOO = frozenset(
    {
        "accepted",
        "not-accepted",
        "supplement-requested",
        "deadline-extended",
        "granted",
        "refused",
        "post-came-back",
    }
)
"""Templates that go by SMS beside the e-mail: a term runs from them, or somebody waits for them."""
MUST_BE_TOLD = BY_SMS_TOO | {
    "payment-demanded",
    "clock-resumed",
    "due-date-moved",
    "supplement-term-moved",
    "pay-term-moved",
    "stopped-not-paid-in-time",
    "stopped-not-supplemented-in-time",
    "refund-failed",
}
"""Where the wishes leave no channel for these, one that they refuse is used."""
NO_WISHES = PreferencesSet(email=True, sms="important")

NOBODYS_FAULT = frozenset({"forgotten", "by-choice", "papers-unreadable", "message-unreadable"})
"""Ends that another channel would meet as well."""


class Given(NamedTuple):
    """What `prepare` brings for a message, or for the end of one: the owner's wishes, and the
    provider to ask first for each channel.
    """

    wishes: PreferencesSet | None = None
    providers: Mapping[MessageChannel, str] = {}


class Chosen(NamedTuple):
    """`wanted` False: by the citizen's choice nothing goes out; it is written down, and the inbox
    shows it.
    """

    channels: tuple[MessageChannel, ...]
    wanted: bool = True


def choose(template: str, contacts: tuple[Contact, ...], wishes: PreferencesSet | None) -> Chosen:
    """Never no channel: without any contact the e-mail is queued all the same, and its suppression
    shows that nobody could be told.
    """
    wishes = wishes or NO_WISHES
    chosen: tuple[MessageChannel, ...] = ("email",) if "email" in contacts and wishes.email else ()
    by_sms = template in BY_SMS_TOO or not chosen
    if "phone" in contacts and (wishes.sms == "all" or (wishes.sms == "important" and by_sms)):
        chosen += ("sms",)
    if chosen or not contacts:
        return Chosen(chosen or ("email",))
    return Chosen(("email",) if "email" in contacts else ("sms",), wanted=template in MUST_BE_TOLD)


def next_channel(
    queued: MessageQueued, others: tuple[MessageChannel, ...]
) -> MessageChannel | None:
    """By which other channel a message goes that must be told and ended for good; None where it
    need not, or none is left.
    """
    if queued.template not in MUST_BE_TOLD:
        return None
    ways: tuple[tuple[Contact, MessageChannel], ...] = (("email", "email"), ("phone", "sms"))
    return next(
        (
            way
            for contact, way in ways
            if contact in queued.contacts and way not in (*others, queued.channel)
        ),
        None,
    )


def quiet_until(wishes: PreferencesSet | None, at: datetime) -> datetime | None:
    """The end of the quiet hours that `at` falls into; None outside them, and
    for who chose none.
    """
    if wishes is None or not wishes.quiet_from or not wishes.quiet_until:
        return None
    begins, ends = time.fromisoformat(wishes.quiet_from), time.fromisoformat(wishes.quiet_until)
    local = at.astimezone(VIETNAM)
    now = local.time()
    inside = begins <= now < ends if begins < ends else now >= begins or now < ends
    if not inside:
        return None
    end = datetime.combine(local.date(), ends, VIETNAM)
    return end if end > local else end + timedelta(days=1)
