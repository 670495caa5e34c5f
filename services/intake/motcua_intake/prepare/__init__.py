"""Non-deterministic inputs gathered before a decision."""

from collections.abc import Sequence
from typing import Any

from motcua_chassis import Prepared

from ..tools import Tools
from . import registration, revision


async def prepare(batch: Sequence[Prepared], tools: Tools) -> dict[str, Any]:
    """For filings a `Given`, for what writes a new revision of the papers a `Held`."""
    return {
        **await registration.prepare(batch, tools),
        **await revision.prepare(batch, tools),
    }
