"""Every pair of a case's state and a message: it moves, is refused by name, or (a fact) changes
nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
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
from motcua_contracts.rules.decision import Refusal, Wake
from motcua_contracts.wire.payload import Payload
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
    "accept": Told(accepted()),
    "stop": Told(STOPPED),
    "withdraw": Told(DossierWithdrawn()),
    "forget": Told(DossierForgotten()),
    "supplied": Told(supplied(1)),
    "stale": Told(supplied(2)),
    "other": Told(DossierCompleted(outcome="granted", refundable=False, result=None)),
    "early": Told(Wake()),
    "wake": Told(Wake(), at=DUE),
    "complete": Told(COMPLETE),
    "colleague": Told(COMPLETE, COLLEAGUE),
    "citizen": Told(COMPLETE, "citizen:an"),
    "foreign": Told(COMPLETE, "officer:officer-haiminh"),
    "wrong do": Told(CompleteStep(step="draft")),
    "grant": Told(GRANT),
    "refuse": Told(REFUSE),
    "silent": Told(DraftDecision(step="draft", outcome="refused")),
    "babble": Told(DraftDecision(step="draft", outcome="refused", reason_code="because")),
    "back": Told(BACK),
    "mute": Told(ReturnStep(step="approve", reason_code="")),
    "approve": Told(APPROVED),
    "usurp": Told(APPROVED, OFFICER),
    "self": Told(Approve(step="draft"), LEADER),
    "assign": Told(AssignTask(step="process", officer="officer-tckh-2")),
    "to whom": Told(AssignTask(step="process", officer="clerk")),
    "take": Told(TakeOver(step="process")),
    "ask": Told(papers_at("process")),
    "ask late": Told(papers_at("draft")),
    "consult": Told(Consult(step="process", agency="haihau", department="tuphap")),
    "nobody": Told(Consult(step="process", agency="haihau", department="nowhere")),
    "answer": Told(AnswerConsultation(consultation=1, opinion="agrees")),
    "extend": Told(
        Extend(step="process", new_due_at=DUE + timedelta(days=3), reason_code="complex-matter")
    ),
    "past": Told(
        Extend(step="process", new_due_at=NOW - timedelta(days=1), reason_code="complex-matter")
    ),
    "letter": Told(RecordApology(letter=None)),
    "signed": Told(SIGNED),
}
WAYS = {
    "unopened": (),
    "process": ("accept",),
    "consulting": ("accept", "consult"),
    "waiting": ("accept", "ask"),
    "resumed": ("accept", "ask", "supplied"),
    "extending": ("accept", "extend"),
    "extended": ("accept", "extend", "letter"),
    "late": ("accept", "wake"),
    "draft": ("accept", "complete"),
    "approve": ("accept", "complete", "grant"),
    "returned": ("accept", "complete", "refuse", "back"),
    "approved": ("accept", "complete", "refuse", "approve"),
    "decided": ("accept", "complete", "grant", "approve", "signed"),
    "closed": ("accept", "stop"),
    "withdrawn": ("accept", "complete", "grant", "approve", "withdraw"),
}
# Facts by their letters; - nothing follows; lower case: a refusal.
FACTS = {
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
state     | unopened | process  | consulting | waiting  | resumed  | extending | extended | late     | draft    | approve  | returned | approved | decided | closed | withdrawn
accept    | OT       | -        | -          | -        | -        | -         | -        | -        | -        | -        | -        | -        | -       | -      | -
stop      | -        | X        | X          | X        | X        | X         | X        | X        | X        | X        | X        | X        | -       | -      | -
withdraw  | -        | X        | X          | X        | X        | X         | X        | X        | X        | X        | X        | X        | -       | -      | -
forget    | -        | -        | -          | -        | -        | -         | -        | -        | -        | -        | -        | -        | -       | -      | -
supplied  | -        | -        | -          | G        | -        | -         | -        | -        | -        | -        | -        | -        | -       | -      | -
stale     | -        | -        | -          | -        | -        | -         | -        | -        | -        | -        | -        | -        | -       | -      | -
other     | -        | -        | -          | -        | -        | -         | -        | -        | -        | -        | -        | -        | -       | -      | -
early     | -        | -        | -          | -        | -        | -         | -        | -        | -        | -        | -        | -        | -       | -      | -
wake      | -        | MMEC     | MMEC       | -        | ME       | MMC       | MMC      | -        | MMEC     | MMEC     | MMEC     | -        | -       | -      | -
complete  | unknown  | ST       | ST         | status   | ST       | ST        | ST       | ST       | order    | role     | order    | status   | status  | status | status
colleague | unknown  | yours    | yours      | status   | yours    | yours     | yours    | yours    | order    | role     | order    | status   | status  | status | status
citizen   | unknown  | role     | role       | status   | role     | role      | role     | role     | role     | role     | role     | status   | status  | status | status
foreign   | unknown  | foreign  | foreign    | status   | foreign  | foreign   | foreign  | foreign  | foreign  | role     | foreign  | status   | status  | status | status
wrong do  | unknown  | order    | order      | status   | order    | order     | order    | order    | other    | role     | other    | status   | status  | status | status
grant     | unknown  | order    | order      | status   | order    | order     | order    | order    | ST       | role     | ST       | status   | status  | status | status
refuse    | unknown  | order    | order      | status   | order    | order     | order    | order    | ST       | role     | ST       | status   | status  | status | status
silent    | unknown  | order    | order      | status   | order    | order     | order    | order    | reason   | role     | reason   | status   | status  | status | status
babble    | unknown  | order    | order      | status   | order    | order     | order    | order    | code     | role     | code     | status   | status  | status | status
back      | unknown  | role     | role       | status   | role     | role      | role     | role     | role     | RT       | role     | status   | status  | status | status
mute      | unknown  | role     | role       | status   | role     | role      | role     | role     | role     | reason   | role     | status   | status  | status | status
approve   | unknown  | role     | role       | status   | role     | role      | role     | role     | role     | A        | role     | status   | status  | status | status
usurp     | unknown  | order    | order      | status   | order    | order     | order    | order    | order    | role     | order    | status   | status  | status | status
self      | unknown  | role     | role       | status   | role     | role      | role     | role     | role     | order    | role     | status   | status  | status | status
assign    | unknown  | T        | T          | T        | T        | T         | T        | T        | order    | order    | order    | status   | status  | status | status
to whom   | unknown  | nobody   | nobody     | nobody   | nobody   | nobody    | nobody   | nobody   | order    | order    | order    | status   | status  | status | status
take      | unknown  | free     | free       | free     | free     | free      | free     | free     | order    | role     | order    | status   | status  | status | status
ask       | unknown  | P        | P          | status   | once     | P         | P        | P        | order    | role     | order    | status   | status  | status | status
ask late  | unknown  | order    | order      | status   | order    | order     | order    | order    | P        | role     | P        | status   | status  | status | status
consult   | unknown  | Q        | twice      | status   | Q        | Q         | Q        | Q        | order    | role     | order    | status   | status  | status | status
nobody    | unknown  | where    | where      | status   | where    | where     | where    | where    | order    | role     | order    | status   | status  | status | status
answer    | unknown  | answered | B          | answered | answered | answered  | answered | answered | answered | answered | answered | status   | status  | status | status
extend    | unknown  | E        | E          | status   | E        | enough    | enough   | enough   | order    | order    | order    | status   | status  | status | status
past      | unknown  | past     | past       | status   | past     | enough    | enough   | enough   | order    | order    | order    | status   | status  | status | status
letter    | unknown  | enough   | enough     | enough   | enough   | L         | enough   | L        | enough   | enough   | enough   | status   | status  | status | status
signed    | unknown  | other    | other      | status   | other    | other     | other    | other    | other    | other    | other    | D        | status  | status | status
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
        said = [FACTS[letter] for letter in expected] if expected != "-" else []
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
