"""What pages and docstrings name is there: files of ours, and the errors that a function raises."""

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("deploy", "docs", "libs", "services", "tests")
SKIPPED = {"CHANGELOG.md"}
"""Tells what was, by the names of then."""
NO_FILES_OF_OURS = {
    "libs/chassis/motcua_chassis/_telemetry/tracebacks.py": {"site-packages/x/y.py", "x/y.py"},
    "tests/integration/test_documents_renderer.py": {"service_of_a_test.py"},
    "tests/support/generated_client.py": {"generated_models.py"},
}
"""Examples, and what a test writes for itself."""


def sources(suffix: str) -> Iterator[Path]:
    """Every file of this kind, without what builds and environments leave."""
    yield from ROOT.glob(f"*{suffix}")
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob(f"*{suffix}")):
            if not {"build", "node_modules"} & set(path.parts):
                yield path


@cache
def modules() -> frozenset[str]:
    """The path of every module, and each of its ends: the last one is its name."""
    ends = set()
    for path in sources(".py"):
        parts = path.relative_to(ROOT).parts
        ends |= {"/".join(parts[start:]) for start in range(len(parts))}
    return frozenset(ends)


def unknown_files(name: str, text: str) -> set[str]:
    """Modules that a text names and nobody has."""
    named = {
        found.lstrip("./") for found in re.findall(r"(?<![\w/.<>*-])[\w./-]*\b\w+\.py\b", text)
    }
    return {one for one in named if one not in modules()} - NO_FILES_OF_OURS.get(name, set())


@cache
def classes() -> frozenset[str]:
    """Every class that code defines, and every name that it imports."""
    found = set(dir(builtins))
    for path in sources(".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.ImportFrom | ast.Import):
                found |= {(one.asname or one.name).rpartition(".")[2] for one in node.names}
    return frozenset(found)


def unknown_errors(text: str) -> set[str]:
    """Errors that docstrings say are raised, and that nothing defines or imports."""
    said = re.findall(r"[Rr]aises ((?:`[\w.]+`(?:,\s+| and | or |\s+or\s+|\s+and\s+)?)+)", text)
    named = {name for one in said for name in re.findall(r"`([\w.]+)`", one)}
    ours = {one for one in named if not one[0].islower()}  # of a library: `jwt.PyJWTError`
    return {one for one in ours if one.rpartition(".")[2] not in classes()}


def test_every_module_that_a_page_names_is_there() -> None:
    missing = {
        name: unknown
        for page in sources(".md")
        if page.name not in SKIPPED
        and (unknown := unknown_files(name := page.relative_to(ROOT).as_posix(), page.read_text()))
    }
    assert missing == {}


def docstrings(path: Path) -> Iterator[str]:
    """Every text that stands alone in a module: docstrings of what has one, and of constants."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def test_every_module_that_a_docstring_names_is_there() -> None:
    missing = {}
    for path in sources(".py"):
        name = path.relative_to(ROOT).as_posix()
        if unknown := {one for text in docstrings(path) for one in unknown_files(name, text)}:
            missing[name] = unknown
    assert missing == {}


def test_every_error_that_a_docstring_names_is_there() -> None:
    missing = {}
    for path in sources(".py"):
        if unknown := {one for text in docstrings(path) for one in unknown_errors(text)}:
            missing[path.relative_to(ROOT).as_posix()] = unknown
    assert missing == {}


@pytest.mark.parametrize(
    ("text", "files", "errors"),
    [
        ("see `nowhere/missing.py`", {"nowhere/missing.py"}, set()),
        ("see `missing.py` and test_named_things.py", {"missing.py"}, set()),
        ("`domain/*.py` and services/<service>/x/<one>.py", set(), set()),
        ("Raises `NoSuchError`, `ValueError`.", set(), {"NoSuchError"}),
        ("It raises `ValueError`\n    or `GoneError`.", set(), {"GoneError"}),
    ],
)
def test_what_is_not_there_is_found(text: str, files: set[str], errors: set[str]) -> None:
    assert (unknown_files("page.md", text), unknown_errors(text)) == (files, errors)
