"""Any messages in any order, at any times: whatever a charge says adds up, and no đồng is lost or
given back twice.
"""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_contracts import Refusal
from motcua_contracts.messages.intake import (
    DossierCompleted,
    DossierNotAccepted,
    DossierStopped,
    DossierWithdrawn,
)
from motcua_contracts.messages.payment import (
    CashCollected,
    ChargeClosed,
    FeeAssessed,
    MismatchFound,
    PaymentAwaited,
    PaymentExpired,
    PaymentHeld,
    PaymentRequested,
    PaymentSettled,
    ProviderAsked,
    ReceiptIssued,
    RecordPaymentStarted,
    RecordProviderAnswer,
    RecordReceipt,
)
from motcua_contracts.messages.refunds import (
    RecordPayOut,
    RecordRefund,
    RefundByHand,
    Refunded,
    RefundFailed,
    RefundRequested,
)
from motcua_contracts.rules.terms import FeeRule

from .harness import (
    CALL,
    FEE_VND,
    START,
    TILL,
    TRANSFER,
    PaymentHarness,
    cash,
    demanded,
    later,
    registered,
    result,
    terms,
    wake,
)

MESSAGES: list[tuple[Any, Any]] = [
    (registered(), None),
    (registered(terms(level=3)), None),
    (registered(terms(fee=FeeRule(amount_vnd=FEE_VND, pay_within_hours=1))), None),
    (registered(terms(fee=FeeRule(amount_vnd=0))), None),
    (registered(waiver_percent=100), None),
    (demanded(), None),
    (START, None),
    (START, TRANSFER),
    (
        RecordPaymentStarted(attempt=1, redirect_url="https://pay.example", expires_at=later(900)),
        None,
    ),
    (
        RecordPaymentStarted(attempt=2, redirect_url="https://pay.example", expires_at=later(900)),
        None,
    ),
    (RecordReceipt(number="BL26-0000001", document=None), None),
    (cash(taking=1), None),
    (cash(taking=2), None),
    (cash(amount_vnd=1, taking=3), None),
    (CALL, result(1)),
    (CALL, result(2)),
    (CALL, result(1, transaction="FT9", final=True)),
    (CALL, result(1, transaction="FT8", final=True, amount_vnd=20_000)),
    (CALL, result(1, code="24")),
    (CALL, result(1, amount_vnd=1)),
    (CALL, result(2, valid=False)),
    (
        RecordProviderAnswer(
            attempt=1, code="00", amount_vnd=FEE_VND, transaction="14000001", paid_at=later(30)
        ),
        None,
    ),
    (
        RecordProviderAnswer(
            attempt=1, code="00", amount_vnd=1_000, transaction="14000001", paid_at=later(30)
        ),
        None,
    ),
    (RecordProviderAnswer(attempt=2, code="91"), None),
    (DossierWithdrawn(refundable=True), None),
    (DossierNotAccepted(reason_code="not-eligible", revision=1, slip=None, refundable=False), None),
    (DossierCompleted(outcome="refused", refundable=True, result=None), None),
    (DossierStopped(reason="not_supplemented_in_time"), None),
    (RefundByHand(agency="haihau", amount_vnd=20_000), None),
    (RefundByHand(agency="haihau", amount_vnd=30_000, over_the_counter=True), None),
    *[
        (
            RecordRefund(
                refund=number, accepted=number != 2, reference=f"15{number}", provider_code="95"
            ),
            None,
        )
        for number in (1, 2, 3)
    ],
    *[
        (RecordPayOut(till=TILL, reference=f"{TILL}/9{n}", refund=n, amount_vnd=v), None)
        for n in (1, 2, 3)
        for v in (20_000, FEE_VND)
    ],
    (wake(), None),
]
TOLD = st.tuples(st.sampled_from(MESSAGES), st.sampled_from([0, 1, 961, 3599, 3600, 3601, 9000]))


def played(first: tuple[Any, Any], history: list[tuple[tuple[Any, Any], int]]) -> PaymentHarness:
    desk = PaymentHarness()
    for (data, given_), second in [(first, 0), *history]:
        try:
            desk.tell(data, at=later(second), given=given_)
        except Refusal:
            continue
    return desk


