"""A small service on the chassis for tests with faults: a sheet is stamped, notices are seen, seals
are an effect.

Run as a process (`python -m tests.support.faults.stamps`), under a name of its own in each test:
its topics, group and database are its own, so that a test may spoil its log. Files in a directory
are switches that a test turns while it runs. No test imports this module: its words would show up
in the tables of the contracts.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from motcua_chassis import (
    Decider,
    Prepared,
    PrivateRecords,
    Runtime,
    Service,
    ServiceSettings,
    main,
)
from motcua_contracts import (
    Catalogue,
    Command,
    Decision,
    Effect,
    Event,
    Message,
    Model,
    Payload,
    Refusal,
)
from motcua_contracts.rules.decision import NOTHING
from motcua_contracts.wire import payload, topics

from .stamps_topics import topics_of

POISON = 666
"""A stamp or notice with this value breaks the rules until the file `mended` is there."""


class Settings(ServiceSettings):
    stamps_name: str
    stamps_switches: Path


class Stamp(Command, owner="stamps"):
    """`seal`: the stamp demands an effect, too."""

    value: int
    seal: bool = False


class RecordSeal(Command, owner="stamps"):
    """Answer of the effect `seal`; `by` differs from one doing to the next, as a signature does."""

    key: str
    by: str


class Given(Event, owner="notices"):
    """What another service says."""

    value: int


class Murmured(Event, owner="notices"):
    """What another service says, too, and no rule here answers."""


class Stamped(Event, owner="stamps"):
    value: int
    seal: str = ""


class Sealed(Event, owner="stamps"):
    key: str
    by: str


class NoticeSeen(Event, owner="stamps"):
    value: int


class Negative(Refusal, slug="stamp-negative", kind="conflict"):
    """A stamp below zero is refused."""


class Stamps(Model):
    """The fold."""

    stamps: tuple[int, ...] = ()
    notices: tuple[int, ...] = ()
    open_seals: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()


def evolve(sheet: Stamps, event: Message[Payload]) -> Stamps:
    match event.data:
        case Stamped() as data:
            seals = (*sheet.open_seals, data.seal) if data.seal else sheet.open_seals
            return sheet.model_copy(
                update={"stamps": (*sheet.stamps, data.value), "open_seals": seals}
            )
        case Sealed() as data:
            rest = tuple(key for key in sheet.open_seals if key != data.key)
            return sheet.model_copy(update={"open_seals": rest, "sealed": (*sheet.sealed, data.by)})
        case NoticeSeen() as data:
            return sheet.model_copy(update={"notices": (*sheet.notices, data.value)})
        case _:
            return sheet


def effects(sheet: Stamps) -> list[Effect]:
    return [Effect(key, "seal") for key in sheet.open_seals]


class Rules:
    """`decide`, with the switch that represents a fixed release."""

    def __init__(self, switches: Path) -> None:
        self._switches = switches

    def decide(
        self,
        sheet: Stamps,
        message: Message[Payload],
        at: datetime,
        catalogue: Catalogue,
        given: Any,
    ) -> Decision:
        match message.data:
            case Stamp(value=value) | Given(value=value) if (
                value == POISON and not (self._switches / "mended").exists()
            ):
                raise RuntimeError("a fault in the rules")
            case Stamp() as command:
                if command.value < 0:
                    raise Negative()
                return Decision(
                    (
                        Stamped(
                            value=command.value,
                            seal=f"{message.subject}/{message.id}" if command.seal else "",
                        ),
                    )
                )
            case RecordSeal() as command:
                return Decision((Sealed(key=command.key, by=command.by),))
            case Given(value=value) if value < 0:
                return NOTHING
            case Given() as event:
                return Decision((NoticeSeen(value=event.value),))
            case _:
                return NOTHING


class Hands:
    """The outside world: it remembers each call.

    `hang`: the call is made, its answer is never sent. `freeze`: the process stops itself.
    """

    def __init__(self, switches: Path, runtime: Runtime) -> None:
        self._switches, self._outside = switches, runtime.database.outside

    async def seal(self, key: str) -> RecordSeal:
        made = await self._outside.insert_one({"key": key, "pid": os.getpid()})
        if (self._switches / "hang").exists():
            await asyncio.sleep(3600)
        return RecordSeal(key=key, by=str(made.inserted_id))

    def freeze(self) -> None:
        """In the middle of a turn, once: the lock is held, the batch is read, nothing is decided
        yet.
        """
        if (self._switches / "freeze").exists():
            (self._switches / "freeze").unlink()
            os.kill(os.getpid(), signal.SIGSTOP)


async def prepare(batch: Sequence[Prepared], hands: Hands) -> Mapping[str, Any]:
    hands.freeze()
    return {}


async def seal(effect: Effect, case: Stamps, papers: PrivateRecords, hands: Hands) -> RecordSeal:
    return await hands.seal(effect.key)


def wiring(name: str, switches: Path) -> Service:
    """The service under a name.

    Its words for refusals and dead letters are made here, as the contracts make every service's.
    """
    mine = topics_of(name)
    payload.REJECTIONS[name] = payload.own(payload.CommandRejected, name)
    payload.DEAD_LETTERS[name] = payload.own(payload.DeadLettered, name)
    topics.DEAD_LETTERS[name] = mine.dead_letters
    topics.TOPICS.update({topic.name: topic for topic in mine.all})

    @asynccontextmanager
    async def tools(runtime: Runtime) -> AsyncIterator[Hands]:
        yield Hands(switches, runtime)

    return Service(
        name=name,
        deciders=(Decider(Stamps, Rules(switches).decide, evolve, effects, hears=(Given,)),),
        consumes=(mine.commands, mine.notices),
        emits=mine.sheets,
        prepare=prepare,
        perform={"seal": seal},
        tools=tools,
    )


if __name__ == "__main__":
    given = Settings()
    main(wiring(given.stamps_name, given.stamps_switches), Settings)
