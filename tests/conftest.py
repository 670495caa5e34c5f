"""How the tests share the machine: temporary data in memory where there is room, and work for several processes of pytest-xdist.

`pytest -n 2 --dist loadgroup` gives each group below to one process. A group shares a running stack, or is one file. Without
`-n` everything runs in one process, in the same order.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # a file system in memory: MongoDB and Kafka wait for no disk
ROOM_BYTES = 8 << 30
HERE = Path(__file__).parent
ORDER = ("contracts", "unit", "integration", "browser", "journeys", "hostile")
"""A stack runs from its first test to the end of the session: those with one come last, so that none idles beside the others."""
ON_THE_STAGE = "journeys"


def pytest_configure(config: pytest.Config) -> None:
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)  # for the processes that tests start, too


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The order of the files stays as pytest found it, but for the directories.
    items.sort(key=lambda item: ORDER.index(_directory(item)) if _directory(item) in ORDER else -1)
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item)))


def group_of(item: pytest.Item) -> str:
    """What one process runs from beginning to end: all that shares a stack, else one file."""
    directory, name = _directory(item), item.path.stem
    if directory == "journeys":
        return "secured" if name.startswith("test_secured_") else ON_THE_STAGE
    if directory == "hostile":
        return directory
    return str(item.path.relative_to(HERE))


def _directory(item: pytest.Item) -> str:
    return item.path.relative_to(HERE).parts[0]
