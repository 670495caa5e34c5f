"""What is owed, from the terms: amounts, their computation line by line, waivers, and what
FeeAssessed keeps for later.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from motcua_contracts.messages.intake import ApplicantCorrected
from motcua_contracts.messages.payment import FeeAssessed, FeeWaived
from motcua_contracts.rules.terms import FeeRule
from motcua_payment.domain.fee import assess

from .harness import AN, PaymentHarness, registered, terms

CASES = (
    {
        "id": "child",
        "name_vi": "Trẻ em",
        "when": [{"field": "child", "any_of": [True]}],
        "amount_vnd": 0,
    },
    {
        "id": "large",
        "name_vi": "Từ 10 lao động",
        "when": [{"field": "employees", "at_least": 10}],
        "amount_vnd": 100_000,
    },
)
"""Fees by condition, the first that holds counts."""


def assessed(rule: dict[str, Any], **filing: Any) -> list[Any]:
    return list(assess(registered(terms(fee=FeeRule.model_validate(rule)), **filing)))


@pytest.mark.parametrize(
    ("rule", "filing", "amount_vnd", "computation"),
    [
        ({"amount_vnd": 0}, {}, 0, ["Không thu phí, lệ phí"]),
        ({"amount_vnd": 100_000}, {}, 100_000, ["Mức thu: 100.000 đồng", "Phải nộp: 100.000 đồng"]),
        (
            {"amount_vnd": 8_000, "per_copy": True},
            {"fee_inputs": {"copies": 3}},
            24_000,
            ["Mức thu: 8.000 đồng mỗi bản × 3 bản = 24.000 đồng", "Phải nộp: 24.000 đồng"],
        ),
        (
            {"amount_vnd": 50_001, "online_discount_percent": 50},
            {"channel": "online"},
            25_000,
            [
                "Mức thu: 50.001 đồng",
                "Giảm 50% khi nộp hồ sơ trực tuyến: còn 25.000 đồng",
                "Phải nộp: 25.000 đồng",
            ],
        ),
        (
            {"amount_vnd": 50_000, "online_discount_percent": 50},
            {"channel": "counter"},
            50_000,
            ["Mức thu: 50.000 đồng", "Phải nộp: 50.000 đồng"],
        ),
        (
            {
                "amount_vnd": 8_000,
                "per_copy": True,
                "copies_input": "sets",
                "free_copies": 2,
                "max_vnd": 20_000,
            },
            {"fee_inputs": {"sets": 6}},
            20_000,
            [
                "Mức thu: 8.000 đồng mỗi bản × 4 bản = 32.000 đồng, sau khi trừ 2 bản không thu",
                "Thu tối đa 20.000 đồng",
                "Phải nộp: 20.000 đồng",
            ],
        ),
        (
            {"amount_vnd": 8_000, "per_copy": True, "free_copies": 2},
            {"fee_inputs": {"copies": 1}},
            0,
            ["Mức thu: 8.000 đồng mỗi bản × 0 bản = 0 đồng, sau khi trừ 2 bản không thu"],
        ),
        (
            {"amount_vnd": 50_000, "cases": CASES},
            {"fee_inputs": {"employees": 12}},
            100_000,
            ["Mức thu (Từ 10 lao động): 100.000 đồng", "Phải nộp: 100.000 đồng"],
        ),
        (
            {"amount_vnd": 50_000, "cases": CASES},
            {"fee_inputs": {"child": True, "employees": 12}},
            0,
            ["Không thu phí, lệ phí (Trẻ em)"],
        ),
        (
            {"amount_vnd": 50_000, "cases": CASES},
            {"fee_inputs": {"child": False, "employees": 9}},
            50_000,
            ["Mức thu: 50.000 đồng", "Phải nộp: 50.000 đồng"],
        ),
        (
            {"amount_vnd": 50_000, "online_discount_percent": 100},
            {},
            0,
            ["Mức thu: 50.000 đồng", "Giảm 100% khi nộp hồ sơ trực tuyến: còn 0 đồng"],
        ),
    ],
)
def test_the_amount_and_how_it_came_about(
    rule: dict[str, Any], filing: dict[str, Any], amount_vnd: int, computation: list[str]
) -> None:
    (event,) = assessed(rule, **filing)
    assert (event.amount_vnd, list(event.computation)) == (amount_vnd, computation)


def test_a_whole_waiver_is_one_event_and_a_part_leaves_the_rest_owed() -> None:
    assert assessed({"amount_vnd": 50_000}, waiver_percent=100) == [FeeWaived(percent=100)]
    waived, rest = assessed({"amount_vnd": 50_000}, waiver_percent=30)
    assert (waived, rest.amount_vnd) == (FeeWaived(percent=30), 35_000)
    assert "Miễn, giảm 30%: còn 35.000 đồng" in rest.computation


@pytest.mark.parametrize("moment", ["before_acceptance", "before_result"])
@pytest.mark.parametrize("level", [3, 4])
def test_the_moment_is_what_the_terms_say(level: int, moment: str) -> None:
    (event,) = assess(
        registered(
            terms(level=level, fee=FeeRule.model_validate({"amount_vnd": 1000, "moment": moment}))
        )
    )
    assert isinstance(event, FeeAssessed)
    assert event.moment == moment


def test_terms_without_a_moment_demand_the_fee_before_the_result() -> None:
    (event,) = assessed({"amount_vnd": 1000})
    assert event.moment == "before_result"


def test_the_event_keeps_what_paying_and_the_receipt_need() -> None:
    (event,) = assess(registered(terms(), deciding_agency="so-kh", revision=2))
    assert isinstance(event, FeeAssessed)
    assert event.pay_within_seconds == 3600
    assert (event.code, event.level, event.owner_actor, event.receiving_agency) == (
        "H40.12-261124-0001",
        4,
        AN,
        "haihau",
    )
    assert (event.authority, event.procedure, event.procedure_version, event.revision) == (
        "so-kh",
        "re-issue",
        3,
        2,
    )
    (named,) = assessed({"amount_vnd": 1000, "authority": "thue-haihau"})
    assert named.authority == "thue-haihau"


def test_a_free_dossier_is_one_event_and_is_assessed_once() -> None:
    desk = PaymentHarness()
    free = registered(terms(fee=FeeRule(amount_vnd=0)))
    assert desk.tell(free, free) == ["FeeAssessed"]


@given(
    amount_vnd=st.integers(0, 10_000_000),
    copies=st.integers(1, 100),
    discount=st.integers(0, 100),
    waiver=st.integers(0, 100),
    per_copy=st.booleans(),
)
def test_nobody_owes_more_than_the_full_fee_or_less_than_nothing(
    amount_vnd: int, copies: int, discount: int, waiver: int, per_copy: bool
) -> None:
    events = assessed(
        {"amount_vnd": amount_vnd, "per_copy": per_copy, "online_discount_percent": discount},
        fee_inputs={"copies": copies},
        waiver_percent=waiver,
    )
    owed = sum(event.amount_vnd for event in events if isinstance(event, FeeAssessed))
    exact = amount_vnd * (copies if per_copy else 1) * (100 - discount) * (100 - waiver) / 10_000
    assert exact - 2 < owed <= exact


def test_the_receipt_is_written_by_the_corrected_papers() -> None:
    fixed = ApplicantCorrected(revision=7, commitment="c", by="counter", fields=("full_name",))
    desk = PaymentHarness()
    assert desk.tell(fixed) == []
    desk.tell(registered())
    assert desk.tell(fixed) == ["PayerCorrectionSeen"]
    assert desk.charge.owed.revision == 7
