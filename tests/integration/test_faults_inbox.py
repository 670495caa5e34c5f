"""Once and in order: repeated commands, conflicts, effects that are done twice, logs that cannot be
believed, and a turn that froze.
"""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import orjson
import pytest

from tests.support.faults.deployment import shared_deployment
from tests.support.faults.stamping import StampingHarness, stamping
from tests.support.faults.waiting import lines, reasons, until
from tests.support.stack import ServiceProcess

WAIT = 30


def rejected(own: StampingHarness, subject: str) -> list[str]:
    """The slugs of the refusals that were said of a subject."""
    rows = own.database.journal.find({"subject": subject}).sort("_id", 1)
    events = [orjson.loads(row["raw"]) for row in rows]
    return [event["data"]["slug"] for event in events if ".command-rejected." in event["type"]]


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[StampingHarness, ServiceProcess]]:
    """One service for the tests that spoil no log; each speaks of its own subjects."""
    with stamping(shared_deployment(), "inbox", batch_records="5") as (own, service):
        yield own, service
        own.check()


def test_a_command_repeated_three_times_has_one_effect(
    shared: tuple[StampingHarness, ServiceProcess],
) -> None:
    own, _ = shared
    own.say(
        *(own.stamp("r", 1, command_id="one") for _ in range(2)),
        own.stamp("r", 2),
        own.stamp("r", -1, command_id="minus"),
    )
    own.has("r", "stamps", [1, 2])
    own.say(
        own.stamp("r", 1, command_id="one"),
        own.stamp("r", -1, command_id="minus"),
        own.stamp("r", 3),
    )
    own.has("r", "stamps", [1, 2, 3])
    assert rejected(own, "r") == ["stamp-negative"], (
        "the repeat of a refused command is refused once"
    )
    assert own.database.answers.count_documents({"_id": "one"}) == 1


def test_another_body_under_the_same_id_is_refused_by_name(
    shared: tuple[StampingHarness, ServiceProcess],
) -> None:
    own, _ = shared
    own.say(own.stamp("c", 1, command_id="first"), own.stamp("c", 2, command_id="first"))
    until(
        "the other body is answered", lambda: rejected(own, "c") == ["idempotency-conflict"], WAIT
    )
    own.say(own.stamp("c", 1, command_id="first"), own.stamp("c", 3))
    own.has("c", "stamps", [1, 3])
    assert rejected(own, "c") == ["idempotency-conflict"], "the first body is known still"


def test_an_effect_is_done_again_after_a_kill_and_answered_once(
    shared: tuple[StampingHarness, ServiceProcess],
) -> None:
    own, service = shared
    calls = {"key": {"$regex": "^e[0-9]/"}}
    own.switch("hang")
    own.say(*(own.stamp(f"e{n}", n, seal=True) for n in range(6)))
    until("each call is made", lambda: own.database.outside.count_documents(calls) == 6, WAIT)
    service.kill()
    own.switch_off("hang")
    service.start_again().wait_ready(60)
    until(
        "each is sealed",
        lambda: all(len(own.sheet(f"e{n}")["sealed"]) == 1 for n in range(6)),
        WAIT,
    )
    assert own.database.outside.count_documents(calls) == 12, "each call is made once more"
    # The answer of the first doing comes late: the first one in counts, a later one is dropped
    # without a word.
    for row in own.database.outside.find({**calls, "pid": {"$ne": service.pid}}):
        subject = row["key"].partition("/")[0]
        own.say(own.answer(subject, row["key"], str(row["_id"])), own.stamp(subject, 100))
    for number in range(6):
        own.has(f"e{number}", "stamps", [number, 100])
        assert len(own.sheet(f"e{number}")["sealed"]) == 1
        assert rejected(own, f"e{number}") == []


def test_an_answer_that_lies_on_kafka_is_read_before_the_effect_is_done_again(
    shared: tuple[StampingHarness, ServiceProcess],
) -> None:
    own, service = shared
    calls = {"key": {"$regex": "^answered/"}}
    own.switch("hang")
    own.say(own.stamp("answered", 1, seal=True))
    until("the call is made", lambda: own.database.outside.count_documents(calls) == 1, WAIT)
    service.kill()
    own.switch_off("hang")
    key = own.database.outside.find_one(calls)["key"]
    # The dead instance had sent its answer; it is behind a backlog.
    own.say(
        *(own.stamp("answered", 2) for _ in range(800)), own.answer("answered", key, "the dead one")
    )
    service.start_again().wait_ready(60)
    until("it is sealed", lambda: own.sheet("answered")["sealed"] == ["the dead one"], 60)
    time.sleep(1)
    assert own.database.outside.count_documents(calls) == 1, (
        "the effect was done again although its answer lay on Kafka"
    )


