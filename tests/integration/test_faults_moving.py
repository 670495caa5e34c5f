"""Lanes that move under load: an instance joins, one is told to end, one freezes and wakes up when
its lanes are another's.
"""

from functools import partial

from tests.support.faults.checker import check_straight, left, returned
from tests.support.faults.deployment import STRAIGHT, Deployment, shared_deployment
from tests.support.faults.load import Filed, file_dossiers
from tests.support.faults.waiting import lines, until
from tests.support.stack import ServiceProcess

READY = 60
SMALL = "20"
"""Records in a batch: a run of many turns, so that a fault falls between some of them."""


def under_way(deployment: Deployment, filed: Filed) -> None:
    """Wait for the first returned dossiers: the flow runs, and most of it is still to come."""
    until(
        "the first dossiers are returned",
        lambda: returned(deployment, filed.ids) > 0,
        60,
        every=0.05,
    )


def owners(deployment: Deployment, service: str) -> dict[int, bytes]:
    """Lane -> the session that owns it."""
    return {
        lane["_id"]: bytes(lane["owner"]) for lane in deployment.database(service).lanes.find({})
    }


def lanes_of(service: ServiceProcess) -> list[int]:
    """The lanes of its last take."""
    takes = lines(service.log, "lanes taken")
    return list(takes[-1]["lanes"]) if takes else []


def has_lanes(service: ServiceProcess, count: int) -> bool:
    return len(lanes_of(service)) == count


def test_a_second_instance_joins_and_the_first_leaves_under_load() -> None:
    deployment = shared_deployment()
    with deployment.services():
        first = {
            name: deployment.start(name, batch_records=SMALL)
            for name in ("intake", "routing", "payment")
        }
        for service in first.values():
            service.wait_ready(READY)
        filed = file_dossiers(deployment.kafka, STRAIGHT, 400)
        under_way(deployment, filed)
        second = {
            name: deployment.start(name, instance=f"{name}-2", batch_records=SMALL)
            for name in ("intake", "routing")
        }
        for name, service in second.items():
            until(f"{name}-2 has half of six lanes", partial(has_lanes, service, 3), 60)
        more = file_dossiers(deployment.kafka, STRAIGHT, 200)
        until("the two work", lambda: returned(deployment, more.ids) > 0, 60, every=0.05)
        before = returned(deployment, [*filed.ids, *more.ids])
        assert before < 600, (
            "everything was done before the first instances left: nothing moved under load"
        )
        for name in second:
            assert first[name].terminate() == 0, f"{name}-1 did not end by itself"
        check_straight(deployment, [filed, more])
        for service in second.values():
            assert lanes_of(service) == [0, 1, 2, 3, 4, 5]


def test_sigterm_leaves_nothing_unpublished() -> None:
    deployment = shared_deployment()
    with deployment.services("routing", "payment"):
        intake = deployment.start("intake", batch_records=SMALL).wait_ready(READY)
        filed = file_dossiers(deployment.kafka, STRAIGHT, 300)
        under_way(deployment, filed)
        assert intake.terminate() == 0
        assert lines(intake.log, "stopped"), "it did not come to its last line"
        assert returned(deployment, filed.ids) < 300, (
            "everything was done before the signal: it did not fall into the load"
        )
        open_work = [
            line
            for line in left(deployment, ("intake",))
            if "published" in line or "outbox" in line
        ]
        assert open_work == [], "left behind by a drained service"
        intake.start_again().wait_ready(READY)
        assert lines(intake.log, "lanes taken")[-1]["published_again"] == 0
        told = check_straight(deployment, [filed])
    assert told.copies == 0


def test_a_frozen_instance_wakes_up_and_does_not_write() -> None:
    deployment = shared_deployment()
    with deployment.services("intake", "payment"):
        frozen = deployment.start("routing", batch_records=SMALL).wait_ready(READY)
        other = deployment.start("routing", instance="routing-2", batch_records=SMALL)
        until(
            "the two share the lanes",
            lambda: len(lanes_of(other)) == 3 and len(lanes_of(frozen)) == 3,
            60,
        )
        filed = file_dossiers(deployment.kafka, STRAIGHT, 300)
        under_way(deployment, filed)
        frozen.freeze()
        before = owners(deployment, "routing")
        assert len(set(before.values())) == 2
        until("the other has all lanes", lambda: lanes_of(other) == [0, 1, 2, 3, 4, 5], 60)
        until(
            "all dossiers are returned without the frozen one",
            lambda: returned(deployment, filed.ids) == 300,
            60,
        )
        more = file_dossiers(deployment.kafka, STRAIGHT, 100)
        frozen.wake()
        until(
            "the woken one shares the lanes again",
            lambda: len(lanes_of(frozen)) == 3 and frozen.ready(),
            60,
        )
        check_straight(deployment, [filed, more])
        assert frozen.process.running, "the woken one ended"
