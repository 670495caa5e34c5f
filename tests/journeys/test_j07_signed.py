"""J7: a calendar with another day off is imported, and a running dossier's date moves; then a
leader signs the apology.
"""

from datetime import datetime

import pytest
from motcua_audit.check import Report
from motcua_documents.pdf.words import day_of, hour_of
from motcua_journeys import Stage
from motcua_journeys.applicants import BINH
from motcua_journeys.checks import Rest, signatures_of
from motcua_journeys.j07_signed import WHY, LateSigned

from . import office_days
from .reading import arrives, instant, mails_of, said_at, text_of


@pytest.fixture(scope="module")
def journey(stage: Stage) -> LateSigned:
    played = LateSigned(stage)
    played.play()
    return played


def moved_to(journey: LateSigned) -> datetime:
    """The same hour of the next working day, counted by the tests' own list of days off."""
    local = journey.promised_at.astimezone(office_days.VIETNAM)
    day = office_days.next_working_day(office_days.DISTRICT, local.date())
    return datetime.combine(day, local.time(), office_days.VIETNAM)


def test_the_promised_date_moves_to_the_next_working_day(journey: LateSigned) -> None:
    seen = journey.seen["moved"]
    assert instant(seen.own["due_at"]) == instant(seen.track["due_at"]) == moved_to(journey)
    assert instant(seen.own["due"]["first_due_at"]) == moved_to(journey), (
        "late is measured against the moved date"
    )


def test_owner_and_public_read_why(journey: LateSigned) -> None:
    seen = journey.seen["moved"]
    for view in (seen.own, seen.track):
        (line,) = [one for one in view["history"] if one["event"] == "DueDateMoved"]
        assert WHY in line["text_vi"]
        assert "là ngày nghỉ theo lịch công bố sau khi hẹn" in line["text_vi"]
    assert WHY in seen.own["due"]["steps"][0]["text_vi"]


def test_the_owner_is_told_of_the_moved_date_and_of_the_new_one(
    journey: LateSigned, stage: Stage
) -> None:
    def told(words: str) -> list[dict[str, str]]:
        return [
            mail
            for mail in mails_of(stage.mails(BINH["email"]), journey.code)
            if words in mail["text"]
        ]

    assert len(arrives(lambda: told("rơi vào ngày nghỉ vừa được công bố"), 1)) == 1
    assert len(arrives(lambda: told("hẹn lại"), 1)) == 1


def test_the_leader_signs_what_the_rule_prepared_for_the_moved_date(journey: LateSigned) -> None:
    new = office_days.working_days_later(office_days.DISTRICT, moved_to(journey), 2)
    assert instant(journey.prepared["new_due_at"]) == new
    assert instant(journey.seen["apologised"].own["due_at"]) == new
    (line,) = [
        one
        for one in journey.seen["apologised"].own["history"]
        if one["event"] == "DeadlineExtended"
    ]
    assert (line["actor"], line["officer"]["id"]) == ("officer", "leader-tckh")


def test_the_letter_names_the_leader_and_bears_no_seal_in_place_of_a_person(
    journey: LateSigned, stage: Stage
) -> None:
    letter = text_of(journey.citizen.documents(journey.code)["apology"])
    (line,) = [
        one
        for one in journey.seen["apologised"].own["history"]
        if one["event"] == "DeadlineExtended"
    ]
    new = instant(journey.prepared["new_due_at"])
    assert new is not None
    assert line["officer"]["name"]
    for part in (
        line["officer"]["name"],
        line["officer"]["post_vi"].upper(),
        "(Ký điện tử)",
        f"Thời gian hẹn trả kết quả: {hour_of(moved_to(journey))}, {day_of(moved_to(journey))}",
        f"Thời gian hẹn lại trả kết quả: {hour_of(new)}, {day_of(new)}",
    ):
        assert part in letter
    assert "CON DẤU ĐIỆN TỬ CỦA CƠ QUAN" not in letter
    signed = {one.kind: one for one in signatures_of(stage, journey.citizen, journey.code)}
    assert signed["apology"].report.good


def test_who_acts_in_time_leaves_nothing_to_the_seal(journey: LateSigned) -> None:
    seal_at = instant(journey.prepared["seal_at"])
    assert seal_at is not None
    # A working day before the moved date: the day off between them is none.
    assert office_days.working_days_later(office_days.DISTRICT, seal_at, 1) == journey.promised_at
    signed_at = said_at(journey.seen["apologised"].own, "DeadlineExtended")
    assert signed_at < seal_at


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
