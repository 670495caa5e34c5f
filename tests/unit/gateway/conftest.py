"""Fixtures: a database of its own for each test, and a desk on it."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from motcua_chassis.mongo import connect
from motcua_documents.store import DocumentStore, open_store

from tests.support.stack import mongodb

from .harness import GatewayHarness, open_gateway


@pytest.fixture
async def database() -> AsyncIterator[Any]:
    client = connect(mongodb())
    name = f"gateway_{uuid4().hex[:12]}"
    yield client[name]
    await client.drop_database(name)
    client.close()


@pytest.fixture
async def documents(database: Any) -> AsyncIterator[DocumentStore]:
    async with open_store(mongodb().replace("/?", f"/{database.name}?")) as store:
        yield store


@pytest.fixture
async def desk(database: Any, documents: DocumentStore) -> GatewayHarness:
    return await open_gateway(database, documents)
