"""The chain of a source and subject: 1, 2, 3 … without gaps, each record holding the hash of the
bytes before it.

Works alike on what was read from Kafka, from the archive or from an exported file. A record is
blamed only where the records around it attest so; what no record attests (the bytes of the last
one, records cut off at the end) a chain cannot show: the journal does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from motcua_contracts import Message, Payload

# A type is known once its module is loaded.
from motcua_contracts.messages import audit, catalog, intake, notify, payment, routing  # noqa: F401
from motcua_contracts.wire.envelope import (
    GENESIS,
    Undecodable,
    UnknownType,
    decode,
    decode_head,
    sha256,
)

from .difference import Difference, Kind, LogPosition


class Link(NamedTuple):
    """Of a record, what a chain needs."""

    place: LogPosition
    sequence: int
    prevhash: str
    hash: str


@dataclass(slots=True)
class Chain:
    """One verified chain. `records` are distinct; `head` is the hash of the last one."""

    source: str
    subject: str
    records: int
    copies: int
    head: str
    differences: list[Difference]


class Read(NamedTuple):
    """One record as the auditor reads it: decoded once.

    `message` is None for a type that is not known here.
    """

    source: str
    subject: str
    link: Link
    message: Message[Payload] | None


def read(raw: bytes, place: LogPosition) -> Read | Difference:
    """The record behind these bytes, or why they are none of a chain."""
    message: Message[Payload] | None
    try:
        message = decode(raw)
        source, subject, sequence, prevhash, digest = (
            message.source,
            message.subject,
            message.sequence,
            message.prevhash,
            message.hash,
        )
    except UnknownType:
        # Its chain holds all the same: deploy readers first, but an auditor may come with last
        # year's reader.
        head: dict[str, Any] = decode_head(raw)
        message, digest = None, sha256(raw)
        source, subject, sequence, prevhash = (
            head["source"],
            head["subject"],
            head.get("sequence"),
            head.get("prevhash"),
        )
    except Undecodable as problem:
        return Difference("unreadable", "", "", None, place, problem.reason)
    if sequence is None or not isinstance(prevhash, str):
        return Difference(
            "inserted",
            source,
            subject,
            None,
            place,
            "sequence and prevhash are required of an event: this record is in no chain",
        )
    owner = place.topic.split(".", 1)[0]
    if source != f"/motcua/{owner}":
        return Difference(
            "inserted",
            source,
            subject,
            sequence,
            place,
            f"source: only /motcua/{owner} writes to this topic",
        )
    return Read(source, subject, Link(place, sequence, prevhash, digest), message)


@dataclass(slots=True)
class Chains:
    """Collects records in the order of their log and verifies them chain by chain."""

    links: dict[tuple[str, str], list[Link]] = field(default_factory=dict)
    strays: list[Difference] = field(default_factory=list)

    def take(self, raw: bytes, place: LogPosition) -> Read | None:
        """The decoded record, None where it belongs to no chain (which is a difference)."""
        record = read(raw, place)
        if isinstance(record, Difference):
            self.strays.append(record)
            return None
        links = self.links.get((record.source, record.subject))
        if links is None:
            self.links[record.source, record.subject] = links = []
        links.append(record.link)
        return record

    def verify(self) -> list[Chain]:
        return [
            verify_chain(source, subject, links) for (source, subject), links in self.links.items()
        ]


def verify_chain(source: str, subject: str, links: Sequence[Link]) -> Chain:
    """Verify one chain.

    `links` in the order of the log (where a subject's records are on two topics, one topic after
    the other).

    The differences come in the order of the chain, each cause once.
    """
    candidates, copies = _sorted_out(links)
    found: list[Difference] = []

    def say(
        kind: Kind, link: Link, sequence: int, detail: str, known: str | int, seen: str | int
    ) -> None:
        found.append(
            Difference(kind, source, subject, sequence, link.place, detail, str(known), str(seen))
        )

    true = _true_ones(candidates)
    moved = _moved(true)
    before: Link | None = None
    blamed = False
    expected = 1
    for link in true:
        sequence = link.sequence
        following = candidates.get(sequence + 1, ())
        known = before.hash if before is not None else GENESIS
        if sequence > expected:
            gone = (
                f"sequence {expected} is"
                if sequence == expected + 1
                else f"sequences {expected} to {sequence - 1} are"
            )
            say(
                "removed",
                link,
                expected,
                f"{gone} missing before this record, which is sequence {sequence}",
                expected,
                sequence,
            )
            blamed = True  # what stood before it is not there to compare with
        for other in candidates[sequence]:
            if other is not link:
                say(
                    "inserted",
                    other,
                    sequence,
                    f"another record with this sequence is at {link.place}",
                    link.hash,
                    other.hash,
                )
        if sequence in moved:
            later = moved[sequence]
            detail = f"comes after sequence {later.sequence} at {later.place}"
            say(
                "reordered",
                link,
                sequence,
                detail,
                f"before offset {later.place.offset}",
                f"offset {link.place.offset}",
            )
        attested = not following or any(after.prevhash == link.hash for after in following)
        wrong = link.prevhash != known and not blamed
        blamed = False
        if wrong and before is not None and attested:
            detail = f"its bytes are not those whose hash the next record holds, at {link.place}"
            say("altered", before, before.sequence, detail, link.prevhash, before.hash)
        elif wrong:
            say(
                "altered",
                link,
                sequence,
                "prevhash: neither the hash of the record before, nor do its bytes have the hash"
                " that the next one holds",
                known,
                link.prevhash,
            )
            blamed = True  # one cause: the next link breaks by it too
        before, expected = link, sequence + 1
    return Chain(
        source,
        subject,
        sum(map(len, candidates.values())),
        copies,
        before.hash if before else GENESIS,
        found,
    )


def _sorted_out(links: Iterable[Link]) -> tuple[dict[int, list[Link]], int]:
    """Distinct records by sequence, each at its first place, and the number of copies."""
    candidates: dict[int, list[Link]] = {}
    copies = 0
    for link in links:
        same = candidates.setdefault(link.sequence, [])
        if any(known.hash == link.hash for known in same):
            copies += 1
        else:
            same.append(link)
    return candidates, copies


def _true_ones(candidates: dict[int, list[Link]]) -> list[Link]:
    """The records that the chain runs through.

    Of several with one sequence the one that the next attests; else the first.
    """
    true: list[Link] = []
    for sequence in sorted(candidates):
        known = true[-1].hash if true else GENESIS
        attested = {after.prevhash for after in candidates.get(sequence + 1, ())}
        true.append(
            max(
                candidates[sequence],
                key=lambda link: (link.hash in attested, link.prevhash == known),
            )
        )
    return true


def _moved(true: Sequence[Link]) -> dict[int, Link]:
    """Sequences whose record comes after one with a higher sequence on the same topic, and that
    one.
    """
    moved: dict[int, Link] = {}
    nearest: dict[tuple[str, int], Link] = {}
    for link in reversed(true):
        log = link.place[:2]
        later = nearest.get(log)
        if later is not None and later.place.offset < link.place.offset:
            moved[link.sequence] = later
        else:
            nearest[log] = link
    return moved
