"""A harness for the rules of routing: one dossier, told messages one by one, with its own
catalogue and no chassis.
"""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from motcua_contracts import Catalogue, Event, Message, Payload
from motcua_contracts.messages.catalog import (
    Absence,
    AbsenceRecorded,
    Agency,
    AgencyPublished,
    Calendar,
    CalendarPublished,
    Department,
    OfficerPlaced,
    ProcedurePublished,
    Publication,
    Role,
    Seat,
    Span,
)
from motcua_contracts.messages.documents import DocumentRef
from motcua_contracts.messages.intake import CaseTerms, DossierAccepted, DossierStopped
from motcua_contracts.messages.routing import (
    AnswerConsultation,
    Approve,
    AssignTask,
    CompleteStep,
    Consult,
    DraftDecision,
    Extend,
    RecordSignedDecision,
    RequestSupplement,
    ReturnStep,
    TakeOver,
)
from motcua_contracts.rules.decision import PrivateEntry
from motcua_contracts.rules.terms import FeeRule, RequiredPaper, Step, Terms, Workflow
from motcua_routing.domain.assignment import Drawn
from motcua_routing.domain.case import Case
from motcua_routing.domain.decide import decide
from motcua_routing.domain.evolve import evolve

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
"""Thursday, 9:00 in Vietnam."""
DUE = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
RESULT = DocumentRef(sha256="a" * 64, size=1000, media_type="application/pdf")
HOURS = (Span(opens="07:00", closes="11:30"), Span(opens="13:30", closes="17:00"))
OFFICER, LEADER, COLLEAGUE = "officer:officer-tckh", "officer:leader-tckh", "officer:officer-tckh-2"
JUSTICE, COMMUNE = "officer:officer-tuphap", "officer:officer-haiminh"
PEOPLE: tuple[tuple[str, str, str, Role], ...] = (
    ("clerk", "haihau", "motcua", "clerk"),
    ("officer-tckh", "haihau", "tckh", "officer"),
    ("officer-tckh-2", "haihau", "tckh", "officer"),
    ("leader-tckh", "haihau", "tckh", "leader"),
    ("officer-tuphap", "haihau", "tuphap", "officer"),
    ("officer-nolead", "haihau", "nolead", "officer"),
    ("chairman", "haihau", "board", "leader"),
    ("officer-haiminh", "haiminh", "tckh", "officer"),
    ("leader-haiminh", "haiminh", "tckh", "leader"),
)

PROCESS = Step(
    id="process",
    name_vi="Thẩm định",
    name_en="Examine",
    department="tckh",
    role="officer",
    does="process",
)
DRAFT = Step(
    id="draft",
    name_vi="Dự thảo",
    name_en="Draft",
    department="tckh",
    role="officer",
    does="draft",
    working_hours=4,
)
APPROVE = Step(
    id="approve",
    name_vi="Ký duyệt",
    name_en="Sign",
    department="tckh",
    role="leader",
    does="approve",
    working_hours=4,
)
WAY = (PROCESS, DRAFT, APPROVE)

COMPLETE, APPROVED, SIGNED = (
    CompleteStep(step="process"),
    Approve(step="approve"),
    RecordSignedDecision(result=RESULT),
)
GRANT, REFUSE = (
    DraftDecision(step="draft", outcome="granted"),
    DraftDecision(step="draft", outcome="refused", reason_code="not-eligible"),
)
BACK, STOPPED = (
    ReturnStep(step="approve", reason_code="draft-unclear"),
    DossierStopped(reason="not_paid_in_time"),
)


def automatic(step: Step) -> Step:
    return step.model_copy(update={"automatic": True})


def terms() -> Terms:
    """What the catalogue says of the procedure; of these routing reads the papers and the field."""
    return Terms(
        code="1.001612",
        version=1,
        name_vi="Đăng ký thành lập hộ kinh doanh",
        name_en="Household business registration",
        field="hkd",
        field_vi="Thành lập và hoạt động hộ kinh doanh",
        authority_level="district",
        receiving_agency="haihau",
        deciding_agency="haihau",
        days=3,
        calendar="haihau",
        fee=FeeRule(amount_vnd=0),
        workflow=Workflow(id="w", steps=WAY),
        papers=(
            RequiredPaper(id="application", name_vi="Giấy đề nghị"),
            RequiredPaper(id="minutes", name_vi="Biên bản họp"),
        ),
    )


def an_agency(name: str, vi: str, *departments: tuple[str, str]) -> AgencyPublished:
    listed = tuple(Department(id=one, name_vi=one_vi, name_en=one) for one, one_vi in departments)
    place = Agency(
        id=name,
        code="H40.12",
        name_vi=vi,
        name_en=name,
        authority_level="district",
        calendar="haihau",
        departments=listed,
    )
    return AgencyPublished(agency=place, version=1, effective_from=NOW)


