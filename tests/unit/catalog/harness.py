"""A harness for the rules of the catalogue and for imports: the real `decide` and `evolve` over a
log in memory, no Kafka and no chassis.

It stands in for the wiring alone; delivery, order and copies are the chassis' and are tested on the
real broker.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from motcua_catalog.domain.case import Entry
from motcua_catalog.domain.decide import Salts, decide
from motcua_catalog.domain.evolve import evolve
from motcua_catalog.published import Shelf
from motcua_contracts import Catalogue, Decision, Event, Message, Payload, Refusal
from motcua_contracts.messages.catalog import (
    Agency,
    Calendar,
    Person,
    PlaceOfficer,
    Publication,
    Seat,
)
from motcua_contracts.rules.terms import FeeRule, Step, Terms, Workflow
from motcua_contracts.wire.envelope import GENESIS, decode, encode
from motcua_contracts.wire.payload import REJECTIONS

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CALENDAR = Calendar(id="haihau", week={})
AGENCY = Agency(
    id="haihau",
    code="H40.12",
    name_vi="Hải Hậu",
    name_en="Hai Hau",
    authority_level="district",
    calendar="haihau",
)
PLACE = Seat(
    officer="officer-tckh",
    agency="haihau",
    department="tckh",
    post_vi="Chuyên viên",
    post_en="Officer",
    roles=("officer",),
)


def terms(version: int = 1, **changes: Any) -> Terms:
    step = Step(
        id="sign", name_vi="Ký", name_en="Sign", department="tckh", role="leader", does="approve"
    )
    plain: dict[str, Any] = {
        "code": "1.001612",
        "version": version,
        "name_vi": "Đăng ký thành lập hộ kinh doanh",
        "name_en": "Household business registration",
        "field": "household-business",
        "field_vi": "Hộ kinh doanh",
        "authority_level": "district",
        "receiving_agency": "haihau",
        "deciding_agency": "haihau",
        "days": 3,
        "calendar": "haihau",
        "fee": FeeRule(amount_vnd=100_000),
        "workflow": Workflow(id="plain", steps=(step,)),
    }
    return Terms(**plain | changes)


PUBLICATION = Publication(
    source="https://example.vn",
    form_schema={"type": "object", "properties": {"name": {"type": "string"}}},
)


class CatalogHarness:
    """Commands in, events and papers out.

    Keeps every event's bytes, so that it folds what a reader would read.
    """

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.catalogue: list[bytes] = []
        self.papers: dict[str, bytes] = {}
        self.sent: list[Message[Payload]] = []
        self._numbers = count(1)

    def tell(self, subject: str, command: Payload, message_id: str = "") -> Decision:
        """Decide one command and fold its events. Raises the refusal."""
        entry = self.entries.get(subject, Entry())
        message = Message(
            message_id or f"c{next(self._numbers)}",
            "/test",
            command.wire_type,
            subject,
            NOW,
            "system:test",
            "c",
            "c",
            command,
        )
        decision = decide(entry, message, NOW, Catalogue(), self._given(subject, entry, command))
        for event in decision.events:
            entry = evolve(entry, self._said(subject, event, message.id))
        self.entries[subject] = entry
        for paper in decision.private_records:
            assert paper.raw is not None
            self.papers[f"{subject}/{paper.revision}"] = paper.raw
        return decision

    def _given(self, subject: str, entry: Entry, command: Payload) -> Salts | None:
        if not isinstance(command, PlaceOfficer):
            return None
        last = self.papers.get(f"{subject}/{entry.version}")
        return Salts(
            f"salt{next(self._numbers)}", Person.model_validate_json(last).salt if last else None
        )

    def _said(self, subject: str, event: Event, cause: str = "c") -> Message[Payload]:
        number = next(self._numbers)
        data = Message(
            f"e{number}",
            "/motcua/catalog",
            event.wire_type,
            subject,
            NOW,
            "system:catalog",
            "c",
            cause,
            event,
            number,
            GENESIS,
        )
        self.catalogue.append(encode(data))
        return decode(self.catalogue[-1])

    async def read(self) -> Shelf:
        """The log as the importer reads it."""
        shelf = Shelf()
        for raw in self.catalogue:
            shelf.take(raw)
        for raw in self.papers.values():
            shelf.take_paper(raw)
        return shelf

    async def send(self, commands: Sequence[Message[Payload]]) -> None:
        """The log as the importer writes it: every command through its bytes,
        each decided at once.
        """
        for command in commands:
            known = any(earlier.id == command.id for earlier in self.sent)
            self.sent.append(command)
            if known:  # the chassis answers a repeat from its inbox
                continue
            read = decode(encode(command))
            try:
                self.tell(read.subject, read.data, read.id)
            except Refusal as refusal:
                self._said(
                    read.subject,
                    REJECTIONS["catalog"](command=read.type, command_id=read.id, slug=refusal.slug),
                )
