"""Numbers of dossier codes on a real database: each once, whoever asks, from 1 on, without needless
gaps.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from motcua_intake.numbers import BLOCK, Numbers
from pymongo import AsyncMongoClient

from tests.support.stack import mongodb


@pytest.fixture
async def collection() -> AsyncIterator[Any]:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(mongodb())
    await client.drop_database("numbers_test")
    yield client["numbers_test"]["numbers"]
    await client.close()


async def test_instances_never_share_a_number(collection: Any) -> None:
    instances = [Numbers(collection) for _ in range(4)]
    taken = await asyncio.gather(
        *(instances[n % 4].take("H40.12", "261124", 1 + n % 7) for n in range(60))
    )
    numbers = [number for block in taken for number in block]
    assert len(numbers) == sum(1 + n % 7 for n in range(60))
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) == 1


async def test_one_instance_numbers_without_gaps_within_a_day(collection: Any) -> None:
    numbers = Numbers(collection)
    taken = [
        n
        for count in (1, BLOCK - 1, 3, 5 * BLOCK, 2)
        for n in await numbers.take("H40.12", "261124", count)
    ]
    assert taken == list(range(1, 6 * BLOCK + 6))


async def test_every_day_and_agency_starts_at_1(collection: Any) -> None:
    numbers = Numbers(collection)
    assert [
        await numbers.take(*key, 1)
        for key in (("H40.12", "261124"), ("H40.12", "261125"), ("H40.13", "261125"))
    ] == [[1], [1], [1]]


async def test_after_a_restart_the_rest_of_the_block_is_a_gap(collection: Any) -> None:
    assert await Numbers(collection).take("H40.12", "261124", 1) == [1]
    assert await Numbers(collection).take("H40.12", "261124", 1) == [BLOCK + 1]
