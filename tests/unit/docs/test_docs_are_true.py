"""What the pages tell people to type is there: commands with their options, calls of the API,
files, refusals, records of decisions.
"""

import ast
import importlib.util
import pkgutil
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import motcua_gateway.api
import pytest
import typer
from motcua_contracts import Refusal
from motcua_operations.cli import app

ROOT = Path(__file__).resolve().parents[3]
GUIDES = sorted((ROOT / "docs/guides").glob("*.md"))
DECISIONS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
PAGES = [
    *GUIDES,
    *DECISIONS,
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "deploy").glob("*/README.md")),
]
NAMED = [page.relative_to(ROOT).as_posix() for page in PAGES]
METHODS = "GET|POST|PUT|DELETE"


def codes(page: Path) -> Iterator[str]:
    """Lines of code blocks, and text between backticks."""
    for line in page.read_text().splitlines():
        if line.startswith("    "):
            yield line.strip()
        else:
            yield from re.findall(r"`([^`]+)`", line)


def commands(page: Path) -> Iterator[list[str]]:
    """The words behind each `motcua` that somebody would type."""
    for code in codes(page):
        for call in re.findall(r"(?:^|-- |^\.venv/bin/)motcua ([a-z][^#;&|]*)", code):
            yield shlex.split(call.strip())


