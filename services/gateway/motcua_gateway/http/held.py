"""What the running request is about: the stored document that it has in hand, noted by whoever
reads it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, NamedTuple

from .safe_rows import text_of


class Held(NamedTuple):
    """`view` as the operators' metric names it."""

    view: str
    id: str


_HELD: ContextVar[list[Held] | None] = ContextVar("held", default=None)


def hold(view: str, document: Any) -> None:
    """Note that this request is about a stored document; the last one counts.

    Nothing outside a request, and for none.
    """
    notes = _HELD.get()
    if notes is not None and isinstance(document, dict):
        notes.append(Held(view, text_of(document.get("_id"))))


def held() -> Held | None:
    """What the running request is about."""
    notes = _HELD.get()
    return notes[-1] if notes else None


@contextmanager
def request() -> Iterator[None]:
    """One request, with nothing in hand yet."""
    mark = _HELD.set([])
    try:
        yield
    finally:
        with suppress(ValueError):  # a stream may end in another context
            _HELD.reset(mark)
