"""Samples that fill the catalogue up to what the district published: so many procedures by
authority, field and level. Pure.

No sample is a real procedure: each says so in its name and its mark, nothing of it is known but
field and level, and none takes dossiers. The same real procedures give the same samples, to the
letter.
"""

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from motcua_contracts.rules.terms import Level, Terms

from .drafts import Tables
from .file_base import AuthorityLevel, Names
from .procedure_files import Agencies, Fee, ProcedureFile, Processing, Sources, Stated

LOAD_TEST_FIELD = "bench"
"""Procedures for measuring are none of the published ones, and no samples of them either."""
PREFIX = "mau."
SINCE = date(2026, 1, 1)
SPREAD = 4
"""How far the fields are turned on for each level, so that none is always the last one."""


@dataclass(frozen=True, slots=True)
class Published:
    """What an authority published: `total` procedures in so many fields, some by level.

    `agency` is the demo's, `short` is in codes.
    """

    authority: AuthorityLevel
    total: int
    fields: int
    levels: Mapping[Level, int]
    agency: str
    short: str


COUNTS = (
    Published("district", 226, 11, {2: 101, 3: 57, 4: 68}, "haihau", "huyen"),
    Published("commune", 129, 12, {}, "haiminh", "xa"),
)
"""The district's published counts; of the communes' procedures no levels are published."""


class TooManyProcedures(ValueError):  # noqa: N818 - what is wrong, in the field's words
    """More real procedures than the authority published, in all or at one level: there is nothing
    to fill up.
    """


class Sample(NamedTuple):
    """A sample as a file would say it, and the level that the configuration gives it."""

    file: ProcedureFile
    level: Level | None


def samples(real: Iterable[Terms], tables: Tables, withdrawn: Collection[str] = ()) -> list[Sample]:
    """The samples that are missing.

    `real`: every real procedure in force. Codes in `withdrawn` are used up.

    Raises `TooManyProcedures`.
    """
    listed = [terms for terms in real if terms.field != LOAD_TEST_FIELD]
    return [sample for count in COUNTS for sample in _of(count, listed, tables, withdrawn)]


def _of(
    count: Published, real: list[Terms], tables: Tables, withdrawn: Collection[str]
) -> Iterator[Sample]:
    """Numbered by level, so that one real procedure more takes away one sample and leaves the
    others as they are.
    """
    mine = [terms for terms in real if terms.authority_level == count.authority]
    at_level = Counter(terms.level for terms in mine) if count.levels else Counter[Level | None]()
    missing: dict[Level | None, int] = {
        level: wanted - at_level[level] for level, wanted in count.levels.items()
    }
    missing[None] = count.total - len(mine) - sum(missing.values())
    for level, number in missing.items():
        if number < 0:
            at = (
                f"at level {level}"
                if level
                else f"beside the published levels (of {count.total} in all)"
            )
            raise TooManyProcedures(f"{count.authority}: {-number} procedures too many {at}")
    fields = _fields(count, tables)
    for level, wanted in missing.items():
        numbers = (
            number for number in itertools.count(1) if _code(count, level, number) not in withdrawn
        )
        for number in itertools.islice(numbers, wanted):
            group, field = fields[(number - 1 + SPREAD * (level or 0)) % len(fields)]
            yield Sample(_sample(count, group, field, _code(count, level, number), tables), level)


def _fields(count: Published, tables: Tables) -> list[tuple[str, str]]:
    """Every published field of the authority, each with the first of the fields under it."""
    groups = [name for authority, name in tables.groups if authority == count.authority]
    if len(groups) != count.fields:
        raise TooManyProcedures(
            f"{count.authority}: fields.yaml names {len(groups)} published fields, there are"
            f" {count.fields}"
        )
    under = {
        entry.group[count.authority]: name
        for name, entry in reversed(tables.fields.items())
        if count.authority in entry.group
    }
    return [(group, under[group]) for group in groups]


def _code(count: Published, level: Level | None, number: int) -> str:
    return f"{PREFIX}{count.short}.{level or 0}-{number:03d}"


def _sample(count: Published, group: str, field: str, code: str, tables: Tables) -> ProcedureFile:
    entry = tables.groups[count.authority, group]
    return ProcedureFile(
        kind="procedure",
        code=code,
        effective_from=SINCE,
        name=Names(
            vi=f"[Mẫu] Thủ tục minh họa {code} – lĩnh vực {entry.vi}",
            en=f"[Sample] Illustrative procedure {code}, {entry.en}",
        ),
        field=field,
        authority=count.authority,
        agencies=Agencies(source="configured", receiving=count.agency, deciding=count.agency),
        level=Stated(),
        processing=Processing(days=None, unit=None),
        fee=Fee(amount_vnd=None),
        workflow=None,
        sources=Sources(
            first=None,
            confidence="sample",
            notes="Thủ tục mẫu để đủ số lượng đã công bố; không phải thủ tục có thật.",
        ),
        sample=True,
    )
