"""The recipes of CONTRIBUTING.md list the files that a change of their kind touches: none is
missing, none is one too many.
"""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from motcua_contracts.wire.topics import SERVICES

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "CONTRIBUTING.md").read_text()
RECIPES: dict[str, str] = dict(
    re.findall(r"^### (.+?)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
)
AREAS = ("libs", "services", "deploy", "docs", "tests", ".github")
TOP = ("README.md", "Makefile", "pyproject.toml")
FILES_OF = {
    "A new refusal": 4,
    "A new event or command, with its rule and where people see it": 14,
    "A new service": 18,
    "A new page": 9,
    "A new payment provider": 21,
}
"""How many places each recipe names. A change that makes one longer says so here; one that makes it
shorter lowers the number.
"""


@cache
def files() -> dict[str, str]:
    """Every text file that a recipe may name, with what is in it.

    A decision record tells history, so it is no part of a recipe.
    """
    found = [file for area in AREAS for file in _below(ROOT / area)] + [ROOT / name for name in TOP]
    texts = {}
    for file in found:
        if file.suffix in {
            ".py",
            ".md",
            ".html",
            ".css",
            ".js",
            ".yaml",
            ".yml",
            ".toml",
            ".json",
            ".txt",
            "",
        }:
            texts[file.relative_to(ROOT).as_posix()] = file.read_text()
    return texts


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [
            name for name in folders if not name.startswith((".", "__")) and name != "decisions"
        ]
        yield from (Path(place) / name for name in names)


def steps(recipe: str) -> str:
    """The numbered part of a recipe."""
    lines = RECIPES[recipe].splitlines()
    return "\n".join(line for line in lines if re.match(r"\d\. |   ", line))


def patterns(recipe: str) -> list[str]:
    """The files that a recipe names, as it writes them."""
    return re.findall(
        rf"`((?:(?:{'|'.join(AREAS)})/[\w./<>*-]+)|{'|'.join(map(re.escape, TOP))})`", steps(recipe)
    )


def fits(pattern: str, path: str) -> bool:
    """Whether a recipe's way of writing means that file: `<service>` is one of the services, `*`
    any name in the folder.
    """
    written = (
        re.escape(pattern).replace("<service>", f"(?:{'|'.join(SERVICES)})").replace(r"\*", "[^/]*")
    )
    return re.fullmatch(written, path) is not None


def examples(recipe: str) -> set[str]:
    """What the recipe's example touched, or for a service every file that names all of them and is
    no service's own.
    """
    said = re.search(
        r"^Example: (?:`(.+)`|every file that names all services\.)$", RECIPES[recipe], re.MULTILINE
    )
    assert said, f"{recipe}: has no example"
    if said[1]:
        return {
            path
            for path, text in files().items()
            if re.search(said[1], f"{path}\n{text}", re.IGNORECASE)
        }
    named = [re.compile(rf"(?<![a-z])(?:motcua[_-])?{service}(?![a-z])") for service in SERVICES]
    shared = {
        path: text for path, text in files().items() if not path.startswith(("services/", "tests/"))
    }
    return {path for path, text in shared.items() if all(name.search(text) for name in named)}


def test_the_five_recipes_are_there() -> None:
    assert list(RECIPES) == list(FILES_OF)


@pytest.mark.parametrize("recipe", FILES_OF)
def test_a_recipe_names_every_file_of_its_example(recipe: str) -> None:
    found = examples(recipe)
    assert len(found) > 4
    missing = {
        path for path in found if not any(fits(pattern, path) for pattern in patterns(recipe))
    }
    assert sorted(missing) == []


@pytest.mark.parametrize("recipe", FILES_OF)
def test_a_recipe_names_no_file_that_its_example_did_not_need(recipe: str) -> None:
    found = examples(recipe) if recipe != "A new service" else set(files())
    assert [
        pattern for pattern in patterns(recipe) if not any(fits(pattern, path) for path in found)
    ] == []


@pytest.mark.parametrize("recipe", FILES_OF)
def test_a_recipe_is_no_longer_than_it_must_be(recipe: str) -> None:
    assert len(set(patterns(recipe))) == FILES_OF[recipe]


def test_every_service_has_what_the_recipe_says() -> None:
    own = [
        pattern
        for pattern in patterns("A new service")
        if "<service>" in pattern and "*" not in pattern
    ]
    assert len(own) >= 4
    for service in SERVICES:
        for pattern in own:
            assert (ROOT / pattern.replace("<service>", service)).is_file()
        for name in ("__main__.py", "service.py", "settings.py"):
            assert (
                service == "gateway"
                or (ROOT / f"services/{service}/motcua_{service}/{name}").is_file()
            ), (service, name)
