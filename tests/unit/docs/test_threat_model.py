"""The threat model names tests that exist, goes through every arrow with every letter of STRIDE,
and says where there is no test.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/threat-model.md").read_text()
ARROWS: dict[str, str] = dict(
    re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
)
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| [STRIDE] \|", line)]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
WITHOUT = {"Auditor": set("E"), "Catalogue import": set("E")}
"""Arrows without a row for a letter: nobody gains a right there that the credentials do not give
already.
"""


@cache
def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text())
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize(("file", "test"), NAMED, ids=[test for _, test in NAMED])
def test_each_test_that_is_named_exists(file: str, test: str) -> None:
    assert (ROOT / file).is_file()
    assert test in functions_of(file)


def test_every_row_names_a_test_or_says_that_there_is_none() -> None:
    assert len(ROWS) > 70
    silent = [row for row in ROWS if "::test_" not in row and "no test" not in row]
    assert silent == []
    assert [row for row in ROWS if row.count("|") != 5] == []


@pytest.mark.parametrize("arrow", ARROWS)
def test_every_arrow_goes_through_stride(arrow: str) -> None:
    letters = set(re.findall(r"^\| ([STRIDE]) \|", ARROWS[arrow], re.MULTILINE))
    assert set("STRIDE") - letters == WITHOUT.get(arrow, set())


def test_every_arrow_of_the_picture_is_there() -> None:
    picture = (ROOT / "README.md").read_text()
    for word, arrow in (
        ("citizens, officers", "Citizen and officer → gateway"),
        ("commands", "Gateway → Kafka"),
        ("events (Kafka, one log)", "Kafka → service"),
        ("SMTP, SMS", "Notify → mail and SMS"),
        ("audit", "Gateway → audit"),
        ("catalog", "Catalogue import"),
    ):
        assert word in picture
        assert arrow in ARROWS
    assert len(ARROWS) == 12
