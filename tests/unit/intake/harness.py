"""A harness for the rules of intake: one dossier, told messages one by one, with its own
catalogue and no chassis.
"""

from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count
from typing import Any

from motcua_contracts import Catalogue, Decision, Event, Message, Payload
from motcua_contracts.messages.catalog import (
    Agency,
    AgencyPublished,
    Calendar,
    CalendarPublished,
    Holiday,
    OfficerPlaced,
    ProcedurePublished,
    Publication,
    Role,
    Seat,
    Span,
)
from motcua_contracts.messages.documents import AttachedPaper, DocumentRef
from motcua_contracts.messages.intake import (
    Applicant,
    DossierPapers,
    ForgetDossier,
    RateDossier,
    RegisterPaperDossier,
    SubmitDossier,
    SubmitSupplement,
    WithdrawDossier,
)
from motcua_contracts.rules.terms import FeeRule, RequiredPaper, Step, Terms, Workflow
from motcua_intake.domain.case import Dossier
from motcua_intake.domain.counter import Erasing, Held
from motcua_intake.domain.decide import decide
from motcua_intake.domain.evolve import evolve
from motcua_intake.domain.registration import Given

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Tuesday, 9:00 in Vietnam."""
AN, CLERK, SYSTEM = "citizen:an", "officer:clerk-haihau", "system:intake"
GIVEN = Given(salt="5a17", pin="042042", number=7)
FILE = DocumentRef(sha256="f" * 64, size=2000, media_type="application/pdf")
APPLICANT = Applicant(
    full_name="Nguyễn Thị Mẫu An",
    id_number="036000000001",
    phone="0900000001",
    email="an@example.vn",
)
ERASE = ForgetDossier(
    agency="haihau",
    reason_code="purpose-ended",
    asked_by="applicant",
    request_number="125/DDN",
    request_date=date(2026, 11, 24),
)
HOURS = (Span(opens="07:00", closes="11:30"), Span(opens="13:30", closes="17:00"))


def terms(**changes: Any) -> Terms:
    """Level 4, 100,000 VND before the result, one step, one required paper."""
    step = Step(
        id="sign", name_vi="Ký", name_en="Sign", department="tckh", role="leader", does="approve"
    )
    plain: dict[str, Any] = {
        "code": "1.001612",
        "version": 1,
        "name_vi": "Đăng ký thành lập hộ kinh doanh",
        "name_en": "Household business registration",
        "field": "household-business",
        "field_vi": "Thành lập và hoạt động hộ kinh doanh",
        "authority_level": "district",
        "level": 4,
        "receiving_agency": "haihau",
        "deciding_agency": "haihau",
        "days": 3,
        "calendar": "haihau",
        "fee": FeeRule(amount_vnd=100_000),
        "workflow": Workflow(id="plain", steps=(step,)),
        "papers": (
            RequiredPaper(id="application", name_vi="Giấy đề nghị"),
            RequiredPaper(id="proxy", name_vi="Ủy quyền", required=False),
        ),
    }
    return Terms(**plain | changes)


def catalogue(
    *versions: Terms,
    effective_from: datetime = datetime(2026, 1, 1, tzinfo=UTC),
    off: tuple[date, ...] = (),
) -> Catalogue:
    """Two agencies with a clerk each, one calendar with these days off, and the given versions of
    the procedure.
    """
    catalogue = Catalogue()
    holidays = tuple(Holiday(day=day, name_vi="Nghỉ") for day in off)
    calendar = Calendar(id="haihau", week=dict.fromkeys(range(1, 6), HOURS), holidays=holidays)
    said: list[Event] = [
        CalendarPublished(calendar=calendar, version=1, effective_from=effective_from)
    ]
    for agency, code in (("haihau", "H40.12"), ("haiminh", "H40.12.3")):
        office = Agency(
            id=agency,
            code=code,
            name_vi=agency,
            name_en=agency,
            authority_level="district",
            calendar="haihau",
        )
        said.append(AgencyPublished(agency=office, version=1, effective_from=effective_from))
        posts: tuple[tuple[str, Role], ...] = (("clerk", "clerk"), ("officer", "officer"))
        for post, role in posts:
            place = Seat(
                officer=f"{post}-{agency}",
                agency=agency,
                department="one-stop",
                post_vi=post,
                post_en=post,
                roles=(role,),
            )
            said.append(
                OfficerPlaced(
                    place=place, version=1, effective_from=effective_from, commitment="0" * 64
                )
            )
    said += (
        ProcedurePublished(terms=version, publication=Publication(), effective_from=effective_from)
        for version in versions
    )
    for event in said:
        catalogue.apply(message(event, "system:catalog", effective_from))
    return catalogue


def message(data: Payload, actor: str, at: datetime, sequence: int = 1) -> Message[Payload]:
    return Message(
        "m",
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


def submit(**changes: Any) -> SubmitDossier:
    filed: dict[str, Any] = {
        "procedure_code": "1.001612",
        "applicant": APPLICANT,
        "form": {"business_name": "Tiệm bánh Mẫu", "members": 2, "revenue": "x"},
        "files": (AttachedPaper(paper="application", document=FILE),),
    }
    return SubmitDossier(**filed | changes)


def on_paper(**changes: Any) -> RegisterPaperDossier:
    return RegisterPaperDossier(
        **{"procedure_code": "1.001612", "applicant": APPLICANT, "agency": "haihau"} | changes
    )


class IntakeHarness:
    """One dossier.

    `tell` decides a message and folds what follows; `journal` are all events so far, `papers` all
    revisions.
    """

    def __init__(self, replica: Catalogue | None = None) -> None:
        self.catalogue = replica or catalogue(terms())
        self.dossier = Dossier()
        self.journal: list[Event] = []
        self.papers: dict[int, DossierPapers] = {}
        self._sequence = count(1)

    def tell(
        self,
        *told: Payload,
        actor: str | None = None,
        at: datetime = NOW,
        given: Given | Held | Erasing | None = GIVEN,
    ) -> list[str]:
        """The names of the events that follow. Raises the refusal of a command."""
        said: list[str] = []
        for data in told:
            world: Any = (
                self.held() if given is GIVEN and not isinstance(data, SubmitDossier) else given
            )
            world = (
                self.erasing() if world is not None and isinstance(data, ForgetDossier) else world
            )
            by = actor or (f"system:{data.owner}" if isinstance(data, Event) else by_default(data))
            decision: Decision = decide(
                self.dossier, message(data, by, at), at, self.catalogue, world
            )
            for paper in decision.private_records:
                if paper.raw is None:
                    del self.papers[paper.revision]
                else:
                    self.papers[paper.revision] = DossierPapers.model_validate_json(paper.raw)
            for event in decision.events:
                self.dossier = evolve(self.dossier, message(event, by, at, next(self._sequence)))
                self.journal.append(event)
                said.append(type(event).__name__)
        return said

    def erasing(self) -> Erasing:
        """What `prepare` gives to an erasure: a check code for each revision, hashed."""
        return Erasing(
            tuple(
                sha256(papers.salt.encode()).hexdigest()
                for _, papers in sorted(self.papers.items())
            )
        )

    def held(self, **changes: Any) -> Held | None:
        """What `prepare` gives to a command that may write the next revision."""
        papers = self.papers.get(self.dossier.revision)
        return (
            Held(papers, self.dossier.revision, f"salt-{self.dossier.revision + 1}", **changes)
            if papers is not None
            else None
        )


def by_default(data: Payload) -> str:
    """Citizens file, withdraw, supplement and rate; all else is a clerk's."""
    if type(data) is SubmitDossier or isinstance(data, RateDossier):
        return AN
    return AN if isinstance(data, SubmitSupplement | WithdrawDossier) and not data.agency else CLERK