def missing_of(words: list[str]) -> str:
    """What of a command line does not exist; empty where all of it does."""
    command: Any = typer.main.get_command(app)
    rest = list(words)
    while hasattr(command, "get_command") and rest and not rest[0].startswith("-"):
        command = command.get_command(command.context_class(command), rest.pop(0))
        if command is None:
            return f"no command {' '.join(words)!r}"
    known = {
        option
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    return ", ".join(
        word for word in rest if word.startswith("--") and word.partition("=")[0] not in known
    )


@pytest.mark.parametrize("page", PAGES, ids=NAMED)
def test_every_command_is_there(page: Path) -> None:
    missing = {" ".join(words): fault for words in commands(page) if (fault := missing_of(words))}
    assert missing == {}


OWN_PAGES = [
    *PAGES,
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted(ROOT.glob("services/*/README.md")),
]


@pytest.mark.parametrize(
    "page", OWN_PAGES, ids=[page.relative_to(ROOT).as_posix() for page in OWN_PAGES]
)
def test_every_module_that_is_run_is_there(page: Path) -> None:
    named = re.findall(r"python -m (motcua_[\w.]+)", page.read_text())
    missing = [name for name in named if importlib.util.find_spec(name) is None]
    assert missing == []


def test_the_guides_are_read_for_commands_at_all() -> None:
    found = {words[0] for page in GUIDES for words in commands(page)}
    assert {"up", "down", "status", "scale", "catalog", "audit", "dead-letters"} <= found
    assert missing_of(["scale", "--fast"]) == "--fast"
    assert missing_of(["porter"]) == "no command 'porter'"


def routes() -> set[tuple[str, str]]:
    """Method and path of every call of the API, with `{}` for what varies."""
    found = set()
    for module in pkgutil.iter_modules(motcua_gateway.api.__path__):
        router = getattr(
            importlib.import_module(f"motcua_gateway.api.{module.name}"), "router", None
        )
        for route in router.routes if router is not None else ():
            found |= {(method, re.sub(r"\{\w+\}", "{}", route.path)) for method in route.methods}
    return found


@pytest.mark.parametrize("page", GUIDES, ids=[page.name for page in GUIDES])
def test_every_call_of_the_api_is_there(page: Path) -> None:
    text, known = page.read_text(), routes()
    named = [
        (method, path)
        for method, path in re.findall(rf"\b({METHODS}) (?:/api/v1)?(/[a-z][\w/{{}}.-]*)", text)
    ]
    missing = [
        (method, path)
        for method, path in named
        if (method, re.sub(r"\{\w+\}", "{}", path)) not in known
    ]
    assert missing == []
    for path in re.findall(r"\$API(/[\w/.-]+)", text):
        pattern = re.sub(r"/(ID|SHA256|MA-HO-SO|local\.hh-0001)(?=/|$)", "/{}", path)
        assert pattern in {known_path for _, known_path in known}, path


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_refusal_that_officers_are_told_of_exists(language: str) -> None:
    rows = [
        line
        for line in (ROOT / f"docs/guides/officers.{language}.md").read_text().splitlines()
        if line.startswith("|")
    ]
    slugs = {
        slug for row in rows for slug in re.findall(r"`([a-z]+(?:-[a-z]+)+)`", row.split("|")[-2])
    }
    assert len(slugs) > 8
    assert slugs <= set(Refusal.by_slug)


def outline(page: Path) -> list[tuple[str, list[str]]]:
    """Headings, rows of tables and typed lines in their order, each with what is the same in every
    language: its code.
    """
    found = []
    for line in page.read_text().splitlines():
        if kind := re.match(r"#+ |\||    ", line):
            typed = (
                [line.partition(" # ")[0].rstrip()]
                if kind[0] == "    "
                else re.findall(r"`([^`]+)`", line)
            )
            found.append((kind[0], typed))
    return found


@pytest.mark.parametrize(
    "guide", [page.name.removesuffix(".vi.md") for page in GUIDES if page.name.endswith(".vi.md")]
)
def test_both_languages_of_a_guide_say_the_same(guide: str) -> None:
    vietnamese, english = (ROOT / f"docs/guides/{guide}.{language}.md" for language in ("vi", "en"))
    assert outline(vietnamese) == outline(english)
    assert set(re.findall(r"`([^`]+)`", english.read_text())) == set(
        re.findall(r"`([^`]+)`", vietnamese.read_text().replace("lang=vi", "lang=en"))
    )
    for page, other in ((vietnamese, english), (english, vietnamese)):
        assert f"]({other.name})" in page.read_text()


def test_the_guides_for_people_are_there_in_both_languages() -> None:
    assert {
        f"{who}.{language}.md" for who in ("citizens", "officers") for language in ("vi", "en")
    } <= {page.name for page in GUIDES}


@pytest.mark.parametrize("page", PAGES, ids=NAMED)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = {
        path
        for code in codes(page)
        for path in re.findall(r"\b(?:deploy|docs|libs|services|tests)/[\w./-]*\w", code)
    }
    named |= set(re.findall(r"(?<!unit/)\b(?:deploy|docs)/[\w/-]+(?:\.\w+)+", page.read_text()))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def reasons() -> Iterator[str]:
    """What the probe may say, with `…` for what varies: the texts of the two functions that make
    them.
    """
    for file, function in (
        ("run.py", "_not_ready"),
        ("timers.py", "standing"),
        ("run.py", "drain"),
    ):
        tree = ast.parse((ROOT / "libs/chassis/motcua_chassis/_processing" / file).read_text())
        (made,) = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function
        ]
        texts = [node for node in ast.walk(made) if isinstance(node, ast.JoinedStr | ast.Constant)]
        inside = {
            id(part)
            for node in texts
            if isinstance(node, ast.JoinedStr)
            for part in ast.walk(node)
            if part is not node
        }
        for node in texts:
            if id(node) in inside or (
                isinstance(node, ast.Constant)
                and (
                    not isinstance(node.value, str)
                    or node.value == ast.get_docstring(made, clean=False)
                )
            ):
                continue
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts
            )


def test_every_reason_of_readyz_is_explained() -> None:
    table = (ROOT / "docs/guides/operators.md").read_text()
    told = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert len(list(reasons())) >= 7
    assert set(reasons()) - set(told) == set()
    assert "starting" in told


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    listed = (ROOT / "docs/decisions/README.md").read_text()
    assert [page.name[:4] for page in DECISIONS] == [
        f"{number:04}" for number in range(1, len(DECISIONS) + 1)
    ]
    for page in DECISIONS:
        text = page.read_text()
        title = text.splitlines()[0].removeprefix(f"# {page.name[:4]}: ")
        assert f"- [{page.name[:4]}]({page.name}) {title}" in listed
        assert re.findall(r"^## (\w+)", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
        ]
        assert (
            text.rstrip().splitlines()[-1].startswith("Revisit when ") or "\nRevisit when " in text
        )
