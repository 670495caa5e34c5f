"""A stored case that cannot be read is named in the officer's digest, and all others are in it."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import structlog
from motcua_chassis.metrics import Metrics
from motcua_chassis.mongo import connect
from motcua_chassis.unreadable import Unreadable
from motcua_contracts.messages.catalog import Seat
from motcua_routing.domain.case import Case
from motcua_routing.prepare import cases_held_by
from structlog.testing import capture_logs

from tests.support.stack import mongodb

SECRET = "bi-mat"
PLACE = Seat(
    officer="officer-tckh",
    agency="haihau",
    department="tckh",
    post_vi="x",
    post_en="x",
    roles=("officer",),
)


@pytest.fixture
async def cases() -> AsyncIterator[Any]:
    client = connect(mongodb())
    name = f"routing_{uuid4().hex[:12]}"
    yield client[name].cases
    await client.drop_database(name)
    client.close()


@pytest.mark.parametrize(
    "state", [b"{", b'{"stage": "' + SECRET.encode() + b'"}', 5, None, SECRET, b"\xff"]
)
async def test_one_case_that_cannot_be_read_leaves_all_others(cases: Any, state: Any) -> None:
    good = Case().model_dump_json()
    await cases.insert_many(
        [{"_id": name, "i_officer": PLACE.officer, "state": good} for name in ("d-1", "d-3")]
    )
    await cases.insert_one({"_id": "d-2", "i_officer": PLACE.officer, "state": state})
    metrics = Metrics()
    with capture_logs() as logs:
        given = await cases_held_by(cases, PLACE, Unreadable(metrics, structlog.get_logger()))
    assert (len(given.cases), list(given.unreadable)) == (2, ["d-2"])
    (line,) = logs
    assert (line["view"], line["id"]) == ("digest", "d-2")
    assert SECRET not in str(logs)
