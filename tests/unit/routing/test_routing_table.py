"""Every pair of a case's state and a message: it moves, is refused by name, or (a fact) changes nothing."""

from dataclasses import dataclass

import pytest
from motcua_contracts.decision import Refusal, Wake
from motcua_contracts.intake import DossierCompleted
from motcua_contracts.payload import Payload
from motcua_contracts.routing import Approve, AssignTask, CompleteStep, DraftDecision, ReturnStep
from motcua_routing.domain.evolve import effects, index
from routing_desk import APPROVED, BACK, COLLEAGUE, COMPLETE, GRANT, LEADER, OFFICER, REFUSE, SIGNED, STOPPED, Desk, accepted


@dataclass(frozen=True)
class Told:
    data: Payload
    actor: str | None = None


MESSAGES = {
    "accept": Told(accepted()),
    "stop": Told(STOPPED),
    "other": Told(DossierCompleted(outcome="granted", refundable=False, result=None)),
    "wake": Told(Wake()),
    "complete": Told(COMPLETE),
    "colleague": Told(COMPLETE, COLLEAGUE),
    "citizen": Told(COMPLETE, "citizen:an"),
    "foreign": Told(COMPLETE, "officer:officer-haiminh"),
    "wrong do": Told(CompleteStep(step="draft")),
    "grant": Told(GRANT),
    "refuse": Told(REFUSE),
    "silent": Told(DraftDecision(step="draft", outcome="refused")),
    "back": Told(BACK),
    "mute": Told(ReturnStep(step="approve", reason_code="")),
    "approve": Told(APPROVED),
    "usurp": Told(APPROVED, OFFICER),
    "self": Told(Approve(step="draft"), LEADER),
    "assign": Told(AssignTask(step="process", officer="officer-tckh-2")),
    "to whom": Told(AssignTask(step="process", officer="clerk")),
    "signed": Told(SIGNED),
}
WAYS = {
    "unopened": (),
    "process": ("accept",),
    "draft": ("accept", "complete"),
    "approve": ("accept", "complete", "grant"),
    "returned": ("accept", "complete", "refuse", "back"),
    "approved": ("accept", "complete", "refuse", "approve"),
    "decided": ("accept", "complete", "grant", "approve", "signed"),
    "closed": ("accept", "stop"),
    "closed late": ("accept", "complete", "grant", "approve", "stop"),
}
# Facts: O CaseOpened, T TaskAssigned, S StepCompleted, R StepReturned, A DecisionApproved, D CaseDecided, X CaseClosed;
# - nothing follows; lower case: a refusal.
FACTS = {
    "O": "CaseOpened",
    "T": "TaskAssigned",
    "S": "StepCompleted",
    "R": "StepReturned",
    "A": "DecisionApproved",
    "D": "CaseDecided",
    "X": "CaseClosed",
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
    "nobody": "no-officer",
}
TABLE = """
state       | accept | stop | other | wake | complete | colleague | citizen | foreign | wrong do | grant   | refuse  | silent  | back    | mute    | approve | usurp   | self    | assign  | to whom | signed
unopened    | OT     | -    | -     | -    | unknown  | unknown   | unknown | unknown | unknown  | unknown | unknown | unknown | unknown | unknown | unknown | unknown | unknown | unknown | unknown | unknown
process     | -      | X    | -     | -    | ST       | yours     | role    | foreign | order    | order   | order   | order   | role    | role    | role    | order   | role    | T       | nobody  | status
draft       | -      | X    | -     | -    | order    | order     | role    | foreign | other    | ST      | ST      | reason  | role    | role    | role    | order   | role    | order   | order   | status
approve     | -      | X    | -     | -    | role     | role      | role    | role    | role     | role    | role    | role    | RT      | reason  | A       | role    | order   | order   | order   | status
returned    | -      | X    | -     | -    | order    | order     | role    | foreign | other    | ST      | ST      | reason  | role    | role    | role    | order   | role    | order   | order   | status
approved    | -      | X    | -     | -    | status   | status    | status  | status  | status   | status  | status  | status  | status  | status  | status  | status  | status  | status  | status  | D
decided     | -      | -    | -     | -    | status   | status    | status  | status  | status   | status  | status  | status  | status  | status  | status  | status  | status  | status  | status  | status
closed      | -      | -    | -     | -    | status   | status    | status  | status  | status   | status  | status  | status  | status  | status  | status  | status  | status  | status  | status  | status
closed late | -      | -    | -     | -    | status   | status    | status  | status  | status   | status  | status  | status  | status  | status  | status  | status  | status  | status  | status  | status
"""  # noqa: E501 - a table is read across


def rows() -> list[tuple[str, str, str]]:
    head, *lines = ([cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines())
    assert head[1:] == list(MESSAGES)
    assert [line[0] for line in lines] == list(WAYS)
    return [(line[0], name, cell) for line in lines for name, cell in zip(head[1:], line[1:], strict=True)]


def in_state(state: str) -> Desk:
    desk = Desk()
    for name in WAYS[state]:
        desk.tell(MESSAGES[name].data, actor=MESSAGES[name].actor)
    return desk


@pytest.mark.parametrize(("state", "name", "expected"), rows())
def test_every_state_answers_every_message(state: str, name: str, expected: str) -> None:
    desk, told = in_state(state), MESSAGES[name]
    before = desk.case
    if expected in SLUGS:
        with pytest.raises(Refusal) as refused:
            desk.tell(told.data, actor=told.actor)
        assert refused.value.slug == SLUGS[expected]
        assert "…" not in refused.value.title_vi + refused.value.title_en
        assert desk.case == before
    else:
        said = [FACTS[letter] for letter in expected] if expected != "-" else []
        assert desk.names(told.data, actor=told.actor) == said


@pytest.mark.parametrize("state", WAYS)
def test_only_an_approved_decision_is_open_outside_and_only_an_open_task_counts(state: str) -> None:
    case = in_state(state).case
    assert [(effect.key, effect.kind) for effect in effects(case)] == (
        [("d-1/sign-decision", "sign-decision")] if state == "approved" else []
    )
    holders = {"process": "officer-tckh", "draft": "officer-tckh", "approve": "leader-tckh", "returned": "officer-tckh"}
    assert index(case) == {"officer": holders.get(state)}


def test_a_task_that_takes_another_action_names_it_in_both_languages() -> None:
    desk = in_state("draft")
    with pytest.raises(Refusal) as refused:
        desk.tell(CompleteStep(step="draft"))
    assert "dự thảo" in refused.value.title_vi
    assert "draft" in refused.value.title_en
