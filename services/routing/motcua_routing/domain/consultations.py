"""Opinions (lấy ý kiến): other departments or agencies are asked beside the running step, and
answer in their own time.

A decision waits for them as long as the time to answer runs; after that it may go on without.
"""

from motcua_contracts import Decision, Event
from motcua_contracts.messages.routing import (
    AnswerConsultation,
    Consult,
    ConsultationAnswered,
    ConsultationRequested,
)
from motcua_contracts.rules.deadline import working_hours_later
from motcua_contracts.rules.refusals import (
    AlreadyConsulted,
    ConsultationClosed,
    ConsultationOpen,
    DepartmentUnknown,
    ForeignAgency,
)
from motcua_contracts.rules.terms import ConsultedPlace, Step

from .assignment import Now, chosen, consulted_by, desk
from .calendars import answers_until
from .case import Case, desk_hand
from .notes import note
from .rights import require_open, require_own_step, require_seat


def consult(case: Case, command: Consult, actor: str, now: Now) -> Decision:
    """The officer of the open task asks.

    Raises what `require_own_step` does, `AgencyUnknown`, `DepartmentUnknown`, `AlreadyConsulted`.
    """
    step, _ = require_own_step(case, command.step, actor, now.catalogue)
    own = (case.agency, step.department)
    departments = [
        one.id
        for one in now.catalogue.agency(command.agency).departments
        if (command.agency, one.id) != own
    ]
    if command.department not in departments:
        raise DepartmentUnknown(allowed=", ".join(departments))
    if any(
        (one.agency, one.department) == (command.agency, command.department) for one in case.asked
    ):
        raise AlreadyConsulted()
    revision, papers = note(case, command.note, now.given)
    place = ConsultedPlace(
        agency=command.agency, department=command.department, working_hours=command.working_hours
    )
    return Decision((_request(case, place, case.consulted + 1, step, now, revision),), papers)


def asked_by(case: Case, step: Step, officer: str, now: Now) -> tuple[Event, ...]:
    """What a step asks by itself when the case comes to it."""
    awaited = {(one.agency, one.department) for one in case.asked}
    places = [
        one
        for one in consulted_by(step, case.agency)
        if (one.agency, one.department) not in awaited
    ]
    return tuple(
        _request(case, place, case.consulted + number, step, now, None)
        for number, place in enumerate(places, 1)
    )


def answer(case: Case, command: AnswerConsultation, actor: str, now: Now) -> Decision:
    """Somebody of the consulted department answers.

    Also while the clock is paused, and after the time to answer.

    Raises `DossierUnknown`, `WrongStatus`, `ConsultationClosed`, `RoleRequired`, `ForeignAgency`.
    """
    require_open(case, "open", "waiting")
    asked = next((one for one in case.asked if one.number == command.consultation), None)
    if asked is None:
        raise ConsultationClosed()
    seat = require_seat(asked.agency, actor, now.catalogue, "officer", "leader")
    if seat.department != asked.department:
        raise ForeignAgency()
    revision, papers = note(case, command.note, now.given)
    said = ConsultationAnswered(
        consultation=asked.number, opinion=command.opinion, officer=seat.officer, revision=revision
    )
    return Decision((said,), papers)


def require_no_open_consultation(case: Case, now: Now) -> None:
    """Raises `ConsultationOpen` while an opinion is awaited whose time still runs."""
    for one in case.asked:
        if now.at <= answers_until(case, one, now):
            raise ConsultationOpen(
                consultation=one.number, department=_name(one.agency, one.department, now)
            )


def _request(
    case: Case, place: ConsultedPlace, number: int, step: Step, now: Now, revision: int | None
) -> ConsultationRequested:
    answers = chosen(
        desk_hand(place.agency, place.department), desk(place, now.catalogue, now.at), now.given
    )
    calendar, _ = now.catalogue.calendar_at(case.calendar, now.at)
    return ConsultationRequested(
        consultation=number,
        step=step.id,
        agency=place.agency,
        department=place.department,
        officer=answers.officer if answers is not None else "",
        post_vi=answers.post_vi if answers is not None else "",
        post_en=answers.post_en if answers is not None else "",
        respond_by=working_hours_later(calendar, now.at, place.working_hours),
        revision=revision,
    )


def _name(agency: str, department: str, now: Now) -> str:
    return next(
        (one.name_vi for one in now.catalogue.agency(agency).departments if one.id == department),
        department,
    )
