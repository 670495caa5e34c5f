"""Where chains end, and what a difference says: the very record, what was expected there and what
was found.
"""

import pytest
from motcua_audit.domain.difference import Difference, LogPosition
from motcua_audit.domain.ends import End, compare_ends
from motcua_audit.domain.verify import Link
from motcua_contracts.wire.envelope import sha256

from .chain import DOSSIER, chained, lay, readings, verified

SOURCE = "/motcua/audit"


def links(raws: list[bytes]) -> list[Link]:
    return [
        Link(record.place, sequence, "", sha256(record.raw))
        for sequence, record in enumerate(lay(raws), 1)
    ]


def ends(raws: list[bytes]) -> dict[str, End]:
    return {SOURCE: End(len(raws), sha256(raws[-1]))}


def test_a_chain_that_ends_where_it_was_written_down_holds() -> None:
    raws = chained(readings(3))
    assert compare_ends(DOSSIER, {SOURCE: links(raws)}, ends(raws)) == []


@pytest.mark.parametrize(
    ("left", "sequence", "words"),
    [
        (2, 3, "sequence 3 is missing"),
        (1, 2, "sequences 2 to 3 are"),
        (0, 1, "sequences 1 to 3 are"),
    ],
)
def test_what_was_cut_off_at_the_end_is_named(left: int, sequence: int, words: str) -> None:
    raws = chained(readings(3))
    (found,) = compare_ends(DOSSIER, {SOURCE: links(raws[:left])}, ends(raws))
    assert (found.kind, found.sequence, found.expected) == ("removed", sequence, sha256(raws[-1]))
    assert found.detail.startswith(words)


def test_what_was_put_behind_the_end_is_named_with_its_place() -> None:
    raws = chained(readings(5))
    found = compare_ends(DOSSIER, {SOURCE: links(raws)}, ends(raws[:3]))
    assert [(one.kind, one.sequence, one.place) for one in found] == [
        ("inserted", 4, LogPosition("audit.records", 3, 103)),
        ("inserted", 5, LogPosition("audit.records", 3, 104)),
    ]


def test_the_altered_bytes_of_the_last_record_are_named_with_both_hashes() -> None:
    raws = chained(readings(3))
    other = [*raws[:2], raws[2].replace(b"officer:o", b"officer:x")]
    (found,) = compare_ends(DOSSIER, {SOURCE: links(other)}, ends(raws))
    assert (found.kind, found.sequence, found.expected, found.found) == (
        "altered",
        3,
        sha256(raws[2]),
        sha256(other[2]),
    )


def test_a_chain_that_nobody_wrote_down_is_inserted() -> None:
    (found,) = compare_ends(DOSSIER, {SOURCE: links(chained(readings(1)))}, {})
    assert (found.kind, found.source, found.sequence) == ("inserted", SOURCE, 1)


def test_a_difference_names_service_subject_sequence_place_and_both_sides() -> None:
    found = Difference(
        "altered",
        "/motcua/intake",
        "d-1",
        3,
        LogPosition("intake.dossiers", 2, 7),
        "other bytes",
        "a" * 64,
        "b" * 64,
    )
    said = "altered: /motcua/intake d-1 sequence 3 at intake.dossiers/2@7: other bytes"
    assert str(found) == f"{said} (expected aaaaaaaaaaaaaaaa…, found bbbbbbbbbbbbbbbb…)"
    assert (found.as_json()["expected"], found.as_json()["found"]) == ("a" * 64, "b" * 64)
    assert str(found._replace(expected="", found="")) == said


def test_every_kind_of_break_in_a_chain_says_what_was_expected_and_found() -> None:
    raws = chained(readings(4))
    altered = lay([raws[0], raws[1].replace(b"officer:o", b"officer:x"), *raws[2:]])
    (found,) = verified(altered).differences
    assert (found.expected, found.found) == (sha256(raws[1]), sha256(altered[1].raw))
    (found,) = verified(lay([raws[0], *raws[2:]])).differences
    assert (found.expected, found.found) == ("2", "3")
    (found,) = verified(lay([raws[0], raws[2], raws[1], raws[3]])).differences
    assert (found.expected, found.found) == ("before offset 101", "offset 102")
