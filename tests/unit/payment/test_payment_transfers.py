"""A bank transfer that names no payment of ours: kept once, given to one dossier, or paid back; and
the books hold it all the way.
"""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_contracts import Payload, Refusal
from motcua_contracts.messages.intake import DossierWithdrawn
from motcua_contracts.messages.refunds import RefundByHand
from motcua_contracts.messages.transfers import (
    AssignTransfer,
    ConfirmTransfer,
    RecordTransfer,
    ReturnTransfer,
    code_in,
    transfer_subject,
)
from motcua_contracts.rules.terms import FeeRule
from motcua_contracts.values.bounds import MONEY_MAX
from motcua_contracts.wire.payload import REJECTIONS
from motcua_payment.books import Books
from motcua_payment.domain.calls import ProviderResult
from motcua_payment.domain.transfer import Transfer
from motcua_payment.statement import Line, Ours, compare
from motcua_payment.unassigned import Unassigned
from motcua_payment_providers.vietqr import Notice

from .harness import (
    CALL,
    DOSSIER,
    FEE_VND,
    NOW,
    PAY_WITHIN_SECONDS,
    START,
    SYSTEM,
    TRANSFER,
    PaymentHarness,
    cash,
    demanded,
    later,
    message,
    registered,
    staff,
    terms,
    wake,
)

SUBJECT = transfer_subject("vietqr", "FT1")
BANK = CALL.model_copy(update={"provider": "vietqr"})
CASHIER, OTHER = "officer:cashier-haihau", "officer:cashier-other"
ASSIGN = AssignTransfer(agency="haihau", dossier_id=DOSSIER, reason_code="payer-shows-proof")
RETURN = ReturnTransfer(agency="haihau", reason_code="not-for-us", reference="FT9")


def credit(**changes: Any) -> ProviderResult:
    plain: dict[str, Any] = {
        "valid": True,
        "amount_vnd": FEE_VND,
        "code": "00",
        "transaction": "FT1",
        "final": True,
        "agency": "haihau",
    }
    return ProviderResult(**plain | {"paid_at": NOW} | changes)


class Money:
    """One transfer and one dossier, and everything that they said, in its order."""

    def __init__(self, **of_transfer: Any) -> None:
        self.transfer, self.dossier = PaymentHarness(SUBJECT), PaymentHarness()
        self.log: list[Any] = []
        if of_transfer is not None:
            self.tell(self.transfer, BANK, given=credit(**of_transfer))

    def tell(
        self,
        desk: PaymentHarness,
        data: Payload,
        second: float = 60,
        actor: str = SYSTEM,
        given: Any = None,
    ) -> list[str]:
        before = len(desk.said)
        names = desk.tell(data, at=later(second), actor=actor, given=given)
        for sequence, event in enumerate(desk.said[before:], before + 1):
            self.log.append(message(event, SYSTEM, later(second), desk.subject, sequence))
        return names

    @property
    def state(self) -> str:
        return self.case.state

    @property
    def case(self) -> Transfer:
        assert isinstance(self.transfer.case, Transfer)
        return self.transfer.case

    def perform(self, second: float = 60) -> str:
        """The open effect, as the chassis does it; the refusal of the dossier."""
        (effect,) = self.transfer.effects
        transfer = self.case
        assert transfer.assigning is not None
        assert effect.key == f"{SUBJECT}/record-transfer-{transfer.assigning.assignment}"
        money = transfer.sum
        command = RecordTransfer(
            transfer=SUBJECT,
            provider=money.provider,
            reference=money.reference,
            amount_vnd=money.amount_vnd,
            received_at=money.received_at,
            agency=transfer.assigning.agency,
            cashier=transfer.assigning.officer,
        )
        try:
            self.tell(self.dossier, command, second)
            refused = ""
        except Refusal as refusal:
            refused = refusal.slug
        confirm = ConfirmTransfer(
            assignment=transfer.assigning.assignment, accepted=not refused, reason=refused
        )
        self.tell(self.transfer, confirm, second)
        return refused

    def books(self) -> Books:
        """Of the transfer and the dossier; cash has no till here whose events would stand against
        it.
        """
        books = Books()
        for said in self.log:
            books.take(said)
            assert [one for one in books.problems() if not one.startswith("tills")] == [], type(
                said.data
            ).__name__
        return books


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.slug


