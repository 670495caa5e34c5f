"""Who asked for it: each fact that names a person as its actor is held against the command that caused it, and against its signature.

A command lies on Kafka for 30 days. What is younger must be there, signed by a key that may speak for that actor; what is older can no
longer be shown here, and is counted. A fact that a command without a signature caused is a difference, whoever it names.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from motcua_chassis.kafka import instant
from motcua_chassis.signatures import OWN, Forged, Keyring, split_signed
from motcua_contracts.envelope import Undecodable, decode_head
from motcua_contracts.topics import TOPICS

from .domain.difference import Difference, Place
from .domain.verify import Read
from .log import Log, place_of

GATHERED = timedelta(days=7)
"""A fact is so much younger than its command at most: a service that was away for longer takes in what is no longer on the topic then."""


@dataclass(frozen=True, slots=True)
class Believed:
    """What the auditor holds commands against. `since`: commands that were appended earlier need no signature (the release before)."""

    keyring: Keyring
    since: datetime | None = None


class Fact(NamedTuple):
    """Of a fact, what names its cause."""

    read: Read
    actor: str
    cause: str
    at: datetime


@dataclass(slots=True)
class Callers:
    """One lane of one service. `read` before its facts, `take` each fact, `finish` after them."""

    log: Log
    believed: Believed | None
    service: str
    lane: int
    signed: int = 0
    unprovable: int = 0
    differences: list[Difference] = field(default_factory=list)
    _vouched: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Command -> subject and actor."""
    _forged: dict[str, tuple[Place, str]] = field(default_factory=dict)
    _oldest: datetime | None = None
    """The append time of the oldest command that is there, where older ones went."""
    _went: bool = False
    _open: list[Fact] = field(default_factory=list)

    async def read(self) -> None:
        """The commands that are on Kafka now; those of before are forgotten."""
        topic = TOPICS.get(f"{self.service}.commands")
        if self.believed is None or topic is None:
            return
        self._vouched, self._forged, self._oldest, self._went = {}, {}, None, False
        async for record in self.log.read([topic], self.lane):
            at = instant(record.timestamp)
            if self._oldest is None:
                self._oldest, self._went = at, record.offset > 0
            self._take(record.value or b"", (record.key or b"").decode("utf-8", "replace"), topic.name, place_of(record), at)
        if self._oldest is None:
            self._went = await self.log.begins(topic, self.lane) > 0

    def take(self, read: Read, at: datetime) -> None:
        """One fact of this service. `at`: its append time."""
        if self.believed is None or read.message is None:
            return
        message = read.message
        person = not message.actor.startswith("system:")
        vouched = self._vouched.get(message.causationid)
        if vouched is not None and (not person or vouched == (read.subject, message.actor)):
            self.signed += person
        elif person or message.causationid in self._forged:
            self._open.append(Fact(read, message.actor, message.causationid, at))

    async def finish(self) -> None:
        """What was open may have had its command on the way: read them once more, then judge."""
        if not self._open:
            return
        await self.read()
        for fact in self._open:
            self._judge(fact)

    def _judge(self, fact: Fact) -> None:
        assert self.believed is not None
        vouched, since = self._vouched.get(fact.cause), self.believed.since
        if vouched is not None and (vouched == (fact.read.subject, fact.actor) or fact.actor.startswith("system:")):
            self.signed += not fact.actor.startswith("system:")
        elif vouched is not None:
            self._say(fact, "its command is of another subject or actor")
        elif fact.cause in self._forged:
            place, reason = self._forged[fact.cause]
            self._say(fact, f"its command at {place} is nobody's: {reason}")
        elif self._is_old(fact.at) or (since is not None and fact.at < since + GATHERED):
            self.unprovable += 1
        else:
            self._say(fact, "no command that would have caused it was ever on the topic")

    def _is_old(self, at: datetime) -> bool:
        return self._went and (self._oldest is None or at < self._oldest + GATHERED)

    def _take(self, raw: bytes, key: str, topic: str, place: Place, at: datetime) -> None:
        assert self.believed is not None
        try:
            head = decode_head(raw)
        except Undecodable:
            return  # it caused nothing
        subject, actor, command = head["subject"], head["actor"], head["id"]
        if self.believed.since is not None and at < self.believed.since:
            return
        try:
            if split_signed(raw)[0].key == OWN and actor == f"system:{self.service}":
                role = OWN  # under a secret that the service alone has, which has looked at it
            else:
                role = self.believed.keyring.check(raw, topic, at)
                self.believed.keyring.check_actor(role, actor)
            if subject != key:
                raise Forged("subject", "subject: must be the record's key")
            self._vouched[command] = subject, actor
        except Forged as forged:
            self._forged[command] = place, forged.reason

    def _say(self, fact: Fact, detail: str) -> None:
        link = fact.read.link
        self.differences.append(Difference("forged", fact.read.source, fact.read.subject, link.sequence, link.place, detail))
