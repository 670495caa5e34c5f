"""Payloads: what the `data` of a record is made of.

Bases for commands and events, and the registry of their type names.

Every payload class names its owner and version where it is declared; its wire type follows from its
name: `class DossierRegistered(Event, owner="intake")` is `vn.motcua.intake.dossier-registered.v1`.
Unknown fields are ignored on reading, so that a reader of yesterday reads a writer of tomorrow
(deploy readers first).
"""

import re
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from ..values.bounds import HOUR_OR_NONE, Digest, Id, LongLine, MessageId, Number, Offset, Whole
from .topics import DECIDING, SERVICES

Hour = Annotated[str, Field(pattern=HOUR_OR_NONE)]
"""Of the day, `22:00`; empty for none."""
Params = Annotated[dict[Id, LongLine | Whole], Field(max_length=20)]
REGISTRY: dict[str, type["Payload"]] = {}
"""Wire type -> class, for every command and event ever published."""
FIELDS: set[str] = set()
"""Every name of a field in a payload: what an explanation may name. All else in a record is
somebody's own word.
"""


class Model(BaseModel):
    """Base of every value in a payload and of every case: immutable."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        FIELDS.update(cls.model_fields)


class Payload(Model):
    """Base of everything that can be `data` in an envelope."""

    wire_type: ClassVar[str] = ""
    owner: ClassVar[str] = ""

    def __init_subclass__(cls, owner: str = "", version: int = 1, **_: Any) -> None:
        super().__init_subclass__()
        if not owner:
            return
        words = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()
        cls.owner, cls.wire_type = owner, f"vn.motcua.{owner}.{words}.v{version}"
        if REGISTRY.setdefault(cls.wire_type, cls) is not cls:
            raise TypeError(f"{cls.wire_type} is declared twice")


class Event(Payload):
    """An event, in the past tense. It holds no personal data and nothing that a person typed.

    `erases`: the subject's papers are to be deleted wherever this event is read.
    """

    erases: ClassVar[bool] = False


class Command(Payload):
    """A request, in the imperative.

    `closed_by`: names of the events that tell the caller that it is done.
    """

    closed_by: ClassVar[tuple[str, ...]] = ()


class CommandRejected(Event):
    """A refusal by the rules, as an event.

    `params` are the refusal's own values (levels, limits), never the caller's input.
    """

    command: Id
    command_id: MessageId
    slug: Id
    params: Params = {}


DATA_FAULT = "the data do not hold: "
"""How a dead letter's reason begins where the sender's data are at fault; `field: what is required;
…` follows.
"""


class DeadLettered(Event):
    """A dead letter: a record that a service could not process.

    It says where the record is and why, and holds none of its content.

    `sha256` is of the record's bytes; `parked`: the subject's later records wait behind it.
    `command_id` where a command was readable so far. It has no `sequence`: it is no event of a
    subject's history.
    """

    topic: Id
    partition: Number
    offset: Offset
    sha256: Digest
    reason: LongLine
    parked: bool
    command_id: MessageId = ""

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Each field that the sender of a command got wrong, with what is required there; none
        where the fault is not the sender's.
        """
        if self.parked or not self.reason.startswith(DATA_FAULT):
            return []
        lines = self.reason.removeprefix(DATA_FAULT).split("; ")
        return [
            (field, what) for field, _, what in (line.partition(": ") for line in lines) if what
        ]


E = TypeVar("E", bound=Event)


def own(base: type[E], service: str) -> type[E]:
    """One service's own class of an event that every service says, under that
    service's type name.
    """

    class Own(base):  # type: ignore[misc, valid-type]
        pass

    words = re.sub(r"(?<!^)(?=[A-Z])", "-", base.__name__).lower()
    Own.__name__ = Own.__qualname__ = base.__name__
    Own.owner, Own.wire_type = service, f"vn.motcua.{service}.{words}.v1"
    REGISTRY[Own.wire_type] = Own
    return Own


REJECTIONS = {s: own(CommandRejected, s) for s in DECIDING}
DEAD_LETTERS = {s: own(DeadLettered, s) for s in SERVICES}
