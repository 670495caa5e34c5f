"""Turns collected data into files of the catalogue, for people to go on from: real procedures
(JSON) and public holidays.

    python -m motcua_catalog.convert procedures PROCEDURES.json   writes procedures/<code>.yaml
    where there is none yet
    python -m motcua_catalog.convert holidays 2024 2028           rewrites the forecast in
    organisation/holidays.yaml (needs the package
                                                                  `holidays`); what is decided there
                                                                  stays as it is

A file that is there was perhaps edited by hand and stays as it is. What the data does not say
becomes `null`.
"""

import json
import sys
from collections import Counter
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from .importer.file_stack import HOME
from .importer.settings_files import FieldsFile
from .importer.yaml_lines import read

EFFECTIVE_FROM = date(2026, 1, 1)
AGENCY = {"province": "namdinh", "district": "haihau", "commune": "haiminh"}
UNITS = {
    "working": "working",
    "days excl. holidays and days off": "working",
    "same day": "same_day",
    "days, kind not stated": "calendar",
}
"""Unit in the data -> ours; plain days count every day of the calendar."""
WORKFLOWS = {
    ("household-business", "district"): "haihau-tckh",
    ("cooperatives", "district"): "haihau-tckh",
    ("civil-status", "district"): "haihau-tuphap",
    ("certification", "district"): "haihau-tuphap",
    ("legal-education", "district"): "haihau-tuphap",
    ("civil-status", "commune"): "haiminh-tuphap",
    ("certification", "commune"): "haiminh-tuphap",
    ("adoption", "commune"): "haiminh-tuphap",
    ("legal-education", "commune"): "haiminh-tuphap",
}
"""Field and authority -> the configured way through the departments; for others nothing says it."""


def procedure(row: dict[str, Any], code: str, field: str) -> dict[str, Any]:
    """One row of the data as a file of the catalogue, without `null` notes."""
    unit = UNITS.get(row["day_unit"] or "")
    agency = AGENCY[row["level_of_authority"]]
    as_stated = None if row["day_unit"] in (None, "working", "same day") else row["day_unit"]
    papers = [
        {"id": f"p{n}", "name": name, "required": None}
        for n, name in enumerate(row["dossier_components"], 1)
    ]
    return {
        "kind": "procedure",
        "code": code,
        "effective_from": EFFECTIVE_FROM,
        "name": {"vi": row["name_vi"], "en": row["name_en"]},
        "field": field,
        "authority": row["level_of_authority"],
        "agencies": {
            "source": "configured",
            "receiving": agency,
            "deciding": agency,
            "as_stated": row["agency_vi"],
        },
        "level": {"stated": row["online_level"], "label": row["online_label"]},
        "processing": {
            "days": row["processing_days"],
            "unit": unit,
            "unit_as_stated": as_stated,
            "note": row["processing_note"],
        },
        "fee": {"amount_vnd": row["fee_vnd"], "note": row["fee_note"]},
        "workflow": WORKFLOWS.get((field, row["level_of_authority"])),
        "legal_basis": row["legal_basis"],
        "papers": papers,
        "forms": row["forms"],
        "sources": {
            "first": row["source"],
            "others": row["other_sources"],
            "confidence": row["confidence"],
            "notes": row["notes"],
        },
    }


def write_procedures(data: Path, folder: Path) -> int:
    """Write a file for each row that has none; gives how many.

    Rows without a code get `local.<field>-<number>`.
    """
    fields = FieldsFile.model_validate(read(HOME / "fields.yaml").data).fields
    ids = {entry.vi: name for name, entry in fields.items()}
    local, written = Counter[str](), 0
    for row in json.loads(data.read_text(encoding="utf-8")):
        field, code = ids[row["field_vi"]], row["code"]
        if code is None:
            local[field] += 1
            code = f"local.{fields[field].short}-{local[field]:04d}"
        path = folder / f"{code}.yaml"
        if not path.exists():
            path.write_text(
                _yaml(f"# {row['name_vi']}\n", procedure(row, code, field)), encoding="utf-8"
            )
            written += 1
    return written


def write_holidays(first: int, last: int, path: Path) -> int:
    """Write Vietnam's public holidays and make-up days of the years `first` to `last`; gives how
    many days.

    The package knows decisions late or not at all: days up to the file's `decided_until` stay as
    somebody wrote them.
    """
    import holidays

    before: dict[str, Any] = (
        yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    )
    decided_until: date = before.get("decided_until") or date.min
    decided = [row for row in before.get("days", ()) if row["day"] <= decided_until]
    days = holidays.country_holidays("VN", years=range(first, last + 1), language="vi")
    rows: list[dict[str, Any]] = decided + [
        {"day": day, "name_vi": name} for day, name in days.items() if day > decided_until
    ]
    rows += [
        {"day": day, "name_vi": "Làm bù", "working": True}
        for day in getattr(days, "weekend_workdays", ())
        if first <= day.year <= last and day > decided_until
    ]
    rows.sort(key=lambda row: row["day"])
    head = (
        "# Public holidays of Vietnam. `working: true`: an office that is closed on that weekday is"
        " open.\n# Days off are decided every year: put each decision in here, and set"
        " `decided_until` to the last day that is decided.\n# What comes after it is a forecast."
        " What an office does otherwise belongs in its own calendar.\n"
    )
    source = before.get("source") or f"Python package holidays {version('holidays')}, country VN"
    until = {"decided_until": decided_until} if decided else {}
    content = {"kind": "holidays", "id": "vietnam", "source": source, **until, "days": rows}
    path.write_text(_yaml(head, content), encoding="utf-8")
    return len(rows)


def _yaml(head: str, content: dict[str, Any]) -> str:
    return head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def main(arguments: list[str]) -> None:
    match arguments:
        case ["procedures", data]:
            print(f"{write_procedures(Path(data), HOME / 'procedures')} files written")  # noqa: T201
        case ["holidays", first, last]:
            print(  # noqa: T201
                f"{write_holidays(int(first), int(last), HOME / 'organisation' / 'holidays.yaml')}"
                " days written"
            )
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
