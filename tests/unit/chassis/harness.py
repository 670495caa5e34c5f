"""A harness for turns: a service of one rule, its store in memory.

It shows how turns are wired; guarantees are shown on real parts.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from motcua_chassis import Decider, Prepared, Service
from motcua_chassis._kafka.fetch import Record
from motcua_chassis._processing.entries import Entries
from motcua_chassis._processing.outcome import TurnResult
from motcua_chassis._processing.timers import WAKE_TOPIC
from motcua_chassis._processing.turn import Turn
from motcua_chassis._telemetry.tracing import Tracing
from motcua_chassis.partition import partition_of
from motcua_chassis.signatures import Keyring, OwnSigner, PublicKey, Signer, key_id
from motcua_contracts import (
    Catalogue,
    CatalogueEntryMissing,
    Decision,
    Effect,
    Event,
    Message,
    Model,
    Payload,
    PrivateRecord,
)
from motcua_contracts.messages.intake import DossierForgotten, DossierReturned, DossierStopped
from motcua_contracts.messages.routing import CaseClosed, CompleteStep, StepCompleted
from motcua_contracts.rules.decision import NOTHING, PrivateEntry, Wake
from motcua_contracts.rules.refusals import NothingOwed
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import GENESIS, encode, sha256

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
SUBJECT = "d-1"
LANE = partition_of(topics.ROUTING_COMMANDS, SUBJECT)


def key_pair() -> tuple[Signer, Ed25519PublicKey]:
    """A new one."""
    key = Ed25519PrivateKey.generate()
    return Signer(key_id(key.public_key()), key), key.public_key()


GATEWAY, _PUBLIC = key_pair()
OWN_SIGNER = OwnSigner("system:routing", b"of routing's own database, nobody else has it")
KEYRING = Keyring({GATEWAY.id: PublicKey("gateway", _PUBLIC)}, OWN_SIGNER)


class Count(Model):
    """How often, and what is open outside."""

    seen: int = 0
    open: tuple[str, ...] = ()


class Note(PrivateRecord):
    text: str


def decide(
    count: Count, message: Message[Payload], at: datetime, catalogue: Catalogue, given: Any
) -> Decision:
    """CompleteStep counts by its step: `refuse`, `missing`, `boom`, `paper`, `open`, `close` do
    what they say.
    """
    match message.data:
        case CompleteStep(step="refuse"):
            raise NothingOwed()
        case CompleteStep(step="missing"):
            raise CatalogueEntryMissing()
        case CompleteStep(step="boom"):
            raise ZeroDivisionError
        case CompleteStep(step="huge"):
            return Decision(
                (StepCompleted(step="huge", officer=""),),
                (PrivateEntry.of(1, Note(salt="s", text="x" * 1_000_000)),),
            )
        case CompleteStep(step="paper"):
            paper = PrivateEntry.of(1, Note(salt="s", text="riêng"))
            return Decision((StepCompleted(step=paper.commitment, officer=""),), (paper,))
        case CompleteStep(step="forget"):
            return Decision((DossierForgotten(),), (PrivateEntry.gone(1), PrivateEntry.gone(2)))
        case CompleteStep(step=step):
            return Decision((StepCompleted(step=step, officer=str(given or "")),))
        case DossierStopped():
            if count.seen > 90:
                raise ValueError("poison")
            return Decision((CaseClosed(reason="stopped"),))
        case _:
            return NOTHING


def evolve(count: Count, event: Message[Payload]) -> Count:
    opened = count.open
    if isinstance(event.data, StepCompleted):
        opened = (
            (*opened, "e")
            if event.data.step == "open"
            else ()
            if event.data.step == "close"
            else opened
        )
    return Count(seen=count.seen + 1, open=opened)


def effects(count: Count) -> Sequence[Effect]:
    return [Effect(f"{SUBJECT}/{key}", "kind") for key in count.open]


class Collection:
    """Enough of a collection for a turn: what `find` finds."""

    def __init__(self, rows: Sequence[dict[str, Any]] = ()) -> None:
        self.rows = list(rows)

    def find(self, wanted: dict[str, Any], *_: Any) -> AsyncIterator[dict[str, Any]]:
        async def found() -> AsyncIterator[dict[str, Any]]:
            for row in self.rows:
                if all(row[field] in one["$in"] for field, one in wanted.items()):
                    yield row

        return found()


class Store:
    def __init__(self) -> None:
        self.answers, self.cases = Collection(), Collection()


async def prepare(batch: Sequence[Prepared], tools: Any) -> dict[str, Any]:
    for item in batch:
        if isinstance(item.message.data, CompleteStep) and item.message.data.step == "unprepared":
            raise KeyError("no preparation for this one")
    return {item.message.id: "given" for item in batch}


class TurnHarness:
    """`tell` decides one batch and keeps what would have been committed."""

    def __init__(self) -> None:
        self.store = Store()
        decider = Decider(Count, decide, evolve, effects, hears=(DossierStopped,))
        consumes = (topics.ROUTING_COMMANDS, topics.INTAKE_DOSSIERS)
        self.service = Service(
            "routing",
            consumes,
            (decider,),
            emits=topics.ROUTING_CASES,
            private=topics.ROUTING_PRIVATE,
            prepare=prepare,
        )
        self.entries = Entries(self.service.rules, self.store.cases)
        self.turn = Turn(
            self.service,
            self.entries,
            self.store,
            Catalogue(),
            None,
            Tracing("routing"),
            structlog.get_logger(),
            KEYRING,
        )
        self.batch = 0
        self.chain, self.sequence = GENESIS, 0

    async def tell(
        self, *records: Record, final: bool = True, emptied: Sequence[str] = ()
    ) -> TurnResult:
        self.batch += 1
        out = await self.turn.decide(records, {LANE: self.batch}, final=final, emptied=emptied)
        self.entries.keep(out.entries[subject] for subject in out.touched)
        self.store.answers.rows += out.answers
        return out

    def command(
        self,
        step: str,
        message_id: str = "c-1",
        actor: str = "officer:o",
        traceparent: str | None = None,
    ) -> Record:
        """As the gateway or the service itself signs it."""
        data = CompleteStep(step=step)
        head = (
            message_id,
            "/motcua/gateway",
            data.wire_type,
            SUBJECT,
            AT,
            actor,
            message_id,
            message_id,
        )
        message: Message[Payload] = Message(*head, data, traceparent=traceparent)
        signer = OWN_SIGNER if actor == OWN_SIGNER.actor else GATEWAY
        return Record(
            LANE,
            topics.ROUTING_COMMANDS,
            0,
            SUBJECT,
            signer.sign(encode(message), topics.ROUTING_COMMANDS.name, AT),
            AT,
        )

    def event(self, data: Event | None = None, *, again: bool = False, **changes: Any) -> Record:
        """The next event of intake; `changes` bend its envelope.

        `again`: not counted, so that the next one is the same sequence.
        """
        data = data or DossierStopped(reason="not_paid_in_time")
        plain: dict[str, Any] = {"sequence": self.sequence + 1, "prevhash": self.chain}
        message: Message[Payload] = Message(
            f"e-{self.sequence}",
            "/motcua/intake",
            data.wire_type,
            SUBJECT,
            AT,
            "system:intake",
            "chain",
            "cause",
            data,
            **(plain | changes),
        )
        raw = encode(message)
        if not again:
            self.sequence, self.chain = self.sequence + 1, sha256(raw)
        return Record(LANE, topics.INTAKE_DOSSIERS, 0, SUBJECT, raw, AT)


def bent(record: Record, old: bytes, new: bytes) -> Record:
    """A command with other bytes, which the gateway has signed."""
    assert record.raw is not None
    unsigned = record.raw[: record.raw.rindex(b',"keyid"')] + b"}"
    return replace(record, raw=GATEWAY.sign(unsigned.replace(old, new), record.topic.name, AT))


UNHEARD = DossierReturned(channel="online")


def wake() -> Record:
    message: Message[Payload] = Message(
        "w-1", "/motcua/routing", "wake", SUBJECT, AT, "system:routing", "w-1", "w-1", Wake()
    )
    return Record(LANE, WAKE_TOPIC, 0, SUBJECT, None, AT, message=message)
