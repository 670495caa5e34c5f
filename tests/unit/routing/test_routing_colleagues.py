"""Other people: opinions in parallel to the steps, absent officers and who acts for them, tasks
that are taken over.
"""

from datetime import timedelta

import pytest
from motcua_contracts import Catalogue
from motcua_contracts.messages.catalog import OfficerRemoved
from motcua_contracts.messages.routing import (
    AnswerConsultation,
    Approve,
    AssignTask,
    Consult,
    ConsultationAnswered,
    ConsultationRequested,
    TakeOver,
    TaskAssigned,
)
from motcua_contracts.rules.refusals import (
    AgencyUnknown,
    AlreadyConsulted,
    ConsultationClosed,
    ConsultationOpen,
    DepartmentUnknown,
    ForeignAgency,
    NotYourTask,
    OfficerAbsent,
    OfficerLeft,
    RoleRequired,
    TaskNotFree,
)
from motcua_contracts.rules.terms import ConsultedPlace

from .harness import (
    APPROVE,
    APPROVED,
    COLLEAGUE,
    COMMUNE,
    COMPLETE,
    DRAFT,
    GRANT,
    JUSTICE,
    LEADER,
    NOW,
    OFFICER,
    PROCESS,
    RoutingHarness,
    accepted,
    away,
    catalogue,
    message,
)

DAY = timedelta(days=1)
ASK = Consult(step="process", agency="haihau", department="tuphap", working_hours=8)
AGREES = AnswerConsultation(consultation=1, opinion="agrees")


def without(*officers: str) -> Catalogue:
    replica = catalogue()
    for officer in officers:
        replica.apply(message(away(officer, NOW - DAY, NOW + DAY), "system:catalog"))
    return replica


def test_an_opinion_is_asked_and_given_beside_the_step() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    (asked,) = desk.tell(ASK)
    assert isinstance(asked, ConsultationRequested)
    assert (asked.agency, asked.department, asked.officer, asked.respond_by) == (
        "haihau",
        "tuphap",
        "officer-tuphap",
        NOW + DAY,
    )
    assert desk.names(COMPLETE) == ["StepCompleted", "TaskAssigned"]
    with pytest.raises(ConsultationOpen) as refused:
        desk.tell(GRANT)
    assert "Phòng Tư pháp" in refused.value.title_vi
    assert desk.tell(AGREES) == [
        ConsultationAnswered(consultation=1, opinion="agrees", officer="officer-tuphap")
    ]
    assert desk.names(GRANT) == ["StepCompleted", "TaskAssigned"]


def test_after_its_time_a_decision_goes_on_without() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), ASK, COMPLETE)
    with pytest.raises(ConsultationOpen):
        desk.tell(GRANT, at=NOW + DAY)
    assert desk.names(GRANT, at=NOW + DAY + timedelta(seconds=1)) == [
        "StepCompleted",
        "TaskAssigned",
    ]
    assert desk.names(AGREES, at=NOW + 2 * DAY) == ["ConsultationAnswered"]


def test_an_approval_waits_too() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(APPROVE))
    desk.tell(Consult(step="approve", agency="haiminh", department="tuphap"), actor=LEADER)
    with pytest.raises(ConsultationOpen):
        desk.tell(APPROVED)


def test_bad_questions_and_answers_are_refused_by_name() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    with pytest.raises(AgencyUnknown):
        desk.tell(ASK.model_copy(update={"agency": "nowhere"}))
    with pytest.raises(DepartmentUnknown) as refused:
        desk.tell(ASK.model_copy(update={"department": "tckh"}))  # the department's own
    assert refused.value.params == {"allowed": "tuphap, empty"}
    desk.tell(ASK)
    with pytest.raises(AlreadyConsulted):
        desk.tell(ASK)
    for actor, refusal in (
        (OFFICER, ForeignAgency),
        (COMMUNE, ForeignAgency),
        ("officer:clerk", RoleRequired),
    ):
        with pytest.raises(refusal):
            desk.tell(AGREES, actor=actor)
    with pytest.raises(ConsultationClosed):
        desk.tell(AnswerConsultation(consultation=2, opinion="agrees"))
    desk.tell(AGREES)
    with pytest.raises(ConsultationClosed):
        desk.tell(AGREES)


def test_a_department_without_anybody_is_asked_all_the_same() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    (asked,) = desk.tell(ASK.model_copy(update={"department": "empty"}))
    assert isinstance(asked, ConsultationRequested)
    assert asked.officer == ""


