"""What is published, listed and counted as the district publishes it: by authority, field and
level, real and sample apart. Pure.

Procedures for load tests are none, and what was abolished is counted no more.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from motcua_contracts.messages.catalog import ProcedurePublished

from .importer.samples import LOAD_TEST_FIELD
from .published import Shelf

AUTHORITIES = ("province", "district", "commune")
NOT_STATED = 0
"""Stands for the level of procedures that have none."""


@dataclass(frozen=True, slots=True)
class Row:
    """How many of one kind: `real` and `sample`, by level (0: none stated)."""

    name: str
    real: Counter[int]
    sample: Counter[int]

    @property
    def together(self) -> Counter[int]:
        return self.real + self.sample


@dataclass(frozen=True, slots=True)
class Count:
    """One authority: all of it, and each of its published fields."""

    authority: str
    whole: Row
    fields: tuple[Row, ...]


def standing(
    shelf: Shelf, at: datetime, *, level: int | None = None, authority: str | None = None
) -> list[ProcedurePublished]:
    """The procedures that may be asked for at `at`, or could once they are not suspended any more,
    by code.
    """
    return [
        event
        for code, event in sorted(shelf.last.items())
        if isinstance(event, ProcedurePublished)
        and event.terms.field != LOAD_TEST_FIELD
        and shelf.catalogue.availability(code, at).state != "withdrawn"
        and (level is None or (event.terms.level or NOT_STATED) == level)
        and (authority is None or event.terms.authority_level == authority)
    ]


def counts(events: Iterable[ProcedurePublished]) -> list[Count]:
    """By authority, the province first; fields in the order of their names."""
    by_authority: dict[str, list[ProcedurePublished]] = {}
    for event in events:
        by_authority.setdefault(event.terms.authority_level, []).append(event)
    return [
        _count(authority, by_authority[authority])
        for authority in AUTHORITIES
        if authority in by_authority
    ]


def _count(authority: str, events: list[ProcedurePublished]) -> Count:
    by_field: dict[str, list[ProcedurePublished]] = {}
    for event in events:
        group = event.publication.group
        by_field.setdefault(group.name_vi if group else event.terms.field_vi, []).append(event)
    return Count(
        authority,
        _row(authority, events),
        tuple(_row(name, by_field[name]) for name in sorted(by_field)),
    )


def _row(name: str, events: list[ProcedurePublished]) -> Row:
    real, sample = Counter[int](), Counter[int]()
    for event in events:
        (sample if event.publication.sample else real)[event.terms.level or NOT_STATED] += 1
    return Row(name, real, sample)
