"""`motcua up` for real: Kafka, MongoDB and the simulators, whose parts are killed, started again,
stopped and found again.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from motcua_contracts.wire.topics import Topic
from motcua_local.detached import start_detached, stop_detached
from motcua_local.home import Home
from motcua_local.kafka_server import SHORT_LIVED
from motcua_local.layout import Options
from motcua_local.progress import Silent
from motcua_local.stack_file import NoStackError, Part, is_held, read_stack
from motcua_operations import topics
from pymongo import MongoClient

from tests.support import stack

GROUND_ALONE = Options(services=())


def eventually(check: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def part(home: Home, name: str) -> Part:
    return next(p for p in read_stack(home).processes if p.name == name)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOTCUA_KAFKA_BOOTSTRAP", "MOTCUA_MONGO_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOTCUA_KAFKA_JAVA_OPTIONS", SHORT_LIVED)


def test_topics_are_made_once_and_stay_through_a_kill_of_the_broker() -> None:
    cluster = stack.shared_cluster()
    cluster.apply_topics()
    address, pid = cluster.kafka_bootstrap, cluster.broker.pid
    cluster.broker.kill()
    cluster.broker.restart()
    assert cluster.broker.pid != pid
    assert cluster.kafka_bootstrap == address
    assert asyncio.run(topics.apply(address)).lines() == []


def test_a_topic_with_one_copy_is_named_and_can_still_be_written_and_what_was_set_stays() -> None:
    cluster = stack.shared_cluster()
    plain = Topic("test.copies", "events", 1, {"cleanup.policy": "delete"})
    asyncio.run(topics.apply(cluster.kafka_bootstrap, [plain]))
    asked = asyncio.run(topics.apply(cluster.kafka_bootstrap, [plain], replicas=3))
    assert (asked.configure, len(asked.fewer)) == ((), 1)
    assert "test.copies has 1 of 3 copies" in asked.fewer[0]
    safe = Topic("test.copies", "events", 1, {**plain.config, "min.insync.replicas": "2"})
    assert asyncio.run(topics.apply(cluster.kafka_bootstrap, [safe])).lines() == [
        "changed test.copies min.insync.replicas: 1 -> 2"
    ]
    assert asyncio.run(topics.apply(cluster.kafka_bootstrap, [plain])).lines() == [], (
        "a later call without copies takes it away"
    )
    assert asyncio.run(topics.apply(cluster.kafka_bootstrap, [safe])).lines() == []


def test_what_was_written_is_there_after_a_kill_of_mongod() -> None:
    cluster = stack.shared_cluster()
    with MongoClient[dict[str, object]](cluster.mongo_uri) as client:
        with client.start_session() as session, session.start_transaction():
            client["test_local_stack"]["papers"].insert_one({"_id": "one"}, session=session)
        cluster.mongod.kill()
        cluster.mongod.restart()
        assert client["test_local_stack"]["papers"].count_documents({}) == 1


@pytest.mark.usefixtures("own_servers")
def test_a_stack_is_watched_stopped_and_found_again(tmp_path: Path) -> None:
    home = Home(
        tmp_path / "a-home-with-a-name-so-long-that-no-socket-could-have-it-as-its-path" / ".motcua"
    )
    first = start_detached(home, GROUND_ALONE, Silent())
    try:
        assert {p.name for p in first.processes} == {"mongod", "kafka", "mailbox", "sms", "vnpay"}
        assert asyncio.run(topics.apply(first.addresses["kafka"])).lines() == []

        mailbox = part(home, "mailbox")
        os.kill(mailbox.pid, signal.SIGKILL)
        assert eventually(
            lambda: part(home, "mailbox").restarts == 1 and part(home, "mailbox").running
        )
        assert part(home, "mailbox").http_port == mailbox.http_port
        assert "mailbox (pid" in (home.logs / "supervisor.log").read_text()
    finally:
        assert stop_detached(home)
    assert all(gone(p.pid) for p in first.processes)
    with pytest.raises(NoStackError):
        read_stack(home)

    second = start_detached(home, Options(services=(), restart=False), Silent())
    try:
        assert second.addresses == first.addresses
        difference = asyncio.run(topics.apply(second.addresses["kafka"]))
        assert difference.lines() == [], "the topics of the first start were not found again"
        os.kill(part(home, "sms").pid, signal.SIGKILL)
        assert eventually(lambda: not part(home, "sms").running)
        time.sleep(1.5)
        assert (part(home, "sms").restarts, part(home, "sms").exit_code) == (0, -9)

        os.kill(second.pid, signal.SIGKILL)
        assert eventually(lambda: all(gone(p.pid) for p in second.processes), 10), (
            "children outlived their killed supervisor"
        )
        assert eventually(lambda: not is_held(home), 10)
    finally:
        if is_held(home):
            stop_detached(home)


@pytest.mark.usefixtures("own_servers")
def test_ctrl_c_stops_a_foreground_stack_with_nothing_left(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "motcua_operations", "up", "--only-infra", "--no-simulators"]
    home, said = Home(tmp_path), tmp_path / "said"
    with (
        said.open("w") as output,
        subprocess.Popen(
            command,
            env={**os.environ, "MOTCUA_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as up,
    ):
        # What is said comes after the stack file calls itself ready: a signal in between is early.
        assert eventually(
            lambda: up.poll() is not None or "Ctrl-C stops it." in said.read_text(), 90
        )
        processes = read_stack(home).processes
        assert _ready(home)
        up.send_signal(signal.SIGINT)
        up.wait(timeout=60)
    assert up.returncode == 0, said.read_text()
    assert "Ctrl-C stops it." in said.read_text()
    assert all(gone(p.pid) for p in processes)
    assert not home.stack_file.exists()


def _ready(home: Home) -> bool:
    return bool(json.loads(home.stack_file.read_text())["ready"])


@pytest.mark.usefixtures("own_servers")
def test_a_start_that_fails_names_the_part_and_leaves_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path).ensure()
    # a directory where mongod wants a file
    (home.data / "mongo" / "mongod.lock").mkdir(parents=True)
    env = {**os.environ, "MOTCUA_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "motcua_operations", "up", "--only-infra"],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "mongod: ended with exit code" in done.stdout
    assert "last lines of" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not is_held(home)
