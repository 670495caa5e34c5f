"""A start waits as long as something moves, says for whom and why, and gives up with a part's last
lines once nothing does.
"""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from motcua_local.detached import option_words
from motcua_local.layout import Options
from motcua_local.patience import NewLines, Patience
from motcua_local.process import PartFailedError
from motcua_local.progress import Shown
from motcua_local.readiness import Health, wait_ready
from rich.console import Console


class Clock:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Part:
    """A part as the start sees it."""

    def __init__(self, name: str, directory: Path) -> None:
        self.name, self.running = name, True
        self.exit_code: int | None = None
        self.log = directory / f"{name}.log"
        self.log.write_text("")

    def says(self, line: str) -> None:
        with self.log.open("a") as out:
            out.write(line + "\n")

    def ends(self, code: int) -> None:
        self.running, self.exit_code = False, code

    def new_lines(self) -> NewLines:
        return NewLines(self.log)

    def failed(self, reason: str) -> PartFailedError:
        return PartFailedError(self.name, reason, self.log)


class Start:
    """One start: every look takes ten seconds, and `step(number)` is what happens meanwhile."""

    def __init__(
        self,
        directory: Path,
        *names: str,
        step: Callable[["Start", int], None] = lambda start, number: None,
    ) -> None:
        self.parts = {name: Part(name, directory) for name in names}
        self.health = {name: Health(False, "no answer yet") for name in names}
        self.clock, self.step, self.looks, self.told = Clock(), step, 0, [""]

    def run(self, needed: tuple[Part, ...] = ()) -> None:
        wait_ready(
            [(part, name) for name, part in self.parts.items()],
            Patience(60, self.clock),
            self.told.append,
            needed,
            ask=lambda name: self.health[name],
            sleep=self._turn,
        )

    def _turn(self, seconds: float) -> None:
        self.clock.now += 10
        self.looks += 1
        assert self.looks < 1000, "waits without end"
        self.step(self, self.looks)


def test_a_slow_start_is_waited_for_as_long_as_a_log_moves(tmp_path: Path) -> None:
    """Fifty minutes: every look another line that was not there before."""
    words = [a + b for a in "abcdefghijklmnopqr" for b in "abcdefghijklmnopqr"]

    def step(start: Start, number: int) -> None:
        start.parts["intake-1"].says(f"reads {words[number]}")
        if number == 300:
            start.health["intake-1"] = Health(True, "ready")

    start = Start(tmp_path, "intake-1", step=step)
    start.run()
    assert start.looks == 301


def test_another_part_that_gets_on_is_progress_for_all(tmp_path: Path) -> None:
    def step(start: Start, number: int) -> None:
        if number == 5:
            start.health["audit-1"] = Health(True, "ready")
        if number == 10:
            start.health["intake-1"] = Health(True, "ready")

    start = Start(tmp_path, "intake-1", "audit-1", step=step)
    start.run()
    assert start.clock.now == 1110, "100 s, and 50 s of silence after the first was ready"


def test_reasons_that_change_are_progress_and_reasons_that_count_are_none(tmp_path: Path) -> None:
    def changes(start: Start, number: int) -> None:
        start.health["intake-1"] = Health(
            False, "the group is not joined" if number < 5 else "lanes [1, 2] are not taken"
        )

    start = Start(tmp_path, "intake-1", step=changes)
    with pytest.raises(PartFailedError):
        start.run()
    assert start.looks == 12, (
        "six looks of silence after the fifth, which was the last that was new"
    )

    def counts(start: Start, number: int) -> None:
        start.health["intake-1"] = Health(False, f"{number} turns failed in a row")
        start.parts["intake-1"].says(
            f'{{"event":"waiting","attempt":{number},"ts":"2026-11-27T18:00:{number:02}Z","id":"a{number}f"}}'
        )

    start = Start(tmp_path, "intake-1", step=counts)
    with pytest.raises(PartFailedError):
        start.run()
    assert start.looks < 12, "who tries the same again and again gets nowhere"


def test_giving_up_names_who_is_late_why_and_shows_the_last_lines(tmp_path: Path) -> None:
    start = Start(tmp_path, "intake-1", "audit-1", "notify-1")
    start.health["audit-1"] = Health(True, "ready")
    start.health["notify-1"] = Health(False, "the breaker is open")
    start.parts["intake-1"].says("cannot reach the database")
    with pytest.raises(PartFailedError) as failed:
        start.run()
    text = str(failed.value)
    assert "intake-1: not ready (no answer yet), and nothing has moved for 60 s" in text
    assert "notify-1 (the breaker is open)" in text
    assert "audit-1" not in text
    assert "cannot reach the database" in text
    assert "--patience" in text
    assert (
        start.told[-1]
        == "1 of 3, waiting for intake-1 (no answer yet); notify-1 (the breaker is open)"
    )


def test_a_server_that_ends_while_services_start_is_named(tmp_path: Path) -> None:
    kafka = Part("kafka", tmp_path)
    kafka.says("no space left")
    start = Start(tmp_path, "intake-1", step=lambda start, number: kafka.ends(1))
    with pytest.raises(
        PartFailedError, match="kafka: ended with exit code 1 before everything was ready"
    ) as failed:
        start.run((kafka,))
    assert "no space left" in str(failed.value)


def test_where_there_is_no_terminal_a_long_step_says_what_it_waits_for() -> None:
    clock, out = Clock(), io.StringIO()
    with Shown(Console(file=out, width=100), clock) as shown, shown.step("Services") as step:
        step.say("0 of 2, waiting for intake-1 (no answer yet)")
        clock.now += 16
        step.say("1 of 2, waiting for intake-1 (lanes [1, 2] are not taken)")
        step.say("1 of 2, waiting for intake-1 (lanes [1, 2] are not taken)")
    assert out.getvalue().count("waiting for intake-1") == 1
    assert "… Services: 1 of 2, waiting for intake-1 (lanes [1, 2] are not taken)" in out.getvalue()


def test_a_detached_start_is_given_the_same_patience() -> None:
    words = option_words(Options(patience=300))
    assert words[words.index("--patience") + 1] == "300"
