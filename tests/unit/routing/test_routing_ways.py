"""The ways through the departments: the journeys' workflows of the catalogue, the choice of
officers, dates, refusals, automatic steps.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from motcua_contracts import CatalogueEntryMissing, Event
from motcua_contracts.messages.intake import AcceptDossier
from motcua_contracts.messages.routing import (
    Approve,
    AssignTask,
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
from motcua_contracts.rules.refusals import NoOfficer, NotYourTask, StepNeedsOther
from motcua_contracts.rules.terms import Step
from motcua_routing.domain.assignment import Drawn
from motcua_routing.domain.case import Case
from motcua_routing.domain.evolve import evolve, index

from .harness import (
    APPROVE,
    APPROVED,
    BACK,
    COLLEAGUE,
    COMPLETE,
    DRAFT,
    DUE,
    GRANT,
    LEADER,
    NOW,
    OFFICER,
    PEOPLE,
    PROCESS,
    REFUSE,
    RESULT,
    SIGNED,
    RoutingHarness,
    accepted,
    automatic,
    catalogue,
    message,
)

WORKFLOWS = yaml.safe_load(
    (Path(__file__).parents[3] / "services/catalog/workflows.yaml").read_text()
)["workflows"]


def tasks(said: list[Event]) -> list[tuple[str, str]]:
    return [(event.step, event.officer) for event in said if isinstance(event, TaskAssigned)]


@pytest.mark.parametrize("name", [name for name in WORKFLOWS if name != "bench"])
def test_the_journeys_workflows_run_from_acceptance_to_the_signed_decision(name: str) -> None:
    """J1 and J3 (haihau-tckh), J2 (haiminh-tuphap): each step by the person who has it."""
    steps = tuple(Step.model_validate(step) for step in WORKFLOWS[name]["steps"])
    department = steps[0].department
    desk = RoutingHarness(
        catalogue(
            (
                ("examiner", "haihau", department, "officer"),
                ("head", "haihau", department, "leader"),
            )
        )
    )
    desk.tell(accepted(*steps))
    while desk.case.task is not None:
        step = next(step for step in steps if step.id == desk.case.open_task.step)
        command = {"process": CompleteStep, "draft": DraftDecision, "approve": Approve}[step.does]
        outcome = {"outcome": "granted"} if step.does == "draft" else {}
        desk.tell(command(step=step.id, **outcome), actor=f"officer:{desk.case.task.officer}")
    desk.tell(SIGNED)
    assert tasks(desk.said) == [
        (step.id, "head" if step.role == "leader" else "examiner") for step in steps
    ]
    assert desk.said[-1] == CaseDecided(outcome="granted", result=RESULT, decided_at=NOW)


def test_the_case_opens_with_what_the_acceptance_said() -> None:
    event = accepted(deciding_agency="haihau", receiving_agency="haiminh")
    opened, task = RoutingHarness().tell(event)
    assert isinstance(opened, CaseOpened)
    expected = CaseOpened(
        case=event.case,
        agency="haihau",
        due_at=DUE,
        steps=(),
        calendar="haihau",
        calendar_version=1,
        watch=opened.watch,
    )
    assert opened == expected
    assert isinstance(task, TaskAssigned)
    assert (task.agency, task.department, task.step_vi, task.post_vi, task.does) == (
        "haihau",
        "tckh",
        "Thẩm định",
        "Chuyên viên",
        "process",
    )


def test_a_task_is_due_by_its_working_hours() -> None:
    """Thursday 9:00 and 8 working hours are Friday 9:00; Friday 15:00 and 4 are Monday 9:00."""
    desk = RoutingHarness()
    _, first = desk.tell(accepted())
    _, second = desk.tell(COMPLETE, at=datetime(2026, 11, 27, 8, 0, tzinfo=UTC))
    assert isinstance(first, TaskAssigned)
    assert isinstance(second, TaskAssigned)
    assert first.due_at == datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
    assert second.due_at == datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


def test_who_was_chosen_has_the_case_until_its_end() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), given=Drawn({"tckh/officer": "officer-tckh-2"}))
    desk.tell(COMPLETE, actor=COLLEAGUE, given=Drawn({"tckh/officer": "officer-tckh"}))
    desk.tell(GRANT, actor=COLLEAGUE)
    desk.tell(BACK)
    assert tasks(desk.said) == [
        ("process", "officer-tckh-2"),
        ("draft", "officer-tckh-2"),
        ("approve", "leader-tckh"),
        ("draft", "officer-tckh-2"),
    ]
    with pytest.raises(NotYourTask):
        desk.tell(GRANT, actor=OFFICER)


def test_who_may_not_have_it_is_not_chosen() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), given=Drawn({"tckh/officer": "officer-haiminh"}))
    assert tasks(desk.said) == [("process", "officer-tckh")]


def test_whoever_had_the_case_and_left_is_replaced() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), COMPLETE, GRANT)
    desk.catalogue = catalogue(tuple(person for person in PEOPLE if person[0] != "officer-tckh"))
    desk.tell(BACK)
    assert tasks(desk.said)[-1] == ("draft", "officer-tckh-2")


def test_a_department_without_leader_is_led_by_the_agencys() -> None:
    steps = [step.model_copy(update={"department": "nolead"}) for step in (DRAFT, APPROVE)]
    desk = RoutingHarness()
    desk.tell(accepted(*steps))
    desk.tell(GRANT, actor="officer:officer-nolead")
    assert tasks(desk.said) == [("draft", "officer-nolead"), ("approve", "chairman")]


def test_a_department_without_officers_leaves_the_task_unassigned_until_a_leader_assigns_it() -> (
    None
):
    desk = RoutingHarness(catalogue(tuple(person for person in PEOPLE if person[3] != "officer")))
    _, task = desk.tell(accepted())
    assert isinstance(task, TaskAssigned)
    assert (task.officer, task.department, task.post_vi) == ("", "tckh", "")
    assert {**index(desk.case), "due_on": None} == {"due_on": None, "officer": None, "beside": None}
    with pytest.raises(NoOfficer):
        desk.tell(AssignTask(step="process", officer="officer-tckh"))
    desk.catalogue = catalogue()
    with pytest.raises(NotYourTask):
        desk.tell(COMPLETE)
    assert desk.names(AssignTask(step="process", officer="officer-tckh")) == ["TaskAssigned"]
    assert desk.names(COMPLETE) == ["StepCompleted", "TaskAssigned"]


def test_a_refusal_carries_its_reason_to_the_decision() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), COMPLETE, REFUSE, APPROVED, SIGNED)
    drafted = next(
        event for event in desk.said if isinstance(event, StepCompleted) and event.step == "draft"
    )
    assert (drafted.outcome, drafted.reason_code) == ("refused", "not-eligible")
    approved = next(event for event in desk.said if isinstance(event, DecisionApproved))
    assert (approved.outcome, approved.reason_code, approved.officer) == (
        "refused",
        "not-eligible",
        "leader-tckh",
    )
    assert desk.said[-1] == CaseDecided(
        outcome="refused", reason_code="not-eligible", result=RESULT, decided_at=NOW
    )


def test_a_draft_that_came_back_is_drafted_anew() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), COMPLETE, REFUSE, BACK)
    assert desk.case.draft is None
    assert StepReturned(step="approve", to="draft", reason_code="draft-unclear") in desk.said
    desk.tell(GRANT, APPROVED, SIGNED)
    assert desk.said[-1] == CaseDecided(outcome="granted", result=RESULT, decided_at=NOW)


def test_a_granted_decision_keeps_no_reason() -> None:
    desk = RoutingHarness()
    desk.tell(
        accepted(), COMPLETE, DraftDecision(step="draft", outcome="granted", reason_code="because")
    )
    assert desk.case.draft is not None
    assert desk.case.draft.reason_code == ""


def test_without_documents_the_approval_decides_at_once() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(APPROVE, issues_documents=False))
    assert desk.names(APPROVED) == ["DecisionApproved", "CaseDecided"]
    assert desk.case.stage == "decided"


def test_straight_through_is_one_decision() -> None:
    """The benchmark's workflow: nobody acts, nothing is signed."""
    steps = tuple(Step.model_validate(step) for step in WORKFLOWS["bench"]["steps"])
    desk = RoutingHarness()
    said = desk.tell(accepted(*steps, issues_documents=False))
    assert [type(event).__name__ for event in said] == [
        "CaseOpened",
        "TaskAssigned",
        "DecisionApproved",
        "CaseDecided",
    ]
    assert tasks(said) == [("approve", "")]


