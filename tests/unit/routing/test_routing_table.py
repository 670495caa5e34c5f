"""Every pair of a case's state and a message: it moves, is refused by name, or (an event) changes
nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from motcua_contracts import Payload, Refusal
from motcua_contracts.messages.intake import (
    DossierCompleted,
    DossierForgotten,
    DossierWithdrawn,
    RequestedPaper,
    SupplementSubmitted,
)
from motcua_contracts.messages.routing import (
    AnswerConsultation,
    Approve,
    AssignTask,
    CompleteStep,
    Consult,
    DraftDecision,
    Extend,
    RecordApology,
    RequestSupplement,
    ReturnStep,
    TakeOver,
)
from motcua_contracts.rules.decision import Wake
from motcua_routing.domain.evolve import due, effects, index

from .harness import (
    APPROVED,
    BACK,
    COLLEAGUE,
    COMPLETE,
    DUE,
    GRANT,
    LEADER,
    NOW,
    OFFICER,
    REFUSE,
    SIGNED,
    STOPPED,
    RoutingHarness,
    accepted,
)


@dataclass(frozen=True)
class Told:
    data: Payload
    actor: str | None = None
    at: datetime = NOW


def papers_at(step: str) -> RequestSupplement:
    return RequestSupplement(
        step=step, papers=(RequestedPaper(paper="minutes"),), reason_code="paper-missing"
    )


def supplied(number: int) -> SupplementSubmitted:
    return SupplementSubmitted(
        by="department",
        number=number,
        revision=2,
        commitment="c",
        submitted_at=NOW + timedelta(days=1),
    )


MESSAGES = {
    "DossierAccepted": Told(accepted()),
    "DossierStopped": Told(STOPPED),
    "DossierWithdrawn": Told(DossierWithdrawn()),
    "DossierForgotten": Told(DossierForgotten()),
    "SupplementSubmitted": Told(supplied(1)),
    "SupplementSubmitted, another request": Told(supplied(2)),
    "DossierCompleted": Told(DossierCompleted(outcome="granted", refundable=False, result=None)),
    "Wake, too early": Told(Wake()),
    "Wake, at the due date": Told(Wake(), at=DUE),
    "CompleteStep": Told(COMPLETE),
    "CompleteStep, by a colleague": Told(COMPLETE, COLLEAGUE),
    "CompleteStep, by a citizen": Told(COMPLETE, "citizen:an"),
    "CompleteStep, another agency": Told(COMPLETE, "officer:officer-haiminh"),
    "CompleteStep, a drafting step": Told(CompleteStep(step="draft")),
    "DraftDecision, granted": Told(GRANT),
    "DraftDecision, refused": Told(REFUSE),
    "DraftDecision, no reason": Told(DraftDecision(step="draft", outcome="refused")),
    "DraftDecision, unknown reason": Told(
        DraftDecision(step="draft", outcome="refused", reason_code="because")
    ),
    "ReturnStep": Told(BACK),
    "ReturnStep, no reason": Told(ReturnStep(step="approve", reason_code="")),
    "Approve": Told(APPROVED),
    "Approve, by the officer": Told(APPROVED, OFFICER),
    "Approve, a drafting step": Told(Approve(step="draft"), LEADER),
    "AssignTask": Told(AssignTask(step="process", officer="officer-tckh-2")),
    "AssignTask, to a clerk": Told(AssignTask(step="process", officer="clerk")),
    "TakeOver": Told(TakeOver(step="process")),
    "RequestSupplement": Told(papers_at("process")),
    "RequestSupplement, while drafting": Told(papers_at("draft")),
    "Consult": Told(Consult(step="process", agency="haihau", department="tuphap")),
    "Consult, unknown department": Told(
        Consult(step="process", agency="haihau", department="nowhere")
    ),
    "AnswerConsultation": Told(AnswerConsultation(consultation=1, opinion="agrees")),
    "Extend": Told(
        Extend(step="process", new_due_at=DUE + timedelta(days=3), reason_code="complex-matter")
    ),
    "Extend, into the past": Told(
        Extend(step="process", new_due_at=NOW - timedelta(days=1), reason_code="complex-matter")
    ),
    "RecordApology": Told(RecordApology(letter=None)),
    "RecordSignedDecision": Told(SIGNED),
}
WAYS = {
    "unopened": (),
    "process": ("DossierAccepted",),
    "consulting": ("DossierAccepted", "Consult"),
    "waiting": ("DossierAccepted", "RequestSupplement"),
    "resumed": ("DossierAccepted", "RequestSupplement", "SupplementSubmitted"),
    "extending": ("DossierAccepted", "Extend"),
    "extended": ("DossierAccepted", "Extend", "RecordApology"),
    "late": ("DossierAccepted", "Wake, at the due date"),
    "draft": ("DossierAccepted", "CompleteStep"),
    "approve": ("DossierAccepted", "CompleteStep", "DraftDecision, granted"),
    "returned": ("DossierAccepted", "CompleteStep", "DraftDecision, refused", "ReturnStep"),
    "approved": ("DossierAccepted", "CompleteStep", "DraftDecision, refused", "Approve"),
    "decided": (
        "DossierAccepted",
        "CompleteStep",
        "DraftDecision, granted",
        "Approve",
        "RecordSignedDecision",
    ),
    "closed": ("DossierAccepted", "DossierStopped"),
    "withdrawn": (
        "DossierAccepted",
        "CompleteStep",
        "DraftDecision, granted",
        "Approve",
        "DossierWithdrawn",
    ),
}
# Events by their letters; - nothing follows; lower case: a refusal.
EVENTS = {
    "O": "CaseOpened",
    "T": "TaskAssigned",
    "S": "StepCompleted",
    "R": "StepReturned",
    "A": "DecisionApproved",
    "D": "CaseDecided",
    "X": "CaseClosed",
    "P": "SupplementNeeded",
    "G": "ClockResumed",
    "Q": "ConsultationRequested",
    "B": "ConsultationAnswered",
    "M": "ReminderDue",
    "E": "ExtensionDecided",
    "L": "DeadlineExtended",
    "C": "CaseEscalated",
}
SLUGS = {
    "unknown": "dossier-unknown",
    "status": "wrong-status",
    "role": "role-required",
    "foreign": "foreign-agency",
    "order": "step-out-of-order",
    "yours": "not-your-task",
    "other": "step-needs-other",
    "reason": "reason-required",
    "code": "reason-unknown",
    "nobody": "no-officer",
    "free": "task-not-free",
    "once": "supplement-used",
    "twice": "already-consulted",
    "where": "department-unknown",
    "awaited": "consultation-open",
    "answered": "consultation-closed",
    "past": "date-in-past",
    "enough": "already-extended",
}
TABLE = """
state                                | unopened | process  | consulting | waiting  | resumed  | extending | extended | late     | draft    | approve  | returned | approved | decided | closed | withdrawn
DossierAccepted                      | OT       | -        | -          | -        | -        | -         | -        | -        | -        | -        | -        | -        | -       | -      | -
DossierStopped                       | -        | X        | X          | X        | X        | X         | X        | X        | X        | X        | X        | X        | -       | -      | -
DossierWithdrawn                     | -        | X        | X          | X        | X        | X         | X        | X        | X        | X        | X        | X        | -       | -      | -
DossierForgotten                     | -        | -        | -          | -        | -        | -         | -        | -        | -        | -        | -        | -        | -       | -      | -
SupplementSubmitted                  | -        | -        | -          | G        | -        | -         | -        | -        | -        | -        | -        | -        | -       | -      | -
SupplementSubmitted, another request | -        | -        | -          | -        | -        | -         | -        | -        | -        | -        | -        | -        | -       | -      | -
DossierCompleted                     | -        | -        | -          | -        | -        | -         | -        | -        | -        | -        | -        | -        | -       | -      | -
Wake, too early                      | -        | -        | -          | -        | -        | -         | -        | -        | -        | -        | -        | -        | -       | -      | -
Wake, at the due date                | -        | MMEC     | MMEC       | -        | ME       | MMC       | MMC      | -        | MMEC     | MMEC     | MMEC     | -        | -       | -      | -
CompleteStep                         | unknown  | ST       | ST         | status   | ST       | ST        | ST       | ST       | order    | role     | order    | status   | status  | status | status
CompleteStep, by a colleague         | unknown  | yours    | yours      | status   | yours    | yours     | yours    | yours    | order    | role     | order    | status   | status  | status | status
CompleteStep, by a citizen           | unknown  | role     | role       | status   | role     | role      | role     | role     | role     | role     | role     | status   | status  | status | status
CompleteStep, another agency         | unknown  | foreign  | foreign    | status   | foreign  | foreign   | foreign  | foreign  | foreign  | role     | foreign  | status   | status  | status | status
CompleteStep, a drafting step        | unknown  | order    | order      | status   | order    | order     | order    | order    | other    | role     | other    | status   | status  | status | status
DraftDecision, granted               | unknown  | order    | order      | status   | order    | order     | order    | order    | ST       | role     | ST       | status   | status  | status | status
DraftDecision, refused               | unknown  | order    | order      | status   | order    | order     | order    | order    | ST       | role     | ST       | status   | status  | status | status
DraftDecision, no reason             | unknown  | order    | order      | status   | order    | order     | order    | order    | reason   | role     | reason   | status   | status  | status | status
DraftDecision, unknown reason        | unknown  | order    | order      | status   | order    | order     | order    | order    | code     | role     | code     | status   | status  | status | status
ReturnStep                           | unknown  | role     | role       | status   | role     | role      | role     | role     | role     | RT       | role     | status   | status  | status | status
ReturnStep, no reason                | unknown  | role     | role       | status   | role     | role      | role     | role     | role     | reason   | role     | status   | status  | status | status
Approve                              | unknown  | role     | role       | status   | role     | role      | role     | role     | role     | A        | role     | status   | status  | status | status
Approve, by the officer              | unknown  | order    | order      | status   | order    | order     | order    | order    | order    | role     | order    | status   | status  | status | status
Approve, a drafting step             | unknown  | role     | role       | status   | role     | role      | role     | role     | role     | order    | role     | status   | status  | status | status
AssignTask                           | unknown  | T        | T          | T        | T        | T         | T        | T        | order    | order    | order    | status   | status  | status | status
AssignTask, to a clerk               | unknown  | nobody   | nobody     | nobody   | nobody   | nobody    | nobody   | nobody   | order    | order    | order    | status   | status  | status | status
TakeOver                             | unknown  | free     | free       | free     | free     | free      | free     | free     | order    | role     | order    | status   | status  | status | status
RequestSupplement                    | unknown  | P        | P          | status   | once     | P         | P        | P        | order    | role     | order    | status   | status  | status | status
RequestSupplement, while drafting    | unknown  | order    | order      | status   | order    | order     | order    | order    | P        | role     | P        | status   | status  | status | status
Consult                              | unknown  | Q        | twice      | status   | Q        | Q         | Q        | Q        | order    | role     | order    | status   | status  | status | status
Consult, unknown department          | unknown  | where    | where      | status   | where    | where     | where    | where    | order    | role     | order    | status   | status  | status | status
AnswerConsultation                   | unknown  | answered | B          | answered | answered | answered  | answered | answered | answered | answered | answered | status   | status  | status | status
Extend                               | unknown  | E        | E          | status   | E        | enough    | enough   | enough   | order    | order    | order    | status   | status  | status | status
Extend, into the past                | unknown  | past     | past       | status   | past     | enough    | enough   | enough   | order    | order    | order    | status   | status  | status | status
RecordApology                        | unknown  | enough   | enough     | enough   | enough   | L         | enough   | L        | enough   | enough   | enough   | status   | status  | status | status
RecordSignedDecision                 | unknown  | other    | other      | status   | other    | other     | other    | other    | other    | other    | other    | D        | status  | status | status
"""  # noqa: E501


def rows() -> list[tuple[str, str, str]]:
    head, *lines = (
        [cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()
    )
    assert head[1:] == list(WAYS)
    assert [line[0] for line in lines] == list(MESSAGES)
    return [
        (state, line[0], cell)
        for line in lines
        for state, cell in zip(head[1:], line[1:], strict=True)
    ]


def in_state(state: str) -> RoutingHarness:
    desk = RoutingHarness()
    for name in WAYS[state]:
        desk.tell(MESSAGES[name].data, actor=MESSAGES[name].actor, at=MESSAGES[name].at)
    return desk


@pytest.mark.parametrize(("state", "name", "expected"), rows())
def test_every_state_answers_every_message(state: str, name: str, expected: str) -> None:
    desk, told = in_state(state), MESSAGES[name]
    before = desk.case
    if expected in SLUGS:
        with pytest.raises(Refusal) as refused:
            desk.tell(told.data, actor=told.actor, at=told.at)
        assert refused.value.slug == SLUGS[expected]
        assert "…" not in refused.value.title_vi + refused.value.title_en
        assert desk.case == before
    else:
        said = [EVENTS[letter] for letter in expected] if expected != "-" else []
        assert desk.names(told.data, actor=told.actor, at=told.at) == said


OUTSIDE = {
    "approved": "d-1/sign-decision",
    "extending": "d-1/apology-letter/1",
    "late": "d-1/apology-letter/1",
}


@pytest.mark.parametrize("state", WAYS)
def test_only_what_is_being_signed_is_open_outside(state: str) -> None:
    wanted = [OUTSIDE[state]] if state in OUTSIDE else []
    assert [effect.key for effect in effects(in_state(state).case)] == wanted


@pytest.mark.parametrize("state", WAYS)
def test_only_an_open_task_counts_and_only_a_running_clock_wakes(state: str) -> None:
    case = in_state(state).case
    holder = {
        "approve": "leader-tckh",
        **dict.fromkeys(("unopened", "approved", "decided", "closed", "withdrawn")),
    }
    beside = {"consulting": ["haihau:tuphap"], "late": ["leader-tckh"]}
    due_on = index(case)["due_on"]
    assert (due_on is not None) == (case.stage in ("open", "waiting")), (
        "only a running date is found by its day"
    )
    assert {**index(case), "due_on": None} == {
        "due_on": None,
        "officer": holder.get(state, "officer-tckh"),
        "beside": beside.get(state),
    }
    # Late already: nothing more is to come before the new date.
    assert (due(case) is None) == (case.stage != "open" or state == "late")


def test_a_task_that_takes_another_action_names_it_in_both_languages() -> None:
    desk = in_state("draft")
    with pytest.raises(Refusal) as refused:
        desk.tell(CompleteStep(step="draft"))
    assert "dự thảo" in refused.value.title_vi
    assert "draft" in refused.value.title_en
