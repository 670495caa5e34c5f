"""The breaker: who counts for it, and what does not; and the notice by which an
operator closes it.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from motcua_chassis._processing.breaker import NOBODY, Run, caller_of
from motcua_chassis._processing.outcome import TurnResult

AT = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
PERSON = "citizen:a"


def run_of(*callers: str, limit: int = 50, people: int = 10) -> Run:
    run = Run(limit, people)
    run.take_in(TurnResult(dead=list(callers)))
    return run


@pytest.mark.parametrize(
    "callers",
    [
        [PERSON] * 5_000,
        [NOBODY] * 5_000,
        [f"citizen:{n % 9}" for n in range(5_000)],
        [f"citizen:{n}" for n in range(49)],
        [f"~d-{n}" for n in range(49)] * 2,
        [PERSON] * 60 + [f"~d-{n}" for n in range(40)],
    ],
    ids=[
        "one person",
        "nobody that is named",
        "nine accounts",
        "too few letters",
        "one person's 49 dossiers",
        "a person and forty dossiers",
    ],
)
def test_a_few_callers_never_open_it_whatever_they_send(callers: list[str]) -> None:
    assert not run_of(*callers).is_bad


@pytest.mark.parametrize(
    "callers",
    [
        [f"citizen:{n % 10}" for n in range(50)],
        [f"~d-{n}" for n in range(50)],
        [f"officer:{n}" for n in range(5)] * 9 + [f"~d-{n}" for n in range(25)],
    ],
    ids=["ten people", "fifty dossiers", "half of each"],
)
def test_a_release_that_fails_whoever_asks_opens_it_at_the_limit(callers: list[str]) -> None:
    assert run_of(*callers).is_bad


def test_a_record_that_was_answered_ends_the_run() -> None:
    run = run_of(*(f"citizen:{n}" for n in range(49)))
    run.take_in(TurnResult(alive=True, dead=["citizen:49"]))
    assert (run.letters, run.people, run.is_bad) == (1, 1, False)


@pytest.mark.parametrize(
    ("actor", "subject", "is_command", "caller"),
    [
        ("citizen:a", "d-1", True, "citizen:a"),
        ("citizen:a", "d-1", False, "citizen:a"),
        ("system:intake", "d-1", False, "~d-1"),
        ("system:payment", "d-1", True, "~d-1"),
        ("", "d-1", True, NOBODY),
        ("", "d-1", False, "~d-1"),
        ("system:intake", "", False, NOBODY),
    ],
)
def test_for_whom_a_letter_counts(actor: str, subject: str, is_command: bool, caller: str) -> None:
    assert caller_of(actor, subject, is_command=is_command) == caller


def test_what_it_remembers_is_bounded() -> None:
    run = run_of(*(f"citizen:{n}" for n in range(10_000)), *(f"~d-{n}" for n in range(10_000)))
    kept: Any = (run.people, run.subjects)
    assert kept == (10, 50)
