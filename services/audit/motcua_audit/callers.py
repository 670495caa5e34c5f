"""Who asked for it: each event is held against what it says that it was caused by, and commands
against their signatures.

A command is on its topic until its owner shreds it; its head, with the signature, is kept by audit
forever (heads.py). Each head must be there, without a gap, and be what its sender signed. An event
whose cause is nowhere is a difference, and so is one that a command without a signature caused,
whoever it names. What neither the topic nor the heads have is counted, and only where the auditor
says so: commands of before `since`, or where the heads were not looked at.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from motcua_chassis.partition import partition_of
from motcua_chassis.signatures import OWN, Forged, Keyring, OwnSigner, Parts, split_signed
from motcua_contracts.values.clock import EPOCH, instant, milliseconds
from motcua_contracts.wire.doers import named_otherwise
from motcua_contracts.wire.envelope import Undecodable, decode_head
from motcua_contracts.wire.topics import TOPICS, Topic

from .domain.causes import SYSTEM, Causes, Event, against, previous
from .domain.difference import Difference, Kind, LogPosition
from .domain.verify import Read
from .heads import Head
from .log import place_of
from .slices import WHOLE, Slice

MINE, ELSEWHERE = 1, 2
"""Of a command on Kafka: whether its subject is one of the slice."""
GATHERED = timedelta(days=7)
"""An event is so much younger than its command at most, where the command is no longer there and
its head was not kept.
"""


class Log(Protocol):
    """What is read on Kafka: log.py."""

    def read(self, topics: Sequence[Topic], lane: int) -> AsyncIterator[Any]: ...
    async def begins(self, topic: Topic, lane: int) -> int: ...


class Kept(Protocol):
    """What is read of the kept heads: heads.py."""

    def all(self, topic: Topic, lane: int) -> AsyncIterator[Head]: ...
    def of(self, ids: Sequence[str]) -> AsyncIterator[Head]: ...


@dataclass(frozen=True, slots=True)
class Believed:
    """What the auditor holds commands against.

    `since`: the instant of the upgrade; commands of before need no signature and no head.
    """

    keyring: Keyring
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What is read beside the commands on Kafka.

    `heads` None: they are not looked at. `reached`: up to which offset audit has read the topic.
    `secret`: of the service's own commands, None: not known. `hears`: the topics whose events it
    answers.
    """

    heads: Kept | None = None
    reached: int = 0
    secret: bytes | None = None
    hears: tuple[Topic, ...] = ()
    shifted: Any = None
    """The clock of a development stack: append time -> the time that services took it for."""