def test_automatic_steps_run_through_until_somebody_has_to_act() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(automatic(PROCESS), automatic(DRAFT), APPROVE))
    names = [type(event).__name__ for event in desk.said]
    assert names == [
        "CaseOpened",
        "TaskAssigned",
        "StepCompleted",
        "TaskAssigned",
        "StepCompleted",
        "TaskAssigned",
    ]
    assert tasks(desk.said) == [("process", ""), ("draft", ""), ("approve", "leader-tckh")]
    assert {event.officer for event in desk.said if isinstance(event, StepCompleted)} == {""}
    with pytest.raises(StepNeedsOther):
        desk.tell(BACK)  # nobody drafted it, so there is nobody to send it back to
    assert desk.names(APPROVED) == ["DecisionApproved"]


def test_an_automatic_approval_follows_the_draft_at_once() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(DRAFT, automatic(APPROVE)))
    assert desk.names(REFUSE) == ["StepCompleted", "TaskAssigned", "DecisionApproved"]
    assert desk.case.approval is not None
    assert (desk.case.approval.outcome, desk.case.approval.officer) == ("refused", "")


def test_an_approval_that_is_not_the_last_goes_on() -> None:
    board = APPROVE.model_copy(update={"id": "board", "department": "board"})
    desk = RoutingHarness()
    desk.tell(accepted(DRAFT, APPROVE, board), REFUSE)
    assert desk.names(APPROVED) == ["StepCompleted", "TaskAssigned"]
    desk.tell(Approve(step="board"), actor="officer:chairman")
    assert desk.case.approval is not None
    assert desk.case.approval.outcome == "refused"


