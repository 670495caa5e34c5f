"""Readiness apart from the backlog: what a service that people call says of the parts that it
needs, and of the age of its views.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
import structlog
from aiokafka.errors import KafkaConnectionError
from motcua_chassis._http import readiness
from motcua_chassis._http.readiness import Serving
from pymongo.errors import AutoReconnect


class Parts:
    """MongoDB and Kafka, each of which may be away. `ages`: of the lanes' views, in seconds."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.ages: list[int] = []
        self.client = self
        lanes = SimpleNamespace(producer=self, sender_is_dead=False)
        self.serving = Serving(
            {readiness.COLLECTION: self}, cast(Any, lanes), structlog.get_logger()
        )

    def find(self, wanted: Any) -> AsyncIterator[dict[str, Any]]:
        async def rows() -> AsyncIterator[dict[str, Any]]:
            if "MongoDB" in self.away:
                raise AutoReconnect("secret host")
            for age in self.ages:
                yield {"as_of": datetime.now(UTC) - timedelta(seconds=age)}

        return rows()

    async def fetch_all_metadata(self) -> None:
        if "Kafka" in self.away:
            raise KafkaConnectionError()


@pytest.fixture
def parts() -> Parts:
    return Parts()


async def test_a_backlog_is_no_reason_and_is_said_by_the_slowest_lane(parts: Parts) -> None:
    parts.ages = [2, 4_000, 3]
    await parts.serving.look()
    assert parts.serving.reasons() == []
    assert parts.serving.as_of is not None
    assert (
        timedelta(seconds=3_999)
        < datetime.now(UTC) - parts.serving.as_of
        < timedelta(seconds=4_100)
    )


@pytest.mark.parametrize("ages", [[], [1, 2, 3]])
async def test_views_that_are_up_to_date_say_nothing(parts: Parts, ages: list[int]) -> None:
    parts.ages = ages
    await parts.serving.look()
    assert parts.serving.as_of is None


@pytest.mark.parametrize("part", ["MongoDB", "Kafka"])
async def test_a_part_that_stays_away_is_named_and_one_that_comes_back_is_not(
    parts: Parts, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await parts.serving.look()
    parts.away = {part}
    await parts.serving.look()
    assert parts.serving.reasons() == [], "a moment of silence is no reason"
    monkeypatch.setattr(readiness, "AWAY_SECONDS", -1)
    assert f"{part} does not answer" in parts.serving.reasons()
    monkeypatch.undo()
    parts.away = set()
    await parts.serving.look()
    assert parts.serving.reasons() == []
