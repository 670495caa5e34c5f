"""A citizen's wishes, as a subject of their own: set by the citizen and nobody else."""

from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue, Command, Decision, Message, Model, Payload
from motcua_contracts.messages.notify import PREFERENCES, PreferencesSet, SetPreferences
from motcua_contracts.rules.decision import NOTHING
from motcua_contracts.rules.refusals import DossierUnknown, FormInvalid
from motcua_contracts.wire.payload import CommandRejected

from .case import Case
from .decide import decide as decide_case


class Preferences(Model):
    """The fold of notify's own events of one citizen. `Preferences()`: nothing was ever set."""

    chosen: PreferencesSet | None = None


def decide(
    preferences: Preferences,
    message: Message[Payload],
    at: datetime,
    catalogue: Catalogue,
    given: Any,
) -> Decision:
    """Raises `DossierUnknown` for somebody else's wishes, `FormInvalid` for half a night. A command
    of dossiers is refused as by a dossier of which nobody was told anything.
    """
    match message.data:
        case SetPreferences() as wishes:
            return Decision((_wished(message, wishes),))
        case Command():
            return decide_case(Case(), message, at, catalogue, given)
        case _:
            return NOTHING


def evolve(preferences: Preferences, event: Message[Payload]) -> Preferences:
    """Raises `TypeError` for an event that wishes do not say."""
    match event.data:
        case PreferencesSet() as data:
            return Preferences(chosen=data)
        case CommandRejected():
            return preferences
        case _:
            raise TypeError(f"wishes do not say {type(event.data).__name__}")


def _wished(message: Message[Payload], wishes: SetPreferences) -> PreferencesSet:
    if message.subject != PREFERENCES + message.actor.removeprefix("citizen:"):
        raise DossierUnknown()
    if bool(wishes.quiet_from) != bool(wishes.quiet_until) or (
        wishes.quiet_from and wishes.quiet_from == wishes.quiet_until
    ):
        raise FormInvalid(fields="quiet_from, quiet_until")
    return PreferencesSet(
        email=wishes.email,
        sms=wishes.sms,
        quiet_from=wishes.quiet_from,
        quiet_until=wishes.quiet_until,
        language=wishes.language,
    )