def test_a_draft_goes_back_to_the_nearest_person_where_no_step_drafts() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(PROCESS, APPROVE), COMPLETE)
    desk.tell(ReturnStep(step="approve", reason_code="draft-unclear"))
    assert tasks(desk.said)[-1] == ("process", "officer-tckh")


def test_it_goes_back_to_the_draft_over_a_later_step_that_only_processes() -> None:
    check = PROCESS.model_copy(update={"id": "check"})
    desk = RoutingHarness()
    desk.tell(accepted(DRAFT, check, APPROVE), GRANT, CompleteStep(step="check"), BACK)
    assert tasks(desk.said)[-1] == ("draft", "officer-tckh")


def test_nothing_is_decided_before_it_was_approved() -> None:
    """Between topics the append time may run backwards."""
    desk = RoutingHarness()
    desk.tell(accepted(APPROVE), APPROVED)
    (decided,) = desk.tell(
        RecordSignedDecision(result=None), at=datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
    )
    assert isinstance(decided, CaseDecided)
    assert decided.decided_at == NOW


def test_an_acceptance_that_cannot_be_routed_is_no_refusal() -> None:
    """It parks the key: nothing is lost, and the dead letter names what is missing."""
    with pytest.raises(ValueError, match=r"workflow: dossier H40.12-261126-0001"):
        RoutingHarness().tell(accepted(workflow=None))


def test_an_unknown_calendar_waits_for_the_catalogue() -> None:
    event = accepted().model_copy(update={"calendar_version": 2})
    with pytest.raises(CatalogueEntryMissing):
        RoutingHarness().tell(event)


def test_foreign_words_are_refused_loudly() -> None:
    with pytest.raises(TypeError, match="routing has no rule for AcceptDossier"):
        RoutingHarness().tell(AcceptDossier(agency="haihau"))
    with pytest.raises(TypeError, match="routing does not say DossierAccepted"):
        evolve(Case(), message(accepted(), LEADER))


def test_a_reason_is_a_code_and_nothing_that_a_person_typed() -> None:
    with pytest.raises(ValueError, match="reason_code"):
        ReturnStep(step="approve", reason_code="Thiếu chữ ký của ông An")
