"""Audit's words: who read what.

A dossier's papers are read under its own subject, lists and logs under subjects of their own.
"""

from typing import Annotated, Literal

from pydantic import Field

from ..values.bounds import Count, Digest, Id, Instant
from ..wire.doers import Doer
from ..wire.payload import Command, Event

ListKind = Literal["register", "person", "officers"]
"""`register`: form 06, which names applicants; `person`: a search for somebody's dossiers;
`officers`: the statistics that name an agency's officers.
"""
LogQuestion = Literal["events", "state", "verify"]


MOST_FOUND = 50
"""Dossiers of one answer to a search for somebody."""
Found = Annotated[tuple[Id, ...], Field(max_length=MOST_FOUND)]


def list_subject(agency: str) -> str:
    """The subject of the readings of an agency's lists."""
    return f"lists-{agency}"


def log_subject(dossier_id: str) -> str:
    """The subject of the readings of a dossier's log.

    It is not the dossier: a log must not grow by being read.
    """
    return f"log-{dossier_id}"


class RecordPaperRead(Command, owner="audit"):
    """An officer read a paper of a dossier (the gateway's command)."""

    closed_by = ("PaperRead",)
    document: Digest
    """SHA-256 of the document that was read, or `papers` for the form."""


class PaperRead(Event, owner="audit"):
    document: Digest
    reader: Doer


class RecordListRead(Command, owner="audit"):
    """An officer read a list that names people (the gateway's command): one for each export,
    however many it names.

    `found`: of a search for somebody, the dossiers that were shown.
    """

    closed_by = ("ListRead",)
    kind: ListKind
    agency: Id
    since: Instant | None = None
    until: Instant
    dossiers: Count
    found: Found = ()


class ListRead(Event, owner="audit"):
    """`since` and `until`: the period; `dossiers`: how many are in it.

    `found`: which, where somebody was looked for.
    """

    kind: ListKind
    agency: Id
    since: Instant | None = None
    until: Instant
    dossiers: Count
    reader: Doer
    found: Found = ()


class RecordLogRead(Command, owner="audit"):
    """An auditor read the log of a dossier (the gateway's command)."""

    closed_by = ("LogRead",)
    dossier_id: Id
    question: LogQuestion


class LogRead(Event, owner="audit"):
    dossier_id: Id
    question: LogQuestion
    reader: Doer