def test_a_step_asks_by_itself_once() -> None:
    consulting = PROCESS.model_copy(
        update={
            "consults": (
                ConsultedPlace(department="tuphap"),
                ConsultedPlace(department="tuphap", agency="haiminh"),
            )
        }
    )
    desk = RoutingHarness()
    names = desk.names(accepted(consulting, APPROVE))
    assert names == ["CaseOpened", "TaskAssigned", "ConsultationRequested", "ConsultationRequested"]
    assert [(one.agency, one.department) for one in desk.case.asked] == [
        ("haihau", "tuphap"),
        ("haiminh", "tuphap"),
    ]
    desk.tell(COMPLETE, AGREES, at=NOW)
    assert len(desk.case.asked) == 1


def test_new_work_goes_to_those_who_are_there() -> None:
    desk = RoutingHarness(without("officer-tckh"))
    desk.tell(accepted())
    assert desk.case.open_task.officer == "officer-tckh-2"


def test_who_had_the_case_and_is_away_is_acted_for() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    desk.catalogue = without("officer-tckh")
    (_, task) = desk.tell(COMPLETE)
    assert isinstance(task, TaskAssigned)
    assert (task.officer, task.instead_of) == ("officer-tckh-2", "officer-tckh")


def test_an_absent_leader_is_acted_for_by_another_of_the_agency() -> None:
    desk = RoutingHarness(without("leader-tckh"))
    desk.tell(accepted(DRAFT, APPROVE), GRANT)
    task = desk.said[-1]
    assert isinstance(task, TaskAssigned)
    assert (task.officer, task.instead_of) == ("chairman", "leader-tckh")
    assert desk.names(APPROVED, actor="officer:chairman") == ["DecisionApproved"]


def test_where_everybody_is_away_it_waits_with_whom_it_would_be() -> None:
    desk = RoutingHarness(without("officer-tckh", "officer-tckh-2"))
    desk.tell(accepted())
    assert desk.case.open_task.officer == "officer-tckh"


def test_an_absent_officer_s_task_is_taken_over() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    with pytest.raises(TaskNotFree):
        desk.tell(TakeOver(step="process"))
    desk.catalogue = without("officer-tckh")
    (task,) = desk.tell(TakeOver(step="process"))
    assert isinstance(task, TaskAssigned)
    assert (task.officer, task.instead_of) == ("officer-tckh-2", "officer-tckh")
    with pytest.raises(NotYourTask):
        desk.tell(COMPLETE)  # he is back
    assert desk.names(COMPLETE, actor=COLLEAGUE) == ["StepCompleted", "TaskAssigned"]


def left(officer: str) -> Catalogue:
    replica = catalogue()
    replica.apply(message(OfficerRemoved(officer=officer, version=2), "system:catalog"))
    return replica


def test_who_left_the_office_gets_no_task_and_does_nothing_with_an_old_one() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    desk.catalogue = left("officer-tckh")
    with pytest.raises(OfficerLeft):
        desk.tell(COMPLETE)
    (task,) = desk.tell(TakeOver(step="process"))
    assert isinstance(task, TaskAssigned)
    assert (task.officer, task.instead_of) == ("officer-tckh-2", "officer-tckh")
    fresh = RoutingHarness(left("officer-tckh"))
    fresh.tell(accepted())
    assert fresh.case.open_task.officer == "officer-tckh-2"
    with pytest.raises(OfficerLeft):
        fresh.tell(TakeOver(step="process"), actor="officer:officer-tckh")


def test_who_may_not_have_a_task_takes_none() -> None:
    desk = RoutingHarness(without("officer-tckh"))
    desk.tell(accepted())
    for actor, refusal in (
        (JUSTICE, RoleRequired),
        (COMMUNE, ForeignAgency),
        (LEADER, RoleRequired),
        ("citizen:an", RoleRequired),
    ):
        with pytest.raises(refusal):
            desk.tell(TakeOver(step="process"), actor=actor)


def test_a_leader_gives_nothing_to_who_is_away() -> None:
    desk = RoutingHarness(without("officer-tckh-2"))
    desk.tell(accepted())
    with pytest.raises(OfficerAbsent):
        desk.tell(AssignTask(step="process", officer="officer-tckh-2"))


def test_two_at_once_are_one_effect_and_one_named_refusal() -> None:
    """Both saw the step `process`. The second is told what is the step by now."""
    desk = RoutingHarness()
    desk.tell(accepted(), COMPLETE)
    with pytest.raises(Exception) as refused:
        desk.tell(COMPLETE)
    assert refused.value.params == {"step": "draft"}  # type: ignore[attr-defined]
    desk.tell(GRANT, Approve(step="approve"))
    with pytest.raises(Exception) as late:
        desk.tell(APPROVED)
    assert late.value.params["allowed"] == "processing"  # type: ignore[attr-defined]
