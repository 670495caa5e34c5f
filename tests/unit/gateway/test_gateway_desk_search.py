"""The desk's search box: a code's beginning, or the words of a procedure's name with or without
accents, in both spellings.
"""

import pytest
from motcua_gateway.procedures.desk_search import matching, procedures_named

from .dossier_events import catalogue

EVENTS = catalogue()
CODE = "1.001612"
"""Đăng ký thành lập hộ kinh doanh."""


@pytest.mark.parametrize(
    "q",
    [
        "hộ kinh doanh",
        "ho kinh doanh",
        "HO KINH",
        "đăng kí thành lập",
        "dang ky thanh lap",
        "\u00d0ăng ký",
        "doanh hộ",
        "1.001612",
    ],
)
def test_a_name_is_found_without_accents_and_in_both_spellings(q: str) -> None:
    assert procedures_named(q, EVENTS) == [CODE]


@pytest.mark.parametrize("q", ["khai sinh", "anh", "...", "(", ".*", " "])
def test_what_is_not_a_name_finds_none(q: str) -> None:
    assert procedures_named(q, EVENTS) == []


def test_the_filter_names_codes_and_procedures_and_no_pattern_of_the_callers() -> None:
    assert matching("h40.12-(", "processing", EVENTS) == {
        "status": "processing",
        "$or": [{"code": {"$regex": r"^H40\.12\-\("}}, {"filing.procedure": {"$in": []}}],
    }
    assert matching("", "", EVENTS) == {}
