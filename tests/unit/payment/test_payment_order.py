"""Money is judged by its append time, whatever the order in which topics are read and however late
payment reads them.

A lane as small as can be: two topics with append times, read in any interleaving, wakes only once
all that is older was read.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st
from motcua_contracts import Payload, Refusal
from motcua_contracts.messages.intake import PaymentDemanded
from motcua_contracts.messages.payment import (
    CashDeclined,
    MismatchFound,
    PaymentExpired,
    PaymentSettled,
    RecordCash,
    RecordProviderAnswer,
)
from motcua_contracts.rules.terms import FeeRule
from motcua_payment.domain.calls import ProviderResult

from .harness import (
    CALL,
    START,
    PaymentHarness,
    cash,
    demanded,
    later,
    registered,
    result,
    terms,
    wake,
)

TO_PAY_SECONDS = 10
DEMANDED_AT, END = 5, 15


@dataclass(frozen=True)
class Record:
    """One record: when it was appended (seconds), what it says, what `prepare` read in it."""

    second: int
    data: Payload
    result: ProviderResult | None = None

    @property
    def at(self) -> datetime:
        return later(self.second)


def lane(
    desk: PaymentHarness,
    intake: Sequence[Record],
    commands: Sequence[Record],
    picks: Sequence[bool],
) -> Counter[tuple[str, str]]:
    """Read both topics to their end, `picks` choosing the topic; give what became of each payment,
    by its reference.
    """
    topics = [list(intake), list(commands)]
    verdicts: Counter[tuple[str, str]] = Counter()
    choices = list(picks)

    def fire() -> None:
        while (moment := desk.due) is not None and all(
            record.at > moment for topic in topics for record in topic
        ):
            desk.tell(wake(), at=moment)

    while any(topics):
        first = choices.pop() if choices else False
        record = (topics[first] or topics[not first]).pop(0)
        try:
            desk.tell(record.data, at=record.at, given=record.result)
        except Refusal as refusal:
            if isinstance(record.data, RecordCash):
                verdicts[record.data.reference, f"back: {refusal.slug}"] += 1
        fire()
    fire()
    while desk.charge.asking:  # nobody called for these, and the provider knows nothing of them
        for attempt in desk.charge.asking:
            desk.tell(
                RecordProviderAnswer(attempt=attempt.request.attempt, code="91"), at=later(9000)
            )
        fire()
    for event in desk.said:
        match event:
            case PaymentSettled():
                verdicts[event.reference, "settled"] += 1
            case CashDeclined():
                verdicts[event.reference, f"back: {event.reason}"] += 1
            case MismatchFound():
                verdicts[event.reference, event.reason] += 1
            case PaymentExpired():
                verdicts["", "expired"] += 1
            case _:
                pass
    return verdicts


def two_attempts() -> PaymentHarness:
    """Registered, the demand not read; two pay pages are open."""
    desk = PaymentHarness()
    desk.tell(
        registered(
            terms(
                fee=FeeRule(
                    amount_vnd=50_000,
                    moment="before_acceptance",
                    pay_within_hours=TO_PAY_SECONDS / 3600,
                )
            )
        )
    )
    desk.tell(START, START)
    return desk


def records(payments: Sequence[tuple[int, str]]) -> tuple[list[Record], list[Record]]:
    """The demand, and payments by (second, way) in the order of their append times."""
    intake = [Record(DEMANDED_AT, demanded(TO_PAY_SECONDS))]
    commands = []
    for taking, (second, way) in enumerate(sorted(payments), start=1):
        if way == "cash":
            commands.append(Record(second, cash(taking=taking)))
        else:
            commands.append(Record(second, CALL, result(int(way))))
    return intake, commands


PAYMENTS = st.lists(
    st.tuples(st.integers(DEMANDED_AT, END + 10), st.sampled_from(["cash", "1", "2"])), max_size=5
)


@settings(max_examples=500, deadline=None)
@given(payments=PAYMENTS, picks=st.lists(st.booleans(), max_size=6))
@example(payments=[(END, "1"), (END + 1, "cash")], picks=[True, True])
@example(payments=[(END + 1, "1")], picks=[True])
@example(payments=[(END + 1, "cash")], picks=[True])
def test_the_order_of_reading_changes_no_verdict(
    payments: list[tuple[int, str]], picks: list[bool]
) -> None:
    intake, commands = records(payments)
    in_time_order = lane(two_attempts(), intake, commands, [])
    assert lane(two_attempts(), intake, commands, picks) == in_time_order


@settings(max_examples=500, deadline=None)
@given(payments=PAYMENTS, picks=st.lists(st.booleans(), max_size=6))
def test_the_first_money_in_time_settles_and_nothing_else_does(
    payments: list[tuple[int, str]], picks: list[bool]
) -> None:
    desk = two_attempts()
    intake, commands = records(payments)
    verdicts = lane(desk, intake, commands, picks)
    in_time = [record for record in commands if record.second <= END]
    settled = [event for event in desk.said if isinstance(event, PaymentSettled)]
    if in_time:
        assert [event.settled_at for event in settled] == [in_time[0].at]
        assert ("", "expired") not in verdicts
    else:
        assert settled == []
        assert verdicts["", "expired"] == 1


@settings(max_examples=500, deadline=None)
@given(payments=PAYMENTS, picks=st.lists(st.booleans(), max_size=6))
def test_every_dong_is_settled_booked_as_a_mismatch_or_given_back(
    payments: list[tuple[int, str]], picks: list[bool]
) -> None:
    desk = two_attempts()
    intake, commands = records(payments)
    verdicts = lane(desk, intake, commands, picks)
    verdicts.pop(("", "expired"), None)
    given_in = {record.data.reference for record in commands if isinstance(record.data, RecordCash)}
    given_in |= {record.result.transaction for record in commands if record.result is not None}
    assert {reference for reference, _ in verdicts} == given_in
    assert all(times == 1 for times in verdicts.values())
    assert len(verdicts) == len(given_in)
    assert desk.charge.held == ()
    for reference in given_in:
        if reference.startswith("till:"):
            back = [what.removeprefix("back: ") for (name, what) in verdicts if name == reference]
            verdict = desk.charge.verdict_on_cash(reference)
            assert verdict is None or ("settled" if verdict == "" else verdict) in back


def test_held_money_waits_for_a_demand_that_makes_it_late() -> None:
    desk = two_attempts()
    assert desk.tell(CALL, at=later(END + 1), given=result(1)) == ["PaymentHeld"]
    assert desk.tell(
        PaymentDemanded(
            amount_vnd=50_000, pay_within_seconds=TO_PAY_SECONDS, moment="before_acceptance"
        )
    ) == [
        "PaymentAwaited",
        "MismatchFound",
        "RefundRequested",
    ]
    assert desk.charge.stage == "awaited"
