"""What a command led to, by its id: the event that it declares as its close, a refusal, or a dead
letter. The first one counts.

A command that was kept behind a parked dossier `waits`: that is told, and gives way to what it
leads to in the end.

The projection writes it into the request's document in the transaction that also moves the read
model, so whoever is told the outcome sees it in the read model. One change stream a process wakes
the waiters; a look at the document now and then covers what a stream misses.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import bson
from motcua_chassis.logs import Log
from motcua_contracts import Command, Message, Payload
from motcua_contracts.messages.intake import (
    ApplicantCorrected,
    DossierAccepted,
    DossierRegistered,
    SupplementRequested,
    SupplementSubmitted,
)
from motcua_contracts.wire.payload import CommandRejected, DeadLettered
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from .overtaken import ended, overtaken
from .overtaken import outcome as overtaken_outcome

Closing = frozenset[tuple[str, str]]
"""Owner and name of every event that closes a command whose outcome is awaited."""
LOOK_AGAIN_SECONDS = 0.5
WAITS = "waits"

_SHOWN: dict[type[Payload], set[str]] = {
    DossierRegistered: {"code", "revision", "receiving_agency"},
    DossierAccepted: {"accepted_at", "due_at", "slip"},
    SupplementRequested: {"respond_by", "slip"},
    SupplementSubmitted: {"submitted_at"},
    ApplicantCorrected: {"fields", "contacts", "confirmed"},
}
"""What is kept of the large events; of all others everything is."""


def closing_of(commands: Iterable[type[Command]]) -> Closing:
    """What closes these commands."""
    return frozenset((command.owner, name) for command in commands for name in command.closed_by)


def may_close(message: Message[Payload], awaited: Closing) -> bool:
    """Whether somebody could be waiting for this."""
    data = message.data
    return (
        (type(data).owner, type(data).__name__) in awaited
        or isinstance(data, CommandRejected | DeadLettered)
        or ended(message)
    )


def request_of(message: Message[Payload]) -> str:
    """The id of the request that this may be the outcome of."""
    return (
        message.data.command_id or message.correlationid
        if isinstance(message.data, DeadLettered)
        else message.correlationid
    )


def outcome_of(request: Mapping[str, Any], message: Message[Payload]) -> dict[str, Any] | None:
    """What this message means for the request. None: it is another step of the same chain.

    A chain of records bears the first command's id throughout, also through other services. So only
    the owner of the command speaks, and a refusal counts if it is of the command itself or of an
    effect's answer to the same subject.
    """
    data = message.data
    if type(data).owner != request["owner"]:
        return None
    match data:
        case CommandRejected():
            if data.command_id == request["_id"] or message.subject == request["subject"]:
                return {"kind": "refused", "slug": data.slug, "params": dict(data.params)}
        case DeadLettered():
            if data.command_id == request["_id"] or (
                not data.command_id and data.topic.endswith(".commands")
            ):
                return _dead(data)
        case _ if type(data).__name__ in request["closed_by"]:
            shown = data.model_dump(mode="json", include=_SHOWN.get(type(data)))
            return (
                {"kind": "done", "fact": type(data).__name__, "data": shown}
                if _is_storable(shown)
                else {"kind": "dead"}
            )
        case _:
            pass
    return None


def _dead(letter: DeadLettered) -> dict[str, Any]:
    if letter.parked and letter.topic.endswith(".commands"):
        return {"kind": WAITS}
    if not letter.faults:
        return {"kind": "dead"}
    return {
        "kind": "invalid",
        "errors": [{"field": field, "allowed": allowed} for field, allowed in letter.faults],
    }


def _is_storable(data: Mapping[str, Any]) -> bool:
    """Whether the store can hold it; who waits must not wait for what it cannot."""
    try:
        bson.encode(data)
    except (bson.errors.BSONError, ValueError, TypeError, OverflowError, RecursionError):
        return False
    return True


async def closing(messages: Sequence[Message[Payload]], requests: Any) -> list[UpdateOne]:
    """The writes that tell waiters their outcome.

    One query, two where a dossier ended; none where nothing could be waited for.
    """
    if not messages:
        return []
    ids = list({request_of(message) for message in messages})
    waiting = {
        document["_id"]: document
        async for document in requests.find({"_id": {"$in": ids}, **_OPEN}, _NEEDED)
    }
    found: dict[str, dict[str, Any]] = {}
    for message in messages if waiting else ():
        request = waiting.get(request_of(message))
        if request is None or found.get(request["_id"], {"kind": WAITS})["kind"] != WAITS:
            continue
        if (outcome := outcome_of(request, message)) is not None:
            found[request["_id"]] = outcome
    if ends := {message.subject: message for message in messages if ended(message)}:
        async for request in requests.find(
            {**overtaken(list(ends)), **_OPEN}, {"subject": 1, "command": 1}
        ):
            if found.get(request["_id"], {"kind": WAITS})["kind"] == WAITS:
                found[request["_id"]] = overtaken_outcome(request, ends[request["subject"]])
    return [
        UpdateOne({"_id": request, **_OPEN}, {"$set": {"outcome": outcome}})
        for request, outcome in found.items()
    ]


_OPEN: dict[str, Any] = {"outcome.kind": {"$in": [None, WAITS]}}
_NEEDED = {"owner": 1, "subject": 1, "closed_by": 1}


class Outcomes:
    """The waiters of this process. `watch` runs as long as the process does."""

    def __init__(self, requests: Any, log: Log) -> None:
        self._requests, self._log = requests, log
        self._waiters: dict[str, set[asyncio.Future[dict[str, Any]]]] = {}

    async def watch(self) -> None:
        """Hear of every outcome, whichever instance wrote it."""
        pipeline = [
            {
                "$match": {
                    "operationType": "update",
                    "updateDescription.updatedFields.outcome": {"$exists": True},
                }
            },
            {"$project": {"documentKey": 1, "updateDescription.updatedFields.outcome": 1}},
        ]
        while True:
            try:
                async with self._requests.watch(pipeline) as stream:
                    async for change in stream:
                        self.tell(
                            change["documentKey"]["_id"],
                            change["updateDescription"]["updatedFields"]["outcome"],
                        )
            except PyMongoError as error:
                self._log.warning("change stream ended", error=type(error).__name__)
            await asyncio.sleep(1)

    def tell(self, request_id: str, outcome: dict[str, Any]) -> None:
        """Wake whoever waits for this request."""
        for waiter in self._waiters.get(request_id, ()):
            if not waiter.done():
                waiter.set_result(outcome)

    async def wait(self, request_id: str, seconds: float) -> dict[str, Any] | None:
        """The outcome, None when there is none in time."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[dict[str, Any]] = loop.create_future()
        self._waiters.setdefault(request_id, set()).add(waiter)
        until = loop.time() + seconds
        try:
            while (outcome := await self._look(request_id)) is None and (
                left := until - loop.time()
            ) > 0:
                with suppress(TimeoutError):
                    return await asyncio.wait_for(
                        asyncio.shield(waiter), min(LOOK_AGAIN_SECONDS, left)
                    )
            return outcome
        finally:
            waiters = self._waiters[request_id]
            waiters.discard(waiter)
            if not waiters:
                del self._waiters[request_id]

    async def _look(self, request_id: str) -> dict[str, Any] | None:
        document = await self._requests.find_one({"_id": request_id}, {"outcome": 1})
        return document["outcome"] if document else None
