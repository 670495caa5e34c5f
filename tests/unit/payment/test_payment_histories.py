"""Any messages in any order, at any times: whatever a charge says adds up."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_contracts.decision import Refusal
from motcua_contracts.payment import (
    CashCollected,
    FeeAssessed,
    MismatchFound,
    PaymentAwaited,
    PaymentExpired,
    PaymentHeld,
    PaymentRequested,
    PaymentSettled,
    ReceiptIssued,
    RecordPaymentStarted,
    RecordReceipt,
)
from motcua_contracts.terms import FeeRule
from motcua_payment.domain.case import due, effects
from payment_desk import CALL, FEE_VND, START, Desk, cash, demanded, later, registered, result, terms, wake

MESSAGES: list[tuple[Any, Any]] = [
    (registered(), None),
    (registered(terms(level=3)), None),
    (registered(terms(fee=FeeRule(amount_vnd=FEE_VND, pay_within_hours=1))), None),
    (registered(terms(fee=FeeRule(amount_vnd=0))), None),
    (registered(waiver_percent=100), None),
    (demanded(), None),
    (START, None),
    (RecordPaymentStarted(attempt=1, redirect_url="https://pay.example", expires_at=later(900)), None),
    (RecordReceipt(number="BL26-0000001", document=None), None),
    (cash(taking=1), None),
    (cash(taking=2), None),
    (cash(amount_vnd=1, taking=3), None),
    (CALL, result(1)),
    (CALL, result(2)),
    (CALL, result(1, code="24")),
    (CALL, result(1, amount_vnd=1)),
    (CALL, result(2, valid=False)),
    (wake(), None),
]
TOLD = st.tuples(st.sampled_from(MESSAGES), st.sampled_from([0, 1, 3599, 3600, 3601, 9000]))


@settings(max_examples=1000, deadline=None)
@given(first=st.sampled_from(MESSAGES[:5]), history=st.lists(TOLD, max_size=25))
def test_what_a_charge_says_adds_up(first: tuple[Any, Any], history: list[tuple[tuple[Any, Any], int]]) -> None:
    desk = Desk()
    for (data, given_), second in [(first, 0), *history]:
        try:
            desk.tell(data, at=later(second), given=given_)
        except Refusal:
            continue
    times = Counter(type(fact) for fact in desk.said)
    for once in (FeeAssessed, PaymentAwaited, PaymentSettled, PaymentExpired, ReceiptIssued):
        assert times[once] <= 1, once
    assert not (times[PaymentSettled] and times[PaymentExpired])
    assert times[ReceiptIssued] <= times[PaymentSettled]
    assert times[CashCollected] == sum(fact.channel == "cash" for fact in desk.said if isinstance(fact, PaymentSettled))
    assert [fact.amount_vnd for fact in desk.said if isinstance(fact, PaymentSettled)] in ([], [FEE_VND])
    requests = [fact for fact in desk.said if isinstance(fact, PaymentRequested)]
    assert [fact.attempt for fact in requests] == list(range(1, len(requests) + 1))
    # An attempt's money has one end: it settles, is a mismatch, or is held still.
    ended = Counter(
        fact.attempt
        for fact in desk.said
        if isinstance(fact, PaymentSettled) or (isinstance(fact, MismatchFound) and fact.reason in ("late", "duplicate"))
    )
    ended += Counter(fact.attempt for fact in desk.charge.held)
    assert all(times == 1 for attempt, times in ended.items() if attempt)
    assert times[PaymentHeld] >= len(desk.charge.held)


@settings(max_examples=300, deadline=None)
@given(history=st.lists(TOLD, max_size=25))
def test_a_wake_always_makes_progress_and_open_effects_can_be_closed(history: list[tuple[tuple[Any, Any], int]]) -> None:
    """Else the chassis would wake the charge for ever, or do an effect for ever."""
    desk = Desk()
    for (data, given_), second in [(MESSAGES[0], 0), *history]:
        try:
            desk.tell(data, at=later(second), given=given_)
        except Refusal:
            continue
    for _ in range(3):
        if (moment := due(desk.case)) is None:
            break
        assert desk.tell(wake(), at=moment)
        assert due(desk.case) != moment
    assert due(desk.case) is None
    for effect in effects(desk.case):
        reference, _, kind = effect.key.rpartition("/")
        if kind == "issue-receipt":
            desk.tell(RecordReceipt(number="BL26-0000001", document=None))
        else:
            number = int(reference.rpartition("-")[2])
            desk.tell(RecordPaymentStarted(attempt=number, redirect_url="https://pay.example", expires_at=later(900)))
    assert list(effects(desk.case)) == []
