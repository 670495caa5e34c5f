"""J6: what was asked for does not come within the days of the terms.

Stopped, told, counted, and nobody's task any more.
"""

from datetime import timedelta

import pytest
from motcua_audit.check import Report
from motcua_journeys import Stage
from motcua_journeys.applicants import BINH
from motcua_journeys.checks import Rest
from motcua_journeys.j06_time_over import TimeOver

from .reading import Where, arrives, instant, mails_of, said_at, where


@pytest.fixture(scope="module")
def journey(stage: Stage) -> TimeOver:
    played = TimeOver(stage)
    played.play()
    return played


def test_until_the_last_moment_it_waits(journey: TimeOver) -> None:
    own = journey.seen["waiting"].own
    assert (own["status"], own["next_actions"]) == (
        "supplement_requested",
        ["supplement", "withdraw"],
    )


def test_it_is_stopped_thirty_days_after_the_request_though_the_clock_jumped_over_it(
    journey: TimeOver,
) -> None:
    until, own = (
        instant(journey.seen["asked"].own["supplement"]["respond_by"]),
        journey.seen["stopped"].own,
    )
    assert until is not None
    # Thirty days; where the counter is closed then, the end of its next working day: Tết is the
    # longest closure.
    assert (
        timedelta(days=29, hours=23)
        < until - said_at(own, "SupplementRequested")
        <= timedelta(days=42)
    )
    assert abs(said_at(own, "DossierStopped") - until) <= timedelta(minutes=1)


def test_owner_and_public_see_that_it_is_stopped_and_nothing_is_left_to_do(
    journey: TimeOver,
) -> None:
    seen = journey.seen["stopped"]
    assert (seen.own["status_vi"], seen.track["status_vi"]) == ("Dừng xử lý", "Dừng xử lý")
    assert (seen.own["next_actions"], seen.own["supplement"]) == ([], None)
    assert where(seen.own) == where(seen.track) == Where("stopped", "haiminh", "one-stop", "closed")


def test_the_owner_is_told_by_mail_and_in_the_inbox(journey: TimeOver, stage: Stage) -> None:
    def told() -> list[dict[str, str]]:
        return [
            mail
            for mail in mails_of(stage.mails(BINH["email"]), journey.code)
            if "đã dừng xử lý" in mail["subject"]
        ]

    (mail,) = arrives(told, 1)
    assert "giấy tờ yêu cầu bổ sung không được nộp đúng hạn" in mail["text"]
    titles = [one["title_vi"] for one in journey.citizen.get("/inbox", limit=20)["messages"]]
    assert f"Hồ sơ {journey.code} đã dừng xử lý" in titles


def test_the_department_has_no_task_of_it_any_more(journey: TimeOver) -> None:
    assert journey.code not in journey.tasks


@pytest.mark.parametrize("attempt", ["handing it in too late", "withdrawing what is stopped"])
def test_nothing_can_be_done_with_it_any_more(journey: TimeOver, attempt: str) -> None:
    refused = journey.refusals[attempt]
    assert (refused.slug, refused.params["status"]) == ("wrong-status", "stopped")


def test_the_statistics_count_it_as_stopped_and_not_as_late(journey: TimeOver) -> None:
    before, after = journey.figures["before"], journey.figures["after"]
    changed = {
        name: after[name] - before.get(name, 0)
        for name in ("received", "waiting", "overdue", "late", "stopped")
    }
    assert changed == {"received": 1, "waiting": 0, "overdue": 0, "late": 0, "stopped": 1}


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
