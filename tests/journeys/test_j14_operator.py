"""J14: the operator.

Three instances of routing under load: one is killed, one freezes and wakes, one is replaced by a
newer release with a newer contract, and that one is taken back. Nothing is lost, nothing doubled,
order kept; the operator sees it with the usual commands.

What each fault does in detail is shown in tests/integration/test_faults_*.py; this is one day of
it.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from motcua_chassis.signatures import Signer
from motcua_local.home import Home
from motcua_local.infra import Infra
from motcua_local.kafka_server import SHORT_LIVED
from motcua_local.layout import instance_env, service_env
from motcua_local.ports import Ports
from motcua_local.process import Process
from motcua_local.stack_file import read_stack
from motcua_local.status import InstanceStatus, gather
from motcua_operations.development_keys import GATEWAY_KEY, ensure_keys
from pymongo import MongoClient

from tests.support import group_lag
from tests.support.faults.checker import (
    STRAIGHT_WAY,
    Told,
    check_histories,
    left,
    missing,
    read_histories,
    returned,
)
from tests.support.faults.deployment import FLOW, STRAIGHT
from tests.support.faults.load import SIGNERS, Filed, file_dossiers
from tests.support.faults.waiting import lines, until
from tests.support.newer_release import NEW_EVENT, NEW_FIELD, newer_release

from .auditor import Answer, motcua

LANES = [0, 1, 2, 3, 4, 5]
READY = 90.0


@dataclass
class Operator:
    """At the stack that the commands have started in a home of its own."""

    home: Path
    store: MongoClient[dict[str, Any]]
    filed: list[Filed] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    """What was seen on the way, for the tests."""

    @property
    def kafka(self) -> str:
        return read_stack(Home(self.home)).addresses["kafka"]

    def database(self, service: str) -> Any:
        return self.store[f"motcua_{service}"]

    def motcua(self, *words: str, **env: str) -> Answer:
        return motcua(
            *words, MOTCUA_HOME=str(self.home), MOTCUA_KAFKA_JAVA_OPTIONS=SHORT_LIVED, **env
        )

    def done(self, *words: str, **env: str) -> str:
        """A command that has to succeed."""
        answer = self.motcua(*words, **env)
        assert answer.code == 0, f"motcua {' '.join(words)}: {answer.said}"
        return answer.said

    def status(self) -> dict[str, InstanceStatus]:
        """What `motcua status` would show, by instance; asked without a new process."""
        return {row.name: row for row in gather(read_stack(Home(self.home)), 0.1)}

    def settled(self, *but: str) -> bool:
        """Whether all instances are ready, and those of routing own every lane, each once.

        `but`: these are not asked.
        """
        rows = [row for row in self.status().values() if row.name not in but]
        lanes = [
            lane
            for row in rows
            if row.service == "routing" and row.figures
            for lane in row.figures.lanes
        ]
        return all(row.ready for row in rows) and sorted(lanes) == LANES

    def load(self, count: int) -> Filed:
        """So many dossiers more, and some of them are done when it comes back: what follows falls
        into the rest.
        """
        filed = file_dossiers(self.kafka, STRAIGHT, count)
        self.filed.append(filed)
        until(
            "the first of them are returned", lambda: returned(self, filed.ids) > 0, 60, every=0.05
        )
        return filed

    def under_load(self, filed: Filed, fault: str) -> None:
        """Note how many were still to come when the fault fell."""
        self.notes[fault] = len(filed.ids) - returned(self, filed.ids)

    @property
    def ids(self) -> list[str]:
        return [subject for one in self.filed for subject in one.ids]


@contextmanager
def newer_routing(operator: Operator, release: Path) -> Iterator[Process]:
    """One instance of tomorrow's release beside the others, as another machine would run it."""
    home, addresses = Home(operator.home), read_stack(Home(operator.home)).addresses
    ports = Ports(home.ports_file)
    base = service_env(
        Infra(addresses["kafka"], addresses["mongo"], None, None), ports, ensure_keys(home.keys)
    )
    own = {**base, "PYTHONPATH": str(release)}
    env = instance_env(
        own, "routing-newer", ports.choose("routing-newer"), ports.choose("routing-newer-metrics")
    )
    process = Process(
        "routing-newer",
        [sys.executable, "-m", "motcua_routing"],
        home.logs / "routing-newer.log",
        env,
    )
    try:
        yield process.start()
    finally:
        process.stop(20)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return newer_release(tmp_path_factory.mktemp("newer"))


