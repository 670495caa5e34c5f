"""What each service issues: the documents' values follow from events and papers, and the office
renders, signs and stores them.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from motcua_contracts import Catalogue, Effect, Event, Message
from motcua_contracts.messages.catalog import (
    Agency,
    AgencyPublished,
    Department,
    OfficerPlaced,
    ProcedurePublished,
    Publication,
    Seat,
)
from motcua_contracts.messages.documents import DocumentRef
from motcua_contracts.messages.intake import AcceptanceDecided, Applicant, CaseTerms, DossierPapers
from motcua_contracts.messages.routing import DecisionApproved
from motcua_contracts.rules.terms import FeeRule, RequiredPaper, Step, Terms, Workflow
from motcua_documents.key_files import KeyFiles
from motcua_documents.office import Office, open_office
from motcua_documents.signing import SigningNotConfigured, authorities, verify
from motcua_intake.domain.case import Dossier, Fee
from motcua_intake.effects.acceptance_slip import (
    acceptance_slip,
    fee_state,
    statutory_time,
    written,
)
from motcua_intake.tools import Tools
from motcua_routing.domain.case import Case
from motcua_routing.effects import decision_document

from tests.support.stack import mongodb

from .samples import AT, SALT, make_keys, read

PERSON = DossierPapers(
    salt=SALT,
    pin="042042",
    applicant=Applicant(
        full_name="Trần Văn Mẫu Bình", id_number="036000000002", address="Xóm 5, xã Hải Minh"
    ),
    form={"business_name": "Tiệm bánh Mẫu"},
)
SIGN = Step(
    id="sign", name_vi="Ký", name_en="Sign", department="tckh", role="leader", does="approve"
)
TERMS = Terms(
    code="1.001612",
    version=1,
    name_vi="Đăng ký hộ kinh doanh",
    name_en="",
    field="x",
    field_vi="x",
    authority_level="district",
    receiving_agency="haihau",
    deciding_agency="haihau",
    days=3,
    calendar="haihau",
    fee=FeeRule(amount_vnd=100_000),
    workflow=Workflow(id="plain", steps=(SIGN,)),
    result_vi="Giấy chứng nhận",
    papers=(
        RequiredPaper(id="a", name_vi="Giấy đề nghị", original=True),
        RequiredPaper(id="b", name_vi="Ủy quyền", required=False),
    ),
)
DOSSIER = Dossier(
    id="d-1",
    stage="accepting",
    code="H40.12-261124-0001",
    terms=TERMS,
    revision=1,
    receiving_agency="haihau",
    received_at=AT,
    papers=("a",),
    fee=Fee(state="cleared", amount_vnd=100_000, settled=True),
    acceptance=AcceptanceDecided(
        accepted_at=AT,
        due_at=AT + timedelta(days=3),
        steps=(),
        calendar="haihau",
        calendar_version=1,
    ),
)
CASE = Case(
    id="d-1",
    stage="approved",
    agency="haihau",
    terms=CaseTerms(
        procedure="1.001612",
        code="H40.12-261124-0001",
        name_vi="Đăng ký hộ kinh doanh",
        name_en="",
        revision=1,
        result_vi="Giấy chứng nhận",
        workflow=Workflow(id="plain", steps=(SIGN,)),
        received_at=AT,
    ),
    approval=DecisionApproved(step="sign", officer="leader", outcome="granted", approved_at=AT),
)


def events() -> Catalogue:
    told = Catalogue()
    department = Department(id="tckh", name_vi="Phòng Tài chính – Kế hoạch", name_en="Finance")
    agency = Agency(
        id="haihau",
        code="H40.12",
        name_vi="Ủy ban nhân dân huyện Hải Hậu",
        name_en="",
        authority_level="district",
        calendar="haihau",
        departments=(department,),
    )
    place = Seat(
        officer="leader",
        agency="haihau",
        department="tckh",
        post_vi="Trưởng phòng",
        post_en="Head",
        roles=("leader",),
    )
    schema: dict[str, Any] = {"properties": {"business_name": {"title": "Tên hộ kinh doanh"}}}
    said: list[Event] = [
        AgencyPublished(agency=agency, version=1, effective_from=AT),
        OfficerPlaced(place=place, version=1, effective_from=AT, commitment="0" * 64),
        ProcedurePublished(
            terms=TERMS, publication=Publication(form_schema=schema), effective_from=AT
        ),
    ]
    for event in said:
        told.apply(
            Message(
                "m",
                "/motcua/catalog",
                event.wire_type,
                "s",
                AT,
                "system:catalog",
                "c",
                "c",
                event,
                1,
            )
        )
    return told


class Shelf:
    """The papers of one dossier, or of a forgotten one."""

    def __init__(self, *, forgotten: bool = False) -> None:
        self.forgotten = forgotten

    async def get(self, revision: int) -> bytes:
        assert revision == 1
        return PERSON.model_dump_json().encode()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    keys = make_keys(tmp_path)
    uri = mongodb().replace("/?", f"/documents_{uuid4().hex[:12]}?")
    async with open_office(uri, KeyFiles(keys.key, keys.cert)) as opened:
        yield opened


async def test_the_slip_is_rendered_signed_and_stored_for_its_dossier(
    office: Office, tmp_path: Path
) -> None:
    tools = Tools(cast(Any, None), cast(Any, None), events(), office, cast(Any, None))
    effect = Effect("d-1/acceptance-slip", "acceptance-slip")
    answer = await acceptance_slip(effect, DOSSIER, Shelf(), tools)
    assert isinstance(answer.slip, DocumentRef)
    pdf = await office.store.get(answer.slip.sha256)
    report = verify(pdf, authorities(str(tmp_path / "authority.pem")))
    assert report.good
    assert report.signed_at == AT
    assert "Trần Văn Mẫu Bình" in read(pdf)
    assert (await office.store.belongs_to(answer.slip.sha256)).dossiers == {"d-1"}
    assert (await acceptance_slip(effect, DOSSIER, Shelf(forgotten=True), tools)).slip is None


def test_the_slip_of_a_paper_dossier_lists_what_was_handed_in_without_scans() -> None:
    online = written(DOSSIER.model_copy(update={"papers": ("b",)}), PERSON, events())
    counter = written(
        DOSSIER.model_copy(update={"papers": ("b",), "channel": "counter", "on_paper": ("a",)}),
        PERSON,
        events(),
    )
    assert [paper.name_vi for paper in online.papers] == ["Ủy quyền"]
    assert [paper.name_vi for paper in counter.papers] == ["Giấy đề nghị", "Ủy quyền"]


@pytest.mark.parametrize(
    ("fee", "said"),
    [
        (Fee(state="cleared", amount_vnd=100_000, settled=True), "100.000 đồng, đã nộp"),
        (Fee(state="cleared"), "Không phải nộp"),
        (Fee(state="deferred", amount_vnd=50_000), "50.000 đồng, nộp trước khi nhận kết quả"),
    ],
)
def test_the_state_of_the_fee(fee: Fee, said: str) -> None:
    assert fee_state(fee) == said


@pytest.mark.parametrize(
    ("days", "unit", "said"),
    [
        (3, "working", "3 ngày làm việc"),
        (0.5, "working", "0,5 ngày làm việc"),
        (15, "calendar", "15 ngày"),
        (0, "same_day", "Trong ngày"),
    ],
)
def test_the_statutory_time(days: float, unit: str, said: str) -> None:
    assert statutory_time(TERMS.model_copy(update={"days": days, "day_unit": unit})) == said


async def test_the_decision_is_signed_and_a_refusal_says_its_reason(
    office: Office, tmp_path: Path
) -> None:
    class Shown:
        public_url, catalogue = "https://motcua.example", events()

        async def name_of(self, officer: str) -> str:
            return {"leader": "Nguyễn Đức Thịnh"}[officer]

    tools = cast(Any, Shown())
    tools.office = office
    answer = await decision_document.sign_decision(
        Effect("d-1/sign-decision", "sign-decision"), CASE, Shelf(), tools
    )
    assert answer.result is not None
    pdf = await office.store.get(answer.result.sha256)
    report = verify(pdf, authorities(str(tmp_path / "authority.pem")))
    assert report.good
    assert "Tên hộ kinh doanh: Tiệm bánh Mẫu" in read(pdf)
    assert "TRƯỞNG PHÒNG" in read(pdf)
    assert "Nguyễn Đức Thịnh" in read(pdf)
    assert f"Ký bởi: {report.signer}" in read(pdf)
    assert CASE.approval is not None
    refusal = CASE.approval.model_copy(update={"outcome": "refused", "reason_code": "not-eligible"})
    refused = decision_document.written(
        CASE.model_copy(update={"approval": refusal}), PERSON, events()
    )
    assert (refused.granted, refused.reason_vi, refused.content) == (
        False,
        "Không đủ điều kiện theo quy định",
        (),
    )
    assert decision_document.reason_vi("of-a-later-release") == "Theo mã lý do of-a-later-release"


async def test_without_a_key_no_office_opens() -> None:
    with pytest.raises(SigningNotConfigured, match="MOTCUA_SIGNING_KEY is empty"):
        async with open_office("mongodb://127.0.0.1:1/", KeyFiles()):
            pass
