"""Messages: the inbox, wishes, the digest, and what reached nobody."""

from datetime import datetime
from typing import Any, Literal

from motcua_contracts.messages.notify import PreferencesSet
from motcua_contracts.messages.routing import DigestSet

from .base import Answer, UnreadableRow, fields_of, model_of, told
from .dossier import ListRow


class OnChannel(Answer):
    """The state of a message on its channel; the reason if it did not go out."""

    channel: str
    state: Literal["queued", "retrying", "sent", "delivered", "failed", "suppressed"]
    state_vi: str
    state_en: str
    reason: str = ""
    reason_vi: str = ""
    reason_en: str = ""


class News(Answer):
    """A piece of news, whatever its channels."""

    at: datetime
    about: str
    title_vi: str
    title_en: str
    channels: list[OnChannel]


class InboxRow(News):
    dossier_id: str
    code: str
    procedure_vi: str
    procedure_en: str
    href: str


class Inbox(Answer):
    messages: list[InboxRow | UnreadableRow]
    next_cursor: str | None


class UndeliveredRow(ListRow):
    messages: list[News]


class Undelivered(Answer):
    dossiers: list[UndeliveredRow | UnreadableRow]
    next_cursor: str | None


class DigestNumbers(Answer):
    total: int
    late: int
    today: int
    waiting: int
    absent: bool
    at: datetime


class DigestMail(Answer):
    state: Literal["queued", "sent", "failed", "suppressed"]
    reason: str
    at: datetime


class Digest(Answer):
    """`at` empty: none is wanted."""

    at: str
    next_at: datetime | None
    last: DigestNumbers | None
    mail: DigestMail | None


Preferences: Any = model_of(
    "Preferences",
    "How a citizen wants to be told; `set_at` null: never set.",
    fields_of(PreferencesSet) | {"set_at": (datetime | None, ...)},
)
PreferencesTold: Any = told(PreferencesSet)
DigestTold: Any = told(DigestSet)
