"""Suspended, resumed, withdrawn: what stops new dossiers from when on, in the catalogue's rules and
in every service's replica.
"""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from motcua_catalog.domain.case import Entry
from motcua_catalog.domain.decide import decide
from motcua_catalog.domain.evolve import evolve
from motcua_contracts import Catalogue, Command, Event, Message, Payload, Refusal
from motcua_contracts.messages.catalog import (
    ProcedurePublished,
    ProcedureResumed,
    ProcedureSuspended,
    ProcedureWithdrawn,
    PublishProcedure,
    ResumeProcedure,
    SuspendProcedure,
    WithdrawProcedure,
)
from motcua_contracts.rules.refusals import ProcedureSuspendedNow, ProcedureWithdrawnNow
from motcua_contracts.wire.envelope import GENESIS

from .harness import NOW, PUBLICATION, SINCE, terms

CODE = "1.001612"
DAY = timedelta(days=1)
SUSPEND, RESUME, WITHDRAW = (
    SuspendProcedure(reason_code="law-changed"),
    ResumeProcedure(),
    WithdrawProcedure(reason_code="replaced"),
)
PUBLISH = PublishProcedure(terms=terms(1), publication=PUBLICATION, effective_from=SINCE)
CHANGED = PublishProcedure(terms=terms(2, days=9), publication=PUBLICATION, effective_from=SINCE)


class Shop:
    """One procedure: its entry, and the replica that a service would hold."""

    def __init__(self, *commands: Command) -> None:
        self.entry, self.replica, self._numbers = Entry(), Catalogue(), count(1)
        for command in commands:
            self.tell(command)

    def tell(self, command: Command, at: datetime = NOW) -> tuple[Event, ...]:
        decision = decide(self.entry, self._message(command), at, Catalogue(), None)
        for event in decision.events:
            data = self._message(event)
            self.entry = evolve(self.entry, data)
            self.replica.apply(data)
            self.replica.apply(data)  # a copy changes nothing
        return decision.events

    def _message(self, data: Payload) -> Message[Payload]:
        number = next(self._numbers)
        return Message(
            f"m{number}",
            "/test",
            data.wire_type,
            CODE,
            NOW,
            "system:test",
            "c",
            "c",
            data,
            number,
            GENESIS,
        )


STAGES: dict[str, tuple[Command, ...]] = {
    "unpublished": (),
    "open": (PUBLISH,),
    "suspended": (PUBLISH, SUSPEND),
    "resumed": (PUBLISH, SUSPEND, RESUME),
    "withdrawn": (PUBLISH, WITHDRAW),
}
ANSWERS: dict[tuple[str, str], type[Event] | str] = {
    ("unpublished", "suspend"): "not-published",
    ("unpublished", "resume"): "not-published",
    ("unpublished", "withdraw"): "not-published",
    ("unpublished", "publish"): "version-gap",
    ("open", "suspend"): ProcedureSuspended,
    ("open", "resume"): "procedure-not-suspended",
    ("open", "withdraw"): ProcedureWithdrawn,
    ("open", "publish"): ProcedurePublished,
    ("suspended", "suspend"): "procedure-suspended",
    ("suspended", "resume"): ProcedureResumed,
    ("suspended", "withdraw"): ProcedureWithdrawn,
    ("suspended", "publish"): ProcedurePublished,
    ("resumed", "suspend"): ProcedureSuspended,
    ("resumed", "resume"): "procedure-not-suspended",
    ("resumed", "withdraw"): ProcedureWithdrawn,
    ("resumed", "publish"): ProcedurePublished,
    ("withdrawn", "suspend"): "procedure-withdrawn",
    ("withdrawn", "resume"): "procedure-withdrawn",
    ("withdrawn", "withdraw"): "procedure-withdrawn",
    ("withdrawn", "publish"): "procedure-withdrawn",
}
COMMANDS: dict[str, Command] = {
    "suspend": SUSPEND,
    "resume": RESUME,
    "withdraw": WITHDRAW,
    "publish": CHANGED,
}


def test_the_table_has_every_pair() -> None:
    assert set(ANSWERS) == {(stage, name) for stage in STAGES for name in COMMANDS}


@pytest.mark.parametrize(("stage", "name"), ANSWERS)
def test_every_stage_answers_every_command(stage: str, name: str) -> None:
    shop, answer = Shop(*STAGES[stage]), ANSWERS[stage, name]
    if isinstance(answer, str):
        with pytest.raises(Refusal) as refused:
            shop.tell(COMMANDS[name])
        assert refused.value.slug == answer
    else:
        assert [type(event) for event in shop.tell(COMMANDS[name])] == [answer]


def test_what_was_published_already_is_said_again_even_when_withdrawn() -> None:
    assert Shop(PUBLISH, WITHDRAW).tell(PUBLISH) == ()


