"""J8: refused at the counter and by the department, each with its reason and
its signed document.
"""

import pytest
from motcua_audit.check import Report
from motcua_journeys import Journey, Stage
from motcua_journeys.checks import Rest, signatures_of
from motcua_journeys.j08_refused import NOTE, AtTheCounter, ByTheDepartment, PaidAndRefused

from .reading import Where, everything_in, text_of, where


@pytest.fixture(scope="module")
def counter(stage: Stage) -> AtTheCounter:
    played = AtTheCounter(stage)
    played.play()
    return played


@pytest.fixture(scope="module")
def department(stage: Stage, counter: AtTheCounter) -> ByTheDepartment:
    played = ByTheDepartment(stage)
    played.play()
    return played


@pytest.fixture(scope="module")
def paid(stage: Stage, department: ByTheDepartment) -> PaidAndRefused:
    played = PaidAndRefused(stage)
    played.play()
    return played


@pytest.fixture(scope="module")
def journey(paid: PaidAndRefused) -> Journey:
    return paid


def test_at_the_counter_it_ends_there_with_the_reason(counter: AtTheCounter) -> None:
    seen = counter.seen["refused"]
    assert (
        where(seen.own)
        == where(seen.track)
        == Where("not_accepted", "haihau", "one-stop", "closed")
    )
    assert seen.own["refusal"] == {
        "reason_code": "not-competent",
        "reason_vi": "Không thuộc thẩm quyền giải quyết",
        "reason_en": "Not within this authority's competence",
        "note": NOTE,
        "refundable": False,
    }
    assert seen.own["next_actions"] == []


def test_the_public_is_told_that_and_not_why(counter: AtTheCounter) -> None:
    shown = everything_in(counter.seen["refused"].track)
    assert "Hồ sơ không được tiếp nhận" in shown
    assert "thẩm quyền giải quyết" not in shown
    assert NOTE not in shown


def test_the_refusal_slip_is_signed_and_says_why(counter: AtTheCounter, stage: Stage) -> None:
    signed = {one.kind: one for one in signatures_of(stage, counter.citizen, counter.code)}
    assert signed["refusal-slip"].ok
    said = text_of(counter.citizen.documents(counter.code)["refusal-slip"])
    for words in (
        "PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ",
        counter.code,
        "Không thuộc thẩm quyền giải quyết",
        NOTE,
    ):
        assert words in said


@pytest.mark.parametrize(
    ("attempt", "slug"),
    [
        ("a reason that is on no list", "reason-unknown"),
        ("another reason without a word", "note-required"),
        ("accepting what was refused", "wrong-status"),
        ("withdrawing what was refused", "wrong-status"),
    ],
)
def test_what_is_not_possible_is_refused_by_name(
    counter: AtTheCounter, attempt: str, slug: str
) -> None:
    assert counter.refusals[attempt].slug == slug


def test_the_reasons_that_are_allowed_are_named(counter: AtTheCounter) -> None:
    assert "not-competent" in str(counter.refusals["a reason that is on no list"].params["allowed"])


def test_the_department_refuses_with_its_reason_and_the_fee_is_due_before_the_result(
    department: ByTheDepartment,
) -> None:
    own = department.seen["approved"].own
    assert where(own) == Where("payment_due", "haihau", "one-stop", "payment")
    assert own["fee"]["state"] == "due"


def test_what_was_paid_goes_back_where_the_terms_say_so(paid: PaidAndRefused) -> None:
    own = paid.seen["refused"].own
    assert own["refusal"]["refundable"] is True
    refunded = next(line for line in own["history"] if line["event"] == "Refunded")
    assert refunded["text_vi"] == "Đã hoàn trả 28.000 đồng"
    assert [(one["amount_vnd"], one["state"]) for one in own["fee"]["refunds"]] == [
        (28_000, "done")
    ]


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
