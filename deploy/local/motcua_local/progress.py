"""What a start tells a person while it runs: steps, each with how far it is and
how long it took.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

_SAY_EVERY_SECONDS = 15.0


class Step:
    """One step under way; `update` says how much of it is done."""

    def __init__(self, progress: "Progress", name: str) -> None:
        self._progress, self._name = progress, name

    def update(self, done: int, of: int) -> None:
        self.say(f"{done} of {of}")

    def say(self, detail: str) -> None:
        """How far it is, or what is waited for."""
        self._progress.advance(self._name, detail)


class Progress(Protocol):
    """Where steps are shown. Names of steps are unique within one start."""

    def begin(self, name: str) -> None: ...
    def advance(self, name: str, detail: str) -> None: ...
    def end(self, name: str, seconds: float, failed: bool) -> None: ...
    @contextmanager
    def step(self, name: str) -> Iterator[Step]: ...


class _Steps:
    """The bracket round a step; the subclasses show it."""

    def begin(self, name: str) -> None:
        raise NotImplementedError

    def advance(self, name: str, detail: str) -> None:
        raise NotImplementedError

    def end(self, name: str, seconds: float, failed: bool) -> None:
        raise NotImplementedError

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        begun = time.monotonic()
        self.begin(name)
        try:
            yield Step(self, name)
        except BaseException:
            self.end(name, time.monotonic() - begun, failed=True)
            raise
        self.end(name, time.monotonic() - begun, failed=False)


class Silent(_Steps):
    """For tests: nothing is shown."""

    def begin(self, name: str) -> None: ...
    def advance(self, name: str, detail: str) -> None: ...
    def end(self, name: str, seconds: float, failed: bool) -> None: ...


class Shown(_Steps):
    """On a terminal: a spinner and the time for what runs; elsewhere a line for each step that
    ended.

    A step that takes long says elsewhere, every 15 s, how far it is or what it waits for.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._told_at: dict[str, float] = {}
        self._bars = Bars(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            TextColumn("[dim]{task.fields[detail]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Shown":
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def begin(self, name: str) -> None:
        self._tasks[name] = self._bars.add_task(name, total=1, detail="")
        self._told_at[name] = self._clock()

    def advance(self, name: str, detail: str) -> None:
        self._bars.update(self._tasks[name], detail=escape(detail))
        if (
            not self._console.is_terminal
            and self._clock() - self._told_at[name] >= _SAY_EVERY_SECONDS
        ):
            self._told_at[name] = self._clock()
            self._console.print(f"… {name}: {escape(detail)}")

    def end(self, name: str, seconds: float, failed: bool) -> None:
        self._bars.remove_task(self._tasks.pop(name))
        self._console.print(
            f"{'[red]✗' if failed else '[green]✓'}[/] {name} [dim]{seconds:.1f} s[/]"
        )


class Written(_Steps):
    """Into a file, one JSON line for each change: how a detached stack tells the terminal that
    started it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        file.write_text("")

    def write(self, **line: object) -> None:
        with self._file.open("a") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")

    def begin(self, name: str) -> None:
        self.write(do="begin", name=name)

    def advance(self, name: str, detail: str) -> None:
        self.write(do="advance", name=name, detail=detail)

    def end(self, name: str, seconds: float, failed: bool) -> None:
        self.write(do="end", name=name, seconds=seconds, failed=failed)


def show_written(line: str, progress: Progress) -> dict[str, object] | None:
    """Shows one line of `Written`; gives back a line that is no step (the end of the start)."""
    change = json.loads(line)
    match change.pop("do"):
        case "begin":
            progress.begin(**change)
        case "advance":
            progress.advance(**change)
        case "end":
            progress.end(**change)
        case other:
            return {"do": other, **change}
    return None
