"""The terms in which the owner acts end while the counter is open: papers that are asked for, and fees."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from intake_desk import CLERK, FILE, NOW, Desk, catalogue, submit, terms
from motcua_contracts.intake import (
    AcceptDossier,
    PaymentDemanded,
    RecordAcceptanceSlip,
    RequestedPaper,
    RequestPapers,
    SupplementDemanded,
)
from motcua_contracts.payload import Event
from motcua_contracts.payment import FeeAssessed
from motcua_contracts.routing import CaseDecided, SupplementNeeded
from motcua_contracts.terms import FeeRule

FREE = FeeAssessed(amount_vnd=0, computation=(), moment="before_result", pay_within_seconds=600)
ASK = RequestPapers(agency="haihau", papers=(RequestedPaper(paper="proxy"),), reason_code="paper-missing", note="")
TET = tuple(date(2027, 2, day) for day in range(4, 11))
ASKED_AT = datetime(2027, 1, 8, 3, 0, tzinfo=UTC)
"""Friday, 10:00 in Vietnam."""
END = datetime(2027, 2, 11, 10, 0, tzinfo=UTC)
"""Thursday after Tết, 17:00 in Vietnam."""
DAYS = 86_400


def said(desk: Desk, kind: type[Event]) -> Any:
    return next(fact for fact in desk.journal if isinstance(fact, kind))


def desk(**changes: Any) -> Desk:
    return Desk(catalogue(terms(**changes), off=TET))


def test_papers_asked_for_by_the_counter_are_awaited_to_the_end_of_its_next_working_day() -> None:
    at_counter = desk()
    at_counter.tell(submit(), FREE)
    at_counter.tell(ASK, at=ASKED_AT, actor=CLERK)
    assert said(at_counter, SupplementDemanded).respond_by == END


@pytest.mark.parametrize(("days", "ends"), [(30, END), (33, END), (34, END - timedelta(hours=7))])
def test_of_the_departments_request_too(days: int, ends: datetime) -> None:
    """30 and 33 days end in Tết, 34 on the Thursday after it at the hour of the request."""
    accepted = desk(supplement_days=days)
    accepted.tell(submit(), FREE)
    accepted.tell(AcceptDossier(agency="haihau"), RecordAcceptanceSlip(slip=FILE))
    accepted.tell(SupplementNeeded(number=1, papers=(), clock="restart", agency="haihau", officer="o"), at=ASKED_AT)
    assert said(accepted, SupplementDemanded).respond_by == ends


def test_a_fee_is_awaited_to_the_end_of_a_working_day() -> None:
    before = desk()
    before.tell(submit())
    before.tell(FeeAssessed(amount_vnd=50_000, computation=(), moment="before_acceptance", pay_within_seconds=30 * DAYS), at=ASKED_AT)
    assert said(before, PaymentDemanded).pay_by == END


def test_a_fee_before_the_result_too() -> None:
    decided = desk(fee=FeeRule(amount_vnd=50_000, moment="before_result"))
    decided.tell(submit(), FeeAssessed(amount_vnd=50_000, computation=(), moment="before_result", pay_within_seconds=30 * DAYS))
    decided.tell(AcceptDossier(agency="haihau"), RecordAcceptanceSlip(slip=FILE))
    decided.tell(CaseDecided(outcome="granted", result=None, decided_at=ASKED_AT), at=ASKED_AT)
    assert said(decided, PaymentDemanded).pay_by == END


@pytest.mark.parametrize("seconds", [600, 27 * DAYS])
def test_where_the_plain_term_ends_in_opening_hours_or_within_a_day_it_stands(seconds: int) -> None:
    before = desk()
    before.tell(submit())
    before.tell(FeeAssessed(amount_vnd=50_000, computation=(), moment="before_acceptance", pay_within_seconds=seconds), at=NOW)
    assert said(before, PaymentDemanded).pay_by is None
