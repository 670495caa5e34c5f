"""The import refuses a form of which a person would read codes, or whose
numbers it cannot group.
"""

from pathlib import Path
from typing import Any

import pytest
from motcua_catalog.importer.meanings import check_meanings
from motcua_catalog.importer.yaml_lines import Sheet


def faults(part: dict[str, Any]) -> list[tuple[str, str]]:
    schema = {"properties": {"list": {"type": "array", "items": {"properties": {"one": part}}}}}
    return [
        (one.field.partition("one.")[2], one.what)
        for one in check_meanings(schema, Sheet(Path("x.yaml")))
    ]


@pytest.mark.parametrize(
    ("part", "field", "what"),
    [
        ({"type": "integer", "x-format": "stars"}, "x-format", "x-format is one of: money, count"),
        ({"type": "string", "x-format": "money"}, "x-format", "only a number can be money"),
        (
            {"enum": ["Kinh", "male"]},
            "enum.1",
            "people would read male: write oneOf with const, title and x-title-en",
        ),
        ({"oneOf": [{"const": "male"}]}, "oneOf.0", "the choice male needs a title"),
    ],
)
def test_what_people_could_not_read_is_named(part: dict[str, Any], field: str, what: str) -> None:
    assert faults(part) == [(field, what)]


@pytest.mark.parametrize(
    "part",
    [
        {"type": "number", "x-format": "count"},
        {"enum": ["Kinh", "Hoa kiều", "Nữ"]},
        {"oneOf": [{"const": "f", "title": "Nữ"}]},
    ],
)
def test_what_reads_well_is_taken(part: dict[str, Any]) -> None:
    assert faults(part) == []
