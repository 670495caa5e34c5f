"""One turn: what a batch of records leads to.

Reads the store, asks the rules, writes nothing; `TurnResult` holds all that is to be written.

Record by record: decode, inbox, decide, evolve. A record that cannot be taken in becomes a dead
letter (dead_letters.py).

Why a turn writes nothing: it can then be thrown away and repeated, with fewer records or a newer
catalogue, until the commit stores all of it or none. Cases in memory change only afterwards, so an
error at any point leaves memory and store as they were before the batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import uuid_utils
from motcua_contracts import (
    Catalogue,
    CatalogueEntryMissing,
    Command,
    Decision,
    Effect,
    Event,
    Message,
    Payload,
    Refusal,
)
from motcua_contracts.rules.refusals import IdempotencyConflict
from motcua_contracts.wire.envelope import (
    GENESIS,
    MAX_RECORD_BYTES,
    Undecodable,
    decode_head,
    encode,
    explain,
    message_of,
    sha256,
)
from motcua_contracts.wire.payload import DATA_FAULT, REGISTRY, REJECTIONS
from motcua_contracts.wire.topics import Topic
from pydantic import ValidationError
from pymongo import DeleteMany, DeleteOne, ReplaceOne, UpdateOne

from .._kafka.fetch import Record
from .._kafka.heads import readable_head
from .._store.journal_ids import journal_id_of
from .._telemetry.tracing import Tracing
from ..logs import Log
from ..partition import partition_of
from ..service import Prepared, Service
from ..signatures import Forged, Keyring, split_signed
from .backoff import is_transient
from .dead_letters import Fault, dead, park, refused, tell_waiting
from .entries import Entries, Entry
from .outcome import Demand, TurnResult


class LaneStopped(Exception):  # noqa: N818 - the reader's word
    """The log of a source cannot be trusted: a gap, or the same sequence with other bytes."""

    def __init__(self, lane: int, reason: str) -> None:
        super().__init__(reason)
        self.lane, self.reason = lane, reason


class CatalogueNeeded(Exception):  # noqa: N818 - the reader's word
    """A rule asked for a version that the catalogue's replica does not hold (yet)."""