def owing(money: Money) -> None:
    money.tell(money.dossier, registered(), 0)
    money.tell(money.dossier, demanded(), 0)


def test_it_is_kept_once_however_often_the_bank_tells_of_it() -> None:
    money = Money()
    assert money.state == "unassigned"
    assert refused(lambda: money.tell(money.transfer, BANK, given=credit())) == "already-settled"
    assert (
        refused(lambda: money.tell(money.transfer, BANK, given=credit(amount_vnd=1)))
        == "already-settled"
    )
    assert (
        refused(lambda: money.tell(money.transfer, BANK, given=credit(valid=False)))
        == "bad-signature"
    )
    assert {name: vnd for name, vnd in money.books().balances["haihau"].items() if vnd} == {
        "clearing:vietqr": FEE_VND, "unassigned": -FEE_VND,
    }  # fmt: skip


def test_a_cashier_gives_it_to_the_dossier_whose_fee_it_is() -> None:
    money = Money()
    owing(money)
    assert money.tell(money.transfer, ASSIGN, actor=CASHIER) == ["TransferAssigning"]
    assert money.perform() == ""
    assert (money.state, money.dossier.charge.stage) == ("assigned", "settled")
    settlement = money.dossier.charge.settlement
    assert settlement is not None
    assert (settlement.provider, settlement.reference, settlement.settled_at) == (
        "vietqr",
        "FT1",
        NOW,
    )
    balances = money.books().balances["haihau"]
    assert {name: vnd for name, vnd in balances.items() if vnd} == {
        "clearing:vietqr": FEE_VND,
        "revenue": -FEE_VND,
    }
    assert refused(lambda: money.tell(money.transfer, ASSIGN, actor=CASHIER)) == "transfer-gone"
    assert refused(lambda: money.tell(money.transfer, RETURN, actor=CASHIER)) == "transfer-gone"


def test_between_two_cashiers_the_first_is_heard() -> None:
    money = Money()
    owing(money)
    money.transfer.catalogue = staff("cashier-other")
    money.tell(money.transfer, ASSIGN, actor=OTHER)
    money.transfer.catalogue = staff()
    assert refused(lambda: money.tell(money.transfer, ASSIGN, actor=CASHIER)) == "transfer-busy"
    assert refused(lambda: money.tell(money.transfer, RETURN, actor=CASHIER)) == "transfer-busy"
    assert money.perform() == ""
    assert refused(lambda: money.tell(money.transfer, ASSIGN, actor=CASHIER)) == "transfer-gone"
    stale = ConfirmTransfer(assignment=1, accepted=True)
    assert refused(lambda: money.tell(money.transfer, stale)) == "attempt-unknown"


