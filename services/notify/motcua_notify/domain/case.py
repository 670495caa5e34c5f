"""What notify remembers of a dossier: what messages say of it, and which of them are on their way.
No rules.
"""

from datetime import datetime

from motcua_contracts import Model
from motcua_contracts.messages.intake import Contact
from motcua_contracts.messages.notify import MessageChannel, MessageQueued, NewsHeld


class Subject(Model):
    """What every message of a dossier names, learnt from the events that carry it and kept in
    notify's own.

    Of an officer's worklist: `owner_actor` is the officer, and there is no dossier to name.
    """

    code: str
    procedure_vi: str
    procedure_en: str
    revision: int
    contacts: tuple[Contact, ...]
    confirmed: tuple[Contact, ...] = ()
    """Contacts that get everything. To the others go fixed words."""
    owner_actor: str = ""
    corrected: dict[Contact, int] = {}
    """By which revision a contact became another address; links that confirm it are of that
    correction.
    """

    @property
    def values(self) -> dict[str, str]:
        """The part of it that templates name."""
        return {
            "code": self.code,
            "procedure_vi": self.procedure_vi,
            "procedure_en": self.procedure_en,
        }


class OnTheWay(Model):
    """A queued message that has not ended. `since`: what its last moment is counted from.

    `provider` has the next attempt, `attempts` were made. `tried`: who could not in this round.
    `refused_by`: who will not, ever.
    """

    queued: MessageQueued
    since: datetime
    provider: str = ""
    attempts: int = 0
    round: int = 0
    others: tuple[MessageChannel, ...] = ()
    """Channels by which the same news goes out too, or went before this one."""
    tried: tuple[str, ...] = ()
    refused_by: tuple[str, ...] = ()
    not_before: datetime | None = None

    @property
    def key(self) -> str:
        """Of the effect that is the next attempt."""
        return (
            f"{self.queued.message_id}/{self.attempts}" if self.attempts else self.queued.message_id
        )


class Handed(Model):
    """An SMS that a provider took: its report may still come.

    `way`: what goes by mail where that report says no.
    """

    message_id: str
    provider: str
    way: OnTheWay | None = None


class Case(Model):
    """The fold of notify's own events of one subject.

    `Case()` is a dossier of which nobody was told anything.
    """

    subject: Subject | None = None
    on_the_way: tuple[OnTheWay, ...] = ()
    """Queued and not ended yet, oldest first."""
    held: tuple[NewsHeld, ...] = ()
    """To be told once the dossier's name is known."""
    handed: tuple[Handed, ...] = ()
    reported: tuple[str, ...] = ()
    """Messages whose report came before the answer of their attempt."""

    def way(self, key: str) -> OnTheWay:
        """A message on its way, by its id or the key of one of its attempts. Raises `KeyError`."""
        message_id = key.partition("/")[0]
        for way in self.on_the_way:
            if way.queued.message_id == message_id:
                return way
        raise KeyError(message_id)
