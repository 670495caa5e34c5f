"""Chains: whatever is done to a log, the first difference is found and named with its place."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_audit.domain.difference import LogPosition
from motcua_audit.domain.verify import Chains
from motcua_contracts.wire.envelope import GENESIS, encode, sha256

from .chain import DOSSIER, Lying, chained, event, lay, readings, tampered, verified


def test_an_honest_chain_holds_and_says_its_head() -> None:
    log = lay(chained(readings(5)))
    chain = verified(log)
    assert (chain.differences, chain.records, chain.copies, chain.head) == (
        [],
        5,
        0,
        sha256(log[-1].raw),
    )


def test_an_altered_record_is_named_with_its_place() -> None:
    log = lay(chained(readings(5)))
    log[2] = tampered(log[2], b"officer:o", b"officer:x")
    (found,) = verified(log).differences
    assert (found.kind, found.sequence, found.place) == ("altered", 3, log[2].place)
    assert "audit.records/3@102" in str(found)


def test_a_record_whose_prevhash_was_altered_is_named_itself() -> None:
    log = lay(chained(readings(5)))
    log[2] = tampered(log[2], sha256(log[1].raw).encode(), b"0" * 64)
    (found,) = verified(log).differences
    assert (found.kind, found.sequence, found.place) == ("altered", 3, log[2].place)


def test_a_chain_that_does_not_begin_with_zeros_has_an_altered_first_record() -> None:
    log = lay(chained(readings(3), before="1" * 64))
    assert [(d.kind, d.sequence) for d in verified(log).differences] == [("altered", 1)]


def test_a_removed_record_is_named_by_what_stands_in_its_place() -> None:
    log = lay(chained(readings(5)))
    following = log[2]
    del log[1]
    (found,) = verified(log).differences
    assert (found.kind, found.sequence, found.place) == ("removed", 2, following.place)


def test_the_missing_beginning_is_found() -> None:
    log = lay(chained(readings(5)))[2:]
    (found,) = verified(log).differences
    assert (found.kind, found.sequence) == ("removed", 1)
    assert "sequences 1 to 2" in found.detail


@pytest.mark.parametrize("before_the_true_one", [True, False])
def test_an_inserted_record_is_told_from_the_one_that_the_chain_runs_through(
    before_the_true_one: bool,
) -> None:
    raws = chained(readings(5))
    forged = encode(event(3, sha256(raws[1]), readings(9)[8]))
    raws.insert(2 if before_the_true_one else 3, forged)
    log = lay(raws)
    (found,) = verified(log).differences
    assert (found.kind, found.sequence) == ("inserted", 3)
    assert found.place == next(record.place for record in log if record.raw == forged)


def test_reordered_records_are_found_although_every_hash_is_right() -> None:
    raws = chained(readings(5))
    raws[2], raws[3] = raws[3], raws[2]
    (found,) = verified(lay(raws)).differences
    assert (found.kind, found.sequence, found.place) == (
        "reordered",
        3,
        LogPosition("audit.records", 3, 103),
    )


def test_a_chain_over_two_topics_is_no_disorder() -> None:
    raws = chained(readings(4), source="/motcua/catalog")
    log = lay([raws[1], raws[3]], "catalog.organisation") + lay(
        [raws[0], raws[2]], "catalog.procedures"
    )
    assert verified(log).differences == []


def test_copies_are_counted_and_are_no_difference() -> None:
    raws = chained(readings(4))
    chain = verified(lay(raws + raws[1:]))
    assert (chain.differences, chain.records, chain.copies) == ([], 4, 3)


def test_records_of_no_chain_are_strays_with_a_reason() -> None:
    chains = Chains()
    foreign = encode(event(1, GENESIS, readings(1)[0], source="/motcua/intake"))
    unchained = encode(replace(event(1, GENESIS, readings(1)[0]), sequence=None))
    for offset, raw in enumerate([b"no json", foreign, unchained]):
        assert chains.take(raw, LogPosition("audit.records", 0, offset)) is None
    assert [(d.kind, d.place.offset if d.place else None) for d in chains.strays] == [
        ("unreadable", 0),
        ("inserted", 1),
        ("inserted", 2),
    ]


def test_a_type_that_is_not_known_here_is_verified_all_the_same() -> None:
    raws = [raw.replace(b"paper-read.v1", b"paper-burnt.v9") for raw in chained(readings(1))]
    log = lay(raws + chained(readings(2), start=2, before=sha256(raws[0])))
    assert verified(log).differences == []
    log[0] = tampered(log[0], b"officer:o", b"officer:x")
    assert [(d.kind, d.sequence) for d in verified(log).differences] == [("altered", 1)]


LENGTH = st.integers(min_value=3, max_value=12)


@settings(deadline=None)
@given(st.data(), LENGTH, st.sampled_from(["alter", "prevhash", "remove", "insert", "swap"]))
def test_any_tampering_is_found_first_where_it_was_done(
    data: st.DataObject, length: int, how: str
) -> None:
    """The last record's bytes are attested by nobody, so tampering there is the journal's to find
    (test_audit_replay).
    """
    raws = chained(readings(length))
    log = lay(raws)
    at = data.draw(st.integers(min_value=0, max_value=length - 2), label="at")
    match how:
        case "alter":
            log[at] = tampered(log[at], b"officer:o", b"officer:x")
            expected = ("altered", at + 1, log[at].place)
        case "prevhash":
            before = sha256(log[at - 1].raw) if at else GENESIS
            log[at] = tampered(log[at], before.encode(), b"a" * 64)
            expected = ("altered", at + 1, log[at].place)
        case "remove":
            expected = ("removed", at + 1, log[at + 1].place)
            del log[at]
        case "insert":
            prevhash = data.draw(
                st.sampled_from([sha256(log[at - 1].raw) if at else GENESIS, "b" * 64])
            )
            forged = Lying(
                encode(event(at + 1, prevhash, readings(99)[98])),
                LogPosition("audit.records", 3, 999),
            )
            log.insert(data.draw(st.integers(min_value=0, max_value=length), label="where"), forged)
            expected = ("inserted", at + 1, forged.place)
        case _:
            raws[at], raws[at + 1] = raws[at + 1], raws[at]
            log = lay(raws)
            expected = ("reordered", at + 1, log[at + 1].place)
    first = verified(log).differences[0]
    assert (first.kind, first.sequence, first.place) == expected
    assert first.subject == DOSSIER


@settings(deadline=None)
@given(LENGTH, st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=8))
def test_copies_anywhere_behind_their_record_never_differ(
    length: int, copies: list[tuple[int, int]]
) -> None:
    raws = chained(readings(length))
    log = list(raws)
    for which, behind in copies:
        raw = raws[which % length]
        log.insert(min(len(log), log.index(raw) + 1 + behind), raw)
    chain = verified(lay(log))
    assert (chain.differences, chain.records, chain.copies) == ([], length, len(copies))
