"""J7: the counter's 8 working hours are over and nobody has answered: the clerk is told; the time
to handle it has not begun.
"""

from datetime import timedelta

import pytest
from motcua_audit.check import Report
from motcua_journeys import Stage
from motcua_journeys.checks import Rest
from motcua_journeys.j07_unanswered import Unanswered

from . import office_days
from .reading import accepted_at, everything_in, instant, said_at

HOURS = 8


@pytest.fixture(scope="module")
def journey(stage: Stage) -> Unanswered:
    played = Unanswered(stage)
    played.play()
    return played


def test_it_is_said_once_when_the_office_has_been_open_for_eight_hours(journey: Unanswered) -> None:
    said = [line for line in journey.clerk_sees["history"] if line["event"] == "AcceptanceOverdue"]
    received = instant(journey.clerk_sees["received_at"])
    assert len(said) == 1
    assert received is not None
    due = office_days.open_minutes_later(office_days.COMMUNE, received, HOURS * 60)
    assert abs(said_at(journey.clerk_sees, "AcceptanceOverdue") - due) <= timedelta(minutes=2)


def test_the_clerk_reads_it_and_may_still_accept(journey: Unanswered) -> None:
    texts = [line["text_vi"] for line in journey.clerk_sees["history"]]
    assert "Quá 8 giờ làm việc chưa có trả lời của bộ phận một cửa" in texts
    assert "accept" in [one["action"] for one in journey.clerk_sees["actions"]]


def test_the_queue_marks_it(journey: Unanswered) -> None:
    assert journey.code in journey.marked


def test_neither_owner_nor_public_is_shown_what_the_office_has_to_mend(journey: Unanswered) -> None:
    seen = journey.seen["overdue"]
    assert "AcceptanceOverdue" not in everything_in(seen.own) + everything_in(seen.track)


def test_without_a_date_the_statistics_count_it_as_waiting_and_not_as_late(
    journey: Unanswered,
) -> None:
    before, overdue = journey.figures["before"], journey.figures["overdue"]
    changed = {
        name: overdue[name] - before.get(name, 0) for name in ("received", "waiting", "overdue")
    }
    assert changed == {"received": 1, "waiting": 1, "overdue": 0}
    assert journey.figures["accepted"] == overdue


def test_the_applicant_s_time_begins_with_the_acceptance(journey: Unanswered) -> None:
    own = journey.seen["accepted"].own
    assert instant(own["due_at"]) == office_days.same_day(office_days.COMMUNE, accepted_at(own))


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
