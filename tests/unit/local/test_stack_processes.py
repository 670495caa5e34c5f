"""A part of the stack dies with its parent, tells its last lines when it fails, and stops when it
is told to.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from motcua_local.process import PartFailedError, Process, stop_all, tail

SLEEPS = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True);"
    " time.sleep(60)"
)


def python(tmp_path: Path, code: str, name: str = "part") -> Process:
    return Process(name, [sys.executable, "-c", code], tmp_path / f"{name}.log")


def is_up(process: Process) -> bool:
    return "up" in process.last_lines(1)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_dies_with_its_parent_even_when_that_is_killed(tmp_path: Path) -> None:
    code = f"""
import sys, time
from pathlib import Path
from motcua_local.process import Process
child = Process("child", [sys.executable, "-c", "import time; time.sleep(60)"], Path({str(tmp_path / "child.log")!r}))
print(child.start().pid, flush=True)
time.sleep(60)
"""  # noqa: E501
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
        parent.wait()
        end = time.monotonic() + 5
        while alive(child) and time.monotonic() < end:
            time.sleep(0.02)
    assert not alive(child)


def test_an_end_before_ready_shows_the_log_of_this_run_alone(tmp_path: Path) -> None:
    (tmp_path / "part.log").write_text("of an earlier run\n")
    process = python(tmp_path, "print('no such directory: /data'); raise SystemExit(3)").start()
    with pytest.raises(PartFailedError) as failed:
        process.wait_until(lambda: False, 10)
    text = str(failed.value)
    assert "part: ended with exit code 3 before it was ready" in text
    assert "no such directory: /data" in text
    assert "earlier" not in text


def test_a_part_that_says_nothing_new_is_given_up(tmp_path: Path) -> None:
    process = python(tmp_path, SLEEPS).start()
    try:
        with pytest.raises(
            PartFailedError, match=r"not serving, and nothing new in its log for 0\.2 s"
        ):
            process.wait_until(lambda: False, 0.2, "serving")
    finally:
        process.kill()


def test_what_cannot_be_started_is_a_failed_part(tmp_path: Path) -> None:
    with pytest.raises(PartFailedError, match="nothing: cannot be started"):
        Process("nothing", [tmp_path / "no-such-program"], tmp_path / "log").start()


def test_stop_is_asked_for_first_and_taken_after_the_time(tmp_path: Path) -> None:
    kind, stubborn = (
        python(tmp_path, SLEEPS, "kind").start(),
        python(tmp_path, STUBBORN, "stubborn").start(),
    )
    for process in (kind, stubborn):
        process.wait_until(lambda p=process: is_up(p), 10)  # type: ignore[misc]
    assert stop_all([kind, stubborn], 0.5) == ["stubborn"]
    assert (kind.exit_code, stubborn.exit_code) == (-signal.SIGTERM, -signal.SIGKILL)


def test_a_frozen_part_stops_too(tmp_path: Path) -> None:
    process = python(tmp_path, SLEEPS).start()
    process.wait_until(lambda: is_up(process), 10)
    process.signal(signal.SIGSTOP)
    assert process.stop(5) == -signal.SIGTERM


def test_the_same_part_starts_again_after_its_end(tmp_path: Path) -> None:
    process = python(tmp_path, SLEEPS).start()
    first = process.pid
    with pytest.raises(RuntimeError, match="already runs"):
        process.start()
    process.kill()
    assert process.start().pid != first
    process.kill()


def test_ctrl_c_at_the_terminal_does_not_reach_a_part(tmp_path: Path) -> None:
    process = python(tmp_path, SLEEPS).start()
    try:
        assert os.getpgid(process.pid) != os.getpgid(0)
    finally:
        process.kill()


def test_the_tail_of_no_log_is_empty(tmp_path: Path) -> None:
    assert tail(tmp_path / "none.log") == ""