class Doomed(Exception):  # noqa: N818 - the reader's word
    """This record alone cannot be taken in; that showed when its outcome was to be stored."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class BatchReads:
    """Read for the whole batch: ids already answered, with the hash of their body, and what
    `prepare` returned.
    """

    known: dict[str, str]
    given: Mapping[str, Any]
    failed: Mapping[str, Exception]
    final: bool


@dataclass(frozen=True, slots=True)
class Unheard:
    """An event of which only the envelope was read."""

    head: dict[str, Any]
    known: bool


@dataclass(slots=True)
class Turn:
    """Decides batches. Keeps no state between them."""

    service: Service
    entries: Entries
    database: Any
    catalogue: Catalogue
    tools: Any
    tracing: Tracing
    log: Log
    keyring: Keyring

    async def decide(
        self,
        records: Sequence[Record],
        batches: Mapping[int, int],
        *,
        final: bool,
        emptied: Sequence[str] = (),
        doomed: Fault | None = None,
    ) -> TurnResult:
        """What the records lead to.

        `batches`: lane -> the number this batch will have. `emptied`: released subjects of which
        these are the last parked records. `doomed`: none of the records can be taken in, for this
        reason.

        Raises `LaneStopped`; and `CatalogueNeeded` unless `final`, when the catalogue is known to
        be complete.
        """
        out = TurnResult()
        read = [(record, self._decoded(record)) for record in records]
        if any(isinstance(message, Forged) for _, message in read):
            # Before anything is believed of them: they load nothing, wait behind nothing and count
            # towards nothing.
            refused(
                [(record, message) for record, message in read if isinstance(message, Forged)], out
            )
            self.log.error("forged commands", count=out.counted["dead_letters", "forged"])
            read = [
                (record, message) for record, message in read if not isinstance(message, Forged)
            ]
        out.entries = await self.entries.load(
            {record.key: record.lane for record, _ in read if record.key}
            | dict.fromkeys(emptied, 0)
        )
        commands = [
            message.id
            for _, message in read
            if isinstance(message, Message) and isinstance(message.data, Command)
        ]
        known = await self._known(commands)
        given, failed = await self._prepare(read, out, known) if doomed is None else ({}, {})
        asked = BatchReads(known, given, failed, final)
        for number, (record, message) in enumerate(read):
            self._one(
                journal_id_of(record.lane, batches[record.lane], number),
                record,
                message,
                asked,
                out,
                doomed,
            )
        for subject in emptied:
            if out.entries[subject].parked == "released":
                out.entries[subject].parked = ""
                out.change(subject)
        for subject in out.touched:
            out.write(
                "cases", self.entries.write(out.entries[subject], whole=subject in out.changed)
            )
        return out

    async def _known(self, ids: Sequence[str]) -> dict[str, str]:
        if not ids:
            return {}
        return {
            row["_id"]: row["hash"]
            async for row in self.database.answers.find(
                {"_id": {"$in": list(set(ids))}}, {"hash": 1}
            )
        }

    async def _prepare(
        self,
        read: Sequence[tuple[Record, Message[Payload] | Undecodable | Unheard]],
        out: TurnResult,
        known: Mapping[str, str],
    ) -> tuple[Mapping[str, Any], Mapping[str, Exception]]:
        if self.service.prepare is None:
            return {}, {}
        batch = [
            Prepared(message, record.key, out.entries[record.key].case, record.at)
            for record, message in read
            if isinstance(message, Message)
            and message.id not in known
            and out.entries[record.key].takes(record.parked)
        ]
        try:
            return (await self.service.prepare(batch, self.tools) if batch else {}), {}
        except Exception as error:
            if is_transient(error):
                raise
        # One message's fault is not the batch's: ask for each alone.
        given: dict[str, Any] = {}
        failed: dict[str, Exception] = {}
        for item in batch:
            try:
                given |= await self.service.prepare([item], self.tools)
            except Exception as error:
                if is_transient(error):
                    raise
                failed[item.message.id] = error
        return given, failed

    def _one(
        self,
        journal_id: str,
        record: Record,
        message: Message[Payload] | Undecodable | Unheard,
        asked: BatchReads,
        out: TurnResult,
        doomed: Fault | None = None,
    ) -> None:
        entry = out.entries.get(record.key)
        if entry is not None and not entry.takes(record.parked):
            if not record.parked and record.message is None:  # a wake comes again by itself
                park(journal_id, record, entry, out)
                if record.topic.kind == "commands":
                    tell_waiting(
                        self.service.name,
                        journal_id,
                        record,
                        message.id if isinstance(message, Message) else "",
                        out,
                    )
                elif (
                    isinstance(message, Message)
                    and isinstance(message.data, Event)
                    and message.data.erases
                ):
                    # whoever is forgotten does not wait for an operator; the event itself waits
                    self._erase(entry.subject, out)
            return
        out.counted["records", record.topic.name] += 1
        try:
            if entry is None:
                raise Undecodable("key: required")
            if doomed is not None or entry.unreadable:
                raise Doomed(doomed or Fault("the stored case cannot be read", "CaseUnreadable"))
            if isinstance(message, Unheard):
                self._pass_over(record, message, entry, out)
            elif isinstance(message, Undecodable):
                raise message
            else:
                self._take_in(journal_id, record, message, entry, asked, out)
        except (LaneStopped, CatalogueNeeded):
            raise
        except Exception as error:
            fault = _fault(error, message, is_command=record.topic.kind == "commands")
            fate = dead(self.service.name, journal_id, record, entry, fault, out)
            self.log.error(
                "dead letter",
                subject=record.key,
                topic=record.topic.name,
                lane=record.lane,
                offset=record.offset,
                error=fault.error,
                fate=fate,
                correlationid=readable_head(record).correlationid,
            )
            if not isinstance(error, Undecodable | Doomed):
                self.log.debug("in the rules", exc_info=error)
        if record.parked and (entry is None or entry.parked != "waiting"):
            out.write("parked", DeleteOne({"_id": record.parked}))

    def _take_in(
        self,
        journal_id: str,
        record: Record,
        message: Message[Payload],
        entry: Entry,
        asked: BatchReads,
        out: TurnResult,
    ) -> None:
        digest = ""
        if isinstance(message.data, Command):
            digest = body_hash(message.data)
            if message.id in asked.known:
                self._repeated(
                    journal_id, record, message, entry, asked.known[message.id] == digest, out
                )
                return
        elif message.sequence is not None and not self._is_news(record, message, entry, out):
            return
        if (error := asked.failed.get(message.id)) is not None:
            raise error
        refused = ""
        with self.tracing.span(
            f"decide {type(message.data).__name__}", message.traceparent, message.correlationid
        ) as context:
            try:
                decision = self.service.rules.decide(
                    entry.case, message, record.at, self.catalogue, asked.given.get(message.id)
                )
            except Refusal as refusal:
                if isinstance(refusal, CatalogueEntryMissing) and not asked.final:
                    raise CatalogueNeeded(refusal.slug) from refusal
                decision, refused = self._refusal(message, refusal, out), refusal.slug
            if context != message.traceparent:
                message = replace(message, traceparent=context)
            said = self._say(journal_id, record, message, entry, decision, out)
        if not digest and message.sequence is not None:
            entry.seen[message.source] = (message.sequence, message.hash)
            out.touched.add(entry.subject)
        if isinstance(message.data, Event) and message.data.erases:
            self._erase(entry.subject, out)
        out.answered()
        if digest:
            asked.known[message.id] = digest
            row = {
                "_id": message.id,
                "subject": entry.subject,
                "hash": digest,
                "refused": refused,
                "events": said,
                "at": record.at,
            }
            out.answers.append(row)

    def _repeated(
        self,
        journal_id: str,
        record: Record,
        message: Message[Payload],
        entry: Entry,
        same: bool,
        out: TurnResult,
    ) -> None:
        """The first answer is final.

        Another body under a caller's id is refused by name; a later answer of an effect may differ.
        """
        out.counted["copies", record.topic.name] += 1
        if not same and not message.actor.startswith("system:"):
            self._say(
                journal_id,
                record,
                message,
                entry,
                self._refusal(message, IdempotencyConflict(), out),
                out,
            )

    def _is_news(
        self, record: Record, message: Message[Payload], entry: Entry, out: TurnResult
    ) -> bool:
        """Whether the event is the next one of its source.

        Raises `LaneStopped` for a gap or another content.
        """
        assert message.sequence is not None
        where = f"{message.source} {message.subject}"
        sequence, digest = entry.seen.get(message.source, (0, GENESIS))
        if message.sequence <= sequence:
            if message.sequence == sequence and message.hash != digest:
                raise LaneStopped(record.lane, f"{where}: {sequence} came with other bytes")
            out.counted["copies", record.topic.name] += 1
            return False
        if message.sequence > sequence + 1:
            raise LaneStopped(record.lane, f"{where}: {message.sequence} came after {sequence}")
        if message.prevhash != digest:
            raise LaneStopped(
                record.lane, f"{where}: {message.sequence} does not follow the bytes of {sequence}"
            )
        return True

    def _refusal(self, message: Message[Payload], refusal: Refusal, out: TurnResult) -> Decision:
        if not isinstance(message.data, Command):
            raise TypeError(f"a rule refused {message.type}: events are never refused") from refusal
        out.counted["refusals", refusal.slug] += 1
        name, params = type(message.data).__name__, dict(refusal.params)
        return Decision(
            (
                REJECTIONS[self.service.name](
                    command=name, command_id=message.id, slug=refusal.slug, params=params
                ),
            )
        )

    def _say(
        self,
        journal_id: str,
        record: Record,
        message: Message[Payload],
        entry: Entry,
        decision: Decision,
        out: TurnResult,
    ) -> list[str]:
        """Chain the events, fold them, find what they demand.

        The entry changes only when all of it went well. Gives the journal's ids.
        """
        rules, name = self.service.rules, self.service.name
        if not decision.events:
            return []
        case, sequence, digest = entry.case, entry.sequence, entry.hash
        time = max(record.at, entry.last) if entry.last else record.at
        by_caller = isinstance(message.data, Command) and not message.actor.startswith("system:")
        actor = message.actor if by_caller else f"system:{name}"
        rows = []
        for number, event in enumerate(decision.events):
            sequence += 1
            said: Message[Payload] = Message(
                str(uuid_utils.uuid7()),
                f"/motcua/{name}",
                event.wire_type,
                entry.subject,
                time,
                actor,
                message.correlationid,
                message.id,
                event,
                sequence,
                digest,
                message.traceparent,
            )
            raw = encode(said)
            if len(raw) > MAX_RECORD_BYTES:
                raise ValueError(f"{event.wire_type} has {len(raw)} bytes")
            digest = sha256(raw)
            case = rules.evolve(case, said)
            rows.append(
                {
                    "_id": f"{journal_id}-{number:03d}",
                    "lane": record.lane,
                    "topic": self.service.topic_of(event).name,
                    "subject": entry.subject,
                    "sequence": sequence,
                    "raw": raw,
                }
            )
            out.counted["events", event.wire_type] += 1
        for private in decision.private_records:
            if private.raw is not None and len(private.raw) > MAX_RECORD_BYTES:
                raise ValueError(f"a private record has {len(private.raw)} bytes")
        demands = self.entries.demands(entry.subject, case)
        due = self.entries.due(entry.subject, case)
        # What cannot be stored is this record's fault and nobody else's: it shows here, and not
        # when the batch is written.
        state = self.entries.state_of(entry.subject, case)
        self.entries.write(replace(entry, case=case, due=due, state=state))
        for number, private in enumerate(decision.private_records):
            assert self.service.private is not None, f"{name} has no private topic"
            key = f"{entry.subject}/{private.revision}"
            out.post(
                f"{journal_id}-p{number:02d}", self.service.private, record.lane, key, private.raw
            )
            kept = (
                ReplaceOne({"_id": key}, {"_id": key, "raw": private.raw}, upsert=True)
                if private.raw is not None
                else DeleteOne({"_id": key})
            )
            out.write("papers", kept)
            out.private_records[key] = private.raw
        if any(event.erases for event in decision.events):
            self._erase(entry.subject, out)
        out.journal += rows
        self._demand(message, entry, demands, out)
        entry.case, entry.state, entry.sequence, entry.hash, entry.last, entry.due = (
            case,
            state,
            sequence,
            digest,
            time,
            due,
        )
        out.change(entry.subject)
        return [str(row["_id"]) for row in rows]

    def _erase(self, subject: str, out: TurnResult) -> None:
        out.erased.add(subject)
        for collection, operation in erasing(subject, self.service.commands).items():
            out.write(collection, operation)

    def _demand(
        self, message: Message[Payload], entry: Entry, now: dict[str, Effect], out: TurnResult
    ) -> None:
        for key in entry.effects.keys() - now.keys():
            if out.demanded.pop(key, None) is None or key in out.reopened:
                out.closed[key] = entry.lane
                out.reopened.discard(key)
        for key in now.keys() - entry.effects.keys():
            if out.closed.pop(key, None) is not None:
                out.reopened.add(key)
            out.demanded[key] = Demand(
                now[key],
                entry.subject,
                entry.lane,
                message.correlationid,
                message.id,
                message.traceparent,
            )
        entry.effects = now

    def _pass_over(self, record: Record, unheard: Unheard, entry: Entry, out: TurnResult) -> None:
        """A type that no rule answers, or a later release's word.

        Its sequence counts, its content does not.
        """
        assert record.raw is not None
        source, sequence = unheard.head["source"], unheard.head.get("sequence")
        if not unheard.known:
            out.counted["unknown", record.topic.name] += 1
        known, digest = entry.seen.get(source, (0, GENESIS))
        if sequence is None:
            return
        if sequence <= known:
            if sequence == known and sha256(record.raw) != digest:
                raise LaneStopped(
                    record.lane, f"{source} {record.key}: {sequence} came with other bytes"
                )
            out.counted["copies", record.topic.name] += 1
            return
        if sequence > known + 1 or unheard.head.get("prevhash") != digest:
            raise LaneStopped(
                record.lane, f"{source} {record.key}: {sequence} does not follow {known}"
            )
        entry.seen[source] = (sequence, sha256(record.raw))
        out.touched.add(entry.subject)

    def _decoded(self, record: Record) -> Message[Payload] | Undecodable | Unheard:
        if record.message is not None:
            return record.message
        try:
            if record.topic.kind == "commands":
                return self._command(record, record.raw or b"")
            if record.raw is None:
                raise Undecodable("the record is empty")
            head = decode_head(record.raw)
            if head["subject"] != record.key:
                raise Undecodable("subject: must be the record's key")
            model = REGISTRY.get(head["type"])
            if head.get("sequence") is None:
                raise Undecodable("sequence: required for an event")
            if model is None or not self._hears(head["subject"], model):
                return Unheard(head, model is not None)
            if not issubclass(model, Event):
                raise Undecodable(f"type: {model.__name__} does not belong on {record.topic.name}")
            return message_of(
                head,
                model.__pydantic_validator__.validate_python(head.get("data")),
                sha256(record.raw),
            )
        except ValidationError as error:
            return Undecodable(DATA_FAULT + explain(error))
        except Undecodable as error:
            return error

    def _command(self, record: Record, raw: bytes) -> Message[Payload]:
        """A command that somebody vouches for.

        Raises `Forged`, and `Undecodable` where only its content is wrong.
        """
        appended = None if record.parked else record.appended or record.at
        parts, data = split_signed(raw)
        role = self.keyring.check_parts(parts, record.topic.name, appended)
        # Head and data each by itself: what follows the head could say nothing of it again, and the
        # head alone is kept.
        head = decode_head(parts.envelope)
        if head["subject"] != record.key:
            raise Forged("subject", "subject: must be the record's key")
        if record.lane != partition_of(record.topic, record.key):
            raise Forged("partition", "subject: its records lie in another partition")
        self.keyring.check_actor(role, head["actor"])
        model = REGISTRY.get(head["type"])
        if model is None:
            raise Undecodable("type: is not known here")
        if not issubclass(model, Command):
            raise Undecodable(f"type: {model.__name__} does not belong on {record.topic.name}")
        try:
            said = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise Undecodable(NO_JSON) from error
        return message_of(head, model.__pydantic_validator__.validate_python(said), sha256(raw))

    def _hears(self, subject: str, model: type[Payload]) -> bool:
        return self.service.rules.hears(subject, model) or (
            issubclass(model, Event) and model.erases
        )


NO_JSON = "the record is not JSON"


def _for_the_sender(reason: str, is_command: bool) -> str:
    """A command that is no JSON bears what its sender put in: a number, a text or a depth that no
    reader takes.
    """
    return (
        f"{DATA_FAULT}data: JSON within the limits of numbers, text and depth is required"
        if is_command and reason == NO_JSON
        else reason
    )


def _fault(
    error: Exception, message: Message[Payload] | Undecodable | Unheard, *, is_command: bool
) -> Fault:
    """Why a record could not be taken in, told without its content."""
    command, actor = "", ""
    if isinstance(message, Message):
        command, actor = message.id if isinstance(message.data, Command) else "", message.actor
    elif isinstance(message, Unheard):
        actor = message.head["actor"]
    match error:
        case Doomed(fault=fault):
            return replace(fault, command_id=command, actor=actor)
        case Undecodable():
            return Fault(_for_the_sender(error.reason, is_command), command_id=command, actor=actor)
        case _:
            return Fault(
                f"{type(error).__name__} in the rules",
                type(error).__name__,
                command_id=command,
                actor=actor,
            )


def erasing(subject: str, commands: Topic | None = None) -> dict[str, Any]:
    """Collection -> the write that forgets a subject: its private records go, none that comes later
    is kept, and its parked commands go.
    """
    parked = (
        {"parked": DeleteMany({"subject": subject, "topic": commands.name})}
        if commands is not None
        else {}
    )
    return parked | {
        "papers": DeleteMany({"_id": {"$gte": f"{subject}/", "$lt": f"{subject}0"}}),
        "forgotten": UpdateOne({"_id": subject}, {"$setOnInsert": {"_id": subject}}, upsert=True),
    }


def body_hash(command: Command) -> str:
    """What makes two commands with one id the same: type and payload."""
    return sha256(
        command.wire_type.encode() + b"\n" + type(command).__pydantic_serializer__.to_json(command)
    )
