"""Suspending, resuming and withdrawing a procedure from the command line: one command, and its
event or its refusal awaited.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from motcua_contracts import VIETNAM, Message, Payload, Refusal
from motcua_contracts.messages.catalog import ResumeProcedure, SuspendProcedure, WithdrawProcedure

from .importer.file_base import midnight
from .published import CatalogueLog

ACTOR = "system:catalog-desk"
SOURCE = "/motcua/catalog-desk"
WAIT_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.2
Turn = SuspendProcedure | ResumeProcedure | WithdrawProcedure


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the instant from which it counts, or why not (texts for people)."""

    effective_from: datetime | None = None
    refusal: str = ""


async def turn(
    log: CatalogueLog, code: str, command: Turn, wait_seconds: float = WAIT_SECONDS
) -> Answer:
    """Send the command and wait for its answer."""
    message_id = str(uuid4())
    message: Message[Payload] = Message(
        message_id,
        SOURCE,
        command.wire_type,
        code,
        datetime.now(UTC),
        ACTOR,
        message_id,
        message_id,
        command,
    )
    await log.send([message])
    try:
        async with asyncio.timeout(wait_seconds):
            while True:
                shelf = await log.read()
                if message_id in shelf.turned:
                    return Answer(shelf.turned[message_id])
                if message_id in shelf.refused:
                    return Answer(refusal=_explained(shelf.refused[message_id]))
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
    except TimeoutError:
        return Answer(
            refusal=f"no answer within {wait_seconds:g} seconds; it was sent and may still come"
        )


def instant(written: str) -> datetime | None:
    """`now` (None), a day or a time as `2026-12-01T07:30`, in Vietnam unless it says otherwise.

    Raises `ValueError`.
    """
    if written == "now":
        return None
    try:
        if len(written) == len("2026-12-01"):
            return midnight(date.fromisoformat(written))
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(
            f"{written!r} is neither `now` nor a day nor a time such as 2026-12-01T07:30"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def _explained(slug: str) -> str:
    refusal = Refusal.by_slug.get(slug)
    return f"{slug}: {refusal().title_vi} / {refusal().title_en}" if refusal else slug
