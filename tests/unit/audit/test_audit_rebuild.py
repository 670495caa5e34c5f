"""States folded from nothing, as a service would store them; and a file in the hand found in the
events that name its bytes.
"""

from typing import Any

from motcua_audit.domain.readings import Readings, decide, evolve
from motcua_audit.domain.rebuild import Rebuild
from motcua_audit.domain.replay import Stored
from motcua_audit.domain.verify import Read, read
from motcua_audit.matches import matches
from motcua_audit.proof import Record
from motcua_chassis import Decider
from motcua_chassis.deciders import Deciders
from motcua_contracts import Message
from motcua_contracts.messages.audit import PaperRead
from motcua_contracts.wire.envelope import sha256

from .chain import DOSSIER, NOON, Lying, chained, lay, readings

SOURCE = "/motcua/audit"


def rebuilt(log: list[Lying], fold: Any = evolve) -> Rebuild:
    folded = Rebuild(SOURCE, Deciders("audit", (Decider(Readings, decide, fold),)))
    for record in log:
        known = read(record.raw, record.place)
        assert isinstance(known, Read), known
        folded.take(known)
    return folded


def test_each_subject_is_folded_to_its_last_event() -> None:
    raws, others = chained(readings(4)), chained(readings(2), "d-2")
    folded = rebuilt(lay(raws) + lay(others, first=900))
    assert folded.states() == {
        DOSSIER: Stored('{"count":4}', 4, sha256(raws[-1])),
        "d-2": Stored('{"count":2}', 2, sha256(others[-1])),
    }
    assert folded.differences == []


def test_a_copy_changes_nothing_and_a_subject_on_two_topics_is_folded_in_the_order_of_its_chain() -> (  # noqa: E501
    None
):
    raws = chained(readings(4))
    log = lay([raws[1], raws[3]]) + lay([raws[0], raws[2]], first=500) + lay(raws, first=800)
    assert rebuilt(log).states() == {DOSSIER: Stored('{"count":4}', 4, sha256(raws[-1]))}


def test_behind_a_gap_nothing_is_folded() -> None:
    raws = chained(readings(4))
    assert rebuilt(lay([*raws[:2], raws[3]])).states()[DOSSIER].sequence == 2


def test_an_event_that_cannot_be_folded_is_named_once_and_stops_its_subject_alone() -> None:
    raws = chained(readings(3))
    raws[1] = raws[1].replace(b"paper-read.v1", b"paper-burnt.v9")
    log = lay(raws) + lay(chained(readings(1), "d-2"), first=900) + lay(raws, first=950)
    folded = rebuilt(log)
    (found,) = folded.differences
    assert (found.kind, found.subject, found.sequence, found.place) == (
        "fold-fails",
        DOSSIER,
        2,
        log[1].place,
    )
    assert {subject: state.sequence for subject, state in folded.states().items()} == {
        DOSSIER: 1,
        "d-2": 1,
    }


def test_a_rule_that_breaks_is_named_by_its_error() -> None:
    def broken(case: Readings, event: Message[Any]) -> Readings:
        raise TypeError(event.type)

    (found,) = rebuilt(lay(chained(readings(1))), broken).differences
    assert found.detail == "evolve raised TypeError"


def test_the_event_that_names_the_bytes_is_found_with_the_field() -> None:
    document = b"%PDF the slip"
    raws = chained(
        [
            PaperRead(document="papers", reader="officer:o"),
            PaperRead(document=sha256(document), reader="officer:o"),
        ]
    )
    records = [Record(one.raw, one.place, NOON) for one in lay(raws)]
    (found,) = matches(records, sha256(document))
    assert (found.source, found.sequence, found.field, found.place) == (
        SOURCE,
        2,
        "document",
        records[1].place,
    )
    assert matches(records, sha256(document + b" ")) == []


def test_only_what_an_event_says_names_bytes_and_not_the_chain_between_events() -> None:
    first, second = lay(chained(readings(2)))
    records = [Record(one.raw, one.place, NOON) for one in (first, second)]
    assert sha256(first.raw).encode() in second.raw
    assert matches(records, sha256(first.raw)) == []


def test_a_hash_inside_a_list_or_an_object_is_found_too_and_in_types_that_are_not_known() -> None:
    raw = chained(readings(1))[0].replace(b"paper-read.v1", b"paper-burnt.v9")
    digest = "d" * 64
    raw = raw.replace(b'"data":{', b'"data":{"papers":[{"sha256":"' + digest.encode() + b'"}],')
    record = Record(raw, lay([raw])[0].place, NOON)
    assert [one.field for one in matches([record], digest)] == ["papers.0.sha256"]
