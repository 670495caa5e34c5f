"""Records that cannot be taken in: dead letters, parked subjects and their release, and the
breaker.
"""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.faults.deployment import shared_deployment
from tests.support.faults.stamping import POISON, StampingHarness, stamping
from tests.support.faults.waiting import reasons, until
from tests.support.stack import ServiceProcess

WAIT = 30


def letters(own: StampingHarness, subject: str) -> list[dict[str, Any]]:
    return list(own.database.dead_letters.find({"subject": subject}).sort("_id", 1))


def motcua(own: StampingHarness, *words: str, command: str = "dead-letters") -> str:
    """The operator's command, as a person runs it. Fails where it fails."""
    done = run_motcua(own, *words, command=command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_motcua(
    own: StampingHarness, *words: str, command: str = "dead-letters"
) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "motcua_operations", command, *words]
    env = {
        **own.deployment.env,
        "MOTCUA_HOME": str(own.deployment.cluster.home.root),
        "COLUMNS": "200",
    }
    return subprocess.run(line, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[StampingHarness, ServiceProcess]]:
    """One service for the malformed records; each test speaks of its own subjects."""
    with stamping(shared_deployment(), "letters") as (own, service):
        yield own, service
        own.check(parked=3)


def test_a_malformed_command_is_listed_and_its_lane_goes_on(
    shared: tuple[StampingHarness, ServiceProcess],
) -> None:
    own, service = shared
    first, malformed, later = (
        own.stamp("m", 1),
        own.signed("m", b'{"specversion": ,"data":{}}'),
        own.stamp("m", 2),
    )
    own.say(first, malformed, later, own.stamp("b", 3))
    own.has("m", "stamps", [1, 2])
    own.has("b", "stamps", [3])
    (letter,) = letters(own, "m")
    assert (letter["topic"], letter["parked"]) == (own.topics.commands.name, False)
    assert letter["reason"].startswith("the data do not hold: data: JSON")
    assert service.ready()


def test_a_malformed_event_parks_its_key_and_others_go_on(
    shared: tuple[StampingHarness, ServiceProcess],
) -> None:
    own, service = shared
    beside = own.subject_in(own.lane("a"), "beside")
    own.say(
        own.notice("a", 1),
        own.notice("a", 2, broken=True),
        own.notice("a", 3),
        own.notice(beside, 5),
    )
    own.has(beside, "notices", [5])
    until(
        "the key is parked",
        lambda: own.database.parked.count_documents({"subject": "a"}) == 2,
        WAIT,
    )
    own.say(own.stamp("a", 4))  # only now: between topics there is no order
    until(
        "what follows of the key is parked",
        lambda: own.database.parked.count_documents({"subject": "a"}) == 3,
        WAIT,
    )
    own.has("a", "notices", [1])
    assert own.sheet("a")["stamps"] == []
    (letter,) = letters(own, "a")
    assert letter["parked"] is True
    assert "value" in letter["reason"]
    assert "no number" not in str(letter), "a letter says what is wrong, never the content"
    assert service.ready()


