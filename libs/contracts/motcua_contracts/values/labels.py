"""A text that people read, in both languages."""

from typing import NamedTuple


class Label(NamedTuple):
    """Vietnamese first."""

    vi: str
    en: str
