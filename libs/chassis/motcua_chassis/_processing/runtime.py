"""What a service's effects and tools get from the chassis: its database, the catalogue, the clock,
private records, and commands to its own subjects.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue, Command, Message, Payload
from motcua_contracts.wire.envelope import decode, encode, stable_id
from motcua_contracts.wire.topics import Topic

from .._kafka.heads import headers_of
from ..clock import DevClock
from ..metrics import Metrics
from ..partition import partition_of
from ..private_records import bytes_of
from ..service import AskResult, PrivateRecordNotYet, PrivateRecords, Service
from ..settings import ServiceSettings
from ..signatures import OwnSigner, Signer
from .entries import Entries
from .lanes import Lanes

ASK_SECONDS = 20


class Recent:
    """The last private records, in memory: most effects need one that came a moment ago."""

    def __init__(self, most: int = 5_000) -> None:
        self._most, self._papers = most, OrderedDict[str, bytes]()

    def get(self, key: str) -> bytes | None:
        return self._papers.get(key)

    def put(self, key: str, raw: bytes | None) -> None:
        """A private record as it was stored; None where it went."""
        self._papers.pop(key, None)
        if raw is not None:
            self._papers[key] = raw
            if len(self._papers) > self._most:
                self._papers.popitem(last=False)

    def clear(self) -> None:
        self._papers.clear()


class RecordShelf:
    """The private records of one subject, as the replica has them."""

    def __init__(self, database: Any, subject: str, forgotten: set[str], recent: "Recent") -> None:
        self._database, self._subject, self._forgotten, self._recent = (
            database,
            subject,
            forgotten,
            recent,
        )

    @property
    def forgotten(self) -> bool:
        return self._subject in self._forgotten

    async def get(self, revision: int) -> bytes:
        key = f"{self._subject}/{revision}"
        if (raw := self._recent.get(key)) is not None:
            return raw
        row = await self._database.papers.find_one({"_id": key})
        if row is not None:
            return bytes_of(row["raw"])
        # Asked only now: records that are there need no second look, and the effect is tried again
        # in a moment.
        if await self._database.forgotten.find_one({"_id": self._subject}) is not None:
            self._forgotten.add(self._subject)
        raise PrivateRecordNotYet(f"revision {revision}")


class ServiceRuntime:
    """See `service.Runtime`."""

    def __init__(
        self,
        service: Service,
        settings: ServiceSettings,
        database: Any,
        catalogue: Catalogue,
        lanes: Lanes,
        entries: Entries | None,
        clock: DevClock,
        metrics: Metrics,
    ) -> None:
        self.metrics = metrics
        self.settings, self.database, self.catalogue = settings, database, catalogue
        self._service, self._lanes, self._entries, self._clock = service, lanes, entries, clock
        self._forgotten: set[str] = set()
        self.recent = Recent()
        self.signer: Signer | None = None
        self.own: OwnSigner | None = None
        """Both are there once the store was reached."""
        self.now: Callable[[], datetime] = clock.now
        self.as_of: Callable[[], datetime | None] = lambda: None
        """Up to when the service's views are known to hold everything; None while they are as good
        as up to date.
        """

    def shelf(self, subject: str) -> PrivateRecords:
        """The private records of a subject.

        Whether it was forgotten is known after the first request for a missing revision.
        """
        return RecordShelf(self.database, subject, self._forgotten, self.recent)

    async def case(self, subject: str) -> Any:
        assert self._entries is not None
        case = self._entries.peek(subject)
        if case is not None:
            return case
        return self._entries.case_of(subject, await self.database.cases.find_one({"_id": subject}))

    async def append(self, topic: Topic, message: Message[Payload]) -> int:
        producer = self._lanes.producer
        if producer is None or self._lanes.sender_is_dead:
            raise ConnectionError("Kafka is away")
        partition = partition_of(topic, message.subject)
        raw, key = self._signed(encode(message), topic, message.actor), message.subject.encode()
        told = await producer.send_and_wait(
            topic.name, raw, key=key, partition=partition, headers=headers_of(message)
        )
        return int(told.offset)

    def _signed(self, raw: bytes, topic: Topic, actor: str) -> bytes:
        """What a service tells itself bears its own secret's code, all else the key that was given
        to this process.
        """
        own = self.own is not None and actor == self.own.actor
        signer = self.own if own else self.signer
        assert signer is not None, f"no key here signs for {actor}"
        return signer.sign(raw, topic.name)

    async def ask(self, subject: str, command: Command, *, key: str) -> AskResult:
        topic = self._service.commands
        assert topic is not None
        message_id = stable_id("ask", key, subject, command.wire_type)
        name = self._service.name
        message: Message[Payload] = Message(
            message_id,
            f"/motcua/{name}",
            command.wire_type,
            subject,
            self.now(),
            f"system:{name}",
            message_id,
            message_id,
            command,
        )
        known = await self._answer(message_id)
        if known is None:
            await self.append(topic, message)
        wait = 0.01
        async with asyncio.timeout(ASK_SECONDS):
            while known is None:
                await asyncio.sleep(wait)
                wait = min(0.2, wait * 1.5)
                known = await self._answer(message_id)
        rows = self.database.journal.find({"_id": {"$in": known["events"]}}).sort("_id", 1)
        return AskResult(known["refused"], tuple([decode(row["raw"]) async for row in rows]))

    async def _answer(self, message_id: str) -> dict[str, Any] | None:
        row: dict[str, Any] | None = await self.database.answers.find_one({"_id": message_id})
        return row
