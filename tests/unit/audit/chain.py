"""Honest chains to tamper with: real events, encoded and chained as a service does it, lying on a
log with places.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from motcua_audit.domain.difference import LogPosition
from motcua_audit.domain.verify import Chain, Chains
from motcua_contracts import Event, Message, Payload
from motcua_contracts.messages.audit import PaperRead
from motcua_contracts.wire.envelope import GENESIS, encode, sha256

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
DOSSIER = "d-1"


@dataclass(frozen=True)
class Lying:
    """A record on the log."""

    raw: bytes
    place: LogPosition


def event(
    sequence: int, prevhash: str, data: Event, subject: str = DOSSIER, source: str = "/motcua/audit"
) -> Message[Payload]:
    time = NOON + timedelta(minutes=sequence)
    return Message(
        f"id-{sequence}",
        source,
        data.wire_type,
        subject,
        time,
        "officer:o",
        "c",
        "c",
        data,
        sequence,
        prevhash,
    )


def chained(
    events: list[Event],
    subject: str = DOSSIER,
    source: str = "/motcua/audit",
    start: int = 1,
    before: str = GENESIS,
) -> list[bytes]:
    """The events as a chain of records."""
    raws = []
    for sequence, data in enumerate(events, start):
        raws.append(encode(event(sequence, before, data, subject, source)))
        before = sha256(raws[-1])
    return raws


def readings(count: int) -> list[Event]:
    """Events that differ from each other."""
    return [
        PaperRead(document=f"{number:064x}", reader="officer:o") for number in range(1, count + 1)
    ]


def lay(raws: list[bytes], topic: str = "audit.records", first: int = 100) -> list[Lying]:
    """Put records on a log one after the other."""
    return [Lying(raw, LogPosition(topic, 3, offset)) for offset, raw in enumerate(raws, first)]


def tampered(record: Lying, old: bytes, new: bytes) -> Lying:
    assert old in record.raw
    return replace(record, raw=record.raw.replace(old, new))


def verified(log: list[Lying]) -> Chain:
    """The one chain on the log."""
    chains = Chains()
    for record in log:
        chains.take(record.raw, record.place)
    assert not chains.strays, chains.strays
    (chain,) = chains.verify()
    return chain