@pytest.mark.parametrize(
    ("steps", "changes", "slug"),
    [
        ((), {}, "dossier-unknown"),
        ((registered(terms(fee=FeeRule(amount_vnd=0))),), {}, "nothing-owed"),
        ((registered(), demanded(), cash()), {}, "nothing-owed"),
        ((registered(), demanded(), DossierWithdrawn(refundable=True)), {}, "nothing-owed"),
        ((registered(), demanded()), {"amount_vnd": FEE_VND - 1}, "amount-differs"),
        ((registered(), demanded()), {"amount_vnd": FEE_VND + 1}, "amount-differs"),
        ((registered(), demanded()), {"paid_at": later(PAY_WITHIN_SECONDS + 1)}, "fee-expired"),
    ],
    ids=["nobody's", "free", "paid", "ended", "too little", "too much", "too late"],
)
def test_what_the_dossier_does_not_take_is_unassigned_again(
    steps: tuple[Payload, ...], changes: dict[str, Any], slug: str
) -> None:
    money = Money(**changes) if "paid_at" not in changes else Money.__new__(Money)
    if "paid_at" in changes:
        money.transfer, money.dossier, money.log = PaymentHarness(SUBJECT), PaymentHarness(), []
        money.tell(money.transfer, BANK, PAY_WITHIN_SECONDS + 2, given=credit(**changes))
    for step in steps:
        money.tell(money.dossier, step, 0)
    for time in (1, 2):
        assert money.tell(money.transfer, ASSIGN, PAY_WITHIN_SECONDS + 3, actor=CASHIER) == [
            "TransferAssigning"
        ]
        assert money.perform(PAY_WITHIN_SECONDS + 4) == slug
        assert money.state == "unassigned", f"attempt {time}"
    assert money.tell(money.transfer, RETURN, actor=CASHIER) == ["TransferReturned"]
    assert money.state == "returned"
    books = money.books()
    assert (
        books.balances["haihau"]["unassigned"] == books.balances["haihau"]["clearing:vietqr"] == 0
    )


def test_money_for_a_fee_not_demanded_yet_is_held_and_settles() -> None:
    money = Money()
    money.tell(money.dossier, registered(), 0)
    money.tell(money.transfer, ASSIGN, actor=CASHIER)
    assert money.perform() == ""
    assert [type(said.data).__name__ for said in money.log].count("PaymentHeld") == 1
    assert "PaymentSettled" in money.tell(money.dossier, demanded(), 0)
    assert money.books().problems() == []


def test_the_same_transaction_is_never_booked_twice_on_a_dossier() -> None:
    money = Money()
    money.tell(money.dossier, registered(), 0)
    money.tell(money.dossier, demanded(), 0)
    money.dossier.tell(START.model_copy(update={"provider": "vietqr"}), at=NOW, given=TRANSFER)
    short = money.dossier.charge.attempts[0].request.short_reference
    told = credit(references=("MCAAA", short))
    assert "PaymentSettled" in money.dossier.tell(BANK, at=later(1), given=told)
    money.tell(money.transfer, ASSIGN, actor=CASHIER)
    assert money.perform() == "already-settled"
    assert money.state == "unassigned"


def test_given_to_a_dossier_that_is_withdrawn_later_it_goes_back_at_the_till() -> None:
    money = Money()
    owing(money)
    money.tell(money.transfer, ASSIGN, actor=CASHIER)
    money.perform()
    assert money.tell(money.dossier, DossierWithdrawn(refundable=True), 100) == [
        "ChargeClosed",
        "RefundRequested",
    ]
    assert money.dossier.charge.refunds[0].request.channel == "cash"
    by_hand = RefundByHand(agency="haihau", amount_vnd=1)
    assert refused(lambda: money.tell(money.dossier, by_hand, actor=CASHIER)) == "refund-too-large"


@pytest.mark.parametrize(
    ("events", "actor", "agency", "slug"),
    [
        (staff(roles=("clerk",)), CASHIER, "haihau", "role-required"),
        (staff(roles=("leader",)), CASHIER, "haihau", "role-required"),
        (staff(agency="haiminh"), CASHIER, "haiminh", "foreign-agency"),
        (staff(), CASHIER, "haiminh", "foreign-agency"),
        (staff(), "citizen:an", "haihau", "role-required"),
        (staff(), SYSTEM, "haihau", "role-required"),
    ],
)
def test_only_a_cashier_of_the_account_gives_it_away(
    events: Any, actor: str, agency: str, slug: str
) -> None:
    money = Money()
    money.transfer.catalogue = events
    assert (
        refused(
            lambda: money.tell(
                money.transfer, ASSIGN.model_copy(update={"agency": agency}), actor=actor
            )
        )
        == slug
    )
    assert money.state == "unassigned"


