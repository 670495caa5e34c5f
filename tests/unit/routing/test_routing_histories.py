"""Any messages in any order, legal or not: a case has one open task at most, skips no step and is decided once."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_contracts.decision import Refusal
from motcua_contracts.payload import Event, Payload
from motcua_contracts.routing import (
    Approve,
    AssignTask,
    CaseClosed,
    CaseDecided,
    CaseOpened,
    CompleteStep,
    DecisionApproved,
    DraftDecision,
    RecordSignedDecision,
    ReturnStep,
    StepCompleted,
    StepReturned,
    TaskAssigned,
)
from motcua_contracts.terms import Step
from motcua_routing.domain.evolve import effects, evolve
from motcua_routing.domain.state import Case
from routing_desk import APPROVE, COLLEAGUE, DRAFT, LEADER, OFFICER, PROCESS, SIGNED, STOPPED, WAY, Desk, accepted, automatic, message

WORKFLOWS: list[tuple[Step, ...]] = [
    WAY,
    (APPROVE,),
    (automatic(APPROVE),),
    (DRAFT, APPROVE),
    (automatic(PROCESS), DRAFT, automatic(APPROVE)),
    (PROCESS, automatic(DRAFT), APPROVE),
    (
        PROCESS,
        PROCESS.model_copy(update={"id": "check"}),
        DRAFT,
        APPROVE,
        APPROVE.model_copy(update={"id": "board", "department": "board"}),
    ),
]
STEPS = ("process", "check", "draft", "approve", "board")
ACTORS = st.sampled_from([OFFICER, COLLEAGUE, LEADER, "officer:chairman", "officer:clerk", "citizen:an"])


def commands() -> st.SearchStrategy[Payload]:
    step = st.sampled_from(STEPS)
    return st.one_of(
        st.builds(CompleteStep, step=step),
        st.builds(DraftDecision, step=step, outcome=st.sampled_from(["granted", "refused"]), reason_code=st.sampled_from(["", "reason"])),
        st.builds(ReturnStep, step=step, reason_code=st.sampled_from(["", "reason"])),
        st.builds(Approve, step=step),
        st.builds(AssignTask, step=step, officer=st.sampled_from(["officer-tckh", "officer-tckh-2", "leader-tckh"])),
        st.just(SIGNED),
    )


HISTORIES = st.lists(st.tuples(commands(), ACTORS), max_size=30)


def told(steps: tuple[Step, ...], history: list[tuple[Payload, str]], stop_after: int, **changes: Any) -> Desk:
    desk = Desk()
    desk.tell(accepted(*steps, **changes))
    for number, (data, actor) in enumerate(history):
        if number == stop_after:
            desk.tell(STOPPED)
        try:
            desk.tell(data, actor=actor)
        except Refusal:
            continue
    return desk


@settings(max_examples=600, deadline=None)
@given(
    steps=st.sampled_from(WORKFLOWS), history=HISTORIES, eager=st.booleans(), documents=st.booleans(), stop_after=st.integers(0, 60)
)  # fmt: skip
def test_the_invariants_hold(
    steps: tuple[Step, ...], history: list[tuple[Payload, str]], eager: bool, documents: bool, stop_after: int
) -> None:
    desk = told(steps, [*history, *(forward(steps) if eager else ())], stop_after, issues_documents=documents)
    hold(steps, desk.said, documents)
    refolded = Case()
    for sequence, event in enumerate(desk.said, 1):
        refolded = evolve(refolded, message(event, "system:routing", sequence=sequence))
    assert refolded == desk.case
    assert bool(effects(desk.case)) == (desk.case.stage == "approved")
    assert (desk.case.task is not None) == (desk.case.stage == "open")


def forward(steps: tuple[Step, ...]) -> list[tuple[Payload, str]]:
    """Everybody does everything that is theirs, twice over: what is possible happens."""
    able: list[tuple[Payload, str]] = []
    for step in steps:
        data: Payload = {
            "process": CompleteStep(step=step.id),
            "draft": DraftDecision(step=step.id, outcome="granted"),
            "approve": Approve(step=step.id),
        }[step.does]
        able += [(data, actor) for actor in (OFFICER, COLLEAGUE, LEADER, "officer:chairman")]
    return [*able, (SIGNED, "system:routing"), *able, (SIGNED, "system:routing")]


def hold(steps: tuple[Step, ...], said: list[Event], documents: bool) -> None:
    """A slow reader of the facts alone: which step is open, and that each fact fits to it."""
    order = [step.id for step in steps]
    open_step: str | None = None
    expected = 0
    for event in said:
        match event:
            case TaskAssigned():
                assert open_step in (None, event.step), "a second open task"
                assert order.index(event.step) == expected, "a step was skipped"
                assert (event.officer == "") <= steps[expected].automatic, "unassigned although there are officers"
                open_step = event.step
            case StepCompleted():
                assert event.step == open_step
                open_step, expected = None, expected + 1
            case StepReturned():
                assert event.step == open_step
                assert order.index(event.to) < expected
                open_step, expected = None, order.index(event.to)
            case DecisionApproved():
                assert event.step == open_step == order[-1]
                open_step = None
            case CaseClosed():
                open_step = None
            case CaseDecided():
                assert open_step is None
            case _:
                assert isinstance(event, CaseOpened)
    times = Counter(type(event) for event in said)
    assert times[CaseOpened] == 1
    assert times[DecisionApproved] <= 1
    assert times[CaseDecided] <= times[DecisionApproved]
    assert times[CaseDecided] + times[CaseClosed] <= 1
    if times[DecisionApproved] and not documents:
        assert times[CaseDecided] == 1
    approved = next((event for event in said if isinstance(event, DecisionApproved)), None)
    drafts = [event for event in said if isinstance(event, StepCompleted) and event.outcome is not None]
    for decided in (event for event in said if isinstance(event, CaseDecided)):
        assert approved is not None
        assert decided.outcome == approved.outcome == (drafts[-1].outcome if drafts else "granted")


@settings(max_examples=200, deadline=None)
@given(steps=st.sampled_from(WORKFLOWS), history=HISTORIES)
def test_every_case_can_be_brought_to_its_decision(steps: tuple[Step, ...], history: list[tuple[Payload, str]]) -> None:
    desk = told(steps, history, stop_after=-1)
    while desk.case.task is not None:
        step = next(step for step in steps if step.id == desk.case.open_task.step)
        holder = f"officer:{desk.case.task.officer}"
        command = {
            "process": CompleteStep(step=step.id),
            "draft": DraftDecision(step=step.id, outcome="granted"),
            "approve": Approve(step=step.id),
        }
        desk.tell(command[step.does], actor=holder)
    if desk.case.stage == "approved":
        desk.tell(RecordSignedDecision(result=None))
    assert desk.case.stage == "decided"
