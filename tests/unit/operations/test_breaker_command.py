"""`motcua breaker` on a real MongoDB, against the notice that an instance keeps there."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from motcua_chassis._processing.breaker import COLLECTION, Notice, Run
from motcua_chassis._processing.outcome import TurnResult
from motcua_chassis.mongo import connect
from motcua_operations.breaker import app
from typer.testing import CliRunner

from tests.support.stack import mongodb

AT = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)


@pytest.fixture
async def database() -> AsyncIterator[Any]:
    client = connect(mongodb())
    name = f"motcua_breaker{uuid4().hex[:6]}"
    yield client[name]
    await client.drop_database(name)
    client.close()


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        app, [*words, "--mongo", mongodb()], env={**os.environ, "COLUMNS": "200"}
    )
    return result.exit_code, result.output


def full() -> Run:
    run = Run(3, 2)
    run.take_in(TurnResult(dead=["citizen:a", "citizen:b", "~d-1"]))
    return run


async def test_an_open_breaker_is_shown_and_closed_once(database: Any) -> None:
    service, notice = database.name.removeprefix("motcua_"), Notice(database, "routing-1")
    assert not await notice.said(full(), AT)
    code, shown = run("status")
    assert code == 1
    assert [word in shown for word in (service, "routing-1", "2026-11-27 08:30:00", "3")] == [
        True
    ] * 4
    assert run("close", service) == (0, "routing-1: told to go on\n")
    assert await notice.said(full(), AT), "the instance hears of it"
    assert await database[COLLECTION].count_documents({}) == 0
    assert run("close", service) == (0, f"{service}: no breaker is open\n")


async def test_a_word_for_an_earlier_opening_closes_nothing(database: Any) -> None:
    service, notice = database.name.removeprefix("motcua_"), Notice(database, "routing-1")
    await notice.said(full(), AT)
    run("close", service)
    later = AT + timedelta(minutes=1)
    assert not await notice.said(full(), later)
    assert not await notice.said(full(), later)


async def test_a_new_process_of_the_name_has_no_open_breaker(database: Any) -> None:
    notice = Notice(database, "routing-1")
    await notice.said(full(), AT)
    await notice.forget()
    assert await database[COLLECTION].count_documents({}) == 0


def test_a_service_that_is_none_is_named() -> None:
    code, shown = run("close", "nobody")
    assert code == 2
    assert "service: there is no 'nobody'" in shown
