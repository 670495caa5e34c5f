"""Who gets a task: who may, who had the case before, and what `prepare` chose among several.

A leader's step goes to a leader of the department or, when it has none, of the agency. A department without anybody leaves the task
unassigned: an accepted dossier cannot be refused any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from motcua_contracts.catalog import Place
from motcua_contracts.catalogue import Catalogue
from motcua_contracts.deadline import working_hours_later
from motcua_contracts.envelope import Message
from motcua_contracts.intake import DossierAccepted
from motcua_contracts.payload import Payload
from motcua_contracts.routing import CompleteStep, DraftDecision, TaskAssigned
from motcua_contracts.terms import Step

from .state import Case, hand_of, position, workflow_of


@dataclass(frozen=True, slots=True)
class Given:
    """What `prepare` chose: the officer by hand (`hand_of`)."""

    officers: Mapping[str, str] = field(default_factory=dict)


NOBODY_CHOSE = Given()


def candidates(agency: str, step: Step, facts: Catalogue) -> list[Place]:
    """Who may have the step, in a stable order."""
    own = facts.officers(agency, step.department, step.role)
    return own or (facts.officers(agency, None, step.role) if step.role == "leader" else [])


def to_be_assigned(case: Case, message: Message[Payload]) -> tuple[str, Step] | None:
    """The agency and the step for which this message will need an officer whom the case has not had yet.

    None where it needs none, or where nobody can say before earlier messages of the batch are decided.
    """
    match message.data:
        case DossierAccepted() as fact if case.stage == "unopened":
            agency, steps = fact.case.deciding_agency, workflow_of(fact.case).steps
        case CompleteStep() | DraftDecision() as command if case.task is not None and command.step == case.task.step:
            agency, steps = case.agency, case.workflow.steps[position(case.workflow, command.step) + 1 :]
        case _:
            return None
    step = next((step for step in steps if not step.automatic), None)
    return (agency, step) if step is not None and hand_of(step) not in case.hands else None


def assigned(
    step: Step, agency: str, hands: Mapping[str, str], calendar: tuple[str, int], at: datetime, facts: Catalogue, given: Given
) -> TaskAssigned:
    """The task of a step, due by its working hours from `at`. Raises `FactMissing` for a calendar that is not known."""
    place = None if step.automatic else _holder(step, agency, hands, facts, given)
    return task_of(step, agency, place, calendar, at, facts)


def task_of(step: Step, agency: str, place: Place | None, calendar: tuple[str, int], at: datetime, facts: Catalogue) -> TaskAssigned:
    """The task of a step at a known place."""
    return TaskAssigned(
        step=step.id,
        step_vi=step.name_vi,
        step_en=step.name_en,
        does=step.does,
        agency=agency,
        department=step.department,
        officer=place.officer if place is not None else "",
        post_vi=place.post_vi if place is not None else "",
        post_en=place.post_en if place is not None else "",
        due_at=working_hours_later(facts.calendar(*calendar), at, step.working_hours),
    )


def _holder(step: Step, agency: str, hands: Mapping[str, str], facts: Catalogue, given: Given) -> Place | None:
    """Who had the case before, else who was chosen, else the first; always somebody who may have it now."""
    able = {place.officer: place for place in candidates(agency, step, facts)}
    hand = hand_of(step)
    for officer in (hands.get(hand), given.officers.get(hand)):
        if officer in able:
            return able[officer]
    return next(iter(able.values()), None)