def test_a_dossier_takes_no_money_from_a_cashier_of_another_agency() -> None:
    """The account may be every cashier's; the fee is not."""
    money = Money(agency="")
    owing(money)
    money.transfer.catalogue = staff(agency="haiminh")
    money.tell(money.transfer, ASSIGN.model_copy(update={"agency": "haiminh"}), actor=CASHIER)
    assert money.perform() == "foreign-agency"
    assert (money.state, money.dossier.charge.stage) == ("unassigned", "awaited")
    unnamed = RecordTransfer(
        transfer=SUBJECT, provider="vietqr", reference="FT1", amount_vnd=FEE_VND, received_at=NOW
    )
    assert refused(lambda: money.tell(money.dossier, unnamed)) == "foreign-agency"


@pytest.mark.parametrize(
    "typed", ["Nguyễn Văn A, 0912345678", "FT 9", "", "a" * 65, "FT9\n", "x;y"]
)
def test_no_sentence_is_written_into_the_event_of_a_return(typed: str) -> None:
    money = Money()
    told = RETURN.model_construct(**RETURN.model_dump() | {"reference": typed})
    assert refused(lambda: money.tell(money.transfer, told, actor=CASHIER)) == "bank-number-invalid"
    assert money.state == "unassigned"


@pytest.mark.parametrize("amount_vnd", [MONEY_MAX + 1, 10**40])
def test_an_amount_that_nobody_can_book_is_refused_with_all_its_figures(amount_vnd: int) -> None:
    money = Money.__new__(Money)
    money.transfer, money.dossier, money.log = PaymentHarness(SUBJECT), PaymentHarness(), []
    with pytest.raises(Refusal) as refusal:
        money.tell(money.transfer, BANK, given=credit(amount_vnd=amount_vnd))
    assert (refusal.value.slug, money.state) == ("amount-too-large", "unknown")
    rejected = REJECTIONS["payment"](
        command="RecordProviderResult",
        command_id="id",
        slug=refusal.value.slug,
        params=refusal.value.params,
    )
    ours = Ours("vietqr")
    ours.take(message(rejected, SYSTEM, NOW, SUBJECT, 1))
    (odd,) = ours.anomalies
    assert (odd.reason, odd.amount_said, odd.reference) == (
        "amount too large",
        str(amount_vnd),
        "FT1",
    )
    assert money.tell(money.transfer, BANK, given=credit()) == ["TransferReceived"], (
        "the right amount, told later, is taken"
    )
    owing(money)
    money.dossier.tell(START.model_copy(update={"provider": "vietqr"}), at=NOW, given=TRANSFER)
    short = money.dossier.charge.attempts[0].request.short_reference
    named = credit(amount_vnd=amount_vnd, transaction="FT2", references=(short,))
    assert refused(lambda: money.dossier.tell(BANK, at=later(1), given=named)) == "amount-too-large"
    assert money.dossier.charge.moneys == ()


def test_an_account_of_no_agency_is_every_cashiers() -> None:
    money = Money(agency="")
    money.transfer.catalogue = staff(agency="haiminh")
    assert money.tell(
        money.transfer, ASSIGN.model_copy(update={"agency": "haiminh"}), actor=CASHIER
    ) == ["TransferAssigning"]


def test_a_transfer_that_never_came_is_unknown() -> None:
    desk = PaymentHarness(SUBJECT)
    assert refused(lambda: desk.tell(ASSIGN, actor=CASHIER)) == "transfer-unknown"
    assert refused(lambda: desk.tell(RETURN, actor=CASHIER)) == "transfer-unknown"


def test_what_is_nobodys_yet_is_listed_the_day_it_comes() -> None:
    money, found = Money(code_named="H40.12-261124-0001"), Unassigned()
    owing(money)
    for said in (*money.log, *money.log):
        found.take(said)
    (waiting,) = found.waiting(NOW.date()).values()
    assert (waiting.sum.amount_vnd, waiting.sum.code) == (FEE_VND, "H40.12-261124-0001")
    assert found.waiting(later(86_400).date()) == {}
    money.tell(money.transfer, ASSIGN, actor=CASHIER)
    money.perform()
    for said in money.log:
        found.take(said)
    assert found.waiting() == {}


