"""Replay: a fold of the log against stored states and the journal.

Copies change nothing; anything else is found and named.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_audit.domain.difference import LogPosition
from motcua_audit.domain.papers import Commitments
from motcua_audit.domain.readings import Readings, decide, evolve
from motcua_audit.domain.replay import Replay, Stored, compare_journal, differing
from motcua_audit.domain.verify import Chains, Read
from motcua_chassis import Decider
from motcua_chassis.deciders import Deciders
from motcua_contracts import Catalogue, Command, Event, Message, Model
from motcua_contracts.messages.audit import (
    ListRead,
    LogRead,
    PaperRead,
    RecordListRead,
    RecordLogRead,
    RecordPaperRead,
)
from motcua_contracts.rules.refusals import RoleRequired
from motcua_contracts.wire.envelope import GENESIS, encode, sha256

from .chain import DOSSIER, Lying, chained, event, lay, readings, tampered

SOURCE = "/motcua/audit"


def stored(count: int, last: bytes | None, sequence: int | None = None) -> Stored:
    return Stored(
        f'{{"count":{count}}}',
        count if sequence is None else sequence,
        sha256(last) if last else GENESIS,
    )


def rules(fold: Any = evolve) -> Deciders:
    return Deciders("audit", (Decider(Readings, decide, fold),))


def replayed(log: list[Lying], cases: dict[str, Stored]) -> list[Any]:
    chains, replay = Chains(), Replay(SOURCE, rules(), cases)
    for record in log:
        known = chains.take(record.raw, record.place)
        assert known is not None
        replay.take(known)
    return replay.finish()


def test_the_fold_of_the_log_is_the_stored_state() -> None:
    raws = chained(readings(4))
    assert replayed(lay(raws), {DOSSIER: stored(4, raws[-1])}) == []


def test_a_stored_state_that_differs_is_named_by_its_field_and_the_last_record() -> None:
    raws = chained(readings(4))
    (found,) = replayed(lay(raws), {DOSSIER: Stored('{"count":3}', 4, sha256(raws[-1]))})
    assert (found.kind, found.sequence, found.place) == (
        "state-differs",
        4,
        LogPosition("audit.records", 3, 103),
    )
    assert found.detail.startswith("count:")


def test_a_stored_hash_that_is_not_the_last_records_is_named() -> None:
    raws = chained(readings(2))
    (found,) = replayed(lay(raws), {DOSSIER: Stored('{"count":2}', 2, sha256(raws[0]))})
    assert found.detail.startswith("hash:")


def test_a_state_that_the_log_does_not_reach_is_named() -> None:
    raws = chained(readings(4))
    (found,) = replayed(lay(raws[:3]), {DOSSIER: stored(4, raws[-1])})
    assert (found.kind, found.detail) == (
        "state-differs",
        "stored at sequence 4, but the events on Kafka lead to 3",
    )


def test_a_case_without_events_is_stored_empty_or_differs() -> None:
    assert replayed([], {DOSSIER: stored(0, None)}) == []
    (found,) = replayed([], {DOSSIER: Stored('{"count":1}', 0, GENESIS)})
    assert found.kind == "state-differs"


def test_what_came_after_the_stored_state_is_no_difference() -> None:
    raws = chained(readings(6))
    others = lay(chained(readings(2), "d-2"), first=900)
    assert replayed([*lay(raws), *others], {DOSSIER: stored(4, raws[3])}) == []


def test_a_subject_on_two_topics_folds_in_the_order_of_its_chain() -> None:
    raws = chained(readings(4))
    log = lay([raws[1], raws[3]]) + lay([raws[0], raws[2]], first=500)
    assert replayed(log, {DOSSIER: stored(4, raws[-1])}) == []


def test_a_type_that_is_not_known_cannot_be_folded_and_says_so() -> None:
    raws = [raw.replace(b"paper-read.v1", b"paper-burnt.v9") for raw in chained(readings(1))]
    (found,) = replayed(lay(raws), {DOSSIER: stored(1, raws[-1])})
    assert (found.kind, found.sequence) == ("fold-fails", 1)


def test_a_fold_that_breaks_is_named_with_its_record() -> None:
    def broken(case: Readings, event: Message[Any]) -> Readings:
        raise TypeError(event.type)

    chains = Chains()
    raws = chained(readings(1))
    replay = Replay(SOURCE, rules(broken), {DOSSIER: stored(1, raws[0])})
    known = chains.take(raws[0], LogPosition("audit.records", 0, 5))
    assert known is not None
    replay.take(known)
    (found,) = replay.finish()
    assert (found.kind, found.place, found.detail) == (
        "fold-fails",
        LogPosition("audit.records", 0, 5),
        "evolve raised TypeError",
    )


@settings(deadline=None)
@given(st.integers(1, 8), st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=6))
def test_a_copy_is_no_difference(length: int, copies: list[tuple[int, int]]) -> None:
    raws = chained(readings(length))
    log = list(raws)
    for which, behind in copies:
        raw = raws[which % length]
        log.insert(min(len(log), log.index(raw) + 1 + behind), raw)
    lying = lay(log)
    assert replayed(lying, {DOSSIER: stored(length, raws[-1])}) == []
    journal = {(DOSSIER, n): sha256(raw) for n, raw in enumerate(raws, 1)}
    assert compare_journal(SOURCE, journal, links(lying)) == ([], [], [])


def test_older_states_with_fewer_fields_say_the_same() -> None:
    class Case(Model):
        count: int = 0
        added_later: str = ""

    assert differing(Case(count=2), '{"count":2}') is None
    assert differing(Case(count=2, added_later="x"), '{"count":2}') is not None


def test_the_first_differing_field_is_named_by_its_path_without_values() -> None:
    class Inner(Model):
        names: tuple[str, ...] = ()

    class Case(Model):
        inner: Inner = Inner()

    detail = differing(
        Case(inner=Inner(names=("a", "secret"))), '{"inner":{"names":["a","other"]}}'
    )
    assert detail is not None
    assert detail.startswith("inner.names.1:")
    assert "secret" not in detail
    assert "other" not in detail.removesuffix("stored otherwise than the events fold")
    broken = differing(Case(), '{"inner":7}')
    assert broken is not None
    assert broken.startswith("inner: the stored state cannot be read")


def links(log: list[Lying]) -> dict[tuple[str, str], Any]:
    chains = Chains()
    for record in log:
        chains.take(record.raw, record.place)
    return chains.links


def test_the_journal_finds_what_no_chain_can_show_at_its_end() -> None:
    """The last record altered, one cut off, one appended: each with right hashes as far as the
    chain goes.
    """
    raws = chained(readings(4))
    journal = {(DOSSIER, n): sha256(raw) for n, raw in enumerate(raws, 1)}
    log = lay(raws)
    log[3] = tampered(log[3], b"officer:o", b"officer:x")
    (altered,), unknown, missing = compare_journal(SOURCE, journal, links(log))
    assert (altered.kind, altered.place, unknown, missing) == ("altered", log[3].place, [], [])
    assert compare_journal(SOURCE, journal, links(lay(raws[:3]))) == ([], [], [(DOSSIER, 4)])
    appended = lay([*raws, *chained(readings(1), start=5, before=sha256(raws[-1]))])
    differences, ((subject, link),), missing = compare_journal(SOURCE, journal, links(appended))
    assert (differences, subject, link.place, missing) == ([], DOSSIER, appended[-1].place, [])


class Committed(Event):
    revision: int
    commitment: str


class Forgotten(Event):
    erases = True


def said(data: Event, sequence: int, subject: str = DOSSIER) -> Read:
    message = event(sequence, GENESIS, PaperRead(document="papers", reader="officer:o"), subject)
    message = Message(
        **{name: getattr(message, name) for name in Message.__slots__} | {"data": data}
    )
    chains = Chains()
    known = chains.take(
        encode(event(sequence, GENESIS, readings(1)[0], subject)),
        LogPosition("audit.records", 0, sequence),
    )
    assert known is not None
    return known._replace(message=message)


def test_every_commitment_is_opened_or_reported_with_its_place() -> None:
    commitments = Commitments()
    commitments.take(said(Committed(revision=1, commitment="a" * 64), 1))
    commitments.take(said(Committed(revision=2, commitment="b" * 64), 2))
    commitments.take(said(Committed(revision=1, commitment="c" * 64), 1, "d-2"))
    found = commitments.compare(SOURCE, {f"{DOSSIER}/1": "a" * 64, "d-2/1": "e" * 64})
    assert [(d.kind, d.subject, d.sequence) for d in found] == [
        ("paper-missing", DOSSIER, 2),
        ("paper-altered", "d-2", 1),
    ]
    assert (commitments.opened, commitments.erased) == (1, 0)


@pytest.mark.parametrize("papers", [{}, {f"{DOSSIER}/1": None}])
def test_the_papers_of_a_forgotten_dossier_are_erased_and_not_missing(
    papers: dict[str, str | None],
) -> None:
    commitments = Commitments()
    commitments.take(said(Committed(revision=1, commitment="a" * 64), 1))
    assert [d.kind for d in commitments.compare(SOURCE, papers)] == ["paper-missing"]
    commitments.take(said(Forgotten(), 2))
    assert commitments.compare(SOURCE, papers) == []
    assert (commitments.opened, commitments.erased) == (0, 1)


def test_the_catalogues_papers_are_named_by_the_version_of_their_event() -> None:
    class Placed(Event):
        version: int
        commitment: str

    commitments = Commitments()
    commitments.take(said(Placed(version=3, commitment="a" * 64), 1))
    assert commitments.compare(SOURCE, {f"{DOSSIER}/3": "a" * 64}) == []
    assert commitments.opened == 1


def command(actor: str) -> Message[Any]:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return Message(
        "id",
        "/motcua/gateway",
        RecordPaperRead.wire_type,
        DOSSIER,
        at,
        actor,
        "c",
        "c",
        RecordPaperRead(document="papers"),
    )


def test_an_officers_reading_is_recorded_with_the_reader() -> None:
    decision = decide(
        Readings(), command("officer:o"), datetime(2026, 11, 24, tzinfo=UTC), Catalogue(), None
    )
    assert decision.events == (PaperRead(document="papers", reader="officer:o"),)


def test_a_list_and_a_log_that_were_read_are_recorded_with_reader_and_scope() -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    scope = {"kind": "register", "agency": "haihau", "since": at, "until": at, "dossiers": 12}
    cases: list[tuple[Command, str, Event]] = [
        (
            RecordListRead.model_validate(scope),
            "officer:o",
            ListRead.model_validate({**scope, "reader": "officer:o"}),
        ),
        (
            RecordLogRead(dossier_id=DOSSIER, question="events"),
            "citizen:an-auditor",
            LogRead(dossier_id=DOSSIER, question="events", reader="citizen:an-auditor"),
        ),
    ]
    for said, actor, read in cases:
        message: Message[Any] = Message(
            "id", "/motcua/gateway", said.wire_type, "s", at, actor, "c", "c", said
        )
        assert decide(Readings(), message, at, Catalogue(), None).events == (read,)
        placed: Message[Any] = Message(
            "id", "/motcua/audit", read.wire_type, "s", at, actor, "c", "c", read
        )
        assert evolve(Readings(), placed).count == 1
        with pytest.raises(RoleRequired):
            decide(Readings(), replace(message, actor="system:gateway"), at, Catalogue(), None)


@pytest.mark.parametrize("actor", ["citizen:an", "system:gateway", "officer:", "officer"])
def test_only_officers_are_recorded(actor: str) -> None:
    with pytest.raises(RoleRequired):
        decide(Readings(), command(actor), datetime(2026, 11, 24, tzinfo=UTC), Catalogue(), None)
