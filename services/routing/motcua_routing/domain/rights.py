"""Who may do what with a case: the checks that every rule begins with. Each refuses by name."""

from collections.abc import Mapping

from motcua_contracts import Catalogue, Label
from motcua_contracts.messages.catalog import Seat
from motcua_contracts.rules.refusals import (
    DossierUnknown,
    ForeignAgency,
    NotYourTask,
    ReasonRequired,
    ReasonUnknown,
    RoleRequired,
    StepNeedsOther,
    StepOutOfOrder,
    WrongStatus,
)
from motcua_contracts.rules.terms import Step

from .case import Case, Stage

_STATUS: dict[Stage, str] = {
    "open": "processing",
    "waiting": "supplement_requested",
    "approved": "completed",
    "decided": "completed",
    "closed": "stopped",
}
"""Routing's own part of the status, as a refusal names it."""


def require_own_step(
    case: Case, step_id: str, actor: str, catalogue: Catalogue, *stages: Stage
) -> tuple[Step, str]:
    """The open step and its officer, who is the actor.

    An unassigned task is nobody's until it is assigned or taken over.

    Raises `DossierUnknown`, `WrongStatus`, `RoleRequired`, `ForeignAgency`, `StepOutOfOrder`,
    `NotYourTask`.
    """
    require_open(case, *stages)
    step = case.open_step
    seat = require_seat(case.agency, actor, catalogue, step.role)
    require_current_step(case, step_id)
    if seat.officer != case.open_task.officer:
        raise NotYourTask()
    return step, seat.officer


def require_open(case: Case, *stages: Stage) -> None:
    """The case is in one of the stages; only `open` where none is named.

    Raises `DossierUnknown`, `WrongStatus`.
    """
    if case.stage == "unopened":
        raise DossierUnknown()
    allowed = stages or ("open",)
    if case.stage not in allowed:
        raise WrongStatus(
            status=_STATUS[case.stage], allowed=", ".join(_STATUS[stage] for stage in allowed)
        )


def require_seat(agency: str, actor: str, catalogue: Catalogue, *roles: str) -> Seat:
    """Where the actor sits: at that agency, in one of the roles.

    Raises `RoleRequired`, `ForeignAgency`, `OfficerLeft`, `CatalogueEntryMissing`.
    """
    kind, _, officer = actor.partition(":")
    if kind != "officer":
        raise RoleRequired(role=", ".join(roles))
    seat = catalogue.seat(officer)
    if not set(roles) & set(seat.roles):
        raise RoleRequired(role=", ".join(roles))
    if seat.agency != agency:
        raise ForeignAgency()
    return seat


def require_current_step(case: Case, step_id: str) -> None:
    """The command was decided on the state that the case is in. Raises `StepOutOfOrder`."""
    if step_id != case.open_task.step:
        raise StepOutOfOrder(step=case.open_task.step)


def require_step_kind(step: Step, what: str) -> None:
    """Raises `StepNeedsOther`."""
    if step.does != what:
        raise StepNeedsOther(does=step.does)


def require_reason(code: str, listed: Mapping[str, Label]) -> str:
    """A reason of a list. Raises `ReasonRequired`, `ReasonUnknown`."""
    if not code:
        raise ReasonRequired()
    if code not in listed:
        raise ReasonUnknown(allowed=", ".join(listed))
    return code
