"""J9: withdrawn before the decision, and then forgotten; refused after the decision."""

from functools import partial

import pytest
from motcua_audit.check import Report
from motcua_journeys import Journey, Stage
from motcua_journeys.checks import Rest
from motcua_journeys.j09_withdrawn import AfterTheDecision, BeforeTheDecision

from . import late_paper
from .reading import Where, slug_of, where


@pytest.fixture(scope="module")
def before(stage: Stage) -> BeforeTheDecision:
    played = BeforeTheDecision(stage)
    played.play()
    return played


@pytest.fixture(scope="module")
def after(stage: Stage, before: BeforeTheDecision) -> AfterTheDecision:
    played = AfterTheDecision(stage)
    played.play()
    return played


@pytest.fixture(scope="module")
def journey(after: AfterTheDecision) -> Journey:
    return after


def test_the_withdrawn_dossier_is_closed_at_the_counter_and_in_the_department(
    before: BeforeTheDecision,
) -> None:
    seen = before.seen["withdrawn"]
    assert (
        where(seen.own) == where(seen.track) == Where("withdrawn", "haiminh", "one-stop", "closed")
    )
    events = [line["event"] for line in seen.own["history"]]
    assert events.index("DossierWithdrawn") < events.index("CaseClosed")
    assert seen.own["next_actions"] == []


def test_the_officer_has_no_task_of_it_any_more(before: BeforeTheDecision, stage: Stage) -> None:
    tasks = stage.officers["officer-haiminh"].get("/desk/tasks", limit=100)["tasks"]
    assert before.code not in {row["code"] for row in tasks}


@pytest.mark.parametrize(
    ("attempt", "slug"),
    [
        ("somebody else withdrawing it", "dossier-unknown"),
        ("forgetting it while it is handled", "wrong-status"),
        ("withdrawing twice", "wrong-status"),
        ("withdrawing what is forgotten", "dossier-forgotten"),
        ("erasing without saying who asks", "request-invalid"),
    ],
)
def test_who_may_not_and_when_not(before: BeforeTheDecision, attempt: str, slug: str) -> None:
    assert before.refusals[attempt].slug == slug


def test_of_an_erased_dossier_events_and_slip_are_left_and_no_upload_no_pin_no_paper(
    before: BeforeTheDecision, stage: Stage
) -> None:
    assert before.refusals["tracking what is forgotten"].slug == "tracking-unknown"
    (slip,) = [file["sha256"] for file in before.files if file["kind"] == "slip"]
    uploads = [file["sha256"] for file in before.files if file["kind"] == "upload"]
    assert uploads
    for file in uploads:
        assert slug_of(partial(before.citizen.document, file)) == "document-unknown"
    clerk = stage.officers["clerk-haiminh"]
    assert clerk.document(slip)[:5] == before.citizen.document(slip)[:5] == b"%PDF-"
    assert [file["sha256"] for file in before.afterwards["documents"]] == [slip]
    (line,) = [
        line["text_vi"]
        for line in before.afterwards["history"]
        if line["event"] == "DossierForgotten"
    ]
    assert "văn bản số 125/DDN" in line
    at_desk = stage.officers["clerk-haiminh"].called_by(before.code)
    assert (at_desk["papers"], at_desk["notes"], at_desk["actions"], at_desk["forgotten"]) == (
        None,
        [],
        [],
        True,
    )
    assert before.afterwards["next_actions"] == []
    assert "DossierRegistered" in [line["event"] for line in before.afterwards["history"]]


def test_a_paper_that_an_old_producer_brings_late_is_answered_with_another_tombstone(
    before: BeforeTheDecision, stage: Stage
) -> None:
    """Readers drop it anyway; this is so that it does not stay on Kafka."""
    kafka, dossier_id = stage.addresses["kafka"], before.afterwards["dossier_id"]
    offset = late_paper.bring(kafka, dossier_id, 1)
    assert late_paper.after(kafka, dossier_id, 1, offset) is None


def test_after_the_decision_it_cannot_be_withdrawn(after: AfterTheDecision) -> None:
    refused = after.refusals["withdrawing what is decided"]
    assert (refused.status, refused.slug) == (409, "already-decided")
    assert "withdraw" not in after.seen["approved"].own["next_actions"]


def test_what_was_decided_is_kept_for_the_archives_term(after: AfterTheDecision) -> None:
    refused = after.refusals["erasing before the archive's term"]
    assert (refused.status, refused.slug) == (409, "erasure-too-early")


def test_the_owner_rates_once_and_after_the_return(after: AfterTheDecision) -> None:
    assert after.refusals["rating before the return"].slug == "wrong-status"
    assert after.refusals["rating twice"].slug == "already-rated"
    assert "rate" in after.seen["handed_over"].own["next_actions"]
    assert "rate" not in after.seen["rated"].own["next_actions"]


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
