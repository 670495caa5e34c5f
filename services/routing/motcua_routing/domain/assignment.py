"""Who gets a task: who is eligible and present, who had the case before, and what `prepare` chose
among several.

A leader's step goes to a leader of the department or, when it has none who is there, of the agency.
A department without anybody leaves the task unassigned: an accepted dossier cannot be refused any
more. Where everybody is absent it waits with the one who would have it; whoever is there may take
it over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from motcua_contracts import Catalogue, Message, Payload
from motcua_contracts.messages.catalog import Seat
from motcua_contracts.messages.intake import DossierAccepted
from motcua_contracts.messages.routing import CompleteStep, Consult, DraftDecision, TaskAssigned
from motcua_contracts.rules.deadline import working_hours_later
from motcua_contracts.rules.terms import ConsultedPlace, Step

from .case import Case, desk_hand, hand_of, position, workflow_of


@dataclass(frozen=True, slots=True)
class Drawn:
    """What `prepare` chose: the officer by hand (`hand_of`, `desk_hand`), and a salt for the note
    that somebody typed.

    `cases`: those assigned to the officer whose digest is drawn; `unreadable`: the subjects of
    those that cannot be read.
    """

    officers: Mapping[str, str] = field(default_factory=dict)
    salt: str = ""
    cases: Sequence[Case] = ()
    unreadable: Sequence[str] = ()


NOBODY_CHOSE = Drawn()


@dataclass(frozen=True, slots=True)
class Now:
    """What every rule needs beside the case and its message."""

    at: datetime
    catalogue: Catalogue
    given: Drawn = NOBODY_CHOSE


def candidates(agency: str, step: Step, catalogue: Catalogue, at: datetime) -> list[Seat]:
    """Who may have the step at that moment, in a stable order; the absent only where nobody else is
    there.
    """
    own = catalogue.officers(agency, step.department, step.role)
    everybody = own
    if step.role == "leader":
        everybody = own + [
            seat for seat in catalogue.officers(agency, None, "leader") if seat not in own
        ]
    present = [seat for seat in own if not catalogue.absent(seat.officer, at)]
    if not present and step.role == "leader":
        present = [seat for seat in everybody if not catalogue.absent(seat.officer, at)]
    return present or own or everybody


def desk(place: ConsultedPlace, catalogue: Catalogue, at: datetime) -> list[Seat]:
    """Who may answer for a consulted department: its officers, else its leaders, those who are
    there before the absent.
    """
    able = catalogue.officers(place.agency, place.department, "officer") or catalogue.officers(
        place.agency, place.department, "leader"
    )
    return [one for one in able if not catalogue.absent(one.officer, at)] or able


def wanted(
    case: Case, message: Message[Payload], catalogue: Catalogue, at: datetime
) -> dict[str, list[str]]:
    """The hands for which this message will need an officer, each with who is able.

    Empty where it needs none, or where nobody can say before earlier messages of the batch are
    decided.
    """
    match message.data:
        case DossierAccepted() as event if case.stage == "unopened":
            agency, steps = event.case.deciding_agency, workflow_of(event.case).steps
        case CompleteStep() | DraftDecision() as command if (
            case.task is not None and command.step == case.task.step
        ):
            agency, steps = (
                case.agency,
                case.workflow.steps[position(case.workflow, command.step) + 1 :],
            )
        case Consult() as command:
            asked = ConsultedPlace(agency=command.agency, department=command.department)
            return {
                desk_hand(asked.agency, asked.department): [
                    one.officer for one in desk(asked, catalogue, at)
                ]
            }
        case _:
            return {}
    step = next((step for step in steps if not step.automatic), None)
    if step is None:
        return {}
    hands: dict[str, list[str]] = {}
    able = [seat.officer for seat in candidates(agency, step, catalogue, at)]
    if case.hands.get(hand_of(step)) not in able:
        hands[hand_of(step)] = able
    for asked in consulted_by(step, agency):
        hands[desk_hand(asked.agency, asked.department)] = [
            one.officer for one in desk(asked, catalogue, at)
        ]
    return hands


def consulted_by(step: Step, agency: str) -> list[ConsultedPlace]:
    """Whom a step asks for an opinion by itself, with their agencies."""
    return [one.model_copy(update={"agency": one.agency or agency}) for one in step.consults]


def assigned(
    step: Step, agency: str, hands: Mapping[str, str], calendar: str, now: Now
) -> TaskAssigned:
    """The task of a step, due by its working hours from now.

    Raises `CatalogueEntryMissing` for a calendar that is not known.
    """
    if step.automatic:
        return task_of(step, agency, None, calendar, now)
    seat, before = (
        _holder(step, agency, hands, now),
        hands.get(hand_of(step), "") or _usual(step, agency, now.catalogue),
    )
    acts_for = (
        before
        if seat is not None and seat.officer != before and now.catalogue.absent(before, now.at)
        else ""
    )
    return task_of(step, agency, seat, calendar, now, instead_of=acts_for)


def task_of(
    step: Step, agency: str, seat: Seat | None, calendar: str, now: Now, instead_of: str = ""
) -> TaskAssigned:
    """The task of a step at a known seat."""
    return TaskAssigned(
        step=step.id,
        step_vi=step.name_vi,
        step_en=step.name_en,
        does=step.does,
        agency=agency,
        department=step.department,
        officer=seat.officer if seat is not None else "",
        post_vi=seat.post_vi if seat is not None else "",
        post_en=seat.post_en if seat is not None else "",
        due_at=working_hours_later(
            now.catalogue.calendar_at(calendar, now.at)[0], now.at, step.working_hours
        ),
        instead_of=instead_of,
    )


def chosen(hand: str, able: list[Seat], given: Drawn) -> Seat | None:
    """Whom `prepare` chose, if he still may; else the first."""
    by_officer = {seat.officer: seat for seat in able}
    return by_officer.get(given.officers.get(hand, ""), next(iter(able), None))


def leader_for(case: Case, now: Now) -> str:
    """Where a case that is late goes: a leader of the open step's department who is there, else of
    the agency; empty where it has none.
    """
    own = case.open_step.model_copy(update={"role": "leader"})
    return next((seat.officer for seat in candidates(case.agency, own, now.catalogue, now.at)), "")


def _holder(step: Step, agency: str, hands: Mapping[str, str], now: Now) -> Seat | None:
    """Who had the case before, else who was chosen, else the first; always somebody who may have it
    now.
    """
    able = candidates(agency, step, now.catalogue, now.at)
    before = next((seat for seat in able if seat.officer == hands.get(hand_of(step))), None)
    return before or chosen(hand_of(step), able, now.given)


def _usual(step: Step, agency: str, catalogue: Catalogue) -> str:
    """The department's only one for such steps, if there is just one: the one for whom somebody
    acts.
    """
    own = catalogue.officers(agency, step.department, step.role)
    return own[0].officer if len(own) == 1 else ""
