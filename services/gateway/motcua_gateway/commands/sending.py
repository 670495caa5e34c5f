"""From a request to a command and back to what it led to: the only way in which the gateway changes
anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiokafka.errors import KafkaError
from motcua_chassis import Runtime
from motcua_contracts import Command, Message
from motcua_contracts.wire.channels import topic_of
from motcua_contracts.wire.envelope import stable_id

from ..http.problems import refusal_of
from ..http.refusals import DossierWaits, NotProcessed, RequestInvalid, Unavailable
from .idempotency import Requests
from .outcomes import Outcomes

SOURCE = "/motcua/gateway"


@dataclass(frozen=True, slots=True)
class Done:
    """The command's closing event, by name, with what an answer needs of it.

    `again`: the outcome was known before this request.
    """

    event: str
    data: dict[str, Any] = field(default_factory=dict)
    again: bool = False


def envelope(
    command: Command,
    *,
    command_id: str,
    subject: str,
    actor: str,
    at: datetime,
    traceparent: str | None = None,
) -> Message[Command]:
    """A command that begins a chain: correlation and cause are the command itself."""
    return Message(
        command_id,
        SOURCE,
        command.wire_type,
        subject,
        at,
        actor,
        command_id,
        command_id,
        command,
        traceparent=traceparent,
    )


def request_id(actor: str, command: type[Command], subject: str, key: str) -> str:
    """The id of a request, and of its command: the same for a repeat."""
    return stable_id(actor, command.wire_type, subject, key)


class Commands:
    """Sends commands and waits for what they lead to."""

    def __init__(
        self, runtime: Runtime, requests: Requests, outcomes: Outcomes, seconds: float
    ) -> None:
        self._runtime, self._requests, self._outcomes, self._seconds = (
            runtime,
            requests,
            outcomes,
            seconds,
        )

    async def send(
        self,
        command: Command,
        *,
        subject: str,
        actor: str,
        key: str,
        traceparent: str | None = None,
        beside: Mapping[str, Any] | None = None,
    ) -> Done | None:
        """What the command led to, None when that is not known in time (nothing is lost, and asking
        again is safe). `beside` is written down with the request.

        Raises `IdempotencyConflict`, the refusal of the rules, `Unavailable` when it could not be
        sent; for a dead letter `RequestInvalid` or `NotProcessed`, by whose fault it is;
        `DossierWaits` while the dossier is parked.
        """
        return await self.send_as(
            request_id(actor, type(command), subject, key),
            command,
            subject,
            actor,
            traceparent,
            beside,
        )

    async def taken(self, command: Command, *, subject: str, actor: str, key: str) -> bool:
        """Whether this request was taken before: a form that is sent twice."""
        return (
            await self._requests.collection.find_one(
                {"_id": request_id(actor, type(command), subject, key)}, {"_id": 1}
            )
            is not None
        )

    async def send_as(
        self,
        command_id: str,
        command: Command,
        subject: str,
        actor: str,
        traceparent: str | None = None,
        beside: Mapping[str, Any] | None = None,
    ) -> Done | None:
        """The same, for a command that has an id of its own.

        A command whose outcome is known is not sent again.
        """
        at = self._runtime.now()
        body = type(command).__pydantic_serializer__.to_json(command)
        about = {
            "owner": command.owner,
            "command": type(command).__name__,
            "subject": subject,
            "closed_by": list(command.closed_by),
        }
        taken = await self._requests.take(command_id, body, at, {**(beside or {}), **about})
        if taken["outcome"] is not None:
            return _read(taken["outcome"], again=True)
        await self.append(command, command_id, subject, actor, at, traceparent)
        outcome = await self._outcomes.wait(command_id, self._seconds)
        return _read(outcome) if outcome is not None else None

    async def append(
        self,
        command: Command,
        command_id: str,
        subject: str,
        actor: str,
        at: datetime | None = None,
        traceparent: str | None = None,
    ) -> None:
        """Only hand the command to the broker. Raises `Unavailable`."""
        message = envelope(
            command,
            command_id=command_id,
            subject=subject,
            actor=actor,
            at=at or self._runtime.now(),
            traceparent=traceparent,
        )
        try:
            await self._runtime.append(topic_of(type(command)), message)
        except (KafkaError, TimeoutError, OSError) as error:
            raise Unavailable() from error


def _read(outcome: dict[str, Any], again: bool = False) -> Done:
    match outcome["kind"]:
        case "done":
            return Done(outcome["fact"], outcome["data"], again)
        case "refused":
            raise refusal_of(outcome["slug"], outcome["params"])
        case "dead":
            raise NotProcessed()
        case "waits":
            raise DossierWaits()
        case "invalid":
            raise RequestInvalid(errors=outcome["errors"])
        case other:
            raise ValueError(f"unknown outcome {other}")
