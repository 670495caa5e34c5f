"""The till: every pair of state and message, who may use it, and that the drawer adds up whatever
happens.
"""

from itertools import count
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from motcua_contracts import Catalogue, Payload, Refusal
from motcua_contracts.messages.catalog import OfficerRemoved
from motcua_contracts.messages.payment import (
    CashBooked,
    CashGivenBack,
    CashPaidOut,
    CashTaken,
    CloseTill,
    CollectCash,
    ConfirmCash,
    ConfirmPayOut,
    OpenTill,
    PayOut,
    PayOutDeclined,
    PayOutRequested,
    StartPayment,
    TillClosed,
)
from motcua_contracts.rules.decision import Wake
from motcua_contracts.values.bounds import MONEY_MAX

from .harness import NOW, SYSTEM, TILL, PaymentHarness, message, registered, staff

FIRST = f"{TILL}/1"
MESSAGES: dict[str, Payload] = {
    "open": OpenTill(agency="haihau", float_vnd=200_000),
    "collect": CollectCash(dossier_id="d-1", amount_vnd=50_000),
    "confirm": ConfirmCash(reference=FIRST, accepted=True),
    "give back": ConfirmCash(reference=FIRST, accepted=False, reason="nothing-owed"),
    "pay out": PayOut(dossier_id="d-1", refund=1, amount_vnd=150_000),
    "too much": PayOut(dossier_id="d-1", refund=1, amount_vnd=300_000),
    "hand out": ConfirmPayOut(reference=FIRST, accepted=True),
    "keep": ConfirmPayOut(reference=FIRST, accepted=False, reason="refund-unknown"),
    "close": CloseTill(counted_vnd=250_000),
    "wake": Wake(),
    "event": registered(),
}
WAYS: dict[str, tuple[str, ...]] = {
    "never open": (),
    "open": ("open",),
    "taking": ("open", "collect"),
    "booked": ("open", "collect", "confirm"),
    "gave back": ("open", "collect", "give back"),
    "paying out": ("open", "pay out"),
    "paid out": ("open", "pay out", "hand out"),
    "kept": ("open", "pay out", "keep"),
    "closed": ("open", "collect", "confirm", "close"),
}
SLUGS = {
    "already": "till-already-open",
    "shut": "till-not-open",
    "busy": "till-busy",
    "none": "attempt-unknown",
    "low": "till-too-low",
}
EVENTS = {
    "O": "TillOpened",
    "T": "CashTaken",
    "B": "CashBooked",
    "G": "CashGivenBack",
    "Q": "PayOutRequested",
    "P": "CashPaidOut",
    "D": "PayOutDeclined",
    "C": "TillClosed",
}
TABLE = """
state      | open    | collect | confirm | give back | pay out | too much | hand out | keep | close | wake | event
never open | O       | shut    | none    | none      | shut    | shut     | none     | none | shut  | -    | -
open       | already | T       | none    | none      | Q       | low      | none     | none | C     | -    | -
taking     | already | T       | B       | G         | Q       | low      | none     | none | busy  | -    | -
booked     | already | T       | none    | none      | Q       | low      | none     | none | C     | -    | -
gave back  | already | T       | none    | none      | Q       | low      | none     | none | C     | -    | -
paying out | already | T       | none    | none      | low     | low      | P        | D    | busy  | -    | -
paid out   | already | T       | none    | none      | low     | low      | none     | none | C     | -    | -
kept       | already | T       | none    | none      | Q       | low      | none     | none | C     | -    | -
closed     | O       | shut    | none    | none      | shut    | shut     | none     | none | shut  | -    | -
"""  # noqa: E501


