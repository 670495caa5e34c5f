"""Whole ways of a dossier through intake, and what holds for any sequence of messages whatever."""

from itertools import permutations
from typing import Any

import pytest
from motcua_contracts import Event, Payload
from motcua_contracts.messages.intake import (
    AcceptanceDecided,
    AcceptDossier,
    DossierAccepted,
    DossierCompleted,
    HandOver,
    PaymentDemanded,
    RecordAcceptanceSlip,
)
from motcua_contracts.messages.payment import FeeAssessed, FeeWaived, PaymentExpired, PaymentSettled
from motcua_contracts.messages.routing import CaseDecided
from motcua_contracts.rules.refusals import ForeignAgency, IdentityNotChecked, RoleRequired
from motcua_contracts.rules.terms import FeeRule

from .harness import AN, CLERK, FILE, NOW, IntakeHarness, catalogue, submit, terms

ACCEPT = AcceptDossier(agency="haihau")
SLIP = RecordAcceptanceSlip(slip=FILE)
HAND_OVER = HandOver(agency="haihau", identity_checked=True)
FREE = FeeAssessed(amount_vnd=0, computation=(), moment="before_result", pay_within_seconds=600)
OWED = FeeAssessed(
    amount_vnd=50_000, computation=(), moment="before_acceptance", pay_within_seconds=600
)
LATER = FeeAssessed(
    amount_vnd=100_000, computation=(), moment="before_result", pay_within_seconds=700
)
SETTLED = PaymentSettled(
    amount_vnd=100_000, channel="online", provider="vnpay", attempt=1, reference="1", settled_at=NOW
)
EXPIRED = PaymentExpired(amount_vnd=100_000, expired_at=NOW)
GRANTED = CaseDecided(outcome="granted", result=FILE, decided_at=NOW)
REFUSED = CaseDecided(outcome="refused", reason_code="incomplete", result=None, decided_at=NOW)


def automatic(**changes: Any) -> IntakeHarness:
    workflow = terms().workflow.model_copy(update={"automatic_acceptance": True})
    return IntakeHarness(catalogue(terms(workflow=workflow, **changes)))


def test_a_straight_through_dossier_needs_nobody_and_seven_events() -> None:
    desk = automatic(issues_documents=False, fee=FeeRule(amount_vnd=0), papers=())
    assert desk.tell(submit(files=(), result_delivery="online")) == ["DossierRegistered"]
    assert desk.tell(FREE) == ["FeeCleared", "AcceptanceDecided", "DossierAccepted"]
    assert desk.tell(GRANTED) == ["CaseDecisionSeen", "DossierCompleted", "DossierReturned"]


def test_level_4_with_the_fee_before_acceptance() -> None:
    desk = IntakeHarness()
    assert desk.tell(submit(result_delivery="online"), OWED) == [
        "DossierRegistered",
        "PaymentDemanded",
    ]
    assert desk.tell(SETTLED, ACCEPT) == ["FeeCleared", "AcceptanceDecided"]
    assert desk.tell(SLIP) == ["DossierAccepted"]
    assert desk.tell(GRANTED) == ["CaseDecisionSeen", "DossierCompleted", "DossierReturned"]
    assert desk.journal[-2] == DossierCompleted(outcome="granted", refundable=False, result=FILE)


def test_a_deferred_fee_is_demanded_after_the_decision_and_handed_over_after_the_money() -> None:
    desk = IntakeHarness()
    desk.tell(submit(), LATER, ACCEPT, SLIP)
    assert desk.tell(GRANTED) == ["CaseDecisionSeen", "PaymentDemanded"]
    assert desk.journal[-1] == PaymentDemanded(
        amount_vnd=100_000, pay_within_seconds=700, moment="before_result"
    )
    assert desk.tell(SETTLED) == ["FeeCleared", "DossierCompleted"]
    assert desk.tell(HAND_OVER) == ["DossierReturned"]


def test_the_rules_accept_as_soon_as_the_fee_allows() -> None:
    assert automatic().tell(submit(), LATER)[1:] == ["FeeDeferred", "AcceptanceDecided"]
    assert automatic().tell(submit(), OWED, SETTLED)[1:] == [
        "PaymentDemanded",
        "FeeCleared",
        "AcceptanceDecided",
    ]
    assert automatic().tell(submit(), FeeWaived(percent=100))[1:] == [
        "FeeCleared",
        "AcceptanceDecided",
    ]


