"""Phrases that must not come back: German syntax in English words, and texts that people had to
read twice.

Each says what to write instead. Sentences that are stored in events stay as they are, since a
record never changes.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PHRASES = {
    r"hangs? on (?!to|a moment)": "depends on",
    r"lies? with\b": "is assigned to, is with, is currently at",
    r"\b(?:the|an) own\b": "the officer's own, its own, their own",
    r"\banew\b": "again, restart",
    r"\bfor ever\b": "forever, permanently, always",
    r"\bin vain\b": "without an answer, without success",
    r"\bbrings? home\b": "returns",
    r"\bof whom\b": "whose, about whom",
    r"\bcan all of it\b": "supports all of them",
    r"\bthrough nobody's fault\b": "this is not an error",
    r"\b(?:what|which|that|it|clock) stands (?:on|in|at|there|beside|between|behind|until|above|below)\b": (  # noqa: E501
        "is on, is in, is shown beside, the clock is paused"
    ),
    r"\bclock stands\b": "the clock is paused",
    r"\bfirst on top\b": "most urgent first",
    r"% of the time are over": "% of the time limit has passed",
    r"\bThe result is there\b": "The result is ready",
    r"\bonly the world can\b": "non-deterministic inputs",
    r"\bwhich hands it has\b": "its side effects",
    r"\bpapers? that asks\b": "the written request",
    r"\b[Pp]rivate papers?\b": "private record",
    r"\bTaken, on its way\b": "Your request has been received and is being processed",
    r"\bSomebody else takes it\b": "Collected by someone else",
    r"Xong bước này": "Hoàn thành bước",
    r"Chờ ý kiến phòng\b": "Đang xin ý kiến phòng tôi",
    r"Quá hạn, báo cáo tôi": "Quá hạn",
}
READ = {".py", ".md", ".html", ".txt", ".yaml", ".yml", ".toml", ".css"}
ROOMS = ("services", "libs", "deploy", "docs", "tests")
NOT_READ = (
    "CHANGELOG.md",  # what was said then
    "docs/asyncapi.json",
    "services/catalog/procedures/",  # the sources' own words
    "tests/contracts/goldens/",
    "tests/unit/docs/test_plain_english.py",
)
STORED = "The papers are complete: the time begins anew."
"""A sentence of `ClockResumed`; records with it are on Kafka."""


def pages() -> Iterator[tuple[str, str]]:
    """Every text that somebody wrote here, by its path."""
    found = [*ROOT.glob("*.md"), *(path for room in ROOMS for path in (ROOT / room).rglob("*"))]
    for path in found:
        name = path.relative_to(ROOT).as_posix()
        skipped = any(
            part in (".venv", "node_modules", "build") or part.endswith(".egg-info")
            for part in path.parts
        )
        if path.suffix in READ and not skipped and not name.startswith(NOT_READ) and path.is_file():
            yield name, path.read_text(encoding="utf-8").replace(STORED, "")


def faults(name: str, text: str) -> Iterator[str]:
    """`file:line: phrase; say: …` for each phrase that came back."""
    for pattern, instead in PHRASES.items():
        for found in re.finditer(pattern, text):
            yield (
                f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {found[0]!r}; say: {instead}"
            )


def test_no_phrase_came_back() -> None:
    assert [fault for name, text in pages() for fault in faults(name, text)] == []


def test_the_pages_are_read_at_all() -> None:
    names = [name for name, _ in pages()]
    assert len(names) > 500
    assert {
        "README.md",
        "libs/contracts/motcua_contracts/rules/refusals.py",
        "docs/glossary.md",
    } <= set(names)
    assert any(name.endswith("track.html") for name in names)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("one\nit hangs on two", "page.md:2: 'hangs on '; say: depends on"),
        ("the clock stands", "page.md:1: 'clock stands'; say: the clock is paused"),
        (
            "what stands on the slip",
            "page.md:1: 'what stands on'; say: is on, is in, is shown beside, the clock is paused",
        ),
    ],
)
def test_a_fault_names_the_line_and_what_to_say(text: str, fault: str) -> None:
    assert list(faults("page.md", text)) == [fault]


def test_the_glossary_names_one_thing_once() -> None:
    """Each row has its four cells, and no term is listed twice."""
    rows = [
        line
        for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    terms = [one[0] for one in cells if one[0] != "term"]
    assert len(terms) >= 40
    assert sorted(set(terms)) == sorted(terms)
    assert [one for one in cells if len(one) != 4 or not all(one)] == []


def test_every_term_of_the_glossary_is_used() -> None:
    rows = [
        line
        for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    terms = [
        term.strip()
        for row in rows
        for term in row.strip("|").split("|")[0].split(",")
        if term.strip() != "term"
    ]
    text = "\n".join(text for name, text in pages() if name != "docs/glossary.md").lower()
    assert [term for term in terms if term.lower() not in text] == []
