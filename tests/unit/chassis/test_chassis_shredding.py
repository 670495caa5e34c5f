"""Which commands are deleted, and that none is before its outcome is stored and
audit has its head.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError
from motcua_chassis import ServiceSettings
from motcua_chassis._processing.lanes import Lane, topic_key
from motcua_chassis._processing.shredder import Shredder, Stand, wishes
from motcua_chassis.logs import Log
from motcua_chassis.metrics import Metrics
from motcua_contracts.messages.intake import DossierForgotten
from motcua_contracts.values.clock import milliseconds
from motcua_contracts.wire.topics import ROUTING_COMMANDS as TOPIC
from motcua_contracts.wire.topics import TOPICS

from .harness import LANE, SUBJECT, TurnHarness

KEY = topic_key(TOPIC.name)


@pytest.mark.parametrize(
    ("stand", "goal"),
    [
        (Stand(100, 90, 40), 40),
        (Stand(100, 90, None), 90),
        (Stand(100, 90, 95), 90),
        (Stand(30, 90, 40), 30),
        (Stand(100, 0, None), 0),
        (Stand(0, 90, None), 0),
        (Stand(100, 90, 40, wish=70), 70),
        (Stand(100, 60, 40, wish=70), 60),
        (Stand(50, 90, 40, wish=70), 50),
        (Stand(100, 90, 80, wish=70), 80),
    ],
)
def test_nothing_goes_that_is_not_decided_kept_by_audit_and_old_or_of_a_lane_that_was_asked_for(
    stand: Stand, goal: int
) -> None:
    assert stand.goal == goal


def lane(number: int, stored: int) -> Lane:
    return Lane(number, 1, 1, 1, {KEY: stored})


def test_a_batch_that_erased_asks_for_its_lane_up_to_its_own_end() -> None:
    lanes = {LANE: lane(LANE, 7), (LANE + 1) % 6: lane((LANE + 1) % 6, 9)}
    (row,) = wishes(TOPIC, lanes, {(LANE, KEY): 12}, {SUBJECT})
    assert (row._filter, row._doc["to"]) == ({"_id": LANE}, 12)
    (row,) = wishes(TOPIC, lanes, {}, {SUBJECT})
    assert row._doc["to"] == 7, "told by another topic's event: what is stored of our own"
    assert (
        wishes(TOPIC, {}, {}, {SUBJECT})
        == wishes(None, lanes, {}, {SUBJECT})
        == wishes(TOPIC, lanes, {}, set())
        == []
    )


class Rows:
    """The collection of wishes."""

    def __init__(self, **wish: Any) -> None:
        self.rows: list[dict[str, Any]] = (
            [{"_id": LANE, "at": datetime.now(UTC), **wish}] if wish else []
        )

    def find(self, wanted: Any) -> Any:
        async def found() -> Any:
            for row in list(self.rows):
                yield dict(row)

        return found()

    async def delete_one(self, wanted: dict[str, Any]) -> None:
        self.rows = [row for row in self.rows if {name: row[name] for name in wanted} != wanted]


class Broker:
    """One lane's commands, a minute apart, and how far audit has come; consumer and admin client in
    one.
    """

    def __init__(self, count: int, archived: int) -> None:
        self.begin, self.end, self.archived, self.dies = 0, count, archived, ""
        self.now = datetime.now(UTC)

    def at(self, offset: int) -> datetime:
        return self.now - timedelta(minutes=self.end - offset)

    async def offsets_for_times(
        self, asked: dict[TopicPartition, int]
    ) -> dict[TopicPartition, Any]:
        ((where, since),) = asked.items()
        found = [n for n in range(self.begin, self.end) if milliseconds(self.at(n)) >= since]
        return {
            where: (
                SimpleNamespace(offset=found[0], timestamp=milliseconds(self.at(found[0])))
                if found
                else None
            )
        }

    async def list_consumer_group_offsets(
        self, group: str, partitions: Sequence[TopicPartition]
    ) -> dict[TopicPartition, Any]:
        assert group == "motcua.audit"
        return {partitions[0]: SimpleNamespace(offset=self.archived)}

    async def delete_records(self, wanted: dict[TopicPartition, Any]) -> None:
        (self.begin,) = (records.before_offset for records in wanted.values())
        if self.dies:
            raise KafkaConnectionError(self.dies)

    async def close(self) -> None:
        pass


def shredder(broker: Broker, rows: Rows, stored: int, **changes: Any) -> Shredder:
    known = {"env": "test", "kafka_bootstrap": "k:9092", "mongo_uri": "mongodb://m/"}
    settings = ServiceSettings.model_validate(known | changes)
    lanes = cast(Any, SimpleNamespace(owned={LANE: lane(LANE, stored)}, consumer=broker))
    made = Shredder(
        TOPIC, settings, lanes, {"shreddings": rows}, Metrics(), cast(Log, TurnHarness().turn.log)
    )
    made._admin = cast(Any, broker)
    return made


def shown(made: Shredder, name: str) -> float:
    value = made._metrics.registry.get_sample_value(
        f"motcua_commands_{name}_seconds", {"lane": str(LANE)}
    )
    assert value is not None
    return value


async def test_what_is_older_than_the_setting_goes() -> None:
    broker = Broker(100, archived=100)
    made = shredder(broker, Rows(), 100, commands_kept_seconds=600)
    assert await made.shred() is False
    assert 89 <= broker.begin <= 91
    assert (shown(made, "oldest") // 60, shown(made, "overdue")) == (9, 0)


async def test_with_audit_away_nothing_goes_and_the_metric_says_so() -> None:
    broker = Broker(100, archived=0)
    made = shredder(broker, Rows(to=100), 100, commands_kept_seconds=600)
    assert await made.shred() is True, "it looks again soon"
    assert broker.begin == 0
    assert shown(made, "overdue") >= 90 * 60 - 1


async def test_an_erased_subject_s_lane_goes_at_once_and_waits_for_audit() -> None:
    broker, rows = Broker(100, archived=60), Rows(to=80)
    made = shredder(broker, rows, 100)
    assert await made.shred() is True
    assert (broker.begin, len(rows.rows)) == (60, 1)
    broker.archived = 100
    assert await made.shred() is False
    assert (broker.begin, rows.rows) == (80, []), "and no further than was asked"


async def test_whoever_dies_between_deleting_and_saying_so_leaves_the_wish_to_the_next() -> None:
    broker, rows = Broker(100, archived=100), Rows(to=80)
    broker.dies = "killed"
    with pytest.raises(KafkaConnectionError):
        await shredder(broker, rows, 100).shred()
    assert len(rows.rows) == 1
    broker.dies = ""
    assert await shredder(broker, rows, 100).shred() is False
    assert (broker.begin, rows.rows) == (80, [])


async def test_a_wish_that_grew_meanwhile_is_not_taken_for_done() -> None:
    broker, rows = Broker(100, archived=80), Rows(to=80)
    made = shredder(broker, rows, 100)
    broker.dies, gone = "", broker.delete_records

    async def delete(wanted: Any) -> None:
        await gone(wanted)
        rows.rows[0]["to"] = 95

    broker.delete_records = delete  # type: ignore[method-assign]
    await made.shred()
    assert [row["to"] for row in rows.rows] == [95]


async def test_kept_for_no_time_all_goes_that_is_decided_and_kept() -> None:
    broker = Broker(100, archived=100)
    made = shredder(broker, Rows(), 70, commands_kept_seconds=0)
    await made.shred()
    assert broker.begin == 70
    made = shredder(broker, Rows(), 100, commands_kept_seconds=0)
    await made.shred()
    assert (broker.begin, shown(made, "oldest")) == (100, 0)


async def test_the_loop_survives_whatever_fails() -> None:
    broker = Broker(1, archived=1)
    made = shredder(broker, Rows(to=1), 1)
    broker.dies = "away"
    running = asyncio.create_task(made.run())
    await asyncio.sleep(0)
    made.wake()
    for _ in range(20):
        await asyncio.sleep(0)
    assert not running.done()
    running.cancel()


# ---------------------------------------------------------------------- what else of a forgotten
# subject goes


async def test_the_parked_commands_of_a_forgotten_subject_go_though_its_events_wait() -> None:
    """Parked, it would not hear that it was forgotten until an operator comes."""
    desk = TurnHarness()
    await desk.tell(replace(desk.event(again=True), raw=b"{"))
    waiting = await desk.tell(desk.command("geheim"), desk.event(DossierForgotten()))
    assert waiting.erased == {SUBJECT}
    parked = waiting.writes()["parked"]
    assert [type(operation).__name__ for operation in parked] == [
        "InsertOne",
        "InsertOne",
        "DeleteMany",
    ]
    assert parked[-1]._filter == {"subject": SUBJECT, "topic": TOPIC.name}
    assert waiting.writes()["forgotten"]


def test_every_command_topic_gives_up_its_bytes_by_the_hour() -> None:
    for topic in TOPICS.values():
        assert (topic.config.get("segment.ms") == "3600000") is (topic.kind == "commands")
