"""J5, level 1: information only.

Whatever a citizen tries online is refused with the level; a clerk registers the paper, and it runs.
"""

import pytest
from motcua_audit.check import Report
from motcua_journeys import Stage
from motcua_journeys.applicants import AN
from motcua_journeys.checks import Rest
from motcua_journeys.j05_marriage import MarriageRegistration

from .reading import Where, everything_in, where

WAY = {
    "filed": Where("registered", "haiminh", "one-stop", "reception"),
    "drafted": Where("processing", "haiminh", "tuphap", "approve", "leader-haiminh"),
    "approved": Where("completed", "haiminh", "one-stop", "return"),
    "handed_over": Where("returned", "haiminh", "one-stop", "return"),
}


@pytest.fixture(scope="module")
def journey(stage: Stage) -> MarriageRegistration:
    played = MarriageRegistration(stage)
    played.play()
    return played


@pytest.mark.parametrize("delivery", ["counter", "online", "post"])
def test_filing_online_is_refused_with_the_level_however_the_result_is_wanted(
    journey: MarriageRegistration, delivery: str
) -> None:
    refused = journey.refusals[f"filing online, result {delivery}"]
    assert (refused.slug, refused.params) == ("level-too-low", {"level": 1, "needed": 3})
    assert "mức độ 1" in refused.title_vi


def test_a_paper_dossier_has_no_result_online_either(journey: MarriageRegistration) -> None:
    refused = journey.refusals["registering with the result online"]
    assert (refused.slug, refused.params) == ("level-too-low", {"level": 1, "needed": 4})


def test_a_clerk_registers_at_the_own_counter_only(journey: MarriageRegistration) -> None:
    assert journey.refusals["registering at another agency"].slug == "foreign-agency"


@pytest.mark.parametrize("act", WAY)
def test_clerk_and_public_see_where_it_lies(journey: MarriageRegistration, act: str) -> None:
    seen = journey.seen[act]
    assert (where(seen.own), where(seen.track)) == (WAY[act], WAY[act].in_public())


@pytest.mark.parametrize("act", ["filed", "accepted", "drafted", "approved", "handed_over"])
def test_nothing_can_be_paid_online(journey: MarriageRegistration, act: str) -> None:
    assert journey.seen[act].own["fee"]["online"] is False


def test_the_citizens_have_nothing_of_it_in_their_lists(
    journey: MarriageRegistration, stage: Stage
) -> None:
    assert journey.code not in {row["code"] for row in stage.an.my_dossiers()}
    assert AN["full_name"] not in everything_in(journey.seen["handed_over"].track)


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
