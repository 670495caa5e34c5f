"""J6: papers are asked for.

The clock stops and restarts, the new date is explained, and no agency asks twice.
"""

import json
from datetime import timedelta

import pytest
from motcua_audit.check import Report
from motcua_journeys import Journey, Stage
from motcua_journeys.applicants import AN, BINH
from motcua_journeys.checks import Rest, signatures_of
from motcua_journeys.j06_supplement import ASKED, AtTheCounter, ForTheDepartment

from . import office_days
from .reading import Where, everything_in, instant, said_at, text_of, where

DEPARTMENT = {
    "accepted": Where("processing", "haihau", "tckh", "process", "officer-tckh"),
    "asked": Where("supplement_requested", "haihau", "one-stop", "supplement"),
    "supplemented": Where("processing", "haihau", "tckh", "process", "officer-tckh"),
    "approved": Where("payment_due", "haihau", "one-stop", "payment"),
}
COUNTER = {
    "filed": Where("registered", "haihau", "one-stop", "reception"),
    "asked": Where("supplement_requested", "haihau", "one-stop", "supplement"),
    "supplemented": Where("registered", "haihau", "one-stop", "reception"),
    "accepted": Where("processing", "haihau", "tckh", "process", "officer-tckh"),
}


@pytest.fixture(scope="module")
def department(stage: Stage) -> ForTheDepartment:
    played = ForTheDepartment(stage)
    played.play()
    return played


@pytest.fixture(scope="module")
def counter(stage: Stage, department: ForTheDepartment) -> AtTheCounter:
    played = AtTheCounter(stage)
    played.play()
    return played


@pytest.fixture(scope="module")
def journey(counter: AtTheCounter) -> Journey:
    return counter


@pytest.mark.parametrize("act", DEPARTMENT)
def test_the_departments_request_shows_where_it_lies(
    department: ForTheDepartment, act: str
) -> None:
    seen = department.seen[act]
    assert (where(seen.own), where(seen.track)) == (DEPARTMENT[act], DEPARTMENT[act].in_public())


@pytest.mark.parametrize("act", COUNTER)
def test_the_counters_request_shows_where_it_lies(counter: AtTheCounter, act: str) -> None:
    seen = counter.seen[act]
    assert (where(seen.own), where(seen.track)) == (COUNTER[act], COUNTER[act].in_public())


@pytest.mark.parametrize("which", ["department", "counter"])
def test_the_owner_is_told_which_papers_until_when_and_why(
    which: str, request: pytest.FixtureRequest
) -> None:
    own = request.getfixturevalue(which).seen["asked"].own
    asked = own["supplement"]
    (line,) = asked["papers"]
    assert (asked["by"], asked["reason_vi"]) == (which, "Bản chụp không đọc được")
    assert (line["paper"], line["copies"], line["kind_vi"]) == ("identity", 2, "Bản sao chứng thực")
    until, demanded = instant(asked["respond_by"]), said_at(own, "SupplementRequested")
    assert until is not None
    # Thirty days; where the counter is closed then, the end of its next working day: Tết is the
    # longest closure.
    assert timedelta(days=29, hours=23) < until - demanded <= timedelta(days=42)
    assert own["next_actions"] == ["supplement", "withdraw"]


@pytest.mark.parametrize("which", ["department", "counter"])
def test_what_was_written_reaches_the_owner_and_not_the_public(
    which: str, request: pytest.FixtureRequest
) -> None:
    seen = request.getfixturevalue(which).seen["asked"]
    assert seen.own["supplement"]["note"] == ASKED["note"]
    assert str(ASKED["note"]) not in everything_in(seen.track)


@pytest.mark.parametrize("which", ["department", "counter"])
def test_what_was_written_is_in_no_event(
    which: str, request: pytest.FixtureRequest, stage: Stage, rest: Rest
) -> None:
    dossier_id = request.getfixturevalue(which).seen["asked"].own["dossier_id"]
    said = [json.loads(one["raw"]) for one in stage.auditor.events(dossier_id)]
    assert [
        one["type"] for one in said if str(ASKED["note"]) in json.dumps(one, ensure_ascii=False)
    ] == []
    assert "vn.motcua.intake.supplement-requested.v1" in [one["type"] for one in said]


@pytest.mark.parametrize("which", ["department", "counter"])
def test_the_slip_is_signed_and_says_what_is_asked_for(
    which: str, request: pytest.FixtureRequest, stage: Stage
) -> None:
    played = request.getfixturevalue(which)
    signed = {one.kind: one for one in signatures_of(stage, played.citizen, played.code)}
    assert signed["supplement-slip"].ok
    said = text_of(played.citizen.documents(played.code)["supplement-slip"])
    for words in (
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        played.code,
        played.applicant["full_name"],
        "Bản chụp không đọc được",
    ):
        assert words in said
    assert f"Nội dung cụ thể: {ASKED['note']}" in said


def test_the_time_begins_anew_when_the_papers_are_there_and_says_why(
    department: ForTheDepartment,
) -> None:
    before, after = department.seen["accepted"].own, department.seen["supplemented"].own
    resumed = said_at(after, "SupplementSubmitted")
    due = instant(after["due_at"])
    assert due == office_days.working_days_later(office_days.DISTRICT, resumed, 3)
    assert due is not None
    assert instant(before["due_at"]) is not None
    assert instant(after["due"]["first_due_at"]) == instant(before["due_at"])
    assert after["due"]["steps"]
    assert instant(after["due"]["steps"][-1]["at"]) == due


def test_another_paper_than_the_requested_one_is_not_enough(department: ForTheDepartment) -> None:
    refused = department.refusals["handing in another paper"]
    assert (refused.slug, refused.params["paper"]) == ("paper-missing", "identity")


@pytest.mark.parametrize(
    ("which", "attempt"),
    [("department", "asking a second time"), ("counter", "asking a second time")],
)
def test_no_agency_asks_twice(which: str, attempt: str, request: pytest.FixtureRequest) -> None:
    assert request.getfixturevalue(which).refusals[attempt].slug == "supplement-used"


def test_after_the_counter_has_asked_the_department_of_the_same_agency_may_not(
    counter: AtTheCounter,
) -> None:
    assert counter.refusals["the department asking again"].slug == "supplement-used"


def test_nothing_is_accepted_while_papers_are_awaited(counter: AtTheCounter) -> None:
    refused = counter.refusals["accepting while papers are awaited"]
    assert (refused.slug, refused.params["status"]) == ("wrong-status", "supplement_requested")


def test_a_paper_that_the_procedure_does_not_have_cannot_be_asked_for(
    counter: AtTheCounter,
) -> None:
    assert counter.refusals["asking for a paper that nobody knows"].slug == "paper-unknown"


def test_the_receipt_lists_what_was_handed_in_later_too(counter: AtTheCounter) -> None:
    own = counter.seen["accepted"].own
    uploads = [one["paper"] for one in own["documents"] if one["kind"] == "upload"]
    assert sorted(uploads) == ["application", "identity", "identity"]
    assert "Giấy đề nghị đăng ký hộ kinh doanh" in text_of(
        counter.citizen.documents(counter.code)["slip"]
    )


def test_public_tracking_shows_nothing_personal(
    department: ForTheDepartment, counter: AtTheCounter, stage: Stage
) -> None:
    shown = "".join(
        everything_in(seen.track)
        for played in (department, counter)
        for seen in played.seen.values()
    )
    personal = [
        person[name]
        for person in (AN, BINH)
        for name in ("full_name", "id_number", "phone", "email")
    ]
    personal += [desk["name"] for desk in stage.desks.values()]
    assert [one for one in personal if one in shown] == []


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
