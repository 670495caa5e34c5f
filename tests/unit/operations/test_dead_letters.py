"""`motcua dead-letters` on a real MongoDB: what it lists, what it releases, what it refuses by
name.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from motcua_operations.dead_letters import (
    NotFoundError,
    Release,
    app,
    letters_of,
    release,
    services_of,
)
from pymongo import MongoClient
from typer.testing import CliRunner

from tests.support.stack import mongodb

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[str]:
    """A service's database with one parked subject, one letter passed over, one stuck effect and
    one done since.
    """
    name = f"letters{uuid4().hex[:6]}"
    with MongoClient[dict[str, Any]](mongodb(), tz_aware=True) as client:
        database = client[f"motcua_{name}"]
        place = {
            "topic": "intake.dossiers",
            "partition": 3,
            "offset": 17,
            "reason": "KeyError in the rules",
            "lane": 3,
            "at": AT,
        }
        database.dead_letters.insert_many(
            [
                {"_id": "003-1-0", "subject": "d-1", "parked": True, **place},
                {
                    "_id": "003-1-1",
                    "subject": "d-2",
                    "parked": False,
                    **place,
                    "topic": "intake.commands",
                    "reason": "the record is not JSON",
                },
                {"_id": "003-1-2", "subject": "d-3", "parked": True, **place},
                {
                    "_id": "effect/d-4/slip",
                    "subject": "d-4",
                    "effect": "d-4/slip",
                    "lane": 3,
                    "at": AT,
                    "reason": "slip failed 8 times",
                },
                {
                    "_id": "effect/d-5/slip",
                    "subject": "d-5",
                    "effect": "d-5/slip",
                    "lane": 3,
                    "at": AT,
                    "reason": "slip failed 8 times",
                },
            ]
        )
        database.effects.insert_one({"_id": "003/d-4/slip", "key": "d-4/slip", "lane": 3})
        database.cases.insert_many(
            [{"_id": "d-1", "lane": 3, "parked": "waiting"}, {"_id": "d-3", "lane": 3}]
        )
        database.parked.insert_many([{"_id": f"003-2-{n}", "subject": "d-1"} for n in range(2)])
        # What was projected is parked apart, also of a subject whose decisions go on.
        database.dead_letters.insert_one(
            {"_id": "003-1-3v", "subject": "d-3", "parked": True, "view": True, **place}
        )
        database.parked_views.insert_one(
            {"_id": "003/d-3", "lane": 3, "subject": "d-3", "parked": "waiting"}
        )
        database.parked.insert_many(
            [{"_id": f"003-2-{n}v", "subject": "d-3", "view": True} for n in range(4)]
        )
        yield name
        client.drop_database(f"motcua_{name}")


@pytest.fixture
def client() -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](mongodb(), tz_aware=True) as connected:
        yield connected


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        app, [*words, "--mongo", mongodb()], env={**os.environ, "COLUMNS": "200"}
    )
    return result.exit_code, result.output


def test_each_letter_says_what_became_of_it(
    client: MongoClient[dict[str, Any]], service: str
) -> None:
    assert service in services_of(client)
    assert {
        (letter.subject, letter.now, letter.open) for letter in letters_of(client, service)
    } == {
        ("d-1", "waiting, 2 records", True),
        ("d-2", "passed over", False),
        ("d-3", "taken in since", False),
        ("d-3", "waiting, 4 records", True),
        ("d-4", "tried on", True),
        ("d-5", "done since", False),
    }
    assert {letter.where for letter in letters_of(client, service)} >= {
        "intake.dossiers/3@17",
        "d-4/slip",
    }


def test_the_list_shows_what_is_open_and_counts_the_rest(service: str) -> None:
    code, shown = run("list", "--service", service)
    assert code == 0
    assert "KeyError in the rules" in shown
    assert "d-2" not in shown
    assert "3 open; 3 more with --all" in shown
    assert "d-2" in run("list", "--service", service, "--all")[1]


def test_a_release_marks_the_subject_and_says_how_much_waits(
    client: MongoClient[dict[str, Any]], service: str
) -> None:
    assert release(client, service, "d-1") == [Release("d-1", 2)]
    assert client[f"motcua_{service}"].cases.find_one({"_id": "d-1"}) == {
        "_id": "d-1",
        "lane": 3,
        "parked": "released",
    }
    assert release(client, service, None) == [Release("d-1", 2, already=True), Release("d-3", 4)]
    assert (
        client[f"motcua_{service}"].parked_views.find_one({"subject": "d-3"})["parked"]  # type: ignore[index]
        == "released"
    )


def test_what_is_not_parked_is_refused_by_name(
    client: MongoClient[dict[str, Any]], service: str
) -> None:
    with pytest.raises(NotFoundError, match=r"subject: 'd-2' is not parked"):
        release(client, service, "d-2")
    assert client[f"motcua_{service}"].cases.count_documents({"parked": "released"}) == 0
    code, shown = run("replay", "nobody", "--all")
    assert code == 2
    assert "service: 'nobody' keeps no dead letters here" in shown
    assert run("replay", service) == (2, "error: subject: name one, or say --all\n")
    assert run("replay", service, "d-1") == (0, f"{service} d-1: released, 2 records\n")
