"""What citizens read about their own data: who read the papers, and the export."""

from datetime import datetime
from typing import Any, Literal

from motcua_contracts.messages.intake import DossierPapers
from motcua_contracts.messages.notify import PreferencesSet

from .base import Answer, UnreadableRow, part_of
from .dossier import AgencyNames, OwnersDossier
from .messages import InboxRow


class Reader(AgencyNames):
    """Who read; the seat is empty for auditors and for who has left."""

    name: str
    post_vi: str
    post_en: str


class Reading(Answer):
    """`sha256`: which document it was."""

    at: datetime
    what: Literal["papers", "log", "search", "document"]
    what_vi: str
    what_en: str
    sha256: str | None
    reader: Reader


class Readings(Answer):
    readings: list[Reading | UnreadableRow]
    next_cursor: str | None


class Account(Answer):
    pseudonym: str
    issuer: str = ""
    subject: str = ""


ExportedPapers: Any = part_of(DossierPapers, "ExportedPapers")
Wishes: Any = part_of(PreferencesSet, "ExportedWishes")


class UnreadablePapers(Answer):
    unreadable: Literal[True]
    note_vi: str
    note_en: str


class UnreadableDossier(UnreadableRow):
    papers: list[ExportedPapers | UnreadablePapers]
    readings: list[Reading | UnreadableRow]


class ExportedDossier(OwnersDossier):
    papers: list[ExportedPapers | UnreadablePapers]
    readings: list[Reading | UnreadableRow]


class Export(Answer):
    """All that is held of a citizen."""

    as_of: datetime
    account: Account
    preferences: Wishes | None
    dossiers: list[ExportedDossier | UnreadableDossier]
    messages: list[InboxRow | UnreadableRow]
