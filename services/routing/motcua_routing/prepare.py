"""Non-deterministic inputs gathered before a decision: which officer gets a new task, the salt of a
note, an officer's open work.

A task goes to the one with the fewest open tasks of those who are there, the first by id among
equals.

Loads are counted in routing's own store (`i_officer`, see `domain.evolve.index`), with one query a
batch and only for a batch in which there is a choice: a department with one officer, a case that
somebody has already, and automatic steps ask nothing.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from motcua_chassis import Prepared
from motcua_chassis.unreadable import Unreadable
from motcua_contracts import Catalogue
from motcua_contracts.messages.catalog import Seat
from motcua_contracts.rules.decision import Wake
from pydantic import ValidationError

from .domain.assignment import Drawn, wanted
from .domain.case import Case, Worklist
from .domain.digests import desk_of

MOST_CASES = 1_000
"""Read for one digest: nobody has more open tasks, and a list that long is a number anyway."""


class Office(Protocol):
    """The part of the tools that choosing needs."""

    @property
    def catalogue(self) -> Catalogue: ...

    async def open_tasks(self, officers: Collection[str]) -> Mapping[str, int]:
        """How many open tasks each has; who has none may be missing."""
        ...

    async def held_by(self, seat: Seat) -> Drawn:
        """The cases for an officer's digest, and the subjects of those that cannot be read."""
        ...


async def prepare(batch: Sequence[Prepared], tools: Office) -> dict[str, Drawn]:
    """A `Drawn` by message id for every message of the batch that needs somebody chosen among
    several, a salt for a note, or a worklist.
    """
    worklists = {
        one.message.id: await tools.held_by(tools.catalogue.last_seat(one.case.digest.officer))
        for one in batch
        if isinstance(one.message.data, Wake)
        and isinstance(one.case, Worklist)
        and one.case.digest is not None
    }
    choices: list[tuple[str, str, list[str]]] = []
    for prepared in batch:
        if isinstance(prepared.case, Worklist):
            continue
        hands = wanted(prepared.case, prepared.message, tools.catalogue, prepared.at)
        choices += [
            (prepared.message.id, hand, able) for hand, able in hands.items() if len(able) > 1
        ]
    salts = {
        one.message.id: secrets.token_hex(16)
        for one in batch
        if getattr(one.message.data, "note", "")
    }
    if not choices:
        return {message_id: Drawn(salt=salt) for message_id, salt in salts.items()} | worklists
    loads = dict(await tools.open_tasks({officer for _, _, able in choices for officer in able}))
    chosen: dict[str, dict[str, str]] = {}
    for message_id, hand, able in choices:
        officer = min(able, key=lambda one: (loads.get(one, 0), one))
        # What the batch has handed out counts at once; a message that is refused after all errs by
        # one, until the next batch.
        loads[officer] = loads.get(officer, 0) + 1
        chosen.setdefault(message_id, {})[hand] = officer
    return {
        message_id: Drawn(chosen.get(message_id, {}), salts.get(message_id, ""))
        for message_id in {**chosen, **salts}
    } | worklists


async def count_open_tasks(cases: Any, officers: Collection[str]) -> dict[str, int]:
    """The open tasks by officer, from the collection of cases."""
    pipeline = [
        {"$match": {"i_officer": {"$in": sorted(officers)}}},
        {"$group": {"_id": "$i_officer", "tasks": {"$sum": 1}}},
    ]
    return {row["_id"]: row["tasks"] async for row in cases.aggregate(pipeline)}


async def cases_held_by(cases: Any, seat: Seat, unreadable: Unreadable) -> Drawn:
    """Open tasks of the officer, what the department is asked about, what was escalated to the
    officer; from the collection of cases.

    One that cannot be read is named as such, so that the digest of all others goes out.
    """
    where = {
        "$or": [
            {"i_officer": seat.officer},
            {"i_beside": {"$in": [seat.officer, desk_of(seat)]}},
        ]
    }
    read: list[Case] = []
    bad: list[str] = []
    async for row in cases.find(where, {"state": 1}).limit(MOST_CASES):
        try:
            read.append(Case.model_validate_json(row["state"]))
        except (ValidationError, TypeError, KeyError) as error:
            unreadable.tell("digest", row["_id"], error)
            bad.append(row["_id"])
    return Drawn(cases=read, unreadable=sorted(bad))
