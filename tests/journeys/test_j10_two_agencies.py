"""J10: received in a commune, decided in the district, another department consulted in between:
tracking names each at each moment.
"""

import pytest
from motcua_audit.check import Report
from motcua_journeys import Stage
from motcua_journeys.checks import Rest
from motcua_journeys.j10_agencies import TwoAgencies

from .reading import Where, everything_in, where

WAY = {
    "filed": Where("registered", "haiminh", "one-stop", "reception"),
    "accepted": Where("processing", "haihau", "tckh", "process", "officer-tckh"),
    "consulted": Where("processing", "haihau", "tckh", "process", "officer-tckh"),
    "examined": Where("processing", "haihau", "tckh", "draft", "officer-tckh"),
    "answered": Where("processing", "haihau", "tckh", "draft", "officer-tckh"),
    "drafted": Where("processing", "haihau", "tckh", "approve", "leader-tckh"),
    "approved": Where("completed", "haiminh", "one-stop", "return"),
    "handed_over": Where("returned", "haiminh", "one-stop", "return"),
}


@pytest.fixture(scope="module")
def journey(stage: Stage) -> TwoAgencies:
    played = TwoAgencies(stage)
    played.play()
    return played


@pytest.mark.parametrize("act", WAY)
def test_tracking_and_the_clerk_s_page_name_agency_department_and_step(
    journey: TwoAgencies, act: str
) -> None:
    seen = journey.seen[act]
    assert (where(seen.own), where(seen.track)) == (WAY[act], WAY[act].in_public())


@pytest.mark.parametrize(
    ("act", "opinion"),
    [("consulted", None), ("examined", None), ("answered", "agrees"), ("handed_over", "agrees")],
)
def test_tracking_names_the_consulted_department_and_what_it_said(
    journey: TwoAgencies, act: str, opinion: str | None
) -> None:
    (asked,) = journey.seen[act].track["consultations"]
    assert (asked["agency"], asked["department_vi"], asked["opinion"]) == (
        "haihau",
        "Phòng Tư pháp",
        opinion,
    )


def test_before_it_is_asked_nobody_is_named(journey: TwoAgencies) -> None:
    assert journey.seen["accepted"].track["consultations"] == []


def test_what_was_typed_is_in_no_public_view(journey: TwoAgencies) -> None:
    for seen in journey.seen.values():
        assert "Đề nghị cho ý kiến" not in everything_in(seen.track)


@pytest.mark.parametrize(
    ("attempt", "slug"),
    [
        ("asking a department that there is not", "department-unknown"),
        ("another department before it is asked", "foreign-agency"),
        ("deciding before the answer", "consultation-open"),
        ("the other department doing the step", "not-your-task"),
    ],
)
def test_what_may_not_be_is_refused_by_name(journey: TwoAgencies, attempt: str, slug: str) -> None:
    assert journey.refusals[attempt].slug == slug


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
