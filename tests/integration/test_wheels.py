"""Every distribution, built as anybody builds it and installed into an empty environment, holds its
files, imports and starts; and so does the operators' command line without the local stack.

One test, since its parts share what was built. An environment holds our wheels and links to the
packages that these declare, and nothing else of the development: neither what only tests use nor
our own packages beside their sources.
"""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from motcua_contracts.wire.topics import SERVICES

from tests.support.deploy_scripts import script

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
choose: Any = script("deploy/compose", "choose")
OWN: dict[str, Path] = choose.distributions()
UV = [str(Path(sys.executable).parent / "uv"), "--offline", "--no-progress", "--quiet"]
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("MOTCUA_", "PYTHON", "VIRTUAL_ENV"))
}
IMPORT_ALL = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    assert package.__path__[0].startswith(sys.prefix), package.__path__
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
            print(module.name)
"""


def run(*command: str | Path, expected: int = 0) -> str:
    """What a command prints. The test fails where it ends in another way than expected."""
    ran = subprocess.run(
        [str(word) for word in command],
        cwd="/",
        env=CLEAN,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    said = ran.stdout + ran.stderr
    if ran.returncode != expected:
        pytest.fail(f"{' '.join(map(str, command))} ended with {ran.returncode}:\n{said[-3000:]}")
    return said


def files(package: Path) -> set[str]:
    """What a package's folder holds, as a wheel names it."""
    found = (
        file for file in package.rglob("*") if file.is_file() and "__pycache__" not in file.parts
    )
    return {file.relative_to(package.parent).as_posix() for file in found}


def installed(environment: Path, wheels: dict[str, Path], names: Iterable[str]) -> Path:
    """The Python of a new environment with these distributions of ours and what they lead to, and
    nothing else.
    """
    chosen = [wheels[name.replace("-", "_")] for name in names]
    run(*UV, "venv", "--python", sys.executable, environment)
    python = environment / "bin/python"
    run(*UV, "pip", "install", "--python", python, "--no-deps", "--no-index", *chosen)
    link_dependencies(next(environment.glob("lib/python3*/site-packages")), names)
    return python


def link_dependencies(site: Path, names: Iterable[str]) -> None:
    """Put every package that distributions of ours lead to beside them, as the lock has it."""
    for name in choose.closure(names, LOCK):
        about = distribution(name)
        for top in {
            file.parts[0]
            for file in about.files or []
            if file.parts[0] not in ("..", "__pycache__")
        }:
            if not (site / top).exists():
                (site / top).symlink_to(Path(str(about.locate_file(top))))


def test_all_wheels_together_import_and_start_in_an_empty_environment(tmp_path: Path) -> None:
    built = tmp_path / "built"
    run(
        *UV,
        "build",
        "--all-packages",
        "--directory",
        ROOT,
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        built,
    )
    assert {
        file.name.rpartition("-")[0].replace("_", "-") for file in built.glob("*.tar.gz")
    } == set(OWN)

    wheels = {file.name.partition("-")[0]: file for file in built.glob("*.whl")}
    assert set(wheels) == {name.replace("-", "_") for name in OWN}
    for name, folder in OWN.items():
        package = name.replace("-", "_")
        held = set(zipfile.ZipFile(wheels[package]).namelist())
        assert files(folder / package) - held == set(), (
            f"the wheel of {name} lacks files of its package"
        )
        assert any(file.endswith(".dist-info/licenses/LICENSE") for file in held), name

    operators = choose.own("operations")
    everything = installed(tmp_path / "everything", wheels, OWN)
    operations = installed(tmp_path / "operations", wheels, operators)

    starts: list[tuple[list[str], int, str]] = [
        ([str(everything), "-I", "-c", IMPORT_ALL, *wheels], 0, "motcua_gateway.web"),
        *(
            ([str(everything), "-I", "-m", f"motcua_{service}"], 2, "MOTCUA_KAFKA_BOOTSTRAP: ")
            for service in SERVICES
        ),
        *(
            ([str(everything), "-I", "-m", f"motcua_simulators.{name}", "--help"], 0, "usage: ")
            for name in ("mailbox", "sms", "vnpay")
        ),
        (
            [
                *(str(operations), "-I", "-c", IMPORT_ALL),
                *(name.replace("-", "_") for name in operators),
            ],
            0,
            "motcua_operations.topics_command",
        ),
        ([str(operations.with_name("motcua")), "breaker", "status"], 2, "MOTCUA_MONGO_URI"),
        ([str(operations.with_name("motcua")), "up"], 2, "No such command 'up'"),
        ([str(everything.with_name("motcua")), "up", "--help"], 0, "--instances"),
        ([str(everything.with_name("motcua")), "demo", "--help"], 0, "--secure"),
    ]
    with ThreadPoolExecutor(2) as several:
        said = list(several.map(lambda start: run(*start[0], expected=start[1]), starts))
    assert [
        words for (_, _, words), text in zip(starts, said, strict=True) if words not in text
    ] == []
