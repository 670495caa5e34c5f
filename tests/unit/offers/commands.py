"""A valid command for each act of each person, on the dossier as it is now: only its own state can
speak against it.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from motcua_contracts import Payload
from motcua_contracts.messages.documents import AttachedPaper
from motcua_contracts.messages.intake import (
    AcceptDossier,
    CorrectApplicant,
    HandOver,
    PostResult,
    RateDossier,
    RecordPost,
    RefuseDossier,
    RequestedPaper,
    RequestPapers,
    SubmitSupplement,
    WithdrawDossier,
)
from motcua_contracts.messages.payment import EndDoubt, RecordCash, StartPayment
from motcua_contracts.messages.refunds import RecordPayOut, RefundByHand
from motcua_contracts.messages.routing import (
    AnswerConsultation,
    Approve,
    AssignTask,
    CompleteStep,
    Consult,
    DraftDecision,
    Extend,
    RequestSupplement,
    ReturnStep,
    TakeOver,
)

from ..intake import harness as intake_harness
from .harness import AGENCY, FILE, PEOPLE, OfficeHarness

OWNER = intake_harness.AN
ASKED = (RequestedPaper(paper="minutes"),)
TILL = f"till:{AGENCY}:cashier"


class Try(NamedTuple):
    """`act` as the offers name it, `by` an officer's id or empty for the owner, `number` of what it
    is about.
    """

    act: str
    by: str
    data: Payload
    number: int = 0


def tries(office: OfficeHarness) -> list[Try]:
    owner = _owner(office) if office.intake.dossier.owner else ()
    return [*_counter(office), *_case(office), *_money(office), *owner]


def _counter(office: OfficeHarness) -> Iterator[Try]:
    said: list[tuple[str, Payload]] = [
        ("accept", AcceptDossier(agency=AGENCY)),
        (
            "request-supplement",
            RequestPapers(agency=AGENCY, papers=ASKED, reason_code="paper-missing"),
        ),
        ("refuse", RefuseDossier(agency=AGENCY, reason_code="not-eligible")),
        ("supplement", _supplement(office, agency=AGENCY)),
        ("post-result", PostResult(agency=AGENCY, item_number="EB1")),
        ("hand-over", HandOver(agency=AGENCY, identity_checked=True)),
        ("post-outcome", RecordPost(agency=AGENCY, delivered=False, reason_code="other")),
        ("post-outcome", RecordPost(agency=AGENCY, delivered=True)),
        ("withdrawal", WithdrawDossier(agency=AGENCY)),
        ("correction", _correction(office)),
        (
            "forget",
            intake_harness.ERASE.model_copy(update={"request_date": office.at.date()}),
        ),
    ]
    for act, data in said:
        yield Try(act, "clerk", data)


def _supplement(office: OfficeHarness, agency: str = "") -> SubmitSupplement:
    file = AttachedPaper(paper="minutes", document=FILE)
    return SubmitSupplement(files=(file,), agency=agency)


def _correction(office: OfficeHarness) -> CorrectApplicant:
    names = ("Nguyễn Thị Mẫu An", "Nguyễn Thị Mẫu Anh")
    return CorrectApplicant(
        agency=AGENCY,
        full_name=names[office.intake.dossier.revision % 2],
        address=f"Xóm {office.intake.dossier.revision}",
        reason_code="typing-error",
        shown_by="Căn cước số 1",
    )


def _case(office: OfficeHarness) -> Iterator[Try]:
    case = office.routing.case
    task = case.task
    step = task.step if task is not None else "process"
    for officer, _, _, role in PEOPLE:
        if role not in ("officer", "leader"):
            continue
        said: list[tuple[str, Payload]] = [
            ("complete-step", CompleteStep(step=step)),
            ("draft-decision", DraftDecision(step=step, outcome="granted")),
            ("approve", Approve(step=step)),
            ("return-step", ReturnStep(step=step, reason_code="draft-unclear")),
            (
                "request-supplement",
                RequestSupplement(step=step, papers=ASKED, reason_code="paper-missing"),
            ),
            ("take-over", TakeOver(step=step)),
            (
                "extend",
                Extend(
                    step=step,
                    new_due_at=max(office.at, case.due_at or office.at) + timedelta(days=1),
                    reason_code="complex-matter",
                ),
            ),
        ]
        free = _free_department(office)
        if free is not None:
            said.append(("consult", Consult(step=step, agency=free[0], department=free[1])))
        present = _present(office)
        if present is not None:
            said.append(("assign", AssignTask(step=step, officer=present)))
        for act, data in said:
            yield Try(act, officer, data)
        for number in range(1, case.consulted + 1):
            answer = AnswerConsultation(consultation=number, opinion="agrees")
            yield Try("answer-consultation", officer, answer, number)


def _free_department(office: OfficeHarness) -> tuple[str, str] | None:
    """One that may be asked: not the step's own, and not asked already."""
    case = office.routing.case
    if case.task is None:
        return AGENCY, "tuphap"
    taken = {(one.agency, one.department) for one in case.asked}
    taken.add((case.agency, case.open_step.department))
    every = [
        (agency, one.id)
        for agency in (AGENCY, "haiminh")
        for one in office.events.agency(agency).departments
    ]
    return next((one for one in every if one not in taken), None)


def _present(office: OfficeHarness) -> str | None:
    """Somebody who may have the open task and is there."""
    case = office.routing.case
    if case.task is None:
        return "officer-tckh"
    step = case.open_step
    able = office.events.officers(case.agency, step.department, step.role)
    return next(
        (one.officer for one in able if not office.events.absent(one.officer, office.at)), None
    )


def _money(office: OfficeHarness) -> Iterator[Try]:
    charge = office.payment.charge
    owed = charge.fee.amount_vnd if charge.fee is not None else 1
    taking = f"{TILL}/{len(office.payment.said)}"
    yield Try("collect-cash", "cashier", RecordCash(till=TILL, reference=taking, amount_vnd=owed))
    for refund in charge.refunds:
        asked = refund.request
        pay_out = RecordPayOut(
            till=TILL, reference=taking, refund=asked.refund, amount_vnd=asked.amount_vnd
        )
        yield Try("pay-out", "cashier", pay_out, asked.refund)
    for officer in ("cashier", "leader-tckh"):
        for attempt in charge.attempts:
            number = attempt.request.attempt
            yield Try("end-doubt", officer, EndDoubt(agency=AGENCY, attempt=number), number)
        yield Try("refund", officer, RefundByHand(agency=AGENCY, amount_vnd=1000))


def _owner(office: OfficeHarness) -> Iterator[Try]:
    yield Try("pay_online", "", StartPayment(return_url="https://motcua.example/paid"))
    yield Try("supplement", "", _supplement(office))
    yield Try("withdraw", "", WithdrawDossier())
    yield Try("rate", "", RateDossier(stars=4))