def test_a_reason_is_one_of_the_list() -> None:
    with pytest.raises(Refusal) as refused:
        Shop(PUBLISH).tell(SuspendProcedure(reason_code="bad-mood"))
    assert refused.value.slug == "reason-unknown"
    assert "law-changed" in str(refused.value.params["allowed"])


def test_nothing_takes_effect_in_the_past_or_before_what_was_said_before() -> None:
    shop = Shop(PUBLISH)
    with pytest.raises(Refusal) as early:
        shop.tell(SuspendProcedure(effective_from=NOW - DAY, reason_code="other"))
    assert early.value.slug == "effective-too-early"
    shop.tell(SuspendProcedure(effective_from=NOW + 3 * DAY, reason_code="other"))
    with pytest.raises(Refusal) as before:
        shop.tell(ResumeProcedure(effective_from=NOW + DAY))
    assert before.value.params == {"earliest": "2026-11-27T02:00:00.000Z"}
    (resumed,) = shop.tell(ResumeProcedure())
    assert isinstance(resumed, ProcedureResumed)
    assert resumed.effective_from == NOW + 3 * DAY, "as soon as may be"


def test_the_replica_tells_the_state_in_force_at_an_instant() -> None:
    shop = Shop(PUBLISH)
    shop.tell(SuspendProcedure(effective_from=NOW + DAY, reason_code="law-changed"))
    shop.tell(ResumeProcedure(effective_from=NOW + 2 * DAY))
    shop.tell(WithdrawProcedure(effective_from=NOW + 3 * DAY, reason_code="replaced"))
    replica = shop.replica
    states = [replica.availability(CODE, NOW + days * DAY) for days in range(4)]
    assert [state.state for state in states] == ["open", "suspended", "open", "withdrawn"]
    assert [state.reason_code for state in states] == ["", "law-changed", "", "replaced"]
    replica.require_open(CODE, NOW)
    replica.require_open(CODE, NOW + 2 * DAY)
    with pytest.raises(ProcedureSuspendedNow):
        replica.require_open(CODE, NOW + DAY)
    with pytest.raises(ProcedureWithdrawnNow):
        replica.require_open(CODE, NOW + 9 * DAY)
    announced = replica.announced(CODE, NOW)
    assert announced is not None
    assert (announced.state, announced.since) == ("suspended", NOW + DAY)
    assert replica.announced(CODE, NOW + 3 * DAY) is None
    assert replica.procedure_at(CODE, NOW + 9 * DAY).terms.version == 1, (
        "a withdrawn procedure can still be read"
    )


def test_the_last_published_of_the_versions_in_effect_is_in_force() -> None:
    replica = Shop(PUBLISH).replica
    numbers = count(1)

    def publish(version: int, since: datetime) -> None:
        event = ProcedurePublished(
            terms=terms(version), publication=PUBLICATION, effective_from=since
        )
        number = next(numbers)
        replica.apply(
            Message(
                f"x{number}",
                "/test",
                event.wire_type,
                CODE,
                NOW,
                "system:t",
                "c",
                "c",
                event,
                number,
                GENESIS,
            )
        )

    publish(2, NOW + 5 * DAY)
    publish(3, NOW + DAY)  # brought forward
    in_force = [replica.procedure_at(CODE, NOW + days * DAY).terms.version for days in (0, 1, 5, 9)]
    assert in_force == [1, 3, 3, 3]


HISTORIES = st.lists(
    st.tuples(st.sampled_from(sorted(COMMANDS)), st.integers(0, 4), st.booleans()), max_size=20
)


@given(HISTORIES)
def test_replica_and_rules_agree_whatever_was_asked(asked: list[tuple[str, int, bool]]) -> None:
    """No refusal leaves a trace; what the rules hold is what every replica tells far in the future;
    turns never go back in time.
    """
    shop, at, turns = Shop(PUBLISH), NOW, list[datetime]()
    for name, days, explicit in asked:
        at += timedelta(hours=days)
        command: Command = COMMANDS[name]
        if explicit and name != "publish":
            command = command.model_copy(update={"effective_from": NOW + days * DAY})
        if name == "publish":
            version = shop.entry.version + 1
            command = PublishProcedure(
                terms=terms(version, days=version), publication=PUBLICATION, effective_from=SINCE
            )
        before = shop.entry
        try:
            events: tuple[Any, ...] = shop.tell(command, at)
        except Refusal:
            assert shop.entry == before
            continue
        turns += [
            event.effective_from for event in events if not isinstance(event, ProcedurePublished)
        ]
        assert all(
            event.effective_from >= at
            for event in events
            if not isinstance(event, ProcedurePublished)
        )
    assert turns == sorted(turns)
    assert (
        shop.replica.availability(CODE, datetime.max.replace(tzinfo=UTC)).state == shop.entry.stage
    )
