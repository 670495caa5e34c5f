"""The ledger over random days of tills and dossiers, with copies as crashes leave them: it
balances, and it is what is in the drawers.
"""

import random
from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_contracts import Message, Payload, Refusal
from motcua_contracts.messages.intake import DossierCompleted, DossierWithdrawn
from motcua_contracts.messages.payment import (
    AllotReceipt,
    PaymentSettled,
    ReceiptNumbered,
    RecordCash,
    RecordPaymentStarted,
    RecordProviderAnswer,
    RecordReceipt,
)
from motcua_contracts.messages.refunds import RecordPayOut, RecordRefund, RefundByHand, Refunded
from motcua_contracts.messages.till import (
    CashBooked,
    CashTaken,
    CloseTill,
    CollectCash,
    ConfirmCash,
    ConfirmPayOut,
    OpenTill,
    PayOut,
)
from motcua_payment.books import Books
from motcua_payment.domain.ledger import REFUNDS_PAYABLE, TILL_CLEARING, UNCLAIMED

from .harness import (
    BOOK,
    CALL,
    FEE_VND,
    START,
    SYSTEM,
    TILL,
    PaymentHarness,
    demanded,
    later,
    message,
    registered,
    result,
    wake,
)

DOSSIERS = ("d-1", "d-2", "d-3")
Told = Message[Payload]


