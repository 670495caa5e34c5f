"""Money that was taken and is suspected: neither paid nor failed, asked for until it is one of the
two; the dossier is not stopped.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from motcua_contracts import Refusal
from motcua_contracts.messages.intake import DossierWithdrawn
from motcua_contracts.messages.payment import (
    EndDoubt,
    PaymentDoubted,
    PaymentFailed,
    RecordPaymentStarted,
    RecordProviderAnswer,
    RecordProviderDoubt,
)
from motcua_payment.books import Books
from motcua_payment.domain.calls import ASK_AGAIN
from motcua_payment.domain.charge import ASK_PROVIDER, asked_reference
from motcua_payment.statement import Ours
from motcua_payment_providers.vnpay_api import STANDINGS
from motcua_payment_providers.vnpay_codes import RESPONSES, STATUSES, standing_of

from .harness import (
    CALL,
    CASHIER,
    DOSSIER,
    FEE_VND,
    NOW,
    PAY_WITHIN_SECONDS,
    START,
    SYSTEM,
    PaymentHarness,
    cash,
    demanded,
    later,
    message,
    registered,
    result,
    staff,
    wake,
)

STARTED = RecordPaymentStarted(attempt=1, redirect_url="https://pay.example", expires_at=later(900))
DOUBT = result(code="07", standing="doubted")
CALLED_AT = later(120)
SAYS_DOUBT = RecordProviderDoubt(attempt=1, code="07", transaction="14000001")
SAYS_PAID = RecordProviderAnswer(
    attempt=1, code="00", amount_vnd=FEE_VND, transaction="14000001", paid_at=CALLED_AT
)
SAYS_FAILED = RecordProviderAnswer(attempt=1, code="02")
SAYS_UNFINISHED = RecordProviderDoubt(attempt=1, code="01", unfinished=True)


def in_doubt() -> PaymentHarness:
    desk = PaymentHarness()
    desk.tell(registered(), demanded(), START, STARTED)
    assert desk.tell(CALL, at=CALLED_AT, given=DOUBT) == ["PaymentDoubted"]
    return desk


def asked(desk: PaymentHarness) -> None:
    """Woken when it wants to be, it asks its provider once."""
    moment = desk.due
    assert moment is not None
    assert desk.tell(wake(), at=moment) == ["ProviderAsked"]


def refused(desk: PaymentHarness, act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.slug


def test_it_is_neither_paid_nor_failed() -> None:
    desk = in_doubt()
    (attempt,) = desk.charge.attempts
    assert (attempt.state, desk.charge.stage, desk.charge.moneys) == ("doubted", "awaited", ())
    doubt = desk.said[-1]
    assert isinstance(doubt, PaymentDoubted)
    assert (doubt.provider_code, doubt.reference, doubt.amount_vnd, doubt.asks) == (
        "07",
        "14000001",
        FEE_VND,
        0,
    )
    assert doubt.ask_at == CALLED_AT + ASK_AGAIN[0]


def test_the_time_to_pay_does_not_end_meanwhile() -> None:
    desk = in_doubt()
    for _ in range(12):
        asked(desk)
        moment = desk.said[-1].asked_at  # type: ignore[attr-defined]
        assert desk.tell(SAYS_DOUBT, at=moment + timedelta(seconds=2)) == ["PaymentDoubted"]
    assert desk.charge.stage == "awaited"
    assert moment > later(PAY_WITHIN_SECONDS) + timedelta(days=7), (
        "asked for days after the time to pay, once a day"
    )
    assert [type(event).__name__ for event in desk.said].count("PaymentExpired") == 0


def test_each_question_has_a_key_of_its_own() -> None:
    desk = in_doubt()
    keys = []
    for _ in range(4):
        asked(desk)
        (effect,) = desk.effects
        assert (effect.kind, asked_reference(effect.key)) == (ASK_PROVIDER, f"{DOSSIER}-1")
        keys.append(effect.key)
        desk.tell(SAYS_DOUBT, at=later(PAY_WITHIN_SECONDS))
    assert len(set(keys)) == 4


def test_a_doubt_that_comes_back_after_a_failure_asks_under_new_keys() -> None:
    desk = in_doubt()
    asked(desk)
    (first,) = desk.effects
    desk.tell(SAYS_FAILED, at=later(1000))
    assert desk.tell(
        CALL, at=later(1100), given=result(code="07", standing="doubted", transaction="14000009")
    ) == ["PaymentDoubted"]
    asked(desk)
    (second,) = desk.effects
    assert first.key != second.key


def test_settled_in_time_though_the_answer_comes_days_later() -> None:
    desk = in_doubt()
    for _ in range(6):
        asked(desk)
        moment = desk.said[-1].asked_at  # type: ignore[attr-defined]
        desk.tell(SAYS_DOUBT, at=moment)
    asked(desk)
    assert desk.tell(SAYS_PAID, at=moment + timedelta(days=2)) == ["PaymentSettled"]


def test_settled_by_the_providers_own_call() -> None:
    desk = in_doubt()
    assert desk.tell(CALL, at=later(300), given=result(paid_at=CALLED_AT)) == ["PaymentSettled"]
    assert refused(desk, lambda: desk.tell(CALL, at=later(301), given=DOUBT)) == "already-settled"


def test_failed_by_the_answer_and_then_the_time_ends() -> None:
    desk = in_doubt()
    asked(desk)
    after = later(PAY_WITHIN_SECONDS + 60)
    assert desk.tell(SAYS_FAILED, at=after) == ["PaymentFailed"]
    assert desk.due == later(PAY_WITHIN_SECONDS)
    assert desk.tell(wake(), at=after) == ["PaymentExpired"]


def test_what_is_not_finished_leaves_a_doubt_and_makes_none() -> None:
    desk = in_doubt()
    asked(desk)
    assert desk.tell(SAYS_UNFINISHED, at=later(1500)) == ["PaymentDoubted"]
    plain = PaymentHarness()
    plain.tell(registered(), demanded(), START, STARTED)
    asked(plain)
    assert plain.tell(SAYS_UNFINISHED, at=later(1500)) == ["PaymentFailed"], (
        "an abandoned pay page is nobody's to look at"
    )


def test_the_first_answer_may_be_the_doubt() -> None:
    desk = PaymentHarness()
    desk.tell(registered(), demanded(), START, STARTED)
    asked(desk)
    assert desk.tell(SAYS_DOUBT, at=later(1000)) == ["PaymentDoubted"]
    asked(desk)
    assert desk.tell(SAYS_PAID, at=later(3000)) == ["PaymentSettled"]


def test_the_same_doubt_told_again_is_known() -> None:
    desk = in_doubt()
    assert refused(desk, lambda: desk.tell(CALL, at=later(130), given=DOUBT)) == "already-settled"
    asked(desk)
    assert refused(desk, lambda: desk.tell(CALL, at=later(131), given=DOUBT)) == "already-settled"
    assert desk.tell(SAYS_PAID, at=later(2000)) == ["PaymentSettled"]


def test_nobody_is_led_to_pay_online_twice() -> None:
    desk = in_doubt()
    assert refused(desk, lambda: desk.tell(START, at=later(200))) == "payment-in-doubt"


def test_cash_meanwhile_settles_and_the_doubted_money_goes_back() -> None:
    desk = in_doubt()
    assert desk.tell(cash(), at=later(200)) == ["CashCollected", "PaymentSettled"]
    asked(desk)
    assert desk.tell(SAYS_PAID, at=later(2000)) == ["MismatchFound", "RefundRequested"]


def test_money_of_a_dossier_that_ended_meanwhile_goes_back() -> None:
    desk = in_doubt()
    desk.tell(DossierWithdrawn(refundable=True), at=later(60))
    asked(desk)
    assert desk.tell(SAYS_PAID, at=later(2000)) == ["MismatchFound", "RefundRequested"]


def test_a_person_may_end_it_and_money_that_comes_all_the_same_settles() -> None:
    desk = in_doubt()
    end = EndDoubt(agency="haihau", attempt=1)
    assert refused(desk, lambda: desk.tell(end, actor=SYSTEM)) == "role-required"
    assert (
        refused(desk, lambda: desk.tell(EndDoubt(agency="haiminh", attempt=1), actor=CASHIER))
        == "foreign-agency"
    )
    assert (
        refused(desk, lambda: desk.tell(EndDoubt(agency="haihau", attempt=2), actor=CASHIER))
        == "attempt-unknown"
    )
    assert desk.tell(end, actor=CASHIER) == ["PaymentFailed"]
    assert refused(desk, lambda: desk.tell(end, actor=CASHIER)) == "attempt-unknown"
    assert desk.tell(CALL, at=later(400), given=result()) == ["PaymentSettled"]


def test_what_a_person_ended_is_not_reopened_by_a_late_call_that_is_not_final() -> None:
    desk = in_doubt()
    desk.tell(EndDoubt(agency="haihau", attempt=1), actor=CASHIER)
    for transaction in ("14000001", "14000009", ""):
        late = result(code="07", standing="doubted", transaction=transaction)
        assert (
            refused(desk, lambda late=late: desk.tell(CALL, at=later(400), given=late))  # type: ignore[misc]
            == "already-settled"
        )
    assert (desk.charge.doubted, desk.charge.attempts[0].state) == ((), "failed")
    assert desk.tell(START, at=later(410)) == ["PaymentRequested"], "paying online is open again"
    assert desk.tell(CALL, at=later(420), given=result()) == ["PaymentSettled"], (
        "what is finally paid is booked"
    )


def test_it_is_not_ended_while_the_provider_is_being_asked() -> None:
    desk = in_doubt()
    asked(desk)
    assert (
        refused(desk, lambda: desk.tell(EndDoubt(agency="haihau", attempt=1), actor=CASHIER))
        == "payment-in-doubt"
    )
    assert desk.tell(SAYS_PAID, at=later(400)) == ["PaymentSettled"], (
        "its answer finds the attempt as it was"
    )


def test_a_clerk_does_not_end_it() -> None:
    desk = PaymentHarness(catalogue=staff(roles=("clerk",)))
    desk.tell(registered(), demanded(), START, STARTED)
    desk.tell(CALL, at=CALLED_AT, given=DOUBT)
    assert (
        refused(desk, lambda: desk.tell(EndDoubt(agency="haihau", attempt=1), actor=CASHIER))
        == "role-required"
    )


def test_the_accountant_sees_it_once_and_the_books_hold_no_money_of_it() -> None:
    desk = in_doubt()
    asked(desk)
    desk.tell(SAYS_DOUBT, at=later(1500))
    ours, books = Ours("vnpay"), Books()
    for sequence, event in enumerate(desk.said, 1):
        said = message(event, SYSTEM, NOW, DOSSIER, sequence)
        ours.take(said)
        books.take(said)
    (odd,) = ours.anomalies
    assert (odd.reason, odd.dossier_id, odd.amount_vnd, odd.reference) == (
        "in doubt",
        DOSSIER,
        FEE_VND,
        "14000001",
    )
    assert ours.lines == []
    assert books.problems() == []
    assert {name: vnd for name, vnd in books.balances["haihau"].items() if vnd} == {
        "receivable": FEE_VND,
        "revenue": -FEE_VND,
    }


@pytest.mark.parametrize("status", sorted(STATUSES))
@pytest.mark.parametrize("response", sorted(RESPONSES))
def test_a_call_with_every_pair_of_codes(response: str, status: str) -> None:
    """Settled, failed or in doubt, and in none of them stopped."""
    desk = PaymentHarness()
    desk.tell(registered(), demanded(), START, STARTED)
    standing = standing_of(response, status)
    code = next((one for one in (response, status) if one != "00"), "00")
    given = result(code=code, standing="doubted" if standing == "doubted" else "failed")
    expected = {"paid": "PaymentSettled", "failed": "PaymentFailed", "doubted": "PaymentDoubted"}[
        standing
    ]
    assert desk.tell(CALL, at=CALLED_AT, given=given) == [expected]


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("00", "PaymentSettled"), ("01", "PaymentFailed"), ("02", "PaymentFailed"),
        ("04", "PaymentDoubted"), ("05", "PaymentDoubted"),
        ("06", "PaymentDoubted"), ("07", "PaymentDoubted"), ("09", "PaymentDoubted"),
        ("none", "PaymentDoubted"),
    ],
)  # fmt: skip
def test_querydr_with_every_transaction_status(status: str, event: str) -> None:
    desk = PaymentHarness()
    desk.tell(registered(), demanded(), START, STARTED)
    asked(desk)
    standing = STANDINGS.get(status, "doubted")
    answer: RecordProviderAnswer | RecordProviderDoubt
    if standing == "failed":
        answer = RecordProviderAnswer(
            attempt=1,
            code=status,
            amount_vnd=FEE_VND if status == "00" else 0,
            transaction="14000001",
        )
    else:
        answer = RecordProviderDoubt(
            attempt=1, code=status, transaction="14000001", unfinished=standing == "unfinished"
        )
    assert desk.tell(answer, at=later(1000)) == [event]
    if event == "PaymentFailed":
        assert isinstance(desk.said[-1], PaymentFailed)
