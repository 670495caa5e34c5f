"""Whose the open task is: given by a leader, or taken over by somebody who is there."""

from motcua_contracts import Decision
from motcua_contracts.messages.catalog import Seat
from motcua_contracts.messages.routing import AssignTask, TakeOver
from motcua_contracts.rules.refusals import (
    ForeignAgency,
    NoOfficer,
    OfficerAbsent,
    RoleRequired,
    TaskNotFree,
)
from motcua_contracts.rules.terms import Step

from .assignment import Now, candidates, task_of
from .case import Case
from .rights import require_current_step, require_open, require_seat


def assign(case: Case, command: AssignTask, actor: str, now: Now) -> Decision:
    """A leader of the agency gives the open task to somebody who may have it; so an unassigned task
    finds its officer.

    Raises `DossierUnknown`, `WrongStatus`, `RoleRequired`, `ForeignAgency`, `StepOutOfOrder`,
    `NoOfficer`, `OfficerAbsent`.
    """
    require_open(case, "open", "waiting")
    step = case.open_step
    require_seat(case.agency, actor, now.catalogue, "leader")
    require_current_step(case, command.step)
    seat = next(
        (seat for seat in _everybody(case, step, now) if seat.officer == command.officer), None
    )
    if seat is None:
        raise NoOfficer(department=step.department)
    if now.catalogue.absent(seat.officer, now.at):
        raise OfficerAbsent()
    return _given_to(case, step, seat, now)


def take_over(case: Case, command: TakeOver, actor: str, now: Now) -> Decision:
    """Somebody who may have the task takes it, where nobody has it or its officer is absent.

    Raises `DossierUnknown`, `WrongStatus`, `RoleRequired`, `ForeignAgency`, `StepOutOfOrder`,
    `TaskNotFree`.
    """
    require_open(case, "open", "waiting")
    step, holder = case.open_step, case.open_task.officer
    seat = require_seat(case.agency, actor, now.catalogue, step.role)
    require_current_step(case, command.step)
    if all(seat.officer != one.officer for one in _everybody(case, step, now)):
        raise (
            ForeignAgency()
            if step.role == "leader"
            else RoleRequired(role=f"{step.role}, {step.department}")
        )
    if holder and (holder == seat.officer or not now.catalogue.absent(holder, now.at)):
        raise TaskNotFree()
    return _given_to(case, step, seat, now)


def _everybody(case: Case, step: Step, now: Now) -> list[Seat]:
    """Who may have the step, there or not."""
    own = now.catalogue.officers(case.agency, step.department, step.role)
    return own + [
        one for one in candidates(case.agency, step, now.catalogue, now.at) if one not in own
    ]


def _given_to(case: Case, step: Step, seat: Seat, now: Now) -> Decision:
    holder = case.open_task.officer
    acts_for = (
        holder if holder and holder != seat.officer and now.catalogue.absent(holder, now.at) else ""
    )
    return Decision((task_of(step, case.agency, seat, case.calendar, now, instead_of=acts_for),))
