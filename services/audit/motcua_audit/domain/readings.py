"""An officer read a paper: the one fact that audit itself says. Subject: the dossier."""

from datetime import datetime
from typing import Any

from motcua_contracts.audit import PaperRead, RecordPaperRead
from motcua_contracts.catalogue import Catalogue
from motcua_contracts.decision import Decision
from motcua_contracts.envelope import Message
from motcua_contracts.payload import CommandRejected, Model, Payload
from motcua_contracts.refusals import RoleRequired


class Readings(Model):
    """How often papers of a dossier were read by officers. Who read what stands in the facts."""

    count: int = 0


def decide(readings: Readings, message: Message[Payload], at: datetime, facts: Catalogue, given: Any) -> Decision:
    """The reader is who sent the command. Raises `RoleRequired` for anybody but an officer: owners read their own papers unrecorded."""
    match message.data:
        case RecordPaperRead() as command:
            kind, _, officer = message.actor.partition(":")
            if kind != "officer" or not officer:
                raise RoleRequired(role="officer")
            return Decision((PaperRead(document=command.document, reader=message.actor),))
        case _:
            raise TypeError(message.type)


def evolve(readings: Readings, event: Message[Payload]) -> Readings:
    """The fold. Raises `TypeError` for a fact that audit does not say."""
    match event.data:
        case PaperRead():
            return readings.model_copy(update={"count": readings.count + 1})
        case CommandRejected():
            return readings
        case _:
            raise TypeError(event.type)
