"""The scripts of deploy/, which are no packages, as modules for tests."""

import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def script(folder: str, name: str) -> ModuleType:
    """A module of that folder of the tree."""
    sys.path.insert(0, str(ROOT / folder))
    try:
        return __import__(name)
    finally:
        sys.path.remove(str(ROOT / folder))
