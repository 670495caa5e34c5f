"""J10: an absence begins while a task is open: a colleague takes it over, a leader gives it back,
another leader signs for the head.
"""

import json
from datetime import timedelta

import pytest
from motcua_audit.check import Report
from motcua_journeys import Stage
from motcua_journeys.checks import Rest, signatures_of
from motcua_journeys.j10_absences import Absences

from . import office_days
from .reading import Where, instant, said_at, where

WAY = {
    "accepted": Where("processing", "haihau", "tckh", "process", "officer-tckh"),
    "taken over": Where("processing", "haihau", "tckh", "process", "officer-tuphap"),
    "given back": Where("processing", "haihau", "tckh", "process", "officer-tckh"),
    "examined": Where("processing", "haihau", "tckh", "draft", "officer-tckh"),
    "drafted": Where("processing", "haihau", "tckh", "approve", "leader-tuphap"),
}

STEP_HOURS = 8
"""Of the step `process` in services/catalog/workflows.yaml."""


@pytest.fixture(scope="module")
def journey(stage: Stage) -> Absences:
    played = Absences(stage)
    played.play()
    return played


@pytest.mark.parametrize("act", WAY)
def test_the_owner_sees_who_has_it_and_the_public_which_department(
    journey: Absences, act: str
) -> None:
    seen = journey.seen[act]
    assert (where(seen.own), where(seen.track)) == (WAY[act], WAY[act].in_public())


@pytest.mark.parametrize(
    ("attempt", "slug"),
    [
        ("taking it from somebody who is there", "task-not-free"),
        ("giving it to somebody who is away", "officer-absent"),
        ("giving it to another department's", "no-officer"),
    ],
)
def test_what_may_not_be_is_refused_by_name(journey: Absences, attempt: str, slug: str) -> None:
    assert journey.refusals[attempt].slug == slug


def test_the_log_says_for_whom_each_acted(journey: Absences, stage: Stage, rest: Rest) -> None:
    dossier_id = journey.seen["accepted"].own["dossier_id"]
    records = [json.loads(one["raw"]) for one in stage.auditor.events(dossier_id)]
    assigned = [one["data"] for one in records if one["type"].endswith(".task-assigned.v1")]
    assert [(one["step"], one["officer"], one.get("instead_of", "")) for one in assigned] == [
        ("process", "officer-tckh", ""),
        ("process", "officer-tuphap", "officer-tckh"),
        ("process", "officer-tckh", ""),
        ("draft", "officer-tckh", ""),
        ("approve", "leader-tuphap", "leader-tckh"),
    ]


def test_a_task_that_is_given_is_due_by_its_hours_from_then(journey: Absences) -> None:
    own = journey.seen["taken over"].own
    due, taken = instant(own["due"]["step_due_at"]), said_at(own, "TaskAssigned")
    assert due is not None
    assert abs(
        office_days.open_minutes_later(office_days.DISTRICT, taken, STEP_HOURS * 60) - due
    ) <= timedelta(minutes=2)
    assert journey.seen["accepted"].own["due_at"] == journey.seen["given back"].own["due_at"]


def test_the_result_is_signed(journey: Absences, stage: Stage) -> None:
    assert all(one.ok for one in signatures_of(stage, journey.citizen, journey.code))
    assert journey.seen["approved"].own["status"] == "payment_due"


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