def test_accepted_says_what_was_decided_with_the_slip() -> None:
    desk = IntakeHarness()
    desk.tell(submit(confirmed=("phone",)), FREE, ACCEPT, SLIP)
    decided, accepted = desk.journal[-2:]
    assert isinstance(decided, AcceptanceDecided)
    assert isinstance(accepted, DossierAccepted)
    assert accepted.model_dump(exclude={"case", "slip", "supplements_used"}) == decided.model_dump()
    pinned = desk.dossier.pinned
    assert (accepted.case.code, accepted.case.revision, accepted.case.contacts) == (
        "H40.12-261124-0007",
        1,
        ("email", "phone"),
    )
    assert accepted.case.confirmed == ("phone",)
    assert (accepted.case.procedure, accepted.case.version, accepted.case.workflow) == (
        pinned.code,
        pinned.version,
        pinned.workflow,
    )
    assert (accepted.case.received_at, accepted.case.deciding_agency) == (
        desk.dossier.received_at,
        "haihau",
    )
    assert accepted.slip == FILE
    assert decided.due_at > decided.accepted_at == NOW


def test_the_deadline_counts_from_the_acceptance_even_when_that_is_days_later() -> None:
    due = []
    for day in (24, 26):
        desk = IntakeHarness()
        desk.tell(submit(), FREE)
        desk.tell(ACCEPT, at=NOW.replace(day=day))
        assert isinstance(desk.journal[-1], AcceptanceDecided)
        due.append(desk.journal[-1].due_at)
    assert due[0] < due[1]


@pytest.mark.parametrize(("paid", "refundable"), [(SETTLED, True), (FeeWaived(percent=100), False)])
@pytest.mark.parametrize("money_first", [True, False])
def test_a_refusal_refunds_what_was_paid_where_the_terms_say_so(
    paid: Payload, refundable: bool, money_first: bool
) -> None:
    desk = IntakeHarness(
        catalogue(terms(fee=FeeRule(amount_vnd=100_000, refundable_on_refusal=True)))
    )
    desk.tell(submit(), LATER, ACCEPT, SLIP, *([paid, REFUSED] if money_first else [REFUSED, paid]))
    assert desk.journal[-1] == DossierCompleted(
        outcome="refused", refundable=refundable, result=None
    )


def test_a_partial_waiver_waits_for_the_rest_to_be_assessed() -> None:
    assert IntakeHarness().tell(submit(), FeeWaived(percent=50), LATER) == [
        "DossierRegistered",
        "FeeDeferred",
    ]


@pytest.mark.parametrize(
    "payment",
    [[SETTLED], [EXPIRED], [FeeWaived(percent=100)], [SETTLED, EXPIRED], [EXPIRED, SETTLED]],
)
def test_the_order_between_payment_and_routing_does_not_matter(payment: list[Event]) -> None:
    ends = set()
    for order in set(permutations(["p"] * len(payment) + ["r"])):
        desk, left = IntakeHarness(), list(payment)
        desk.tell(submit(), LATER, ACCEPT, SLIP)
        for source in order:
            desk.tell(left.pop(0) if source == "p" else GRANTED)
        ends.add((desk.dossier.stage, desk.dossier.fee.state == "cleared"))
    assert len(ends) == 1


@pytest.mark.parametrize("command", [ACCEPT, HAND_OVER])
def test_only_a_clerk_of_the_receiving_agency_acts_at_the_counter(command: Payload) -> None:
    desk = IntakeHarness()
    desk.tell(submit(), FREE, *([ACCEPT, SLIP, GRANTED] if command is HAND_OVER else []))
    with pytest.raises(ForeignAgency):
        desk.tell(command.model_copy(update={"agency": "haiminh"}), actor="officer:clerk-haiminh")
    with pytest.raises(ForeignAgency):
        desk.tell(command, actor="officer:clerk-haiminh")
    for actor in ("officer:officer-haihau", AN):
        with pytest.raises(RoleRequired):
            desk.tell(command, actor=actor)
    assert desk.tell(command, actor=CLERK)


def test_nothing_is_handed_over_to_somebody_unchecked() -> None:
    desk = IntakeHarness()
    desk.tell(submit(), FREE, ACCEPT, SLIP, GRANTED)
    with pytest.raises(IdentityNotChecked):
        desk.tell(HAND_OVER.model_copy(update={"identity_checked": False}))