@settings(max_examples=1000, deadline=None)
@given(first=st.sampled_from(MESSAGES[:5]), history=st.lists(TOLD, max_size=25))
def test_what_a_charge_says_adds_up(
    first: tuple[Any, Any], history: list[tuple[tuple[Any, Any], int]]
) -> None:
    desk = played(first, history)
    times = Counter(type(event) for event in desk.said)
    for once in (
        FeeAssessed,
        PaymentAwaited,
        PaymentSettled,
        PaymentExpired,
        ReceiptIssued,
        ChargeClosed,
    ):
        assert times[once] <= 1, once
    assert not (times[PaymentSettled] and times[PaymentExpired])
    assert times[ReceiptIssued] <= times[PaymentSettled]
    assert times[CashCollected] == sum(
        event.channel == "cash" for event in desk.said if isinstance(event, PaymentSettled)
    )
    assert [event.amount_vnd for event in desk.said if isinstance(event, PaymentSettled)] in (
        [],
        [FEE_VND],
    )
    requests = [event for event in desk.said if isinstance(event, PaymentRequested)]
    assert [event.attempt for event in requests] == list(range(1, len(requests) + 1))
    asked = Counter(event.attempt for event in desk.said if isinstance(event, ProviderAsked))
    assert all(count == 1 for count in asked.values())
    assert times[PaymentHeld] >= len(desk.charge.held)


@settings(max_examples=1000, deadline=None)
@given(history=st.lists(TOLD, max_size=30))
def test_every_money_has_one_end_and_nothing_goes_back_that_is_not_here(
    history: list[tuple[tuple[Any, Any], int]],
) -> None:
    """One provider's transaction settles, is a mismatch, or is held still: once.

    Of each money no more goes back than came.
    """
    desk = played(MESSAGES[0], [((demanded(), None), 0), *history])
    came: Counter[str] = Counter()
    back: Counter[str] = Counter()
    requested: dict[int, RefundRequested] = {}
    for event in desk.said:
        match event:
            case PaymentSettled():
                came[event.reference] += event.amount_vnd
            case MismatchFound() if event.is_money:
                assert event.reference not in came, "booked twice"
                came[event.reference] += event.amount_vnd
            case RefundRequested():
                requested[event.refund] = event
                back[event.reference] += event.amount_vnd
            case RefundFailed():
                back[requested[event.refund].reference] -= event.amount_vnd
            case _:
                pass
        assert all(back[reference] <= came[reference] for reference in back), (
            "more goes back than came"
        )
    assert list(requested) == list(range(1, len(requested) + 1))
    ended = Counter(
        event.refund for event in desk.said if isinstance(event, Refunded | RefundFailed)
    )
    assert all(count == 1 for count in ended.values())
    strays = {money.reference for money in desk.charge.moneys if money.stray}
    assert strays == {one.reference for one in requested.values() if not one.fee}, (
        "stray money without a refund"
    )


@settings(max_examples=300, deadline=None)
@given(history=st.lists(TOLD, max_size=25))
def test_a_wake_always_makes_progress_and_open_effects_can_be_closed(
    history: list[tuple[tuple[Any, Any], int]],
) -> None:
    """Otherwise the chassis would wake the charge, or run an effect, without end."""
    desk = played(MESSAGES[0], history)
    for _ in range(100):  # each round ends one thing that is open; a history opens fewer
        if (moment := desk.due) is not None:
            assert desk.tell(wake(), at=moment), f"a wake at {moment} changes nothing"
        elif open_ := list(desk.effects):
            answer(desk, open_[0].key)
            assert open_[0].key not in {effect.key for effect in desk.effects}
        else:
            break
    assert desk.due is None
    assert list(desk.effects) == []


def answer(desk: PaymentHarness, key: str) -> None:
    reference, _, kind = key.rpartition("/")
    number = (
        int(key.rpartition("-")[2])
        if kind.startswith("refund")
        else int(reference.rpartition("-")[2])
        if "-" in reference[2:]
        else 0
    )
    match kind.rstrip("0123456789"):
        case "issue-receipt":
            desk.tell(RecordReceipt(number="BL26-0000001", document=None), at=later(9000))
        case "start-payment":
            desk.tell(
                RecordPaymentStarted(
                    attempt=number, redirect_url="https://pay.example", expires_at=later(900)
                ),
                at=later(9000),
            )
        case "ask-provider":
            desk.tell(RecordProviderAnswer(attempt=number, code="91"), at=later(9000))
        case _:
            desk.tell(RecordRefund(refund=number, accepted=True, reference="16"), at=later(9000))
