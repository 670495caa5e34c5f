"""Whoever asks for many things at once waits behind their own requests; nobody else does."""

import asyncio
from typing import Any, cast

import pytest
from motcua_gateway.documents.seals import Seal
from motcua_gateway.http.own_turns import OwnTurns
from motcua_gateway.settings import Settings


class Work:
    """What runs, by person, and the most of each that ran at once."""

    def __init__(self, turns: OwnTurns) -> None:
        self.turns, self.gate = turns, asyncio.Event()
        self.running: dict[str, int] = {}
        self.most: dict[str, int] = {}

    async def do(self, person: str) -> None:
        async with self.turns.of(person):
            self.running[person] = self.running.get(person, 0) + 1
            self.most[person] = max(self.most.get(person, 0), self.running[person])
            await self.gate.wait()
            self.running[person] -= 1


async def test_forty_of_one_person_leave_the_other_places_free() -> None:
    turns = OwnTurns(2)
    work = Work(turns)
    tasks = [asyncio.create_task(work.do("somebody with a script")) for _ in range(40)]
    tasks.append(asyncio.create_task(work.do("a citizen")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert work.running == {"somebody with a script": 2, "a citizen": 1}
    work.gate.set()
    await asyncio.gather(*tasks)
    assert work.most == {"somebody with a script": 2, "a citizen": 1}
    assert turns._places == {}, "nothing is kept of who is through"


async def test_a_place_is_free_again_after_a_failure_and_after_going_away() -> None:
    turns = OwnTurns(1)
    with pytest.raises(ZeroDivisionError):
        async with turns.of("a"):
            raise ZeroDivisionError
    work = Work(turns)
    first, gone, last = [asyncio.create_task(work.do("a")) for _ in range(3)]
    await asyncio.sleep(0)
    gone.cancel()
    work.gate.set()
    await asyncio.gather(first, last)
    assert turns._places == {}


async def test_one_address_has_two_sheets_in_the_queue_and_others_come_behind_those() -> None:
    seal, made, gate = (
        Seal(Settings.model_construct(signing_key="", signing_cert="")),
        list[str](),
        asyncio.Event(),
    )

    class Printer:
        """One sheet at a time, as the process does it."""

        def __init__(self) -> None:
            self.turn, self.waiting = asyncio.Lock(), 0

        async def render(self, make: Any, value: str) -> bytes:
            self.waiting += 1
            async with self.turn:
                await gate.wait()
                made.append(value)
            self.waiting -= 1
            return b""

    printer = Printer()
    seal._sheets = cast(Any, printer)
    sheets = [
        asyncio.create_task(seal.sheet(bytes, f"script {n}", "192.0.2.1")) for n in range(100)
    ]
    await asyncio.sleep(0)
    sheets.append(asyncio.create_task(seal.sheet(bytes, "stranger", "192.0.2.2")))
    await asyncio.sleep(0)
    assert printer.waiting == 3
    gate.set()
    await asyncio.gather(*sheets)
    assert made.index("stranger") == 2
    assert len(made) == 101
