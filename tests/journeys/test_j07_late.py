"""J7: one working day before it is due the apology with a new date; at the due date the leader;
late against the first date.
"""

import json
from datetime import datetime, timedelta

import pytest
from motcua_audit.check import Report
from motcua_documents.pdf.words import day_of, hour_of
from motcua_journeys import Stage
from motcua_journeys.applicants import BINH
from motcua_journeys.checks import Rest, signatures_of
from motcua_journeys.j07_late import Late

from . import office_days
from .reading import arrives, instant, mails_of, said_at, text_of


@pytest.fixture(scope="module")
def journey(stage: Stage) -> Late:
    played = Late(stage)
    played.play()
    return played


def test_the_new_date_lies_two_working_days_after_the_first(journey: Late) -> None:
    due = instant(journey.seen["apologised"].own["due_at"])
    assert due == office_days.working_days_later(office_days.DISTRICT, journey.first_due_at, 2)
    assert instant(journey.seen["apologised"].track["due_at"]) == due


def test_late_is_measured_against_the_first_date(journey: Late) -> None:
    assert instant(journey.seen["apologised"].own["due"]["first_due_at"]) == journey.first_due_at
    before, late, after = (journey.figures[when] for when in ("before", "late", "after"))
    assert late["overdue"] - before.get("overdue", 0) >= 1
    assert after["late"] - late["late"] == 1
    assert after["overdue"] == late["overdue"] - 1


def test_the_new_date_was_decided_a_working_day_before_and_the_leader_told_at_the_date(
    journey: Late, stage: Stage, rest: Rest
) -> None:
    """The rule decided at its moment, though the clock jumped over it."""
    own = journey.seen["escalated"].own
    records = [json.loads(one["raw"]) for one in stage.auditor.events(own["dossier_id"])]
    (decided,) = [
        one["data"]["decided_at"]
        for one in records
        if one["type"].endswith(".extension-decided.v1")
    ]
    hours = (
        office_days.open_minutes_between(
            office_days.DISTRICT, datetime.fromisoformat(decided), journey.first_due_at
        )
        / 60
    )
    assert hours == 8
    assert abs(said_at(own, "CaseEscalated") - journey.first_due_at) <= timedelta(minutes=1)


def test_it_is_in_the_leader_s_list_of_what_is_late(journey: Late) -> None:
    assert journey.code in journey.escalated


def test_the_letter_is_signed_and_says_reason_and_both_dates(journey: Late, stage: Stage) -> None:
    letter = text_of(journey.citizen.documents(journey.code)["apology"])
    new = instant(journey.seen["apologised"].own["due_at"])
    assert new is not None
    for line in (
        "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
        BINH["full_name"],
        (
            f"Thời gian hẹn trả kết quả: {hour_of(journey.first_due_at)},"
            f" {day_of(journey.first_due_at)}"
        ),
        "Lý do: Hồ sơ chưa giải quyết xong trong thời hạn đã hẹn",
        f"Thời gian hẹn lại trả kết quả: {hour_of(new)}, {day_of(new)}",
        "CON DẤU ĐIỆN TỬ CỦA CƠ QUAN",
        "không có người ký",
        "Ký bởi: Ủy ban nhân dân huyện Hải Hậu",
    ):
        assert line in letter
    signed = {one.kind: one for one in signatures_of(stage, journey.citizen, journey.code)}
    assert signed["apology"].report.good
    assert not signed["apology"].flipped.intact


def test_the_owner_is_told_by_mail(journey: Late, stage: Stage) -> None:
    def told() -> list[dict[str, str]]:
        return [
            mail
            for mail in mails_of(stage.mails(BINH["email"]), journey.code)
            if "hẹn lại" in mail["text"]
        ]

    assert len(arrives(told, 1)) == 1


def test_a_second_new_date_is_refused_by_name(journey: Late) -> None:
    assert journey.refusals["another new date"].slug == "already-extended"
    assert journey.refusals["another new date"].params == {"allowed": 1}


def test_anybody_is_told_why_it_is_due_then(journey: Late) -> None:
    for line in (
        "Tiếp nhận",
        "3 working days; the day of receipt is not counted.",
        "Gia hạn 2 ngày làm việc.",
        "Extended by 2 working days.",
    ):
        assert line in journey.explained


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