class Office:
    """Three dossiers and one till.

    `log` is what they said, in the order in which it was said; `held` is the world's own count.
    """

    def __init__(self) -> None:
        self.desks = {subject: PaymentHarness(subject) for subject in (*DOSSIERS, TILL, BOOK)}
        self.log: list[Told] = []
        self.drawer = self.safe = self.at_provider = 0
        self.float = 0
        self.outcomes: dict[str, str] = {}

    def tell(self, subject: str, data: Payload, second: int = 0, given: Any = None) -> str:
        """The slug of the refusal, or nothing."""
        desk = self.desks[subject]
        before = len(desk.said)
        try:
            desk.tell(data, at=later(second), given=given)
        except Refusal as refusal:
            return refusal.slug
        for sequence, event in enumerate(desk.said[before:], before + 1):
            self.log.append(message(event, SYSTEM, later(second), subject, sequence))
        return ""

    def do(self, what: str, dossier: str, second: int) -> None:
        till = self.desks[TILL].till
        match what:
            case "open" if not self.tell(TILL, OpenTill(agency="haihau", float_vnd=200_000)):
                self.drawer, self.float = 200_000, 200_000
            case "take" if not self.tell(TILL, CollectCash(dossier_id=dossier, amount_vnd=FEE_VND)):
                self.drawer += FEE_VND
            case "perform":
                self.perform(second)
            case "pay out":
                charge = self.desks[dossier].charge
                for refund in charge.refunds:
                    self.tell(
                        TILL,
                        PayOut(
                            dossier_id=dossier,
                            refund=refund.request.refund,
                            amount_vnd=refund.request.amount_vnd,
                        ),
                    )
            case "close" if till.state == "open" and not till.pending and not till.paying_out:
                self.tell(TILL, CloseTill(counted_vnd=self.drawer - 1_000))
                self.safe, self.drawer = self.safe + self.drawer - 1_000 - self.float, 0
            case "paid" | "paid again":
                number = 1 if what == "paid" else 2
                if not self.tell(
                    dossier,
                    CALL,
                    second,
                    result(
                        number, reference=f"{dossier}-{number}", transaction=f"{dossier}{number}"
                    ),
                ):
                    self.at_provider += FEE_VND
            case "wake":
                if (moment := self.desks[dossier].due) is not None:
                    self.tell(dossier, wake(), int((moment - later(0)).total_seconds()))
            case "start":
                self.tell(dossier, START, second)
                self.tell(
                    dossier,
                    RecordPaymentStarted(attempt=1, redirect_url="x", expires_at=later(900)),
                    second,
                )
            case "withdraw":
                self.tell(dossier, DossierWithdrawn(refundable=True), second)
            case "refuse":
                self.tell(
                    dossier,
                    DossierCompleted(outcome="refused", refundable=False, result=None),
                    second,
                )
            case "by hand":
                self.tell(
                    dossier,
                    RefundByHand(
                        agency="haihau", amount_vnd=20_000, over_the_counter=second % 2 == 0
                    ),
                    second,
                )
            case _:
                pass

    def perform(self, second: int) -> None:
        """Every open effect, as the chassis would: also those of the till, whose answers come from
        the dossiers.
        """
        for subject, desk in self.desks.items():
            for effect in list(desk.effects):
                reference, _, kind = effect.key.rpartition("/")
                match kind.rstrip("0123456789"):
                    case "record-cash":
                        self._cash(reference, second)
                    case "record-pay-out":
                        self._pay_out(reference, second)
                    case "issue-receipt":
                        self.tell(BOOK, AllotReceipt(dossier_id=subject, amount_vnd=FEE_VND))
                        number = self.desks[BOOK].said[-1]
                        assert isinstance(number, ReceiptNumbered)
                        self.tell(subject, RecordReceipt(number=number.number, document=None))
                    case "ask-provider":
                        self.tell(
                            subject,
                            RecordProviderAnswer(
                                attempt=int(reference.rpartition("-")[2]), code="91"
                            ),
                            second,
                        )
                    case "refund-":
                        refund = desk.charge.refund(int(kind.rpartition("-")[2]))
                        assert refund is not None
                        accepted = refund.request.refund != 2
                        self.tell(
                            subject,
                            RecordRefund(
                                refund=refund.request.refund, accepted=accepted, reference="r"
                            ),
                            second,
                        )
                        self.at_provider -= refund.request.amount_vnd if accepted else 0
                    case _:
                        pass

    def _cash(self, reference: str, second: int) -> None:
        taking = self.desks[TILL].till.taking(reference)
        command = RecordCash(till=TILL, reference=reference, amount_vnd=taking.amount_vnd)
        if reference not in self.outcomes:  # asked again, the inbox gives the first outcome
            self.outcomes[reference] = self.tell(taking.dossier_id, command, second)
        verdict = self.outcomes[reference] or self.desks[taking.dossier_id].charge.verdict_on_cash(
            reference
        )
        if verdict is None:
            return
        self.tell(TILL, ConfirmCash(reference=reference, accepted=not verdict, reason=verdict))
        self.drawer -= taking.amount_vnd if verdict else 0

    def _pay_out(self, reference: str, second: int) -> None:
        asked = self.desks[TILL].till.pay_out(reference)
        command = RecordPayOut(
            till=TILL, reference=reference, refund=asked.refund, amount_vnd=asked.amount_vnd
        )
        refused = self.tell(asked.dossier_id, command, second)
        self.tell(TILL, ConfirmPayOut(reference=reference, accepted=not refused, reason=refused))
        self.drawer -= 0 if refused else asked.amount_vnd


ACTS = st.tuples(
    st.sampled_from(
        [
            "open",
            "take",
            "take",
            "perform",
            "perform",
            "pay out",
            "close",
            "paid",
            "paid again",
            "wake",
            "start",
            "withdraw",
            "refuse",
            "by hand",
        ]
    ),
    st.sampled_from(DOSSIERS),
    st.sampled_from([1, 60, 61, 3599, 3601]),
)


def played(acts: list[tuple[str, str, int]]) -> Office:
    office = Office()
    for dossier in DOSSIERS:
        office.tell(dossier, registered())
    for dossier in DOSSIERS[:2]:
        office.tell(dossier, demanded())
    for act in acts:
        office.do(*act)
    return office


def booked(log: list[Told]) -> Books:
    books = Books()
    for told in log:
        books.take(told)
    return books


