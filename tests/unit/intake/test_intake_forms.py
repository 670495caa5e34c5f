"""The form against its schema: the broken fields by the schema's names."""

from typing import Any

import pytest
from motcua_intake.forms import Forms

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["child_name", "born"],
    "additionalProperties": False,
    "properties": {
        "child_name": {"type": "string", "minLength": 1},
        "born": {"type": "string", "format": "date"},
        "parents": {"type": "array", "items": {"$ref": "#/$defs/person"}},
    },
    "$defs": {
        "person": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string"}},
        }
    },
}
GOOD: dict[str, Any] = {
    "child_name": "Trần Mẫu Bình",
    "born": "2026-11-20",
    "parents": [{"name": "Nguyễn Thị Mẫu An"}],
}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, ()),
        ({"child_name": ""}, ("child_name",)),
        ({"born": "20/11/2026"}, ("born",)),
        ({"born": 5, "child_name": 6}, ("born", "child_name")),
        ({"parents": [{"name": "x"}, {}]}, ("parents.1.name",)),
        ({"parents": "Nguyễn Văn Lạ"}, ("parents",)),
        ({"Nguyễn Văn Lạ": 1}, ("…",)),
    ],
)
def test_broken_fields_are_named_by_the_schema(
    change: dict[str, Any], fields: tuple[str, ...]
) -> None:
    assert set(Forms().errors("1.001193", 1, SCHEMA, GOOD | change)) == set(fields)


def test_missing_fields_are_named() -> None:
    assert set(Forms().errors("1.001193", 1, SCHEMA, {})) == {"child_name", "born"}


def test_a_procedure_without_a_form_asks_for_nothing() -> None:
    assert Forms().errors("1.001193", 1, {}, {"anything": 1}) == ()


def test_versions_keep_their_own_schema() -> None:
    forms = Forms()
    assert forms.errors("1.001193", 1, SCHEMA, GOOD) == ()
    assert forms.errors(
        "1.001193", 2, SCHEMA | {"required": ["hamlet"], "properties": {"hamlet": {}}}, GOOD
    )
    assert forms.errors("1.001193", 1, SCHEMA, GOOD) == ()