@pytest.fixture(scope="module")
def operator(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """The whole day, by the commands of the README."""
    home = tmp_path_factory.mktemp("operator")
    up = motcua(
        "up",
        "--detach",
        "--throwaway",
        "--mail-sink",
        "--instances",
        "routing=3",
        MOTCUA_HOME=str(home),
        MOTCUA_KAFKA_JAVA_OPTIONS=SHORT_LIVED,
    )
    assert up.code == 0, up.said
    try:
        with MongoClient[dict[str, Any]](
            read_stack(Home(home)).addresses["mongo"], tz_aware=True
        ) as store:
            operator = Operator(home, store)
            SIGNERS[str(operator.kafka)] = Signer.load(Home(home).keys / GATEWAY_KEY)
            operator.done("catalog", "import")
            kill_one(operator)
            freeze_one(operator)
            upgrade_one(operator, release)
            until(
                "all dossiers are returned", lambda: missing(operator, operator.ids), 120, every=0.3
            )
            until(
                "nothing is left to do",
                lambda: "; ".join(left(operator, (*FLOW, "notify"))) or True,
                60,
                every=0.3,
            )
            yield operator
    finally:
        motcua("down", MOTCUA_HOME=str(home))


def kill_one(operator: Operator) -> None:
    """kill -9. The supervisor starts it again."""
    rows = json.loads(operator.done("status", "--json"))["services"]
    operator.notes["lanes"] = {
        row["name"]: row["figures"]["lanes"] for row in rows if row["service"] == "routing"
    }
    pid = operator.status()["routing-1"].pid  # asked first: the load does not wait
    filed = operator.load(200)
    os.kill(pid, signal.SIGKILL)
    operator.under_load(filed, "killed")
    until(
        "the killed one is back",
        lambda: operator.status()["routing-1"].restarts == 1 and operator.settled(),
        READY,
    )


def freeze_one(operator: Operator) -> None:
    """SIGSTOP until the others have its lanes, then SIGCONT."""
    pid = operator.status()["routing-2"].pid
    filed = operator.load(200)
    os.kill(pid, signal.SIGSTOP)
    try:
        operator.under_load(filed, "frozen")
        until("the others have its lanes", lambda: operator.settled("routing-2"), READY)
        answer = operator.motcua("status", "--json")
        operator.notes["while frozen"] = (
            answer.code,
            [row["name"] for row in answer.json["services"] if not row["ready"]],
        )
    finally:
        os.kill(pid, signal.SIGCONT)
    until(
        "the woken one shares the lanes again",
        lambda: operator.settled() and bool(_lanes(operator, "routing-2")),
        READY,
    )


def upgrade_one(operator: Operator, release: Path) -> None:
    """One old instance leaves, a newer one comes; later it is taken back, and the old ones go on
    where it was.
    """
    operator.done("scale", "routing", "2")
    with newer_routing(operator, release) as newer:
        until(
            "the newer one shares the lanes",
            lambda: bool(lines(newer.log, "lanes taken")) and not operator.settled(),
            READY,
        )
        filed = operator.load(200)
        until("it has said its new word", lambda: _weighed(operator), 30)
        operator.under_load(filed, "taken back")
    until("the old ones have its lanes", operator.settled, READY)
    operator.load(100)


def _lanes(operator: Operator, instance: str) -> list[int]:
    figures = operator.status()[instance].figures
    return figures.lanes if figures else []


def _weighed(operator: Operator) -> bool:
    return any(
        NEW_EVENT.encode() in row["raw"]
        for row in operator.database("routing").journal.find({}, {"raw": 1})
    )


@pytest.fixture(scope="module")
def told(operator: Operator) -> Told:
    return read_histories(operator.kafka, operator.ids)


def test_three_instances_share_the_lanes_and_the_operator_sees_which(operator: Operator) -> None:
    shared = operator.notes["lanes"]
    assert set(shared) == {"routing-1", "routing-2", "routing-3"}
    assert sorted(lane for lanes in shared.values() for lane in lanes) == LANES
    assert {len(lanes) for lanes in shared.values()} == {2}


def test_every_fault_fell_into_the_load(operator: Operator) -> None:
    assert all(operator.notes[fault] > 0 for fault in ("killed", "frozen", "taken back")), (
        operator.notes
    )


def test_status_names_the_frozen_one_and_ends_with_one(operator: Operator) -> None:
    assert operator.notes["while frozen"] == (1, ["routing-2"])


def test_nothing_is_lost_nothing_doubled_and_the_order_is_kept(
    operator: Operator, told: Told
) -> None:
    check_histories(told, operator.filed)
    for subject, history in told.histories.items():
        for service, way in STRAIGHT_WAY.items():
            names = [name for name in history.names(service) if name != "case-weighed"]
            assert tuple(names) == way, f"{subject}: {service} said {history.names(service)}"


def test_every_message_came_once(operator: Operator) -> None:
    mailbox = read_stack(Home(operator.home)).addresses["mailbox"]
    counts = httpx.get(f"{mailbox}/count", trust_env=False).raise_for_status().json()
    assert (counts["accepted"], counts["distinct"]) == (
        2 * len(operator.ids),
        2 * len(operator.ids),
    )


def test_the_newer_release_wrote_and_the_old_ones_read_it(operator: Operator, told: Told) -> None:
    weighed = {
        subject for subject, history in told.histories.items() if history.events("case-weighed")
    }
    assert 0 < len(weighed) < len(operator.ids)
    placed = {
        subject
        for subject, history in told.histories.items()
        if NEW_FIELD in history.events("task-assigned")[0]["data"]
    }
    assert placed == weighed
    after = operator.filed[-1]
    assert not weighed & set(after.ids), "the newer one was still at work after it was taken back"


def test_the_readers_count_the_type_that_they_do_not_know(operator: Operator, told: Told) -> None:
    count = sum(len(history.events("case-weighed")) for history in told.histories.values())
    for part in read_stack(Home(operator.home)).services():
        if part.service in ("intake", "notify"):
            metrics = httpx.get(f"{part.probes_url}/metrics", trust_env=False).text
            (line,) = [
                line
                for line in metrics.splitlines()
                if line.startswith('motcua_unknown_types_total{topic="routing.cases"}')
            ]
            assert float(line.split()[-1]) == count, part.name


def test_in_the_end_status_says_that_all_is_well(operator: Operator) -> None:
    answer = operator.motcua("status", "--json")
    rows = answer.json["services"]
    assert answer.code == 0
    for name in ("lag", "unpublished", "dead_letters", "parked_keys"):
        assert {row["name"]: row["figures"][name] for row in rows if row["figures"][name]} == {}, (
            name
        )
    assert {row["name"]: row["restarts"] for row in rows if row["restarts"]} == {"routing-1": 1}


def test_in_the_end_kafkas_own_lag_is_zero_too(operator: Operator) -> None:
    """Also for what was read just before the pause, and for lanes that changed hands."""
    until(
        "Kafka's groups are told the end",
        lambda: str(group_lag.waiting(operator.kafka) or "") or True,
        10,
        every=0.5,
    )


def test_replay_holds_with_the_release_that_knows_every_word_and_names_the_word_without_it(
    operator: Operator, release: Path
) -> None:
    newer = operator.motcua("audit", "replay", "--json", PYTHONPATH=str(release))
    assert (newer.code, newer.json["differences"]) == (0, [])
    older = operator.motcua("audit", "replay", "--json")
    kinds = {
        (one["kind"], one["source"], one["sequence"], one["detail"])
        for one in older.json["differences"]
    }
    assert (older.code, kinds) == (
        1,
        {("fold-fails", "/motcua/routing", 2, "type: not known here, so nothing can be folded")},
    )


def test_the_chains_hold_for_readers_of_every_release(operator: Operator) -> None:
    assert "every chain holds" in operator.done("audit", "verify", "--archive")
