"""The procedures as open data: one flat row each, the same in JSON and CSV. Pure."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from .description import ORIGIN, SAMPLE, summary
from .index import Shown

COLUMNS = (
    "code",
    "version",
    "name_vi",
    "name_en",
    "authority",
    "group_vi",
    "field",
    "field_vi",
    "level",
    "level_source",
    "online_scope",
    "days",
    "day_unit",
    "fee_vnd",
    "state",
    "takes_dossiers",
    "receiving_agency",
    "deciding_agency",
    "effective_from",
    "legal_basis",
    "unknown",
    "sample",
    "source",
)
LICENCE = "Chưa công bố giấy phép / no licence stated yet: ask the publishing authority"
BOM = "\ufeff"
"""Without it spreadsheets read Vietnamese as something else."""


def about() -> dict[str, str]:
    return {
        "licence": LICENCE,
        "publisher": "Một Cửa",
        "note_vi": f"{ORIGIN.vi} {SAMPLE.vi}",
        "note_en": f"{ORIGIN.en} {SAMPLE.en}",
    }


def rows(every: Iterable[Shown]) -> list[dict[str, Any]]:
    """What no source states is None."""
    return [_row(shown) for shown in every]


def _row(shown: Shown) -> dict[str, Any]:
    terms, publication, brief = shown.event.terms, shown.event.publication, summary(shown)
    return {
        **{column: brief[column] for column in COLUMNS if column in brief},
        "group_vi": publication.group.name_vi if publication.group is not None else None,
        "receiving_agency": terms.receiving_agency,
        "deciding_agency": terms.deciding_agency,
        "effective_from": shown.event.effective_from.isoformat(),
        "legal_basis": "; ".join(publication.legal_basis),
        "unknown": " ".join(publication.unknown),
        "source": publication.source,
    }


def as_csv(every: Iterable[Shown]) -> str:
    """The first line says licence and origin, the second the columns.

    A cell that a spreadsheet would run as a formula is made text.
    """
    out = StringIO()
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow([f"# {LICENCE}; {ORIGIN.vi} {SAMPLE.vi}"])
    writer.writerow(COLUMNS)
    for row in rows(every):
        writer.writerow([_cell(row[column]) for column in COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> Any:
    return (
        f"'{value}"
        if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
        else value
    )