def test_a_gap_stops_its_lane_loudly() -> None:
    with stamping(shared_deployment(), "gap") as (own, service):
        lane = own.lane("a")
        own.say(own.notice("a", 1), own.notice("a", 3, skip=1))
        until("the probe says so", lambda: f"lane {lane} is stopped" in reasons(service), WAIT)
        assert "3 came after 1" in reasons(service)
        assert f'motcua_lane_stopped{{lane="{lane}"}} 1.0' in service.metrics()
        own.say(own.stamp("a", 1), own.stamp(own.subject_in((lane + 1) % 6, "beside"), 7))
        own.has(own.subject_in((lane + 1) % 6, "beside"), "stamps", [7])
        service.kill()
        service.start_again()
        until(
            "it stops again after a restart",
            lambda: f"lane {lane} is stopped" in reasons(service),
            60,
        )
        assert own.sheet("a").get("stamps", []) == [], "the lane took something in behind the gap"
        assert own.sheet("a").get("notices", []) in ([], [1])


@pytest.mark.parametrize("name", ["given", "murmured"])
def test_a_record_with_other_bytes_stops_its_lane(name: str) -> None:
    """Also where no rule answers it: the log cannot be believed any more."""
    with stamping(shared_deployment(), "altered") as (own, service):
        lane = own.lane("a")
        own.say(own.notice("a", 1), own.notice("a", 2, name=name), own.stamp("a", 1))
        own.has("a", "stamps", [1])
        own.say_anew("a")
        own.say(own.notice("a", 1), own.notice("a", 2, name=name))
        until("the probe says so", lambda: f"lane {lane} is stopped" in reasons(service), WAIT)
        assert "2 came with other bytes" in reasons(service)


def test_an_event_that_does_not_follow_the_bytes_before_it_stops_its_lane() -> None:
    with stamping(shared_deployment(), "chain") as (own, service):
        lane = own.lane("a")
        own.say(own.notice("a", 1))
        own.has("a", "notices", [1])
        own.say_anew("a", 1, "f" * 64)
        own.say(own.notice("a", 2))
        until("the probe says so", lambda: f"lane {lane} is stopped: " in reasons(service), WAIT)
        assert "2 does not follow the bytes of 1" in reasons(service)


def test_a_turn_that_froze_does_not_write_after_its_lanes_moved() -> None:
    with stamping(shared_deployment(), "frozen") as (own, first):
        second = own.start(2)
        until(
            "the two share the lanes",
            lambda: lines(second.log, "lanes taken")[-1:] != [] and len(owners(own)) == 2,
            60,
        )
        until("both are ready", lambda: first.ready() and second.ready(), 60)
        subject = f"s-{uuid4().hex[:6]}"
        own.say(own.stamp(subject, 1))
        own.has(subject, "stamps", [1])
        own.switch("freeze")
        # it says nothing: only the compare of the lane's document keeps its turn out, no id that is
        # taken
        own.say(own.notice(subject, -1))
        until("one of them froze in its turn", lambda: not (own.switches / "freeze").exists(), WAIT)
        frozen = next(service for service in (first, second) if state(service.pid) == "T")
        other = second if frozen is first else first
        until(
            "the other has all lanes",
            lambda: lines(other.log, "lanes taken")[-1]["lanes"] == [0, 1, 2, 3, 4, 5],
            60,
        )
        own.say(own.stamp(subject, 2))
        own.has(subject, "stamps", [1, 2])
        seen = lambda: (  # noqa: E731
            f"/motcua/{own.name}-notices" in own.database.cases.find_one({"_id": subject})["seen"]
        )
        until("the notice is taken in by the other", seen, WAIT)
        batches = {lane["_id"]: lane["batch"] for lane in own.database.lanes.find({})}
        frozen.wake()
        until("the woken one notices", lambda: bool(lines(frozen.log, "fenced")), WAIT)
        until(
            "the two share the lanes again",
            lambda: len(owners(own)) == 2 and first.ready() and second.ready(),
            60,
        )
        own.say(own.stamp(subject, 3))
        own.has(subject, "stamps", [1, 2, 3])
        assert (
            sum(lane["batch"] for lane in own.database.lanes.find({})) == sum(batches.values()) + 1
        ), "a turn too many was written"
        own.check()


def owners(own: StampingHarness) -> Counter[bytes]:
    return Counter(bytes(lane["owner"]) for lane in own.database.lanes.find({}))


def state(pid: int) -> str:
    """T: stopped by a signal."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
