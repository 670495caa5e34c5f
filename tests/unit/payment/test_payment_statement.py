"""A provider's statement beside our events: every kind of finding, each once; what was found
becomes events once, and nothing is mended.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from motcua_contracts import VIETNAM, Payload
from motcua_contracts.messages.payment import MismatchFound, PaymentRequested, PaymentSettled
from motcua_contracts.messages.refunds import (
    ReconciliationRecorded,
    RecordReconciliation,
    Refunded,
    RefundRequested,
    StatementFinding,
    StatementMismatch,
)
from motcua_payment.statement import Compared, Line, Ours, StatementError, compare, read_statement

from .harness import NOW, SYSTEM, PaymentHarness, message

HEAD = "kind,reference,transaction,amount_vnd,time\n"
DAY = date(2026, 11, 24)


def requested(attempt: int) -> PaymentRequested:
    plain: dict[str, Any] = {
        "provider": "vnpay",
        "amount_vnd": 50_000,
        "return_url": "x",
        "requested_at": NOW,
        "expires_at": NOW,
    }
    return PaymentRequested(attempt=attempt, reference=f"d-1-{attempt}", **plain)


def settled(transaction: str, attempt: int = 1, at: datetime = NOW) -> PaymentSettled:
    return PaymentSettled(
        amount_vnd=50_000,
        channel="online",
        provider="vnpay",
        attempt=attempt,
        reference=transaction,
        settled_at=at,
    )


def stray(reason: str, transaction: str, amount_vnd: int = 50_000, **more: Any) -> MismatchFound:
    plain = {
        "reason": reason,
        "amount_vnd": amount_vnd,
        "provider": "vnpay",
        "attempt": 2,
        "reference": transaction,
        "received_at": NOW,
    }
    return MismatchFound.model_validate(plain | more)


def ours(*events: Payload) -> Ours:
    said = Ours("vnpay")
    for sequence, event in enumerate([requested(1), requested(2), *events], 1):
        told = message(event, SYSTEM, NOW, "d-1", sequence)
        said.take(told)
        said.take(told)  # a copy
    return said


def compared(rows: str, *events: Payload) -> Compared:
    (one,) = compare(read_statement((HEAD + rows).encode()), ours(*events), [DAY])
    return one


def found(one: Compared) -> list[tuple[str, str, str, int, int]]:
    return [(f.finding, f.kind, f.transaction, f.here_vnd, f.there_vnd) for f in one.findings]


PAYMENT = "payment,d-1-1,14000001,50000,2026-11-24T09:00:00+07:00\n"


def test_what_both_say_is_matched_once() -> None:
    one = compared(PAYMENT, settled("14000001"))
    assert (len(one.matched), one.findings, one.matched[0][1].note) == (1, (), "fee")


def test_every_way_in_which_it_does_not_match() -> None:
    rows = PAYMENT.replace("50000", "70000") + "payment,d-9-1,14000009,90000,20261124103000\n"
    one = compared(rows, settled("14000001"), stray("late", "14000002"))
    assert found(one) == [
        ("amount_differs", "payment", "14000001", 50_000, 70_000),
        ("missing_here", "payment", "14000009", 0, 90_000),
        ("missing_there", "payment", "14000002", 50_000, 0),
    ]
    assert one.matched == ()


def test_a_line_that_is_there_twice_is_missing_here_once() -> None:
    assert found(compared(PAYMENT + PAYMENT, settled("14000001"))) == [
        ("missing_here", "payment", "14000001", 0, 50_000)
    ]


def test_a_refund_is_matched_by_its_number_or_by_payment_and_amount() -> None:
    back = RefundRequested(
        refund=1,
        amount_vnd=50_000,
        channel="online",
        provider="vnpay",
        attempt=2,
        reason="late",
        reference="14000002",
        fee=False,
    )
    for reference in ("15000001", "the id of a request that was asked twice"):
        done = Refunded(
            refund=1, amount_vnd=50_000, channel="online", reference=reference, provider="vnpay"
        )
        rows = (
            PAYMENT.replace("d-1-1,14000001", "d-1-2,14000002")
            + "refund,d-1-2,15000001,50000,20261124110000\n"
        )
        one = compared(rows, stray("late", "14000002"), back, done)
        assert (len(one.matched), one.findings) == (2, ())


def test_the_anomalies_of_the_day_are_listed_though_they_are_no_money() -> None:
    one = compared(
        PAYMENT,
        settled("14000001"),
        stray("bad_signature", "d-1-2"),
        stray("amount_differs", "14000001", 51_000),
    )
    assert [(odd.reason, odd.amount_vnd) for odd in one.anomalies] == [
        ("bad_signature", 50_000),
        ("amount_differs", 51_000),
    ]
    assert one.findings == ()


def test_a_day_is_vietnam_s_and_money_is_matched_on_whichever_day_we_heard_of_it() -> None:
    night = datetime(2026, 11, 24, 0, 30, tzinfo=VIETNAM)
    one = compared(
        "payment,d-1-1,14000001,50000,20261124003000\n",
        settled("14000001", at=night + timedelta(days=2)),
    )
    assert (one.day, len(one.matched), one.findings) == (DAY, 1, ())


def test_an_empty_statement_of_a_named_day_misses_everything_of_it() -> None:
    assert found(compared("", settled("14000001"))) == [
        ("missing_there", "payment", "14000001", 50_000, 0)
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"kind,reference\n", "column transaction, amount_vnd, time is missing"),
        (
            (HEAD + "gift,x,1,1,20261124000000\n").encode(),
            "line 2: kind is 'gift'; allowed are payment, refund",
        ),
        (
            (HEAD + "payment,x,1,1.5,20261124000000\n").encode(),
            "line 2: amount_vnd is '1.5'; allowed are whole",
        ),
        ((HEAD + "payment,x,,1,20261124000000\n").encode(), "line 2: transaction is empty"),
        ((HEAD + "payment,x,1,1,yesterday\n").encode(), "line 2: time is 'yesterday'"),
        ((HEAD + "payment,x,1,1,2026-11-24T00:00:00\n").encode(), "does not say its zone"),
        (b"\xff\xfe\x00", "no CSV in UTF-8"),
    ],
)
def test_a_file_that_is_no_statement_says_why(content: bytes, said: str) -> None:
    with pytest.raises(StatementError, match=said.replace(".", r"\.")):
        read_statement(content)


def test_findings_become_events_once_for_a_day() -> None:
    desk = PaymentHarness("reconciliation:vnpay:2026-11-24")
    finding = StatementFinding(finding="missing_here", kind="payment", transaction="1", there_vnd=5)
    other = StatementFinding(finding="missing_there", kind="payment", transaction="2", here_vnd=5)
    told = RecordReconciliation(
        provider="vnpay", day=DAY, statement_sha256="a" * 64, matched=3, findings=(finding, finding)
    )
    assert desk.tell(told) == ["StatementMismatch", "ReconciliationRecorded"]
    assert desk.tell(told.model_copy(update={"findings": (finding, other)})) == [
        "StatementMismatch",
        "ReconciliationRecorded",
    ]
    assert desk.tell(told.model_copy(update={"findings": ()})) == ["ReconciliationRecorded"]
    assert [one.transaction for one in desk.said if isinstance(one, StatementMismatch)] == [
        "1",
        "2",
    ]
    last = desk.said[-1]
    assert isinstance(last, ReconciliationRecorded)
    assert (last.matched, last.missing_here, last.settled) == (3, 0, 2)


def test_a_line_knows_its_day() -> None:
    assert Line("payment", "", "1", 1, datetime(2026, 11, 24, 17, 0, tzinfo=VIETNAM)).day == DAY
