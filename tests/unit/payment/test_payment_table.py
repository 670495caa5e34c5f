"""Every pair of a charge's state and a message: it moves, is refused by name, or (a fact) changes
nothing. And when it is woken.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
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
from motcua_contracts.rules.decision import Refusal
from motcua_contracts.rules.terms import FeeRule
from motcua_contracts.wire.payload import Payload
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
    "register": Told(registered(), NOW),
    "free": Told(registered(terms(fee=FeeRule(amount_vnd=0))), NOW),
    "level 3": Told(registered(terms(level=3)), NOW),
    "later": Told(registered(terms(fee=FeeRule(amount_vnd=50_000, pay_within_hours=1))), NOW),
    "demand": Told(demanded(), NOW),
    "start": Told(START, NOW),
    "start late": Told(START, AFTER),
    "stranger": Told(START, NOW, actor="citizen:binh"),
    "started": Told(
        RecordPaymentStarted(attempt=1, redirect_url="https://pay.example", expires_at=END)
    ),
    "paid": Told(CALL, END, result()),
    "paid 2": Told(CALL, END, result(2)),
    "paid late": Told(CALL, AFTER, result()),
    "other": Told(CALL, END, result(amount_vnd=1)),
    "failed": Told(CALL, END, result(code="24")),
    "forged": Told(CALL, END, result(valid=False)),
    "cash": Told(cash()),
    "cash late": Told(cash(), AFTER),
    "cash less": Told(cash(amount_vnd=49_999)),
    "cash elsewhere": Told(cash(till="till:haiminh:cashier")),
    "receipt": Told(RecordReceipt(number="BL26-0000001", document=None)),
    "stopped": Told(DossierStopped(reason="not_paid_in_time")),
    "cleared": Told(FeeCleared(reason="settled")),
    "withdrawn": Told(DossierWithdrawn(refundable=True)),
    "not accepted": Told(
        DossierNotAccepted(reason_code="not-eligible", revision=1, slip=None, refundable=False)
    ),
    "refused": Told(DossierCompleted(outcome="refused", refundable=True, result=None)),
    "granted": Told(DossierCompleted(outcome="granted", refundable=True, result=None)),
    "nobody's": Told(START, NOW, NO_SUCH_PROVIDER),
    "answer paid": Told(
        RecordProviderAnswer(
            attempt=1, code="00", amount_vnd=50_000, transaction="14000001", paid_at=later(60)
        ),
        AFTER,
    ),
    "answer other": Told(
        RecordProviderAnswer(
            attempt=1, code="00", amount_vnd=70_000, transaction="14000001", paid_at=later(60)
        ),
        AFTER,
    ),
    "answer none": Told(RecordProviderAnswer(attempt=1, code="91"), AFTER),
    "back": Told(RecordRefund(refund=1, accepted=True, reference="15000001")),
    "not back": Told(RecordRefund(refund=1, accepted=False, provider_code="95")),
    "pay out": Told(RecordPayOut(till=TILL, reference=f"{TILL}/9", refund=1, amount_vnd=50_000)),
    "pay out less": Told(
        RecordPayOut(till=TILL, reference=f"{TILL}/9", refund=1, amount_vnd=20_000)
    ),
    "by hand": Told(RefundByHand(agency="haihau", amount_vnd=20_000)),
    "by hand all": Told(RefundByHand(agency="haihau", amount_vnd=50_000, over_the_counter=True)),
    "wake": Told(wake(), END),
}
STARTED = ("d-1-1/start-payment",)
RECEIPT = ("d-1/issue-receipt",)
WAYS = {
    "unregistered": Way(()),
    "free": Way(("free",)),
    "assessed": Way(("register",)),
    "assessed, later": Way(("later",)),
    "requested early": Way(("register", "start"), STARTED),
    "held cash": Way(("register", "cash"), due=END),
    "held online": Way(("register", "start", "paid"), due=END),
    "awaited": Way(("register", "demand"), due=END),
    "awaited, level 3": Way(("level 3", "demand"), due=END),
    "requested": Way(("register", "demand", "start"), STARTED, END),
    "started": Way(("register", "demand", "start", "started"), due=ASK),
    "asked": Way(("register", "demand", "start", "started", "wake"), ("d-1-1/ask-provider",)),
    "asked, answered": Way(
        ("register", "demand", "start", "started", "wake", "answer none"), due=END
    ),
    "failed": Way(("register", "demand", "start", "started", "failed"), due=END),
    "two": Way(("register", "demand", "start", "start", "started"), ("d-1-2/start-payment",), ASK),
    "two, one paid": Way(("register", "demand", "start", "start", "started", "paid"), RECEIPT),
    "settled online": Way(("register", "demand", "start", "started", "paid"), RECEIPT),
    "settled cash": Way(("register", "demand", "cash"), RECEIPT),
    "cash, requested": Way(("register", "demand", "start", "cash"), RECEIPT),
    "receipted": Way(("register", "demand", "cash", "receipt")),
    "expired": Way(("register", "demand", "wake")),
    "expired, started": Way(
        ("register", "demand", "start", "started", "wake", "answer none", "wake")
    ),
    "closed": Way(("register", "demand", "withdrawn")),
    "closed, started": Way(("register", "demand", "start", "started", "not accepted"), due=ASK),
    "paid twice": Way(
        ("register", "demand", "start", "cash", "receipt", "paid"), ("d-1/refund-1",)
    ),
    "fee on its way back": Way(
        ("register", "demand", "start", "paid", "receipt", "withdrawn"), ("d-1/refund-1",)
    ),
    "fee back": Way(("register", "demand", "start", "paid", "receipt", "withdrawn", "back")),
    "refund failed": Way(
        ("register", "demand", "start", "paid", "receipt", "withdrawn", "not back")
    ),
    "cash to pay out": Way(("register", "demand", "cash", "receipt", "refused")),
    "cash paid out": Way(("register", "demand", "cash", "receipt", "refused", "pay out")),
    "part back": Way(("register", "demand", "start", "paid", "receipt", "by hand", "back")),
}
# Letters are facts; - nothing follows; lower case: a refusal.
FACTS = {
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
state               | register | free | level 3 | later | demand | start   | start late | stranger | started | paid    | paid 2  | paid late | other   | failed  | forged    | cash    | cash late | cash less | cash elsewhere | receipt | stopped | cleared | withdrawn | not accepted | refused | granted | nobody's | answer paid | answer other | answer none | back      | not back  | pay out   | pay out less | by hand  | by hand all | wake
unregistered        | A        | A    | A       | A     | -      | unknown | unknown    | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | unknown | unknown   | unknown   | unknown        | attempt | -       | -       | -         | -            | -       | -       | unknown  | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | unknown  | unknown     | -
free                | -        | -    | -       | -     | -      | nothing | nothing    | nothing  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | nothing | nothing   | nothing   | nothing        | attempt | -       | -       | -         | -            | -       | -       | nothing  | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | -
assessed            | -        | -    | -       | -     | W      | Q       | Q          | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | H       | H         | amount    | foreign        | attempt | X       | -       | X         | X            | X       | -       | provider | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | -
assessed, later     | -        | -    | -       | -     | W      | early   | early      | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | H       | H         | amount    | foreign        | attempt | X       | -       | X         | X            | X       | -       | early    | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | -
requested early     | -        | -    | -       | -     | W      | Q       | Q          | unknown  | T       | H       | attempt | H         | M       | F       | signature | H       | H         | amount    | foreign        | attempt | X       | -       | X         | X            | X       | -       | provider | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | -
held cash           | -        | -    | -       | -     | WCS    | done    | done       | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | H       | H         | amount    | foreign        | attempt | CSX     | -       | CSXB      | CSX          | CSXB    | -       | done     | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | CS
held online         | -        | -    | -       | -     | WS     | done    | done       | unknown  | done    | done    | attempt | done      | M       | done    | signature | H       | H         | amount    | foreign        | attempt | SX      | -       | SXB       | SX           | SXB     | -       | done     | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | S
awaited             | -        | -    | -       | -     | -      | Q       | expired    | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | CS      | expired   | amount    | foreign        | attempt | X       | -       | X         | X            | X       | -       | provider | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | E
awaited, level 3    | -        | -    | -       | -     | -      | level   | level      | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | CS      | expired   | amount    | foreign        | attempt | X       | -       | X         | X            | X       | -       | level    | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | E
requested           | -        | -    | -       | -     | -      | Q       | expired    | unknown  | T       | S       | attempt | MB        | M       | F       | signature | CS      | expired   | amount    | foreign        | attempt | X       | -       | X         | X            | X       | -       | provider | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | E
started             | -        | -    | -       | -     | -      | Q       | expired    | unknown  | done    | S       | attempt | MB        | M       | F       | signature | CS      | expired   | amount    | foreign        | attempt | X       | -       | X         | X            | X       | -       | provider | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | K
asked               | -        | -    | -       | -     | -      | Q       | expired    | unknown  | done    | S       | attempt | MB        | M       | F       | signature | CS      | expired   | amount    | foreign        | attempt | X       | -       | X         | X            | X       | -       | provider | S           | MB           | F           | no refund | no refund | no refund | no refund    | too much | too much    | -
asked, answered     | -        | -    | -       | -     | -      | Q       | expired    | unknown  | done    | S       | attempt | MB        | M       | done    | signature | CS      | expired   | amount    | foreign        | attempt | X       | -       | X         | X            | X       | -       | provider | done        | done         | done        | no refund | no refund | no refund | no refund    | too much | too much    | E
failed              | -        | -    | -       | -     | -      | Q       | expired    | unknown  | done    | S       | attempt | MB        | M       | done    | signature | CS      | expired   | amount    | foreign        | attempt | X       | -       | X         | X            | X       | -       | provider | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | E
two                 | -        | -    | -       | -     | -      | Q       | expired    | unknown  | done    | S       | S       | MB        | M       | F       | signature | CS      | expired   | amount    | foreign        | attempt | X       | -       | X         | X            | X       | -       | provider | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | K
two, one paid       | -        | -    | -       | -     | -      | done    | done       | unknown  | done    | done    | MB      | done      | M       | done    | signature | nothing | nothing   | nothing   | nothing        | R       | X       | -       | XB        | X            | XB      | -       | done     | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | B        | B           | -
settled online      | -        | -    | -       | -     | -      | done    | done       | unknown  | done    | done    | attempt | done      | M       | done    | signature | nothing | nothing   | nothing   | nothing        | R       | X       | -       | XB        | X            | XB      | -       | done     | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | B        | B           | -
settled cash        | -        | -    | -       | -     | -      | done    | done       | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | nothing | nothing   | nothing   | nothing        | R       | X       | -       | XB        | X            | XB      | -       | done     | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | B        | B           | -
cash, requested     | -        | -    | -       | -     | -      | done    | done       | unknown  | done    | MB      | attempt | MB        | M       | F       | signature | nothing | nothing   | nothing   | nothing        | R       | X       | -       | XB        | X            | XB      | -       | done     | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | B        | B           | -
receipted           | -        | -    | -       | -     | -      | done    | done       | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | nothing | nothing   | nothing   | nothing        | done    | X       | -       | XB        | X            | XB      | -       | done     | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | B        | B           | -
expired             | -        | -    | -       | -     | -      | expired | expired    | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | expired | expired   | expired   | foreign        | attempt | -       | -       | -         | -            | -       | -       | expired  | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | -
expired, started    | -        | -    | -       | -     | -      | expired | expired    | unknown  | expired | MB      | attempt | MB        | M       | done    | signature | expired | expired   | expired   | foreign        | attempt | -       | -       | -         | -            | -       | -       | expired  | done        | done         | done        | no refund | no refund | no refund | no refund    | too much | too much    | -
closed              | -        | -    | -       | -     | -      | nothing | nothing    | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | CSB     | nothing   | amount    | foreign        | attempt | -       | -       | -         | -            | -       | -       | nothing  | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | -
closed, started     | -        | -    | -       | -     | -      | nothing | nothing    | unknown  | nothing | S       | attempt | MB        | M       | F       | signature | CS      | nothing   | amount    | foreign        | attempt | -       | -       | -         | -            | -       | -       | nothing  | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | K
paid twice          | -        | -    | -       | -     | -      | done    | done       | unknown  | done    | done    | attempt | done      | M       | done    | signature | nothing | nothing   | nothing   | nothing        | done    | X       | -       | XB        | X            | XB      | -       | done     | attempt     | attempt      | attempt     | P         | N         | no refund | no refund    | B        | B           | -
fee on its way back | -        | -    | -       | -     | -      | done    | done       | unknown  | done    | done    | attempt | done      | M       | done    | signature | nothing | nothing   | nothing   | nothing        | done    | -       | -       | -         | -            | -       | -       | done     | attempt     | attempt      | attempt     | P         | N         | no refund | no refund    | too much | too much    | -
fee back            | -        | -    | -       | -     | -      | done    | done       | unknown  | done    | done    | attempt | done      | M       | done    | signature | nothing | nothing   | nothing   | nothing        | done    | -       | -       | -         | -            | -       | -       | done     | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | -
refund failed       | -        | -    | -       | -     | -      | done    | done       | unknown  | done    | done    | attempt | done      | M       | done    | signature | nothing | nothing   | nothing   | nothing        | done    | -       | -       | -         | -            | -       | -       | done     | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | B        | B           | -
cash to pay out     | -        | -    | -       | -     | -      | done    | done       | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | nothing | nothing   | nothing   | nothing        | done    | -       | -       | -         | -            | -       | -       | done     | attempt     | attempt      | attempt     | no refund | no refund | P         | amount       | too much | too much    | -
cash paid out       | -        | -    | -       | -     | -      | done    | done       | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | nothing | nothing   | nothing   | nothing        | done    | -       | -       | -         | -            | -       | -       | done     | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | too much | too much    | -
part back           | -        | -    | -       | -     | -      | done    | done       | unknown  | done    | done    | attempt | done      | M       | done    | signature | nothing | nothing   | nothing   | nothing        | done    | X       | -       | XB        | X            | XB      | -       | done     | attempt     | attempt      | attempt     | no refund | no refund | no refund | no refund    | B        | too much    | -
"""  # noqa: E501


