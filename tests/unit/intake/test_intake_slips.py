"""Form 02 when a department asks: it bears what the officer typed, a paper of routing's that no
event repeats.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any, cast

import pytest
from motcua_chassis import PrivateRecordNotYet, PrivateRecords
from motcua_contracts import Effect
from motcua_contracts.messages.catalog import Person
from motcua_contracts.messages.documents import DocumentRef
from motcua_contracts.messages.intake import (
    AcceptDossier,
    RecordAcceptanceSlip,
    RecordSlip,
    RequestedPaper,
    RequestPapers,
    SupplementDemanded,
)
from motcua_contracts.messages.payment import FeeAssessed
from motcua_contracts.messages.routing import NOTES_FROM, RoutingNote, SupplementNeeded
from motcua_contracts.rules.decision import PrivateEntry
from motcua_intake.effects.slips import supplement_slip
from motcua_intake.tools import Tools
from pypdf import PdfReader

from .harness import FILE, IntakeHarness, submit

NOTE = "Đề nghị nộp bản chụp rõ cả hai mặt."
NOTE_PAPER = PrivateEntry.of(NOTES_FROM + 1, RoutingNote(salt="7" * 32, text=NOTE))
FREE = FeeAssessed(amount_vnd=0, computation=(), moment="before_result", pay_within_seconds=600)
LINES = (RequestedPaper(paper="proxy"),)
NEEDED = SupplementNeeded(
    number=1,
    papers=LINES,
    clock="restart",
    agency="haihau",
    officer="officer-haihau",
    reason_code="paper-unreadable",
    revision=NOTES_FROM + 1,
)


@dataclass
class Shelf:
    """The papers that have come; asked for after the dossier was forgotten, it says so from then
    on, as the chassis does.
    """

    papers: dict[int, bytes]
    gone: bool = False
    forgotten: bool = False

    async def get(self, revision: int) -> bytes:
        if revision in self.papers:
            return self.papers[revision]
        self.forgotten = self.gone
        raise PrivateRecordNotYet(f"revision {revision}")


@dataclass
class Office:
    """Keeps what was rendered, unsigned and unstored."""

    issued: list[bytes] = field(default_factory=list)

    async def issue(
        self,
        render: Callable[[Any], bytes],
        value: Any,
        dossier_id: str,
        at: datetime,
        reason_vi: str,
        agency: str,
    ) -> DocumentRef:
        self.issued.append(render(value))
        return FILE


class People:
    """The replica of catalog.people: everybody has a name."""

    async def find(self, where: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        key = where["_id"]["$gte"]
        officer = key.removeprefix("officer:").removesuffix("/")
        paper = Person(salt="5" * 32, officer=officer, full_name=f"Bà {officer}")
        yield {"_id": f"{key}1", "raw": paper.model_dump_json().encode()}


def asked_by_department(event: SupplementNeeded = NEEDED) -> IntakeHarness:
    desk = IntakeHarness()
    desk.tell(
        submit(), FREE, AcceptDossier(agency="haihau"), RecordAcceptanceSlip(slip=FILE), event
    )
    return desk


def papers_of(desk: IntakeHarness) -> dict[int, bytes]:
    return {
        revision: PrivateEntry.of(revision, paper).raw or b""
        for revision, paper in desk.papers.items()
    }


async def made(desk: IntakeHarness, shelf: Shelf, office: Office) -> RecordSlip:
    tools = Tools(cast(Any, None), cast(Any, None), desk.catalogue, cast(Any, office), People())
    return await supplement_slip(
        Effect("slip", "supplement-slip"), desk.dossier, cast(PrivateRecords, shelf), tools
    )


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


async def test_the_departments_note_is_printed_and_in_no_event() -> None:
    desk, office = asked_by_department(), Office()
    command = await made(
        desk, Shelf({**papers_of(desk), NOTES_FROM + 1: NOTE_PAPER.raw or b""}), office
    )
    assert NOTE in text_of(office.issued[0])
    assert "Bà officer-haihau" in text_of(office.issued[0]), "who asks is named"
    desk.tell(command)
    assert [event for event in desk.journal if NOTE in event.model_dump_json()] == []
    assert NOTE not in command.model_dump_json()


async def test_the_slip_is_the_same_bytes_whenever_it_is_made_from_the_same_papers() -> None:
    desk, office = asked_by_department(), Office()
    shelf = Shelf({**papers_of(desk), NOTES_FROM + 1: NOTE_PAPER.raw or b""})
    await made(desk, shelf, office)
    await made(desk, shelf, office)
    assert office.issued[0] == office.issued[1]


async def test_without_the_note_s_paper_the_slip_waits() -> None:
    desk, office = asked_by_department(), Office()
    with pytest.raises(PrivateRecordNotYet):
        await made(desk, Shelf(papers_of(desk)), office)
    assert office.issued == []


async def test_for_a_forgotten_dossier_it_closes_without_a_slip_though_only_the_note_is_gone() -> (
    None
):
    desk, office = asked_by_department(), Office()
    shelf = Shelf(papers_of(desk), gone=True)
    with pytest.raises(PrivateRecordNotYet):
        await made(desk, shelf, office)
    assert await made(desk, shelf, office) == RecordSlip(about="supplement", number=1, slip=None)
    assert office.issued == []


async def test_a_department_that_typed_nothing_waits_for_nothing() -> None:
    desk, office = asked_by_department(NEEDED.model_copy(update={"revision": None})), Office()
    await made(desk, Shelf(papers_of(desk)), office)
    assert "Nội dung cụ thể" not in text_of(office.issued[0])


async def test_the_counter_s_own_note_is_printed_as_before() -> None:
    desk, office = IntakeHarness(), Office()
    desk.tell(
        submit(),
        FREE,
        RequestPapers(agency="haihau", papers=LINES, reason_code="other", note="Chụp lại."),
    )
    await made(desk, Shelf(papers_of(desk)), office)
    assert "Nội dung cụ thể: Chụp lại." in text_of(office.issued[0])


def test_the_request_names_the_note_s_revision_for_whoever_makes_the_slip() -> None:
    desk = asked_by_department()
    assert [
        event.note_revision for event in desk.journal if isinstance(event, SupplementDemanded)
    ] == [NOTES_FROM + 1]
