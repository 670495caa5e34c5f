"""Every pair of a charge's state and a message: it moves, is refused by name, or (an event) changes
nothing. And when it is woken.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from motcua_contracts import Payload, Refusal
from motcua_contracts.messages.intake import (
    DossierCompleted,
    DossierNotAccepted,
    DossierStopped,
    DossierWithdrawn,
    FeeCleared,
)
from motcua_contracts.messages.payment import (
    CollectCash,
    MismatchFound,
    PaymentSettled,
    RecordPaymentStarted,
    RecordProviderAnswer,
    RecordReceipt,
)
from motcua_contracts.messages.refunds import (
    RecordPayOut,
    RecordRefund,
    RefundByHand,
    RefundRequested,
)
from motcua_contracts.rules.terms import FeeRule
from motcua_payment.domain.charge import evolve

from .harness import (
    CALL,
    NO_SUCH_PROVIDER,
    NOW,
    PAY_WITHIN_SECONDS,
    START,
    SYSTEM,
    TILL,
    TRANSFER,
    PaymentHarness,
    cash,
    demanded,
    later,
    message,
    registered,
    result,
    terms,
    wake,
)

END = later(PAY_WITHIN_SECONDS)
AFTER = later(PAY_WITHIN_SECONDS + 0.001)
ASK = later(900 + 60)
"""An attempt of 9:00 is over, and its provider had a minute more to call."""


@dataclass(frozen=True)
class Told:
    """A message with its append time and what `prepare` gave."""

    data: Payload
    at: datetime = END
    given: Any = None
    actor: str = ""


@dataclass(frozen=True)
class Way:
    """How a state is reached, with its open effects and its wake-up."""

    steps: tuple[str, ...]
    effects: tuple[str, ...] = field(default=())
    due: datetime | None = None


MESSAGES = {
    "DossierRegistered": Told(registered(), NOW),
    "DossierRegistered, no fee": Told(registered(terms(fee=FeeRule(amount_vnd=0))), NOW),
    "DossierRegistered, service level 3": Told(registered(terms(level=3)), NOW),
    "DossierRegistered, fee due later": Told(
        registered(terms(fee=FeeRule(amount_vnd=50_000, pay_within_hours=1))), NOW
    ),
    "PaymentDemanded": Told(demanded(), NOW),
    "StartPayment": Told(START, NOW),
    "StartPayment, too late": Told(START, AFTER),
    "StartPayment, by a stranger": Told(START, NOW, actor="citizen:binh"),
    "RecordPaymentStarted": Told(
        RecordPaymentStarted(attempt=1, redirect_url="https://pay.example", expires_at=END)
    ),
    "RecordProviderResult, paid": Told(CALL, END, result()),
    "RecordProviderResult, second attempt": Told(CALL, END, result(2)),
    "RecordProviderResult, too late": Told(CALL, AFTER, result()),
    "RecordProviderResult, another amount": Told(CALL, END, result(amount_vnd=1)),
    "RecordProviderResult, failed": Told(CALL, END, result(code="24")),
    "RecordProviderResult, bad signature": Told(CALL, END, result(valid=False)),
    "RecordCash": Told(cash()),
    "RecordCash, too late": Told(cash(), AFTER),
    "RecordCash, less than the fee": Told(cash(amount_vnd=49_999)),
    "RecordCash, another agency": Told(cash(till="till:haiminh:cashier")),
    "RecordReceipt": Told(RecordReceipt(number="BL26-0000001", document=None)),
    "DossierStopped": Told(DossierStopped(reason="not_paid_in_time")),
    "FeeCleared": Told(FeeCleared(reason="settled")),
    "DossierWithdrawn": Told(DossierWithdrawn(refundable=True)),
    "DossierNotAccepted": Told(
        DossierNotAccepted(reason_code="not-eligible", revision=1, slip=None, refundable=False)
    ),
    "DossierCompleted, refused": Told(
        DossierCompleted(outcome="refused", refundable=True, result=None)
    ),
    "DossierCompleted, granted": Told(
        DossierCompleted(outcome="granted", refundable=True, result=None)
    ),
    "StartPayment, unknown provider": Told(START, NOW, NO_SUCH_PROVIDER),
    "RecordProviderAnswer, paid": Told(
        RecordProviderAnswer(
            attempt=1, code="00", amount_vnd=50_000, transaction="14000001", paid_at=later(60)
        ),
        AFTER,
    ),
    "RecordProviderAnswer, another amount": Told(
        RecordProviderAnswer(
            attempt=1, code="00", amount_vnd=70_000, transaction="14000001", paid_at=later(60)
        ),
        AFTER,
    ),
    "RecordProviderAnswer, not paid": Told(RecordProviderAnswer(attempt=1, code="91"), AFTER),
    "RecordRefund, accepted": Told(RecordRefund(refund=1, accepted=True, reference="15000001")),
    "RecordRefund, not accepted": Told(RecordRefund(refund=1, accepted=False, provider_code="95")),
    "RecordPayOut": Told(
        RecordPayOut(till=TILL, reference=f"{TILL}/9", refund=1, amount_vnd=50_000)
    ),
    "RecordPayOut, less than the refund": Told(
        RecordPayOut(till=TILL, reference=f"{TILL}/9", refund=1, amount_vnd=20_000)
    ),
    "RefundByHand, a part": Told(RefundByHand(agency="haihau", amount_vnd=20_000)),
    "RefundByHand, all of it": Told(
        RefundByHand(agency="haihau", amount_vnd=50_000, over_the_counter=True)
    ),
    "Wake": Told(wake(), END),
}
STARTED = ("d-1-1/start-payment",)
RECEIPT = ("d-1/issue-receipt",)
WAYS = {
    "unregistered": Way(()),
    "free": Way(("DossierRegistered, no fee",)),
    "assessed": Way(("DossierRegistered",)),
    "assessed, later": Way(("DossierRegistered, fee due later",)),
    "requested early": Way(("DossierRegistered", "StartPayment"), STARTED),
    "held cash": Way(("DossierRegistered", "RecordCash"), due=END),
    "held online": Way(
        ("DossierRegistered", "StartPayment", "RecordProviderResult, paid"), due=END
    ),
    "awaited": Way(("DossierRegistered", "PaymentDemanded"), due=END),
    "awaited, level 3": Way(("DossierRegistered, service level 3", "PaymentDemanded"), due=END),
    "requested": Way(("DossierRegistered", "PaymentDemanded", "StartPayment"), STARTED, END),
    "started": Way(
        ("DossierRegistered", "PaymentDemanded", "StartPayment", "RecordPaymentStarted"), due=ASK
    ),
    "asked": Way(
        ("DossierRegistered", "PaymentDemanded", "StartPayment", "RecordPaymentStarted", "Wake"),
        ("d-1-1/ask-provider",),
    ),
    "asked, answered": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "StartPayment",
            "RecordPaymentStarted",
            "Wake",
            "RecordProviderAnswer, not paid",
        ),
        due=END,
    ),
    "failed": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "StartPayment",
            "RecordPaymentStarted",
            "RecordProviderResult, failed",
        ),
        due=END,
    ),
    "two": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "StartPayment",
            "StartPayment",
            "RecordPaymentStarted",
        ),
        ("d-1-2/start-payment",),
        ASK,
    ),
    "two, one paid": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "StartPayment",
            "StartPayment",
            "RecordPaymentStarted",
            "RecordProviderResult, paid",
        ),
        RECEIPT,
    ),
    "settled online": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "StartPayment",
            "RecordPaymentStarted",
            "RecordProviderResult, paid",
        ),
        RECEIPT,
    ),
    "settled cash": Way(("DossierRegistered", "PaymentDemanded", "RecordCash"), RECEIPT),
    "cash, requested": Way(
        ("DossierRegistered", "PaymentDemanded", "StartPayment", "RecordCash"), RECEIPT
    ),
    "receipted": Way(("DossierRegistered", "PaymentDemanded", "RecordCash", "RecordReceipt")),
    "expired": Way(("DossierRegistered", "PaymentDemanded", "Wake")),
    "expired, started": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "StartPayment",
            "RecordPaymentStarted",
            "Wake",
            "RecordProviderAnswer, not paid",
            "Wake",
        )
    ),
    "closed": Way(("DossierRegistered", "PaymentDemanded", "DossierWithdrawn")),
    "closed, started": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "StartPayment",
            "RecordPaymentStarted",
            "DossierNotAccepted",
        ),
        due=ASK,
    ),
    "paid twice": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "StartPayment",
            "RecordCash",
            "RecordReceipt",
            "RecordProviderResult, paid",
        ),
        ("d-1/refund-1",),
    ),
    "fee on its way back": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "StartPayment",
            "RecordProviderResult, paid",
            "RecordReceipt",
            "DossierWithdrawn",
        ),
        ("d-1/refund-1",),
    ),
    "fee back": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "StartPayment",
            "RecordProviderResult, paid",
            "RecordReceipt",
            "DossierWithdrawn",
            "RecordRefund, accepted",
        )
    ),
    "refund failed": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "StartPayment",
            "RecordProviderResult, paid",
            "RecordReceipt",
            "DossierWithdrawn",
            "RecordRefund, not accepted",
        )
    ),
    "cash to pay out": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "RecordCash",
            "RecordReceipt",
            "DossierCompleted, refused",
        )
    ),
    "cash paid out": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "RecordCash",
            "RecordReceipt",
            "DossierCompleted, refused",
            "RecordPayOut",
        )
    ),
    "part back": Way(
        (
            "DossierRegistered",
            "PaymentDemanded",
            "StartPayment",
            "RecordProviderResult, paid",
            "RecordReceipt",
            "RefundByHand, a part",
            "RecordRefund, accepted",
        )
    ),
}
# Letters are events; - nothing follows; lower case: a refusal.
EVENTS = {
    "A": "FeeAssessed",
    "W": "PaymentAwaited",
    "Q": "PaymentRequested",
    "T": "PaymentStarted",
    "K": "ProviderAsked",
    "S": "PaymentSettled",
    "F": "PaymentFailed",
    "E": "PaymentExpired",
    "M": "MismatchFound",
    "H": "PaymentHeld",
    "C": "CashCollected",
    "D": "CashDeclined",
    "R": "ReceiptIssued",
    "X": "ChargeClosed",
    "B": "RefundRequested",
    "P": "Refunded",
    "N": "RefundFailed",
}
SLUGS = {
    "unknown": "dossier-unknown",
    "level": "level-too-low",
    "nothing": "nothing-owed",
    "early": "payment-not-demanded",
    "done": "already-settled",
    "expired": "fee-expired",
    "attempt": "attempt-unknown",
    "signature": "bad-signature",
    "amount": "amount-differs",
    "foreign": "foreign-agency",
    "provider": "provider-unknown",
    "too much": "refund-too-large",
    "no refund": "refund-unknown",
}
TABLE = """
state                                | unregistered | free      | assessed  | assessed, later | requested early | held cash | held online | awaited   | awaited, level 3 | requested | started   | asked     | asked, answered | failed    | two       | two, one paid | settled online | settled cash | cash, requested | receipted | expired   | expired, started | closed    | closed, started | paid twice | fee on its way back | fee back  | refund failed | cash to pay out | cash paid out | part back
DossierRegistered                    | A            | -         | -         | -               | -               | -         | -           | -         | -                | -         | -         | -         | -               | -         | -         | -             | -              | -            | -               | -         | -         | -                | -         | -               | -          | -                   | -         | -             | -               | -             | -
DossierRegistered, no fee            | A            | -         | -         | -               | -               | -         | -           | -         | -                | -         | -         | -         | -               | -         | -         | -             | -              | -            | -               | -         | -         | -                | -         | -               | -          | -                   | -         | -             | -               | -             | -
DossierRegistered, service level 3   | A            | -         | -         | -               | -               | -         | -           | -         | -                | -         | -         | -         | -               | -         | -         | -             | -              | -            | -               | -         | -         | -                | -         | -               | -          | -                   | -         | -             | -               | -             | -
DossierRegistered, fee due later     | A            | -         | -         | -               | -               | -         | -           | -         | -                | -         | -         | -         | -               | -         | -         | -             | -              | -            | -               | -         | -         | -                | -         | -               | -          | -                   | -         | -             | -               | -             | -
PaymentDemanded                      | -            | -         | W         | W               | W               | WCS       | WS          | -         | -                | -         | -         | -         | -               | -         | -         | -             | -              | -            | -               | -         | -         | -                | -         | -               | -          | -                   | -         | -             | -               | -             | -
StartPayment                         | unknown      | nothing   | Q         | early           | Q               | done      | done        | Q         | level            | Q         | Q         | Q         | Q               | Q         | Q         | done          | done           | done         | done            | done      | expired   | expired          | nothing   | nothing         | done       | done                | done      | done          | done            | done          | done
StartPayment, too late               | unknown      | nothing   | Q         | early           | Q               | done      | done        | expired   | level            | expired   | expired   | expired   | expired         | expired   | expired   | done          | done           | done         | done            | done      | expired   | expired          | nothing   | nothing         | done       | done                | done      | done          | done            | done          | done
StartPayment, by a stranger          | unknown      | nothing   | unknown   | unknown         | unknown         | unknown   | unknown     | unknown   | unknown          | unknown   | unknown   | unknown   | unknown         | unknown   | unknown   | unknown       | unknown        | unknown      | unknown         | unknown   | unknown   | unknown          | unknown   | unknown         | unknown    | unknown             | unknown   | unknown       | unknown         | unknown       | unknown
RecordPaymentStarted                 | attempt      | attempt   | attempt   | attempt         | T               | attempt   | done        | attempt   | attempt          | T         | done      | done      | done            | done      | done      | done          | done           | attempt      | done            | attempt   | attempt   | expired          | attempt   | nothing         | done       | done                | done      | done          | attempt         | attempt       | done
RecordProviderResult, paid           | attempt      | attempt   | attempt   | attempt         | H               | attempt   | done        | attempt   | attempt          | S         | S         | S         | S               | S         | S         | done          | done           | attempt      | MB              | attempt   | attempt   | MB               | attempt   | S               | done       | done                | done      | done          | attempt         | attempt       | done
RecordProviderResult, second attempt | attempt      | attempt   | attempt   | attempt         | attempt         | attempt   | attempt     | attempt   | attempt          | attempt   | attempt   | attempt   | attempt         | attempt   | S         | MB            | attempt        | attempt      | attempt         | attempt   | attempt   | attempt          | attempt   | attempt         | attempt    | attempt             | attempt   | attempt       | attempt         | attempt       | attempt
RecordProviderResult, too late       | attempt      | attempt   | attempt   | attempt         | H               | attempt   | done        | attempt   | attempt          | MB        | MB        | MB        | MB              | MB        | MB        | done          | done           | attempt      | MB              | attempt   | attempt   | MB               | attempt   | MB              | done       | done                | done      | done          | attempt         | attempt       | done
RecordProviderResult, another amount | attempt      | attempt   | attempt   | attempt         | M               | attempt   | M           | attempt   | attempt          | M         | M         | M         | M               | M         | M         | M             | M              | attempt      | M               | attempt   | attempt   | M                | attempt   | M               | M          | M                   | M         | M             | attempt         | attempt       | M
RecordProviderResult, failed         | attempt      | attempt   | attempt   | attempt         | F               | attempt   | done        | attempt   | attempt          | F         | F         | F         | done            | done      | F         | done          | done           | attempt      | F               | attempt   | attempt   | done             | attempt   | F               | done       | done                | done      | done          | attempt         | attempt       | done
RecordProviderResult, bad signature  | signature    | signature | signature | signature       | signature       | signature | signature   | signature | signature        | signature | signature | signature | signature       | signature | signature | signature     | signature      | signature    | signature       | signature | signature | signature        | signature | signature       | signature  | signature           | signature | signature     | signature       | signature     | signature
RecordCash                           | unknown      | nothing   | H         | H               | H               | H         | H           | CS        | CS               | CS        | CS        | CS        | CS              | CS        | CS        | nothing       | nothing        | nothing      | nothing         | nothing   | expired   | expired          | CSB       | CS              | nothing    | nothing             | nothing   | nothing       | nothing         | nothing       | nothing
RecordCash, too late                 | unknown      | nothing   | H         | H               | H               | H         | H           | expired   | expired          | expired   | expired   | expired   | expired         | expired   | expired   | nothing       | nothing        | nothing      | nothing         | nothing   | expired   | expired          | nothing   | nothing         | nothing    | nothing             | nothing   | nothing       | nothing         | nothing       | nothing
RecordCash, less than the fee        | unknown      | nothing   | amount    | amount          | amount          | amount    | amount      | amount    | amount           | amount    | amount    | amount    | amount          | amount    | amount    | nothing       | nothing        | nothing      | nothing         | nothing   | expired   | expired          | amount    | amount          | nothing    | nothing             | nothing   | nothing       | nothing         | nothing       | nothing
RecordCash, another agency           | unknown      | nothing   | foreign   | foreign         | foreign         | foreign   | foreign     | foreign   | foreign          | foreign   | foreign   | foreign   | foreign         | foreign   | foreign   | nothing       | nothing        | nothing      | nothing         | nothing   | foreign   | foreign          | foreign   | foreign         | nothing    | nothing             | nothing   | nothing       | nothing         | nothing       | nothing
RecordReceipt                        | attempt      | attempt   | attempt   | attempt         | attempt         | attempt   | attempt     | attempt   | attempt          | attempt   | attempt   | attempt   | attempt         | attempt   | attempt   | R             | R              | R            | R               | done      | attempt   | attempt          | attempt   | attempt         | done       | done                | done      | done          | done            | done          | done
DossierStopped                       | -            | -         | X         | X               | X               | CSX       | SX          | X         | X                | X         | X         | X         | X               | X         | X         | X             | X              | X            | X               | X         | -         | -                | -         | -               | X          | -                   | -         | -             | -               | -             | X
FeeCleared                           | -            | -         | -         | -               | -               | -         | -           | -         | -                | -         | -         | -         | -               | -         | -         | -             | -              | -            | -               | -         | -         | -                | -         | -               | -          | -                   | -         | -             | -               | -             | -
DossierWithdrawn                     | -            | -         | X         | X               | X               | CSXB      | SXB         | X         | X                | X         | X         | X         | X               | X         | X         | XB            | XB             | XB           | XB              | XB        | -         | -                | -         | -               | XB         | -                   | -         | -             | -               | -             | XB
DossierNotAccepted                   | -            | -         | X         | X               | X               | CSX       | SX          | X         | X                | X         | X         | X         | X               | X         | X         | X             | X              | X            | X               | X         | -         | -                | -         | -               | X          | -                   | -         | -             | -               | -             | X
DossierCompleted, refused            | -            | -         | X         | X               | X               | CSXB      | SXB         | X         | X                | X         | X         | X         | X               | X         | X         | XB            | XB             | XB           | XB              | XB        | -         | -                | -         | -               | XB         | -                   | -         | -             | -               | -             | XB
DossierCompleted, granted            | -            | -         | -         | -               | -               | -         | -           | -         | -                | -         | -         | -         | -               | -         | -         | -             | -              | -            | -               | -         | -         | -                | -         | -               | -          | -                   | -         | -             | -               | -             | -
StartPayment, unknown provider       | unknown      | nothing   | provider  | early           | provider        | done      | done        | provider  | level            | provider  | provider  | provider  | provider        | provider  | provider  | done          | done           | done         | done            | done      | expired   | expired          | nothing   | nothing         | done       | done                | done      | done          | done            | done          | done
RecordProviderAnswer, paid           | attempt      | attempt   | attempt   | attempt         | attempt         | attempt   | attempt     | attempt   | attempt          | attempt   | attempt   | S         | done            | attempt   | attempt   | attempt       | attempt        | attempt      | attempt         | attempt   | attempt   | done             | attempt   | attempt         | attempt    | attempt             | attempt   | attempt       | attempt         | attempt       | attempt
RecordProviderAnswer, another amount | attempt      | attempt   | attempt   | attempt         | attempt         | attempt   | attempt     | attempt   | attempt          | attempt   | attempt   | MB        | done            | attempt   | attempt   | attempt       | attempt        | attempt      | attempt         | attempt   | attempt   | done             | attempt   | attempt         | attempt    | attempt             | attempt   | attempt       | attempt         | attempt       | attempt
RecordProviderAnswer, not paid       | attempt      | attempt   | attempt   | attempt         | attempt         | attempt   | attempt     | attempt   | attempt          | attempt   | attempt   | F         | done            | attempt   | attempt   | attempt       | attempt        | attempt      | attempt         | attempt   | attempt   | done             | attempt   | attempt         | attempt    | attempt             | attempt   | attempt       | attempt         | attempt       | attempt
RecordRefund, accepted               | no refund    | no refund | no refund | no refund       | no refund       | no refund | no refund   | no refund | no refund        | no refund | no refund | no refund | no refund       | no refund | no refund | no refund     | no refund      | no refund    | no refund       | no refund | no refund | no refund        | no refund | no refund       | P          | P                   | no refund | no refund     | no refund       | no refund     | no refund
RecordRefund, not accepted           | no refund    | no refund | no refund | no refund       | no refund       | no refund | no refund   | no refund | no refund        | no refund | no refund | no refund | no refund       | no refund | no refund | no refund     | no refund      | no refund    | no refund       | no refund | no refund | no refund        | no refund | no refund       | N          | N                   | no refund | no refund     | no refund       | no refund     | no refund
RecordPayOut                         | no refund    | no refund | no refund | no refund       | no refund       | no refund | no refund   | no refund | no refund        | no refund | no refund | no refund | no refund       | no refund | no refund | no refund     | no refund      | no refund    | no refund       | no refund | no refund | no refund        | no refund | no refund       | no refund  | no refund           | no refund | no refund     | P               | no refund     | no refund
RecordPayOut, less than the refund   | no refund    | no refund | no refund | no refund       | no refund       | no refund | no refund   | no refund | no refund        | no refund | no refund | no refund | no refund       | no refund | no refund | no refund     | no refund      | no refund    | no refund       | no refund | no refund | no refund        | no refund | no refund       | no refund  | no refund           | no refund | no refund     | amount          | no refund     | no refund
RefundByHand, a part                 | unknown      | too much  | too much  | too much        | too much        | too much  | too much    | too much  | too much         | too much  | too much  | too much  | too much        | too much  | too much  | B             | B              | B            | B               | B         | too much  | too much         | too much  | too much        | B          | too much            | too much  | B             | too much        | too much      | B
RefundByHand, all of it              | unknown      | too much  | too much  | too much        | too much        | too much  | too much    | too much  | too much         | too much  | too much  | too much  | too much        | too much  | too much  | B             | B              | B            | B               | B         | too much  | too much         | too much  | too much        | B          | too much            | too much  | B             | too much        | too much      | too much
Wake                                 | -            | -         | -         | -               | -               | CS        | S           | E         | E                | E         | K         | -         | E               | E         | K         | -             | -              | -            | -               | -         | -         | -                | -         | K               | -          | -                   | -         | -             | -               | -             | -
"""  # noqa: E501


def cells() -> list[tuple[str, str, str]]:
    head, *rows = (
        [cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()
    )
    return [
        (state, row[0], cell) for row in rows for state, cell in zip(head[1:], row[1:], strict=True)
    ]


def in_state(state: str) -> PaymentHarness:
    desk = PaymentHarness()
    for step in WAYS[state].steps:
        tell(desk, step)
    return desk


def tell(desk: PaymentHarness, told: str) -> list[str]:
    one = MESSAGES[told]
    return desk.tell(one.data, at=one.at, actor=one.actor, given=one.given)


def test_the_table_names_every_state_and_message() -> None:
    assert {(state, told) for state, told, _ in cells()} == {
        (state, told) for state in WAYS for told in MESSAGES
    }


@pytest.mark.parametrize(("state", "told", "expected"), cells())
def test_every_pair_of_state_and_message(state: str, told: str, expected: str) -> None:
    desk = in_state(state)
    before = desk.charge
    if expected in SLUGS:
        with pytest.raises(Refusal) as refused:
            tell(desk, told)
        assert refused.value.slug == SLUGS[expected]
        assert desk.charge == before
    else:
        assert tell(desk, told) == [EVENTS[letter] for letter in expected.strip("-")]


@pytest.mark.parametrize("state", list(WAYS))
def test_what_is_open_and_when_it_is_woken(state: str) -> None:
    desk = in_state(state)
    assert tuple(effect.key for effect in desk.effects) == WAYS[state].effects
    assert desk.due == WAYS[state].due


def test_a_command_without_a_rule_is_loud() -> None:
    with pytest.raises(TypeError):
        PaymentHarness().tell(CollectCash(dossier_id="d-1", amount_vnd=1))


def test_a_provider_call_that_nobody_read_is_loud() -> None:
    with pytest.raises(TypeError):
        in_state("started").tell(CALL)


def test_a_forged_call_is_no_event_and_its_reference_is_not_looked_at() -> None:
    desk = in_state("started")
    before = len(desk.said)
    for _ in range(5):
        with pytest.raises(Refusal, match="bad-signature"):
            tell(desk, "RecordProviderResult, bad signature")
    assert len(desk.said) == before


def test_forged_calls_of_old_logs_still_fold() -> None:
    desk = in_state("started")
    old = MismatchFound(
        reason="bad_signature", amount_vnd=50_000, provider="vnpay", attempt=1, reference="d-1-1"
    )
    folded = evolve(desk.charge, message(old, SYSTEM, NOW, sequence=9))
    assert folded.attempts[0].forged == 1


@pytest.mark.parametrize(
    ("state", "told", "reason"),
    [
        ("started", "RecordProviderResult, too late", "late"),
        ("expired, started", "RecordProviderResult, paid", "late"),
        ("started", "RecordProviderResult, another amount", "amount_differs"),
        ("two, one paid", "RecordProviderResult, second attempt", "duplicate"),
        ("cash, requested", "RecordProviderResult, paid", "duplicate"),
    ],
)
def test_a_mismatch_says_its_reason(state: str, told: str, reason: str) -> None:
    desk = in_state(state)
    tell(desk, told)
    (said,) = (event for event in desk.said if isinstance(event, MismatchFound))
    assert said.reason == reason


def test_a_right_call_after_one_with_another_amount_settles() -> None:
    desk = in_state("started")
    tell(desk, "RecordProviderResult, another amount")
    assert tell(desk, "RecordProviderResult, paid") == ["PaymentSettled"]


def test_the_settlement_names_money_and_its_time() -> None:
    desk = in_state("started")
    tell(desk, "RecordProviderResult, paid")
    assert desk.said[-1] == PaymentSettled(
        amount_vnd=50_000,
        channel="online",
        provider="vnpay",
        attempt=1,
        reference="14000001",
        settled_at=END,
    )


def test_an_attempt_ends_after_a_quarter_of_an_hour_or_with_the_time_to_pay() -> None:
    desk = in_state("awaited")
    desk.tell(START, at=NOW)
    desk.tell(START, at=later(PAY_WITHIN_SECONDS - 60))
    assert [attempt.request.expires_at for attempt in desk.charge.attempts] == [later(900), END]


def test_what_is_paid_after_the_dossier_ended_was_not_demanded_and_goes_back() -> None:
    desk = in_state("started")
    desk.tell(DossierWithdrawn(refundable=False), at=NOW)
    assert desk.tell(CALL, at=END, given=result()) == ["MismatchFound", "RefundRequested"]
    assert [
        event.reason for event in desk.said if isinstance(event, MismatchFound | RefundRequested)
    ] == ["not_demanded", "not_demanded"]


def test_a_fee_paid_after_an_end_that_was_read_later_goes_back_though_it_is_not_refundable() -> (
    None
):
    desk = in_state("settled online")
    assert desk.tell(DossierWithdrawn(refundable=False), at=later(60)) == [
        "ChargeClosed",
        "RefundRequested",
    ]
    said = desk.said[-1]
    assert isinstance(said, RefundRequested)
    assert (said.reason, said.fee, said.amount_vnd, said.channel) == (
        "not_demanded",
        True,
        50_000,
        "online",
    )


def test_after_a_part_by_hand_only_the_rest_goes_back() -> None:
    desk = in_state("part back")
    tell(desk, "DossierWithdrawn")
    said = desk.said[-1]
    assert isinstance(said, RefundRequested)
    assert (said.refund, said.amount_vnd, said.reason) == (2, 30_000, "withdrawn")


@pytest.mark.parametrize(
    ("actor", "agency", "slug"),
    [
        ("citizen:an", "haihau", "role-required"),
        ("officer:cashier-haihau", "haiminh", "foreign-agency"),
    ],
)
def test_who_may_not_refund_by_hand(actor: str, agency: str, slug: str) -> None:
    with pytest.raises(Refusal, match=slug):
        in_state("receipted").tell(RefundByHand(agency=agency, amount_vnd=1), actor=actor)


def test_a_refund_by_hand_names_what_is_left() -> None:
    with pytest.raises(Refusal) as refused:
        in_state("part back").tell(RefundByHand(agency="haihau", amount_vnd=30_001))
    assert refused.value.params == {"refundable_vnd": 30_000}


def test_money_that_its_provider_says_was_paid_in_time_is_in_time() -> None:
    desk = in_state("started")
    assert desk.tell(CALL, at=AFTER, given=result(paid_at=END)) == ["PaymentSettled"]


def test_a_provider_s_clock_moves_no_money_before_its_attempt_or_past_its_record() -> None:
    for paid_at, settled_at in ((later(-9000), NOW), (later(9000), later(10))):
        desk = in_state("started")
        desk.tell(CALL, at=later(10), given=result(paid_at=paid_at))
        assert isinstance(desk.said[-1], PaymentSettled)
        assert desk.said[-1].settled_at == settled_at


def test_a_transfer_of_another_amount_goes_back_over_the_counter_and_the_right_one_settles() -> (
    None
):
    desk = in_state("awaited")
    desk.tell(START, at=NOW, given=TRANSFER)
    tell(desk, "RecordPaymentStarted")
    desk.tell(CALL, at=later(60), given=result(transaction="FT1", amount_vnd=5_000, final=True))
    desk.tell(CALL, at=later(90), given=result(transaction="FT2", final=True))
    desk.tell(CALL, at=later(99), given=result(transaction="FT3", final=True))
    refunds = [
        (event.amount_vnd, event.channel, event.reason)
        for event in desk.said
        if isinstance(event, RefundRequested)
    ]
    assert refunds == [(5_000, "cash", "amount_differs"), (50_000, "cash", "duplicate")]
    assert desk.charge.settlement is not None
    assert desk.charge.settlement.reference == "FT2"


def test_a_transfer_s_attempt_lasts_as_long_as_the_time_to_pay_and_nobody_is_asked() -> None:
    desk = in_state("awaited")
    desk.tell(START, at=NOW, given=TRANSFER)
    tell(desk, "RecordPaymentStarted")
    assert desk.charge.attempts[0].request.expires_at == END == desk.due
    assert desk.tell(wake(), at=END) == ["PaymentExpired"]


def test_the_time_to_pay_ends_where_the_demand_says() -> None:
    """The demand names the end of a working day where the plain days would end on a day off."""
    desk, end = PaymentHarness(), later(5 * 86_400)
    desk.tell(registered())
    desk.tell(demanded().model_copy(update={"pay_by": end}))
    assert desk.charge.expires_at == desk.due == end
