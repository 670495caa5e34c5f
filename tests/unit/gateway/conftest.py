"""Fixtures: an empty database for each test, and a gateway on it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from motcua_chassis.mongo import connect
from motcua_documents.store import DocumentStore, open_store
from pymongo import MongoClient

from tests.support.stack import mongodb

from .harness import GatewayHarness, open_gateway


@pytest.fixture(scope="session")
def database_name() -> Iterator[str]:
    """One database of this process. A collection with its indexes costs MongoDB far more to make
    and to drop than its documents do, so they stay from test to test.
    """
    name = f"gateway_{uuid4().hex[:12]}"
    yield name
    with MongoClient[dict[str, Any]](mongodb()) as client:
        client.drop_database(name)


@pytest.fixture
async def database(database_name: str) -> AsyncIterator[Any]:
    """Empty. It is emptied before the test: what the test before left to run has ended by then."""
    client = connect(mongodb())
    database = client[database_name]
    for collection in await database.list_collection_names():
        await database[collection].delete_many({})
    yield database
    client.close()


@pytest.fixture
async def documents(database: Any) -> AsyncIterator[DocumentStore]:
    async with open_store(mongodb().replace("/?", f"/{database.name}?")) as store:
        yield store


@pytest.fixture
async def desk(database: Any, documents: DocumentStore) -> GatewayHarness:
    return await open_gateway(database, documents)