def test_the_statement_matches_each_movement_once() -> None:
    money = Money()
    owing(money)
    money.tell(money.transfer, ASSIGN, actor=CASHIER)
    money.perform()
    returned = PaymentHarness(transfer_subject("vietqr", "FT2"))
    for data, actor, given_ in ((BANK, SYSTEM, credit(transaction="FT2")), (RETURN, CASHIER, None)):
        before = len(returned.said)
        returned.tell(data, at=later(60), actor=actor, given=given_)
        for sequence, event in enumerate(returned.said[before:], before + 1):
            money.log.append(message(event, SYSTEM, later(60), returned.subject, sequence))
    ours = Ours("vietqr")
    for said in (m for m in money.log):
        ours.take(said)
    theirs = [
        Line("payment", "x", "FT1", FEE_VND, NOW),
        Line("payment", "y", "FT2", FEE_VND, NOW),
        Line("refund", "y", "FT9", FEE_VND, NOW),
    ]
    (day,) = compare(theirs, ours, [])
    assert (len(day.matched), day.findings) == (3, ())


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["assign", "perform", "return", "cash", "withdraw", "wake", "again", "demand"]
        ),
        max_size=12,
    ),
    st.integers(),
)
def test_whatever_happens_in_whatever_order_the_books_hold(steps: list[str], seed: int) -> None:
    money, chance = Money(), random.Random(seed)
    money.tell(money.dossier, registered(), 0)
    for step in steps:
        try:
            match step:
                case "assign":
                    money.tell(money.transfer, ASSIGN, actor=CASHIER)
                case "perform" if money.transfer.effects:
                    money.perform()
                case "return":
                    money.tell(money.transfer, RETURN, actor=CASHIER)
                case "cash":
                    money.tell(money.dossier, cash(taking=chance.randrange(9)))
                case "withdraw":
                    money.tell(money.dossier, DossierWithdrawn(refundable=True), 70)
                case "wake":
                    money.tell(money.dossier, wake(), PAY_WITHIN_SECONDS + 1)
                case "again":
                    money.tell(money.transfer, BANK, given=credit())
                case _:
                    money.tell(money.dossier, demanded(), 0)
        except Refusal:
            pass
    events = [type(said.data).__name__ for said in money.log if said.subject == SUBJECT]
    money.books()
    assert events.count("TransferReceived") == 1
    assert events.count("TransferAssigned") + events.count("TransferReturned") <= 1


SHORT = "MCABCDEFGHIJKLMNO"


@pytest.mark.parametrize(
    "text",
    [
        SHORT, SHORT.lower(), f"CT {SHORT} Nguyen", f"MBVCB.1.{SHORT}.CT tu AN",
        "MC ABCDE FGHIJ KLMNO", "phi MC-ABCDEFGHIJ KLMNO",
        "TIMC CHUYEN MCABCDEFGHIJKLMNO", "MCMCMC ABCDEFGHIJKLMNO", "IBMC MCABCDE.FGHIJKLMNO",
    ],
)  # fmt: skip
def test_a_reference_is_found_behind_other_words_and_with_blanks_inside(text: str) -> None:
    notice = Notice(transaction_id="FT1", account="1", amount=1, description=text)
    assert SHORT in notice.references


def test_a_text_that_is_all_references_costs_no_more_than_twenty() -> None:
    notice = Notice(transaction_id="FT1", account="1", amount=1, description="MC" * 490)
    assert len(notice.references) <= 20
    assert (
        Notice(transaction_id="FT1", account="1", amount=1, description="CT khong ro").references
        == ()
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nop le phi H40.12-261124-0001", "H40.12-261124-0001"),
        ("NOP PHI H4012 261124 0001 NGUYEN VAN A", "H40.12-261124-0001"),
        ("h40122611240001", "H40.12-261124-0001"),
        ("H40.12-261124-00019", ""),
        ("chuyen tien", ""),
    ],
)
def test_the_dossiers_code_is_read_as_banks_leave_it(text: str, code: str) -> None:
    assert code_in(text) == code