def away(officer: str, starts: datetime, ends: datetime) -> AbsenceRecorded:
    return AbsenceRecorded(
        officer=officer, absences=(Absence(starts=starts, ends=ends),), version=1
    )


def catalogue(people: tuple[tuple[str, str, str, Role], ...] = PEOPLE) -> Catalogue:
    catalogue = Catalogue()
    calendar = Calendar(id="haihau", week=dict.fromkeys(range(1, 6), HOURS))
    said: list[Event] = [
        CalendarPublished(calendar=calendar, version=1, effective_from=NOW),
        ProcedurePublished(terms=terms(), publication=Publication(), effective_from=NOW),
        an_agency(
            "haihau",
            "UBND huyện Hải Hậu",
            ("tckh", "Phòng Tài chính – Kế hoạch"),
            ("tuphap", "Phòng Tư pháp"),
            ("empty", "Phòng trống"),
        ),
        an_agency("haiminh", "UBND xã Hải Minh", ("tckh", "Tài chính"), ("tuphap", "Tư pháp")),
    ]
    for officer, agency, department, role in people:
        place = Seat(
            officer=officer,
            agency=agency,
            department=department,
            post_vi="Chuyên viên",
            post_en="Officer",
            roles=(role,),
        )
        said.append(OfficerPlaced(place=place, version=1, effective_from=NOW, commitment="0" * 64))
    for event in said:
        catalogue.apply(message(event, "system:catalog"))
    return catalogue


def accepted(*steps: Step, **changes: Any) -> DossierAccepted:
    terms: dict[str, Any] = {
        "procedure": "1.001612",
        "code": "H40.12-261126-0001",
        "name_vi": "Đăng ký thành lập hộ kinh doanh",
        "name_en": "Household business registration",
        "revision": 1,
        "receiving_agency": "haihau",
        "deciding_agency": "haihau",
        "days": 3,
        "workflow": Workflow(id="haihau-tckh", steps=steps or WAY),
    }
    case = CaseTerms(**terms | changes)
    return DossierAccepted(
        case=case,
        accepted_at=NOW,
        due_at=DUE,
        steps=(),
        calendar="haihau",
        calendar_version=1,
        slip=None,
    )


def message(
    data: Payload, actor: str, at: datetime = NOW, sequence: int = 1, message_id: str = "m"
) -> Message[Payload]:
    return Message(
        message_id,
        f"/motcua/{data.owner}",
        data.wire_type,
        "d-1",
        at,
        actor,
        "c",
        "c",
        data,
        sequence if isinstance(data, Event) else None,
    )


def actor_of(data: Payload) -> str:
    """Who says it, where all goes its way: the officer, the leader, the system."""
    match data:
        case CompleteStep() | DraftDecision() | RequestSupplement() | Consult():
            return OFFICER
        case Approve() | ReturnStep() | AssignTask() | Extend():
            return LEADER
        case TakeOver():
            return COLLEAGUE
        case AnswerConsultation():
            return JUSTICE
        case _:
            return f"system:{data.owner}"


class RoutingHarness:
    """One case.

    `tell` decides a message and folds what follows; each fold goes through JSON, as the stored case
    does.
    """

    def __init__(self, replica: Catalogue | None = None) -> None:
        self.catalogue = replica or catalogue()
        self.case = Case()
        self.said: list[Event] = []
        self.times: list[datetime] = []
        self.papers: list[PrivateEntry] = []
        self._sequence = count(1)

    def tell(
        self,
        *told: Payload,
        actor: str | None = None,
        at: datetime = NOW,
        given: Drawn | None = None,
    ) -> list[Event]:
        """The events that follow. Raises the refusal of a command."""
        news: list[Event] = []
        for data in told:
            salted = given or (Drawn(salt="a" * 32) if getattr(data, "note", "") else None)
            decision = decide(
                self.case, message(data, actor or actor_of(data), at), at, self.catalogue, salted
            )
            self.papers += decision.private_records
            for event in decision.events:
                folded = evolve(
                    self.case, message(event, "system:routing", at, next(self._sequence))
                )
                self.case = Case.model_validate_json(folded.model_dump_json())
                assert self.case == folded, "the case is not what its JSON says"
                news.append(event)
                self.times.append(at)
        self.said += news
        return news

    def names(self, *told: Payload, **how: Any) -> list[str]:
        return [type(event).__name__ for event in self.tell(*told, **how)]
