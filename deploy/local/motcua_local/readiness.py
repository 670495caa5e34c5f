"""Waiting until parts of a stack are ready: what each says of itself, who is still waited for, and
when to give up.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .patience import NewLines, Patience
from .process import PartFailedError
from .stack_file import Part

_LOOK_AGAIN_SECONDS = 0.1
_ANSWER_SECONDS = 2
_ANSWER_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Health:
    """One answer of a probe.

    `said`: why the part is not ready, in its own words, or that it gave no answer.
    """

    ready: bool
    said: str


class Starting(Protocol):
    """A part that was started (`process.Process`)."""

    @property
    def name(self) -> str: ...
    @property
    def running(self) -> bool: ...
    @property
    def exit_code(self) -> int | None: ...
    def new_lines(self) -> NewLines: ...
    def failed(self, reason: str) -> PartFailedError: ...


class Named:
    """A part of a stack that another process owns, by what that wrote of it.

    Its owner starts it again should it end.
    """

    def __init__(self, part: Part) -> None:
        self.name, self._log = part.name, Path(part.log)
        self._log_start = self._log.stat().st_size if self._log.is_file() else 0
        self.running, self.exit_code = True, None

    def new_lines(self) -> NewLines:
        return NewLines(self._log, self._log_start)

    def failed(self, reason: str) -> PartFailedError:
        return PartFailedError(self.name, reason, self._log)


def wait_ready(
    parts: Sequence[tuple[Starting, str]],
    patience: Patience,
    tell: Callable[[str], None] = lambda text: None,
    needed: Sequence[Starting] = (),
    ask: Callable[[str], Health] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Until every part's probe (its URL) says yes. `tell` hears whom is waited for and why.

    PartFailedError, with the part's last lines, when one of them or of `needed` ends, or when
    nothing moves any longer (`Patience`): neither a log nor an answer, of all that are waited for.
    A slow one is waited for as long as any of them gets on.
    """
    ask = ask or health
    waiting = [(part, url, part.new_lines()) for part, url in parts]
    with ThreadPoolExecutor(8) as pool:
        while waiting:
            for part in [*needed, *(part for part, _, _ in waiting)]:
                if not part.running:
                    raise part.failed(
                        f"ended with exit code {part.exit_code} before everything was ready"
                    )
            answers = list(pool.map(ask, [url for _, url, _ in waiting]))
            for (part, _, lines), answer in zip(waiting, answers, strict=True):
                patience.see(part.name, [*lines.look(), f"probe: {answer.said}"])
            late = [
                (part.name, answer.said)
                for (part, _, _), answer in zip(waiting, answers, strict=True)
                if not answer.ready
            ]
            waiting = [
                row for row, answer in zip(waiting, answers, strict=True) if not answer.ready
            ]
            tell(_waited_for(len(parts) - len(waiting), len(parts), late))
            if waiting and patience.is_over:
                raise waiting[0][0].failed(_gave_up(patience, late))
            sleep(_LOOK_AGAIN_SECONDS if waiting else 0)


def _waited_for(done: int, of: int, late: Sequence[tuple[str, str]]) -> str:
    rest = f", waiting for {'; '.join(f'{name} ({said})' for name, said in late)}" if late else ""
    return f"{done} of {of}{rest}"


def _gave_up(patience: Patience, late: Sequence[tuple[str, str]]) -> str:
    others = (
        f"; not ready either: {', '.join(f'{name} ({said})' for name, said in late[1:])}"
        if late[1:]
        else ""
    )
    return (
        f"not ready ({late[0][1]}), and nothing has moved for {patience.quiet_seconds:g} s, neither"
        f" a log nor a probe{others}. --patience waits longer"
    )


def health(url: str) -> Health:
    """What a GET is answered with: 200 is ready."""
    try:
        with urllib.request.urlopen(url, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - an address of this stack
            return Health(
                answer.status == 200, "ready" if answer.status == 200 else f"status {answer.status}"
            )
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Health(False, _reasons(refusal))
    except OSError:  # refused or timed out
        return Health(False, "no answer yet")


def _reasons(refusal: urllib.error.HTTPError) -> str:
    """The reasons of `/readyz`, else the status."""
    try:
        said = json.loads(refusal.read(_ANSWER_BYTES))
        return ", ".join(str(reason) for reason in said["reasons"]) or f"status {refusal.code}"
    except (OSError, ValueError, KeyError, TypeError):
        return f"status {refusal.code}"


def answers_ok(url: str) -> bool:
    """Whether a GET is answered with 200."""
    return health(url).ready
