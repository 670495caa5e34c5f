"""J4, level 2: on paper, at the counter and by post.

Online submission is refused; once registered it runs like any other.
"""

from datetime import timedelta

import pytest
from motcua_audit.check import Report
from motcua_documents.pdf.words import day_of, hour_of
from motcua_journeys import Stage
from motcua_journeys.applicants import AN, BINH
from motcua_journeys.checks import Rest
from motcua_journeys.j04_suspension import AtTheCounter, ByPost
from motcua_journeys.paper import PaperJourney

from . import office_days
from .reading import Where, accepted_at, everything_in, instant, text_of, where

BEGIN = {
    "filed": Where("registered", "haihau", "one-stop", "reception"),
    "accepted": Where("processing", "haihau", "tckh", "process", "officer-tckh"),
    "examined": Where("processing", "haihau", "tckh", "draft", "officer-tckh"),
    "drafted": Where("processing", "haihau", "tckh", "approve", "leader-tckh"),
    "approved": Where("completed", "haihau", "one-stop", "return"),
}
COUNTER = {**BEGIN, "handed_over": Where("returned", "haihau", "one-stop", "return")}
POST = {
    **BEGIN,
    "posted": Where("completed", "haihau", "one-stop", "return"),
    "came_back": Where("completed", "haihau", "one-stop", "return"),
    "arrived": Where("returned", "haihau", "one-stop", "return"),
}


@pytest.fixture(scope="module")
def counter(stage: Stage) -> AtTheCounter:
    played = AtTheCounter(stage)
    played.play()
    return played


@pytest.fixture(scope="module")
def post(stage: Stage, counter: AtTheCounter) -> ByPost:
    played = ByPost(stage)
    played.play()
    return played


@pytest.fixture(scope="module")
def journey(post: ByPost) -> PaperJourney:
    return post


@pytest.mark.parametrize("act", COUNTER)
def test_at_the_counter_clerk_and_public_see_where_it_lies(counter: AtTheCounter, act: str) -> None:
    seen = counter.seen[act]
    assert (where(seen.own), where(seen.track)) == (COUNTER[act], COUNTER[act].in_public())


@pytest.mark.parametrize("act", POST)
def test_by_post_clerk_and_public_see_where_it_lies(post: ByPost, act: str) -> None:
    seen = post.seen[act]
    assert (where(seen.own), where(seen.track)) == (POST[act], POST[act].in_public())


def test_filing_online_is_refused_with_the_level(counter: AtTheCounter) -> None:
    refused = counter.refusals["filing online"]
    assert (refused.status, refused.slug, refused.params) == (
        409,
        "level-too-low",
        {"level": 2, "needed": 3},
    )


def test_a_missing_paper_is_named(counter: AtTheCounter) -> None:
    refused = counter.refusals["registering without the notice"]
    assert (refused.slug, refused.params["paper"]) == ("paper-missing", "notice")


def test_a_postmark_in_the_future_is_refused(post: ByPost) -> None:
    assert post.refusals["a postmark in the future"].slug == "date-in-future"


def test_the_deadline_counts_from_the_acceptance_at_the_counter(counter: AtTheCounter) -> None:
    own = counter.seen["accepted"].own
    assert instant(own["due_at"]) == office_days.working_days_later(
        office_days.DISTRICT, accepted_at(own), 3
    )


def test_by_post_the_deadline_counts_from_the_postmark(post: ByPost) -> None:
    own = post.seen["accepted"].own
    assert abs(accepted_at(own) - post.postmark) < timedelta(seconds=1)
    assert instant(own["due_at"]) == office_days.working_days_later(
        office_days.DISTRICT, post.postmark, 3
    )


def test_the_slip_lists_the_scanned_paper_and_the_appointment(counter: AtTheCounter) -> None:
    own = counter.seen["accepted"].own
    slip = next(one["sha256"] for one in own["documents"] if one["kind"] == "slip")
    due, said = instant(own["due_at"]), text_of(counter.clerk.document(slip))
    assert due is not None
    for line in (
        f"Tiếp nhận hồ sơ của: {BINH['full_name']}",
        "1 Thông báo về việc tạm ngừng kinh doanh của hộ kinh doanh Bản chính 1",
        f"Thời gian trả kết quả: {hour_of(due)}, {day_of(due)}",
    ):
        assert line in said


def test_by_post_the_slip_lists_the_paper_that_has_no_scan(post: ByPost) -> None:
    slip = next(
        one["sha256"] for one in post.seen["accepted"].own["documents"] if one["kind"] == "slip"
    )
    assert "1 Thông báo về việc tạm ngừng kinh doanh của hộ kinh doanh Bản chính 1" in text_of(
        post.clerk.document(slip)
    )


def test_a_proxy_needs_a_written_authority_and_is_named_to_officers_alone(
    counter: AtTheCounter,
) -> None:
    assert (
        counter.refusals["handing over to somebody without an authority"].slug
        == "authority-missing"
    )
    own = counter.seen["handed_over"].own
    assert own["notes"] == [{"event": "DossierReturned", "recipient": "Phạm Thị Mẫu Dung"}]
    assert "Phạm Thị Mẫu Dung" not in everything_in(counter.seen["handed_over"].track)


def test_what_is_to_be_collected_cannot_be_posted(counter: AtTheCounter) -> None:
    refused = counter.refusals["posting what is to be collected"]
    assert (refused.slug, refused.params) == ("delivery-differs", {"delivery": "counter"})


def test_the_post_went_out_twice_and_its_numbers_are_papers(post: ByPost) -> None:
    own = post.seen["arrived"].own
    way = [
        line["event"]
        for line in own["history"]
        if line["event"] in ("ResultPosted", "PostCameBack", "DossierReturned")
    ]
    assert way == ["ResultPosted", "PostCameBack", "ResultPosted", "DossierReturned"]
    assert [note["postal_item"] for note in own["notes"]] == ["EB000000001VN", "EB000000002VN"]
    back = next(line for line in own["history"] if line["event"] == "PostCameBack")
    assert back["reason_vi"] == "Người nhận vắng mặt"
    assert "EB000000001VN" not in everything_in(post.seen["arrived"].track)


def test_public_tracking_shows_nothing_personal(
    counter: AtTheCounter, post: ByPost, stage: Stage
) -> None:
    shown = "".join(
        everything_in(seen.track) for played in (counter, post) for seen in played.seen.values()
    )
    personal = [
        person[name]
        for person in (AN, BINH)
        for name in ("full_name", "id_number", "phone", "email", "address")
    ]
    personal += [desk["name"] for desk in stage.desks.values()]
    assert [one for one in personal if one in shown] == []


def test_a_citizen_finds_no_paper_dossier_among_the_own(
    counter: AtTheCounter, post: ByPost, stage: Stage
) -> None:
    own = {row["code"] for person in (stage.an, stage.binh) for row in person.my_dossiers()}
    assert not own & {counter.code, post.code}


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
