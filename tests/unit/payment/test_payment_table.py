"""Every pair of a charge's state and a message: it moves, is refused by name, or (a fact) changes nothing. And when it is woken."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from motcua_contracts.decision import Refusal
from motcua_contracts.intake import DossierStopped, FeeCleared
from motcua_contracts.payload import Payload
from motcua_contracts.payment import CollectCash, MismatchFound, PaymentSettled, RecordPaymentStarted, RecordReceipt
from motcua_contracts.terms import FeeRule
from motcua_payment.domain.case import due, effects
from payment_desk import CALL, NOW, PAY_WITHIN_SECONDS, START, Desk, cash, demanded, later, registered, result, terms, wake

END = later(PAY_WITHIN_SECONDS)
AFTER = later(PAY_WITHIN_SECONDS + 0.001)


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
    "started": Told(RecordPaymentStarted(attempt=1, redirect_url="https://pay.example", expires_at=END)),
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
    "started": Way(("register", "demand", "start", "started"), due=END),
    "failed": Way(("register", "demand", "start", "started", "failed"), due=END),
    "two": Way(("register", "demand", "start", "start", "started"), ("d-1-2/start-payment",), END),
    "two, one paid": Way(("register", "demand", "start", "start", "started", "paid"), RECEIPT),
    "settled online": Way(("register", "demand", "start", "started", "paid"), RECEIPT),
    "settled cash": Way(("register", "demand", "cash"), RECEIPT),
    "cash, requested": Way(("register", "demand", "start", "cash"), RECEIPT),
    "receipted": Way(("register", "demand", "cash", "receipt")),
    "expired": Way(("register", "demand", "wake")),
    "expired, started": Way(("register", "demand", "start", "started", "wake")),
}
# Facts: A FeeAssessed, W PaymentAwaited, Q PaymentRequested, T PaymentStarted, S PaymentSettled, F PaymentFailed, E PaymentExpired,
# M MismatchFound, H PaymentHeld, C CashCollected, R ReceiptIssued; - nothing follows; lower case: a refusal.
FACTS = {
    "A": "FeeAssessed",
    "W": "PaymentAwaited",
    "Q": "PaymentRequested",
    "T": "PaymentStarted",
    "S": "PaymentSettled",
    "F": "PaymentFailed",
    "E": "PaymentExpired",
    "M": "MismatchFound",
    "H": "PaymentHeld",
    "C": "CashCollected",
    "R": "ReceiptIssued",
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
}
TABLE = """
state            | register | free | level 3 | later | demand | start   | start late | stranger | started | paid    | paid 2  | paid late | other   | failed  | forged    | cash    | cash late | cash less | cash elsewhere | receipt | stopped | cleared | wake
unregistered     | A        | A    | A       | A     | -      | unknown | unknown    | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | unknown | unknown   | unknown   | unknown        | attempt | -       | -       | -
free             | -        | -    | -       | -     | -      | nothing | nothing    | nothing  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | nothing | nothing   | nothing   | nothing        | attempt | -       | -       | -
assessed         | -        | -    | -       | -     | W      | Q       | Q          | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | H       | H         | amount    | foreign        | attempt | -       | -       | -
assessed, later  | -        | -    | -       | -     | W      | early   | early      | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | H       | H         | amount    | foreign        | attempt | -       | -       | -
requested early  | -        | -    | -       | -     | W      | Q       | Q          | unknown  | T       | H       | attempt | H         | M       | F       | M         | H       | H         | amount    | foreign        | attempt | -       | -       | -
held cash        | -        | -    | -       | -     | WCS    | done    | done       | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | H       | H         | amount    | foreign        | attempt | -       | -       | CS
held online      | -        | -    | -       | -     | WS     | done    | done       | unknown  | done    | done    | attempt | done      | M       | done    | M         | H       | H         | amount    | foreign        | attempt | -       | -       | S
awaited          | -        | -    | -       | -     | -      | Q       | expired    | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | CS      | expired   | amount    | foreign        | attempt | -       | -       | E
awaited, level 3 | -        | -    | -       | -     | -      | level   | level      | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | CS      | expired   | amount    | foreign        | attempt | -       | -       | E
requested        | -        | -    | -       | -     | -      | Q       | expired    | unknown  | T       | S       | attempt | M         | M       | F       | M         | CS      | expired   | amount    | foreign        | attempt | -       | -       | E
started          | -        | -    | -       | -     | -      | Q       | expired    | unknown  | done    | S       | attempt | M         | M       | F       | M         | CS      | expired   | amount    | foreign        | attempt | -       | -       | E
failed           | -        | -    | -       | -     | -      | Q       | expired    | unknown  | done    | S       | attempt | M         | M       | done    | M         | CS      | expired   | amount    | foreign        | attempt | -       | -       | E
two              | -        | -    | -       | -     | -      | Q       | expired    | unknown  | done    | S       | S       | M         | M       | F       | M         | CS      | expired   | amount    | foreign        | attempt | -       | -       | E
two, one paid    | -        | -    | -       | -     | -      | done    | done       | unknown  | done    | done    | M       | done      | M       | done    | M         | nothing | nothing   | nothing   | nothing        | R       | -       | -       | -
settled online   | -        | -    | -       | -     | -      | done    | done       | unknown  | done    | done    | attempt | done      | M       | done    | M         | nothing | nothing   | nothing   | nothing        | R       | -       | -       | -
settled cash     | -        | -    | -       | -     | -      | done    | done       | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | nothing | nothing   | nothing   | nothing        | R       | -       | -       | -
cash, requested  | -        | -    | -       | -     | -      | done    | done       | unknown  | done    | M       | attempt | M         | M       | F       | M         | nothing | nothing   | nothing   | nothing        | R       | -       | -       | -
receipted        | -        | -    | -       | -     | -      | done    | done       | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | nothing | nothing   | nothing   | nothing        | done    | -       | -       | -
expired          | -        | -    | -       | -     | -      | expired | expired    | unknown  | attempt | attempt | attempt | attempt   | attempt | attempt | signature | expired | expired   | expired   | foreign        | attempt | -       | -       | -
expired, started | -        | -    | -       | -     | -      | expired | expired    | unknown  | expired | M       | attempt | M         | M       | F       | M         | expired | expired   | expired   | foreign        | attempt | -       | -       | -
"""  # noqa: E501 - a table is read by its columns


def cells() -> list[tuple[str, str, str]]:
    head, *rows = ([cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines())
    return [(row[0], told, cell) for row in rows for told, cell in zip(head[1:], row[1:], strict=True)]


def in_state(state: str) -> Desk:
    desk = Desk()
    for step in WAYS[state].steps:
        tell(desk, step)
    return desk


def tell(desk: Desk, told: str) -> list[str]:
    one = MESSAGES[told]
    return desk.tell(one.data, at=one.at, actor=one.actor, given=one.given)


def test_the_table_names_every_state_and_message() -> None:
    assert {(state, told) for state, told, _ in cells()} == {(state, told) for state in WAYS for told in MESSAGES}


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
    case = in_state(state).case
    assert tuple(effect.key for effect in effects(case)) == WAYS[state].effects
    assert due(case) == WAYS[state].due


def test_a_command_without_a_rule_is_loud() -> None:
    with pytest.raises(TypeError):
        Desk().tell(CollectCash(dossier_id="d-1", amount_vnd=1))


def test_a_provider_call_that_nobody_read_is_loud() -> None:
    with pytest.raises(TypeError):
        in_state("started").tell(CALL)


def test_forged_calls_become_facts_three_times_and_say_nothing_of_the_call() -> None:
    desk = in_state("started")
    for _ in range(3):
        assert tell(desk, "forged") == ["MismatchFound"]
    with pytest.raises(Refusal, match="bad-signature"):
        tell(desk, "forged")
    said = desk.said[-1]
    assert said == MismatchFound(reason="bad_signature", amount_vnd=50_000, provider="vnpay", attempt=1, reference="d-1-1")


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
    said = desk.said[-1]
    assert isinstance(said, MismatchFound)
    assert said.reason == reason


def test_a_right_call_after_one_with_another_amount_settles() -> None:
    desk = in_state("started")
    tell(desk, "other")
    assert tell(desk, "paid") == ["PaymentSettled"]


def test_the_settlement_names_money_and_its_time() -> None:
    desk = in_state("started")
    tell(desk, "paid")
    assert desk.said[-1] == PaymentSettled(
        amount_vnd=50_000, channel="online", provider="vnpay", attempt=1, reference="14000001", settled_at=END
    )


def test_an_attempt_ends_after_a_quarter_of_an_hour_or_with_the_time_to_pay() -> None:
    desk = in_state("awaited")
    desk.tell(START, at=NOW)
    desk.tell(START, at=later(PAY_WITHIN_SECONDS - 60))
    assert [attempt.request.expires_at for attempt in desk.charge.attempts] == [later(900), END]
