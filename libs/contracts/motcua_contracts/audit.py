"""Audit's words."""

from .bounds import Digest, Id
from .payload import Command, Event


class RecordPaperRead(Command, owner="audit"):
    """An officer read a paper of a dossier (the gateway's command)."""

    closed_by = ("PaperRead",)
    document: Digest
    """SHA-256 of the document that was read, or `papers` for the form."""


class PaperRead(Event, owner="audit"):
    document: Digest
    reader: Id