@dataclass(slots=True)
class Callers:
    """One lane of one service, or a slice of it.

    `read` before its events, `take` each event of the slice, `finish` after them.

    Of the lane's commands and heads only the slice's are held in memory; those of others cost a
    byte each while they are on Kafka.
    """

    log: Log
    believed: Believed | None
    service: str
    lane: int
    beside: Beside = Beside()
    one_subject: bool = False
    """Only some events are looked at: heads are asked for by id, and not counted."""
    part: Slice = WHOLE
    signed: int = 0
    unprovable: int = 0
    differences: list[Difference] = field(default_factory=list)
    _causes: Causes = field(default_factory=lambda: Causes(""))
    _bytes: dict[int, Parts] = field(default_factory=dict)
    """Offset -> what of a command on Kafka its head must be; of the slice alone."""
    _least: int | None = None
    """The offset of the first signed command on Kafka, whosever it is."""
    _begins: int = 0
    _on_kafka: bytearray = field(default_factory=bytearray)
    """`MINE`, `ELSEWHERE` or 0 for each offset from `_begins` on."""
    _oldest: datetime | None = None
    """The append time of the oldest command that is there, where older ones went."""
    _went: bool = False
    _events: list[Event] = field(default_factory=list)

    @property
    def topic(self) -> Topic | None:
        return TOPICS.get(f"{self.service}.commands")

    async def read(self) -> None:
        """The commands that are on Kafka now; those of before are forgotten."""
        self._causes = Causes(self.service)
        topic = self.topic
        if self.believed is None or topic is None:
            return
        self._oldest, self._went, self._bytes = None, False, {}
        self._least, self._on_kafka = None, bytearray()
        async for record in self.log.read([topic], self.lane):
            at, raw = instant(record.timestamp), record.value or b""
            if self._oldest is None:
                self._oldest, self._went, self._begins = at, record.offset > 0, record.offset
            if self._least is None and self._is_signed(raw, at):
                self._least = record.offset
            mine = self.part.takes(raw)
            self._mark(record.offset, MINE if mine else ELSEWHERE)
            if mine:
                self._take(
                    raw, (record.key or b"").decode("utf-8", "replace"), place_of(record), at
                )
        if self._oldest is None:
            self._went = await self.log.begins(topic, self.lane) > 0

    def take(
        self, read: Read, at: datetime, due: datetime | None = None, *, folded: bool = False
    ) -> None:
        """One event of this service.

        `at`: its append time. `due`: of its subject before it, if `folded`.
        """
        if self.believed is None or read.message is None:
            return
        message = read.message
        known = (
            read.subject,
            read.link.sequence,
            read.link.place,
            message.actor,
            message.causationid,
        )
        rounded = None if due is None else -milliseconds(EPOCH - (due - EPOCH))
        otherwise = named_otherwise(message.data, message.actor)
        self._events.append(Event(*known, message.time, at, rounded, folded, otherwise))

    async def finish(self) -> None:
        """Judge the events.

        What came while they were read is looked up: commands once more, then heads, then what the
        service hears.
        """
        if self.believed is None:
            return
        if self._missing():
            await self.read()
        if self.beside.heads is not None and self.topic is not None:
            await (
                self._ask_heads(self.beside.heads)
                if self.one_subject
                else self._all_heads(self.beside.heads, self.topic)
            )
        if self._missing():
            await self._hear()
        if self.part.of > 1 and self._missing():
            await self._ask_other_slices()
        before = previous(self._events)
        for event in self._events:
            self._judge(
                event, before.get((event.subject, event.sequence - 1)), first=event.sequence == 1
            )

    # ------------------------------------------------------------------ what may have caused an
    # event

    def _missing(self) -> list[str]:
        """Ids of causes that are not known yet."""
        return list(
            dict.fromkeys(event.cause for event in self._events if self._causes.of(event) is None)
        )

    async def _all_heads(self, heads: Kept, topic: Topic) -> None:
        """Every kept head of the lane, in order: none is missing, and each of the slice's is what
        its sender signed.

        A gap belongs to no subject: the first slice tells of it.
        """
        assert self.believed is not None
        expected = 0
        async for head in heads.all(topic, self.lane):
            first_known = expected == 0 and self.believed.since is not None
            if self.part.is_first and head.place.offset > expected and not first_known:
                self._gone(topic, expected, head.place.offset)
            expected = max(expected, head.place.offset + 1)
            if self._is_mine(head):
                self._keep(head, topic)
        if not self.part.is_first:
            return
        end = max(
            self.beside.reached,
            self._least if self._least is not None else await self.log.begins(topic, self.lane),
        )
        if end > expected and not (expected == 0 and self.believed.since is not None):
            self._gone(topic, expected, end)

    async def _ask_other_slices(self) -> None:
        """Commands of subjects that are not the slice's: an event that names one as its cause is
        told so.
        """
        wanted, topic = set(self._missing()), self.topic
        if topic is None:
            return
        async for record in self.log.read([topic], self.lane):
            raw = record.value or b""
            if not self.part.takes(raw) and decode_head(raw)["id"] in wanted:
                self._take(
                    raw,
                    (record.key or b"").decode("utf-8", "replace"),
                    place_of(record),
                    instant(record.timestamp),
                )
        if self.beside.heads is None:
            return
        async for head in self.beside.heads.of(sorted(wanted)):
            if (
                head.parts is not None
                and head.place.topic == topic.name
                and head.place.partition == self.lane
            ):
                with suppress(Undecodable, ValueError):  # its own slice says what is wrong with it
                    self._vouch(head.parts, None, head.place, head.at)

    def _is_mine(self, head: Head) -> bool:
        """By the command on Kafka while it is there, whatever the head says; else by the head.

        One that names nobody is the first's.
        """
        marked = self._marked(head.place.offset)
        if marked:
            return marked == MINE
        return (
            self.part.takes(head.parts.envelope) if head.parts is not None else self.part.is_first
        )

    def _mark(self, offset: int, whose: int) -> None:
        missing = offset - self._begins + 1 - len(self._on_kafka)
        self._on_kafka.extend(bytes(max(0, missing)))
        self._on_kafka[offset - self._begins] = whose

    def _marked(self, offset: int) -> int:
        index = offset - self._begins
        return self._on_kafka[index] if 0 <= index < len(self._on_kafka) else 0

    def _is_signed(self, raw: bytes, at: datetime) -> bool:
        """Whether it has the form of a signed command, of after the upgrade."""
        assert self.believed is not None
        if self.believed.since is not None and at < self.believed.since:
            return False
        try:
            split_signed(raw)
        except Undecodable:
            return False
        return True

    async def _ask_heads(self, heads: Kept) -> None:
        async for head in heads.of(self._missing()):
            topic = TOPICS.get(head.place.topic)
            if topic is not None and topic is self.topic and head.place.partition == self.lane:
                self._keep(head, topic)

    def _keep(self, head: Head, topic: Topic) -> None:
        """One kept head, held against its record where that is still on Kafka, and against its
        signature.
        """
        assert self.believed is not None
        on_kafka = self._bytes.get(head.place.offset)
        if on_kafka is not None and head.parts != on_kafka:
            self._say("altered", head.place, "the kept head is not that of the command on Kafka")
            return
        if head.parts is None and not head.refused:
            self._say("altered", head.place, "the kept head was taken away")
        if head.parts is None or on_kafka is not None:
            return
        try:
            self._vouch(head.parts, None, head.place, head.at)
        except (Undecodable, ValueError) as problem:
            if not head.refused:
                reason = problem.reason if isinstance(problem, Undecodable) else "not what was kept"
                self._say(
                    "altered", head.place, f"the kept head is not what its sender signed: {reason}"
                )
            return
        if head.id != decode_head(head.parts.envelope)["id"]:
            self._say("altered", head.place, "id: the head is kept under another one")

    async def _hear(self) -> None:
        """The events of others that this service answers: read only where a cause is missing, and
        only missing ones are noted.
        """
        wanted = set(self._missing())
        if not self.beside.hears:
            return
        async for record in self.log.read(self.beside.hears, self.lane):
            raw = record.value or b""
            try:
                head = decode_head(raw)
            except Undecodable:
                continue
            if head["id"] in wanted:
                self._causes.add_event(
                    head["id"], head["subject"], self._time_of(instant(record.timestamp))
                )

    def _take(self, raw: bytes, key: str, place: LogPosition, at: datetime) -> None:
        """One command on Kafka."""
        assert self.believed is not None
        if self.believed.since is not None and at < self.believed.since:
            return
        try:
            parts, _ = split_signed(raw)
            self._bytes[place.offset] = parts
            self._vouch(parts, key, place, at)
        except Undecodable as problem:
            if not isinstance(problem, Forged):
                return  # it caused nothing
            try:
                self._causes.forged[decode_head(raw)["id"]] = place, problem.reason
            except Undecodable:
                return

    def _vouch(self, parts: Parts, key: str | None, place: LogPosition, at: datetime) -> None:
        """Note a command under its id: vouched for, or by nobody.

        Raises `Undecodable` for what is no head, `Forged` once that is noted.
        """
        assert self.believed is not None
        head = decode_head(parts.envelope)
        subject, actor, command = head["subject"], head["actor"], head["id"]
        if self.believed.since is not None and at < self.believed.since:
            return
        keyring, own = self.believed.keyring, f"{SYSTEM}{self.service}"
        try:
            if self.beside.secret is not None:
                keyring = replace(keyring, own=OwnSigner(own, self.beside.secret))
            if self.beside.secret is None and parts.key == OWN and actor == own:
                role = OWN  # under a secret that is not known here; the service has looked at it
            else:
                role = keyring.check_parts(parts, place.topic, at)
                keyring.check_actor(role, actor)
            if key is not None and subject != key:
                raise Forged("subject", "subject: must be the record's key")
            if partition_of(TOPICS[place.topic], subject) != place.partition:
                raise Forged("partition", "subject: its records lie in another partition")
        except Forged as forged:
            self._causes.forged[command] = place, forged.reason
            raise
        self._causes.add_command(command, subject, actor, self._time_of(at))

    def _time_of(self, appended: datetime) -> datetime:
        return self.beside.shifted(appended) if self.beside.shifted is not None else appended

    # ------------------------------------------------------------------ judging

    def _judge(self, event: Event, before: datetime | None, *, first: bool) -> None:
        assert self.believed is not None
        person, since = not event.actor.startswith(SYSTEM), self.believed.since
        cause = self._causes.of(event)
        if cause is not None:
            # Without the event before it (a gap, which is a difference of the chain) the time
            # cannot
            # be told.
            wrong = against(event, cause, before) if first or before is not None else ""
            if wrong:
                self._forged(event, wrong)
            else:
                self.signed += person
        elif event.cause in self._causes.forged:
            place, reason = self._causes.forged[event.cause]
            self._forged(event, f"its command at {place} is nobody's: {reason}")
        elif self._is_beyond_proof(event) or (
            since is not None and event.appended < since + GATHERED
        ):
            self.unprovable += 1
        elif person:
            self._forged(event, "no command that would have caused it was ever on the topic")
        else:
            self._forged(
                event,
                "causationid: no command, no event that its service hears and no wake has this id",
            )

    def _is_beyond_proof(self, event: Event) -> bool:
        """Its command may have gone, and heads are not looked at; or what was due before it cannot
        be folded here.
        """
        if (
            self.beside.heads is None
            and self._went
            and (self._oldest is None or event.appended < self._oldest + GATHERED)
        ):
            return True
        return event.actor.startswith(SYSTEM) and not event.folded

    def _forged(self, event: Event, detail: str) -> None:
        found = Difference(
            "forged", f"/motcua/{self.service}", event.subject, event.sequence, event.place, detail
        )
        self.differences.append(found)

    def _gone(self, topic: Topic, first: int, end: int) -> None:
        which = f"offset {first} is" if end == first + 1 else f"offsets {first} to {end - 1} are"
        place = LogPosition(topic.name, self.lane, first)
        self._say(
            "removed", place, f"the heads of commands are kept without a gap: {which} missing"
        )

    def _say(self, kind: Kind, place: LogPosition, detail: str) -> None:
        self.differences.append(
            Difference(kind, f"/motcua/{self.service}", "", None, place, detail)
        )
