"""The bank takes back what it had brought: the fee is not paid any more, an accountant sees it by
name, and nothing stops.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_contracts import Event, Payload, Refusal
from motcua_contracts.messages.intake import DossierWithdrawn
from motcua_contracts.messages.payment import RecordReceipt
from motcua_contracts.messages.refunds import (
    PaymentReversed,
    RecordPayOut,
    RefundByHand,
    ReversePayment,
)
from motcua_contracts.messages.transfers import (
    RecordTransfer,
    TransferAssigned,
    TransferAssigning,
    TransferReceived,
)
from motcua_contracts.rules.status import Progress, fold
from motcua_payment.books import Books
from motcua_payment.domain.refunds import REVERSED
from motcua_payment.statement import Line, Ours, compare

from .harness import (
    CALL,
    CASHIER,
    DOSSIER,
    FEE_VND,
    NOW,
    PAY_WITHIN_SECONDS,
    START,
    SYSTEM,
    TILL,
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

GIVEN = RecordTransfer(
    transfer="transfer:vietqr:1",
    provider="vietqr",
    reference="FT1",
    amount_vnd=FEE_VND,
    received_at=NOW,
    agency="haihau",
)
RECEIPT = RecordReceipt(number="BL26-0000001", document=None)
REVERSE = ReversePayment(agency="haihau", reference="FT1", bank_reference="FT9")
LONG_AFTER = later(30 * 86_400)


def assigned() -> PaymentHarness:
    """A cashier gave a transfer to the dossier, which has its receipt."""
    desk = PaymentHarness()
    desk.tell(registered(), demanded(), GIVEN, RECEIPT)
    assert (desk.charge.stage, desk.effects) == ("settled", [])
    return desk


def reverse(
    desk: PaymentHarness, command: ReversePayment = REVERSE, actor: str = CASHIER
) -> list[str]:
    return desk.tell(command, at=LONG_AFTER, actor=actor)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.slug


def moved(desk: PaymentHarness) -> dict[str, int]:
    """The balances of the dossier and of the transfer that it was given, which hold."""
    money: dict[str, Any] = {"assignment": 1, "dossier_id": DOSSIER, "amount_vnd": FEE_VND}
    transfer: list[Event] = [
        TransferReceived(
            provider="vietqr", reference="FT1", amount_vnd=FEE_VND, received_at=NOW, agency="haihau"
        ),
        TransferAssigning(**money, reason_code="other", officer="cashier-haihau"),
        TransferAssigned(**money),
    ]
    books = Books()
    for subject, events in (("transfer:vietqr:1", transfer), (DOSSIER, desk.said)):
        for sequence, event in enumerate(events, 1):
            books.take(message(event, SYSTEM, NOW, subject, sequence))
    assert [
        one
        for one in books.problems()
        if "is in no book" not in one and not one.startswith(("tills", "transfers"))
    ] == []
    return {account: vnd for account, vnd in books.balances["haihau"].items() if vnd}


def test_the_fee_is_owed_again_and_has_no_end() -> None:
    desk = assigned()
    assert reverse(desk) == ["PaymentReversed"]
    charge = desk.charge
    assert (charge.stage, charge.settlement, charge.expires_at, desk.due) == (
        "awaited",
        None,
        None,
        None,
    )
    assert desk.tell(wake(), at=LONG_AFTER) == [], "never a silent stop"
    assert moved(desk) == {"receivable": FEE_VND, "revenue": -FEE_VND}
    said = desk.said[-1]
    assert isinstance(said, PaymentReversed)
    assert (said.fee, said.owed, said.refunded_vnd, said.officer, said.attempt) == (
        True,
        True,
        0,
        "cashier-haihau",
        0,
    )


@pytest.mark.parametrize("again", ["cash", "transfer", "online"])
def test_it_may_be_paid_again_and_the_receipt_stays(again: str) -> None:
    desk = assigned()
    reverse(desk)
    match again:
        case "cash":
            assert desk.tell(cash(), at=LONG_AFTER) == ["CashCollected", "PaymentSettled"]
        case "transfer":
            assert refused(lambda: desk.tell(GIVEN, at=LONG_AFTER)) == "already-settled", (
                "what was taken back pays nothing"
            )
            assert desk.tell(GIVEN.model_copy(update={"reference": "FT2"}), at=LONG_AFTER) == [
                "PaymentSettled"
            ]
        case _:
            desk.tell(START, at=LONG_AFTER)
            assert desk.tell(CALL, at=LONG_AFTER, given=result()) == ["PaymentSettled"]
    assert (desk.charge.stage, desk.charge.receipt, desk.effects) == (
        "settled",
        RECEIPT.number,
        [],
    )
    assert moved(desk)["revenue"] == -FEE_VND


def test_it_is_recorded_once_of_money_that_came_by_a_seated_officer() -> None:
    desk = assigned()
    assert refused(lambda: reverse(desk, actor=SYSTEM)) == "role-required"
    assert (
        refused(lambda: reverse(desk, REVERSE.model_copy(update={"agency": "haiminh"})))
        == "foreign-agency"
    )
    assert (
        refused(lambda: reverse(desk, REVERSE.model_copy(update={"reference": "FT2"})))
        == "attempt-unknown"
    )
    assert (
        refused(lambda: reverse(desk, REVERSE.model_copy(update={"reference": ""})))
        == "attempt-unknown"
    )
    desk.catalogue = staff(roles=("clerk",))
    assert refused(lambda: reverse(desk)) == "role-required"
    desk.catalogue = staff()
    reverse(desk)
    assert refused(lambda: reverse(desk)) == "already-settled"
    assert refused(lambda: PaymentHarness().tell(REVERSE, actor=CASHIER)) == "dossier-unknown"


def test_cash_is_taken_back_by_no_bank() -> None:
    desk = PaymentHarness()
    desk.tell(registered(), demanded(), cash(), RECEIPT)
    assert (
        refused(lambda: reverse(desk, REVERSE.model_copy(update={"reference": f"{TILL}/1"})))
        == "attempt-unknown"
    )


def test_a_refund_that_waits_at_the_till_is_not_handed_out() -> None:
    desk = assigned()
    desk.tell(DossierWithdrawn(refundable=True), at=later(60))
    assert reverse(desk) == ["RefundFailed", "PaymentReversed"]
    assert desk.said[-2].provider_code == REVERSED  # type: ignore[attr-defined]
    assert (
        refused(
            lambda: desk.tell(
                RecordPayOut(till=TILL, reference=f"{TILL}/9", refund=1, amount_vnd=FEE_VND)
            )
        )
        == "refund-unknown"
    )
    assert (
        refused(lambda: desk.tell(RefundByHand(agency="haihau", amount_vnd=1)))
        == "refund-too-large"
    )
    assert desk.charge.stage == "closed"
    assert moved(desk) == {}, "nothing was kept, and nothing is owed any more"


def test_who_has_the_money_twice_owes_it() -> None:
    desk = assigned()
    desk.tell(DossierWithdrawn(refundable=True), at=later(60))
    desk.tell(RecordPayOut(till=TILL, reference=f"{TILL}/9", refund=1, amount_vnd=FEE_VND))
    assert reverse(desk) == ["PaymentReversed"]
    assert moved(desk) == {"taken-back": FEE_VND, "till-clearing": -FEE_VND}


def test_money_in_motion_is_waited_for() -> None:
    desk = PaymentHarness()
    desk.tell(registered(), demanded(), GIVEN)
    assert refused(lambda: reverse(desk)) == "money-in-motion", "its receipt is being made"
    online = PaymentHarness()
    online.tell(registered(), demanded(), START)
    online.tell(CALL, given=result())
    online.tell(RECEIPT)
    online.tell(DossierWithdrawn(refundable=True), at=later(60))
    named = REVERSE.model_copy(update={"reference": "14000001"})
    assert refused(lambda: reverse(online, named)) == "money-in-motion", (
        "VNPAY may be sending it at this moment"
    )


def test_the_accountant_sees_it_by_name_and_the_statement_matches() -> None:
    desk = PaymentHarness()
    desk.tell(registered(), demanded(), START)
    desk.tell(CALL, given=result())
    desk.tell(RECEIPT)
    reverse(desk, REVERSE.model_copy(update={"reference": "14000001"}))
    ours = Ours("vnpay")
    for sequence, event in enumerate(desk.said, 1):
        ours.take(message(event, SYSTEM, NOW, DOSSIER, sequence))
    (odd,) = ours.anomalies
    assert (odd.reason, odd.dossier_id, odd.amount_vnd, odd.reference) == (
        "reversed",
        DOSSIER,
        FEE_VND,
        "14000001",
    )
    theirs = [
        Line("payment", "d-1-1", "14000001", FEE_VND, NOW),
        Line("refund", "d-1-1", "FT9", FEE_VND, LONG_AFTER),
    ]
    assert [one.findings for one in compare(theirs, ours, [])] == [(), ()]


def test_its_owner_and_the_desk_read_that_the_fee_is_due_again() -> None:
    desk = assigned()
    progress = Progress()
    for sequence, event in enumerate([*desk.said, *_after(desk)], 1):
        progress = fold(progress, message(event, SYSTEM, NOW, DOSSIER, sequence))
    assert (progress.payment.state, progress.fee) == ("owed", "due")


def _after(desk: PaymentHarness) -> list[Event]:
    before = len(desk.said)
    reverse(desk)
    return desk.said[before:]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "reverse",
                "cash",
                "withdraw",
                "give",
                "give 2",
                "wake",
                "refund",
                "pay out",
                "receipt",
            ]
        ),
        max_size=12,
    )
)
def test_whatever_happens_the_books_hold(steps: list[str]) -> None:
    desk = PaymentHarness()
    desk.tell(registered(), demanded())
    acts: dict[str, tuple[Payload, str]] = {
        "reverse": (REVERSE, CASHIER),
        "cash": (cash(), SYSTEM),
        "withdraw": (DossierWithdrawn(refundable=True), SYSTEM),
        "give": (GIVEN, SYSTEM),
        "give 2": (GIVEN.model_copy(update={"reference": "FT2"}), SYSTEM),
        "wake": (wake(), SYSTEM),
        "refund": (RefundByHand(agency="haihau", amount_vnd=20_000), CASHIER),
        "receipt": (RECEIPT, SYSTEM),
        "pay out": (
            RecordPayOut(till=TILL, reference=f"{TILL}/9", refund=1, amount_vnd=20_000),
            SYSTEM,
        ),
    }
    for step in steps:
        data, actor = acts[step]
        with suppress(Refusal):
            desk.tell(data, at=later(PAY_WITHIN_SECONDS) if step == "wake" else NOW, actor=actor)
    books = Books()
    for sequence, event in enumerate(desk.said, 1):
        books.take(message(event, SYSTEM, NOW, DOSSIER, sequence))
    # of the dossier alone: its till and its transfers are other subjects
    apart = ("tills", "transfers")
    assert [
        one for one in books.problems() if not one.startswith(apart) and "is in no book" not in one
    ] == []
