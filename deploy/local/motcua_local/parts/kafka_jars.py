"""Kafka's jars: `kafka.lock` names each with its SHA-256, and what is fetched is used only if it
agrees.

The lock names no host: jgo (a Maven resolver in Python) finds the jars where this machine's Maven
settings look. They are in the user's cache, in a directory named by the lock's own hash, so that a
second clone starts without fetching.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jgo.maven import MavenContext

ROOTS = ("org.apache.kafka:kafka_2.13:4.3.1", "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4!")
"""The broker, and the logger that slf4j-api 1.7 needs to say anything at all (`!`: it does not
manage the versions of the others).
"""
LOCK = Path(__file__).with_name("kafka.lock")
VERAPDF = Path(__file__).with_name("verapdf.lock")
"""The validator of PDF/A that tests judge papers by."""
_HEADER = (
    "# Kafka and all it needs: SHA-256 and coordinate of each jar. Made by `python -m"
    " motcua_local.parts.kafka_jars`.\n"
)


class LockError(Exception):
    """The lock cannot be read, or a jar is not the one that it names."""


@dataclass(frozen=True, slots=True, order=True)
class LockedJar:
    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    @property
    def coordinate(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"


def read_lock(text: str) -> list[LockedJar]:
    """LockError names the line and what is allowed there."""
    jars: list[LockedJar] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split()
        place = words[1].split(":") if len(words) == 2 else []
        if len(place) != 3 or len(words[0]) != 64 or not set(words[0]) <= set("0123456789abcdef"):
            raise LockError(
                f"kafka.lock line {number}: expected `<sha256 in lower-case hex> "
                f" <group>:<artifact>:<version>`, found {line!r}"
            )
        jars.append(LockedJar(place[0], place[1], place[2], words[0]))
    if len({jar.file_name for jar in jars}) != len(jars):
        raise LockError("kafka.lock names one jar twice")
    if not jars:
        raise LockError("kafka.lock names no jar")
    return jars


def write_lock(jars: Iterable[LockedJar]) -> str:
    return _HEADER + "".join(f"{jar.sha256}  {jar.coordinate}\n" for jar in sorted(jars))


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(jar: LockedJar, path: Path) -> None:
    if (found := sha256_of(path)) != jar.sha256:
        raise LockError(
            f"{jar.coordinate}: the jar has SHA-256 {found}, kafka.lock says {jar.sha256}; it is"
            " not used"
        )


def ensure_jars(
    cache: Path,
    fetched: Callable[[int, int], None] = lambda done, all_jars: None,
    lock: Path = LOCK,
) -> Path:
    """The directory with every locked jar, each checked.

    Fetches what is missing or damaged; `fetched` is told how far it is.
    """
    text = lock.read_text()
    jars = read_lock(text)
    directory = cache / f"{lock.stem}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    directory.mkdir(parents=True, exist_ok=True)
    missing = [jar for jar in jars if not _good(jar, directory / jar.file_name)]
    fetched(len(jars) - len(missing), len(jars))
    if not missing:
        return directory
    with (
        tempfile.TemporaryDirectory(dir=cache, prefix="fetch-") as temporary,
        ThreadPoolExecutor(6) as pool,
    ):
        context = MavenContext(repo_cache=Path(temporary), local_repos=[], timeout=60)

        def fetch(jar: LockedJar) -> None:
            path = (
                context.project(jar.group, jar.artifact)
                .at_version(jar.version)
                .artifact()
                .resolve()
            )
            check(jar, path)
            # whole or not at all, also beside another clone doing the same
            path.replace(directory / jar.file_name)

        for number, _ in enumerate(pool.map(fetch, missing), 1):
            fetched(len(jars) - len(missing) + number, len(jars))
    return directory


def _good(jar: LockedJar, path: Path) -> bool:
    return path.is_file() and sha256_of(path) == jar.sha256


def resolve() -> list[LockedJar]:
    """What a new lock would hold: every jar that the roots need, resolved from their POMs."""
    with tempfile.TemporaryDirectory() as temporary:
        context = MavenContext(repo_cache=Path(temporary), local_repos=[], timeout=60)
        inputs, found = context.resolver.resolve(
            [context.create_dependency(root) for root in ROOTS]
        )
        artifacts = [dependency.artifact for dependency in [*inputs, *found]]
        return [
            LockedJar(a.groupId, a.artifactId, a.version, sha256_of(a.resolve())) for a in artifacts
        ]


if __name__ == "__main__":
    LOCK.write_text(write_lock(resolve()))
    print(f"{LOCK.name}: {len(read_lock(LOCK.read_text()))} jars")
