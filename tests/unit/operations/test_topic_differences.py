"""What `motcua topics apply` would do, decided from the table and from what exists."""

import pytest
from motcua_contracts.wire.topics import TOPICS, Topic
from motcua_operations.topics import Found, PartitionsDifferError, compare, few_copies, replicated

ORDERS = Topic("a.orders", "events", 6, {"retention.ms": "-1", "cleanup.policy": "delete"})
PAPERS = Topic("a.private", "private", 6, {"cleanup.policy": "compact"})


def standing(topic: Topic, partitions: int | None = None, **changed: str) -> Found:
    config = {
        **topic.config,
        "segment.bytes": "1073741824",
        **{key.replace("_", "."): value for key, value in changed.items()},
    }
    return Found(topic.partitions if partitions is None else partitions, config)


def test_an_empty_kafka_gets_every_topic() -> None:
    difference = compare([ORDERS, PAPERS], {})
    assert difference.create == (ORDERS, PAPERS)
    assert difference.configure == ()


def test_the_second_time_nothing_is_left_to_do() -> None:
    difference = compare(
        [ORDERS, PAPERS], {"a.orders": standing(ORDERS), "a.private": standing(PAPERS)}
    )
    assert difference.lines() == []


def test_a_differing_configuration_is_named_with_both_values() -> None:
    difference = compare([ORDERS], {"a.orders": standing(ORDERS, retention_ms="1000")})
    assert difference.lines() == ["changed a.orders retention.ms: 1000 -> -1"]


def test_topics_beside_the_table_are_left_alone() -> None:
    assert (
        compare([ORDERS], {"a.orders": standing(ORDERS), "somebody.elses": Found(1, {})}).lines()
        == []
    )


def test_a_topic_that_stands_with_three_copies_is_told_to_wait_for_two() -> None:
    difference = compare(
        [replicated(ORDERS, 3)], {"a.orders": standing(ORDERS, min_insync_replicas="1")}
    )
    assert difference.lines() == ["changed a.orders min.insync.replicas: 1 -> 2"]


def test_a_topic_with_fewer_copies_than_asked_for_is_named() -> None:
    """And not told to wait for two: with one copy it could not be written any more."""
    found = {"a.orders": Found(6, {}, {}, 1), "a.private": Found(6, {}, {}, 3)}
    (line,) = few_copies(found, 3)
    assert line.startswith("warning: a.orders has 1 of 3 copies")
    assert few_copies(found, 1) == ()


@pytest.mark.parametrize("partitions", [1, 5, 7, 12])
def test_another_partition_count_is_refused_before_anything_is_made(partitions: int) -> None:
    with pytest.raises(
        PartitionsDifferError,
        match=rf"a\.orders has {partitions} partitions, the table says 6.*nothing was changed",
    ):
        compare([PAPERS, ORDERS], {"a.orders": standing(ORDERS, partitions)})


def test_the_contracts_topics_agree_in_their_partition_count_but_for_the_catalogue_the_clock() -> (
    None
):
    single = {topic.name for topic in TOPICS.values() if topic.partitions == 1}
    assert {
        name
        for name in single
        if not name.startswith("catalog.") and not name.endswith(".dead-letters")
    } == {"dev.clock"}
    assert len({topic.partitions for topic in TOPICS.values() if topic.name not in single}) == 1
