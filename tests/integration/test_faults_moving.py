"""Lanes that move under load: an instance joins, one is told to end, one freezes and wakes up when
its lanes are another's.
"""

from functools import partial

from faults_checker import check_straight, left, returned
from faults_ground import STRAIGHT, Town, town
from faults_load import Filed, file_dossiers
from faults_waiting import lines, until
from stack import ServiceProcess

READY = 60
SMALL = "20"
"""Records in a batch: a run of many turns, so that a fault falls between some of them."""


def under_way(ground: Town, filed: Filed) -> None:
    """Wait for the first returned dossiers: the flow runs, and most of it is still to come."""
    until(
        "the first dossiers are returned", lambda: returned(ground, filed.ids) > 0, 60, every=0.05
    )


def owners(ground: Town, service: str) -> dict[int, bytes]:
    """Lane -> the session that owns it."""
    return {lane["_id"]: bytes(lane["owner"]) for lane in ground.database(service).lanes.find({})}


def lanes_of(service: ServiceProcess) -> list[int]:
    """The lanes of its last take."""
    takes = lines(service.log, "lanes taken")
    return list(takes[-1]["lanes"]) if takes else []


def has_lanes(service: ServiceProcess, count: int) -> bool:
    return len(lanes_of(service)) == count


def test_a_second_instance_joins_and_the_first_leaves_under_load() -> None:
    ground = town()
    with ground.services():
        first = {
            name: ground.start(name, batch_records=SMALL)
            for name in ("intake", "routing", "payment")
        }
        for service in first.values():
            service.wait_ready(READY)
        filed = file_dossiers(ground.kafka, STRAIGHT, 400)
        under_way(ground, filed)
        second = {
            name: ground.start(name, instance=f"{name}-2", batch_records=SMALL)
            for name in ("intake", "routing")
        }
        for name, service in second.items():
            until(f"{name}-2 has half of six lanes", partial(has_lanes, service, 3), 60)
        more = file_dossiers(ground.kafka, STRAIGHT, 200)
        until("the two work", lambda: returned(ground, more.ids) > 0, 60, every=0.05)
        before = returned(ground, [*filed.ids, *more.ids])
        assert before < 600, (
            "everything was done before the first instances left: nothing moved under load"
        )
        for name in second:
            assert first[name].terminate() == 0, f"{name}-1 did not end by itself"
        check_straight(ground, [filed, more])
        for service in second.values():
            assert lanes_of(service) == [0, 1, 2, 3, 4, 5]


def test_sigterm_leaves_nothing_unpublished() -> None:
    ground = town()
    with ground.services("routing", "payment"):
        intake = ground.start("intake", batch_records=SMALL).wait_ready(READY)
        filed = file_dossiers(ground.kafka, STRAIGHT, 300)
        under_way(ground, filed)
        assert intake.terminate() == 0
        assert lines(intake.log, "stopped"), "it did not come to its last line"
        assert returned(ground, filed.ids) < 300, (
            "everything was done before the signal: it did not fall into the load"
        )
        open_work = [
            line for line in left(ground, ("intake",)) if "published" in line or "outbox" in line
        ]
        assert open_work == [], "left behind by a drained service"
        intake.start_again().wait_ready(READY)
        assert lines(intake.log, "lanes taken")[-1]["published_again"] == 0
        told = check_straight(ground, [filed])
    assert told.copies == 0


def test_a_frozen_instance_wakes_up_and_does_not_write() -> None:
    ground = town()
    with ground.services("intake", "payment"):
        frozen = ground.start("routing", batch_records=SMALL).wait_ready(READY)
        other = ground.start("routing", instance="routing-2", batch_records=SMALL)
        until(
            "the two share the lanes",
            lambda: len(lanes_of(other)) == 3 and len(lanes_of(frozen)) == 3,
            60,
        )
        filed = file_dossiers(ground.kafka, STRAIGHT, 300)
        under_way(ground, filed)
        frozen.freeze()
        before = owners(ground, "routing")
        assert len(set(before.values())) == 2
        until("the other has all lanes", lambda: lanes_of(other) == [0, 1, 2, 3, 4, 5], 60)
        until(
            "all dossiers are returned without the frozen one",
            lambda: returned(ground, filed.ids) == 300,
            60,
        )
        more = file_dossiers(ground.kafka, STRAIGHT, 100)
        frozen.wake()
        until(
            "the woken one shares the lanes again",
            lambda: len(lanes_of(frozen)) == 3 and frozen.ready(),
            60,
        )
        check_straight(ground, [filed, more])
        assert frozen.process.running, "the woken one ended"
