"""What one image needs: its own distributions and, of requirements.lock, the packages that these
lead to, with their hashes.

    python deploy/compose/choose.py routing --into /chosen

writes `locked.txt`, `build.txt` (what builds our wheels) and a copy of each distribution under
`own/`. Needs the standard library alone. The lock says under each package through whom it came (`#
via`), so nothing is resolved again, and no index is asked.
"""

import argparse
import re
import shutil
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILDER = "hatchling"
_ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==", re.MULTILINE)
_NAME = re.compile(r"^[A-Za-z0-9._-]+")


class UnknownServiceError(ValueError):
    """A name that is no distribution here; the text lists those that are."""


def distributions(root: Path = ROOT) -> dict[str, Path]:
    """Our own, by name: where each is."""
    found = {}
    for file in sorted(
        [
            *root.glob("libs/*/pyproject.toml"),
            *root.glob("services/*/pyproject.toml"),
            *root.glob("deploy/*/pyproject.toml"),
        ]
    ):
        found[tomllib.loads(file.read_text())["project"]["name"]] = file.parent
    return found


def own(service: str, root: Path = ROOT) -> dict[str, Path]:
    """The distributions that a service is made of, itself among them. Raises
    `UnknownServiceError`.
    """
    known = distributions(root)
    if f"motcua-{service}" not in known:
        names = ", ".join(name.removeprefix("motcua-") for name in known)
        raise UnknownServiceError(f"SERVICE: {service!r} is none; allowed are {names}")
    chosen: dict[str, Path] = {}
    open_names = [f"motcua-{service}"]
    while open_names:
        name = open_names.pop()
        if name not in chosen:
            chosen[name] = known[name]
            wanted = tomllib.loads((known[name] / "pyproject.toml").read_text())["project"].get(
                "dependencies", []
            )
            open_names += [
                match[0] for line in wanted if (match := _NAME.match(line)) and match[0] in known
            ]
    return chosen


def entries(lock: str) -> dict[str, str]:
    """The lock's lines of each package."""
    starts = [(match["name"], match.start()) for match in _ENTRY.finditer(lock)]
    ends = [start for _, start in starts[1:]] + [len(lock)]
    return {name: lock[start:end] for (name, start), end in zip(starts, ends, strict=True)}


def closure(roots: Iterable[str], lock: str) -> dict[str, str]:
    """Everything that came into the lock through one of `roots`, as the lock has it; a root that is
    itself a package is in it.
    """
    packages = entries(lock)
    through = {
        name: {word for word in re.sub(r"#|via", " ", text[text.index("# via") :]).split() if word}
        for name, text in packages.items()
    }
    reached = set(roots)
    while more := {
        name for name, parents in through.items() if name not in reached and parents & reached
    }:
        reached |= more
    return {name: text for name, text in packages.items() if name in reached}


def choose(service: str, into: Path, root: Path = ROOT) -> None:
    """Write what the image of a service is built from."""
    lock = (root / "requirements.lock").read_text()
    into.mkdir(parents=True, exist_ok=True)
    distributions_of = own(service, root)
    for file, roots in (("locked.txt", list(distributions_of)), ("build.txt", [BUILDER])):
        (into / file).write_text("".join(closure(roots, lock).values()))
    for name, path in distributions_of.items():
        shutil.copytree(
            path,
            into / "own" / name,
            ignore=shutil.ignore_patterns(
                "__pycache__", "*.egg-info", "procedures", "organisation"
            ),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="What one image needs.")
    parser.add_argument("service")
    parser.add_argument("--into", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        choose(arguments.service, arguments.into)
    except UnknownServiceError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
