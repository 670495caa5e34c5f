"""Somebody read a paper, a list that names people, or a log: the events that audit itself says."""

from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue, Decision, Message, Model, Payload
from motcua_contracts.messages.audit import (
    ListRead,
    LogRead,
    PaperRead,
    RecordListRead,
    RecordLogRead,
    RecordPaperRead,
)
from motcua_contracts.rules.refusals import RoleRequired
from motcua_contracts.wire.payload import CommandRejected


class Readings(Model):
    """How often this subject was read. The events record who read what."""

    count: int = 0


def decide(
    readings: Readings, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
) -> Decision:
    """The reader is who sent the command.

    Raises `RoleRequired` for anybody but an officer: owners read their own papers unrecorded.

    An auditor need not be an officer; the gateway has checked the role.
    """
    reader = message.actor
    match message.data:
        case RecordPaperRead() as command:
            _require_officer(reader, "officer")
            return Decision((PaperRead(document=command.document, reader=reader),))
        case RecordListRead() as command:
            _require_officer(reader, "officer")
            read = ListRead(
                kind=command.kind,
                agency=command.agency,
                since=command.since,
                until=command.until,
                dossiers=command.dossiers,
                reader=reader,
                found=command.found,
            )
            return Decision((read,))
        case RecordLogRead() as command:
            _require_officer(reader, "officer", "citizen")
            return Decision(
                (LogRead(dossier_id=command.dossier_id, question=command.question, reader=reader),)
            )
        case _:
            raise TypeError(message.type)


def evolve(readings: Readings, event: Message[Payload]) -> Readings:
    """The fold. Raises `TypeError` for an event that audit does not say."""
    match event.data:
        case PaperRead() | ListRead() | LogRead():
            return readings.model_copy(update={"count": readings.count + 1})
        case CommandRejected():
            return readings
        case _:
            raise TypeError(event.type)


def _require_officer(actor: str, *kinds: str) -> None:
    """Raises `RoleRequired` for a reader of another kind, or of none."""
    kind, _, name = actor.partition(":")
    if kind not in kinds or not name:
        raise RoleRequired(role="officer")
