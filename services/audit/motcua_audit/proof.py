"""What can be said of one dossier from its records alone, wherever they were read: its chains, and
its state at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motcua_contracts import Message, Payload
from motcua_contracts.rules.status import LABELS, PORTAL_NUMBER, Progress, fold
from motcua_contracts.wire.envelope import rfc3339

from .domain.difference import Difference, LogPosition
from .domain.verify import Chain, Chains, Read, read


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it was read.

    `at`: append time. `copies`: how often the same bytes are on Kafka besides.
    """

    raw: bytes
    place: LogPosition
    at: datetime
    copies: int = 0
    archived_as: str = ""
    """Its hash when it was archived; empty for what comes from Kafka."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The verified chains of one subject, and what belongs to none."""

    subject: str
    chains: list[Chain]
    strays: list[Difference]

    @property
    def differences(self) -> list[Difference]:
        """Those of the chains first, and first those that name a record."""
        found = [
            *(difference for chain in self.chains for difference in chain.differences),
            *self.strays,
        ]
        return sorted(
            found, key=lambda difference: difference.place is None and difference.sequence is None
        )

    @property
    def holds(self) -> bool:
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        return {
            "dossier": self.subject,
            "holds": self.holds,
            "chains": [
                {
                    "source": c.source,
                    "records": c.records,
                    "copies": c.copies,
                    "head": c.head,
                    "holds": not c.differences,
                }
                for c in sorted(self.chains, key=lambda c: c.source)
            ],
            "differences": [difference.as_json() for difference in self.differences],
        }


def prove(subject: str, records: Iterable[Record]) -> Proof:
    """Verify every chain of a subject.

    An archived record is also compared with the hash it was archived under.
    """
    chains = Chains()
    strays: list[Difference] = []
    extra: dict[str, int] = {}
    for record in sorted(records, key=lambda record: record.place):
        known = chains.take(record.raw, record.place)
        if known is None:
            continue
        extra[known.source] = extra.get(known.source, 0) + record.copies
        if record.archived_as and record.archived_as != known.link.hash:
            detail = "its bytes are no longer those that were archived"
            wanted, held = record.archived_as, known.link.hash
            strays.append(
                Difference(
                    "altered",
                    known.source,
                    subject,
                    known.link.sequence,
                    record.place,
                    detail,
                    wanted,
                    held,
                )
            )
    verified = chains.verify()
    for chain in verified:
        chain.copies += extra.get(chain.source, 0)
    return Proof(subject, verified, strays + chains.strays)


def progress(
    records: Iterable[Record], at: datetime | None = None
) -> tuple[Progress, list[Message[Payload]]]:
    """How far the dossier had come at that time (by the events' own times, inclusive), and the
    events that say so, chain by chain.
    """
    said = []
    for record in records:
        known = read(record.raw, record.place)
        if (
            isinstance(known, Read)
            and known.message is not None
            and (at is None or known.message.time <= at)
        ):
            said.append(known.message)
    # Each source is folded by its own sequence; between the sources no order matters.
    said.sort(key=lambda message: (message.source, message.sequence or 0))
    state = Progress()
    for message in said:
        state = fold(state, message)
    return state, said


def state_as_json(
    subject: str, state: Progress, events: list[Message[Payload]], at: datetime | None
) -> dict[str, Any]:
    """Status, place, fee and due date as everybody's reader folds them, and how far each source had
    been heard.
    """
    heard = {event.source: event.sequence for event in events}
    last = max((event.time for event in events), default=None)
    label = LABELS[state.status]
    return {
        "dossier": subject,
        "at": rfc3339(at) if at else None,
        "known": bool(state.intake.sequence),
        "status": state.status,
        "status_number": PORTAL_NUMBER[state.status],
        "status_vi": label.vi,
        "status_en": label.en,
        "code": state.intake.code,
        "procedure": state.intake.procedure,
        "place": state.place.model_dump(mode="json") if state.place else None,
        "fee": state.fee,
        "amount_vnd": state.payment.amount_vnd,
        "due_at": rfc3339(state.due_at) if state.due_at else None,
        "next_actions": list(state.next_actions),
        "last_fact_at": rfc3339(last) if last else None,
        "sequences": dict(sorted(heard.items())),
    }