def test_a_poisoned_key_is_released_too_early_then_after_the_mend_and_runs_in_order() -> None:
    with stamping(shared_deployment(), "poison", batch_records="20") as (own, service):
        own.say(own.notice("a", 1), own.notice("a", POISON), own.notice("a", 3))
        until(
            "the key is parked",
            lambda: own.database.cases.count_documents({"_id": "a", "parked": "waiting"}) == 1,
            WAIT,
        )
        own.say(own.stamp("a", 4))
        until(
            "three records wait",
            lambda: own.database.parked.count_documents({"subject": "a"}) == 3,
            WAIT,
        )

        assert "a" in motcua(own, "list", "--service", own.name)
        motcua(own, "replay", own.name, "a")
        until("it failed again and waits in front", lambda: len(letters(own, "a")) == 2, WAIT)
        until(
            "it waits again",
            lambda: own.database.cases.count_documents({"_id": "a", "parked": "waiting"}) == 1,
            WAIT,
        )
        own.say(own.notice("a", 5), *(own.notice(f"other-{n}", n) for n in range(40)))
        for number in range(40):
            own.has(f"other-{number}", "notices", [number])
        own.has("a", "notices", [1])
        assert own.database.parked.count_documents({"subject": "a"}) == 4

        service.kill()  # what is parked and released survives the process
        own.switch("mended")
        motcua(own, "replay", own.name, "a")
        service.start_again().wait_ready(60)
        own.say(own.notice("a", 6))
        own.has("a", "notices", [1, POISON, 3, 5, 6])
        own.has("a", "stamps", [4])
        until(
            "nothing of it is parked",
            lambda: (
                own.database.cases.count_documents({"_id": "a", "parked": {"$exists": True}}) == 0
            ),
            WAIT,
        )
        refused = run_motcua(own, "replay", own.name, "nobody")
        assert refused.returncode != 0
        assert "nobody" in refused.stdout + refused.stderr
        own.check()


def test_more_parked_records_than_one_release_takes_keep_their_order() -> None:
    with stamping(shared_deployment(), "many") as (own, _):
        own.say(own.notice("a", POISON), *(own.notice("a", number) for number in range(1100)))
        until("all wait", lambda: own.database.parked.count_documents({"subject": "a"}) == 1101, 60)
        own.switch("mended")
        motcua(own, "replay", own.name, "--all")
        own.say(*(own.notice("a", number) for number in range(1100, 1200)))
        own.has("a", "notices", [POISON, *range(1200)], 60)
        own.check()


def test_sixty_bad_commands_of_one_caller_stop_nobody_else() -> None:
    with stamping(shared_deployment(), "onecaller", breaker_limit="5") as (own, service):
        own.say(*(own.stamp("a", POISON, actor="citizen:hostile") for _ in range(30)))
        own.say(
            *(own.signed("a", b'{"specversion": ' + b"1" * 400 + b',"data":{}}') for _ in range(30))
        )
        until("each is listed", lambda: len(letters(own, "a")) == 60, WAIT)
        own.say(own.stamp("b", 1, actor="citizen:other"))
        own.has("b", "stamps", [1])
        assert service.ready()
        assert "motcua_breaker_open 0.0" in service.metrics()
        own.check()


def test_the_breaker_opens_on_many_callers_and_closes_on_a_word_without_a_restart() -> None:
    with stamping(shared_deployment(), "breaker", breaker_limit="5", batch_records="3") as (
        own,
        service,
    ):
        lane = own.lane("a")
        own.say(
            own.stamp("a", 1),
            *(own.stamp("a", POISON, actor=f"citizen:{n}") for n in range(4)),
            own.stamp("a", 2),
        )
        own.has("a", "stamps", [1, 2])
        assert service.ready(), "four in a row are no bad release"
        own.say(*(own.stamp("a", POISON, actor=f"citizen:{n}") for n in range(5)))
        until("the probe says so", lambda: "the breaker is open" in reasons(service), WAIT)
        beside = own.subject_in((lane + 1) % 6)
        own.say(own.stamp(beside, 3), own.stamp("a", 4))
        until("lag is seen", lambda: "motcua_breaker_open 1.0" in service.metrics(), 5)
        assert own.database.cases.count_documents({"_id": beside}) == 0, (
            "it took a record in with its breaker open"
        )
        assert service.alive(), "it is stopped, not stalled"
        assert len(letters(own, "a")) == 9
        until(
            "the operator sees it",
            lambda: own.name in run_motcua(own, "status", command="breaker").stdout,
            WAIT,
        )
        own.switch("mended")
        assert "told to go on" in motcua(own, "close", own.name, command="breaker")
        own.has(beside, "stamps", [3])
        until("it is ready again", service.ready, WAIT)
        assert "motcua_breaker_open 0.0" in service.metrics()
        own.has("a", "stamps", [1, 2, 4])
        own.check()