@settings(max_examples=400, deadline=None)
@given(acts=st.lists(ACTS, max_size=40))
def test_the_books_balance_and_are_what_lies_in_drawer_safe_and_at_the_provider(
    acts: list[tuple[str, str, int]],
) -> None:
    office = played(acts)
    books = booked(office.log)
    assert books.problems() == []
    accounts = books.balances["haihau"]
    assert sum(accounts.values()) == 0
    assert accounts.get(f"cash:{TILL}", 0) == office.drawer
    assert accounts.get("safe", 0) == office.safe
    assert accounts.get("clearing:vnpay", 0) == office.at_provider


@settings(max_examples=200, deadline=None)
@given(acts=st.lists(ACTS, max_size=40), seed=st.integers(0, 10_000))
def test_copies_and_the_order_between_subjects_change_no_balance(
    acts: list[tuple[str, str, int]], seed: int
) -> None:
    """As a log is after kills: the tail of a lane is there twice, and lanes are read in any
    order.
    """
    office = played(acts)
    chance = random.Random(seed)
    lanes: dict[str, list[Told]] = defaultdict(list)
    for told in office.log:
        lanes[told.subject].append(told)
    torn: list[list[Told]] = []
    for lane in lanes.values():
        died = chance.randrange(len(lane))
        torn.append([*lane[: died + 1], *lane[max(0, died - 3) :]])
    mixed: list[Told] = []
    while any(torn):
        lane = chance.choice([lane for lane in torn if lane])
        mixed.append(lane.pop(0))
    books, straight = booked(mixed), booked(office.log)
    assert {name: dict(accounts) for name, accounts in books.balances.items()} == {
        n: dict(a) for n, a in straight.balances.items()
    }
    assert books.problems() == []
    assert books.copies == len(mixed) - len(office.log)


def a_day() -> Office:
    """Cash for one, VNPAY twice for another and its refund, a pay-out, a count
    that is 1,000 short.
    """
    office = played(
        [
            ("open", "d-1", 1),
            ("take", "d-1", 1),
            ("perform", "d-1", 2),
            ("start", "d-2", 3),
            ("paid", "d-2", 4),
        ]
    )
    for act in [
        ("withdraw", "d-1", 60),
        ("pay out", "d-1", 61),
        ("perform", "d-1", 61),
        ("withdraw", "d-2", 60),
        ("perform", "d-2", 61),
    ]:
        office.do(*act)
    office.do("take", "d-3", 61)
    office.tell("d-3", demanded(), 61)
    office.perform(62)
    office.do("close", "d-1", 70)
    return office


def test_a_day_s_books() -> None:
    accounts = {
        name: amount for name, amount in booked(a_day().log).balances["haihau"].items() if amount
    }
    assert accounts == {"revenue": -FEE_VND, "safe": FEE_VND - 1_000, "till-difference": 1_000}
    assert not {REFUNDS_PAYABLE, TILL_CLEARING, UNCLAIMED} & set(accounts)


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (CashBooked, "are missing"),
        (Refunded, "tills and dossiers differ by"),
        (CashTaken, "are missing"),
    ],
)
def test_an_event_that_was_lost_is_found(lost: type[Payload], said: str) -> None:
    log = a_day().log
    gone = next(n for n, told in enumerate(log) if isinstance(told.data, lost))
    assert any(said in problem for problem in booked([*log[:gone], *log[gone + 1 :]]).problems())


def test_an_amount_that_was_changed_is_found() -> None:
    log = a_day().log
    place = next(n for n, told in enumerate(log) if isinstance(told.data, CashBooked))
    changed = replace(log[place], data=log[place].data.model_copy(update={"amount_vnd": 60_000}))
    assert any(
        "tills and dossiers differ by" in problem
        for problem in booked([*log[:place], changed, *log[place + 1 :]]).problems()
    )


def test_a_second_settlement_is_found() -> None:
    log = a_day().log
    settled = next(told for told in log if isinstance(told.data, PaymentSettled))
    last = max(told.sequence or 0 for told in log if told.subject == settled.subject)
    problems = booked([*log, replace(settled, sequence=last + 1)]).problems()
    assert f"{settled.subject}: settled twice" in problems