def cells() -> list[tuple[str, str, str]]:
    head, *rows = (
        [cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()
    )
    return [
        (row[0], told, cell) for row in rows for told, cell in zip(head[1:], row[1:], strict=True)
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
        assert tell(desk, told) == [FACTS[letter] for letter in expected.strip("-")]


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


def test_a_forged_call_is_no_fact_and_its_reference_is_not_looked_at() -> None:
    desk = in_state("started")
    before = len(desk.said)
    for _ in range(5):
        with pytest.raises(Refusal, match="bad-signature"):
            tell(desk, "forged")
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
        ("started", "paid late", "late"),
        ("expired, started", "paid", "late"),
        ("started", "other", "amount_differs"),
        ("two, one paid", "paid 2", "duplicate"),
        ("cash, requested", "paid", "duplicate"),
    ],
)
def test_a_mismatch_says_its_reason(state: str, told: str, reason: str) -> None:
    desk = in_state(state)
    tell(desk, told)
    (said,) = (fact for fact in desk.said if isinstance(fact, MismatchFound))
    assert said.reason == reason


def test_a_right_call_after_one_with_another_amount_settles() -> None:
    desk = in_state("started")
    tell(desk, "other")
    assert tell(desk, "paid") == ["PaymentSettled"]


def test_the_settlement_names_money_and_its_time() -> None:
    desk = in_state("started")
    tell(desk, "paid")
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
        fact.reason for fact in desk.said if isinstance(fact, MismatchFound | RefundRequested)
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
    tell(desk, "withdrawn")
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
    tell(desk, "started")
    desk.tell(CALL, at=later(60), given=result(transaction="FT1", amount_vnd=5_000, final=True))
    desk.tell(CALL, at=later(90), given=result(transaction="FT2", final=True))
    desk.tell(CALL, at=later(99), given=result(transaction="FT3", final=True))
    refunds = [
        (fact.amount_vnd, fact.channel, fact.reason)
        for fact in desk.said
        if isinstance(fact, RefundRequested)
    ]
    assert refunds == [(5_000, "cash", "amount_differs"), (50_000, "cash", "duplicate")]
    assert desk.charge.settlement is not None
    assert desk.charge.settlement.reference == "FT2"


def test_a_transfer_s_attempt_lasts_as_long_as_the_time_to_pay_and_nobody_is_asked() -> None:
    desk = in_state("awaited")
    desk.tell(START, at=NOW, given=TRANSFER)
    tell(desk, "started")
    assert desk.charge.attempts[0].request.expires_at == END == desk.due
    assert desk.tell(wake(), at=END) == ["PaymentExpired"]


def test_the_time_to_pay_ends_where_the_demand_says() -> None:
    """The demand names the end of a working day where the plain days would end on a day off."""
    desk, end = PaymentHarness(), later(5 * 86_400)
    desk.tell(registered())
    desk.tell(demanded().model_copy(update={"pay_by": end}))
    assert desk.charge.expires_at == desk.due == end
