"""After every attack of this folder: what everybody else noticed. The last module by name."""

import pytest
from motcua_journeys import Stage
from motcua_journeys.checks import rest_of

from .attack import Bystander, said_in_logs

FAULTS = (
    "turn failed",
    "dead letter",
    "request failed",
    "breaker open",
    "batch taken apart",
    "lane stopped",
    "a row cannot be read",
    "unreadable event",
)


def test_who_filed_beside_it_was_answered_in_time(bystander: Bystander) -> None:
    """201 within the seconds that a request waits, each time."""
    assert bystander.answers
    assert [answer for answer in bystander.answers if answer[0] != 201] == []


def test_nothing_is_dead_parked_or_left_over(stage: Stage) -> None:
    rest = rest_of(stage.stack)
    assert rest.ok, rest


@pytest.mark.parametrize("fault", FAULTS)
def test_no_service_says_that_something_failed(stage: Stage, fault: str) -> None:
    assert said_in_logs(stage, (fault,)) == []
