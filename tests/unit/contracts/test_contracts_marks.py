"""Combining marks: composing a text takes time by the square of how many follow each other, so a
form holds few in a row.
"""

import pytest
from motcua_contracts.values.bounds import FORM_MARKS, Form, too_much
from pydantic import TypeAdapter, ValidationError


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0300", "\U0001e8d0\u05b0"])
def test_a_tower_of_marks_is_refused_before_anything_composes_it(marks: str) -> None:
    for form in ({"a": "a" + marks * 100_000}, {"a": [{"b": "x" * 9 + marks * 11}]}):
        assert too_much(form) == FORM_MARKS
    with pytest.raises(ValidationError, match="combining marks"):
        TypeAdapter(Form).validate_python({"a": "a" + marks * 11})


@pytest.mark.parametrize(
    "text",
    ["Nguye\u0302\u0303n Thi\u0323 Ơ\u0306", "a" + "\u0301" * 10, "x" * 250_000, "ế" * 80_000],
)
def test_what_people_write_is_taken(text: str) -> None:
    assert too_much({"a": text}) == ""
