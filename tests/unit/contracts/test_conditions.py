"""Conditions on form fields, and what they decide in the terms: papers that a case demands, fees by
case, copies, waivers.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from motcua_contracts.rules.conditions import Condition, all_hold, value_of
from motcua_contracts.rules.terms import (
    FeeCase,
    FeeRule,
    RequiredPaper,
    Step,
    Terms,
    Waiver,
    Workflow,
)
from pydantic import ValidationError

FORM: dict[str, Any] = {
    "founder": "household",
    "owner": {"age": 17, "poor": True},
    "copies": 3,
    "members": [{"name": "A"}],
    "empty": None,
}
HOUSEHOLD = Condition(field="founder", any_of=("household",))


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"any_of": ["household", "other"], "field": "founder"}, True),
        ({"any_of": ["individual"], "field": "founder"}, False),
        ({"at_most": 17, "field": "owner.age"}, True),
        ({"at_least": 18, "field": "owner.age"}, False),
        ({"at_least": 17, "at_most": 17, "field": "owner.age"}, True),
        ({"any_of": [True], "field": "owner.poor"}, True),
        ({"any_of": [1], "field": "owner.poor"}, False),
        ({"any_of": [True], "field": "copies"}, False),
        ({"at_least": 0, "field": "owner.poor"}, False),
        ({"at_least": 0, "field": "founder"}, False),
        ({"given": True, "field": "members"}, True),
        ({"given": True, "field": "owner.name"}, False),
        ({"given": False, "field": "owner.name"}, True),
        ({"given": False, "field": "empty"}, True),
        ({"given": False, "field": "copies"}, False),
        ({"given": True, "field": "founder.deeper"}, False),
        ({"any_of": ["household"], "field": "nowhere"}, False),
        ({"at_most": 5, "field": "nowhere"}, False),
    ],
)
def test_what_holds_for_a_form(condition: dict[str, Any], holds: bool) -> None:
    assert Condition.model_validate(condition).holds(FORM) is holds


def test_a_condition_that_says_nothing_is_none() -> None:
    with pytest.raises(ValidationError, match="any_of, at_least, at_most or given"):
        Condition(field="x")


def test_all_must_hold_and_none_is_enough() -> None:
    assert all_hold((), {})
    assert not all_hold((HOUSEHOLD, Condition(field="copies", at_most=2)), FORM)


def test_events_carry_a_nested_value_under_its_whole_name() -> None:
    assert value_of({"owner.age": 17}, "owner.age") == value_of(FORM, "owner.age") == 17


def terms(fee: FeeRule, *papers: RequiredPaper) -> Terms:
    step = Step(id="s", name_vi="", name_en="", department="d", role="leader", does="approve")
    return Terms(
        code="1.1",
        version=1,
        name_vi="",
        name_en="",
        field="f",
        field_vi="",
        authority_level="district",
        receiving_agency="a",
        deciding_agency="a",
        days=1,
        calendar="c",
        fee=fee,
        workflow=Workflow(id="w", steps=(step,)),
        papers=papers,
    )


POOR = Waiver(id="poor", name_vi="Hộ nghèo", percent=100, input="owner.poor", paper="poor-book")
NEAR = Waiver(id="near-poor", name_vi="Hộ cận nghèo", percent=50, input="near_poor")
RULE = FeeRule(
    amount_vnd=10_000,
    per_copy=True,
    copies_input="copies",
    free_copies=1,
    inputs=("copies", "owner.age"),
    cases=(
        FeeCase(
            id="young",
            name_vi="Trẻ em",
            when=(Condition(field="owner.age", at_most=17),),
            amount_vnd=5_000,
        ),
    ),
    waivers=(NEAR, POOR),
)


def test_papers_are_needed_always_in_a_case_or_for_a_waiver() -> None:
    papers = (
        RequiredPaper(id="application", name_vi=""),
        RequiredPaper(id="minutes", name_vi="", required=False, required_when=(HOUSEHOLD,)),
        RequiredPaper(id="poor-book", name_vi="", required=False),
        RequiredPaper(id="photo", name_vi="", required=False),
    )
    asked = terms(RULE, *papers)
    assert asked.papers_needed(FORM) == ("application", "minutes", "poor-book")
    assert asked.papers_needed({"founder": "individual"}) == ("application",)


def test_the_first_case_that_holds_counts_for_a_form_and_for_what_events_carry_of_it() -> None:
    carried = RULE.inputs_of(FORM)
    assert carried == {"copies": 3, "owner.age": 17}, "no waiver, no word, no name"
    for given_ in (FORM, carried):
        case = RULE.case_of(given_)
        assert case is not None
        assert (case.id, RULE.copies_of(given_)) == ("young", 2)
    assert RULE.case_of({"owner": {"age": 18}}) is None


def test_copies_are_never_fewer_than_none_and_one_where_nothing_says_it() -> None:
    assert RULE.copies_of({"copies": 0}) == 0
    assert FeeRule(amount_vnd=1, per_copy=True).copies_of({}) == 1
    assert FeeRule(amount_vnd=1, per_copy=True).copies_of({"copies": 4}) == 4
    assert FeeRule(amount_vnd=1, per_copy=True).copies_of({"copies": True}) == 1


def test_the_highest_waiver_that_is_claimed_counts() -> None:
    assert RULE.waiver_of({"near_poor": True, "owner": {"poor": True}}) == POOR
    assert RULE.waiver_of({"near_poor": True, "owner": {"poor": False}}) == NEAR
    assert RULE.waiver_of({"near_poor": "true"}) is None
    assert RULE.waiver_of({}) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["copies", "owner", "near_poor", "other"]), VALUES))
def test_whatever_was_typed_events_carry_numbers_and_yes_or_no_of_named_fields_only(
    form: dict[str, Any],
) -> None:
    carried = RULE.inputs_of(form)
    assert set(carried) <= {"copies", "owner.age"}
    assert all(isinstance(value, int) for value in carried.values())
    assert RULE.copies_of(carried) >= 0
    assert RULE.case_of(carried) == RULE.case_of(form)
