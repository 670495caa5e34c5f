"""A pattern without words for people does not get into the catalogue."""

from pathlib import Path
from typing import Any

import pytest
from motcua_catalog.importer.hints import check_hints
from motcua_catalog.importer.yaml_lines import Sheet

WORDS = {"x-hint-vi": "4 chữ số", "x-hint-en": "4 digits"}
FIELD: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{4}$"}


def faults(field: dict[str, Any]) -> list[str]:
    schema = {
        "properties": {
            "pattern": {"type": "string"},
            "rows": {"type": "array", "items": {"properties": {"code": field}}},
        }
    }
    return [str(one) for one in check_hints(schema, Sheet(Path("p.yaml")))]


def test_a_pattern_with_words_in_both_languages_is_taken() -> None:
    assert faults(FIELD | WORDS) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"x-hint-vi": ""},
        {"x-hint-en": "  "},
        {"x-hint-vi": "đúng dạng ^[0-9]{4}$"},
        {"x-hint-en": 4},
    ],
)
def test_one_without_them_or_with_a_pattern_for_words_is_refused_by_its_place(
    changes: dict[str, Any],
) -> None:
    (fault,) = faults(FIELD | WORDS | changes)
    assert "x-hint-" in fault
    assert "code" in fault


def test_both_are_missed() -> None:
    assert len(faults(FIELD)) == 2
