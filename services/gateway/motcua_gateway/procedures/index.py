"""The published procedures as the public reads them now: the versions in force, kept in the search
index as events come in.

Incremental: every read takes in the codes that the catalogue says changed since, and those for
which an announced instant has come (a new version, a suspension). Catalogue and index live in
memory; nothing is stored.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from typing import Any, Literal, TypeVar

from motcua_contracts import Catalogue
from motcua_contracts.messages.catalog import ProcedurePublished
from motcua_contracts.rules.directory import Availability
from motcua_contracts.rules.refusals import ProcedureUnknown

from .search import Entry, Key, SearchIndex, folded

T = TypeVar("T")
LOAD_TEST_FIELD = "bench"
"""Procedures for measuring: nobody may ask for one, so none is listed or counted."""
NO_LEVEL = "none"
AUTHORITIES: tuple[Literal["province", "district", "commune"], ...] = (
    "province",
    "district",
    "commune",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A procedure as it is now."""

    event: ProcedurePublished
    availability: Availability

    @property
    def level(self) -> str:
        return str(self.event.terms.level or NO_LEVEL)

    @property
    def group(self) -> str:
        """The published field, `district/tu-phap`: each authority has its own.

        Empty where none is named.
        """
        group = self.event.publication.group
        return f"{self.event.terms.authority_level}/{group.id}" if group is not None else ""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits: `total` of all pages, `following` the place where the next one begins."""

    page: list[Shown]
    total: int
    facets: dict[str, dict[str, int]]
    following: Key | None


class ProcedureIndex:
    """Looks the catalogue up by code, and searches it."""

    def __init__(self, catalogue: Catalogue, now: Callable[[], datetime]) -> None:
        self._catalogue, self._now = catalogue, now
        self._index = SearchIndex()
        self._shown: dict[str, Shown] = {}
        self._read = 0
        self._awaited: list[tuple[datetime, str]] = []
        self._kept: dict[str, Any] = {}
        """What is made of all procedures together, until one changes."""

    def get(self, code: str) -> Shown:
        """The version in force. Raises `ProcedureUnknown`."""
        self._take_in()
        if code in self._shown:
            return self._shown[code]
        raise ProcedureUnknown()

    def all(self) -> list[Shown]:
        """Every procedure that is listed, by code."""
        return self._keep(
            "all", lambda: [shown for _, shown in sorted(self._shown.items()) if _listed(shown)]
        )

    def statistics(self) -> dict[str, Any]:
        """The counts of `statistics`."""
        return self._keep("statistics", lambda: statistics(self.all()))

    def _keep(self, name: str, make: Callable[[], T]) -> T:
        self._take_in()
        if name not in self._kept:
            self._kept[name] = make()
        kept: T = self._kept[name]
        return kept

    def search(
        self, query: str, filters: Mapping[str, str], limit: int, after: Key | None = None
    ) -> Found:
        """The best `limit` behind `after`.

        `filters`: values by facet (level `none`: not stated); empty ones do not count.
        """
        self._take_in()
        agencies = {
            agency.id: folded(f"{agency.name_vi} {agency.name_en}")
            for agency in self._catalogue.agencies()
        }
        wanted = {facet: value for facet, value in filters.items() if value}
        hits = self._index.search(query, wanted, agencies, limit + 1, after)
        page = hits.keys[:limit]
        following = page[-1] if len(hits.keys) > limit else None
        return Found([self._shown[key[-1]] for key in page], hits.total, hits.facets, following)

    def field_names(self) -> dict[str, tuple[str, str]]:
        """The fields of what is listed, with their names; no source names them in English."""
        return self._keep(
            "fields",
            lambda: {
                shown.event.terms.field: (shown.event.terms.field_vi,) * 2 for shown in self.all()
            },
        )

    def group_names(self) -> dict[str, tuple[str, str]]:
        """The published fields, with their names."""
        return self._keep("groups", self._group_names)

    def _group_names(self) -> dict[str, tuple[str, str]]:
        groups = {shown.group: shown.event.publication.group for shown in self.all()}
        return {
            name: (group.name_vi, group.name_en)
            for name, group in groups.items()
            if group is not None
        }

    def _take_in(self) -> None:
        at, changes = self._now(), self._catalogue.changes
        touched = set(changes[self._read :])
        self._read = len(changes)
        while self._awaited and self._awaited[0][0] <= at:
            touched.add(heappop(self._awaited)[1])
        if touched:
            self._kept.clear()
        for code in touched:
            self._put(code, at)

    def _put(self, code: str, at: datetime) -> None:
        later = [
            event.effective_from
            for event in self._catalogue.versions(code)
            if event.effective_from > at
        ]
        turn = self._catalogue.announced(code, at)
        later += [turn.since] if turn is not None and turn.since is not None else []
        if later:
            heappush(self._awaited, (min(later), code))
        try:
            shown = Shown(
                self._catalogue.procedure_at(code, at), self._catalogue.availability(code, at)
            )
        except ProcedureUnknown:  # not in force yet
            return
        self._shown[code] = shown
        if _listed(shown):
            self._index.put(_entry(shown))


def _listed(shown: Shown) -> bool:
    return shown.event.terms.field != LOAD_TEST_FIELD


def _entry(shown: Shown) -> Entry:
    terms, publication = shown.event.terms, shown.event.publication
    group = (
        (publication.group.name_vi, publication.group.name_en)
        if publication.group is not None
        else ()
    )
    return Entry(
        code=terms.code,
        name=terms.name_vi,
        more=" ".join(
            (
                terms.name_en,
                terms.field_vi,
                terms.field,
                *group,
                publication.agency_note_vi or "",
                terms.result_vi,
            )
        ),
        values={
            "group": (shown.group,) if group else (),
            "field": (terms.field,),
            "level": (shown.level,),
            "authority": (terms.authority_level,),
            "agency": tuple(dict.fromkeys((terms.receiving_agency, terms.deciding_agency))),
            "state": (shown.availability.state,),
        },
    )


def statistics(every: Iterable[Shown]) -> dict[str, Any]:
    """Counts by authority, field and level: all together, and under `real` and `sample` apart.

    What was withdrawn is counted for itself.
    """
    listed = list(every)
    standing = [shown for shown in listed if shown.availability.state != "withdrawn"]
    real = [shown for shown in standing if not shown.event.publication.sample]
    sample = [shown for shown in standing if shown.event.publication.sample]
    return {
        **_counts(standing),
        "withdrawn": len(listed) - len(standing),
        "suspended": sum(shown.availability.state == "suspended" for shown in standing),
        "real": _counts(real),
        "sample": _counts(sample),
    }


def _counts(every: list[Shown]) -> dict[str, Any]:
    """Level `none`: no source states one.

    `by_group` are the fields as the authorities publish them, `by_field` the finer ones below.
    """
    by_authority = Counter(shown.event.terms.authority_level for shown in every)
    of = {
        authority: [shown for shown in every if shown.event.terms.authority_level == authority]
        for authority in AUTHORITIES
    }
    return {
        "total": len(every),
        "by_authority": {
            authority: by_authority[authority]
            for authority in AUTHORITIES
            if by_authority[authority]
        },
        "by_level": _levels(every),
        "by_authority_and_level": {
            authority: _levels(shown) for authority, shown in of.items() if shown
        },
        "by_group": [row for authority, shown in of.items() for row in _groups(authority, shown)],
        "by_field": [row for authority, shown in of.items() for row in _fields(authority, shown)],
    }


def _levels(every: Iterable[Shown]) -> dict[str, int]:
    return dict(sorted(Counter(shown.level for shown in every).items()))


def _groups(authority: str, every: list[Shown]) -> Iterator[dict[str, Any]]:
    found: dict[str, list[Shown]] = {}
    for shown in every:
        found.setdefault(shown.group, []).append(shown)
    for name, members in sorted(found.items()):
        group = members[0].event.publication.group
        if group is not None:
            names = {"name_vi": group.name_vi, "name_en": group.name_en}
            yield {
                "authority": authority,
                "group": name,
                **names,
                "count": len(members),
                "by_level": _levels(members),
            }


def _fields(authority: str, every: list[Shown]) -> Iterator[dict[str, Any]]:
    found: dict[str, list[Shown]] = {}
    for shown in every:
        found.setdefault(shown.event.terms.field, []).append(shown)
    for name, members in sorted(found.items()):
        name_vi = members[0].event.terms.field_vi
        yield {
            "authority": authority,
            "field": name,
            "name_vi": name_vi,
            "count": len(members),
            "by_level": _levels(members),
        }
