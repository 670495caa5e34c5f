"""Where a stack keeps what it has: its home directory (`.motcua/`) and this user's cache of parts
that every clone shares.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class AlreadyRunningError(Exception):
    """Another stack holds this home."""


@dataclass(frozen=True, slots=True)
class Home:
    """One stack's directory. Two stacks need two homes (MOTCUA_HOME)."""

    root: Path

    @classmethod
    def from_environment(cls) -> "Home":
        return cls(Path(os.environ.get("MOTCUA_HOME", ".motcua")).resolve())

    def ensure(self) -> "Home":
        for directory in (self.root, self.data, self.logs, self.keys, self.run):
            directory.mkdir(parents=True, exist_ok=True)
        self.keys.chmod(0o700)
        return self

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def stack_file(self) -> Path:
        return self.root / "stack.json"

    @property
    def ports_file(self) -> Path:
        return self.root / "ports.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """The lock of the one stack that may run here.

        The kernel gives it back when the process dies.
        """
        with (self.run / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise AlreadyRunningError(
                    f"a stack already runs in {self.root}; `motcua down` ends it"
                ) from error
            yield


def cache_directory() -> Path:
    """Parts that were fetched once for this user: XDG_CACHE_HOME/motcua, by default
    ~/.cache/motcua.
    """
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "motcua"