def cells() -> list[tuple[str, str, str]]:
    head, *rows = (
        [cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()
    )
    return [
        (row[0], told, cell) for row in rows for told, cell in zip(head[1:], row[1:], strict=True)
    ]


def in_state(state: str) -> PaymentHarness:
    desk = PaymentHarness(TILL)
    desk.tell(*(MESSAGES[step] for step in WAYS[state]))
    return desk


def test_the_table_names_every_state_and_message() -> None:
    assert {(state, told) for state, told, _ in cells()} == {
        (state, told) for state in WAYS for told in MESSAGES
    }


@pytest.mark.parametrize(("state", "told", "expected"), cells())
def test_every_pair_of_state_and_message(state: str, told: str, expected: str) -> None:
    desk = in_state(state)
    before = desk.case
    if expected in SLUGS:
        with pytest.raises(Refusal) as refused:
            desk.tell(MESSAGES[told])
        assert refused.value.slug == SLUGS[expected]
        assert desk.case == before
    else:
        assert desk.tell(MESSAGES[told]) == [EVENTS[letter] for letter in expected.strip("-")]


def test_a_command_without_a_rule_is_loud() -> None:
    with pytest.raises(TypeError):
        PaymentHarness(TILL).tell(StartPayment(return_url="https://motcua.example"))


def test_only_pending_takings_are_open_outside_and_a_till_is_never_woken() -> None:
    desk = in_state("taking")
    desk.tell(MESSAGES["collect"])
    assert [effect.key for effect in desk.effects] == [
        f"{TILL}/1/record-cash",
        f"{TILL}/2/record-cash",
    ]
    desk.tell(MESSAGES["confirm"])
    assert [effect.key for effect in desk.effects] == [f"{TILL}/2/record-cash"]
    assert desk.due is None


@pytest.mark.parametrize("told", ["open", "collect", "close"])
@pytest.mark.parametrize("actor", ["officer:clerk-haihau", "citizen:cashier-haihau", SYSTEM])
def test_nobody_but_its_cashier_uses_a_till(told: str, actor: str) -> None:
    with pytest.raises(Refusal, match="role-required"):
        PaymentHarness(TILL).tell(MESSAGES[told], actor=actor)


@pytest.mark.parametrize(
    ("place", "agency", "slug"),
    [
        ({"roles": ("clerk",)}, "haihau", "role-required"),
        ({"agency": "haiminh"}, "haihau", "foreign-agency"),
        ({}, "haiminh", "foreign-agency"),
        ({"officer": "somebody"}, "haihau", "fact-missing"),
    ],
)
def test_a_till_is_opened_by_a_cashier_of_its_agency(
    place: dict[str, Any], agency: str, slug: str
) -> None:
    with pytest.raises(Refusal, match=slug):
        PaymentHarness(TILL, staff(**place)).tell(OpenTill(agency=agency, float_vnd=0))


def test_references_are_never_used_twice_over_sessions() -> None:
    desk = in_state("closed")
    desk.tell(MESSAGES["open"], MESSAGES["collect"])
    assert [event.reference for event in desk.said if isinstance(event, CashTaken)] == [
        f"{TILL}/1",
        f"{TILL}/2",
    ]


def test_the_report_of_a_session_counts_from_its_opening() -> None:
    desk = in_state("closed")
    assert desk.said[-1] == TillClosed(
        expected_vnd=250_000, counted_vnd=250_000, difference_vnd=0, takings=1
    )
    desk.tell(MESSAGES["open"], CloseTill(counted_vnd=199_000))
    assert desk.said[-1] == TillClosed(
        expected_vnd=200_000, counted_vnd=199_000, difference_vnd=-1_000, takings=0
    )


class Drawer(RuleBasedStateMachine):
    """Any day at the till, with the drawer counted beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = PaymentHarness(TILL)
        self.float_vnd = self.said_before = 0
        self.dossiers = count(1)

    def _try(self, command: Payload) -> list[str]:
        try:
            return self.desk.tell(command, at=NOW)
        except Refusal:
            return []

    @rule(float_vnd=st.integers(0, 10**6))
    def opens(self, float_vnd: int) -> None:
        if self._try(OpenTill(agency="haihau", float_vnd=float_vnd)):
            self.float_vnd, self.said_before = float_vnd, len(self.desk.said)

    @rule(amount_vnd=st.integers(1, 10**6))
    def collects(self, amount_vnd: int) -> None:
        self._try(CollectCash(dossier_id=f"d-{next(self.dossiers)}", amount_vnd=amount_vnd))

    @rule(taking=st.integers(1, 12), accepted=st.booleans())
    def hears(self, taking: int, accepted: bool) -> None:
        self._try(
            ConfirmCash(
                reference=f"{TILL}/{taking}",
                accepted=accepted,
                reason="" if accepted else "nothing-owed",
            )
        )

    @rule(amount_vnd=st.integers(1, 10**6))
    def pays_out(self, amount_vnd: int) -> None:
        self._try(PayOut(dossier_id=f"d-{next(self.dossiers)}", refund=1, amount_vnd=amount_vnd))

    @rule(number=st.integers(1, 12), accepted=st.booleans())
    def hears_of_a_pay_out(self, number: int, accepted: bool) -> None:
        self._try(
            ConfirmPayOut(
                reference=f"{TILL}/{number}",
                accepted=accepted,
                reason="" if accepted else "refund-unknown",
            )
        )

    @rule(counted_vnd=st.integers(0, 10**7))
    @precondition(lambda self: self.desk.till.state == "open")
    def closes(self, counted_vnd: int) -> None:
        expected_vnd = self._in_the_drawer()
        if self._try(CloseTill(counted_vnd=counted_vnd)):
            report = self.desk.said[-1]
            assert isinstance(report, TillClosed)
            assert (report.expected_vnd, report.difference_vnd) == (
                expected_vnd,
                counted_vnd - expected_vnd,
            )

    @invariant()
    def the_till_is_float_and_booked(self) -> None:
        if self.desk.till.state == "open":
            assert self.desk.till.expected_vnd == self._in_the_drawer()
            assert self.desk.till.free_vnd >= 0, "more was promised than lies in the drawer"

    @invariant()
    def every_taking_has_one_end_or_is_pending(self) -> None:
        taken = [
            event.reference
            for event in self.desk.said
            if isinstance(event, CashTaken | PayOutRequested)
        ]
        ended = [
            event.reference
            for event in self.desk.said
            if isinstance(event, CashBooked | CashGivenBack)
        ]
        ended += [
            event.reference
            for event in self.desk.said
            if isinstance(event, CashPaidOut | PayOutDeclined)
        ]
        pending = [taking.reference for taking in self.desk.till.pending] + [
            one.reference for one in self.desk.till.paying_out
        ]
        assert sorted(ended + pending) == sorted(taken)
        assert len(set(taken)) == len(taken)

    def _in_the_drawer(self) -> int:
        session = self.desk.said[self.said_before :]
        booked_vnd = sum(event.amount_vnd for event in session if isinstance(event, CashBooked))
        return (
            self.float_vnd
            + booked_vnd
            - sum(event.amount_vnd for event in session if isinstance(event, CashPaidOut))
        )


TestDrawer = Drawer.TestCase
TestDrawer.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)


def test_what_is_paid_out_is_missing_in_the_drawer_and_in_the_report() -> None:
    desk = PaymentHarness(TILL)
    desk.tell(MESSAGES["open"], MESSAGES["pay out"])
    assert [effect.key for effect in desk.effects] == [f"{FIRST}/record-pay-out"]
    desk.tell(MESSAGES["hand out"], CloseTill(counted_vnd=49_000))
    report = desk.said[-1]
    assert isinstance(report, TillClosed)
    assert (report.expected_vnd, report.difference_vnd, report.paid_out_vnd) == (
        50_000,
        -1_000,
        150_000,
    )


def test_a_session_holds_no_sum_that_no_event_could_say() -> None:
    desk = PaymentHarness(TILL)
    desk.tell(OpenTill(agency="haihau", float_vnd=MONEY_MAX - 1))
    desk.tell(CollectCash(dossier_id="d-1", amount_vnd=1))
    with pytest.raises(Refusal, match="till-too-full"):
        desk.tell(CollectCash(dossier_id="d-1", amount_vnd=1))


MOVED, DEMOTED = staff(agency="haiminh"), staff(roles=("clerk",))
LEFT, STRANGER = staff(), staff("somebody-else")
LEFT.apply(message(OfficerRemoved(officer="cashier-haihau", version=2), "system:catalog", NOW))


@pytest.mark.parametrize(
    ("catalogue", "slug"),
    [
        (MOVED, "foreign-agency"),
        (DEMOTED, "role-required"),
        (LEFT, "officer-left"),
        (STRANGER, "fact-missing"),
    ],
)
@pytest.mark.parametrize("told", ["collect", "pay out", "open"])
def test_an_open_till_asks_where_its_cashier_sits_now(
    catalogue: Catalogue, slug: str, told: str
) -> None:
    desk = in_state("closed" if told == "open" else "booked")
    desk.catalogue = catalogue
    with pytest.raises(Refusal, match=slug):
        desk.tell(MESSAGES[told])


def test_who_was_moved_hands_in_the_drawer_and_who_left_does_not() -> None:
    desk = in_state("booked")
    desk.catalogue = LEFT
    with pytest.raises(Refusal, match="officer-left"):
        desk.tell(MESSAGES["close"])
    desk.catalogue = MOVED
    assert desk.tell(MESSAGES["close"]) == ["TillClosed"]
