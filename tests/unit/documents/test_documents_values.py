"""Values in words by what the schema says they mean, never by their type."""

from typing import Any

import pytest
from motcua_documents.pdf.values import FilledLine, filled_lines, value_words

MONEY = {"type": "integer", "x-format": "money"}
SEX = {
    "oneOf": [{"const": "male", "title": "Nam", "x-title-en": "Male"}, {"const": 1, "title": "Một"}]
}


@pytest.mark.parametrize(
    ("schema", "value", "vi", "en"),
    [
        ({"type": "integer"}, 1998, "1998", "1998"),
        ({"type": "integer", "title": "Năm sinh", "minimum": 1900}, 12345, "12345", "12345"),
        ({"type": "integer"}, 100_000_000, "100000000", "100000000"),
        (MONEY, 100_000_000, "100.000.000", "100,000,000"),
        ({"type": "number", "x-format": "money"}, 100000000.0, "100.000.000", "100,000,000"),
        ({"type": "number"}, 100000000.0, "100000000", "100000000"),
        ({"type": "number"}, 1e22, "10000000000000000000000", "10000000000000000000000"),
        ({"type": "number"}, 1234.5, "1234,5", "1234.5"),
        ({"type": "number", "x-format": "count"}, -1234.5, "-1.234,5", "-1,234.5"),
        ({"type": "number"}, 1e-7, "0,0000001", "0.0000001"),
        (MONEY, 0, "0", "0"),
        ({"type": "integer", "x-format": "stars"}, 1998, "1998", "1998"),
        ({"type": "string", "format": "date"}, "1996-05-20", "20/05/1996", "20/05/1996"),
        ({"type": "string", "format": "date"}, "tháng 5", "tháng 5", "tháng 5"),
        ({"type": "string"}, "1996-05-20", "1996-05-20", "1996-05-20"),
        (
            {"type": "string", "format": "date-time"},
            "2026-11-24T02:05:00Z",
            "09:05 24/11/2026",
            "09:05 24/11/2026",
        ),
        (SEX, "male", "Nam", "Male"),
        (SEX, 1, "Một", "Một"),
        (SEX, True, "Có", "Yes"),
        ({"type": "boolean"}, False, "Không", "No"),
        ({}, None, "", ""),
        ({}, "", "", ""),
    ],
)
def test_a_value_reads_by_its_meaning(schema: dict[str, Any], value: Any, vi: str, en: str) -> None:
    assert value_words(schema, value) == (vi, en)


SCHEMA: dict[str, Any] = {
    "$defs": {
        "person": {
            "properties": {
                "full_name": {"title": "Họ và tên", "x-title-en": "Full name"},
                "sex": SEX | {"title": "Giới"},
            }
        }
    },
    "properties": {
        "owner": {"$ref": "#/$defs/person", "title": "Chủ hộ", "x-title-en": "Owner"},
        "members": {"title": "Thành viên", "items": {"$ref": "#/$defs/person"}},
        "loop": {"$ref": "#/properties/loop"},
        "declaration": {"title": "Cam đoan", "const": True},
    },
}
FORM = {
    "owner": {"full_name": "Bình", "sex": "male"},
    "members": [{"full_name": "An"}],
    "declaration": True,
    "loop": 1,
    "x": {"y": False},
}


def test_parts_that_the_schema_names_elsewhere_are_read_too() -> None:
    assert filled_lines(SCHEMA, FORM)[:3] == (
        FilledLine(("Chủ hộ", "Owner")),
        FilledLine(("Họ và tên", "Full name"), ("Bình", "Bình"), 1),
        FilledLine(("Giới", "Giới"), ("Nam", "Male"), 1),
    )
    assert filled_lines(SCHEMA, FORM)[3:6] == (
        FilledLine(("Thành viên", "Thành viên")),
        FilledLine(("Thành viên 1", "Thành viên 1"), depth=1),
        FilledLine(("Họ và tên", "Full name"), ("An", "An"), 2),
    )


def test_declarations_and_strangers_are_for_who_wants_everything() -> None:
    shown = [line.label[0] for line in filled_lines(SCHEMA, FORM)]
    everything = filled_lines(SCHEMA, FORM, everything=True)
    assert not {"Cam đoan", "x"} & set(shown)
    assert FilledLine(("Cam đoan", "Cam đoan"), ("Có", "Yes")) in everything
    assert FilledLine(("y", "y"), ("Không", "No"), 1) in everything
