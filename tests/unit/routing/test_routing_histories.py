"""Any messages in any order, legal or not: a case has one open task at most, skips no step and is
decided once.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_contracts import Event, Payload, Refusal
from motcua_contracts.messages.intake import RequestedPaper, SupplementSubmitted
from motcua_contracts.messages.routing import (
    AnswerConsultation,
    ApologyPrepared,
    Approve,
    AssignTask,
    CaseClosed,
    CaseDecided,
    CaseEscalated,
    CaseOpened,
    ClockResumed,
    CompleteStep,
    Consult,
    ConsultationAnswered,
    ConsultationRequested,
    DeadlineExtended,
    DecisionApproved,
    DraftDecision,
    Extend,
    ExtensionDecided,
    RecordApology,
    RecordSignedDecision,
    ReminderDue,
    RequestSupplement,
    ReturnStep,
    StepCompleted,
    StepReturned,
    SupplementNeeded,
    TakeOver,
    TaskAssigned,
)
from motcua_contracts.rules.decision import Wake
from motcua_contracts.rules.terms import Step
from motcua_routing.domain.case import Case
from motcua_routing.domain.evolve import due, effects, evolve

from .harness import (  # fmt: skip
    APPROVE,
    COLLEAGUE,
    DRAFT,
    DUE,
    JUSTICE,
    LEADER,
    NOW,
    OFFICER,
    PROCESS,
    SIGNED,
    STOPPED,
    WAY,
    RoutingHarness,
    accepted,
    automatic,
    message,
)

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
ACTORS = st.sampled_from(
    [OFFICER, COLLEAGUE, LEADER, JUSTICE, "officer:chairman", "officer:clerk", "citizen:an"]
)


def commands() -> st.SearchStrategy[Payload]:
    step = st.sampled_from(STEPS)
    return st.one_of(
        st.builds(CompleteStep, step=step),
        st.builds(
            DraftDecision,
            step=step,
            outcome=st.sampled_from(["granted", "refused"]),
            reason_code=st.sampled_from(["", "other"]),
        ),
        st.builds(ReturnStep, step=step, reason_code=st.sampled_from(["", "other"])),
        st.builds(Approve, step=step),
        st.builds(TakeOver, step=step),
        st.builds(
            RequestSupplement,
            step=step,
            papers=st.just((RequestedPaper(paper="minutes"),)),
            reason_code=st.just("paper-missing"),
        ),
        st.builds(
            Consult,
            step=step,
            agency=st.just("haihau"),
            department=st.sampled_from(["tuphap", "empty"]),
        ),
        st.builds(AnswerConsultation, consultation=st.integers(1, 2), opinion=st.just("agrees")),
        st.builds(
            Extend,
            step=step,
            new_due_at=st.sampled_from([NOW, DUE + timedelta(days=4)]),
            reason_code=st.just("workload"),
        ),
        st.just(RecordApology(letter=None)),
        st.just(
            SupplementSubmitted(
                by="department", number=1, revision=2, commitment="c", submitted_at=NOW
            )
        ),
        st.just(Wake()),
        st.builds(
            AssignTask,
            step=step,
            officer=st.sampled_from(["officer-tckh", "officer-tckh-2", "leader-tckh"]),
        ),
        st.just(SIGNED),
    )


HISTORIES = st.lists(st.tuples(commands(), ACTORS), max_size=30)


def told(
    steps: tuple[Step, ...], history: list[tuple[Payload, str]], stop_after: int, **changes: Any
) -> RoutingHarness:
    desk = RoutingHarness()
    desk.tell(accepted(*steps, **changes))
    for number, (data, actor) in enumerate(history):
        if number == stop_after:
            desk.tell(STOPPED)
        try:
            # A wake comes when the case asked for it; everybody else speaks at the beginning or
            # after the first date.
            desk.tell(
                data,
                actor=actor,
                at=(
                    (due(desk.case) or NOW)
                    if isinstance(data, Wake)
                    else NOW + (number % 3) * timedelta(days=4)
                ),
            )
        except Refusal:
            continue
    return desk


@settings(max_examples=600, deadline=None)
@given(
    steps=st.sampled_from(WORKFLOWS), history=HISTORIES, eager=st.booleans(),
    documents=st.booleans(), stop_after=st.integers(0, 60)
)  # fmt: skip
def test_the_invariants_hold(
    steps: tuple[Step, ...],
    history: list[tuple[Payload, str]],
    eager: bool,
    documents: bool,
    stop_after: int,
) -> None:
    desk = told(
        steps,
        [*history, *(forward(steps) if eager else ())],
        stop_after,
        issues_documents=documents,
    )
    hold(steps, desk.said, documents)
    refolded = Case()
    for sequence, (event, at) in enumerate(zip(desk.said, desk.times, strict=True), 1):
        refolded = evolve(refolded, message(event, "system:routing", at, sequence))
    assert refolded == desk.case
    case = desk.case
    assert bool(effects(case)) == (case.stage == "approved" or case.extending is not None)
    assert (case.task is not None) == (case.stage in ("open", "waiting"))
    assert (due(case) is None) or case.stage == "open"
    assert (case.stopped_at is not None) == (case.stage == "waiting")


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
    """A slow reader of the events alone: which step is open, and that each event fits to it."""
    order = [step.id for step in steps]
    open_step: str | None = None
    expected = 0
    standing = over = False
    awaited: dict[int, tuple[str, str]] = {}
    for event in said:
        match event:
            case SupplementNeeded():
                assert (standing, event.number) == (False, 1)
                standing = True
            case ClockResumed():
                assert standing
                standing = False
            case ConsultationRequested():
                assert (event.agency, event.department) not in awaited.values()
                awaited[event.consultation] = (event.agency, event.department)
            case ConsultationAnswered():
                del awaited[event.consultation]
            case (
                ReminderDue()
                | ApologyPrepared()
                | ExtensionDecided()
                | DeadlineExtended()
                | CaseEscalated()
            ):
                assert not over, "time says something to a case that is over"
            case TaskAssigned():
                assert open_step in (None, event.step), "a second open task"
                assert order.index(event.step) == expected, "a step was skipped"
                assert (event.officer == "") <= steps[expected].automatic, (
                    "unassigned although there are officers"
                )
                open_step = event.step
            case StepCompleted():
                assert event.step == open_step
                assert not standing, "a step is done while the clock is paused"
                open_step, expected = None, expected + 1
            case StepReturned():
                assert event.step == open_step
                assert order.index(event.to) < expected
                open_step, expected = None, order.index(event.to)
            case DecisionApproved():
                assert event.step == open_step == order[-1]
                open_step = None
            case CaseClosed():
                open_step, over = None, True
            case CaseDecided():
                assert open_step is None
                over = True
            case _:
                assert isinstance(event, CaseOpened)
    times = Counter(type(event) for event in said)
    assert times[CaseOpened] == 1
    assert times[DecisionApproved] <= 1
    assert times[CaseDecided] <= times[DecisionApproved]
    assert times[DeadlineExtended] <= times[ExtensionDecided] <= 1, "one new appointment only"
    assert times[ApologyPrepared] <= 2, "once before and once after a supplement"
    assert times[SupplementNeeded] <= 1, "once for each matter and agency"
    assert times[CaseDecided] + times[CaseClosed] <= 1
    if times[DecisionApproved] and not documents:
        assert times[CaseDecided] == 1
    approved = next((event for event in said if isinstance(event, DecisionApproved)), None)
    drafts = [
        event for event in said if isinstance(event, StepCompleted) and event.outcome is not None
    ]
    for decided in (event for event in said if isinstance(event, CaseDecided)):
        assert approved is not None
        assert decided.outcome == approved.outcome == (drafts[-1].outcome if drafts else "granted")


@settings(max_examples=200, deadline=None)
@given(steps=st.sampled_from(WORKFLOWS), history=HISTORIES)
def test_every_case_can_be_brought_to_its_decision(
    steps: tuple[Step, ...], history: list[tuple[Payload, str]]
) -> None:
    desk = told(steps, history, stop_after=-1)
    if desk.case.stage == "waiting":
        desk.tell(
            SupplementSubmitted(
                by="department", number=1, revision=2, commitment="c", submitted_at=NOW
            )
        )
    while desk.case.task is not None:
        step = next(step for step in steps if step.id == desk.case.open_task.step)
        holder = f"officer:{desk.case.task.officer}"
        command = {
            "process": CompleteStep(step=step.id),
            "draft": DraftDecision(step=step.id, outcome="granted"),
            "approve": Approve(step=step.id),
        }
        # every opinion's time is over
        desk.tell(command[step.does], actor=holder, at=NOW + timedelta(days=60))
    if desk.case.stage == "approved":
        desk.tell(RecordSignedDecision(result=None))
    assert desk.case.stage == "decided"
