"""How the tests share the machine: temporary data in memory where there is room, and work for
several processes of pytest-xdist.

With `pytest -n 2` each group below runs in one process. A group shares a running stack, or is one
file. Without `-n` everything runs in one process, in the same order.
"""

import os
import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

MEMORY = Path("/dev/shm")  # a file system in memory: MongoDB and Kafka wait for no disk
ROOM_BYTES = 8 << 30
ORDER = ("journeys", "hostile", "integration", "browser", "contracts", "unit")
"""The longest groups first, so that the many short ones fill both processes to the end. A stack
ends with the last test of its directory: its fixtures have the scope of the package.
"""


def pytest_configure(config: pytest.Config) -> None:
    if (
        "TMPDIR" not in os.environ
        and MEMORY.is_dir()
        and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    ):
        # for the processes that tests start, too
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The order of the files stays as pytest found it, but for the directories.
    items.sort(
        key=lambda item: ORDER.index(name) if (name := _directory(item.nodeid)) in ORDER else -1
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    config.option.loadscopereorder = False
    return Groups(config, log)


class Groups(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Gives the next group to whichever process has nothing left to do."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """What one process runs from beginning to end."""
    file, directory = nodeid.partition("::")[0], _directory(nodeid)
    if directory == "journeys":
        return "secured" if PurePosixPath(file).name.startswith("test_secured_") else "on the stage"
    return directory if directory == "hostile" else file


def _directory(nodeid: str) -> str:
    return (*PurePosixPath(nodeid.partition("::")[0]).parts, "", "")[1]
